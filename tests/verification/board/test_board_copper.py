"""Conductors of small boards drawn by hand: what joins, what does not, and what leads nowhere."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.verification.board.drawn import (
    BoardDrawn,
    PadDrawn,
    PartDrawn,
    TrackDrawn,
    ViaDrawn,
    ZoneDrawn,
)
from verification.board.copper import Copper, find_copper
from verification.board.cuts import check_cuts
from verification.board.loose import loose_ends, loose_items, thin_items
from verification.board.reading import parse_board
from verification.checks.records import Verdict

FOUR = ("F.Cu", "In1.Cu", "In2.Cu", "B.Cu")


def pads(*at: tuple[float, float], drill: float = 0.0) -> list[PartDrawn]:
    """Parts P1, P2, ... of one pad each."""
    return [
        PartDrawn(f"P{k}", "L:P", "p", spot, [PadDrawn("1", (0, 0), f"N{k}", drill=drill)])
        for k, spot in enumerate(at, 1)
    ]


def copper(drawn: BoardDrawn) -> Copper:
    return find_copper(parse_board(drawn.text(), "b"))


def joined(found: Copper) -> list[list[str]]:
    """The pins of each conductor that has any."""
    return [[pin.refdes for pin in pins] for pins in found.pins.values()]


def track(start: tuple[float, float], end: tuple[float, float], layer: str = "F.Cu") -> TrackDrawn:
    return TrackDrawn("", layer, start, end)


def test_a_branch_joins_in_the_middle_of_a_track() -> None:
    """No end meets another: the branch ends on the straight track."""
    drawn = BoardDrawn(
        pads((0, 0), (10, 0), (5, 5)), [track((0, 0), (10, 0)), track((5, 5), (5, 0))]
    )
    assert joined(copper(drawn)) == [["P1", "P2", "P3"]]


def test_tracks_that_cross_on_one_layer_join_and_on_two_do_not() -> None:
    """A crossing is a contact wherever the two have copper on one layer."""
    cross = track((5, -5), (5, 5))
    drawn = BoardDrawn(pads((0, 0), (10, 0), (5, 5)), [track((0, 0), (10, 0)), cross])
    assert joined(copper(drawn)) == [["P1", "P2", "P3"]]
    drawn.parts = pads((0, 0), (10, 0))
    cross.layer = "B.Cu"
    assert len(copper(drawn).members) == 2


def test_names_do_not_join() -> None:
    """Two pads of one net name and no copper between them are two conductors."""
    drawn = BoardDrawn(pads((0, 0), (10, 0)))
    drawn.parts[1].pads[0].net = "N1"
    assert joined(copper(drawn)) == [["P1"], ["P2"]]


@pytest.mark.parametrize(
    ("ends", "expected"),
    [(("F.Cu", "B.Cu"), 1), (("F.Cu", "In1.Cu"), 2), (("In1.Cu", "B.Cu"), 2)],
)
def test_a_via_joins_the_layers_it_spans(ends: tuple[str, str], expected: int) -> None:
    """A track on the front, one on the back, and a via where they meet."""
    drawn = BoardDrawn(
        pads((0, 0), (9, 9), drill=0.3),
        [track((0, 0), (5, 0)), track((9, 9), (5, 0), "B.Cu")],
        [ViaDrawn("", (5, 0), layers=ends, kind="blind")],
        layers=FOUR,
    )
    assert len(joined(copper(drawn))) == expected


@pytest.mark.parametrize(("kind", "expected"), [("thru_hole", 1), ("np_thru_hole", 2)])
def test_only_plated_holes_join_layers(kind: str, expected: int) -> None:
    """Both pads have rings on front and back."""
    drawn = BoardDrawn(
        pads((0, 0), (9, 0), drill=0.3),
        [track((0, 0), (5, 0)), track((9, 0), (5, 0), "B.Cu")],
    )
    drawn.parts.append(
        PartDrawn("H", "L:H", "h", (5, 0), [PadDrawn("", (0, 0), drill=0.3, kind=kind)])
    )
    assert len(joined(copper(drawn))) == expected


def test_a_zone_joins_what_its_fill_covers_and_not_what_its_outline_does() -> None:
    """The fill ends before P3; the outline goes around all of them."""
    fill = [(-1.0, -1.0), (6.0, -1.0), (6.0, 1.0), (-1.0, 1.0)]
    outline = [(-1.0, -1.0), (20.0, -1.0), (20.0, 1.0), (-1.0, 1.0)]
    drawn = BoardDrawn(
        pads((0, 0), (5, 0), (10, 0)), zones=[ZoneDrawn("", "F.Cu", [fill], outline)]
    )
    assert joined(copper(drawn)) == [["P1", "P2"], ["P3"]]


def test_two_fills_of_one_zone_are_two_conductors() -> None:
    """Islands of a zone have one name and nothing else in common."""
    fills = [[(x - 1.0, -1.0), (x + 1.0, -1.0), (x + 1.0, 1.0), (x - 1.0, 1.0)] for x in (0.0, 5.0)]
    drawn = BoardDrawn(pads((0, 0), (5, 0)), zones=[ZoneDrawn("", "F.Cu", fills)])
    assert joined(copper(drawn)) == [["P1"], ["P2"]]


def test_a_drawing_on_copper_joins() -> None:
    """Text editors and logos draw on copper too."""
    drawn = BoardDrawn(
        pads((0, 0), (9, 0)),
        extra=['(gr_line (start 0 0) (end 9 0) (stroke (width 0.2) (type solid)) (layer "F.Cu"))'],
    )
    assert joined(copper(drawn)) == [["P1", "P2"]]


def test_a_jumpers_strip_is_its_inside() -> None:
    """As copper it joins the pads; as the inside of a closed jumper it joins nothing."""
    both = [PadDrawn("1", (-0.6, 0)), PadDrawn("2", (0.6, 0))]
    drawn = BoardDrawn([PartDrawn("JP", "L:J", "j", (0, 0), both, bridge=(-0.4, -0.2, 0.4, 0.2))])
    board = parse_board(drawn.text(), "b")
    assert len(find_copper(board).pins) == 1
    assert len(find_copper(board, [0]).pins) == 2


def test_loose_ends_are_found_where_they_are() -> None:
    """A track from a pad into nowhere has one; one that ends inside a pad, in an arc, has none."""
    drawn = BoardDrawn(
        pads((0, 0), (10, 0)),
        [
            track((0, 0), (4, 0)),
            TrackDrawn("", "F.Cu", (10, 0), (10, 4), mid=(12, 2)),
            track((10, 4), (10.1, 0.1)),
        ],
    )
    found = copper(drawn)
    assert [end.at for end in loose_ends(found)] == [(4_000_000, 0)]


def test_a_track_that_ends_inside_a_large_pad_is_held() -> None:
    """Its last corner is a millimetre from the pad's rim, which the track crosses."""
    drawn = BoardDrawn(pads((0, 0), (10, 0)), [track((0, 0), (10, 0))])
    for part in drawn.parts:
        part.pads[0].size = (3.0, 3.0)
    assert loose_ends(copper(drawn)) == ()


