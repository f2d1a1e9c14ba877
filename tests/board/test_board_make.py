"""From a design to its board: complete, judged by KiCad, always the same; or said to be partial."""

import math
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from board_layouts import MACHINES, design_with, drc, elaborated, needs_kicad, printed_by, ready

from netgen.board.drc import DrcResult, design_rule_check
from netgen.board.make import Made, make_board
from netgen.board.write import Written, board_report, plan_files
from netgen.system.write import write_boards
from parts.footprint import MM

FOUND = DrcResult("9.0", {"clearance": 2}, 1)
CLEAN = DrcResult("9.0", {}, 0)


def silent(what: str, done: int, total: int) -> None:
    """No progress."""


@cache
def two_edge() -> Made:
    return make_board(ready("two_edge"), None, silent)


def test_every_pin_is_on_the_board_with_its_net() -> None:
    made = two_edge()
    assert made.missing == ()
    circuit = ready("two_edge").circuit
    drawn = {(item.refdes, number): net for item in made.board.placed for number, net in item.nets}
    assert drawn == {
        (item.refdes, pin.number): pin.net
        for item in circuit.components
        for pin in item.pins
        if pin.net is not None
    }
    assert {item.refdes for item in made.board.placed} == set(circuit.by_refdes)


@needs_kicad
@pytest.mark.parametrize("layers", [2, 4, 6])
def test_kicad_finds_nothing_and_nothing_unconnected(layers: int, tmp_path: Path) -> None:
    made = two_edge() if layers == 4 else make_board(with_layers(layers), None, silent)
    assert made.missing == ()
    assert len(made.board.layers) == layers
    board = written(made, tmp_path)
    report = drc(board)
    assert report["violations"] == report["unconnected_items"] == []


def test_on_two_layers_the_rail_fills_the_front_and_ground_the_back() -> None:
    zones = make_board(with_layers(2), None, silent).board.zones
    assert [(zone.net, zone.layer) for zone in zones] == [("+5V", "F.Cu"), ("GND", "B.Cu")]
    assert all(zone.fill for zone in zones)


@needs_kicad
def test_kicad_finds_nothing_by_its_own_rules_either(tmp_path: Path) -> None:
    """A board that is passed on without its project is judged by KiCad's defaults."""
    board = written(two_edge(), tmp_path)
    board.with_suffix(".kicad_pro").unlink()
    report = drc(board)
    assert report["violations"] == report["unconnected_items"] == []


def with_layers(layers: int):
    made = ready("two_edge")
    table = made.design.board.model_copy(update={"layers": layers})
    return replace(made, design=replace(made.design, board=table))


def written(made: Made, folder: Path) -> Path:
    for name, content in plan_files(made).files.items():
        (folder / name).write_bytes(content)
    return folder / f"{made.board.name}.kicad_pcb"


@pytest.mark.parametrize("machine", MACHINES)
def test_the_bytes_are_the_same_everywhere(machine: str) -> None:
    code = (
        "from designs import load_design; from netgen.elaborate import elaborate; "
        "from parts.catalogue import load_catalogue; from netgen.board.make import make_board; "
        "from netgen.board.write import plan_files; "
        "made = make_board(elaborate(load_design('two_edge'), load_catalogue()), None, "
        "lambda *_: None); print(plan_files(made).digest)"
    )
    assert printed_by(code, machine) == plan_files(two_edge()).digest


def test_without_time_the_board_is_partial_and_says_what_is_missing() -> None:
    made = make_board(ready("iris16"), 1e-3, silent)
    assert made.missing
    assert made.attempts == 1
    assert set(made.missing) <= {net.name for net in ready("iris16").circuit.nets}
    assert made.board.zones and made.board.tracks
    report = board_report(written_as(made, None))
    assert report.verdict == "inconclusive"
    assert f"NOT ROUTED: {len(made.missing)} nets; the board is partial." in report.as_text()
    assert report.as_dict()["missing"] == list(made.missing)


def written_as(made: Made, verdict: DrcResult | None, asked: bool = True) -> Written:
    return Written(made, "0" * 64, (Path("two_edge.kicad_pcb"),),
                   verdict, asked)  # fmt: skip


@pytest.mark.parametrize(
    ("verdict", "asked", "outcome", "line"),
    [
        (CLEAN, True, "pass", "KiCad 9.0 rule check: 0 violations, 0 unconnected"),
        (FOUND, True, "fail", "KiCad 9.0 rule check: 2 violations, clearance 2, 1 unconnected"),
        (None, True, "pass", "KiCad's rule check: none, KiCad is not installed"),
        (None, False, "pass", "KiCad's rule check: none, not asked for"),
        (DrcResult("9.0", {}, 0, "Failed to load board"), True, "fail",
         "KiCad 9.0 could not judge the board: Failed to load board"),
    ],
)  # fmt: skip
def test_the_report_says_what_kicad_said(
    verdict: DrcResult | None, asked: bool, outcome: str, line: str
) -> None:
    report = board_report(written_as(two_edge(), verdict, asked))
    assert report.verdict == outcome
    assert line in report.as_text().splitlines()
    assert "two_edge: 85 components on " in report.as_text()
    assert report.as_dict()["drc"] is None or report.as_dict()["drc"]["kicad"] == "9.0"


@needs_kicad
def test_kicad_is_asked_where_it_is(tmp_path: Path) -> None:
    board = written(two_edge(), tmp_path)
    verdict = design_rule_check(board)
    assert verdict is not None
    assert verdict.clean
    board.write_text(board.read_text(encoding="utf-8")[:-10], encoding="utf-8")
    spoilt = design_rule_check(board)
    assert spoilt is not None
    assert spoilt.failure is not None
    assert not spoilt.clean


def test_no_kicad_is_no_verdict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert design_rule_check(tmp_path / "any.kicad_pcb") is None


def test_the_files_are_written_and_written_over(tmp_path: Path) -> None:
    design = design_with(tmp_path, "")
    out = tmp_path / "out"
    for _ in range(2):
        write_boards(design, out, 1e-3, False, silent)
        assert sorted(path.name for path in out.iterdir()) == ["three.kicad_pcb", "three.kicad_pro"]


def test_a_pin_of_the_design_file_is_kept(tmp_path: Path) -> None:
    free = make_board(elaborated(design_with(tmp_path, "")), 1e-3, silent)
    first, second = (place_of(free, cell) for cell in ("edge/1-2", "edge/2-3"))
    board = f'pin = {{ "edge/1-2" = [{second[0] / MM + 13}, {second[1] / MM + 6}] }}'
    pinned = make_board(elaborated(design_with(tmp_path, "", board)), 1e-3, silent)
    assert math.dist(place_of(pinned, "edge/1-2"), second) < math.dist(first, second) / 2


def place_of(made: Made, cell: str) -> tuple[int, int]:
    return next(stand.at for stand in made.plan.stands if stand.cell == cell)
