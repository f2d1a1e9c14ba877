r"""Pads of a board file: their clauses, and the copper of every shape that KiCad has.

```
rect        roundrect     oval         trapezoid    chamfered     custom
+-----+     .-----.      (-----)       /-----\      /-----+      anchor and primitives,
|  +  |     |  +  |      (  +  )      /   +   \     |  +  |      each an area of its own
+-----+     '-----'      (-----)     +---------+    +-----+
```
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from verification.board.clauses import (
    NM_PER_MM,
    Clause,
    Place,
    atoms,
    clauses,
    find,
    flag,
    head,
    layers_of,
    length,
    lengths,
    net_of,
    position,
    ratio,
    refuse_unknown,
    text,
    to_nm,
)
from verification.board.drawings import areas as drawn_areas
from verification.board.drawings import shape_of
from verification.board.geometry import arc, placed
from verification.board.record import Area, Pad, Point
from verification.board.stack import Stack
from verification.board.vocabulary import CUTTING, PAD

_KINDS = ("smd", "connect", "thru_hole", "np_thru_hole")
_SHAPES = ("circle", "rect", "roundrect", "oval", "trapezoid", "custom")
_PROXIES = ("gr_bbox", "gr_vector")
"""Primitives that are hints for the editor and no copper."""


def refuse_cut_copper(clause: Clause, what: str, place: Place) -> None:
    """Refuse what removes copper from single layers of a pad or via.

    Raises:
        NetlistError: a pad stack, a back drill, removed rings.
    """
    for item in clauses(clause):
        if head(item) in CUTTING:
            raise place.error(
                f"{what} with a '({head(item)} ...)': copper that differs from layer to layer is "
                "not read; give it one shape on all layers"
            )
    if flag(clause, "remove_unused_layers") or flag(clause, "start_end_only"):
        raise place.error(
            f"{what} without rings on unused layers: which of them are left only KiCad knows; "
            "keep the rings on all layers"
        )


def read_pad(
    clause: Clause, at: Point, turn: float, stack: Stack, nets: dict[str, str], place: Place
) -> Pad:
    """A pad of a footprint that stands at `at`, turned by `turn` degrees.

    The file has a pad's place in the footprint's frame, and its rotation in the board's.

    Raises:
        NetlistError: a kind, shape or clause that is not known, or copper that is not understood.
    """
    number, kind, shape = _headed(clause, place)
    what = f'pad "{number}"'
    refuse_cut_copper(clause, what, place)
    refuse_unknown(clause, PAD, what, place)
    own, rotation = position(clause, place)
    centre = placed(own, at, turn)
    drill, offset = _drill(clause, kind, place)
    layers = stack.expand(layers_of(clause), place)
    size = lengths(clause, "size", 2, place)
    middle = placed(offset, centre, rotation)
    copper = _copper(clause, shape, (size[0], size[1]), middle, rotation, place)
    if kind == "np_thru_hole" and drill[0] >= size[0] and drill[1] >= size[1]:
        copper, layers = (), ()
    return Pad(
        number,
        kind,
        shape,
        (size[0], size[1]),
        own,
        centre,
        rotation,
        layers,
        copper if layers else (),
        drill,
        net_of(clause, nets),
        text(clause, "pinfunction"),
    )


def _headed(clause: Clause, place: Place) -> tuple[str, str, str]:
    """Number, kind and shape."""
    given = atoms(clause)
    if len(given) < 3 or given[1] not in _KINDS or given[2] not in _SHAPES:
        raise place.error(
            f"a pad '{' '.join(given[:3])}'; a number, one of {', '.join(_KINDS)} and one of "
            f"{', '.join(_SHAPES)} are read"
        )
    return given[0], given[1], given[2]


def _drill(clause: Clause, kind: str, place: Place) -> tuple[Point, Point]:
    """Width and height of the hole, and how far the pad's middle is off it."""
    found = find(clause, "drill")
    if found is None:
        return (0, 0), (0, 0)
    shift = find(found, "offset")
    offset = (0, 0) if shift is None else lengths(found, "offset", 2, place)
    numbers = [to_nm(atom, place) for atom in atoms(found) if atom != "oval"]
    if kind in ("smd", "connect") or not numbers:
        return (0, 0), (offset[0], offset[1])
    return (numbers[0], numbers[-1]), (offset[0], offset[1])


