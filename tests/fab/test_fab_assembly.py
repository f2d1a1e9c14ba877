"""BOM and placement files: columns, designators one to one, middles, angles."""

import csv
import io
from collections.abc import Sequence
from dataclasses import replace

import pytest
from fab_boards import ready, small_board, small_file

from netgen.board.kicad.board import board_text
from netgen.circuit import Circuit
from netgen.fab.assembly import Assembly, assembly
from netgen.fab.board_file import BoardFile
from netgen.fab.checks.assembly import (
    check_designators,
    check_parts,
    check_placements,
    check_rotations,
)
from netgen.fab.checks.gerber import board_frame
from netgen.fab.checks.record import Check
from netgen.fab.reading import parse_board_file
from netgen.fab.rotation import JLCPCB, correction
from netgen.fab.tables import assembly_files
from parts.catalogue import load_catalogue
from parts.footprint import turned
from parts.footprint_file import load_footprints

CATALOGUE = load_catalogue()
# A resistor and a header of the catalogue, standing where the small board has its parts.
MPNS = {"mpn-u": "RC0603FR-0710KL", "mpn-j": "M20-9990246"}
CIRCUIT = ready("two_edge").circuit
POSITIONS = "Ref,Val,Package,PosX,PosY,Rot,Side\nU1,chip,x,5,7,90,top\nJ1,1x02,x,15,7,0,top\n"


def board_of(*changes: tuple[str, str]) -> BoardFile:
    """The small board with parts that can be bought, and changes of its text."""
    text = board_text(small_board())
    for old, new in (*MPNS.items(), *changes):
        assert old in text
        text = text.replace(old, new)
    return parse_board_file(text, "small.kicad_pcb")


def circuit_of(*refs: str) -> Circuit:
    """A netlist with these parts alone, by the records of the small board's."""
    records = {"U1": "RC0603FR-0710KL", "J1": "M20-9990246", "TP1": "TEST-POINT"}
    blank = next(c for c in CIRCUIT.components if c.part.kind == "testpoint")
    components = tuple(
        replace(blank, refdes=name, slot=name, part=CATALOGUE.part(records.get(name, "TEST-POINT")),
                pins=())
        for name in refs
    )  # fmt: skip
    # Nets and pins are no matter here, so the invariants of a whole circuit are not asked for.
    found = object.__new__(Circuit)
    found.__dict__.update(name="small", components=components, nets=())
    return found


def rows(text: str) -> list[dict[str, str]]:
    """A CSV as dictionaries."""
    return list(csv.DictReader(io.StringIO(text)))


def files_of(board: BoardFile) -> dict[str, str]:
    return dict(assembly_files("small", assembly(board, CATALOGUE)))


def verdicts(board: BoardFile, circuit: Circuit, positions: str = POSITIONS) -> dict[str, Check]:
    """Every check of the assembly files."""
    parts, files, frame = assembly(board, CATALOGUE), files_of(board), board_frame(board)
    found = (
        check_designators(circuit, parts, files),
        check_parts(circuit, board, parts),
        check_placements(board, parts, frame, positions),
        check_rotations(parts),
    )
    return {check.name: check for check in found}


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("bom-jlcpcb", "Comment,Designator,Footprint,LCSC Part #"),
        ("bom-pcbway",
         "Item,Designator,Qty,Manufacturer,Mfr. Part #,Description/Value,Package/Footprint"),
        ("placement-jlcpcb", "Designator,Val,Package,Mid X,Mid Y,Rotation,Layer"),
        ("placement-pcbway", "Designator,Val,Package,Mid X,Mid Y,Rotation,Layer"),
        ("placement-generic", "Designator,Val,Package,Mid X,Mid Y,Rotation,Layer"),
    ],
)  # fmt: skip
def test_columns_are_those_that_the_house_reads(name: str, columns: str) -> None:
    """An upload page finds columns by these names."""
    assert files_of(board_of())[f"small-{name}.csv"].splitlines()[0] == columns


