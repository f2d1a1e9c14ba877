"""Designs of random graphs for `tests/random_boards.py`: planar and not, small and large."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import networkx as nx
import numpy as np
from scipy.spatial import Delaunay

from designs import Design, load_design

FEWEST, MOST = 5, 60


@dataclass(frozen=True)
class Drawn:
    """A random design.

    Attributes:
        name: says what it is: `planar-s3-e17-l4`.
        graph: how its graph was drawn.
        cell: its edge cell.
        design: ready for `make_board`.
    """

    name: str
    graph: str
    cell: str
    design: Design


Edges = list[tuple[int, int]]


def draw_design(seed: int, edges: int, folder: Path) -> Drawn:
    """One design; everything but the number of edges follows from the seed.

    Args:
        seed: of the draw.
        edges: of the graph.
        folder: where its design file is written, in a folder of its own.
    """
    draw = random.Random(f"board {seed} {edges}")
    kind = sorted(GRAPHS)[seed % len(GRAPHS)]
    pairs = GRAPHS[kind](draw, edges)
    through = draw.random() < 0.25
    layers = draw.choice((2, 4, 4, 4, 6))
    name = f"{kind}-s{seed}-e{edges}-l{layers}" + ("-th" if through else "")
    home = folder / name
    home.mkdir(parents=True, exist_ok=True)
    cell = "dillavou2022" if through else "clocked_digipot"
    path = home / "design.toml"
    path.write_text(_text(draw, name, pairs, cell, layers), encoding="utf-8")
    return Drawn(name, kind, cell, load_design(path))


def _text(draw: random.Random, name: str, pairs: Edges, cell: str, layers: int) -> str:
    nodes = sorted({node for pair in pairs for node in pair})
    draw.shuffle(nodes)
    sources = draw.randint(1, min(6, len(nodes) - 2))
    targets = draw.randint(1, min(6, len(nodes) - sources - 1))
    volts = [0.0, 5.0, 2.5, 4.0, 1.0, 3.0]
    driven = ", ".join(f"{node} = {volts[k]}" for k, node in enumerate(nodes[:sources]))
    read = nodes[sources : sources + targets]
    wanted = ", ".join(f"{node} = 2.0" for node in read)
    return f"""
schema = 1
name = "{name}"
[network]
edges = {[list(pair) for pair in pairs]}
[electronics]
edge_cell = "{cell}"
[[task]]
name = "t"
kind = "allostery"
sources = {{ {driven} }}
targets = {{ {wanted} }}
bound = {{ rms_v = 0.05 }}
[board]
layers = {layers}
fab = "{draw.choice(("jlcpcb", "pcbway", "oshpark"))}"
patching = "{draw.choice(("cables", "fixed"))}"
"""


def _planar(draw: random.Random, edges: int) -> Edges:
    """A Delaunay triangulation of random points, thinned while it stays connected."""
    nodes = max(5, round(edges / draw.uniform(1.4, 2.4)))
    while True:
        points = np.array([(draw.random(), draw.random()) for _ in range(nodes)])
        sides = {
            (min(a, b), max(a, b))
            for one in Delaunay(points).simplices.tolist()
            for a, b in zip(one, one[1:] + one[:1], strict=True)
        }
        if len(sides) >= edges >= nodes - 1:
            return _thinned(draw, sorted(sides), edges)
        nodes += 1 if len(sides) < edges else -1


def _thinned(draw: random.Random, pairs: Sequence[tuple[int, int]], edges: int) -> Edges:
    graph = nx.Graph(list(pairs))
    order = list(pairs)
    draw.shuffle(order)
    for pair in order:
        if graph.number_of_edges() == edges:
            break
        graph.remove_edge(*pair)
        if not nx.is_connected(graph):
            graph.add_edge(*pair)
    return _pairs(graph)


def _regular(draw: random.Random, edges: int) -> Edges:
    """Every node has three or four edges, but for those that are cut to hit the number."""
    degree = draw.choice((3, 4))
    nodes = max(-(-2 * edges // degree), degree + 2)
    nodes += nodes * degree % 2
    for seed in range(1000):
        graph = nx.random_regular_graph(degree, nodes, seed=draw.randrange(2**30) + seed)
        if nx.is_connected(graph):
            return _thinned(draw, sorted(_pairs(graph)), edges)
    raise AssertionError("no connected graph in a thousand draws")


def _gnm(draw: random.Random, edges: int) -> Edges:
    """A random tree and random edges: of very unequal degrees."""
    nodes = max(5, round(edges / draw.uniform(1.2, 2.2)))
    nodes = min(nodes, edges + 1)
    pairs = {(draw.randrange(k), k) for k in range(1, nodes)}
    while len(pairs) < edges:
        a, b = sorted(draw.sample(range(nodes), 2))
        pairs.add((a, b))
    return sorted(pairs)


def _pairs(graph: nx.Graph[int]) -> Edges:
    return sorted((min(pair), max(pair)) for pair in graph.edges)


GRAPHS: dict[str, Callable[[random.Random, int], Edges]] = {
    "gnm": _gnm,
    "planar": _planar,
    "regular": _regular,
}
