"""KiCad's second opinion on the boards that these tests draw: its export, its rules, its fills."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from parts.catalogue import load_catalogue
from tests.verification.board.drawn import BoardDrawn, TrackDrawn
from tests.verification.board.small import checks, failed, small_board, small_netlist
from verification.board.subject import Witnesses, board_subject
from verification.checks.records import Check, Verdict

pytestmark = pytest.mark.skipif(
    shutil.which("kicad-cli") is None, reason="kicad-cli is not installed"
)


def export_check(board: BoardDrawn) -> Check:
    """The judge's check of what KiCad exports."""
    found = board_subject(board.text(8), "b", load_catalogue(), Witnesses(small_netlist()))
    return next(check for check in found.checks if check.name == "ipcd356")


def rules(board: BoardDrawn, folder: Path) -> tuple[int, set[str]]:
    """(unconnected items, kinds of violations that copper in contact makes) by KiCad's DRC."""
    path, out = folder / "b.kicad_pcb", folder / "drc.json"
    path.write_text(board.text(8), encoding="utf-8")
    command = ["kicad-cli", "pcb", "drc", "--format", "json", "-o", str(out), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    said = json.loads(out.read_text(encoding="utf-8"))
    kinds = {violation["type"] for violation in said["violations"]}
    return len(said["unconnected_items"]), kinds & {
        "shorting_items",
        "tracks_crossing",
        "clearance",
    }


def test_kicads_export_agrees_with_the_netlist() -> None:
    """Every pad in its place, turned footprints too."""
    board = small_board()
    check = export_check(board)
    assert (check.verdict, check.evidence["from"]) == (Verdict.PASS, "kicad-cli")
    assert check.evidence["pins"] == 39
    for part, turn in zip(board.parts, (0, 90, 180, 270, 30, 45, -77, 12.5, 1, 359), strict=True):
        part.rotation = turn
    assert export_check(board).verdict is Verdict.PASS


def test_kicads_export_follows_names_and_not_copper() -> None:
    """Exchanged names of two pads are seen; a bridge of copper is not, which is why we look."""
    board = small_board()
    one, two = board.part("U1").pads[0], board.part("U1").pads[2]
    one.net, two.net = two.net, one.net
    assert {item.net for item in export_check(board).items} == {"A", "B"}
    board = small_board()
    bridge(board)
    assert export_check(board).verdict is Verdict.PASS


def bridge(board: BoardDrawn) -> None:
    a, b = (
        next(t for t in board.tracks if t.net == net and t.layer == "F.Cu") for net in ("A", "B")
    )
    x = max(a.start[0], b.start[0]) + 0.5
    board.tracks.append(TrackDrawn("A", "F.Cu", (x, a.start[1]), (x, b.start[1])))


def cut(board: BoardDrawn) -> None:
    track = next(t for t in board.tracks if t.net == "A" and t.layer == "F.Cu")
    x, y = (track.start[0] + track.end[0]) / 2, track.start[1]
    board.tracks.append(TrackDrawn("A", "F.Cu", (x + 0.2, y), track.end))
    track.end = (x - 0.2, y)


def turn(board: BoardDrawn) -> None:
    board.part("R1").rotation = 180.0


@pytest.mark.parametrize("damage", [None, cut, bridge, turn])
def test_kicads_rules_and_we_agree(
    damage: Callable[[BoardDrawn], None] | None, tmp_path: Path
) -> None:
    """Where KiCad finds something unconnected or shorted the judge fails, and nowhere else."""
    board = small_board()
    if damage:
        damage(board)
    unconnected, shorts = rules(board, tmp_path)
    found = checks(board.text())
    assert (damage is not None) == bool(unconnected or shorts)
    assert bool(failed(found)) == bool(unconnected or shorts)
    evidence = found["board_copper"].evidence
    assert bool(evidence["shorts"]) == bool(shorts)
