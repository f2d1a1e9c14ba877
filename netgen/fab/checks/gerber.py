"""Claims about the Gerber and drill files, as gerbonara reads them, against the board file."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from PIL import Image

from netgen.board.record import FabRules
from netgen.fab.board_file import BoardFile, Hole
from netgen.fab.checks.outline import contours
from netgen.fab.checks.record import Check, Finding, judged
from netgen.fab.copper import draw, paint_copper
from netgen.fab.gerber import READER, Drilled, ReadPackage
from netgen.fab.profile import FabProfile, file_name, reader_kind
from netgen.fab.raster import TOLERANCE_MM, Canvas, Frame, compared, differences
from parts.footprint import MM

_LONGEST = 1800
_NEAR_MM = 0.005
_AGAIN = "make the package anew; where that does not help, report it with the board file"
_DRAW = "mend the outline on Edge.Cuts"


@dataclass(frozen=True)
class Compared:
    """What painting gave: the check, and a picture of each layer by its name."""

    check: Check
    pictures: Mapping[str, Image.Image]


def board_frame(board: BoardFile) -> Frame:
    """The board with a millimetre around it."""
    spots = [
        board.local(point)
        for item in board.graphics
        if item.layer == "Edge.Cuts"
        for point in item.points
    ]
    xs, ys = [x for x, _ in spots] or [0.0], [y for _, y in spots] or [0.0]
    return Frame(min(xs) - 1, min(ys) - 1, max(xs) + 1, max(ys) + 1)


def check_size(board: BoardFile, rules: FabRules) -> Check:
    """The fab makes boards as large as this one."""
    width, height = board_size(board)
    sides = sorted((width, height), reverse=True)
    most = [side / MM for side in rules.largest]
    findings: list[Finding] = []
    if any(side > limit for side, limit in zip(sides, most, strict=True)):
        what = f"{sides[0]:g} x {sides[1]:g} mm, and {rules.name} makes at most {most[0]:g} x "
        fix = "ask for more boards (board.boards), for smaller parts, or for another fab"
        findings.append(Finding(f"{what}{most[1]:g} mm", fix))
    evidence = {"long_mm": sides[0], "short_mm": sides[1], "largest": rules.largest_source}
    return judged("size", "the fab makes boards as large as this one", 1, evidence, findings)


def board_size(board: BoardFile) -> tuple[float, float]:
    """Width and height, mm."""
    frame = board_frame(board)
    return round(frame.right - frame.left - 2, 3), round(frame.top - frame.bottom - 2, 3)


def check_layers(board: BoardFile, read: ReadPackage, profile: FabProfile) -> Check:
    """Every file is what its name says, and none is missing."""
    wanted = {
        file_name(board.name, layer, ending): reader_kind(layer)
        for layer, ending in profile.layers(board.copper)
    }
    findings = [
        Finding(f"{name} is read as {read.kinds.get(name, 'nothing')}, not as {kind}", _AGAIN)
        for name, kind in wanted.items()
        if read.kinds.get(name) != kind
    ]
    drills = [name for name, kind in read.kinds.items() if kind == "drill"]
    if not drills:
        findings.append(Finding("no drill file is found", _AGAIN))
    evidence = {"read by": READER, "Gerber files": len(wanted), "drill files": len(drills)}
    claim = "each Gerber file is identified as the layer that it is, and there is a drill file"
    return judged("layers", claim, len(read.kinds), evidence, findings)


def check_outline(read: ReadPackage) -> Check:
    """One closed contour."""
    found, loose = contours(read.outline)
    findings: list[Finding] = []
    if loose:
        findings.append(Finding(f"{loose} ends of its lines do not meet exactly one other", _DRAW))
    elif len(found) != 1:
        findings.append(Finding(f"there are {len(found)} closed contours, not one", _DRAW))
    evidence = {"pieces": len(read.outline), "contours": len(found)}
    claim = "the outline is exactly one closed contour"
    return judged("outline", claim, len(read.outline), evidence, findings)


def check_drills(board: BoardFile, read: ReadPackage, frame: Frame) -> Check:
    """Holes are those of the board, inside its outline."""
    inside = Canvas(frame)
    for corners in contours(read.outline)[0]:
        inside.polygon(corners)
    findings = [*_outside(read, inside), *_other_holes(board, read)]
    sizes = sorted({round(hole.diameter, 3) for hole in read.holes})
    evidence = {
        "holes": len(read.holes),
        "diameters in mm": " ".join(f"{size:g}" for size in sizes),
    }
    claim = "every hole of the board is in the drill files, nothing else is, and all lie inside"
    return judged("drills", claim, len(read.holes), evidence, findings)


def _outside(read: ReadPackage, inside: Canvas) -> Iterator[Finding]:
    for hole in read.holes:
        for x, y in (hole.start, hole.end):
            rim = (
                (x + hole.diameter / 2 * math.cos(k * math.pi / 4),
                 y + hole.diameter / 2 * math.sin(k * math.pi / 4))
                for k in range(8)
            )  # fmt: skip
            if not all(inside.dark_at(spot) for spot in rim):
                yield Finding(f"a hole at ({x:g}, {y:g}) mm is not inside the outline", _DRAW)
                break


def _other_holes(board: BoardFile, read: ReadPackage) -> Iterator[Finding]:
    """Holes of the one that the other does not have."""
    there: dict[tuple[int, int], list[Drilled]] = {}
    for hole in read.holes:
        there.setdefault(_cell(*_middle(hole)), []).append(hole)
    for wanted in board.holes():
        x, y = board.local(wanted.at)
        column, row = _cell(x, y)
        near = [
            (cell, hole)
            for cell in ((column + a, row + b) for a in (-1, 0, 1) for b in (-1, 0, 1))
            for hole in there.get(cell, ())
            if _same(wanted, (x, y), hole)
        ]
        if near:
            there[near[0][0]].remove(near[0][1])
        else:
            size = "x".join(f"{value / 1e6:g}" for value in dict.fromkeys(wanted.size))
            what = f"the board's hole of {size} mm at ({x:g}, {y:g}) mm is in no drill file"
            yield Finding(what, _AGAIN)
    for hole in (hole for holes in there.values() for hole in holes):
        x, y = _middle(hole)
        what = (
            f"a drill file has a hole of {hole.diameter:g} mm at ({x:g}, {y:g}) mm, the board none"
        )
        yield Finding(what, _AGAIN)


def _middle(hole: Drilled) -> tuple[float, float]:
    return (hole.start[0] + hole.end[0]) / 2, (hole.start[1] + hole.end[1]) / 2


def _cell(x: float, y: float) -> tuple[int, int]:
    return round(x * 100), round(y * 100)


def _same(wanted: Hole, at: tuple[float, float], hole: Drilled) -> bool:
    width, length = min(wanted.size) / 1e6, max(wanted.size) / 1e6
    drawn = math.dist(hole.start, hole.end) + hole.diameter
    return (
        math.dist(at, _middle(hole)) < _NEAR_MM
        and abs(hole.diameter - width) < _NEAR_MM
        and abs(drawn - length) < 2 * _NEAR_MM
    )


def check_copper(board: BoardFile, read: ReadPackage) -> Check:
    """No copper layer is empty."""
    counts = {layer: read.objects(reader_kind(layer)) for layer in board.copper}
    findings = [
        Finding(f"{layer} draws nothing", "put copper on it, or make a board of fewer layers")
        for layer, count in counts.items()
        if not count
    ]
    return judged("copper", "every copper layer has copper", len(counts), counts, findings)


def check_mask(board: BoardFile, read: ReadPackage, frame: Frame) -> Check:
    """Every pad that is soldered is free of mask."""
    findings: list[Finding] = []
    evidence: dict[str, int] = {}
    for layer in ("F.Mask", "B.Mask"):
        pads = [(part.refdes, pad) for part in board.parts for pad in part.pads if pad.on(layer)]
        evidence[layer] = len(pads)
        if not pads:
            continue
        kind = reader_kind(layer)
        canvas = read.paint(kind, frame) if read.objects(kind) else Canvas(frame)
        findings += (
            Finding(f"{refdes}, pad {pad.number} is covered by {layer}", _AGAIN)
            for refdes, pad in pads
            if not _open(canvas, board, pad.at, pad.size)
        )
    claim = "every pad that is soldered is free of mask"
    return judged("mask", claim, sum(evidence.values()), evidence, findings)


def _open(canvas: Canvas, board: BoardFile, at: tuple[int, int], size: tuple[int, int]) -> bool:
    """Whether the middle of a pad and four points around it are open; however it is turned."""
    x, y = board.local(at)
    reach = min(size) / 4e6
    spots = ((x, y), (x + reach, y), (x - reach, y), (x, y + reach), (x, y - reach))
    return all(canvas.dark_at(spot) for spot in spots)


def compare_layers(board: BoardFile, read: ReadPackage, frame: Frame) -> Compared:
    """Copper and outline of the Gerber files, painted, against those of the board file."""
    findings: list[Finding] = []
    pictures: dict[str, Image.Image] = {}
    evidence: dict[str, str | int | float] = {"tolerance in mm": TOLERANCE_MM}
    for layer in (*board.copper, "Edge.Cuts"):
        kind = reader_kind(layer)
        ours = paint_copper(board, layer, frame) if layer in board.copper else _edge(board, frame)
        theirs = read.paint(kind, frame) if read.objects(kind) else Canvas(frame)
        found = differences(theirs, ours, ("Gerber", "board"))
        evidence[layer] = len(found)
        findings += (
            Finding(
                f"{layer}: {item.width:.2f} x {item.height:.2f} mm at ({item.at[0]:.2f}, "
                f"{item.at[1]:.2f}) mm is only in the {item.only} file",
                _AGAIN,
            )
            for item in found
        )
        if layer in board.copper:
            pictures[layer] = compared(theirs, ours, _LONGEST)
    claim = "painted, copper and outline of the Gerber files are those of the board file"
    return Compared(judged("painted", claim, len(board.copper) + 1, evidence, findings), pictures)


def _edge(board: BoardFile, frame: Frame) -> Canvas:
    canvas = Canvas(frame)
    for item in board.graphics:
        if item.layer == "Edge.Cuts":
            draw(canvas, item, [board.local(point) for point in item.points])
    return canvas
