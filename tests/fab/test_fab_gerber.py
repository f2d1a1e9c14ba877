"""Gerber files against their board, read by gerbonara: good ones pass, each damage is named."""

from collections.abc import Callable

import pytest
from fab_boards import HIGH, drill, gerber, read_back, small_board, small_file, small_gerbers

from netgen.errors import ToolError
from netgen.fab.checks.gerber import (
    board_frame,
    check_copper,
    check_drills,
    check_layers,
    check_mask,
    check_outline,
    compare_layers,
)
from netgen.fab.checks.record import Check
from netgen.fab.gerber import load_reader
from netgen.fab.profile import fab_profile
from parts.footprint import MM

Files = dict[str, bytes]
BOARD = small_file()
NAMES = ("layers", "outline", "drills", "copper", "mask", "painted")


def checks(files: Files) -> dict[str, Check]:
    """Every check of the Gerber files."""
    read, frame = read_back(files), board_frame(BOARD)
    found = (
        check_layers(BOARD, read, fab_profile("jlcpcb")),
        check_outline(read),
        check_drills(BOARD, read, frame),
        check_copper(BOARD, read),
        check_mask(BOARD, read, frame),
        compare_layers(BOARD, read, frame).check,
    )
    return {check.name: check for check in found}


def test_good_files_pass() -> None:
    """Written by another hand from the same board, they raise no finding."""
    found = checks(small_gerbers())
    assert tuple(found) == NAMES
    assert {name: check.findings for name, check in found.items() if check.verdict != "pass"} == {}
    assert found["drills"].evidence["holes"] == 3
    assert found["mask"].evidence == {"F.Mask": 5, "B.Mask": 2}


def shifted(files: Files) -> None:
    """The front's copper a tenth of a millimetre to the right."""
    files["small-F_Cu.gtl"] = gerber_of(0.1)


def gerber_of(right_mm: float) -> bytes:
    """The front's copper, moved."""
    lines: list[str] = []
    for line in small_gerbers()["small-F_Cu.gtl"].decode().splitlines():
        if line.startswith("X"):
            x, y = line[1:].split("Y")
            lines.append(f"X{int(x) + round(right_mm * 1e6)}Y{y}")
        else:
            lines.append(line)
    return ("\n".join(lines) + "\n").encode()


def without_track(files: Files) -> None:
    """A track of 0.2 mm is not plotted."""
    board = small_board()
    kept = small_gerbers()["small-B_Cu.gbl"].decode().splitlines()
    start = f"X{board.tracks[2].start[0]}Y{HIGH - board.tracks[2].start[1]}D02*"
    where = kept.index(start)
    del kept[where : where + 2]
    files["small-B_Cu.gbl"] = ("\n".join(kept) + "\n").encode()


def bridged(files: Files) -> None:
    """Copper between two nets that the board does not have."""
    text = files["small-F_Cu.gtl"].decode()
    extra = "%ADD90C,0.2*%\nD90*\nX5000000Y5500000D02*\nX5000000Y8500000D01*\nM02*"
    files["small-F_Cu.gtl"] = text.replace("M02*", extra).encode()


def swapped(files: Files) -> None:
    """Front and back exchanged."""
    front, back = "small-F_Cu.gtl", "small-B_Cu.gbl"
    files[front], files[back] = files[back], files[front]


def outline_open(files: Files) -> None:
    """One side of the outline is missing."""
    corners = [(0, 0), (20 * MM, 0), (20 * MM, HIGH), (0, HIGH)]
    files["small-Edge_Cuts.gm1"] = gerber([("C,0.1", corners)])


def outline_twice(files: Files) -> None:
    """A second contour inside of the first: a cutout that nobody asked for."""
    outer = [(0, 0), (20 * MM, 0), (20 * MM, HIGH), (0, HIGH), (0, 0)]
    inner = [(12 * MM, 7 * MM), (13 * MM, 7 * MM), (13 * MM, 8 * MM), (12 * MM, 7 * MM)]
    files["small-Edge_Cuts.gm1"] = gerber([("C,0.1", outer), ("C,0.1", inner)])


