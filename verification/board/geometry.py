"""Plane geometry of board files in nm: KiCad's rotations, arcs as chains of chords."""

from __future__ import annotations

import math

from verification.board.record import Point

ARC_ERROR_NM = 100.0
"""How far a chord may be from its arc: a thousandth of the narrowest track."""
_QUARTERS = {0.0: (1, 0), 90.0: (0, 1), 180.0: (-1, 0), 270.0: (0, -1)}


def rotated(point: tuple[float, float], degrees: float) -> tuple[float, float]:
    """The point turned about the origin, counter-clockwise on a screen whose y points down."""
    turned = degrees % 360.0
    cos, sin = _QUARTERS.get(turned) or (
        math.cos(math.radians(turned)),
        math.sin(math.radians(turned)),
    )
    x, y = point
    return x * cos + y * sin, y * cos - x * sin


def placed(point: tuple[float, float], at: Point, degrees: float) -> Point:
    """The point of a part's own frame on the board, rounded to nm."""
    x, y = rotated(point, degrees)
    return round(at[0] + x), round(at[1] + y)


def circle(centre: tuple[float, float], radius: float) -> tuple[Point, ...]:
    """A circle as a closed chain; the last point is the first again."""
    steps = _steps(radius, 2 * math.pi)
    return tuple(_on_circle(centre, radius, 2 * math.pi * k / steps) for k in range(steps + 1))


def arc(start: Point, mid: Point, end: Point) -> tuple[Point, ...]:
    """The chain from start through mid to end; straight where the three are in line."""
    if start == end != mid:
        return circle(((start[0] + mid[0]) / 2, (start[1] + mid[1]) / 2), math.dist(start, mid) / 2)
    centre = _centre(start, mid, end)
    if centre is None:
        return start, end
    radius = math.dist(centre, start)
    a, b, c = (math.atan2(p[1] - centre[1], p[0] - centre[0]) for p in (start, mid, end))
    sweep = (c - a) % (2 * math.pi)
    if (b - a) % (2 * math.pi) > sweep:
        sweep -= 2 * math.pi
    steps = _steps(radius, abs(sweep))
    inner = [_on_circle(centre, radius, a + sweep * k / steps) for k in range(1, steps)]
    return (start, *inner, end)


def _on_circle(centre: tuple[float, float], radius: float, angle: float) -> Point:
    return (
        round(centre[0] + radius * math.cos(angle)),
        round(centre[1] + radius * math.sin(angle)),
    )


def _steps(radius: float, sweep: float) -> int:
    """How many chords keep within ARC_ERROR_NM."""
    if radius <= ARC_ERROR_NM:
        return 4
    return max(2, math.ceil(sweep / (2 * math.acos(1 - ARC_ERROR_NM / radius))))


def _centre(a: Point, b: Point, c: Point) -> tuple[float, float] | None:
    """Centre of the circle through three points, exact in integers up to the last division."""
    bx, by, cx, cy = b[0] - a[0], b[1] - a[1], c[0] - a[0], c[1] - a[1]
    twice = 2 * (bx * cy - by * cx)
    if twice == 0:
        return None
    b2, c2 = bx * bx + by * by, cx * cx + cy * cy
    return a[0] + (cy * b2 - by * c2) / twice, a[1] + (bx * c2 - cx * b2) / twice
