"""Where the nodes are drawn before places are given out."""

from collections.abc import Mapping

import networkx as nx
import numpy as np
import numpy.typing as npt

from netgen.layout import positions
from netgen.network import LearningNetwork

Floats = npt.NDArray[np.float64]
_SAME = 1e-6
"""Modes whose eigenvalues differ by less, as a share of the largest degree, are as slow."""
Start = Mapping[str, tuple[float, float]]
"""(x, y) of every node in the unit square, y down."""


def starts(network: LearningNetwork) -> tuple[Start, ...]:
    """Drawings of the network to start from: as given or as drawn for people, spectral, planar.

    Each comes upright and lying, since the board's rows know only one direction.
    """
    drawings: list[Start] = [{node: (x, -y) for node, (x, y) in positions(network).items()}]
    if len(network.nodes) > 3:
        drawings += [_spectral(network), *_planar(network)]
    return tuple(
        _unit(turned) for drawing in drawings for turned in (drawing, _transposed(drawing))
    )


def _planar(network: LearningNetwork) -> list[Start]:
    """A drawing without crossings; none where there is none."""
    # Nodes as numbers: sets of strings, in networkx, have another order in every process.
    index = {node: place for place, node in enumerate(network.nodes)}
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(index.values())
    graph.add_edges_from((index[a], index[b]) for a, b in network.edges)
    flat, embedding = nx.check_planarity(graph)
    if not flat:
        return []
    places = nx.combinatorial_embedding_to_pos(embedding)
    return [{node: (float(places[k][0]), float(places[k][1])) for node, k in index.items()}]


def _spectral(network: LearningNetwork) -> Start:
    """By the two slowest modes of the graph's Laplacian, the same on every machine.

    Where several modes are as slow, as on a torus, an eigensolver returns any mixture of them.
    Which ones are taken is decided here: those that are largest at one node and vanish at the
    nodes of the modes before.
    """
    index = {node: place for place, node in enumerate(network.nodes)}
    laplacian = np.zeros((len(index), len(index)))
    for a, b in network.edges:
        laplacian[index[a], index[b]] -= 1
        laplacian[index[b], index[a]] -= 1
    degrees = -laplacian.sum(axis=1)
    values, modes = np.linalg.eigh(laplacian + np.diag(degrees))
    first, second = _definite(values / degrees.max(), modes)
    return {
        node: (float(x), float(y)) for node, x, y in zip(network.nodes, first, second, strict=True)
    }


def _definite(values: Floats, modes: Floats) -> list[Floats]:
    """Two modes after the constant one, rounded.

    Args:
        values: eigenvalues, ascending.
        modes: a column for each.
    """
    found: list[Floats] = []
    place = 1
    while len(found) < 2:
        group = np.flatnonzero(abs(values - values[place]) < _SAME)
        group = group[group >= place]
        # The projection on the modes of a group is the same whichever of their mixtures is given.
        share = modes[:, group] @ modes[:, group].T
        for _ in range(min(len(group), 2 - len(found))):
            node = int(np.argmax(np.round(np.diag(share), 6)))
            mode = share[:, node] / np.sqrt(share[node, node])
            share = share - np.outer(mode, mode)
            found.append(np.round(mode, 6))
        place = int(group[-1]) + 1
    return found


def _transposed(drawing: Start) -> Start:
    return {node: (y, x) for node, (x, y) in drawing.items()}


def _unit(drawing: Start) -> Start:
    """Stretched to the unit square along each axis."""
    places = list(drawing.values())
    low = [min(place[axis] for place in places) for axis in (0, 1)]
    high = [max(place[axis] for place in places) for axis in (0, 1)]
    span = [top - bottom or 1.0 for top, bottom in zip(high, low, strict=True)]
    return {
        node: ((x - low[0]) / span[0], (y - low[1]) / span[1]) for node, (x, y) in drawing.items()
    }