def hole_missing(files: Files) -> None:
    """The via is not drilled."""
    files["small-PTH.drl"] = drill([((15 * MM, 3 * MM), MM), ((15 * MM, 6 * MM), MM)])


def hole_outside(files: Files) -> None:
    """A hole cuts the edge."""
    holes = [((9 * MM, MM), 300_000), ((15 * MM, 3 * MM), MM), ((15 * MM, 6 * MM), MM)]
    files["small-PTH.drl"] = drill([*holes, ((20 * MM, 5 * MM), MM)])


def hole_wide(files: Files) -> None:
    """The header's holes are too narrow for its pins."""
    holes = [((9 * MM, MM), 300_000), ((15 * MM, 3 * MM), MM), ((15 * MM, 6 * MM), 900_000)]
    files["small-PTH.drl"] = drill(holes)


def no_drill(files: Files) -> None:
    """Nobody drills."""
    del files["small-PTH.drl"]


def masked(files: Files) -> None:
    """A pad under the mask."""
    files["small-B_Mask.gbs"] = gerber([("C,2.0", [(15 * MM, 3 * MM)])])


def empty_copper(files: Files) -> None:
    """The back is blank."""
    files["small-B_Cu.gbl"] = gerber([])


def no_mask(files: Files) -> None:
    """A layer is left out."""
    del files["small-F_Mask.gts"]


@pytest.mark.parametrize(
    ("damage", "names", "text"),
    [
        (shifted, {"painted"}, "F.Cu: 0.10 x"),
        (without_track, {"painted"}, "B.Cu: "),
        (bridged, {"painted"}, "is only in the Gerber file"),
        (swapped, {"painted"}, "is only in the board file"),
        (outline_open, {"outline", "drills", "painted"}, "2 ends of its lines do not meet"),
        (outline_twice, {"outline", "painted"}, "there are 2 closed contours, not one"),
        (hole_missing, {"drills"}, "the board's hole of 0.3 mm at (9, 9) mm is in no drill file"),
        (hole_outside, {"drills"}, "a hole at (20, 5) mm is not inside the outline"),
        (hole_wide, {"drills"}, "a drill file has a hole of 0.9 mm at (15, 4) mm, the board none"),
        (no_drill, {"layers", "drills"}, "no drill file is found"),
        (masked, {"mask"}, "J1, pad 2 is covered by B.Mask"),
        (empty_copper, {"copper", "painted"}, "B.Cu draws nothing"),
        (no_mask, {"layers", "mask"}, "small-F_Mask.gts is read as nothing, not as top mask"),
    ],
)
def test_damage_is_named(damage: Callable[[Files], None], names: set[str], text: str) -> None:
    """Each damage fails the checks that are about it, and no others."""
    files = small_gerbers()
    damage(files)
    found = checks(files)
    assert {name for name, check in found.items() if check.verdict == "fail"} == names
    assert any(text in item.what for check in found.values() for item in check.findings)


def test_tolerance_is_as_said() -> None:
    """A shift by less than the tolerance passes, by more does not."""
    files = small_gerbers()
    files["small-F_Cu.gtl"] = gerber_of(0.02)
    assert checks(files)["painted"].verdict == "pass"
    files["small-F_Cu.gtl"] = gerber_of(0.09)
    assert checks(files)["painted"].verdict == "fail"


def test_renamed_layer_is_seen() -> None:
    """Names decide what a fab takes a file for."""
    files = small_gerbers()
    files["small-top.txt"] = files.pop("small-F_Cu.gtl")
    check = checks(files)["layers"]
    assert check.findings[0].what == "small-F_Cu.gtl is read as nothing, not as top copper"


def test_missing_reader_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 3 rests on this error."""
    monkeypatch.setattr("netgen.fab.gerber.import_module", _absent)
    with pytest.raises(ToolError) as caught:
        load_reader()
    assert str(caught.value) == (
        "the Gerber reader gerbonara is missing; pip install 'twinboard[fab]'"
    )


def _absent(name: str) -> None:
    raise ModuleNotFoundError(name)
