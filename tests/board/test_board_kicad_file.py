"""KiCad's files: readable by KiCad, the same every time, and with the netlist's identities."""

from pathlib import Path

import pytest
from board_layouts import drc, lists, needs_kicad, placed_tiles, ready

from netgen.board.kicad.board import board_text
from netgen.board.kicad.footprint import footprint_text
from netgen.board.kicad.project import project_text
from netgen.board.kicad.words import identity, mm, netlist_path, quoted
from netgen.board.lettering import text_width
from netgen.board.record import LAYERS, Board, Placed, SilkText, Track, Via, Zone
from netgen.board.rules import fab_rules
from netgen.emit.netlist import emit_netlist
from parts.footprint import MM, Rect
from parts.footprint_file import load_footprints

RULES = fab_rules("jlcpcb")


def gallery(turn: int) -> Board:
    """Every footprint side by side, courtyards touching."""
    placed: list[Placed] = []
    x = y = MM
    low = 0
    for number, shape in enumerate(load_footprints().values()):
        court = shape.courtyard.turned(turn)
        if x + court.width > 150 * MM:
            x, y, low = MM, y + low, 0
        placed.append(
            Placed(f"X{number}", f"gallery/x{number}", shape, (x - court.left, y - court.top),
                   turn, (), "mpn", "10k")
        )  # fmt: skip
        x += court.width
        low = max(low, court.height)
    return Board("gallery", "All", Rect(0, 0, 152 * MM, y + low + MM), LAYERS[2], RULES,
                 tuple(placed))  # fmt: skip


def two_resistors() -> Board:
    """Two resistors in parallel, by a track on the front and one on the back, over a plane."""
    shape = load_footprints()["Resistor_SMD:R_0603_1608Metric"]
    placed = tuple(
        Placed(f"R{k}", f"a/r{k}", shape, (5 * MM, (4 * k + 1) * MM), 0,
               (("1", "A"), ("2", 'B"\\')), "mpn", "1k")
        for k in (1, 2)
    )  # fmt: skip
    left, right = 4175 * MM // 1000, 5825 * MM // 1000
    tracks = (
        Track("A", "F.Cu", RULES.track, (left, 5 * MM), (left, 9 * MM)),
        Track('B"\\', "F.Cu", RULES.track, (right, 5 * MM), (8 * MM, 5 * MM)),
        Track('B"\\', "B.Cu", RULES.track, (8 * MM, 5 * MM), (8 * MM, 9 * MM)),
        Track('B"\\', "F.Cu", RULES.track, (8 * MM, 9 * MM), (right, 9 * MM)),
    )
    vias = tuple(Via('B"\\', (8 * MM, y * MM), RULES.via, RULES.drill) for y in (5, 9))
    corners = ((MM, MM), (11 * MM, MM), (11 * MM, 14 * MM), (MM, 14 * MM))
    plane = Zone('B"\\', "In1.Cu", corners, RULES.space, 250_000, True, 300_000, 400_000, 0,
                 (corners,))  # fmt: skip
    texts = (SilkText("4-7", (5 * MM, 12 * MM), RULES.silk_height),)
    return Board("two", "Two", Rect(0, 0, 12 * MM, 15 * MM), LAYERS[4], RULES, placed, tracks,
                 vias, (plane,), texts)  # fmt: skip


def written(board: Board, folder: Path) -> Path:
    path = folder / f"{board.name}.kicad_pcb"
    path.write_text(board_text(board), encoding="utf-8")
    path.with_suffix(".kicad_pro").write_text(project_text(board.name, RULES), encoding="utf-8")
    return path


@needs_kicad
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_kicad_finds_nothing_against_our_footprints(turn: int, tmp_path: Path) -> None:
    report = drc(written(gallery(turn), tmp_path))
    assert report["violations"] == []


@needs_kicad
def test_kicad_sees_tracks_vias_and_planes_join_what_they_join(tmp_path: Path) -> None:
    report = drc(written(two_resistors(), tmp_path))
    assert report["violations"] == report["unconnected_items"] == []


