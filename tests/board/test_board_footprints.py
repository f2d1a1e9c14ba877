"""Footprints: every part has one, it is the package's, and its drawing keeps off the copper."""

import math
from pathlib import Path

import pytest
from board_layouts import LIBRARY, lists, needs_kicad

from parts.catalogue import load_catalogue
from parts.errors import PartError
from parts.footprint import MM, Footprint, Pad, Point, Rect, turned
from parts.footprint_file import load_footprints, read_footprints
from parts.record import PartRecord

NAMES = sorted(load_footprints())
SILK = MM * 15 // 100


def every_record() -> list[PartRecord]:
    catalogue = load_catalogue()
    ends = [family.resolve(value) for family in catalogue.families
            for value in (family.range.minimum, family.range.maximum)]  # fmt: skip
    return [*catalogue.values(), *ends]


@pytest.mark.parametrize("record", every_record(), ids=lambda record: record.mpn)
def test_every_pin_of_every_part_has_its_pad(record: PartRecord) -> None:
    shape = load_footprints()[record.footprint]
    assert sorted(pad.number for pad in shape.pads) == sorted(pin.number for pin in record.pins)
    soldered = record.kind not in ("jumper", "testpoint")
    assert shape.through_hole == record.through_hole
    assert shape.in_bom == soldered == record.in_bom


