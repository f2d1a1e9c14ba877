"""The lattice: which nodes there are and how they are numbered.

A node is (row, column); its number is `row * columns + column`. A state is a node on a track
layer: `layer * nodes + node`. Around the board lies a border wide enough that no halo of a node on
the board leaves the arrays.

    5 6 7      directions, clockwise from the right (y down)
    4 + 0
    3 2 1
"""

from __future__ import annotations

from typing import NamedTuple

from netgen.board.routing.problem import RoutingProblem
from netgen.board.routing.shape import Point

ROWS = (0, 1, 1, 1, 0, -1, -1, -1)
COLUMNS = (1, 1, 0, -1, -1, -1, 0, 1)
"""Steps of row and column in each direction."""


class Lattice(NamedTuple):
    """Where the nodes are.

    Attributes:
        x, y: of node (0, 0), nm.
        pitch: between neighbours, nm.
        columns, rows: how many.
    """

    x: int
    y: int
    pitch: int
    columns: int
    rows: int

    @property
    def nodes(self) -> int:
        """How many nodes a layer has."""
        return self.columns * self.rows

    def place(self, node: int) -> Point:
        """Where a node is, nm."""
        row, column = divmod(node, self.columns)
        return self.x + column * self.pitch, self.y + row * self.pitch


def make_lattice(problem: RoutingProblem, reach: int) -> Lattice:
    """The lattice of a problem: the board's upper left corner is a node.

    Args:
        problem: the board and the pitch.
        reach: farthest that copper on a node keeps other copper's middle away, nm.
    """
    left, top, right, bottom = problem.board
    border = reach // problem.pitch + 2
    return Lattice(
        left - border * problem.pitch,
        top - border * problem.pitch,
        problem.pitch,
        (right - left) // problem.pitch + 1 + 2 * border,
        (bottom - top) // problem.pitch + 1 + 2 * border,
    )