def test_vias_and_copper_without_purpose_are_named() -> None:
    """A via that nothing else touches on a second layer, and a track without a pin."""
    drawn = BoardDrawn(
        pads((0, 0)), [track((0, 0), (3, 0)), track((8, 8), (9, 9))], [ViaDrawn("", (3, 0))]
    )
    found = copper(drawn)
    said = [(item.got, item.expected) for item in loose_items(found, ())]
    assert said == [
        ("via at (3, 0): copper on fewer", "a via that joins two layers"),
        ("track on F.Cu from (8, 8) to (9, 9): no pin on it", "copper that belongs to a pin"),
    ]


@pytest.mark.parametrize(
    ("y", "expected"),
    [
        (0.15, []),
        (0.19, ["an overlap of at least 20 um"]),
        (0.23, ["a gap of at least 50 um between conductors"]),
        (0.26, []),
    ],
)
def test_contacts_and_gaps_that_etching_may_change_are_named(y: float, expected: list[str]) -> None:
    """Two tracks 0.2 mm wide, side by side at ever greater distance."""
    drawn = BoardDrawn(
        pads((0, 0), (10, 5)),
        [track((0, 0), (5, 0)), track((5, y), (9, y)), track((9, y), (10, 5))],
    )
    assert [item.expected for item in thin_items(copper(drawn))] == expected


