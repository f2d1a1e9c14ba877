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
from netgen.board.routing.inner import inner

SPOT = np.dtype(
    [("owner", np.int32), ("lasting", np.int32), ("node", np.int16), ("cell", np.int16),
     ("barred", np.uint8)], align=True,
)  # fmt: skip
"""A state as tracks of one class meet it: who may use it, its lasting price, how many tasks want it
and the middle of its cell, which steps are barred (see `blocking`)."""
HOLE = np.dtype(
    [("owner", np.int32), ("lasting", np.int32), ("crowd", np.int16), ("drilled", np.int32)],
    align=True,
)
"""A node as vias meet it; `drilled` is the mark of the task whose own holes forbid another."""

Records = NDArray[np.void]


class Crowd(NamedTuple):
    """Who wants what; C classes of track width, S states, N nodes.

    Attributes:
        spots: [C, S] of SPOT.
        holes: [N] of HOLE.
        seen, seen_cell: [S] marks of `settle`.
        seen_hole: [N] likewise.
        clock: [1] the last mark used.
    """

    spots: Records
    holes: Records
    seen: NDArray[np.int32]
    seen_cell: NDArray[np.int32]
    seen_hole: NDArray[np.int32]
    clock: NDArray[np.int32]


def make_crowd(
    owner: NDArray[np.int32], barred: NDArray[np.uint8], via_owner: NDArray[np.int32]
) -> Crowd:
    """Nobody wants anything yet, on the ground of `ground`: [C, S], [C, S] and [N]."""
    spots, holes = np.zeros(owner.shape, SPOT), np.zeros(via_owner.shape, HOLE)
    spots["owner"], spots["barred"], holes["owner"] = owner, barred, via_owner
    marks = [np.zeros(count, np.int32) for count in (owner.shape[1], owner.shape[1], len(holes), 1)]
    return Crowd(spots, holes, *marks)


@inner
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
    classes, nodes = len(crowd.spots), len(crowd.holes)
    for other in range(classes + 1):
        crowd.clock[0] += 1
        track = KINDS * ((classes + 1) * mine + other)
        hole = KINDS * ((classes + 1) * classes + other)
        for k in range(len(steps)):
            base, way = step_of(steps[k, 0], steps[k, 1], columns)
            for kind, state in (
                (0, steps[k, 0]), (0, steps[k, 1]), (1, steps[k, 0]), (1, steps[k, 1]),
                (2 + way, base), (6 + way, base),
            ):  # fmt: skip
                first, last = halos.start[track + kind], halos.start[track + kind + 1]
                offsets, of_cells = halos.offset[first:last], kind == 1 or kind >= 6
                if other < classes and of_cells:
                    _want_cell(crowd, other, offsets, state, change)
                elif other < classes:
                    _want_node(crowd, other, offsets, state, change)
                elif not of_cells:
                    _want_hole(crowd, offsets, state % nodes, change)
        nodes_near = halos.offset[halos.start[hole] : halos.start[hole + 1]]
        cells_near = halos.offset[halos.start[hole + 1] : halos.start[hole + 2]]
        for k in range(len(vias)):
            if other == classes:
                _want_hole(crowd, nodes_near, vias[k], change)
                continue
            for state in range(vias[k], crowd.spots.shape[1], nodes):
                _want_node(crowd, other, nodes_near, state, change)
                _want_cell(crowd, other, cells_near, state, change)


@inner
def _want_node(crowd: Any, other: int, offsets: Any, base: int, change: int) -> None:
    """Change the nodes around a base, but those that this halo has changed already."""
    for k in range(len(offsets)):
        place = base + offsets[k]
        if crowd.seen[place] != crowd.clock[0]:
            crowd.seen[place] = crowd.clock[0]
            crowd.spots[other, place].node += change


@inner
def _want_cell(crowd: Any, other: int, offsets: Any, base: int, change: int) -> None:
    for k in range(len(offsets)):
        place = base + offsets[k]
        if crowd.seen_cell[place] != crowd.clock[0]:
            crowd.seen_cell[place] = crowd.clock[0]
            crowd.spots[other, place].cell += change


@inner
def _want_hole(crowd: Any, offsets: Any, base: int, change: int) -> None:
    for k in range(len(offsets)):
        place = base + offsets[k]
        if crowd.seen_hole[place] != crowd.clock[0]:
            crowd.seen_hole[place] = crowd.clock[0]
            crowd.holes[place].crowd += change


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
    found, classes = 0, len(crowd.spots)
    track = KINDS * ((classes + 1) * mine + mine)
    hole = KINDS * ((classes + 1) * classes + classes)
    for k in range(len(steps)):
        base, way = step_of(steps[k, 0], steps[k, 1], columns)
        crossed = way == 1 and crowd.spots[mine, base].cell > 1
        crossed = crossed or (way == 3 and crowd.spots[mine, base - 1].cell > 1)
        for end in range(2):
            if crossed or crowd.spots[mine, steps[k, end]].node > 1:
                found += 1
                _raise_nodes(crowd, halos, track, steps[k, end], lasting)
    for k in range(len(vias)):
        if crowd.holes[vias[k]].crowd > 1:
            found += 1
            _raise_holes(crowd, halos, hole, vias[k], lasting)
    return found


@inner
def _raise_nodes(crowd: Any, halos: Any, which: int, base: int, lasting: int) -> None:
    if lasting:
        for k in range(halos.start[which], halos.start[which + 1]):
            for other in range(len(crowd.spots)):
                crowd.spots[other, base + halos.offset[k]].lasting += lasting


@inner
def _raise_holes(crowd: Any, halos: Any, which: int, base: int, lasting: int) -> None:
    if lasting:
        for k in range(halos.start[which], halos.start[which + 1]):
            crowd.holes[base + halos.offset[k]].lasting += lasting
