"""Commands in processes of their own: wall and CPU time, and the most memory that each had."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Spent:
    """What one process took.

    Attributes:
        wall_s, cpu_s: seconds from its start to its end, and of CPU, its children's included.
        memory: the most bytes that it had at once.
        said: its standard output.
    """

    wall_s: float
    cpu_s: float
    memory: int
    said: str


def python(
    words: Sequence[str],
    settings: Mapping[str, str] | None = None,
    accepted: Collection[int] = (0,),
) -> Spent:
    """Run this Python with these words, in the repository's root.

    Raises:
        RuntimeError: it ended with a code that is not accepted.
    """
    environment = {**os.environ, **(settings or {})}
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *words],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    with process.stdout:
        said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in accepted:
        raise RuntimeError(f"{' '.join(words)} ended with code {process.returncode}")
    cpu = usage.ru_utime + usage.ru_stime
    return Spent(wall, cpu, 1024 * usage.ru_maxrss, said)