EDGE = '(gr_rect (start -5 -5) (end 20 20) (stroke (width 0.1) (type solid)) (layer "Edge.Cuts"))'


def cuts(drawn: BoardDrawn) -> list[str]:
    return [item.got for item in check_cuts(copper(drawn)).items]


def test_copper_inside_a_closed_outline_is_whole() -> None:
    """A rectangle, or lines that meet end to end."""
    drawn = BoardDrawn(pads((0, 0), (9, 9)), [track((0, 0), (9, 9))], extra=[EDGE])
    assert cuts(drawn) == []
    corners = [(-5, -5), (20, -5), (20, 20), (-5, 20), (-5, -5)]
    drawn.extra = [
        f'(gr_line (start {a} {b}) (end {c} {d}) (stroke (width 0.1)) (layer "Edge.Cuts"))'
        for (a, b), (c, d) in pairwise(corners)
    ]
    assert cuts(drawn) == []
    drawn.extra.pop()
    assert cuts(drawn) == [
        "a line on Edge.Cuts that ends at (-5, -5)",
        "a line on Edge.Cuts that ends at (-5, 20)",
    ]


def test_edges_and_holes_that_cut_copper_are_named() -> None:
    """A track across the edge, one across an unplated hole; a ring around the hole is its own."""
    hole = PadDrawn("", (0, 0), shape="circle", size=(3, 3), drill=2, kind="np_thru_hole")
    drawn = BoardDrawn(
        pads((0, 0), (9, 9)), [track((0, 0), (0, -9)), track((9, 9), (5, 5))], extra=[EDGE]
    )
    drawn.parts.append(PartDrawn("H1", "L:H", "h", (5, 4), [hole]))
    assert cuts(drawn) == [
        "the board's edge at (-5, -5) cuts track on F.Cu from (0, 0) to (0, -9) at (0, -5)",
        "the board's hole at (5, 4) cuts track on F.Cu from (9, 9) to (5, 5) at (5, 4.5)",
    ]


@pytest.mark.parametrize(("turn", "expected"), [(0, 0), (90, 1)])
def test_an_oval_hole_cuts_along_its_length(turn: float, expected: int) -> None:
    """A slot of 4 mm by 1 mm below a track: upright it reaches it, level it does not."""
    slot = PadDrawn(
        "", (0, 0), shape="oval", size=(4, 1), kind="np_thru_hole", layers='"*.Cu" "*.Mask"',
        extra="(drill oval 4 1)",
    )  # fmt: skip
    part = PartDrawn("H1", "L:H", "h", (5, 5), [slot], rotation=turn)
    drawn = BoardDrawn([*pads((0, 6.5)), part], [track((0, 6.5), (8, 6.5))], extra=[EDGE])
    assert len(cuts(drawn)) == expected


def test_copper_off_the_board_is_named() -> None:
    """Nothing cuts it, and nobody makes it."""
    drawn = BoardDrawn(pads((0, 0), (30, 0)), extra=[EDGE])
    assert cuts(drawn) == ["pad P2.1 at (29.7, -0.3) is outside the outline"]


def test_a_board_without_an_outline_fails() -> None:
    """There is nothing to mill."""
    assert check_cuts(copper(BoardDrawn(pads((0, 0))))).verdict is Verdict.FAIL
