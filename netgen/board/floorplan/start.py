"""Where the nodes are drawn before places are given out."""

from collections.abc import Mapping

import networkx as nx

from netgen.layout import positions
from netgen.network import LearningNetwork

Start = Mapping[str, tuple[float, float]]
"""(x, y) of every node in the unit square, y down."""


def starts(network: LearningNetwork) -> tuple[Start, ...]:
    """Drawings of the network to start from: as given or as drawn for people, spectral, planar.

    Each comes upright and lying, since the board's rows know only one direction.
    """
    drawings: list[Start] = [{node: (x, -y) for node, (x, y) in positions(network).items()}]
    graph = nx.Graph()
    graph.add_nodes_from(network.nodes)
    graph.add_edges_from(network.edges)
    if len(network.nodes) > 3:
        drawings.append(_spectral(graph))
        flat, embedding = nx.check_planarity(graph)
        if flat:
            drawings.append(
                {str(node): (float(x), float(y))
                 for node, (x, y) in nx.combinatorial_embedding_to_pos(embedding).items()}
            )  # fmt: skip
    return tuple(
        _unit(turned) for drawing in drawings for turned in (drawing, _transposed(drawing))
    )


def _spectral(graph: "nx.Graph[str]") -> Start:
    """By the two slowest modes of the graph's Laplacian, their signs made definite."""
    found = nx.spectral_layout(graph)
    first = {str(node): (float(x), float(y)) for node, (x, y) in found.items()}
    signs = [_sign([place[axis] for place in first.values()]) for axis in (0, 1)]
    return {
        node: (round(x * signs[0], 6), round(y * signs[1], 6)) for node, (x, y) in first.items()
    }


def _sign(values: list[float]) -> float:
    largest = max(values, key=lambda value: (round(abs(value), 6), round(value, 6)))
    return -1.0 if largest < 0 else 1.0


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
