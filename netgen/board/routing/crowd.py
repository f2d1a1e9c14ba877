"""Compiled: how many nets want each place.

A task (a net, or a terminal of a plane net) is a list of steps between states and a list of vias.
`settle` adds or takes away its halo, each place once a task, so that a place that a task uses
itself counts exactly one for it: more than one is a conflict.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from netgen.board.routing.halo import KINDS

EPOCH = 0


class Crowd(NamedTuple):
    """Who wants what; C classes of track width, S states, N nodes.

    Attributes:
        node: [C, S] tasks near a node, for tracks of each class.
        cell: [C, S] tasks near the middle of a cell, likewise.
        via: [N] tasks near a node, for vias.
        lasting: [S] the lasting price of a node.
        lasting_via: [N] that of a via.
        seen, seen_cell, seen_via: marks of `settle`.
        clock: [1] the last mark used.
    """

    node: NDArray[np.int16]
    cell: NDArray[np.int16]
    via: NDArray[np.int16]
    lasting: NDArray[np.int32]
    lasting_via: NDArray[np.int32]
    seen: NDArray[np.int32]
    seen_cell: NDArray[np.int32]
    seen_via: NDArray[np.int32]
    clock: NDArray[np.int32]


def make_crowd(classes: int, layers: int, nodes: int) -> Crowd:
    """Nobody wants anything yet."""
    states = layers * nodes
    return Crowd(
        np.zeros((classes, states), np.int16),
        np.zeros((classes, states), np.int16),
        np.zeros(nodes, np.int16),
        np.zeros(states, np.int32),
        np.zeros(nodes, np.int32),
        np.zeros(states, np.int32),
        np.zeros(states, np.int32),
        np.zeros(nodes, np.int32),
        np.zeros(1, np.int32),
    )


@njit(cache=True)
def _spread(
    count: Any, seen: Any, epoch: int, halos: Any, which: int, base: int, change: int
) -> None:
    """Add to the places of one list around a base, those that have no mark of this epoch."""
    for k in range(halos.start[which], halos.start[which + 1]):
        place = base + halos.offset[k]
        if seen[place] != epoch:
            seen[place] = epoch
            count[place] += change


@njit(cache=True)
def step_of(one: int, other: int, columns: int) -> tuple[int, int]:
    """The end of a step from which it goes in one of the directions 0 to 3, and that direction."""
    base, across = min(one, other), abs(one - other)
    if across == 1:
        return base, 0
    if across == columns:
        return base, 2
    return base, 1 if across == columns + 1 else 3


@njit(cache=True)
def settle(
    crowd: Any, halos: Any, columns: int, mine: int, steps: Any, vias: Any, change: int
) -> None:
    """Add (change 1) or take away (change -1) the halo of a task.

    Args:
        crowd: the Crowd, changed.
        halos: the Halos.
        columns: of the lattice.
        mine: class of the task's tracks.
        steps: [K, 2] states.
        vias: [V] nodes.
        change: 1 or -1.
    """
    classes, nodes = len(crowd.node), len(crowd.via)
    layers = crowd.node.shape[1] // nodes
    for other in range(classes):
        crowd.clock[EPOCH] += 1
        epoch = crowd.clock[EPOCH]
        track = KINDS * ((classes + 1) * mine + other)
        hole = KINDS * ((classes + 1) * classes + other)
        for k in range(len(steps)):
            base, way = step_of(steps[k, 0], steps[k, 1], columns)
            for end in range(2):
                _spread(crowd.node[other], crowd.seen, epoch, halos, track, steps[k, end], change)
                _spread(
                    crowd.cell[other],
                    crowd.seen_cell,
                    epoch,
                    halos,
                    track + 1,
                    steps[k, end],
                    change,
                )
            _spread(crowd.node[other], crowd.seen, epoch, halos, track + 2 + way, base, change)
            _spread(crowd.cell[other], crowd.seen_cell, epoch, halos, track + 6 + way, base, change)
        for k in range(len(vias)):
            for layer in range(layers):
                base = vias[k] + layer * nodes
                _spread(crowd.node[other], crowd.seen, epoch, halos, hole, base, change)
                _spread(crowd.cell[other], crowd.seen_cell, epoch, halos, hole + 1, base, change)
    _settle_for_vias(crowd, halos, columns, mine, steps, vias, change)


@njit(cache=True)
def _settle_for_vias(
    crowd: Any, halos: Any, columns: int, mine: int, steps: Any, vias: Any, change: int
) -> None:
    classes, nodes = len(crowd.node), len(crowd.via)
    crowd.clock[EPOCH] += 1
    epoch = crowd.clock[EPOCH]
    track = KINDS * ((classes + 1) * mine + classes)
    hole = KINDS * ((classes + 1) * classes + classes)
    for k in range(len(steps)):
        base, way = step_of(steps[k, 0], steps[k, 1], columns)
        for end in range(2):
            _spread(crowd.via, crowd.seen_via, epoch, halos, track, steps[k, end] % nodes, change)
        _spread(crowd.via, crowd.seen_via, epoch, halos, track + 2 + way, base % nodes, change)
    for k in range(len(vias)):
        _spread(crowd.via, crowd.seen_via, epoch, halos, hole, vias[k], change)


@njit(cache=True)
def clashes(
    crowd: Any, halos: Any, columns: int, mine: int, steps: Any, vias: Any, lasting: int
) -> int:
    """How many places of a task other tasks want too.

    Args:
        crowd: the Crowd.
        halos: the Halos.
        columns: of the lattice.
        mine: class of the task's tracks.
        steps: of the task.
        vias: of the task.
        lasting: what to add to the lasting price of all places around each such place, so that
            those who fight do not just move aside; 0 changes nothing.
    """
    found, classes = 0, len(crowd.node)
    track = KINDS * ((classes + 1) * mine + mine)
    hole = KINDS * ((classes + 1) * classes + classes)
    for k in range(len(steps)):
        base, way = step_of(steps[k, 0], steps[k, 1], columns)
        crossed = way == 1 and crowd.cell[mine, base] > 1
        crossed = crossed or (way == 3 and crowd.cell[mine, base - 1] > 1)
        for end in range(2):
            if crossed or crowd.node[mine, steps[k, end]] > 1:
                found += 1
                if lasting:
                    _raise(crowd.lasting, halos, track, steps[k, end], lasting)
    for k in range(len(vias)):
        if crowd.via[vias[k]] > 1:
            found += 1
            if lasting:
                _raise(crowd.lasting_via, halos, hole, vias[k], lasting)
    return found


@njit(cache=True)
def _raise(price: Any, halos: Any, which: int, base: int, lasting: int) -> None:
    for k in range(halos.start[which], halos.start[which + 1]):
        price[base + halos.offset[k]] += lasting
