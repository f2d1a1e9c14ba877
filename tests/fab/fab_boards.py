"""A board small enough to be read by eye, its Gerber files by a writer of five lines, and KiCad."""

import io
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

from designs import Design, load_design
from netgen.bench_docs.record import Level, Moment, Voltages
from netgen.board.kicad.board import board_text
from netgen.board.record import LAYERS, Board, Placed, SilkText, Track, Via, Zone
from netgen.board.rules import fab_rules
from netgen.elaborate import Elaboration, elaborate
from netgen.fab.board_file import BoardFile
from netgen.fab.gerber import ReadPackage, read_package
from netgen.fab.order import Order, order_boards
from netgen.fab.reading import parse_board_file
from parts.catalogue import load_catalogue
from parts.footprint import MM, Footprint, Line, Pad, Rect

needs_kicad = pytest.mark.skipif(
    shutil.which("kicad-cli") is None,
    reason="kicad-cli is not installed; apt-get install -t bookworm-backports kicad",
)
RULES = fab_rules("jlcpcb")
HIGH = 10 * MM
"""Height of the small board: Gerber's y goes up from its bottom."""

BODY = Rect(-MM, -MM, MM, MM)
CHIP = Footprint(
    "Test:SOIC-2_test", "none", False,
    (Pad("1", "rect", (-2 * MM, 0), (MM, 2 * MM)), Pad("2", "rect", (2 * MM, 0), (MM, 2 * MM))),
    Rect(-3 * MM, -2 * MM, 3 * MM, 2 * MM), BODY, (Line((-MM, MM), (MM, MM)),),
)  # fmt: skip
HEADER = Footprint(
    "Test:PinHeader_test", "none", True,
    tuple(Pad(str(k + 1), "circle", (0, 3 * k * MM), (2 * MM, 2 * MM), MM) for k in (0, 1)),
    Rect(-MM, -MM, MM, 4 * MM), BODY, (),
)  # fmt: skip
POINT = Footprint(
    "Test:TestPoint_test", "none", False, (Pad("1", "circle", (0, 0), (MM, MM), paste=False),),
    BODY, BODY, (), in_bom=False,
)  # fmt: skip


def small_board() -> Board:
    """A chip, a header, a test point; a track on each side, a via, a filled zone."""
    nets = (("1", "A"), ("2", "B"))
    placed = (
        Placed("U1", "a/u1", CHIP, (5 * MM, 3 * MM), 90, nets, "mpn-u", "chip"),
        Placed("J1", "a/j1", HEADER, (15 * MM, 3 * MM), 0, nets, "mpn-j", "1x02"),
        Placed("TP1", "a/tp", POINT, (18 * MM, 8 * MM), 0, (("1", "A"),), "TEST-POINT", "A"),
    )  # fmt: skip
    tracks = (
        Track("A", "F.Cu", 200_000, (5 * MM, 5 * MM), (15 * MM, 3 * MM)),
        Track("B", "F.Cu", 200_000, (5 * MM, MM), (9 * MM, MM)),
        Track("B", "B.Cu", 200_000, (9 * MM, MM), (15 * MM, 6 * MM)),
    )
    corners = ((MM, 7 * MM), (10 * MM, 7 * MM), (10 * MM, 9 * MM), (MM, 9 * MM))
    zone = Zone("B", "B.Cu", corners, 200_000, 250_000, False, 300_000, 400_000, 0, (corners,))
    return Board(
        "small", "Small", Rect(0, 0, 20 * MM, HIGH), LAYERS[2], RULES, placed, tracks,
        (Via("B", (9 * MM, MM), 600_000, 300_000),), (zone,),
        (SilkText("small", (10 * MM, 5 * MM), MM),),
    )  # fmt: skip


def small_file(board: Board | None = None) -> BoardFile:
    """The small board as a file."""
    return parse_board_file(board_text(board or small_board()), "small.kicad_pcb")


def _xy(point: tuple[int, int]) -> str:
    return f"X{point[0]}Y{HIGH - point[1]}"


def gerber(strokes: list[tuple[str, list[tuple[int, int]]]]) -> bytes:
    """A Gerber file: (aperture, points); one point is flashed, an empty aperture fills a region."""
    names = list(dict.fromkeys(aperture for aperture, _ in strokes if aperture))
    lines = ["%FSLAX46Y46*%", "%MOMM*%", "%LPD*%", "G01*"]
    lines += [f"%ADD{number}{name}*%" for number, name in enumerate(names, start=10)]
    for aperture, points in strokes:
        if not aperture:
            lines += ["G36*", f"{_xy(points[0])}D02*", *(f"{_xy(p)}D01*" for p in points[1:])]
            lines += [f"{_xy(points[0])}D01*", "G37*"]
            continue
        lines.append(f"D{names.index(aperture) + 10}*")
        if len(points) == 1:
            lines.append(f"{_xy(points[0])}D03*")
        else:
            lines += [f"{_xy(points[0])}D02*", *(f"{_xy(p)}D01*" for p in points[1:])]
    return ("\n".join([*lines, "M02*"]) + "\n").encode()


