"""Sides: two halves of some edges while they are being improved, in exact small integers."""

from collections.abc import Iterable, Sequence

from netgen.system.partition.problem import PartitionProblem


class Sides:
    """Some edges on side 0 or 1, with the count of each node's edges on either side.

    Args:
        problem: the whole.
        members: the edges concerned; all others count for nothing here.
        sides: the side of each member, in their order.
        fixed: members that do not move.
        anchors: (node, side) of what touches a node besides edges.
        most: the most edges of either side.
    """

    def __init__(
        self,
        problem: PartitionProblem,
        members: Sequence[int],
        sides: Iterable[int],
        fixed: frozenset[int],
        anchors: Iterable[tuple[int, int]],
        most: tuple[int, int],
    ) -> None:
        self.ends = problem.ends
        self.side = dict(zip(members, sides, strict=True))
        self.fixed = fixed
        self.most = most
        self.sizes = [0, 0]
        self.count: dict[int, list[int]] = {}
        self.at_node: dict[int, list[int]] = {}
        for edge, side in self.side.items():
            self.sizes[side] += 1
            for node in self.ends[edge]:
                self.count.setdefault(node, [0, 0])[side] += 1
                self.at_node.setdefault(node, []).append(edge)
        for node, side in anchors:
            if node in self.count:
                self.count[node][side] += 1

    @property
    def cut(self) -> int:
        """Nodes with edges on both sides."""
        return sum(1 for low, high in self.count.values() if low and high)

    @property
    def excess(self) -> int:
        """Edges beyond what the sides may have."""
        return max(0, self.sizes[0] - self.most[0]) + max(0, self.sizes[1] - self.most[1])

    @property
    def worth(self) -> tuple[int, int, int]:
        """What is better is smaller: excess, cut nodes, difference from the sides' shares."""
        low, high = self.most
        return self.excess, self.cut, abs(self.sizes[0] * high - self.sizes[1] * low)

    def gain(self, edge: int) -> int:
        """Cut nodes fewer when an edge changes its side."""
        side = self.side[edge]
        gain = 0
        for node in self.ends[edge]:
            count = self.count[node]
            if count[side] == 1 and count[1 - side]:
                gain += 1
            elif count[side] > 1 and not count[1 - side]:
                gain -= 1
        return gain

    def flip(self, edge: int) -> None:
        """Move an edge to the other side."""
        side = self.side[edge]
        self.side[edge] = 1 - side
        self.sizes[side] -= 1
        self.sizes[1 - side] += 1
        for node in self.ends[edge]:
            count = self.count[node]
            count[side] -= 1
            count[1 - side] += 1

    def on(self, node: int, side: int) -> list[int]:
        """The edges at a node that are on a side."""
        return [edge for edge in self.at_node[node] if self.side[edge] == side]
