"""What is asked of a partition of edges, and what it costs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

Point = tuple[float, float]
SLACK = 0.05
"""A board may have so much more than its share of the edges."""


@dataclass(frozen=True)
class PartitionProblem:
    """Edges to be shared out among boards.

    A node is *cut* once for each board beyond the first that it is on: the sum of (boards - 1)
    over nodes is what a partition costs, since that many pairs of wires cross.

    Attributes:
        nodes: how many there are.
        ends: the two nodes of each edge.
        boards: how many there are; boards and nodes count from 0.
        pinned: edge -> the board on which it stands.
        anchors: node -> a board that it is on whatever its edges do (its channel stands there).
        places: (x, y) of every node, or None.
    """

    nodes: int
    ends: tuple[tuple[int, int], ...]
    boards: int
    pinned: Mapping[int, int] = field(default_factory=dict[int, int])
    anchors: Mapping[int, int] = field(default_factory=dict[int, int])
    places: tuple[Point, ...] | None = None

    @cached_property
    def capacity(self) -> int:
        """The most edges of a board: its share, rounded up, and a little more."""
        share = -(-len(self.ends) // self.boards)
        return share + int(SLACK * len(self.ends) / self.boards)

    @cached_property
    def at_node(self) -> tuple[tuple[int, ...], ...]:
        """The edges at each node."""
        found: list[list[int]] = [[] for _ in range(self.nodes)]
        for edge, (a, b) in enumerate(self.ends):
            found[a].append(edge)
            found[b].append(edge)
        return tuple(map(tuple, found))


@dataclass(frozen=True)
class Partition:
    """The board of each edge."""

    problem: PartitionProblem
    board_of: tuple[int, ...]

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """Edges on each board."""
        return tuple(self.board_of.count(board) for board in range(self.problem.boards))

    @cached_property
    def boards_of(self) -> tuple[tuple[int, ...], ...]:
        """The boards that each node is on, ascending, that of its anchor among them."""
        anchors = self.problem.anchors
        return tuple(
            tuple(
                sorted(
                    {self.board_of[edge] for edge in edges}
                    | ({anchors[node]} if node in anchors else set())
                )
            )
            for node, edges in enumerate(self.problem.at_node)
        )

    @property
    def cut_nodes(self) -> tuple[int, ...]:
        """The nodes that are on several boards."""
        return tuple(node for node, boards in enumerate(self.boards_of) if len(boards) > 1)

    @property
    def cost(self) -> int:
        """How many pairs of wires cross: the sum of (boards - 1) over nodes."""
        return sum(len(boards) - 1 for boards in self.boards_of if boards)
