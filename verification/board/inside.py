"""Which bodies lie inside a filled one without touching its rim: a via in a zone, a track in a pad.

A body is connected, so one of its points tells where all of it is, once its rim is known to be off
the other's. The point is inside where a ray to its right crosses the outline an odd number of
times; the slits by which KiCad joins holes to an outline are crossed twice and change nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from verification.board.bodies import Body
from verification.board.pieces import CELL_NM, Floats, Ints, cells_of, ranges

LARGE_CORNERS = 32
LARGE_NM = 10 * CELL_NM
"""Outlines of more corners or greater width are asked one after the other, with bands."""
CORNERS_A_BAND = 4


def inside_pairs(bodies: Sequence[Body]) -> tuple[Ints, Ints, Ints]:
    """(inner, outer, layer) of bodies whose first point is inside a filled one on their layer."""
    owner = np.asarray([k for k, body in enumerate(bodies) for _ in body.layers], dtype=np.int64)
    layer = np.asarray([level for body in bodies for level in body.layers], dtype=np.int64)
    firsts = np.asarray([body.at for body in bodies], dtype=np.float64).reshape(-1, 2)
    at = firsts[owner]
    large: list[int] = []
    small: list[int] = []
    for k, body in enumerate(bodies):
        if body.area.filled:
            (large if _is_large(body) else small).append(k)
    found = [_inside_large(bodies[k], k, owner, layer, at) for k in large]
    found.append(_inside_small(bodies, small, owner, layer, at))
    inner, outer, level = (np.concatenate(rows) for rows in zip(*found, strict=True))
    return inner, outer, level


def crossings(at: Floats, start: Floats, end: Floats) -> NDArray[np.bool_]:
    """Whether the ray to the right of each point [n, 2] crosses its segment."""
    over = (start[:, 1] <= at[:, 1]) != (end[:, 1] <= at[:, 1])
    rise = np.where(over, end[:, 1] - start[:, 1], 1.0)
    x = start[:, 0] + (at[:, 1] - start[:, 1]) / rise * (end[:, 0] - start[:, 0])
    return over & (at[:, 0] < x)


def _is_large(body: Body) -> bool:
    corners = np.asarray(body.area.points)
    return len(corners) > LARGE_CORNERS or bool((np.ptp(corners, axis=0) > LARGE_NM).any())


def _inside_large(
    body: Body, own: int, owner: Ints, layer: Ints, at: Floats
) -> tuple[Ints, Ints, Ints]:
    """All points against one outline, whose edges are sorted into bands along the ray.

    The ray goes to the right, or down where the outline has more height than width to go through:
    the long slits of a plane with many holes are all upright or all level.
    """
    start = np.asarray(body.area.points, dtype=np.float64)
    across, upright = np.abs(np.roll(start, -1, axis=0) - start).sum(axis=0).tolist()
    if upright > across:
        start, at = start[:, ::-1], at[:, ::-1]
    end = np.roll(start, -1, axis=0)
    low, high = start.min(axis=0), start.max(axis=0)
    there = (layer == body.layers[0]) & (owner != own)
    chosen = np.flatnonzero(there & ((at >= low) & (at <= high)).all(axis=1))
    bands = max(1, len(start) // CORNERS_A_BAND)
    height = max((high[1] - low[1]) / bands, 1.0)
    first, last = (
        np.minimum((np.sort((start[:, 1], end[:, 1]), axis=0)[k] - low[1]) // height, bands - 1)
        for k in (0, 1)
    )
    counts = (last - first).astype(np.int64) + 1
    edge = np.repeat(np.arange(len(start)), counts)
    band = first.astype(np.int64)[edge] + ranges(counts)
    order = np.argsort(band, kind="stable")
    edge, band = edge[order], band[order]
    mine = np.minimum((at[chosen, 1] - low[1]) // height, bands - 1).astype(np.int64)
    opens, shuts = (np.searchsorted(band, mine, side=side) for side in ("left", "right"))
    point = np.repeat(np.arange(len(chosen)), shuts - opens)
    asked = edge[np.repeat(opens, shuts - opens) + ranges(shuts - opens)]
    hits = crossings(at[chosen][point], start[asked], end[asked])
    odd = np.bincount(point[hits], minlength=len(chosen)) % 2 == 1
    inner = owner[chosen[odd]]
    return inner, np.full(len(inner), own), np.full(len(inner), body.layers[0])


def _inside_small(
    bodies: Sequence[Body], small: list[int], owner: Ints, layer: Ints, at: Floats
) -> tuple[Ints, Ints, Ints]:
    """Points against small outlines that share a cell with them."""
    outer = np.asarray([k for k in small for _ in bodies[k].layers], dtype=np.int64)
    level = np.asarray([n for k in small for n in bodies[k].layers], dtype=np.int64)
    rims = [np.asarray(bodies[k].area.points, dtype=np.float64) for k in small]
    sizes = np.asarray([len(rim) for rim in rims], dtype=np.int64)
    start = np.concatenate([np.empty((0, 2)), *rims])
    end = np.concatenate([np.empty((0, 2)), *(np.roll(rim, -1, axis=0) for rim in rims)])
    opens = np.cumsum(sizes) - sizes
    number = np.asarray([n for n, k in enumerate(small) for _ in bodies[k].layers], dtype=np.int64)
    low = np.asarray([rim.min(axis=0) for rim in rims]).reshape(-1, 2)[number]
    high = np.asarray([rim.max(axis=0) for rim in rims]).reshape(-1, 2)[number]
    box, key = cells_of(low, high, level)
    _, mine = cells_of(at, at, layer)
    order = np.argsort(key, kind="stable")
    box, key = box[order], key[order]
    first, last = (np.searchsorted(key, mine, side=side) for side in ("left", "right"))
    point = np.repeat(np.arange(len(at)), last - first)
    asked = box[np.repeat(first, last - first) + ranges(last - first)]
    fits = (owner[point] != outer[asked]) & (
        (at[point] >= low[asked]) & (at[point] <= high[asked])
    ).all(axis=1)
    point, asked = point[fits], asked[fits]
    shape = number[asked]
    pair = np.repeat(np.arange(len(point)), sizes[shape])
    edge = np.repeat(opens[shape], sizes[shape]) + ranges(sizes[shape])
    hits = crossings(at[point][pair], start[edge], end[edge])
    odd = np.bincount(pair[hits], minlength=len(point)) % 2 == 1
    return owner[point[odd]], outer[asked[odd]], level[asked[odd]]
