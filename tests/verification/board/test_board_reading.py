"""Reading board files: every pad shape as KiCad has it, three dialects, and what is refused."""

from __future__ import annotations

import gzip
import json
import math
import re
from itertools import pairwise
from pathlib import Path

import pytest

from tests.verification.board.drawn import (
    BoardDrawn,
    PadDrawn,
    PartDrawn,
    TrackDrawn,
    ViaDrawn,
    ZoneDrawn,
)
from verification.board.reading import is_board, parse_board
from verification.board.record import Area, BoardCopper, Pad
from verification.errors import NetlistError

DATA = Path(__file__).parent / "data"


def part(*pads: PadDrawn, extra: str = "") -> PartDrawn:
    return PartDrawn(
        "U1", "Lib:Name", "value", (10, 20), list(pads), {"MPN": "X"}, 90.0, extra=extra
    )


def board(*parts: PartDrawn, extra: str = "", **items: list[object]) -> BoardDrawn:
    return BoardDrawn(list(parts), extra=[extra] if extra else [], **items)  # type: ignore[arg-type]


def read(drawn: BoardDrawn, kicad: int = 9) -> BoardCopper:
    return parse_board(drawn.text(kicad), "b.kicad_pcb")


def box(area: Area) -> tuple[float, float, float, float]:
    xs, ys = zip(*area.points, strict=True)
    half = area.pen / 2
    return min(xs) - half, min(ys) - half, max(xs) + half, max(ys) + half


def size(area: Area) -> float:
    """Steiner: area of a convex core and a disk."""
    half, points = area.pen / 2, area.points
    if len(points) == 1:
        return math.pi * half**2
    if not area.filled:
        return math.dist(*points) * area.pen + math.pi * half**2
    loop = [*points, points[0]]
    inner = abs(sum(a[0] * b[1] - a[1] * b[0] for a, b in pairwise(loop))) / 2
    return inner + half * sum(math.dist(a, b) for a, b in pairwise(loop)) + math.pi * half**2


def test_pads_are_where_and_as_large_as_kicad_says() -> None:
    """60 pads, trapezoid, chamfered, rounded and oval with an offset hole, on parts that are turned
    and flipped: extent and area as KiCad 9's own polygons have them."""
    text = gzip.decompress((DATA / "pads.kicad_pcb.gz").read_bytes()).decode()
    expected = json.loads((DATA / "pads.json").read_text(encoding="utf-8"))
    pads = {f.refdes: f.pads[0] for f in parse_board(text, "pads").footprints}
    assert len(expected) == len(pads) == 60
    for key, (square, left, top, right, bottom, *_) in expected.items():
        refdes, _, layer = key.split("/")
        pad = pads[refdes]
        assert pad.layers == (layer,)
        assert box(pad.areas[0]) == pytest.approx((left, top, right, bottom), abs=500)
        assert size(pad.areas[0]) == pytest.approx(square, rel=1e-3)


def one_pad(pad: PadDrawn) -> Pad:
    return read(board(part(pad))).footprints[0].pads[0]


def test_a_pad_is_turned_with_its_footprint() -> None:
    """At 90 degrees a footprint's x axis points up on the screen, where y is less."""
    found = one_pad(PadDrawn("1", (2, 1), size=(0.4, 1.0)))
    assert found.at == (11_000_000, 18_000_000)
    assert box(found.areas[0]) == (10_500_000, 17_800_000, 11_500_000, 18_200_000)


def test_through_holes_reach_all_layers() -> None:
    """`*.Cu` is every copper layer of the board; a drill is kept."""
    drawn = board(part(PadDrawn("1", (0, 0), drill=0.3)))
    drawn.layers = ("F.Cu", "In1.Cu", "In2.Cu", "B.Cu")
    pad = read(drawn).footprints[0].pads[0]
    assert pad.layers == drawn.layers
    assert (pad.plated, pad.drill) == (True, (300_000, 300_000))


def test_a_hole_as_wide_as_its_pad_has_no_copper() -> None:
    """KiCad's mounting holes: an unplated hole that leaves nothing of its pad."""
    bare = one_pad(PadDrawn("", (0, 0), shape="circle", size=(3, 3), drill=3, kind="np_thru_hole"))
    ringed = one_pad(
        PadDrawn("", (0, 0), shape="circle", size=(4, 4), drill=3, kind="np_thru_hole")
    )
    assert (bare.areas, bare.layers) == ((), ())
    assert len(ringed.areas) == 1
    assert not ringed.plated