def _copper(
    clause: Clause, shape: str, size: Point, middle: Point, rotation: float, place: Place
) -> tuple[Area, ...]:
    """The areas of a pad on the board."""
    if size[0] <= 0 or size[1] <= 0:
        raise place.error("a pad without a size")
    if shape != "custom":
        return (_moved(_plain(clause, shape, size, place), middle, rotation),)
    anchor = text(find(clause, "options") or [], "anchor") or "circle"
    found = [_moved(_plain(clause, anchor, size, place), middle, rotation)]
    for item in clauses(find(clause, "primitives") or []):
        if head(item) in _PROXIES:
            continue
        if not shape_of(item):
            raise place.error(f"a pad's shape '({head(item)} ...)' is not known here")
        found += drawn_areas(item, lambda p: placed(p, middle, rotation), place)
    return tuple(found)


def _plain(clause: Clause, shape: str, size: Point, place: Place) -> Area:
    """A shape in the pad's own frame, its middle at the origin; half sizes may be odd."""
    width, height = size
    least = min(size)
    if shape == "circle":
        return Area(((0, 0),), width)
    if shape == "oval":
        x, y = (width - least) // 2, (height - least) // 2
        return Area(((-x, -y), (x, y)) if x or y else ((0, 0),), least)
    if shape == "trapezoid":
        return _trapezoid(clause, width / 2, height / 2, place)
    corners = atoms(find(clause, "chamfer") or [])
    cut = round(least * ratio(clause, "chamfer_ratio", place)) if corners else 0
    share = ratio(clause, "roundrect_rratio", place) if shape == "roundrect" else 0.0
    radius = min(round(share * least), least // 2)
    if cut > 0:
        return _chamfered(width / 2, height / 2, cut, corners, radius)
    x, y = width / 2 - radius, height / 2 - radius
    return Area(_rounded(((-x, -y), (x, -y), (x, y), (-x, y))), 2 * radius, True)


def _trapezoid(clause: Clause, x: float, y: float, place: Place) -> Area:
    """`rect_delta`: the first number shears the left and right sides, the second top and bottom."""
    found = find(clause, "rect_delta")
    given = (0, 0) if found is None else lengths(clause, "rect_delta", 2, place)
    dx, dy = given[0] / 2, given[1] / 2
    return Area(
        _rounded(((-x - dy, y + dx), (x + dy, y - dx), (x - dy, -y + dx), (-x + dy, -y - dx))),
        0,
        True,
    )


def _chamfered(x: float, y: float, cut: int, corners: list[str], radius: int) -> Area:
    """A rectangle whose named corners are cut off at 45 degrees, the others round."""
    points: list[tuple[float, float]] = []
    for turn, name in enumerate(("top_left", "top_right", "bottom_right", "bottom_left")):
        sx, sy = (-1, 1, 1, -1)[turn], (-1, -1, 1, 1)[turn]
        size = cut if name in corners else radius
        ends = [(sx * x, sy * (y - size)), (sx * (x - size), sy * y)]
        if turn % 2:
            ends.reverse()
        if name in corners or not size:
            points += ends
        else:
            middle = (sx * (x - size), sy * (y - size))
            (x0, y0), (x1, y1) = ends
            half = math.sqrt(0.5) * size
            mid = (round(middle[0] + sx * half), round(middle[1] + sy * half))
            points += arc((round(x0), round(y0)), mid, (round(x1), round(y1)))
    return Area(_rounded(points), 0, True)


def _rounded(points: Iterable[tuple[float, float]]) -> tuple[Point, ...]:
    return tuple((round(x), round(y)) for x, y in points)


def _moved(area: Area, middle: Point, rotation: float) -> Area:
    """An area of the pad's frame on the board."""
    return Area(tuple(placed(p, middle, rotation) for p in area.points), area.pen, area.filled)


def hole_length(clause: Clause, name: str, place: Place) -> int:
    """A diameter that must be positive."""
    value = length(clause, name, place)
    if value <= 0:
        raise place.error(f"'({head(clause)} ...)' with a {name} of {value / NM_PER_MM:g} mm")
    return value
