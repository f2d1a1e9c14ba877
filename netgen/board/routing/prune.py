"""Compiled: what of a tree can stay, and what leads nowhere.

A branch is the copper between two knots: terminals, joints and loose ends. `keep_branches` drops
every branch that has a place in conflict, so that only these are routed anew; `trim` drops what
ends in nothing. A via is one point of the tree on all layers.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from netgen.board.routing.crowd import step_of
from netgen.board.routing.inner import inner


class Scratch(NamedTuple):
    """Numbers of points: `mark` [S] says whether `number` [S] is of this call; `clock` [1]."""

    mark: NDArray[np.int32]
    number: NDArray[np.int32]
    clock: NDArray[np.int32]


class Graph(NamedTuple):
    """A tree as points and steps.

    Attributes:
        ends: [K, 2] the points that a step joins.
        degree: [P] steps at a point.
        head, after: [P], [2 K] linked lists of the steps at a point: 2 step + end.
        terminal: [P] that the point is of, or -1.
    """

    ends: NDArray[np.int32]
    degree: NDArray[np.int32]
    head: NDArray[np.int32]
    after: NDArray[np.int32]
    terminal: NDArray[np.int32]


@inner
def _point(scratch: Any, state: int, count: int) -> tuple[int, int]:
    """The number of a state's point, and how many points there are now."""
    if scratch.mark[state] != scratch.clock[0]:
        scratch.mark[state], scratch.number[state] = scratch.clock[0], count
        count += 1
    return scratch.number[state], count


@inner
def _make_graph(scratch: Any, nodes: int, terminals: Any, steps: Any, vias: Any) -> Graph:
    scratch.clock[0] += 1
    count = 0
    for k in range(len(vias)):
        for state in range(vias[k], len(scratch.mark), nodes):
            scratch.mark[state], scratch.number[state] = scratch.clock[0], count
        count += 1
    size = len(vias) + 2 * len(steps)
    ends, terminal = np.zeros((len(steps), 2), np.int32), np.full(size, -1, np.int32)
    degree, head = np.zeros(size, np.int32), np.full(size, -1, np.int32)
    after = np.full(2 * len(steps), -1, np.int32)
    for k in range(len(steps)):
        for end in range(2):
            point, count = _point(scratch, steps[k, end], count)
            ends[k, end] = point
            degree[point] += 1
            after[2 * k + end], head[point] = head[point], 2 * k + end
    for t in range(len(terminals.start) - 1):
        for k in range(terminals.start[t], terminals.start[t + 1]):
            state = terminals.state[k]
            if scratch.mark[state] == scratch.clock[0]:
                terminal[scratch.number[state]] = t
    return Graph(ends, degree, head, after, terminal)


@inner
def _find_conflicts(crowd: Any, columns: int, mine: int, steps: Any) -> Any:
    """[K] whether a step has a place that other tasks want, or ends at such a via."""
    found = np.zeros(len(steps), np.bool_)
    for k in range(len(steps)):
        base, way = step_of(steps[k, 0], steps[k, 1], columns)
        spots = crowd.spots[mine]
        found[k] = spots[steps[k, 0]].node > 1 or spots[steps[k, 1]].node > 1
        found[k] |= way == 1 and spots[base].cell > 1
        found[k] |= way == 3 and spots[base - 1].cell > 1
    return found


@inner
def _root(parent: Any, item: int) -> int:
    while parent[item] != item:
        parent[item] = parent[parent[item]]
        item = parent[item]
    return item


@njit(cache=True)
def keep_branches(
    crowd: Any, scratch: Any, columns: int, mine: int, terminals: Any, steps: Any, vias: Any
) -> tuple[Any, Any, Any]:
    """Drop the branches in conflict.

    Args:
        crowd: the Crowd, with the task's own halo in it.
        scratch: the Scratch.
        columns: of the lattice.
        mine: class of the task's tracks.
        terminals: of the task.
        steps: of its path.
        vias: of its path.

    Returns:
        [K] the group that a step is of, or -1 where it is dropped; [V] likewise for vias; [T] the
        group of each terminal. Groups are numbered from 0 in order of their first terminal.
    """
    nodes = len(crowd.holes)
    graph = _make_graph(scratch, nodes, terminals, steps, vias)
    bad = _find_conflicts(crowd, columns, mine, steps)
    bad_point = np.zeros(len(graph.head), np.bool_)
    for k in range(len(vias)):
        bad_point[k] = crowd.holes[vias[k]].crowd > 1
    for k in range(len(steps)):
        bad[k] |= bad_point[graph.ends[k, 0]] or bad_point[graph.ends[k, 1]]
    kept = _judge_branches(graph, bad)
    return _label_groups(graph, kept, len(terminals.start) - 1, len(vias))


