"""Lines, arcs, circles and polygons of a board file, as areas of copper or as chains of an outline.

`gr_line` of a board, `fp_line` of a footprint and `gr_line` of a pad's primitives have one syntax.
"""

from __future__ import annotations

from collections.abc import Callable

from verification.board.clauses import (
    Clause,
    Place,
    atoms,
    clauses,
    find,
    head,
    length,
    point,
    refuse_unknown,
    text,
    to_nm,
)
from verification.board.geometry import arc, circle
from verification.board.record import Area, Point
from verification.board.vocabulary import DRAWING

Placing = Callable[[Point], Point]
"""From the frame that something is drawn in to the board's."""

SHAPES = ("line", "arc", "circle", "rect", "poly", "curve")
_OPEN_FILLS = ("", "no", "none")
_SOLID_FILLS = ("yes", "solid")


def shape_of(clause: Clause) -> str:
    """What is drawn: "line" for `gr_line` and `fp_line`; "" for anything else."""
    prefix, _, shape = head(clause).partition("_")
    return shape if prefix in ("gr", "fp") and shape in SHAPES else ""


def areas(clause: Clause, placing: Placing, place: Place) -> tuple[Area, ...]:
    """The copper of a drawing.

    Raises:
        NetlistError: a Bezier curve, a hatched fill, a rounded rectangle, a missing number.
    """
    refuse_unknown(clause, DRAWING, f"'({head(clause)} ...)'", place)
    filled = _filled(clause, place)
    pen = _pen(clause, place)
    if filled and shape_of(clause) == "circle":
        centre, radius = _circle(clause, place)
        return (Area((placing(centre),), 2 * radius + pen),)
    points = tuple(placing(p) for p in chain(clause, place))
    closed = len(points) > 1 and points[0] == points[-1]
    return (Area(points[:-1] if filled and closed else points, pen, filled),)


def chain(clause: Clause, place: Place) -> tuple[Point, ...]:
    """The line that is drawn, in the drawing's own frame; closed shapes end where they begin."""
    match shape_of(clause):
        case "line":
            return point(clause, "start", place), point(clause, "end", place)
        case "arc":
            start, mid, end = (point(clause, name, place) for name in ("start", "mid", "end"))
            return arc(start, mid, end)
        case "circle":
            centre, radius = _circle(clause, place)
            return circle(centre, radius)
        case "rect":
            if text(clause, "radius") not in ("", "0"):
                raise place.error("a rectangle with rounded corners on copper; draw a polygon")
            (x, y), (u, v) = point(clause, "start", place), point(clause, "end", place)
            return (x, y), (u, y), (u, v), (x, v), (x, y)
        case "poly":
            points = polygon(clause, place)
            return (*points, points[0])
        case _:
            raise place.error(
                f"'({head(clause)} ...)' on copper or on the outline: Bezier curves are not read; "
                "draw it with arcs or a polygon"
            )


def polygon(clause: Clause, place: Place) -> tuple[Point, ...]:
    """The corners of `(pts (xy x y) (arc (start ..) (mid ..) (end ..)) ...)`."""
    found: list[Point] = []
    for item in clauses(find(clause, "pts") or []):
        if item[0] == "xy" and len(item) == 3:
            x, y = item[1], item[2]
            found.append((to_nm(x, place), to_nm(y, place)))
        elif item[0] == "arc":
            start, mid, end = (point(item, name, place) for name in ("start", "mid", "end"))
            found += arc(start, mid, end)
        else:
            raise place.error(f"a polygon has a corner '({head(item)} ...)'; xy and arc are read")
    if not found:
        raise place.error(f"'({head(clause)} ...)' is a polygon without corners")
    return tuple(found)


def _circle(clause: Clause, place: Place) -> tuple[Point, int]:
    """Centre and radius; `end` is any place on the circle."""
    (x, y), (u, v) = point(clause, "center", place), point(clause, "end", place)
    return (x, y), round(((u - x) ** 2 + (v - y) ** 2) ** 0.5)


def _pen(clause: Clause, place: Place) -> int:
    """Line width; KiCad 6 and pads write it without `stroke`."""
    stroke = find(clause, "stroke")
    if stroke is None:
        return max(0, length(clause, "width", place, 0))
    return max(0, length(stroke, "width", place, 0))


def _filled(clause: Clause, place: Place) -> bool:
    """Whether the inside is copper; polygons are so unless the file says otherwise."""
    found = find(clause, "fill")
    said = "" if found is None else " ".join(atoms(found))
    if found is None and shape_of(clause) == "poly":
        return True
    if said in _OPEN_FILLS or shape_of(clause) in ("line", "arc"):
        return False
    if said in _SOLID_FILLS:
        return True
    raise place.error(f'a fill "{said}" on copper; solid fills are read')