def test_placement_is_in_mm_from_the_drill_origin() -> None:
    """A through-hole part at the middle of its pins, a chip at its origin; test points nowhere."""
    found = rows(files_of(board_of())["small-placement-generic.csv"])
    assert [(row["Designator"], row["Mid X"], row["Mid Y"], row["Rotation"]) for row in found] == [
        ("J1", "15.0000", "5.5000", "0"),
        ("U1", "5.0000", "7.0000", "90"),
    ]


def test_only_jlcpcb_turns_packages() -> None:
    """SOIC: 90 in KiCad, 90 + 270 for JLCPCB."""
    found = files_of(board_of())
    angles = {
        name: {row["Designator"]: row["Rotation"] for row in rows(text)}["U1"]
        for name, text in found.items()
        if "placement" in name
    }
    assert angles == {
        "small-placement-generic.csv": "90",
        "small-placement-jlcpcb.csv": "0",
        "small-placement-pcbway.csv": "90",
    }


def test_good_files_pass() -> None:
    """The small board against its netlist."""
    found = verdicts(board_of(), circuit_of("U1", "J1", "TP1"))
    assert {name: check.findings for name, check in found.items() if check.verdict != "pass"} == {}


def findings(check: Check) -> Sequence[str]:
    return [item.what for item in check.findings]


def test_a_part_that_the_netlist_lacks_is_named() -> None:
    """In every file."""
    check = verdicts(board_of(), circuit_of("U1", "TP1"))["designators"]
    assert findings(check)[0] == "small-bom-generic.csv has J1, the netlist has not"
    assert len(check.findings) == 6


def test_a_part_that_the_board_lacks_is_named() -> None:
    """Twice: as a designator and as a part."""
    found = verdicts(board_of(), circuit_of("U1", "J1", "J2", "TP1"))
    assert "J2 of the netlist is not on the board" in findings(found["part_numbers"])


def test_a_part_that_is_not_fitted_is_in_no_file_and_no_finding() -> None:
    """Somebody decided so in KiCad; the report lists it."""
    board = board_of(("(attr smd)", "(attr smd dnp)"))
    parts = assembly(board, CATALOGUE)
    assert ("U1", "do not populate") in parts.left_out
    assert verdicts(board, circuit_of("U1", "J1", "TP1"))["designators"].verdict == "pass"
    assert all("U1" not in text for text in files_of(board).values())


def test_a_repeated_designator_is_named() -> None:
    """Two parts of one name."""
    text = board_text(small_board()).replace('"J1"', '"U1"')
    board = parse_board_file(text, "small.kicad_pcb")
    check = verdicts(board, circuit_of("U1", "TP1"))["designators"]
    assert "small-placement-jlcpcb.csv has U1 2 times" in findings(check)


def test_ranges_are_not_expected() -> None:
    """A file with R1-R4 in it lacks R1 to R4."""
    files = files_of(board_of())
    files["small-bom-jlcpcb.csv"] = files["small-bom-jlcpcb.csv"].replace("U1", "U1-U4")
    parts = assembly(board_of(), CATALOGUE)
    check = check_designators(circuit_of("U1", "J1", "TP1"), parts, files)
    assert findings(check) == [
        "small-bom-jlcpcb.csv lacks U1 of the netlist",
        "small-bom-jlcpcb.csv has U1-U4, the netlist has not",
    ]


@pytest.mark.parametrize(
    ("mpn", "text"),
    [("", "U1 has no part number"), ("NONE-1", "U1: the catalogue has no part NONE-1")],
)
def test_a_line_without_a_part_number_is_named(mpn: str, text: str) -> None:
    """And that the netlist has another part."""
    found = verdicts(board_of(("RC0603FR-0710KL", mpn)), circuit_of("U1", "J1", "TP1"))
    here = mpn or "nothing"
    assert findings(found["part_numbers"]) == [
        text, f"U1 is {here} on the board, RC0603FR-0710KL in the netlist",
    ]  # fmt: skip


