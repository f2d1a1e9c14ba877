"""Networks that are drawn: the same seed draws the same network on every machine.

All of them are connected. Where a draw is not, the next one of the same random stream is taken, so
a seed still means one network; after `ATTEMPTS` draws the arguments are refused as too sparse.
"""

import random
from abc import abstractmethod
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

import networkx as nx
import numpy as np
from pydantic import Field
from scipy.spatial import Delaunay

from designs.errors import DesignError
from designs.network import MAX_EDGES, Position, UncheckedGraph
from designs.protocol import Number
from designs.topologies import IndexPair, Topology, circle, numbered

ATTEMPTS = 200
_CANDIDATES = 8

DrawnNodes = Annotated[int, Field(strict=True, ge=3, le=5000)]
Seed = Annotated[int, Field(strict=True, ge=0, lt=2**32)]


class RandomTopology(Topology):
    """A generator that draws."""

    seed: Seed = 0


class _Redrawn(RandomTopology):
    """A networkx generator, repeated on one random stream until the graph is connected."""

    nodes: DrawnNodes

    @abstractmethod
    def draw(self, stream: random.Random) -> "nx.Graph[int]":
        """One graph on the nodes 0 to nodes - 1."""

    def build(self) -> UncheckedGraph:
        """See `Topology`."""
        stream = random.Random(self.seed)
        for _ in range(ATTEMPTS):
            graph = self.draw(stream)
            if nx.is_connected(graph):
                pairs = sorted((min(a, b), max(a, b)) for a, b in graph.edges)
                return numbered(pairs, circle(self.nodes))
        raise DesignError(
            f"none of {ATTEMPTS} draws joined all {self.nodes} nodes; ask for more edges"
        )


class RandomRegular(_Redrawn):
    """Every node has exactly `degree` edges."""

    degree: Annotated[int, Field(strict=True, ge=2, le=100)]

    def draw(self, stream: random.Random) -> "nx.Graph[int]":
        """See `_Redrawn`."""
        if self.degree >= self.nodes:
            raise DesignError(
                f"degree must be below the number of nodes, {self.nodes}; given {self.degree}"
            )
        if self.nodes * self.degree % 2:
            raise DesignError(
                f"nodes x degree must be even, since every edge has two ends; "
                f"given {self.nodes} x {self.degree}"
            )
        # Pairing ends hardly ever succeeds when most pairs are joined: draw those that are not.
        absent = self.nodes - 1 - self.degree
        if absent < self.degree:
            return nx.complement(nx.random_regular_graph(absent, self.nodes, seed=stream))
        return nx.random_regular_graph(self.degree, self.nodes, seed=stream)


class ErdosRenyi(_Redrawn):
    """Every pair of nodes joined with `probability`, or exactly `edges` pairs drawn."""

    probability: Annotated[Number, Field(gt=0, le=1)] | None = None
    edges: Annotated[int, Field(strict=True, ge=1, le=100_000)] | None = None

    def draw(self, stream: random.Random) -> "nx.Graph[int]":
        """See `_Redrawn`."""
        if (self.probability is None) == (self.edges is None):
            raise DesignError("needs exactly one of probability and edges")
        if self.probability is not None:
            expected = self.probability * self.nodes * (self.nodes - 1) / 2
            if expected > MAX_EDGES:
                raise DesignError(
                    f"probability = {self.probability:g} means about {expected:.3g} edges; "
                    f"at most {MAX_EDGES} are supported"
                )
            return nx.fast_gnp_random_graph(self.nodes, self.probability, seed=stream)
        edges = self.edges or 0
        most = self.nodes * (self.nodes - 1) // 2
        if not self.nodes - 1 <= edges <= most:
            raise DesignError(
                f"edges must be {self.nodes - 1} to {most} for {self.nodes} nodes to be connected "
                f"and no pair joined twice; given {edges}"
            )
        return nx.gnm_random_graph(self.nodes, edges, seed=stream)