def _pads(board: Board, through: bool | None) -> Iterator[tuple[str, list[tuple[int, int]]]]:
    """Pads of one kind, or of both."""
    for item in board.placed:
        for pad in item.footprint.pads:
            if through is None or (pad.drill is not None) == through:
                size = pad.size if item.rotation % 180 == 0 else pad.size[::-1]
                width, height = (value / 1e6 for value in size)
                kind = f"C,{width}" if pad.shape == "circle" else f"R,{width}X{height}"
                yield kind, [item.spot(pad.at)]


def small_gerbers(board: Board | None = None) -> dict[str, bytes]:
    """All files of a two-layer board, as a fab gets them."""
    board = board or small_board()
    through = list(_pads(board, True))
    vias = [(f"C,{via.diameter / 1e6}", [via.at]) for via in board.vias]
    front, back = (
        [(f"C,{t.width / 1e6}", [t.start, t.end]) for t in board.tracks if t.layer == layer]
        for layer in ("F.Cu", "B.Cu")
    )
    fills = [("", list(fill)) for zone in board.zones for fill in zone.fill]
    edge = board.outline
    corners = [
        (edge.left, edge.top), (edge.right, edge.top), (edge.right, edge.bottom),
        (edge.left, edge.bottom), (edge.left, edge.top),
    ]  # fmt: skip
    holes = [(v.at, v.drill) for v in board.vias]
    holes += [
        (item.spot(pad.at), pad.drill)
        for item in board.placed
        for pad in item.footprint.pads
        if pad.drill is not None
    ]
    return {
        "small-F_Cu.gtl": gerber([*_pads(board, None), *vias, *front]),
        "small-B_Cu.gbl": gerber([*through, *vias, *back, *fills]),
        "small-F_Mask.gts": gerber(list(_pads(board, None))),
        "small-B_Mask.gbs": gerber(through),
        "small-F_Paste.gtp": gerber(list(_pads(board, False))),
        "small-B_Paste.gbp": gerber([]),
        "small-F_Silkscreen.gto": gerber([("C,0.15", [(MM, MM), (2 * MM, MM)])]),
        "small-B_Silkscreen.gbo": gerber([]),
        "small-Edge_Cuts.gm1": gerber([("C,0.1", corners)]),
        "small-PTH.drl": drill(holes),
    }


def drill(holes: list[tuple[tuple[int, int], int]]) -> bytes:
    """An Excellon file of (place, diameter)."""
    sizes = sorted({size for _, size in holes})
    lines = [
        "M48",
        "FMAT,2",
        "METRIC",
        *(f"T{k}C{size / 1e6:.3f}" for k, size in enumerate(sizes, 1)),
    ]
    lines += ["%", "G90", "G05"]
    for k, size in enumerate(sizes, 1):
        lines.append(f"T{k}")
        lines += [
            f"X{x / 1e6:.4f}Y{(HIGH - y) / 1e6:.4f}" for (x, y), found in holes if found == size
        ]
    return "\n".join([*lines, "M30", ""]).encode()


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip by the standard library alone."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return content.getvalue()


def read_back(files: Mapping[str, bytes]) -> ReadPackage:
    """Files as the reader sees them."""
    return read_package(zipped(files))


@cache
def ready(name: str) -> Elaboration:
    """A ready design, made once."""
    return elaborate(load_design(name), load_catalogue())


@cache
def ordered(name: str) -> Order:
    """Its board, placed and routed once."""
    (order,) = order_boards((ready(name),), "jlcpcb", lambda what, done, total: None)
    return order


def made_up_voltages(design: Design) -> Voltages:
    """Numbers that are easily told from computed ones: nothing here simulates."""
    idle = Moment(design.tasks[0].name, {}, (), {"V_SUPPLY": 0.1})
    return Voltages(
        (
            idle,
            *(
                Moment(task.name, {}, (Level("node 1 FREE", 1.234, 1.2, 1.3),), {"V_SUPPLY": 0.12})
                for task in design.tasks
            ),
        ),
        40,
    )


def damaged(path: Path, old: str, new: str) -> None:
    """A file with a text in it replaced; it must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
