"""Least fill: an order of elimination in which each node joins as few others as can be.

Eliminating a node joins all its neighbours with each other. The order always takes a node of which
the fewest pairs of neighbours are still apart, its *fill*. On lattices and planar graphs that costs
10 to 30 % fewer updates than minimum degree.

Cost: 0.1 to 0.2 us for each update of a factorisation in this order: 4 ms at 500 edges of a square
lattice, 40 ms at 2000, 0.4 s at 10 000, 5 s at 50 000; 0.5 s on a random graph of 2000. Fills are
kept up to date, not counted afresh; what two nodes have in common is read off bits, of which there
are fewer as the graph gets smaller.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence

# A graph of so many nodes is not numbered afresh any more.
SMALL = 512


def least_fill(
    near: Sequence[Iterable[int]], hidden: int, most_updates: float = float("inf")
) -> list[int] | None:
    """The nodes 0 .. hidden - 1 in an order of elimination; of equal fills the first node's.

    Args:
        near: neighbours of every node, of those as well that are not hidden and stay.
        hidden: how many nodes to eliminate.
        most_updates: of these nodes' columns; no order if there are more.
    """
    nodes, order, updates = list(range(len(near))), list[int](), 0
    graph = _Graph([set(others) for others in near], hidden)
    while len(order) < hidden and updates <= most_updates:
        gone, found = graph.eliminate(len(nodes) // 2, most_updates - updates)
        order += [nodes[node] for node in gone]
        updates += found
        left = [node for node, stays in enumerate(graph.left) if stays]
        nodes = [nodes[node] for node in left]
        graph = graph.part(left)
    return order if updates <= most_updates else None


class _Graph:
    """What is left of a graph.

    Attributes:
        left: whether each node is still there.
    """

    def __init__(self, near: list[set[int]], hidden: int, fill: list[int] | None = None) -> None:
        self._near, self._hidden = near, hidden
        self._bit = [1 << node for node in range(len(near))]
        self._mask = [sum(map(self._bit.__getitem__, others)) for others in near]
        self._fill = list(map(self._counted, range(hidden))) if fill is None else fill
        self.left = [True] * len(near)

    def _counted(self, node: int) -> int:
        """The fill of a node, from nothing."""
        mask, others = self._mask[node], self._near[node]
        joined = sum((mask & self._mask[other]).bit_count() for other in others)
        return (len(others) * (len(others) - 1) - joined) // 2

    def part(self, nodes: list[int]) -> _Graph:
        """The graph of these nodes, ascending, numbered afresh."""
        number = {node: k for k, node in enumerate(nodes)}
        near = [{number[other] for other in self._near[node]} for node in nodes]
        hidden = [node for node in nodes if node < self._hidden]
        return _Graph(near, len(hidden), [self._fill[node] for node in hidden])

    def eliminate(self, until: int, most_updates: float) -> tuple[list[int], int]:
        """Hidden nodes in order until so many nodes are left, or all if few are; their updates."""
        order, updates, count = list[int](), 0, len(self._near)
        queue = [(fill, node) for node, fill in enumerate(self._fill)]
        heapq.heapify(queue)
        while queue and (count > until or until < SMALL) and updates <= most_updates:
            fill, node = heapq.heappop(queue)
            if not self.left[node] or fill != self._fill[node]:
                continue
            self.left[node] = False
            order.append(node)
            count -= 1
            degree = len(self._near[node])
            updates += degree * (degree + 1) // 2
            for other in self._join_around(node) if fill else self._leave(node):
                if other < self._hidden:
                    heapq.heappush(queue, (self._fill[other], other))
        return order, updates

    def _leave(self, node: int) -> set[int]:
        """Eliminate a node whose neighbours are joined already; those of which the fill changes."""
        around = self._near[node]
        for other in around:
            self._near[other].discard(node)
            self._mask[other] ^= self._bit[node]
            if other < self._hidden:
                # The node was apart from all that the other one has beside the node's neighbours.
                self._fill[other] -= len(self._near[other]) - len(around) + 1
        return around

    def _join_around(self, node: int) -> set[int]:
        """Eliminate a node; those of which the fill changes."""
        around, mask = self._near[node], self._mask[node]
        changed = self._brought_together(around, ~(mask | self._bit[node]))
        for other in around:
            self._near[other] |= around
            self._near[other] -= {node, other}
            self._mask[other] = (self._mask[other] | mask) & ~(self._bit[node] | self._bit[other])
        for other in around:
            if other < self._hidden:
                self._recount(other, around, mask)
        return changed | around

    def _brought_together(self, around: set[int], outside: int) -> set[int]:
        """Take the pairs of `around` that will be joined off the fill of what is near both."""
        changed: set[int] = set()
        for one in around:
            apart = {other for other in around - self._near[one] if other > one}
            mask = self._mask[one] & outside if apart else 0
            for other in apart:
                common = mask & self._mask[other]
                while common:
                    lowest = common & -common
                    third = lowest.bit_length() - 1
                    common ^= lowest
                    if third < self._hidden:
                        self._fill[third] -= 1
                        changed.add(third)
        return changed

    def _recount(self, node: int, joined: set[int], mask: int) -> None:
        """The fill of one of some nodes that have been joined with each other."""
        others = self._near[node] - joined
        inside, outside = mask & ~self._bit[node], self._mask[node] & ~mask
        count = len(others)
        twice, across = count * (count - 1), count * (len(joined) - 1)
        for other in others:
            theirs = self._mask[other]
            twice -= (theirs & outside).bit_count()
            across -= (theirs & inside).bit_count()
        self._fill[node] = twice // 2 + across
