"""Orders of edges to begin with: along a drawing, along distances, along a smooth function.

Everything is done with whole numbers or with Python's own floating point in a fixed order, so that
the same network is cut alike on every machine.
"""

from collections.abc import Iterator, Sequence

from netgen.system.partition.problem import PartitionProblem

_SMOOTH = 3
"""Smooth functions that are tried."""
_ROUNDS = 400
"""Averages that a function is smoothed by, at most."""


def edge_orders(problem: PartitionProblem, members: Sequence[int]) -> Iterator[list[int]]:
    """Orders of some edges, each of which makes two halves where it is cut somewhere."""
    neighbours = _neighbours(problem, members)
    for heights in _heights(problem, neighbours):
        yield sorted(
            members,
            key=lambda edge: (
                sum(heights[node] for node in problem.ends[edge]),
                max(heights[node] for node in problem.ends[edge]),
                edge,
            ),
        )


def _neighbours(problem: PartitionProblem, members: Sequence[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for edge in members:
        a, b = problem.ends[edge]
        found.setdefault(a, []).append(b)
        found.setdefault(b, []).append(a)
    return dict(sorted(found.items()))


def _heights(
    problem: PartitionProblem, neighbours: dict[int, list[int]]
) -> Iterator[dict[int, float]]:
    """Heights of the nodes, by which edges are ordered."""
    if problem.places is not None:
        places = problem.places
        for x, y in ((1, 0), (0, 1), (1, 1), (1, -1)):
            yield {node: x * places[node][0] + y * places[node][1] for node in neighbours}
    first = _distances(neighbours, next(iter(neighbours)))
    far = max(first, key=lambda node: (first[node], -node))
    low = _distances(neighbours, far)
    other = max(low, key=lambda node: (low[node], -node))
    high = _distances(neighbours, other)
    yield from (first, low, high)
    yield {node: low[node] - high[node] for node in neighbours}
    yield from _smooth(neighbours)


def _distances(neighbours: dict[int, list[int]], start: int) -> dict[int, float]:
    """Steps from a node; parts that it does not reach follow, one after the other."""
    found: dict[int, float] = {}
    offset = 0
    for source in (start, *neighbours):
        if source in found:
            continue
        found[source] = offset
        queue = [source]
        for node in queue:
            for near in neighbours[node]:
                if near not in found:
                    found[near] = found[node] + 1
                    queue.append(near)
        offset = int(found[queue[-1]]) + 2
    return found


def _smooth(neighbours: dict[int, list[int]]) -> Iterator[dict[int, float]]:
    """Functions that vary slowly over the graph: what is left of a start by averaging.

    Each is kept orthogonal to the ones before it, so that it shows another direction. They come
    near the eigenvectors of the walk on the graph with the greatest eigenvalues below 1.
    """
    weight = {node: float(len(near)) for node, near in neighbours.items()}
    found: list[dict[int, float]] = [dict.fromkeys(neighbours, 1.0)]
    for number in range(_SMOOTH):
        height = {node: _scatter(node, number) for node in neighbours}
        for _ in range(min(_ROUNDS, 4 * len(neighbours))):
            _project(height, found, weight)
            height = {
                node: 0.5 * (height[node] + sum(height[other] for other in near) / weight[node])
                for node, near in neighbours.items()
            }
            size = max(map(abs, height.values())) or 1.0
            height = {node: value / size for node, value in height.items()}
        found.append(height)
        yield height


def _project(
    height: dict[int, float], others: Sequence[dict[int, float]], weight: dict[int, float]
) -> None:
    """Take away what lies along other functions."""
    for other in others:
        along = sum(weight[node] * height[node] * other[node] for node in height)
        norm = sum(weight[node] * other[node] ** 2 for node in height)
        if norm > 0:
            for node in height:
                height[node] -= along / norm * other[node]


def _scatter(node: int, number: int) -> float:
    """A number between -1 and 1 that looks drawn, from a multiplicative hash."""
    mixed = ((node + 1) * 2654435761 + (number + 1) * 40503 * (node + 7)) % 2**32
    return mixed / 2**31 - 1.0