def test_custom_pads_are_anchor_and_primitives() -> None:
    """A number box and a spoke template are hints for the editor, not copper."""
    shapes = (
        "(options (clearance outline) (anchor rect)) (primitives "
        "(gr_circle (center 0 1) (end 0.5 1) (width 0) (fill yes)) "
        "(gr_line (start 0 0) (end 2 0) (width 0.2)) "
        "(gr_bbox (start 0 0) (end 9 9)) "
        "(gr_poly (pts (xy 0 0) (xy 1 0) (xy 1 1)) (width 0.1) (fill yes)))"
    )
    found = one_pad(PadDrawn("1", (0, 0), shape="custom", extra=shapes))
    kinds = [(len(area.points), area.pen, area.filled) for area in found.areas]
    assert kinds == [(4, 0, True), (1, 1_000_000, False), (2, 200_000, False), (3, 100_000, True)]


def test_arcs_stay_within_a_tenth_of_a_micrometre() -> None:
    """A quarter circle of 5 mm: the chords' length is the arc's."""
    half = 5 * math.sqrt(0.5)
    drawn = board(tracks=[TrackDrawn("A", "F.Cu", (5, 0), (0, 5), mid=(half, half))])
    (track,) = read(drawn).tracks
    assert track.points[0] == (5_000_000, 0)
    assert track.points[-1] == (0, 5_000_000)
    assert all(math.hypot(*p) == pytest.approx(5e6, abs=1.5) for p in track.points)
    middles = [((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in pairwise(track.points)]
    assert all(5e6 - 101 <= math.hypot(*p) <= 5e6 for p in middles)


def test_vias_span_their_layers() -> None:
    """A blind via has copper on the layers between its ends and on no other."""
    drawn = board(vias=[ViaDrawn("A", (1, 1), layers=("F.Cu", "In1.Cu"), kind="blind")])
    drawn.layers = ("F.Cu", "In1.Cu", "In2.Cu", "B.Cu")
    assert read(drawn).vias[0].layers == ("F.Cu", "In1.Cu")


def test_rule_areas_are_no_copper() -> None:
    """A keep-out is a zone clause without copper; a zone without a fill stays a zone."""
    keepout = '(zone (net 0) (net_name "") (layer "F.Cu") (keepout (tracks not_allowed)) (polygon))'
    assert read(board(extra=keepout)).zones == ()
    (zone,) = read(board(zones=[ZoneDrawn("A", "F.Cu", [])])).zones
    assert zone.unfilled == ("F.Cu",)


def test_graphics_on_copper_and_outline_are_told_apart() -> None:
    """A circle on F.Cu is copper, a rectangle on Edge.Cuts the outline, silk is neither."""
    extra = (
        '(gr_circle (center 0 0) (end 1 0) (stroke (width 0.1)) (fill no) (layer "F.Cu"))'
        '(gr_rect (start 0 0) (end 9 5) (stroke (width 0.1) (type solid)) (layer "Edge.Cuts"))'
        '(gr_line (start 0 0) (end 9 5) (stroke (width 0.1) (type solid)) (layer "F.SilkS"))'
        '(gr_text "F" (at 0 0) (layer "F.SilkS"))'
    )
    found = read(board(extra=extra))
    assert [graphic.layer for graphic in found.graphics] == ["F.Cu"]
    assert found.graphics[0].areas[0].points[0] == found.graphics[0].areas[0].points[-1]
    assert found.outline == (
        ((0, 0), (9_000_000, 0), (9_000_000, 5_000_000), (0, 5_000_000), (0, 0)),
    )


def full() -> BoardDrawn:
    return board(
        part(PadDrawn("1", (0, 0), "A"), PadDrawn("2", (1, 0), "B", drill=0.3)),
        tracks=[TrackDrawn("A", "F.Cu", (0, 0), (5, 0))],
        vias=[ViaDrawn("B", (3, 3))],
        zones=[ZoneDrawn("A", "B.Cu", [[(0, 0), (1, 0), (1, 1)]])],
    )


@pytest.mark.parametrize("kicad", [8, 10])
def test_dialects_read_the_same(kicad: int) -> None:
    """KiCad 10 names nets where 8 and 9 number them; nothing of the copper depends on it."""
    assert read(full(), kicad) == read(full(), 9)


def test_a_footprint_says_what_it_is() -> None:
    """Reference, value, library, fields, place, side."""
    found = read(full()).footprints[0]
    assert (found.refdes, found.value, found.name) == ("U1", "value", "Lib:Name")
    assert (found.at, found.rotation, found.side) == ((10_000_000, 20_000_000), 90.0, "front")
    assert found.field("mpn") == "X"
    assert [pad.net for pad in found.pads] == ["A", "B"]


def test_a_board_is_known_by_its_beginning() -> None:
    """Not by its name."""
    assert is_board("\ufeff\n (kicad_pcb (version 1))")
    assert not is_board('(export (version "D"))')


REFUSED = {
    "(frobnicate 1)": "'(frobnicate ...)' is not known here, so it may be copper",
    '(gr_text "x" (at 0 0) (layer "F.Cu"))': "the board: '(gr_text ...)' on a copper layer",
    '(table (layer "B.Cu"))': "'(table ...)' on a copper layer",
    '(segment (start 0 0) (end 1 1) (width 0.2) (layer "In7.Cu"))': 'copper layer "In7.Cu", which',
    '(segment (start 0 0) (end 1 1) (width 0) (layer "F.Cu"))': "a width of 0 mm",
    '(segment (start 0) (end 1 1) (width 0.2) (layer "F.Cu"))': "without a complete '(start ...)'",
    '(segment (start 0 x) (end 1 1) (width 0.2) (layer "F.Cu"))': '"x" where a length',
    '(segment (start 0 1e9) (end 1 1) (width 0.2) (layer "F.Cu"))': "at most 2147.48 mm",
    '(segment (start 0 0) (end 1 1) (width 0.2) (layer "F.SilkS"))': "not on one copper layer",
    '(segment (start 0 0) (end 1 1) (width 0.2) (layer "F.Cu") (bend 1))': "'(bend ...)'",
    '(via (at 0 0) (size 0.2) (drill 0.3) (layers "F.Cu" "B.Cu"))': "a via of 0.2 mm with a hole",
    '(via (at 0 0) (size 0.6) (drill 0.3) (layers "F.Cu"))': "the two copper layers",
    '(via (at 0 0) (size 0.6) (drill 0.3) (layers "F.Cu" "B.Cu") (remove_unused_layers yes))': (
        "without rings on unused layers"
    ),
    '(via (at 0 0) (size 0.6) (drill 0.3) (layers "F.Cu" "B.Cu") (padstack (mode custom)))': (
        "'(padstack ...)': copper that differs"
    ),
    '(zone (layer "F.Cu") (filled_polygon (pts (xy 0 0) (xy 1 0) (xy 1 1))))': "way KiCad 5 did",
    '(zone (layer "F.Cu") (filled_areas_thickness no) (filled_polygon (pts)))': "without corners",
    '(gr_curve (pts (xy 0 0)) (stroke (width 1)) (layer "F.Cu"))': "Bezier curves are not read",
    '(gr_rect (start 0 0) (end 1 1) (fill hatch) (layer "F.Cu"))': 'a fill "hatch" on copper',
}


@pytest.mark.parametrize("clause", REFUSED)
def test_what_is_not_understood_is_refused(clause: str) -> None:
    """With the file and the line; nothing on copper is left out without a word."""
    drawn = board(extra=clause)
    line = drawn.text().split(clause)[0].count("\n") + 1
    with pytest.raises(NetlistError, match=re.escape(REFUSED[clause])) as caught:
        read(drawn)
    assert str(caught.value).startswith(f"b.kicad_pcb, line {line}: ")


REFUSED_PARTS = {
    '(fp_text user "x" (at 0 0) (layer "F.Cu"))': "'(fp_text ...)' on a copper layer",
    '(zone (layer "F.Cu") (polygon))': "a copper zone inside a footprint",
    "(sparkle yes)": "'(sparkle ...)'",
    '(pad "1" smd star (at 0 0) (size 1 1) (layers "F.Cu"))': "a pad '1 smd star'",
    '(pad "1" smd rect (at 0 0) (size 1 0) (layers "F.Cu"))': "a pad without a size",
    '(pad "1" smd rect (at 0 0) (size 1 1) (layers "F.Cu") (glow 1))': "'(glow ...)'",
    '(pad "1" thru_hole circle (at 0 0) (size 1 1) (drill 0.5) (layers "*.Cu")'
    " (backdrill (size 1)))": "'(backdrill ...)': copper that differs",
}


@pytest.mark.parametrize("clause", REFUSED_PARTS)
def test_what_is_not_understood_in_a_footprint_is_refused(clause: str) -> None:
    """A refusal names the footprint's line."""
    with pytest.raises(NetlistError, match=re.escape(REFUSED_PARTS[clause])):
        read(board(part(PadDrawn("1", (0, 0)), extra=clause)))


def test_hidden_text_on_copper_is_no_copper() -> None:
    """KiCad does not plot it."""
    text = '(property "Note" "x" (at 0 0) (layer "F.Cu") (hide yes))'
    assert read(board(part(PadDrawn("1", (0, 0)), extra=text))).footprints


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("(kicad_pcb (version 20241229))", "no '(layers ...)' clause"),
        ('(kicad_pcb (layers (0 "F.Cu" signal)))', "without F.Cu or B.Cu"),
        ("(kicad_pcb (layers", "it is truncated"),
        ("(kicad_sch (version 1))", "a KiCad board starts with '(kicad_pcb'"),
        ("", "no '(kicad_pcb ...)': not a KiCad board"),
    ],
)
def test_files_that_are_no_boards_are_refused(text: str, message: str) -> None:
    """One message each."""
    with pytest.raises(NetlistError, match=re.escape(message)):
        parse_board(text, "b.kicad_pcb")
