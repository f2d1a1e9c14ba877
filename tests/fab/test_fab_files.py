"""Time out of KiCad's files, the zip, the manifest, contours, pixels."""

import hashlib
import io
import json
import re
import zipfile

import pytest
from fab_boards import small_file
from PIL import Image

from netgen.errors import ToolError
from netgen.fab.archive import flat_zip
from netgen.fab.checks.outline import contours
from netgen.fab.checks.package import check_manifest, check_zip
from netgen.fab.clockless import without_clock
from netgen.fab.manifest import board_head, manifest_text
from netgen.fab.pictures import trimmed
from netgen.fab.raster import SCALE, TOLERANCE_MM, Canvas, Frame, arc_spots, compared, differences

WRITTEN = {
    "b.gtl": b"%TF.CreationDate,2026-11-28T05:19:26+00:00*%\nG04 Created by KiCad (PCBNEW 9.0.8) "
    b"date 2026-11-28 05:19:26*\nX2026Y1128D02*\n",
    "b-PTH.drl": b"; DRILL file {KiCad 9.0.8} date 2026-11-28T05:19:28+0000\n"
    b"; #@! TF.CreationDate,2026-11-28T05:19:28+00:00\nX12.0Y-23.6\n",
    "b.step": b"FILE_NAME('b.step','2026-11-28T05:19:32',('Pcbnew'),('Kicad'));\n#1 = 2026;\n",
    "b.pdf": b"%PDF-1.5\n/CreationDate (D:20261128052326)\n/Creator (PCBNEW)\n",
    "c.pdf": b"%PDF-1.5\n/CreationDate (D:2026:11:28:05:23:26)\n/Creator (PCBNEW)\n",
    "b.svg": b"<title>SVG Image created as b.svg date 2026/11/28 05:23:24 </title>\n",
}


@pytest.mark.parametrize("name", WRITTEN)
def test_time_is_replaced_in_place(name: str) -> None:
    """Two plots at different times are equal, of the same length, and nothing else changes."""
    first = WRITTEN[name]
    later = first.replace(b"2026-11-28", b"2031-02-03").replace(b"2026/11/28", b"2031/02/03")
    later = later.replace(b"05:", b"17:").replace(b"20261128052326", b"20310203175959")
    later = later.replace(b"D:2026:11:28", b"D:2031:02:03")
    assert without_clock(name, first) == without_clock(name, later)
    assert len(without_clock(name, first)) == len(first)
    assert not re.search(rb"2026[-:]?11[-:]?28", without_clock(name, first))
    assert without_clock(name, first).splitlines()[-1] == first.splitlines()[-1] or name == "b.svg"


def test_a_file_without_a_time_is_suspect() -> None:
    """Another KiCad may write it elsewhere, and the bytes would change with every run."""
    with pytest.raises(ToolError, match=r"b\.gtl: KiCad wrote no time where it is known to"):
        without_clock("b.gtl", b"%FSLAX46Y46*%\nM02*\n")


def test_other_files_are_left_alone() -> None:
    """IPC-D-356 carries no time."""
    assert without_clock("b.d356", b"P  CODE 00 2026-11-28") == b"P  CODE 00 2026-11-28"


FILES = {"b.gtl": b"front", "a.gbl": b"back" * 1000}


def test_the_zip_is_flat_sorted_and_always_the_same() -> None:
    """Whatever the order of the files and the time of day."""
    content = flat_zip(FILES)
    assert content == flat_zip(dict(reversed(FILES.items())))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == ["a.gbl", "b.gtl"]
        assert {entry.date_time for entry in archive.infolist()} == {(2000, 1, 1, 0, 0, 0)}
    assert check_zip(content, FILES).verdict == "pass"


@pytest.mark.parametrize(
    ("inside", "what"),
    [
        ({**FILES, "c.txt": b"more"}, "c.txt of the zip is not the file that was plotted"),
        ({"b.gtl": b"front"}, "a.gbl of the zip is not the file that was plotted"),
        ({**FILES, "b.gtl": b"other"}, "b.gtl of the zip is not the file that was plotted"),
        ({**FILES, "in/b.gtl": b"front"}, "in/b.gtl lies in a folder of the zip"),
    ],
)
def test_a_wrong_zip_is_named(inside: dict[str, bytes], what: str) -> None:
    """Something more, less, other, or in a folder."""
    assert check_zip(flat_zip(inside), FILES).findings[0].what == what


def test_the_manifest_has_every_hash() -> None:
    """And a missing one, a wrong one, or a tool without a version is named."""
    board = small_file()
    text = manifest_text(board_head(board), "jlcpcb", "pass", FILES, {"kicad-cli": "9.0.8"})
    table = json.loads(text)
    assert table["files"]["b.gtl"]["sha256"] == hashlib.sha256(b"front").hexdigest()
    assert table["board_sha256"] == hashlib.sha256(board.text.encode()).hexdigest()
    assert check_manifest(text, FILES).verdict == "pass"
    more = check_manifest(text, {**FILES, "c": b""}).findings
    assert [item.what for item in more] == ["c is not in the manifest with its SHA-256"]
    changed = check_manifest(text, {**FILES, "b.gtl": b"other"}).findings
    assert [item.what for item in changed] == ["b.gtl is not in the manifest with its SHA-256"]
    unknown = manifest_text(board_head(board), "jlcpcb", "pass", FILES, {"pillow": "not installed"})
    assert [item.what for item in check_manifest(unknown, FILES).findings] == [
        "the version of pillow is not known"
    ]