@needs_kicad
@pytest.mark.parametrize("left_out", ["track", "via", "zone", "moved"])
def test_kicad_sees_what_is_broken(left_out: str, tmp_path: Path) -> None:
    """The referee is awake: each damage to the same board is a finding."""
    board = two_resistors()
    parts = {"tracks": board.tracks, "vias": board.vias, "zones": board.zones}
    if left_out == "moved":
        first, *others = board.tracks
        crossing = Track(first.net, first.layer, first.width, first.start, (8 * MM, 9 * MM))
        parts["tracks"] = (crossing, *others)
    elif left_out == "zone":
        parts["zones"] = ()
        parts["tracks"] = tuple(item for item in board.tracks if item.layer == "F.Cu")
    else:
        parts[f"{left_out}s"] = parts[f"{left_out}s"][1:]
    broken = Board(
        board.name, board.title, board.outline, board.layers, RULES, board.placed,
        parts["tracks"], parts["vias"], parts["zones"],
    )  # fmt: skip
    report = drc(written(broken, tmp_path))
    assert report["violations"] or report["unconnected_items"]


def test_a_board_has_the_same_bytes_every_time() -> None:
    assert board_text(two_resistors()) == board_text(two_resistors())
    assert board_text(gallery(0)) != board_text(gallery(90))


def test_the_file_is_balanced_and_every_identity_is_its_own() -> None:
    text = board_text(two_resistors())
    tree = lists(text)
    assert tree[0] == "kicad_pcb"
    assert tree[1] == ["version", "20240108"]
    keys = [line.rsplit("(uuid ", 1)[1] for line in text.splitlines() if "(uuid " in line]
    assert len(keys) == len(set(keys)) > 20


def test_no_line_is_longer_than_kicad_reads() -> None:
    """KiCad refuses a line of a million characters; a plane's outline is longer than that."""
    board = two_resistors()
    corners = tuple((k, k * k % 977) for k in range(200_000))
    zone = Zone("A", "In1.Cu", corners, RULES.space, 250_000, True, 300_000, 400_000, 0, (corners,))
    text = board_text(
        Board(board.name, "", board.outline, board.layers, RULES, board.placed, zones=(zone,))
    )
    assert max(map(len, text.splitlines())) < 10_000


def test_designators_of_the_assembly_drawing_keep_inside_their_parts() -> None:
    inside = 0
    for item in (part for tile in placed_tiles(ready("two_edge")) for part in tile.placed):
        numbers = {net: 1 for _, net in item.nets}
        tree = lists(footprint_text(item, numbers, RULES))
        said = next(field for field in tree if field[:2] == ["property", "Reference"])
        size = next(clause[1][1] for clause in said if clause[0] == "effects")
        height, body = round(float(size[1]) * MM), item.footprint.body
        fits = text_width(item.refdes, height) <= max(body.width, body.height)
        assert fits or height == 200_000, item.refdes
        inside += fits
    assert inside > 30


def test_footprints_have_the_time_stamps_of_the_netlist() -> None:
    """KiCad brings a board up to date from a netlist by these paths."""
    made = ready("two_edge")
    netlist = lists(emit_netlist(made.circuit, ()).text)
    stamps: dict[str, str] = {}
    components = next(item for item in netlist[1:] if item[0] == "components")
    for item in components[1:]:
        fields = {field[0]: field for field in item[1:]}
        sheet = next(field[1] for field in fields["sheetpath"][1:] if field[0] == "tstamps")
        stamps[fields["ref"][1]] = sheet + fields["tstamps"][1]
    assert stamps == {item.refdes: netlist_path(item) for item in made.circuit.components}


@pytest.mark.parametrize(
    ("value", "said"),
    [(0, "0"), (1, "0.000001"), (-1_270_000, "-1.27"), (100_000_000, "100"), (-500_000, "-0.5")],
)
def test_millimetres_are_exact(value: int, said: str) -> None:
    assert mm(value) == said


def test_texts_are_quoted_and_identities_differ() -> None:
    assert quoted('a"b\\c') == '"a\\"b\\\\c"'
    assert identity("a", "b") != identity("a/b")
    assert identity("track", 1) == identity("track", 1)
