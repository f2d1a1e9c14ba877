"""The copper of a board file, painted: the witness that KiCad's plots are held against."""

import itertools
import math
from collections.abc import Iterable

from netgen.fab.board_file import BoardFile, FileGraphic, FilePad
from netgen.fab.raster import Canvas, Frame, Spot, arc_spots


def paint_copper(board: BoardFile, layer: str, frame: Frame) -> Canvas:
    """Pads, tracks, vias, zones and drawings of one copper layer."""
    canvas = Canvas(frame)
    for fill in board.fills:
        if fill.layer == layer:
            canvas.polygon([board.local(point) for point in fill.points])
    for track in board.tracks:
        if track.layer == layer:
            ends = board.local(track.start), board.local(track.end)
            _path(
                canvas,
                _through(ends, track.middle and board.local(track.middle)),
                track.width / 1e6,
            )
    for via in board.vias:
        canvas.disc(board.local(via.at), via.diameter / 2e6)
    for part in board.parts:
        for pad in part.pads:
            if pad.on(layer) and pad.copper:
                _pad(canvas, board, pad)
        _drawings(canvas, board, part.graphics, layer)
    _drawings(canvas, board, board.graphics, layer)
    return canvas


def _path(canvas: Canvas, spots: list[Spot], width: float) -> None:
    for start, end in itertools.pairwise(spots):
        canvas.stroke(start, end, width)


def _through(ends: tuple[Spot, Spot], middle: Spot | None) -> list[Spot]:
    """Points along a track: its ends, or an arc through the middle."""
    if middle is None:
        return list(ends)
    centre = circle_centre(ends[0], middle, ends[1])
    if centre is None:
        return list(ends)
    return arc_spots(*ends, centre, clockwise=_turns_right(ends[0], middle, ends[1]))


def circle_centre(a: Spot, b: Spot, c: Spot) -> Spot | None:
    """The centre of the circle through three points; None where they lie on a line."""
    twice = 2 * (a[0] * (b[1] - c[1]) + b[0] * (c[1] - a[1]) + c[0] * (a[1] - b[1]))
    if abs(twice) < 1e-12:
        return None
    squares = [x * x + y * y for x, y in (a, b, c)]
    x = squares[0] * (b[1] - c[1]) + squares[1] * (c[1] - a[1]) + squares[2] * (a[1] - b[1])
    y = squares[0] * (c[0] - b[0]) + squares[1] * (a[0] - c[0]) + squares[2] * (b[0] - a[0])
    return x / twice, y / twice


def _turns_right(a: Spot, b: Spot, c: Spot) -> bool:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]) < 0


def _pad(canvas: Canvas, board: BoardFile, pad: FilePad) -> None:
    """A rectangle with corners of some radius; a circle and an oval are all corner."""
    x, y = board.local(pad.at)
    width, height = pad.size[0] / 1e6, pad.size[1] / 1e6
    radius = min(width, height) * {"rect": 0.0, "roundrect": pad.round_ratio}.get(pad.shape, 0.5)
    turn = math.radians(pad.angle)
    cos, sin = math.cos(turn), math.sin(turn)
    a, b = width / 2 - radius, height / 2 - radius
    corners = [
        (x + cos * dx - sin * dy, y + sin * dx + cos * dy)
        for dx, dy in ((a, b), (a, -b), (-a, -b), (-a, b))
    ]
    canvas.rounded(corners, radius)


def _drawings(
    canvas: Canvas, board: BoardFile, graphics: Iterable[FileGraphic], layer: str
) -> None:
    for item in graphics:
        if item.layer == layer:
            spots = [board.local(point) for point in item.points]
            draw(canvas, item, spots)


def draw(canvas: Canvas, item: FileGraphic, spots: list[Spot]) -> None:
    """A graphic: its line, and its inside where that is filled."""
    width = item.width / 1e6
    if item.kind in ("line", "arc"):
        middle = spots[1] if item.kind == "arc" else None
        _path(canvas, _through((spots[0], spots[-1]), middle), width)
        return
    if item.kind == "circle":
        corners = arc_spots(spots[1], spots[1], spots[0], clockwise=False)
    elif item.kind == "rect":
        (x1, y1), (x2, y2) = spots
        corners = [(x1, y1), (x2, y1), (x2, y2), (x1, y2)]
    else:
        corners = spots
    if item.filled:
        canvas.polygon(corners)
    if width > 0:
        _path(canvas, [*corners, corners[0]], width)
