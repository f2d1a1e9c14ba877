"""Compiled: distances between points, segments and the cores of shapes, nm."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from netgen.board.routing.inner import inner
from netgen.board.routing.shape import Shape

HAIR = 1e-3
"""A gap that is short of the rule by less, nm, is rounding and not a violation."""


class Shapes(NamedTuple):
    """Shapes one behind the other.

    Attributes:
        points: [P, 2] the points of all cores.
        start: [S + 1] where each core starts.
        radius: [S].
    """

    points: NDArray[np.float64]
    start: NDArray[np.int64]
    radius: NDArray[np.float64]


def pack(shapes: Sequence[Shape]) -> Shapes:
    """Shapes as arrays, in their order."""
    points = [point for shape in shapes for point in shape.core]
    counts = [len(shape.core) for shape in shapes]
    return Shapes(
        np.array(points, dtype=np.float64).reshape(-1, 2),
        np.concatenate(([0], np.cumsum(counts, dtype=np.int64))).astype(np.int64),
        np.array([shape.radius for shape in shapes], dtype=np.float64),
    )


@njit(cache=True)
def point_to_segment(x: float, y: float, ax: float, ay: float, bx: float, by: float) -> float:
    """Distance of (x, y) from the segment a-b, which may be a point."""
    dx, dy = bx - ax, by - ay
    length2 = dx * dx + dy * dy
    along = 0.0
    if length2 > 0.0:
        along = min(1.0, max(0.0, ((x - ax) * dx + (y - ay) * dy) / length2))
    ex, ey = ax + along * dx - x, ay + along * dy - y
    return np.sqrt(ex * ex + ey * ey)


@inner
def _side(ax: float, ay: float, bx: float, by: float, x: float, y: float) -> float:
    return (bx - ax) * (y - ay) - (by - ay) * (x - ax)


@inner
def segment_to_segment(
    ax: float, ay: float, bx: float, by: float, cx: float, cy: float, dx: float, dy: float
) -> float:
    """Distance of the segments a-b and c-d; 0 where they cross."""
    c_side, d_side = _side(ax, ay, bx, by, cx, cy), _side(ax, ay, bx, by, dx, dy)
    a_side, b_side = _side(cx, cy, dx, dy, ax, ay), _side(cx, cy, dx, dy, bx, by)
    if c_side * d_side < 0.0 and a_side * b_side < 0.0:
        return 0.0
    near_ab = min(
        point_to_segment(cx, cy, ax, ay, bx, by), point_to_segment(dx, dy, ax, ay, bx, by)
    )
    near_cd = min(
        point_to_segment(ax, ay, cx, cy, dx, dy), point_to_segment(bx, by, cx, cy, dx, dy)
    )
    return min(near_ab, near_cd)


@inner
def inside(x: float, y: float, points: Any, first: int, last: int) -> bool:
    """Whether (x, y) is inside the polygon of points first to last - 1, by crossings of a ray."""
    within = False
    before = last - 1
    for k in range(first, last):
        x0, y0, x1, y1 = points[before, 0], points[before, 1], points[k, 0], points[k, 1]
        if (y1 > y) != (y0 > y) and x < (x0 - x1) * (y - y1) / (y0 - y1) + x1:
            within = not within
        before = k
    return within


@inner
def point_to_core(x: float, y: float, points: Any, first: int, last: int) -> float:
    """Distance of (x, y) from a core; 0 inside a polygon."""
    if last - first > 2 and inside(x, y, points, first, last):
        return 0.0
    return point_to_outline(x, y, points, first, last)


@inner
def point_to_outline(x: float, y: float, points: Any, first: int, last: int) -> float:
    """Distance of (x, y) from the points and edges of a core, from inside as from outside."""
    before = last - 1
    nearest = np.inf
    for k in range(first, last):
        nearest = min(nearest, point_to_segment(
            x, y, points[before, 0], points[before, 1], points[k, 0], points[k, 1]
        ))  # fmt: skip
        before = k
    return nearest


@inner
def segment_to_core(
    ax: float, ay: float, bx: float, by: float, points: Any, first: int, last: int
) -> float:
    """Distance of the segment a-b from a core; 0 where it enters a polygon."""
    if last - first > 2 and inside(ax, ay, points, first, last):
        return 0.0
    before = last - 1
    nearest = np.inf
    for k in range(first, last):
        nearest = min(nearest, segment_to_segment(
            ax, ay, bx, by, points[before, 0], points[before, 1], points[k, 0], points[k, 1]
        ))  # fmt: skip
        before = k
    return nearest


@inner
def core_to_core(points: Any, first: int, last: int, other: Any, start: int, end: int) -> float:
    """Distance of two cores; 0 where they overlap."""
    if end - start > 2 and inside(points[first, 0], points[first, 1], other, start, end):
        return 0.0
    before = last - 1
    nearest = np.inf
    for k in range(first, last):
        nearest = min(nearest, segment_to_core(
            points[before, 0], points[before, 1], points[k, 0], points[k, 1], other, start, end
        ))  # fmt: skip
        before = k
    if last - first > 2 and inside(other[start, 0], other[start, 1], points, first, last):
        return 0.0
    return nearest
