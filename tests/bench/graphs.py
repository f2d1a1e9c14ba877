"""The networks of the benchmark: four families, any number of edges, no file and no limit of size.

Each family has about two edges a node, as the group's own boards. The same family and size give the
same network on every machine.

| family | drawn as | edges over its number are taken off |
|---|---|---|
| `torus` | square lattice, opposite sides joined | evenly |
| `square` | square lattice with an open border | evenly |
| `regular` | four edges a node, at random: not planar | none (a node may have three) |
| `planar` | Delaunay triangulation of random points | at random, no node below two edges |
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import Delaunay

Ints = NDArray[np.int64]
LARGEST_ASPECT = 1.35
"""Of a lattice's sides: narrower ones are easier to solve."""


@dataclass(frozen=True, eq=False)
class Graph:
    """A connected simple graph.

    Attributes:
        family: one of FAMILIES.
        node_count: nodes are 0 to node_count - 1.
        a, b: the ends of each edge, shape (edges,).
    """

    family: str
    node_count: int
    a: Ints
    b: Ints

    @property
    def edge_count(self) -> int:
        """How many edges."""
        return len(self.a)


def make_graph(family: str, edges: int) -> Graph:
    """A network of a family.

    Raises:
        ValueError: too few edges for the family, or a draw that is not connected.
    """
    if edges < 16:
        raise ValueError(f"the benchmark's networks have at least 16 edges; given {edges}")
    pairs = FAMILIES[family](edges)
    graph = Graph(family, int(pairs.max()) + 1, pairs[:, 0].copy(), pairs[:, 1].copy())
    if graph.edge_count != edges or _parts(graph) != 1:
        raise ValueError(f"no connected {family} network of {edges} edges came out")
    return graph


def _parts(graph: Graph) -> int:
    ones = np.ones(graph.edge_count)
    shape = (graph.node_count, graph.node_count)
    return int(connected_components(coo_array((ones, (graph.a, graph.b)), shape=shape))[0])


def _torus(edges: int) -> Ints:
    rows, columns = _sides(lambda r, c: 2 * r * c, edges)
    return _thinned(_lattice(rows, columns, periodic=True), edges)


def _square(edges: int) -> Ints:
    rows, columns = _sides(lambda r, c: 2 * r * c - r - c, edges)
    return _thinned(_lattice(rows, columns, periodic=False), edges)


def _sides(count: Callable[[int, int], int], edges: int) -> tuple[int, int]:
    """The nearly square lattice with the fewest edges that are enough."""
    best = (0, 0)
    for rows in range(3, int(edges**0.5) + 4):
        columns = rows
        while count(rows, columns) < edges:
            columns += 1
        narrow = columns > LARGEST_ASPECT * rows + 1
        if not narrow and (best == (0, 0) or count(rows, columns) < count(*best)):
            best = (rows, columns)
    return best


def _lattice(rows: int, columns: int, *, periodic: bool) -> Ints:
    number = np.arange(rows * columns).reshape(rows, columns)
    right, down = np.roll(number, -1, axis=1), np.roll(number, -1, axis=0)
    if periodic:
        across, along = (number, right), (number, down)
    else:
        across = (number[:, :-1], right[:, :-1])
        along = (number[:-1], down[:-1])
    return np.concatenate([np.stack([x.ravel(), y.ravel()], axis=1) for x, y in (across, along)])


def _thinned(pairs: Ints, edges: int) -> Ints:
    """Without the edges that are too many, evenly over the network, no node below two."""
    # Steps of the golden ratio come near every place before they come back to one.
    golden = np.argsort((np.arange(len(pairs)) * 0.6180339887) % 1.0, kind="stable")
    return _without(pairs, golden, len(pairs) - edges)


def _without(pairs: Ints, order: Ints, surplus: int) -> Ints:
    """Edges taken off in an order, as many as are too many, but none at a node with only two."""
    degree = np.bincount(pairs.ravel())
    keep = np.ones(len(pairs), dtype=bool)
    for edge in order:
        ends = pairs[edge]
        if surplus and degree[ends].min() > 2:
            keep[edge] = False
            degree[ends] -= 1
            surplus -= 1
    return pairs[keep]


def _regular(edges: int) -> Ints:
    """The union of two random rings through all nodes, drawn again where they share an edge."""
    nodes = (edges + 1) // 2
    stream = np.random.default_rng(edges)
    ring = np.arange(nodes)
    first = np.stack([ring, np.roll(ring, -1)], axis=1)
    taken = set(map(tuple, np.sort(first, axis=1).tolist()))
    order = _second_ring(stream, nodes, taken)
    second = np.stack([order, np.roll(order, -1)], axis=1)
    return np.concatenate([first, second])[:edges]


def _second_ring(stream: np.random.Generator, nodes: int, taken: set[tuple[int, ...]]) -> Ints:
    """A random order of the nodes in which no neighbours are joined already.

    A node that is in a bad place changes places with another one, until none is.
    """
    order = stream.permutation(nodes)
    while True:
        ends = np.sort(np.stack([order, np.roll(order, -1)], axis=1), axis=1)
        bad = [k for k, pair in enumerate(map(tuple, ends.tolist())) if pair in taken]
        if not bad:
            return order
        for k in bad:
            other = int(stream.integers(nodes))
            order[[k, other]] = order[[other, k]]


def _planar(edges: int) -> Ints:
    nodes = edges // 2
    stream = np.random.default_rng(edges)
    corners = Delaunay(stream.random((nodes, 2))).simplices
    sides = np.sort(np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]]))
    pairs = np.unique(sides.astype(np.int64), axis=0)
    tree = _tree(pairs, nodes, stream)
    spare = stream.permutation(np.flatnonzero(~tree))
    return _without(pairs, spare, len(pairs) - edges)


def _tree(pairs: Ints, nodes: int, stream: np.random.Generator) -> NDArray[np.bool_]:
    """Which edges are in a random spanning tree: taking off others leaves the network whole."""
    root = np.arange(nodes)
    chosen = np.zeros(len(pairs), dtype=bool)
    for edge in stream.permutation(len(pairs)):
        ends = [_find(root, int(node)) for node in pairs[edge]]
        if ends[0] != ends[1]:
            root[ends[0]] = ends[1]
            chosen[edge] = True
    return chosen


def _find(root: Ints, node: int) -> int:
    while root[node] != node:
        root[node] = root[root[node]]
        node = int(root[node])
    return node


FAMILIES: Mapping[str, Callable[[int], Ints]] = {
    "torus": _torus,
    "square": _square,
    "regular": _regular,
    "planar": _planar,
}
