"""KiCad's design rule check of a board file, where KiCad is installed."""

import json
import os
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROGRAM = "kicad-cli"


@dataclass(frozen=True)
class DrcResult:
    """What KiCad found.

    Attributes:
        version: of KiCad.
        violations: by kind, of every severity, sorted.
        unconnected: how many connections are missing.
        failure: what went wrong when KiCad could not judge; then the rest is empty.
    """

    version: str
    violations: Mapping[str, int]
    unconnected: int
    failure: str | None = None

    @property
    def clean(self) -> bool:
        """Whether KiCad judged and found nothing."""
        return self.failure is None and not self.violations and not self.unconnected


def design_rule_check(board: Path) -> DrcResult | None:
    """KiCad's verdict on a board by the rules of the project beside it; None without KiCad."""
    program = shutil.which(PROGRAM)
    if program is None:
        return None
    with tempfile.TemporaryDirectory(prefix="twinboard-") as folder:
        version = _run([program, "version"], folder).stdout.strip()
        report = Path(folder) / "drc.json"
        done = _run([program, "pcb", "drc", "--format", "json", "--severity-all", "--output",
                     str(report), str(board)], folder)  # fmt: skip
        if done.returncode != 0 or not report.is_file():
            said = (done.stderr or done.stdout).strip().splitlines()
            return DrcResult(version, {}, 0, said[-1] if said else f"exit code {done.returncode}")
        table: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    counts = Counter(str(item["type"]) for item in table["violations"])
    return DrcResult(version, dict(sorted(counts.items())), len(table["unconnected_items"]))


def _run(command: list[str], settings: str) -> "subprocess.CompletedProcess[str]":
    """Run KiCad with settings of its own: a user's change nothing, and nothing is left there."""
    env = {**os.environ, "KICAD_CONFIG_HOME": settings}
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)
