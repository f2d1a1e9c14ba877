"""Compiled: one task, a tree that grows from terminal to terminal.

The terminal nearest to the tree is next; whichever terminal a search meets first is joined, and
all of its copper becomes part of the tree. A task of a plane net has one terminal and ends at the
first via, or at copper that reaches the plane.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from netgen.board.routing.blocking import FREE
from netgen.board.routing.inner import inner
from netgen.board.routing.lattice import COLUMNS, ROWS
from netgen.board.routing.own_holes import crowded_hole, forbid
from netgen.board.routing.search import BY_VIA, FULL, MARK, START, begin, find_way

APART, JOINED, LOST = 0, 1, 2
"""What became of a terminal."""
ATTEMPTS = 6
"""How often a way is looked for again because two of its own holes were too near."""


class Terminals(NamedTuple):
    """The T terminals of a task.

    Attributes:
        start: [T + 1] where the states of each begin.
        state: at which its copper can be met.
        bonus: extra cost of meeting it there.
        box: [T, 5] first column, first row, last column, last row, a bit for each layer.
    """

    start: NDArray[np.int64]
    state: NDArray[np.int32]
    bonus: NDArray[np.int32]
    box: NDArray[np.int64]


class Found(NamedTuple):
    """What `grow` writes: steps [., 2], vias, what became of each terminal [T], two counts."""

    steps: NDArray[np.int32]
    vias: NDArray[np.int32]
    fate: NDArray[np.uint8]
    counts: NDArray[np.int64]


@inner
def _plant(work: Any, planted: int, state: int, bonus: int) -> int:
    """Put a state into the tree; returns the tree's new size."""
    trail = work.trail[state]
    if trail.planted == work.clock[MARK]:
        trail.bonus = min(trail.bonus, bonus)
        return planted
    trail.planted, trail.bonus = work.clock[MARK], bonus
    work.tree[planted] = state
    return planted + 1


@inner
def _plant_terminal(work: Any, terminals: Any, which: int, planted: int) -> int:
    for k in range(terminals.start[which], terminals.start[which + 1]):
        planted = _plant(work, planted, terminals.state[k], terminals.bonus[k])
    return planted


@inner
def _approach(
    work: Any, terminals: Any, columns: int, nodes: int, first: int, planted: int, near: Any
) -> None:
    """Update each terminal's distance from the tree and nearest state, for new states."""
    for k in range(first, planted):
        node = work.tree[k] % nodes
        row, column = node // columns, node % columns
        for t in range(len(near)):
            box = terminals.box[t]
            apart = max(0, box[0] - column, column - box[2]) + max(0, box[1] - row, row - box[3])
            if apart < near[t, 0]:
                near[t, 0], near[t, 1] = apart, node


@inner
def _next(near: Any, fate: Any) -> int:
    """The terminal nearest to the tree of those that are apart; -1 where there is none."""
    best = -1
    for t in range(len(near)):
        if fate[t] == APART and (best < 0 or near[t, 0] < near[best, 0]):
            best = t
    return best


@inner
def _trace(work: Any, columns: int, nodes: int, state: int) -> int:
    """Write the states from the goal back to the tree into `path`; returns how many."""
    count = 0
    while True:
        work.path[count] = state
        count += 1
        came = work.trail[state].came
        if came == START:
            return count
        if came >= 8:
            state = state % nodes + (int(came) - 8) * nodes
        else:
            state -= ROWS[came] * columns + COLUMNS[came]


@inner
def _set_box(box: Any, goal: Any, near: int, margin: int, columns: int, rows: int) -> bool:
    """A window around the goal and the tree's nearest node; whether it is the whole board."""
    row, column = near // columns, near % columns
    box[0], box[1] = max(1, min(goal[0], column) - margin), max(1, min(goal[1], row) - margin)
    box[2] = min(columns - 2, max(goal[2], column) + margin)
    box[3] = min(rows - 2, max(goal[3], row) + margin)
    return box[0] == 1 and box[1] == 1 and box[2] == columns - 2 and box[3] == rows - 2


@inner
def _connect(
    field: Any, work: Any, price: Any, lattice: Any, net: int, goal: Any, near: int, margin: int,
    least_mark: int, plane: bool, planted: int, span: float
) -> int:  # fmt: skip
    """Search in growing windows; returns the length of the path, or -1."""
    columns, nodes = lattice.columns, lattice.columns * lattice.rows
    box = np.zeros(4, np.int64)
    for _ in range(64):
        whole = _set_box(box, goal, near, margin, columns, lattice.rows)
        for _ in range(ATTEMPTS):
            begin(work, price, columns, nodes, box, goal, planted)
            state = find_way(field, work, price, columns, net, box, goal, least_mark, plane)
            if state < 0 or work.clock[FULL]:
                break
            length = _trace(work, columns, nodes, state)
            hole = crowded_hole(work, columns, nodes, length, span)
            if hole < 0:
                return length
            forbid(field.holes, columns, hole, span, work.clock[MARK])
        if whole or work.clock[FULL]:
            return -1
        margin *= 3
    return -1