def test_a_part_on_the_back_or_off_the_board_is_named() -> None:
    """Their angles are not tested, their place is wrong."""
    back = board_of(('\t\t(layer "F.Cu")', '\t\t(layer "B.Cu")'))
    assert "U1 is on the back" in findings(verdicts(back, circuit_of("U1", "J1"))["placements"])
    away = board_of(("(at 25 23 90)", "(at 70 23 90)"))
    found = findings(verdicts(away, circuit_of("U1", "J1"))["placements"])
    assert found[0] == "U1 at (50, 7) mm is not on the board"


@pytest.mark.parametrize("row", ["U1,chip,x,5,7,180,top", "U1,chip,x,5.1,7,90,top", ""])
def test_kicad_is_the_witness_of_places(row: str) -> None:
    """Another place, another angle, no row."""
    positions = POSITIONS.replace("U1,chip,x,5,7,90,top", row)
    check = verdicts(board_of(), circuit_of("U1", "J1"), positions)["placements"]
    assert len(check.findings) == 1
    assert "U1" in check.findings[0].what


def test_an_unknown_package_is_named() -> None:
    """It would be placed by KiCad's angle, which may be wrong."""
    check = verdicts(board_of(("SOIC-2_test", "ODD-2")), circuit_of("U1", "J1"))["rotations"]
    assert findings(check) == ["package ODD-2 has no row"]


def test_a_check_of_nothing_fails() -> None:
    """A board without parts is not ready to be assembled."""
    nothing = Assembly((), (), ())
    check = check_rotations(nothing)
    assert check.verdict == "fail"
    assert findings(check) == ["there was nothing to look at"]
    empty = check_designators(circuit_of(), nothing, {})
    assert empty.verdict == "fail"


def test_every_package_of_the_catalogue_has_a_row() -> None:
    """Copper features aside."""
    packages = {item.name.partition(":")[2] for item in load_footprints().values() if item.in_bom}
    assert {name for name in packages if correction(name) is None} == set()
    assert len(packages) > 20


@pytest.mark.parametrize(
    ("name", "corner"),
    [
        ("Package_SO:SOIC-8_3.9x4.9mm_P1.27mm", "top right"),
        ("Package_SO:TSSOP-14_4.4x5mm_P0.65mm", "top right"),
        ("Package_TO_SOT_SMD:SOT-23-5", "bottom right"),
        ("Package_TO_SOT_SMD:SOT-23-6", "bottom right"),
    ],
)
def test_where_pin_1_goes(name: str, corner: str) -> None:
    """KiCad has pin 1 at the top left; on JLCPCB's tapes it is elsewhere."""
    row = correction(name.partition(":")[2])
    assert row is not None
    x, y = turned(load_footprints()[name].pad("1").at, row.degrees)
    # y goes down.
    assert ("top" if y < 0 else "bottom", "left" if x < 0 else "right") == tuple(corner.split())


def test_rows_say_who_says_so() -> None:
    """Angles are whole quarters, and each has a source."""
    for row in JLCPCB:
        assert row.degrees in (0, 90, 180, 270)
        assert len(row.source) > 10


def test_lines_group_equal_parts() -> None:
    """One line a part, with all of its designators in natural order."""
    text = (
        board_text(small_board()).replace("mpn-j", "mpn-u").replace("PinHeader_test", "SOIC-2_test")
    )
    text = text.replace('"1x02"', '"chip"')
    parts = assembly(parse_board_file(text, "small.kicad_pcb"), CATALOGUE)
    assert [line.designators for line in parts.lines] == [("J1", "U1")]


def test_small_file_is_the_boards() -> None:
    """The helper of these tests changes nothing but part numbers."""
    assert [part.at for part in small_file().parts] == [part.at for part in board_of().parts]
