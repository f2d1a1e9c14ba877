"""`verify` on board files, as a user meets it."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from tests.cli.test_cli import twinboard
from tests.goldens import golden_netlist
from tests.verification.board.crossbar import crossbar
from verification.reading.readers import read_netlist

NETLIST = golden_netlist("two_edge")


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ready design's board, under a name that says nothing."""
    path = tmp_path_factory.mktemp("board") / "board.txt"
    drawn = crossbar(read_netlist(NETLIST), planes=("GND", "+5V"))
    for track in drawn.tracks:
        track.width = 0.6
    path.write_text(drawn.text(), encoding="utf-8")
    return path


def test_a_board_is_judged_like_its_netlist(board: Path, tmp_path: Path) -> None:
    """The same checks and tasks with the same verdicts and figures, and the board's own before."""
    seen: list[dict[str, dict[str, object]]] = []
    for file, more in ((NETLIST, ()), (board, ("--netlist", NETLIST, "--no-kicad"))):
        done = twinboard(
            "verify", file, "--design", "two_edge", "--seeds", "2", "--format", "json", *more,
            cwd=tmp_path,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        said = json.loads(done.stdout)
        assert said["netlist"] == file.name
        seen.append({row["name"]: row for row in (*said["checks"], *said["tasks"])})
    plain, copper = seen
    own = [
        "board_parts",
        "board_copper",
        "loose_copper",
        "board_cuts",
        "board_names",
        "track_resistance",
    ]
    assert [name for name in copper if name not in plain] == own
    assert {name: copper[name] for name in plain} == plain
    assert list(tmp_path.iterdir()) == []


def test_a_board_without_a_netlist_or_kicad(board: Path, tmp_path: Path) -> None:
    """Its own names stand in for the netlist; KiCad's word is missing, and so is a verdict."""
    done = twinboard(
        "verify", board, "--design", "two_edge", "--no-learning", "--format", "json",
        cwd=tmp_path, env={"PATH": ""},
    )  # fmt: skip
    assert done.returncode == 5, done.stdout + done.stderr
    said = json.loads(done.stdout)
    checks = {row["name"]: row for row in said["checks"]}
    assert said["verdict"] == "inconclusive"
    assert checks["ipcd356"]["verdict"] == "not_run"
    assert checks["board_copper"]["evidence"]["against"] == "the net names stored in the board"
    assert "board_names" not in checks


def test_a_broken_board_fails_in_every_form(board: Path, tmp_path: Path) -> None:
    """Exit 1; text, SARIF, JUnit and HTML name the net."""
    text = board.read_text(encoding="utf-8")
    track = next(
        line for line in text.splitlines() if line.startswith("(segment") and '"F.Cu"' in line
    )
    broken = tmp_path / "broken.kicad_pcb"
    broken.write_text(text.replace(track, ""), encoding="utf-8")
    done = twinboard(
        "verify", broken, "--design", "two_edge", "--no-learning", "--netlist", NETLIST,
        "--no-kicad", "-o", "out", cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 1
    assert "FAIL    board_copper" in done.stdout
    (net,) = {
        item["net"]
        for row in json.loads((tmp_path / "out" / "two_edge-report.json").read_text())["checks"]
        for item in row["items"]
        if row["name"] == "board_copper"
    }
    for ending in ("txt", "sarif", "junit.xml", "html"):
        assert net in (tmp_path / "out" / f"two_edge-report.{ending}").read_text(encoding="utf-8")


def _bad_boards(good: bytes) -> dict[str, bytes]:
    return {
        "truncated": good[: len(good) // 2],
        "binary": gzip.compress(good),
        "unknown clause": good.replace(b"(segment", b"(segmnet", 1),
    }


@pytest.mark.parametrize("case", _bad_boards(b""))
def test_bad_boards_are_refused(case: str, board: Path, tmp_path: Path) -> None:
    """Exit 2 and one message, whatever the file holds."""
    path = tmp_path / "bad.kicad_pcb"
    path.write_bytes(_bad_boards(board.read_bytes())[case])
    done = twinboard("verify", path, "--design", "two_edge", "--no-learning", cwd=tmp_path)
    assert done.returncode == 2, done.stdout + done.stderr
    assert done.stderr.startswith(f"twinboard: {path}")
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == ""


@pytest.mark.parametrize("option", ["--netlist", "--ipcd356"])
def test_options_of_boards_are_refused_for_netlists(option: str, tmp_path: Path) -> None:
    """And the message says what compares two netlists."""
    done = twinboard("verify", NETLIST, "--design", "two_edge", option, NETLIST, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr == (
        f"twinboard: {NETLIST} is a netlist; a netlist to compare with and an IPC-D-356 export are "
        "for a board file (.kicad_pcb). Compare two netlists with `twinboard diff`\n"
    )