@inner
def _judge_branches(graph: Any, bad: Any) -> Any:
    """[K] whether no step of the same branch is bad."""
    kept, known = np.zeros(len(bad), np.bool_), np.zeros(len(bad), np.bool_)
    branch = np.zeros(len(bad), np.int32)
    for point in range(len(graph.head)):
        if graph.degree[point] == 2 and graph.terminal[point] < 0:
            continue
        first = graph.head[point]
        while first >= 0:
            size, good, link = 0, True, first
            while not known[link >> 1]:
                step = link >> 1
                known[step] = True
                branch[size] = step
                size += 1
                good &= not bad[step]
                there = graph.ends[step, 1 - (link & 1)]
                if graph.degree[there] != 2 or graph.terminal[there] >= 0:
                    break
                link = graph.head[there]
                if link >> 1 == step:
                    link = graph.after[link]
            for k in range(size):
                kept[branch[k]] = good
            first = graph.after[first]
    return kept


@inner
def _label_groups(graph: Any, kept: Any, terminals: int, vias: int) -> tuple[Any, Any, Any]:
    """Groups of terminals that kept steps join; steps of no group are dropped as well."""
    points = len(graph.head)
    parent = np.arange(terminals + points)
    for point in range(points):
        if graph.terminal[point] >= 0:
            one = _root(parent, graph.terminal[point])
            other = _root(parent, terminals + point)
            parent[max(one, other)] = min(one, other)
    for k in range(len(kept)):
        if kept[k]:
            one = _root(parent, terminals + graph.ends[k, 0])
            other = _root(parent, terminals + graph.ends[k, 1])
            parent[max(one, other)] = min(one, other)
    number = np.full(terminals + points, -1)
    groups = np.zeros(terminals, np.int64)
    count = 0
    for t in range(terminals):
        root = _root(parent, t)
        if number[root] < 0:
            number[root] = count
            count += 1
        groups[t] = number[root]
    of_step, of_via = np.full(len(kept), -1), np.full(vias, -1)
    for k in range(len(kept)):
        if kept[k]:
            of_step[k] = number[_root(parent, terminals + graph.ends[k, 0])]
            for end in range(2):
                if graph.ends[k, end] < vias:
                    of_via[graph.ends[k, end]] = of_step[k]
    return of_step, of_via, groups


@njit(cache=True)
def trim(
    scratch: Any, nodes: int, terminals: Any, steps: Any, vias: Any, plane: bool
) -> tuple[Any, Any]:
    """Which steps and vias of a tree lead somewhere.

    Args:
        scratch: the Scratch.
        nodes: of the lattice.
        terminals: of the task; of a plane's task, vias are ends too.
        steps: of its path.
        vias: of its path.
        plane: whether vias reach a plane.

    Returns:
        [K] and [V] whether it stays.
    """
    graph = _make_graph(scratch, nodes, terminals, steps, vias)
    stays, degree = np.ones(len(steps), np.bool_), graph.degree
    for start in range(len(graph.head)):
        point = start
        while (
            degree[point] == 1 and graph.terminal[point] < 0 and not (plane and point < len(vias))
        ):
            link = graph.head[point]
            while not stays[link >> 1]:
                link = graph.after[link]
            stays[link >> 1] = False
            degree[point] = 0
            point = graph.ends[link >> 1, 1 - (link & 1)]
            degree[point] -= 1
    layers = np.zeros(len(vias), np.int64)
    for k in range(len(steps)):
        for end in range(2):
            if stays[k] and graph.ends[k, end] < len(vias):
                layers[graph.ends[k, end]] |= 1 << (steps[k, end] // nodes)
    for k in range(len(terminals.state)):
        state = terminals.state[k]
        if scratch.mark[state] == scratch.clock[0] and scratch.number[state] < len(vias):
            layers[scratch.number[state]] |= 1 << (state // nodes)
    return stays, (layers & (layers - 1) != 0) | plane
