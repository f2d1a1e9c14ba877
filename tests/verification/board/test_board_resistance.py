"""Resistance of copper in closed form, and what the judge makes of it."""

from __future__ import annotations

import math
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from designs import load_design
from parts.catalogue import load_catalogue
from tests.verification.board.crossbar import crossbar
from tests.verification.board.drawn import (
    BoardDrawn,
    PadDrawn,
    PartDrawn,
    TrackDrawn,
    ViaDrawn,
    ZoneDrawn,
)
from tests.verification.checks.boards import ready
from verification.board.copper import find_copper
from verification.board.parasitics import Parasitics, check_resistance
from verification.board.reading import parse_board
from verification.board.resistance import (
    PLATING_M,
    RESISTIVITY_OHM_M,
    SHEET_OHM,
    Network,
    Resistances,
)
from verification.board.subject import BoardSubject, Witnesses, board_subject
from verification.checks.board import index_board
from verification.checks.case import Case
from verification.checks.records import Check, Verdict
from verification.reading.netlist import PinRef
from verification.structure import extract_network


def spots(*at: tuple[float, float]) -> list[PartDrawn]:
    """Parts P1, P2, ... of one tiny round pad each, so that tracks end where they are."""
    return [
        PartDrawn(f"P{k}", "L:P", "p", spot, [
            PadDrawn("1", (0, 0), "N", size=(0.002, 0.002), shape="circle")
        ])
        for k, spot in enumerate(at, 1)
    ]  # fmt: skip


def network(drawn: BoardDrawn) -> Network:
    copper = find_copper(parse_board(drawn.text(), "b"))
    (group,) = copper.pins
    return Resistances(copper).network(group)


def ohm(drawn: BoardDrawn, one: str = "P1", two: str = "P2") -> float:
    return float(network(drawn).between([PinRef(one, "1"), PinRef(two, "1")])[0, 1])


def track(start: tuple[float, float], end: tuple[float, float], width: float = 0.2) -> TrackDrawn:
    return TrackDrawn("N", "F.Cu", start, end, width)


def test_a_straight_track_is_length_over_width() -> None:
    """20 mm of 0.2 mm are 100 squares."""
    drawn = BoardDrawn(spots((0, 0), (20, 0)), [track((0, 0), (20, 0))])
    assert ohm(drawn) == pytest.approx(100 * SHEET_OHM, rel=1e-3)


def test_pieces_in_series_and_in_parallel() -> None:
    """5 mm, a ring of 10 mm on either side, 5 mm: 10 + 10 / 2 mm."""
    corners = [(5.0, 0.0), (5.0, 2.5), (10.0, 2.5), (10.0, 0.0)]
    ring = [track(a, b) for sign in (1, -1) for a, b in pairwise((x, sign * y) for x, y in corners)]
    drawn = BoardDrawn(
        spots((0, 0), (15, 0)), [track((0, 0), (5, 0)), track((10, 0), (15, 0)), *ring]
    )
    assert ohm(drawn) == pytest.approx(15 / 0.2 * SHEET_OHM, rel=1e-3)


def test_a_branch_in_the_middle_of_a_track() -> None:
    """Only what lies on the way counts, from wherever the branch ends on the track."""
    drawn = BoardDrawn(
        spots((0, 0), (20, 0), (6, 4)), [track((0, 0), (20, 0)), track((6, 4), (6, 0))]
    )
    assert ohm(drawn, "P1", "P2") == pytest.approx(100 * SHEET_OHM, rel=1e-3)
    assert ohm(drawn, "P1", "P3") == pytest.approx(50 * SHEET_OHM, rel=1e-3)
    assert ohm(drawn, "P2", "P3") == pytest.approx(90 * SHEET_OHM, rel=1e-3)


def test_a_via_is_its_barrel() -> None:
    """1.6 mm of plating, 20 um thick, around a hole of 1 um; there are two on the way."""
    drawn = BoardDrawn(
        spots((0, 0), (10, 0)),
        [track((0, 0), (5, 0)), TrackDrawn("N", "B.Cu", (5, 0), (10, 0))],
        [ViaDrawn("N", (5, 0), size=0.002, drill=0.001), ViaDrawn("N", (10, 0), 0.002, 0.001)],
    )
    barrel = RESISTIVITY_OHM_M * 1.6e-3 / (math.pi * 1e-6 * PLATING_M)
    assert ohm(drawn) == pytest.approx(50 * SHEET_OHM + 2 * barrel, rel=1e-3)


def test_a_blind_via_is_a_part_of_the_barrel() -> None:
    """From the front to the first of three gaps: a third of it."""
    drawn = BoardDrawn(
        spots((0, 0), (5, 0)), [track((0, 0), (2, 0)), TrackDrawn("N", "In1.Cu", (2, 0), (5, 0))],
        [ViaDrawn("N", at, 0.002, 0.001, ("F.Cu", "In1.Cu"), "blind") for at in ((2, 0), (5, 0))],
        layers=("F.Cu", "In1.Cu", "In2.Cu", "B.Cu"),
    )  # fmt: skip
    barrel = RESISTIVITY_OHM_M * 1.6e-3 / (math.pi * 1e-6 * PLATING_M)
    assert ohm(drawn) == pytest.approx(25 * SHEET_OHM + 2 / 3 * barrel, rel=1e-3)


def test_a_zone_has_no_resistance() -> None:
    """Two tracks of 5 mm to a plane between them."""
    fill = [(5.0, -9.0), (50.0, -9.0), (50.0, 9.0), (5.0, 9.0)]
    drawn = BoardDrawn(
        spots((0, 0), (55, 0)),
        [track((0, 0), (5, 0)), track((50, 0), (55, 0))],
        zones=[ZoneDrawn("N", "F.Cu", [fill])],
    )
    assert ohm(drawn) == pytest.approx(50 * SHEET_OHM, rel=1e-3)