@pytest.mark.parametrize("name", NAMES)
def test_silkscreen_stays_on_its_own_courtyard_and_off_copper(name: str) -> None:
    shape = load_footprints()[name]
    for line in shape.silk:
        for share in range(21):
            spot = tuple(
                a + (b - a) * share / 20 for a, b in zip(line.start, line.end, strict=True)
            )
            assert min(gap(pad, spot) for pad in shape.pads) >= SILK / 2 + MM * 0.1
            inside = shape.courtyard.grown(-SILK // 2)
            assert inside.left <= spot[0] <= inside.right
            assert inside.top <= spot[1] <= inside.bottom


def gap(pad: Pad, spot: tuple[float, ...]) -> float:
    """From a point to a pad's copper."""
    if pad.shape == "circle":
        return math.dist(pad.at, spot) - pad.size[0] / 2
    away = [max(abs(spot[axis] - pad.at[axis]) - pad.size[axis] / 2, 0) for axis in (0, 1)]
    return math.hypot(*away)


def test_polarity_and_pin_1_are_drawn() -> None:
    """What has a direction has a drawing that is not its own mirror image."""
    for name in NAMES:
        shape = load_footprints()[name]
        turns = {(pad.number, pad.at) for pad in shape.pads} == {
            (pad.number, (-pad.at[0], -pad.at[1])) for pad in shape.pads
        }
        plain = name.startswith(("Resistor_SMD:R_0603", "Resistor_THT", "Capacitor_SMD:C_",
                                 "Capacitor_THT:C_", "Fuse", "Jumper", "TestPoint"))  # fmt: skip
        if plain or turns:
            continue
        x, y = shape.courtyard.centre
        lines = {frozenset((line.start, line.end)) for line in shape.silk}
        turned_lines = {
            frozenset((2 * x - a, 2 * y - b) for a, b in (line.start, line.end))
            for line in shape.silk
        }
        square = {pad.number for pad in shape.pads if pad.shape in ("rect", "roundrect")} == {"1"}
        assert lines != turned_lines or square, name


@needs_kicad
@pytest.mark.parametrize("name", NAMES)
def test_pads_are_those_of_kicads_library(name: str) -> None:
    """A second witness: the people who draw KiCad's library read the same data sheets."""
    library, item = name.split(":")
    path = LIBRARY / f"{library}.pretty" / f"{item}.kicad_mod"
    if not path.is_file():
        pytest.skip("KiCad's footprints are not installed; apt-get install kicad-footprints")
    theirs = {pad["number"]: pad for pad in library_pads(path)}
    shape = load_footprints()[name]
    assert theirs.keys() == {pad.number for pad in shape.pads}
    for pad in shape.pads:
        other = theirs[pad.number]
        assert pad.at == other["at"]
        assert pad.drill == other["drill"]
        if other["shape"] != "custom":  # the jumper's half-round pads are rectangles here
            assert (pad.shape, pad.size) == (other["shape"], other["size"])


def library_pads(path: Path) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for item in lists(path.read_text(encoding="utf-8"))[1:]:
        if isinstance(item, list) and item[0] == "pad":
            fields = {field[0]: field[1:] for field in item if isinstance(field, list)}
            drill = fields.get("drill")
            found.append({
                "number": item[1],
                "shape": item[3],
                "at": tuple(nm(value) for value in fields["at"][:2]),
                "size": tuple(nm(value) for value in fields["size"]),
                "drill": None if drill is None else nm(drill[0]),
            })  # fmt: skip
    return found


def nm(text: str) -> int:
    return round(float(text) * MM)


def test_four_quarter_turns_are_none() -> None:
    point: Point = (3, 7)
    assert turned(point, 90) == (7, -3)
    assert turned(turned(point, 270), 90) == point
    assert Rect(-1, -2, 3, 4).turned(90) == Rect(-2, -3, 4, 1)
    with pytest.raises(PartError, match="45 degrees: footprints are turned by quarters only"):
        turned(point, 45)


def test_a_longer_header_is_the_shortest_one_stretched() -> None:
    short, long = (
        load_footprints()[f"Connector_PinHeader_2.54mm:PinHeader_1x{count}_P2.54mm_Vertical"]
        for count in ("02", "08")
    )
    assert [pad.at[1] for pad in long.pads] == [MM * 254 // 100 * count for count in range(8)]
    assert long.courtyard.height - short.courtyard.height == 6 * MM * 254 // 100
    assert short.silk[-1] == long.silk[-1]  # the line across, below pin 1


GOOD = """
name = "Library:Part"
source = "a drawing"
courtyard = [-2.0, -1.0, 2.0, 1.0]
body = [-1.0, -0.5, 1.0, 0.5]

[[pads]]
numbers = [1, 2]
at = [-1.0, 0.0]
step = [2.0, 0.0]
size = [1.0, 1.0]
shape = "rect"
"""
REFUSALS = [
    ("no TOML", "name = ", "name ", "not valid TOML"),
    ("unknown key", "body =", "boddy =", "unknown key. Did you mean body?"),
    ("missing key", 'source = "a drawing"\n', "", "source: this key is missing"),
    ("bad name", "Library:Part", "Part", "name: String should match pattern"),
    ("pad outside", "[-2.0, -1.0,", "[-1.2, -1.0,", "pad 1 lies outside of the courtyard"),
    ("upside down", "[-1.0, -0.5, 1.0, 0.5]", "[1.0, 0.5, -1.0, -0.5]",
     "body is left, top, right, bottom, in this order"),
    ("no step", "step = [2.0, 0.0]\n", "", "pads 1 to 2 need a step"),
    ("backwards", "numbers = [1, 2]", "numbers = [2, 1]", "numbers run from 2 down to 1"),
    ("hole as wide as the pad", 'shape = "rect"', 'shape = "rect"\ndrill = 1.0',
     "a hole of 1 mm leaves nothing of the pad"),
    ("hole without saying", 'shape = "rect"', 'shape = "rect"\ndrill = 0.5',
     "through_hole says what its pads do not"),
    ("flat circle", 'size = [1.0, 1.0]\nshape = "rect"', 'size = [1.0, 0.9]\nshape = "circle"',
     "a circle is as wide as it is high"),
    ("twice", 'shape = "rect"', 'shape = "rect"\n[[pads]]\nnumbers = [2, 2]\nat = [0.0, 0.0]\n'
     'size = [0.1, 0.1]\nshape = "rect"', "pad 2 is given more than once"),
    ("family without a count", 'shape = "rect"',
     'shape = "rect"\n[repeat]\nminimum = 2\nmaximum = 4\nstep = 1.0', "go together"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "old", "new", "said"), REFUSALS, ids=[row[0] for row in REFUSALS])
def test_bad_footprint_files_are_refused(case: str, old: str, new: str, said: str) -> None:
    assert isinstance(read_footprints("part.toml", GOOD)[0], Footprint)
    with pytest.raises(PartError) as refusal:
        read_footprints("part.toml", GOOD.replace(old, new))
    assert str(refusal.value).startswith("parts/footprints/part.toml: ")
    assert said in str(refusal.value), case


def test_an_unknown_footprint_is_named_with_the_nearest() -> None:
    with pytest.raises(PartError, match=r"no footprint .* Did you mean .*SOT-23-5"):
        load_footprints()["Package_TO_SOT_SMD:SOT-23-7"]
    shape = load_footprints()["Package_TO_SOT_SMD:SOT-23-5"]
    with pytest.raises(PartError, match='has no pad numbered "6"; it has 1, 2, 3, 4, 5'):
        shape.pad("6")
