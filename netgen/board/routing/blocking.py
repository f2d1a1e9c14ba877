"""Compiled: which nodes and steps the copper that is there leaves to which net.

Each node has an owner: FREE, BLOCKED, or the one net whose copper alone would be too near to that
of another net. A step between two nodes that are not too near themselves may still pass too near
(by a corner, half way): it is barred for all. So every step that is left keeps the gaps exactly.
"""

from __future__ import annotations

from typing import Any

from numba import njit

from netgen.board.routing.distance import (
    HAIR,
    point_to_core,
    point_to_outline,
    segment_to_core,
)
from netgen.board.routing.inner import inner
from netgen.board.routing.lattice import COLUMNS, ROWS

FREE = -1
BLOCKED = -2
HALF_DIAGONAL = 0.70711


@inner
def _claim(owner: Any, place: int, net: int) -> None:
    """Note that copper of a net (or BLOCKED) is near a place."""
    if owner[place] == FREE:
        owner[place] = net
    elif owner[place] != net:
        owner[place] = BLOCKED


@inner
def _window(shapes: Any, item: int, reach: float, lattice: Any) -> tuple[int, int, int, int]:
    """First and last column and row within reach of a core, clipped to the lattice."""
    first, last = shapes.start[item], shapes.start[item + 1]
    left = right = shapes.points[first, 0]
    top = bottom = shapes.points[first, 1]
    for k in range(first + 1, last):
        left, right = min(left, shapes.points[k, 0]), max(right, shapes.points[k, 0])
        top, bottom = min(top, shapes.points[k, 1]), max(bottom, shapes.points[k, 1])
    return (
        max(1, int((left - reach - lattice.x) // lattice.pitch)),
        min(lattice.columns - 2, int((right + reach - lattice.x) // lattice.pitch) + 1),
        max(1, int((top - reach - lattice.y) // lattice.pitch)),
        min(lattice.rows - 2, int((bottom + reach - lattice.y) // lattice.pitch) + 1),
    )


@njit(cache=True)
def block_tracks(
    owner: Any, barred: Any, lattice: Any, shapes: Any, nets: Any, layers: Any, reaches: Any
) -> None:
    """Claim nodes and bar steps for tracks of one width.

    Args:
        owner: [L, nodes], changed.
        barred: [L, nodes] a bit for each direction, changed.
        lattice: the Lattice.
        shapes: S Shapes.
        nets: [S] number of the net, or BLOCKED.
        layers: [S] a bit for each track layer.
        reaches: [S] how near a track's middle may come to the core, nm.
    """
    for item in range(len(nets)):
        if layers[item] == 0:
            continue
        first, last = shapes.start[item], shapes.start[item + 1]
        reach = reaches[item] - HAIR
        margin = reach + HALF_DIAGONAL * lattice.pitch
        left, right, top, bottom = _window(shapes, item, margin, lattice)
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                x = float(lattice.x + column * lattice.pitch)
                y = float(lattice.y + row * lattice.pitch)
                near = point_to_core(x, y, shapes.points, first, last)
                node = row * lattice.columns + column
                if near < reach:
                    for layer in range(len(owner)):
                        if layers[item] >> layer & 1:
                            _claim(owner[layer], node, nets[item])
                elif near < margin:
                    _bar(barred, lattice, shapes, item, layers[item], reach, node)


@inner
def _bar(
    barred: Any, lattice: Any, shapes: Any, item: int, layers: int, reach: float, node: int
) -> None:
    """Bar the steps from a node that pass too near though both their ends do not."""
    first, last = shapes.start[item], shapes.start[item + 1]
    row, column = node // lattice.columns, node % lattice.columns
    x, y = float(lattice.x + column * lattice.pitch), float(lattice.y + row * lattice.pitch)
    for way in range(8):
        to_x, to_y = x + COLUMNS[way] * lattice.pitch, y + ROWS[way] * lattice.pitch
        if segment_to_core(x, y, to_x, to_y, shapes.points, first, last) >= reach:
            continue
        if point_to_core(to_x, to_y, shapes.points, first, last) < reach:
            continue
        other = node + ROWS[way] * lattice.columns + COLUMNS[way]
        for layer in range(len(barred)):
            if layers >> layer & 1:
                barred[layer, node] |= 1 << way
                barred[layer, other] |= 1 << ((way + 4) & 7)


@njit(cache=True)
def block_vias(owner: Any, lattice: Any, shapes: Any, nets: Any, reaches: Any) -> None:
    """Claim nodes for vias.

    Args:
        owner: [nodes], changed.
        lattice: the Lattice.
        shapes: S Shapes.
        nets: [S] number of the net, or BLOCKED.
        reaches: [S] how near a via's middle may come to the core, nm.
    """
    for item in range(len(nets)):
        first, last = shapes.start[item], shapes.start[item + 1]
        reach = reaches[item] - HAIR
        left, right, top, bottom = _window(shapes, item, reach, lattice)
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                x = float(lattice.x + column * lattice.pitch)
                y = float(lattice.y + row * lattice.pitch)
                if point_to_core(x, y, shapes.points, first, last) < reach:
                    _claim(owner, row * lattice.columns + column, nets[item])


@njit(cache=True)
def find_access(found: Any, depth: Any, lattice: Any, shapes: Any, item: int) -> int:
    """Nodes inside a shape, and how deep.

    Args:
        found: written, the nodes; as long as there may be any.
        depth: written, how deep each is.
        lattice: the Lattice.
        shapes: the Shapes.
        item: which of them.

    Returns:
        How many were written.
    """
    first, last = shapes.start[item], shapes.start[item + 1]
    radius = shapes.radius[item]
    left, right, top, bottom = _window(shapes, item, radius, lattice)
    count = 0
    for row in range(top, bottom + 1):
        for column in range(left, right + 1):
            x = float(lattice.x + column * lattice.pitch)
            y = float(lattice.y + row * lattice.pitch)
            out = point_to_core(x, y, shapes.points, first, last)
            deep = radius - out
            if out == 0.0 and last - first > 2:
                deep = radius + point_to_outline(x, y, shapes.points, first, last)
            if deep > 0.0 and count < len(found):
                found[count] = row * lattice.columns + column
                depth[count] = deep
                count += 1
    return count