SQUARE = [((0.0, 0.0), (1.0, 0.0)), ((1.0, 1.0), (1.0, 0.0)), ((1.0, 1.0), (0.0, 1.0)),
          ((0.0, 0.0), (0.0, 1.0))]  # fmt: skip


def test_contours_in_any_direction() -> None:
    """Pieces may be drawn either way round."""
    found, loose = contours(SQUARE)
    assert loose == 0
    assert [set(corners) for corners in found] == [{(0, 0), (1, 0), (1, 1), (0, 1)}]


def test_contours_that_are_not_closed() -> None:
    """A gap, a branch, a second one."""
    assert contours(SQUARE[:3]) == ((), 2)
    assert contours([*SQUARE, ((0.0, 0.0), (-1.0, 0.0))])[1] == 2
    away = [((a[0] + 5, a[1]), (b[0] + 5, b[1])) for a, b in SQUARE]
    assert len(contours([*SQUARE, *away])[0]) == 2
    assert contours([]) == ((), 0)


FRAME = Frame(0, 0, 4, 3)


def stroke(width: float = 0.2, y: float = 1.0) -> Canvas:
    """A track from left to right."""
    canvas = Canvas(FRAME)
    canvas.stroke((1, y), (3, y), width)
    return canvas


def test_equal_canvases_do_not_differ() -> None:
    """Nor do those that differ by less than the tolerance."""
    assert differences(stroke(), stroke(), ("a", "b")) == ()
    assert differences(stroke(), stroke(y=1.0 + TOLERANCE_MM / 2), ("a", "b")) == ()


def test_differences_say_where_and_which() -> None:
    """A missing track of the narrowest kind that a fab makes, 0.1 mm."""
    (found,) = differences(Canvas(FRAME), stroke(width=0.1), ("a", "b"))
    assert found.only == "b"
    assert found.at == pytest.approx((2.0, 1.0), abs=2 / SCALE)
    assert found.width == pytest.approx(2.1, abs=4 / SCALE)


def test_areas_are_those_of_geometry() -> None:
    """Disc, stroke, rounded rectangle and clear polarity, within the pixels of their border."""
    canvas = Canvas(FRAME)
    canvas.disc((2, 1.5), 1)
    assert canvas.pixels().sum() / SCALE**2 == pytest.approx(3.1416, abs=0.1)
    canvas.disc((2, 1.5), 0.5, dark=False)
    assert canvas.pixels().sum() / SCALE**2 == pytest.approx(3.1416 * 0.75, abs=0.1)
    assert not canvas.dark_at((2, 1.5))
    assert canvas.dark_at((2, 2.3))
    assert not canvas.dark_at((9, 9))
    box = Canvas(FRAME)
    box.rounded([(1, 1), (2, 1), (2, 2), (1, 2)], 0.5)
    assert box.pixels().sum() / SCALE**2 == pytest.approx(1 + 4 * 0.5 + 3.1416 / 4, abs=0.12)


def test_arcs_go_the_way_they_are_told() -> None:
    """A quarter and the rest of the circle."""
    quarter = arc_spots((1, 0), (0, 1), (0, 0), clockwise=False)
    assert quarter[len(quarter) // 2] == pytest.approx((0.7071, 0.7071), abs=0.05)
    rest = arc_spots((1, 0), (0, 1), (0, 0), clockwise=True)
    assert rest[len(rest) // 2] == pytest.approx((-0.7071, -0.7071), abs=0.05)
    assert rest[-1] == pytest.approx((0, 1))


def test_the_picture_shows_both_kinds_of_difference() -> None:
    """Red is only in the first, blue only in the second."""
    picture = compared(stroke(y=1.0), stroke(y=2.0), 1000)
    at = {y: picture.getpixel((2 * SCALE, round((3 - y) * SCALE))) for y in (1.0, 2.0, 0.5)}
    assert at == {1.0: (220, 0, 0), 2.0: (0, 60, 220), 0.5: (255, 255, 255)}
    assert max(compared(stroke(), stroke(), 40).size) <= 40


def test_renders_are_cut_to_the_board() -> None:
    """On white, with a little around."""
    image = Image.new("RGBA", (200, 100), (0, 0, 0, 0))
    image.paste((0, 90, 60, 255), (80, 40, 120, 60))
    content = io.BytesIO()
    image.save(content, "PNG")
    found = Image.open(io.BytesIO(trimmed(content.getvalue())))
    assert found.size == (72, 52)
    assert found.getpixel((0, 0)) == (255, 255, 255)
    assert found.getpixel((36, 26)) == (0, 90, 60)
