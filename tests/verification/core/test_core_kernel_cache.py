"""An edit of any source of the simulation makes every compiled function be compiled again."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import verification
from verification.simulation.kernels import run

KERNEL = """
from numba import njit
from verification.simulation.edited import number
@njit(cache=True)
def answer():
    return number()
"""
CALLEE = """
from numba import njit
@njit
def number():
    return {}
"""
ASK = (
    "from verification.simulation.asking import answer; print(answer());"
    "print(sum(answer.stats.cache_hits.values()))"
)


def test_a_callee_in_another_file_is_noticed(tmp_path: Path) -> None:
    """Numba by itself would answer 1 again: the file of `answer` has not changed."""
    home = Path(verification.__file__).parent
    shutil.copytree(home, tmp_path / "verification", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("parts", "designs"):
        (tmp_path / name).symlink_to(home.parent / name)
    folder = tmp_path / "verification" / "simulation"
    (folder / "asking.py").write_text(KERNEL)

    def ask(number: int) -> list[str]:
        (folder / "edited.py").write_text(CALLEE.format(number))
        environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
        environment.pop("NUMBA_CACHE_DIR", None)
        done = subprocess.run(
            [sys.executable, "-c", ASK],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.split()

    assert ask(1) == ["1", "0"]
    assert ask(1) == ["1", "1"]
    assert ask(2) == ["2", "0"]


def test_the_machine_uses_it() -> None:
    """The interpreter's cache has our stamp."""
    assert "Stamped" in type(run._cache._impl.locator).__name__