@inner
def _keep(
    field: Any, work: Any, lattice: Any, net: int, length: int, found: Any, planted: int,
    span: float
) -> int:  # fmt: skip
    """Write the path to the result and put it into the tree; returns the tree's new size."""
    columns, nodes = lattice.columns, lattice.columns * lattice.rows
    for k in range(length):
        state = work.path[k]
        planted = _plant(work, planted, state, 0)
        if k == 0:
            continue
        before = work.path[k - 1]
        if before // nodes == state // nodes:
            found.steps[found.counts[0], 0], found.steps[found.counts[0], 1] = before, state
            found.counts[0] += 1
        else:
            planted = _drill(field, work, columns, net, state % nodes, found, planted, span)
    return planted


@inner
def _drill(
    field: Any, work: Any, columns: int, net: int, node: int, found: Any, planted: int, span: float
) -> int:
    """Write a via to the result and put it into the tree on every layer."""
    nodes = len(field.holes)
    found.vias[found.counts[1]] = node
    found.counts[1] += 1
    forbid(field.holes, columns, node, span, work.clock[MARK])
    for state in range(node, len(field.spots), nodes):
        if field.spots[state].owner == net or field.spots[state].owner == FREE:
            planted = _plant(work, planted, state, 0)
    return planted


@njit(cache=True)
def grow(
    field: Any, work: Any, price: Any, lattice: Any, net: int, terminals: Any, vias: Any,
    margin: int, plane: bool, span: float, found: Any
) -> bool:  # fmt: skip
    """Route a task.

    Args:
        field: what stands where.
        work: scratch, see there.
        price: the Price.
        lattice: the Lattice.
        net: its number.
        terminals: its Terminals.
        vias: those that it has already.
        margin: of the windows, in nodes.
        plane: whether it has one terminal that needs a via.
        span: pitches between the middles of two holes at least.
        found: written.

    Returns:
        Whether the heap was large enough; if not, nothing that was written counts.
    """
    columns, nodes = lattice.columns, lattice.columns * lattice.rows
    least_mark = _mark_terminals(work, terminals, found)
    near = np.full((len(found.fate), 2), 1 << 40)
    goal = np.zeros(5, np.int64)
    planted, first, heading = 0, 0, 0
    for via in vias:
        forbid(field.holes, columns, via, span, work.clock[MARK])
    planted = _plant_terminal(work, terminals, 0, planted)
    found.fate[0] = JOINED
    while True:
        _approach(work, terminals, columns, nodes, first, planted, near)
        first = planted
        heading = 0 if plane else _next(near, found.fate)
        if heading < 0:
            return True
        _set_goal(goal, terminals, heading, lattice, plane)
        length = _connect(field, work, price, lattice, net, goal, near[heading, 1], margin,
                          least_mark, plane, planted, span)  # fmt: skip
        if work.clock[FULL]:
            return False
        if length < 0:
            found.fate[heading] = LOST
            if plane:
                return True
            continue
        reached = work.trail[work.path[0]].target - least_mark
        planted = _keep(field, work, lattice, net, length, found, planted, span)
        if plane:
            if work.clock[BY_VIA]:
                _drill(field, work, columns, net, work.path[0] % nodes, found, planted, span)
            return True
        planted = _plant_terminal(work, terminals, reached, planted)
        _join(work, terminals, reached, found.fate)


@inner
def _mark_terminals(work: Any, terminals: Any, found: Any) -> int:
    """Mark the states of the terminals but the first; returns the first's mark."""
    count = len(found.fate)
    least_mark = work.clock[MARK] + 1
    work.clock[MARK] += count + 1
    work.clock[FULL] = 0
    found.counts[:] = 0
    found.fate[:] = APART
    for t in range(1, count):
        for k in range(terminals.start[t], terminals.start[t + 1]):
            work.trail[terminals.state[k]].target = least_mark + t
            work.trail[terminals.state[k]].bonus = terminals.bonus[k]
    return least_mark


@inner
def _set_goal(goal: Any, terminals: Any, heading: int, lattice: Any, plane: bool) -> None:
    """The terminal's box; for a plane, which is everywhere, all of the board."""
    # One by one: an assignment of a slice compiles for a second, with what it says of bad shapes.
    for k in range(5):
        goal[k] = terminals.box[heading, k]
    if plane:
        goal[0], goal[1], goal[2], goal[3] = 0, 0, lattice.columns - 1, lattice.rows - 1
        goal[4] = -1


@inner
def _join(work: Any, terminals: Any, reached: int, fate: Any) -> None:
    """Note that a terminal is in the tree; those that were out of reach may be no longer."""
    fate[reached] = JOINED
    for k in range(terminals.start[reached], terminals.start[reached + 1]):
        work.trail[terminals.state[k]].target = 0
    for t in range(len(fate)):
        if fate[t] == LOST:
            fate[t] = APART
