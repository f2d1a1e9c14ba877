"""Access: the states at which tracks of a width meet a piece of copper, and whether they get away.

A track meets copper where its end lies inside it: half its width deep where it can, else less.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from netgen.board.routing.blocking import FREE, find_access
from netgen.board.routing.distance import Shapes
from netgen.board.routing.ground import Ground
from netgen.board.routing.inner import inner
from netgen.board.routing.lattice import COLUMNS, ROWS
from netgen.board.routing.search import LENGTH

ROOM = 150
"""States that a track must be able to reach for its terminal to count as not shut in."""

States = NDArray[np.int32]


def find_states(
    ground: Ground, which: int, net: int, shapes: Shapes, layers: NDArray[np.int64]
) -> tuple[States, States]:
    """The states that meet any of these shapes, ascending, and the extra cost of each.

    Args:
        ground: the maps.
        which: class of width.
        net: number of the net.
        shapes: copper of the net.
        layers: [S] a bit for each track layer.

    Returns:
        States, and half the distance from the shape's middle as a cost.
    """
    found: dict[int, int] = {}
    for item in range(len(layers)):
        for state, bonus in _states_of(ground, which, net, shapes, item, int(layers[item])):
            found[state] = min(bonus, found.get(state, bonus))
    ordered = sorted(found.items())
    return (
        np.array([state for state, _ in ordered], np.int32),
        np.array([bonus for _, bonus in ordered], np.int32),
    )


def _states_of(
    ground: Ground, which: int, net: int, shapes: Shapes, item: int, layers: int
) -> list[tuple[int, int]]:
    lattice, width = ground.lattice, ground.widths[which]
    nodes, depth = _nodes_in(ground, shapes, item)
    owner = ground.owner[which].reshape(len(ground.layers), -1)
    points = shapes.points[shapes.start[item] : shapes.start[item + 1]]
    low, high = points.min(axis=0), points.max(axis=0)
    for least in (width / 2, width / 4, 1.0):
        deep = nodes[depth >= least]
        x = lattice.x + deep % lattice.columns * lattice.pitch
        y = lattice.y + deep // lattice.columns * lattice.pitch
        # Twice the distance from the middle; root and quotient are the same on every processor.
        away = np.sqrt((2 * x - low[0] - high[0]) ** 2 + (2 * y - low[1] - high[1]) ** 2)
        bonuses = (away * (LENGTH // 4) / lattice.pitch).astype(int).tolist()
        found = [
            (layer * lattice.nodes + node, bonus)
            for layer in range(len(owner))
            if layers >> layer & 1
            for node, bonus in zip(deep.tolist(), bonuses, strict=True)
            if owner[layer, node] in (FREE, net)
        ]
        if found:
            return found
    return []


def _nodes_in(ground: Ground, shapes: Shapes, item: int) -> tuple[States, NDArray[np.float64]]:
    points = shapes.points[shapes.start[item] : shapes.start[item + 1]]
    spans = (np.ptp(points, axis=0) + 2 * shapes.radius[item]) / ground.lattice.pitch + 4
    room = int(np.prod(np.ceil(spans)))
    nodes, depth = np.zeros(room, np.int32), np.zeros(room)
    count = find_access(nodes, depth, ground.lattice, shapes, item)
    return nodes[:count], depth[:count]


def gets_away(ground: Ground, which: int, net: int, states: States, plane: bool) -> bool:
    """Whether tracks that start at these states have room to go, or to the plane a via."""
    queue = np.empty(len(states) + ROOM + 8 + len(ground.layers), np.int64)
    ground.marks[-1] += 1
    return bool(_gets_away(
        ground.owner[which], ground.barred[which], ground.via_owner, ground.lattice.columns, net,
        states, plane, ground.marks, queue,
    ))  # fmt: skip


@njit(cache=True)
def _gets_away(
    owner: Any, barred: Any, via_owner: Any, columns: int, net: int, states: Any, plane: bool,
    marks: Any, queue: Any
) -> bool:  # fmt: skip
    nodes, size, head = len(via_owner), 0, 0
    for state in states:
        size = _add(marks, queue, size, state)
    start = size
    while head < size:
        state = queue[head]
        head += 1
        node = state % nodes
        if via_owner[node] == FREE or via_owner[node] == net:
            if plane:
                return True
            for other in range(node, len(owner), nodes):
                if owner[other] == FREE or owner[other] == net:
                    size = _add(marks, queue, size, other)
        for way in range(8):
            other = state + ROWS[way] * columns + COLUMNS[way]
            if not barred[state] >> way & 1 and (owner[other] == FREE or owner[other] == net):
                size = _add(marks, queue, size, other)
        if size > start + ROOM:
            return True
    return False


@inner
def _add(marks: Any, queue: Any, size: int, state: int) -> int:
    """Put a state into the queue unless it was there before; returns the queue's new length."""
    if marks[state] != marks[-1]:
        marks[state] = marks[-1]
        queue[size] = state
        size += 1
    return size
