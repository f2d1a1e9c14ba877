"""The board file read back: what was written, what a user changes in KiCad, and refusals."""

from pathlib import Path

import pytest
from fab_boards import HIGH, small_board, small_file

from netgen.board.kicad.board import board_text
from netgen.board.kicad.page import MARGIN, on_page
from netgen.errors import BuildError
from netgen.fab.reading import parse_board_file, read_board_file
from netgen.fab.sexpr import parse
from parts.footprint import MM

TEXT = board_text(small_board())


def test_every_pad_is_where_the_records_have_it() -> None:
    """Writer and reader agree on turned footprints, nets, drills and layers."""
    board, file = on_page(small_board()), small_file()
    assert [part.refdes for part in file.parts] == ["U1", "J1", "TP1"]
    for item, part in zip(board.placed, file.parts, strict=True):
        assert (part.at, part.angle, part.mpn, part.value, part.path) == (
            item.at, item.rotation, item.mpn, item.value, item.path,
        )  # fmt: skip
        for pad, read in zip(item.footprint.pads, part.pads, strict=True):
            assert (read.number, read.at, read.size) == (pad.number, item.spot(pad.at), pad.size)
            assert read.net == (item.net(pad.number) or "")
            assert read.drill == (None if pad.drill is None else (pad.drill, pad.drill))
            assert read.on("F.Cu")
            assert read.on("B.Cu") == (pad.drill is not None)


def test_copper_is_complete() -> None:
    """Tracks, vias, fills, holes and the outline."""
    board, file = on_page(small_board()), small_file()
    assert [(t.layer, t.start, t.end, t.width) for t in file.tracks] == [
        (t.layer, t.start, t.end, t.width) for t in board.tracks
    ]
    assert [(v.at, v.diameter, v.drill) for v in file.vias] == [
        (v.at, v.diameter, v.drill) for v in board.vias
    ]
    assert [(f.layer, f.points) for f in file.fills] == [("B.Cu", board.zones[0].fill[0])]
    assert file.copper == ("F.Cu", "B.Cu")
    assert sorted(hole.size[0] for hole in file.holes()) == [300_000, MM, MM]
    assert [item.points for item in file.graphics if item.layer == "Edge.Cuts"] == [
        (MARGIN, (20 * MM + MARGIN[0], HIGH + MARGIN[1]))
    ]


def test_coordinates_start_at_the_drill_origin() -> None:
    """The writer puts it at the corner at the bottom left."""
    assert small_file().local((MARGIN[0] + 3 * MM, MARGIN[1] + 8 * MM)) == (3.0, 2.0)


def test_a_part_marked_dnp_is_not_mounted() -> None:
    """As KiCad writes it when a user ticks the box."""
    file = parse_board_file(TEXT.replace("(attr smd)", "(attr smd dnp)", 1), "b.kicad_pcb")
    assert [part.refdes for part in file.parts if part.mounted] == ["J1"]


def test_copper_features_are_not_mounted() -> None:
    """A test point is in no BOM and in no placement file."""
    parts = {part.refdes: part for part in small_file().parts}
    assert not parts["TP1"].in_bom
    assert not parts["TP1"].placed


def test_a_through_hole_part_is_taken_at_its_middle() -> None:
    """Its origin is pin 1."""
    parts = {part.refdes: part for part in small_file().parts}
    x, y = MARGIN[0] + 15 * MM, MARGIN[1] + 3 * MM
    assert parts["J1"].at == (x, y)
    assert parts["J1"].centre == (x, y + 3 * MM // 2)
    assert parts["U1"].centre == parts["U1"].at


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("(kicad_pcb", "(kicad_sch",
         "b.kicad_pcb: it begins with (kicad_sch and is no board; a board of KiCad 8 or later "
         "begins with (kicad_pcb"),
        ('(pad "1" smd rect', '(pad "1" smd custom',
         "b.kicad_pcb: U1, pad 1: a pad of shape custom is not understood; use one of rect, "
         "roundrect, circle, oval, on all of its layers"),
        ("(remove_unused_layers no)", "(remove_unused_layers yes)",
         "b.kicad_pcb: J1, pad 1: a pad without its unused layers is not understood; use one of "
         "rect, roundrect, circle, oval, on all of its layers"),
        ('(layer "F.SilkS") (uuid', '(layer "F.Cu") (uuid',
         "b.kicad_pcb: a gr_text on F.Cu is not understood; move it to the silkscreen"),
        ("(size 1 2)", "(size 1 wide)",
         "b.kicad_pcb: a number or name is missing or wrong (could not convert string to float: "
         "'wide'); save it from KiCad anew"),
    ],
)  # fmt: skip
def test_refusals(old: str, new: str, message: str) -> None:
    """What cannot be told is refused in one sentence."""
    assert old in TEXT
    broken = TEXT.replace(old, new, 1)
    if "gr_text" in message:
        broken = TEXT.replace('30 25 0) (layer "F.SilkS")', '30 25 0) (layer "F.Cu")')
        assert broken != TEXT
    with pytest.raises(BuildError) as caught:
        parse_board_file(broken, "b.kicad_pcb")
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("(a (b)", "x: a bracket is not closed; it is no KiCad file, or cut off"),
        ("(a) (b)", "x: ( stands outside of brackets; it is no KiCad file"),
        ("hello", "x: hello stands outside of brackets; it is no KiCad file"),
        ("", "x: a bracket is not closed; it is no KiCad file, or cut off"),
    ],
)
def test_broken_brackets_are_refused(text: str, message: str) -> None:
    """A file that was cut off while it was copied."""
    with pytest.raises(BuildError) as caught:
        parse(text, "x")
    assert str(caught.value) == message


def test_quotes_and_escapes() -> None:
    """Names may hold brackets, spaces and quotes."""
    found = parse(r'(a "x (y" "say \"b\"" (c "1 2"))', "x")
    assert found.words == ("x (y", 'say "b"')
    assert found.word("c") == "1 2"


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """One sentence, no traceback."""
    path = tmp_path / "none.kicad_pcb"
    with pytest.raises(BuildError) as caught:
        read_board_file(path)
    assert str(caught.value) == (
        f"{path}: cannot be read (No such file or directory); name a .kicad_pcb file"
    )