def test_an_arc_is_as_long_as_it_is() -> None:
    """Half a circle of 5 mm."""
    drawn = BoardDrawn(
        spots((5, 0), (-5, 0)), [TrackDrawn("N", "F.Cu", (5, 0), (-5, 0), mid=(0, 5))]
    )
    assert ohm(drawn) == pytest.approx(math.pi * 5 / 0.2 * SHEET_OHM, rel=1e-3)


def test_voltages_obey_kirchhoff() -> None:
    """An ampere fed into the middle leaves by the end that is held."""
    drawn = BoardDrawn(
        spots((0, 0), (10, 0), (20, 0)), [track((0, 0), (10, 0)), track((10, 0), (20, 0))]
    )
    found = network(drawn)
    amperes = np.zeros(found.nodes)
    amperes[found.node_of[PinRef("P2", "1")]] = 1.0
    volts = found.voltages(PinRef("P1", "1"), amperes)
    assert volts[found.node_of[PinRef("P2", "1")]] == pytest.approx(50 * SHEET_OHM, rel=1e-3)
    assert volts[found.node_of[PinRef("P3", "1")]] == pytest.approx(50 * SHEET_OHM, rel=1e-3)


@cache
def two_edge_board() -> BoardDrawn:
    return crossbar(ready("two_edge").netlist)


def judged(board: BoardDrawn) -> tuple[BoardSubject, Case, Check]:
    witnesses = Witnesses(ready("two_edge").netlist, kicad=False)
    found = board_subject(board.text(), "b", load_catalogue(), witnesses)
    case = Case(index_board(found.netlist, load_design("two_edge"), load_catalogue()))
    return found, case, check_resistance(found.networks, case, extract_network(case))


def test_nodes_and_supplies_are_found_by_structure() -> None:
    """Six nodes, the longest way in the largest, and the same where every net has another name."""
    board = two_edge_board()
    found, case, check = judged(board)
    parasitics = Parasitics(found.networks, case, extract_network(case))
    said = check.evidence
    assert (said["nodes"], said["comparator_offset_v"]) == (6, 1e-3)
    assert said["matters_below_ohm"] == pytest.approx(said["largest_edge_ohm"] * 5.0 / 1e-3)
    names = {case.board.names[wire] for wire in parasitics.nodes}
    assert names == {f"N{k}_{side}" for k in (1, 2, 3) for side in ("FREE", "CLAMPED")}
    renamed = board.copy()
    for item in (*renamed.tracks, *renamed.vias, *(p for q in renamed.parts for p in q.pads)):
        item.net = f"x{renamed.nets().index(item.net)}" if item.net else ""
    witnesses = Witnesses(None, kicad=False)
    other = board_subject(renamed.text(), "b", load_catalogue(), witnesses)
    case = Case(index_board(other.netlist, load_design("two_edge"), load_catalogue()))
    same = check_resistance(other.networks, case, extract_network(case))
    assert dict(same.evidence) == pytest.approx(dict(check.evidence))


def test_a_row_of_the_crossbar_by_hand() -> None:
    """The node's greatest resistance is that of its columns and row, as drawn, and its vias."""
    board = two_edge_board()
    found, case, _ = judged(board)
    wire = case.board.names.index("N2_FREE")
    parasitics = Parasitics(found.networks, case, extract_network(case))
    columns = [t for t in board.tracks if t.net == "N2_FREE" and t.layer == "B.Cu"]
    x = sorted(t.start[0] for t in columns)
    depth = columns[0].end[1] - columns[0].start[1]
    squares = (x[-1] - x[0] + 2 * depth) / 0.2
    via = RESISTIVITY_OHM_M * 1.6e-3 / (math.pi * 0.25e-3 * PLATING_M)
    expected = squares * SHEET_OHM + 4 * via
    assert parasitics.greatest_ohm(wire) == pytest.approx(expected, rel=5e-3)


def widths(board: BoardDrawn, width: float) -> BoardDrawn:
    changed = board.copy()
    for item in changed.tracks:
        item.width = width
    return changed


@pytest.mark.parametrize(
    ("width", "verdict"), [(0.6, Verdict.PASS), (0.2, Verdict.WARNING), (0.02, Verdict.FAIL)]
)
def test_wide_tracks_pass_narrow_ones_are_remarked_and_hairs_fail(
    width: float, verdict: Verdict
) -> None:
    """The same board with other widths; the items name parts and nets of the nodes."""
    _, _, check = judged(widths(two_edge_board(), width))
    assert check.verdict is verdict
    if verdict is Verdict.FAIL:
        assert {item.net for item in check.items} & {"N2_FREE", "N2_CLAMPED"}
        assert any("of copper" in item.got for item in check.items)


def test_the_droop_grows_with_the_tracks_resistance() -> None:
    """A third of the width, three times the droop; vias aside."""
    wide, narrow = (
        float(judged(widths(two_edge_board(), width))[2].evidence["supply_droop_v"])
        for width in (0.6, 0.2)
    )
    assert narrow == pytest.approx(3 * wide, rel=0.05)


@pytest.mark.parametrize("net", ["+5V_IN", "+5V", "GND"])
def test_the_droop_has_its_share_of_every_net_on_the_way(net: str) -> None:
    """Terminal to fuse, fuse to parts, parts to ground: wider tracks on any of them lower it."""
    board = two_edge_board()
    better = board.copy()
    for item in better.tracks:
        item.width = 0.6 if item.net == net else item.width
    before, after = (
        float(judged(drawn)[2].evidence["supply_droop_v"]) for drawn in (board, better)
    )
    assert after < 0.99 * before
