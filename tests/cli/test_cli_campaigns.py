"""faults, yield, spice and damage as a user meets them: refusals, missing tools, equal results."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_cli import ROOT, twinboard
from tests.goldens import golden_netlist

BOARD = (golden_netlist("two_edge"), "--design", "two_edge")
QUICK = {
    "faults": ("--operators", "O", "--sample", "2", "--no-behaviour", "--workers", "1"),
    "yield": ("--boards", "2", "--sensitivity", "0", "--workers", "1"),
    "damage": ("--seeds", "1", "--most", "0", "--workers", "1"),
}
REFUSED = {
    "an operator that is none": ("faults", *BOARD, "--operators", "OQ"),
    "no operator": ("faults", *BOARD, "--operators", ""),
    "a golden that is not there": ("faults", *BOARD, "--golden", "none.net"),
    "another board's design": ("faults", BOARD[0], "--design", "iris16", "--workers", "1"),
    "no board": ("yield", *BOARD, "--boards", "0"),
    "no temperature": ("yield", *BOARD, "--temperature", "hot"),
    "a yield above one": ("yield", *BOARD, "--boards", "1", "--at-least", "2"),
    "no such task": ("yield", *BOARD, "--task", "none"),
    "no such task to simulate": ("spice", *BOARD, "--task", "none"),
    "more edges than there are": ("damage", *BOARD, "--most", "3"),
    "a netlist that is not there": ("damage", "none.net", "--design", "two_edge"),
}


@pytest.mark.parametrize("words", REFUSED.values(), ids=REFUSED.keys())
def test_bad_use_is_one_message(words: tuple[str | Path, ...], tmp_path: Path) -> None:
    """Exit code 2, a sentence, no traceback, no file."""
    done = twinboard(*words, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith("twinboard: ")
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("command", QUICK)
def test_a_folder_that_cannot_be_made_is_refused(command: str, tmp_path: Path) -> None:
    """The message names the folder and says what to do; the file in its place is untouched."""
    (tmp_path / "file").write_text("mine")
    done = twinboard(command, *BOARD, *QUICK[command], "-o", tmp_path / "file" / "x", cwd=tmp_path)
    assert done.returncode == 2
    assert "choose another folder with -o" in done.stderr
    assert (tmp_path / "file").read_text() == "mine"


def test_without_ngspice_the_install_command_is_said(tmp_path: Path) -> None:
    """Exit code 3, never a pass."""
    done = twinboard("spice", *BOARD, cwd=tmp_path, env={"PATH": str(tmp_path)})
    assert done.returncode == 3
    assert "apt-get install ngspice" in done.stderr
    assert not done.stdout


def test_without_klayout_the_install_command_is_said(tmp_path: Path) -> None:
    """The comparer is an extra; whoever asks for it is told how to get it."""
    words = [*map(str, ("faults", *BOARD, *QUICK["faults"], "--golden", BOARD[0]))]
    code = (
        "import sys; sys.modules['klayout'] = None; sys.modules['klayout.db'] = None; "
        f"import twinboard; sys.argv = ['twinboard', *{words!r}]; twinboard.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 3, done.stderr
    assert "pip install" in done.stderr
    assert "golden" in done.stderr


def test_the_number_of_workers_changes_nothing(tmp_path: Path) -> None:
    """One process or two: the same bytes of the report."""
    options = ("--operators", "OV", "--sample", "6", "--seed", "3", "--format", "json")
    said = [
        twinboard("faults", *BOARD, *options, "--workers", count, cwd=tmp_path).stdout
        for count in ("1", "2")
    ]
    assert json.loads(said[0])["operators"]
    assert said[0] == said[1]


def test_an_interrupted_campaign_goes_on(tmp_path: Path) -> None:
    """A journal cut in the middle of a line: the rest is computed, the report is the same."""
    words = ("yield", *BOARD, *QUICK["yield"])
    first = twinboard(*words, "-o", "whole", cwd=tmp_path)
    shutil.copytree(tmp_path / "whole", tmp_path / "torn")
    journal = next((tmp_path / "torn").glob("*.jsonl"))
    journal.write_bytes(journal.read_bytes()[:-20])
    second = twinboard(*words, "-o", "torn", cwd=tmp_path)
    assert first.returncode == second.returncode == 0
    for name in ("yield.json", "yield.txt"):
        assert (tmp_path / "whole" / name).read_bytes() == (tmp_path / "torn" / name).read_bytes()
    assert journal.read_bytes() == next((tmp_path / "whole").glob("*.jsonl")).read_bytes()