class WattsStrogatz(_Redrawn):
    """A ring joined to the `neighbours` nearest nodes, each edge rewired with a probability."""

    neighbours: Annotated[int, Field(strict=True, ge=2, le=100)]
    rewire_probability: Annotated[Number, Field(ge=0, le=1)]

    def draw(self, stream: random.Random) -> "nx.Graph[int]":
        """See `_Redrawn`."""
        if self.neighbours % 2 or self.neighbours >= self.nodes:
            raise DesignError(
                f"neighbours must be even and below the number of nodes, {self.nodes}; "
                f"given {self.neighbours}"
            )
        return nx.watts_strogatz_graph(
            self.nodes, self.neighbours, self.rewire_probability, seed=stream
        )


class PlanarDisordered(RandomTopology):
    """A disordered planar network of given size and mean degree, like a jammed packing's contacts.

    Points are spread evenly but without order (of some candidates the one farthest from its
    neighbours is kept), triangulated (Delaunay), and edges are taken away in a drawn order until
    the mean degree is met: first where both ends keep three edges, then wherever the network stays
    connected. Nodes are numbered from left to right. The number of edges is `nodes` x
    `mean_degree` / 2, rounded.
    """

    nodes: Annotated[int, Field(strict=True, ge=4, le=2000)]
    mean_degree: Annotated[Number, Field(gt=0, lt=6)]

    def build(self) -> UncheckedGraph:
        """See `Topology`."""
        stream = random.Random(self.seed)
        points = _spread_points(self.nodes, stream)
        triangulated = _triangulate(points)
        wanted = round(self.nodes * self.mean_degree / 2)
        if not self.nodes - 1 <= wanted <= len(triangulated):
            low = 2 * (self.nodes - 1) / self.nodes
            high = 2 * len(triangulated) / self.nodes
            raise DesignError(
                f"mean_degree must be {low:.4g} to {high:.4g} for these {self.nodes} nodes and "
                f"this seed; given {self.mean_degree:g}"
            )
        pairs = _thin(self.nodes, triangulated, wanted, stream)
        return numbered(pairs, points)


def _spread_points(count: int, stream: random.Random) -> list[Position]:
    """Points of mean distance about one in a square, from left to right."""
    side = count**0.5
    points = np.empty((count, 2))
    for i in range(count):
        tried = np.array([(stream.random(), stream.random()) for _ in range(_CANDIDATES)]) * side
        gaps = ((tried[:, None, :] - points[None, :i, :]) ** 2).sum(axis=2)
        points[i] = tried[int(gaps.min(axis=1).argmax())] if i else tried[0]
    return sorted((float(x), float(y)) for x, y in points)


def _triangulate(points: list[Position]) -> list[IndexPair]:
    corners = Delaunay(np.array(points)).simplices.tolist()
    sides = {
        (min(a, b), max(a, b))
        for t in corners
        for a, b in ((t[0], t[1]), (t[1], t[2]), (t[0], t[2]))
    }
    return sorted(sides)


def _thin(
    nodes: int, pairs: list[IndexPair], wanted: int, stream: random.Random
) -> list[IndexPair]:
    """Takes edges away in a drawn order, never one of a drawn spanning tree."""
    drawn = sorted((stream.random(), pair) for pair in pairs)
    order = [pair for _, pair in drawn]
    tree = _spanning_tree(nodes, order)
    degree = [0] * nodes
    for a, b in pairs:
        degree[a] += 1
        degree[b] += 1
    kept = set(pairs)
    for floor in (3, 0):
        for a, b in order:
            if len(kept) == wanted:
                return sorted(kept)
            if (a, b) in kept and (a, b) not in tree and min(degree[a], degree[b]) > floor:
                kept.remove((a, b))
                degree[a] -= 1
                degree[b] -= 1
    return sorted(kept)


def _spanning_tree(nodes: int, order: list[IndexPair]) -> set[IndexPair]:
    parent = list(range(nodes))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    tree: set[IndexPair] = set()
    for a, b in reversed(order):
        if root(a) != root(b):
            parent[root(a)] = root(b)
            tree.add((a, b))
    return tree


RANDOM: Mapping[str, type[RandomTopology]] = MappingProxyType(
    {
        "random_regular": RandomRegular,
        "erdos_renyi": ErdosRenyi,
        "watts_strogatz": WattsStrogatz,
        "planar_disordered": PlanarDisordered,
    }
)
