"""Compiled: the cheapest way from a tree of copper to a terminal, by A*.

Costs are integers, LENGTH a step along a layer's preferred direction. The estimate of what is left
is the octile distance to the terminal's box at the cheapest rates of any layer, and a via where the
terminal is on other layers: it never exceeds the true cost but for bends, which cost extra and
depend on the way a node was first reached.

The queue is a binary heap of keys `estimate << SHIFT | state`; equal estimates are taken in order
of state, so that nothing depends on anything but the problem.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from netgen.board.routing.blocking import FREE
from netgen.board.routing.crowd import Records
from netgen.board.routing.inner import inlined, inner
from netgen.board.routing.lattice import COLUMNS, ROWS

LENGTH = 32
SHIFT = 26
STATES = 1 << SHIFT
"""More states than this do not fit a key."""
START = 255
"""How a state of the tree is marked in `came`; 8 + layer is a via from that layer."""
EPOCH, SIZE, FULL, FROM, BY_VIA, MARK = 0, 1, 2, 3, 4, 5
"""Places in `clock`: the search's mark, the heap's size, whether it was too small, the state that
leads to the goal, whether by a via, and the mark of the task."""


TRAIL = np.dtype(
    [("cost", np.int64), ("seen", np.int32), ("target", np.int32), ("bonus", np.int32),
     ("planted", np.int32), ("came", np.uint8)], align=True,
)  # fmt: skip
"""A state in a search: cost from the tree; 2 epoch where reached, 2 epoch + 1 where done; the mark
of a terminal to be met here; the extra cost of starting or ending here; the mark of the task in
whose tree it is; from which direction or layer it was reached."""


class Field(NamedTuple):
    """What tracks of one class meet; S states, N nodes.

    Attributes:
        spots: [S] of SPOT.
        holes: [N] of HOLE.
        flooded: [S] number of the net whose plane is reached from here, or -1.
    """

    spots: Records
    holes: Records
    flooded: NDArray[np.int32]


class Work(NamedTuple):
    """Arrays of the search, kept from one to the next.

    Attributes:
        trail: [S + 1] of TRAIL; the last is the goal.
        heap: of keys.
        tree, path: [S] states.
        clock: see EPOCH and the others.
    """

    trail: Records
    heap: NDArray[np.int64]
    tree: NDArray[np.int32]
    path: NDArray[np.int32]
    clock: NDArray[np.int64]


class Price(NamedTuple):
    """Costs; LENGTH is a step along the grain.

    Attributes:
        step: [L, 8] in each direction on each layer.
        least: [3] of a horizontal, a vertical and a diagonal step on the cheapest layer.
        bend: [8] of turning by so many eighths.
        via: of a via.
        crowd: of sharing, in sixteenths of the step's cost.
        haste: by what estimates are multiplied, in 64ths.
    """

    step: NDArray[np.int64]
    least: NDArray[np.int64]
    bend: NDArray[np.int64]
    via: int
    crowd: int
    haste: int


@inlined
def _push(heap: Any, clock: Any, key: int) -> None:
    at = clock[SIZE]
    if at >= len(heap):
        clock[FULL] = 1
        return
    clock[SIZE] = at + 1
    while at > 0:
        above = (at - 1) >> 2
        if heap[above] <= key:
            break
        heap[at] = heap[above]
        at = above
    heap[at] = key


@inlined
def _pop(heap: Any, clock: Any) -> int:
    """Take the least key; the heap has four branches at each fork."""
    top = heap[0]
    size = clock[SIZE] - 1
    clock[SIZE] = size
    key = heap[size]
    at, first = 0, 1
    while first < size:
        below = first
        for k in range(first + 1, min(first + 4, size)):
            if heap[k] < heap[below]:
                below = k
        if heap[below] >= key:
            break
        heap[at] = heap[below]
        at = below
        first = 4 * at + 1
    heap[at] = key
    return top


@inlined
def _left(row: int, column: int, layer: int, goal: Any, price: Any) -> int:
    """What at least is left to the goal's box, grown by a 64th so that of equal ways one is tried.

    Args:
        row: where.
        column: where.
        layer: where.
        goal: first column, first row, last column, last row, a bit for each layer.
        price: the Price.
    """
    across = max(0, goal[0] - column, column - goal[2])
    down = max(0, goal[1] - row, row - goal[3])
    both = min(across, down)
    least = price.least
    left = both * least[2] + (across - both) * least[0] + (down - both) * least[1] + price.via
    if goal[4] >> layer & 1:
        rate = price.step[layer]
        here = both * rate[1] + (across - both) * rate[0] + (down - both) * rate[2]
        left = min(left + price.via, here)
    return (left * price.haste) >> 6


@inner
def find_way(
    field: Any, work: Any, price: Any, columns: int, net: int, box: Any, goal: Any,
    least_mark: int, plane: bool
) -> int:  # fmt: skip
    """Search until the goal is the cheapest entry of the heap.

    Args:
        field: the Field.
        work: the Work; its heap holds the starts, `_begin` has put them there.
        price: the Price.
        columns: of the lattice.
        net: the task's net.
        box: first column, first row, last column and last row of the window.
        goal: box and layers of the terminal to head for.
        least_mark: states whose `target` is this or more are terminals.
        plane: whether a via is a goal.

    Returns:
        The state that leads to the goal, or -1 where there is no way.
    """
    nodes, last = len(field.holes), len(field.spots)
    done = 2 * work.clock[EPOCH] + 1
    while work.clock[SIZE] > 0:
        state = _pop(work.heap, work.clock) & (STATES - 1)
        trail = work.trail[state]
        if trail.seen == done:
            continue
        trail.seen = done
        if state == last:
            return work.clock[FROM]
        work.clock[6] += 1
        layer, node = state // nodes, state % nodes
        if trail.target >= least_mark or (plane and field.flooded[state] == net):
            _reach_goal(work, trail.cost + trail.bonus, state, 0)
        _relax_steps(field, work, price, columns, net, box, goal, state, layer)
        hole = field.holes[node]
        if (hole.owner == net or hole.owner == FREE) and hole.drilled < work.clock[MARK]:
            _relax_vias(field, work, price, columns, net, goal, node, layer, plane)
    return -1


@inlined
def _reach_goal(work: Any, cost: int, state: int, by_via: int) -> None:
    last = len(work.trail) - 1
    trail = work.trail[last]
    reached = 2 * work.clock[EPOCH]
    if trail.seen < reached or cost < trail.cost:
        trail.seen, trail.cost = reached, cost
        work.clock[FROM], work.clock[BY_VIA] = state, by_via
        _push(work.heap, work.clock, cost << SHIFT | last)


@inlined
def _relax_steps(
    field: Any, work: Any, price: Any, columns: int, net: int, box: Any, goal: Any,
    state: int, layer: int
) -> None:  # fmt: skip
    reached = 2 * work.clock[EPOCH]
    barred = field.spots[state].barred
    came, cost = work.trail[state].came, work.trail[state].cost
    node = state - layer * len(field.holes)
    row = node // columns
    column = node - row * columns
    for way in range(8):
        # A turn back by 135 degrees or more never shortens a way.
        if barred >> way & 1 or (came < 8 and 3 <= (way - came) & 7 <= 5):
            continue
        other = state + ROWS[way] * columns + COLUMNS[way]
        trail, spot = work.trail[other], field.spots[other]
        if trail.seen == reached + 1 or (spot.owner != net and spot.owner != FREE):
            continue
        to_row, to_column = row + ROWS[way], column + COLUMNS[way]
        if to_column < box[0] or to_row < box[1] or to_column > box[2] or to_row > box[3]:
            continue
        length = price.step[layer, way] + spot.lasting
        crowd = spot.node
        if way & 1:
            # Both rows and columns change: the cell that the diagonal crosses.
            crowd = max(crowd, field.spots[min(state, other) - (1 if (way & 3) == 3 else 0)].cell)
        to_cost = cost + length + ((length * price.crowd * crowd) >> 4)
        if came < 8:
            to_cost += price.bend[(way - came) & 7]
        if trail.seen < reached or to_cost < trail.cost:
            trail.seen, trail.cost, trail.came = reached, to_cost, way
            left = _left(to_row, to_column, layer, goal, price)
            _push(work.heap, work.clock, (to_cost + left) << SHIFT | other)


@inlined
def _relax_vias(
    field: Any, work: Any, price: Any, columns: int, net: int, goal: Any, node: int, layer: int,
    plane: bool
) -> None:  # fmt: skip
    nodes, hole = len(field.holes), field.holes[node]
    reached = 2 * work.clock[EPOCH]
    length = price.via + hole.lasting
    state = node + layer * nodes
    to_cost = work.trail[state].cost + length + ((length * price.crowd * hole.crowd) >> 4)
    if plane:
        _reach_goal(work, to_cost, state, 1)
    for to_layer in range(len(price.step)):
        other = node + to_layer * nodes
        trail, owner = work.trail[other], field.spots[other].owner
        if to_layer == layer or trail.seen == reached + 1 or (owner != net and owner != FREE):
            continue
        if trail.seen < reached or to_cost < trail.cost:
            trail.seen, trail.cost, trail.came = reached, to_cost, 8 + layer
            left = _left(node // columns, node % columns, to_layer, goal, price)
            _push(work.heap, work.clock, (to_cost + left) << SHIFT | other)


@inner
def begin(
    work: Any, price: Any, columns: int, nodes: int, box: Any, goal: Any, planted: int
) -> None:
    """Empty the heap and put the states of the tree into it, those inside the window."""
    work.clock[EPOCH] += 1
    work.clock[SIZE] = 0
    for k in range(planted):
        state = work.tree[k]
        trail = work.trail[state]
        layer, node = state // nodes, state % nodes
        row, column = node // columns, node % columns
        if box[0] <= column <= box[2] and box[1] <= row <= box[3]:
            trail.seen, trail.cost, trail.came = 2 * work.clock[EPOCH], trail.bonus, START
            left = _left(row, column, layer, goal, price)
            _push(work.heap, work.clock, (trail.bonus + left) << SHIFT | state)
