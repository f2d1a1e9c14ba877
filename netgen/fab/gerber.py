"""The zip that is uploaded, read back by gerbonara, which neither we nor KiCad wrote."""

import io
import itertools
import math
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from netgen.errors import ToolError
from netgen.fab.raster import Canvas, Frame, Spot, arc_spots

READER = "gerbonara"
INSTALL = "pip install 'twinboard[fab]'"


@dataclass(frozen=True, slots=True)
class Drilled:
    """A hole of a drill file, in mm; a slot has two ends."""

    start: Spot
    end: Spot
    diameter: float


@dataclass(frozen=True)
class ReadPackage:
    """A set of Gerber and drill files as the reader sees it.

    Attributes:
        kinds: file name -> what the reader takes it for, "top copper", "inner_1 copper", "drill".
        outline: pieces of the board's outline; an arc is a chain of short ones.
        holes: of all drill files.
    """

    kinds: Mapping[str, str]
    outline: tuple[tuple[Spot, Spot], ...]
    holes: tuple[Drilled, ...]
    _layers: Mapping[str, Any]

    def objects(self, kind: str) -> int:
        """How many things a layer draws; 0 where there is no such layer."""
        return len(self._layers[kind].objects) if kind in self._layers else 0

    def paint(self, kind: str, frame: Frame) -> Canvas:
        """A layer as pixels."""
        canvas = Canvas(frame)
        for item in self._layers[kind].objects:
            for primitive in item.to_primitives(unit="mm"):
                _paint(canvas, primitive)
        return canvas


def load_reader() -> Any:
    """The reader's module.

    Raises:
        ToolError: it is not installed.
    """
    try:
        return import_module("gerbonara.layers")
    except ModuleNotFoundError as error:
        raise ToolError(f"the Gerber reader {READER} is missing; {INSTALL}") from error


def read_package(content: bytes) -> ReadPackage:
    """Read a zip of Gerber and drill files.

    Raises:
        ToolError: the reader is not installed, or cannot read the files.
    """
    stacks = load_reader()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about headers that KiCad and the reader see differently
        try:
            stack: Any = stacks.LayerStack.open_zip(
                io.BytesIO(content), original_path="gerbers.zip"
            )
        except (ValueError, SyntaxError, KeyError) as error:
            raise ToolError(f"{READER} cannot read the Gerber files: {error}") from error
    layers = {" ".join(kind): layer for kind, layer in stack.graphic_layers.items()}
    kinds = {layer.original_path.name: kind for kind, layer in layers.items()}
    drills: list[Any] = list(stack.drill_layers)
    kinds |= {layer.original_path.name: "drill" for layer in drills}
    outline = layers.get("mechanical outline")
    return ReadPackage(
        kinds=dict(sorted(kinds.items())),
        outline=() if outline is None else tuple(_pieces(outline)),
        holes=tuple(hole for layer in drills for hole in _holes(layer)),
        _layers=layers,
    )


def _pieces(outline: Any) -> Iterator[tuple[Spot, Spot]]:
    """The lines of the outline in mm."""
    for item in outline.objects:
        for primitive in item.to_primitives(unit="mm"):
            spots = _line(primitive)
            yield from itertools.pairwise(spots)


def _line(primitive: Any) -> list[Spot]:
    """Points along a line or arc; none of other things."""
    name = type(primitive).__name__
    if name not in ("Line", "Arc"):
        return []
    start, end = (primitive.x1, primitive.y1), (primitive.x2, primitive.y2)
    if name == "Line":
        return [start, end]
    return arc_spots(start, end, (primitive.cx, primitive.cy), primitive.clockwise)


def _holes(layer: Any) -> Iterator[Drilled]:
    for item in layer.objects:
        for primitive in item.to_primitives(unit="mm"):
            if type(primitive).__name__ == "Circle":
                spot = (primitive.x, primitive.y)
                yield Drilled(spot, spot, 2 * primitive.r)
            else:
                spots = _line(primitive)
                yield Drilled(spots[0], spots[-1], primitive.width)


def _paint(canvas: Canvas, primitive: Any) -> None:
    """One of the reader's five primitives."""
    dark, name = bool(primitive.polarity_dark), type(primitive).__name__
    if name == "Circle":
        canvas.disc((primitive.x, primitive.y), primitive.r, dark)
    elif name == "Rectangle":
        canvas.polygon(_corners(primitive), dark)
    elif name == "ArcPoly":
        canvas.polygon(list(_round_trip(primitive)), dark)
    else:
        spots = _line(primitive)
        for start, end in itertools.pairwise(spots):
            canvas.stroke(start, end, primitive.width, dark)


def _corners(rectangle: Any) -> list[Spot]:
    """Corners of a turned rectangle; the reader's own conversion holds for quarter turns alone."""
    c, s = math.cos(rectangle.rotation), math.sin(rectangle.rotation)
    half = rectangle.w / 2, rectangle.h / 2
    return [
        (rectangle.x + c * a - s * b, rectangle.y + s * a + c * b)
        for a, b in (half, (half[0], -half[1]), (-half[0], -half[1]), (-half[0], half[1]))
    ]


def _round_trip(polygon: Any) -> Iterator[Spot]:
    """The corners of a polygon, with arcs as many short sides."""
    for start, end, (clockwise, centre) in polygon.segments:
        if clockwise is None:
            yield start
        else:
            yield from arc_spots(start, end, centre, clockwise)[:-1]
