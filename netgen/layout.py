"""Where to draw the nodes of a network that comes without positions.

Stress majorisation (E. Gansner, Y. Koren, S. North, "Graph Drawing by Stress Majorization", 2004):
nodes are moved until their distances on paper are like their distances in the graph. It starts from
the graph alone and draws no random number.
"""

from collections import deque
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from netgen.network import LearningNetwork

Floats = npt.NDArray[np.float64]
ROUNDS = 120
GOLDEN = 2.399963229728653  # radians; spreads the nodes that the start would put on one spot


def positions(network: LearningNetwork) -> Mapping[str, tuple[float, float]]:
    """(x, y) of every node, y up: the design's where it has them."""
    if network.positions is not None:
        return network.positions
    distances = _distances(network)
    places = _start(distances)
    for _ in range(ROUNDS):
        places = _majorise(places, distances)
    return {
        node: (round(float(x), 3), round(float(y), 3))
        for node, (x, y) in zip(network.nodes, places, strict=True)
    }


def _distances(network: LearningNetwork) -> Floats:
    """Number of edges between each two nodes, shape (nodes, nodes)."""
    index = {node: place for place, node in enumerate(network.nodes)}
    neighbours: list[list[int]] = [[] for _ in network.nodes]
    for a, b in network.edges:
        neighbours[index[a]].append(index[b])
        neighbours[index[b]].append(index[a])
    table = np.zeros((len(index), len(index)))
    for start in range(len(index)):
        steps = {start: 0}
        queue = deque([start])
        while queue:
            here = queue.popleft()
            for there in neighbours[here]:
                if there not in steps:
                    steps[there] = steps[here] + 1
                    queue.append(there)
        table[start, list(steps)] = list(steps.values())
    return table


def _start(distances: Floats) -> Floats:
    """Two axes between nodes that are far apart, plus a small spiral against coincidence."""
    west = int(np.argmax(distances[0]))
    east = int(np.argmax(distances[west]))
    # North is far from both and about as far from one as from the other.
    north = int(
        np.argmax(distances[west] + distances[east] - 2 * abs(distances[west] - distances[east]))
    )
    south = int(np.argmax(distances[north]))
    order = np.arange(len(distances))
    spiral = 0.3 * np.sqrt((order + 1.0) / len(distances))
    x = (distances[west] - distances[east]) / 2 + spiral * np.cos(GOLDEN * order)
    y = (distances[north] - distances[south]) / 2 + spiral * np.sin(GOLDEN * order)
    return np.stack([x, y], axis=1)


def _majorise(places: Floats, distances: Floats) -> Floats:
    """One round: every node moves to the mean of where each other node would have it."""
    weights = np.zeros_like(distances)
    np.divide(1.0, distances**2, out=weights, where=distances > 0)
    apart = places[:, None, :] - places[None, :, :]
    length = np.sqrt((apart**2).sum(axis=2))
    ratio = np.zeros_like(distances)
    np.divide(distances, length, out=ratio, where=length > 1e-9)
    wanted = places[None, :, :] + apart * ratio[:, :, None]
    return (weights[:, :, None] * wanted).sum(axis=1) / weights.sum(axis=1)[:, None]
