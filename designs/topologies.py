"""Generators of networks by name, and the lattices and regular shapes among them.

Nodes are named 1, 2, ... (in a lattice row by row), so that a task can name them before anything
is drawn. Positions have y up and a spacing of about one; they are rounded, since the last digit of
a sine differs between machines.
"""

import math
from abc import abstractmethod
from collections.abc import Iterable, Mapping
from itertools import pairwise
from types import MappingProxyType
from typing import Annotated

from pydantic import Field

from designs.errors import DesignError
from designs.network import MAX_EDGES, Position, UncheckedGraph
from designs.protocol import Model

MAX_NODES = 20_000

NodeCount = Annotated[int, Field(strict=True, ge=2, le=MAX_NODES)]
Span = Annotated[int, Field(strict=True, ge=1, le=MAX_NODES)]
Flag = Annotated[bool, Field(strict=True)]

# The nodes of a generator before they have names: 0, 1, 2, ...
IndexPair = tuple[int, int]


class Topology(Model):
    """The arguments of a generator, and the network that they mean."""

    @abstractmethod
    def build(self) -> UncheckedGraph:
        """The network.

        Raises:
            DesignError: the arguments do not go together.
        """


def numbered(pairs: Iterable[IndexPair], positions: Iterable[Position]) -> UncheckedGraph:
    """A network from edges between 0, 1, ..., whose nodes are called 1, 2, ..."""
    places = [(round(x, 6) + 0.0, round(y, 6) + 0.0) for x, y in positions]
    names = tuple(str(i + 1) for i in range(len(places)))
    edges = tuple((names[a], names[b]) for a, b in pairs)
    return UncheckedGraph(names, edges, dict(zip(names, places, strict=True)))


def circle(count: int) -> list[Position]:
    """Positions on a circle, clockwise from the top, about one apart."""
    radius = max(1.0, count / (2 * math.pi))
    angles = [2 * math.pi * i / count for i in range(count)]
    return [(radius * math.sin(angle), radius * math.cos(angle)) for angle in angles]


class _Lattice(Topology):
    rows: Span
    columns: Span
    periodic: Flag = False

    def _require(self, rows: int, columns: int, per_cell: int = 1) -> None:
        """Below this size a periodic lattice would join two nodes twice, or one to itself."""
        if self.periodic and (self.rows < rows or self.columns < columns):
            raise DesignError(
                f"a periodic lattice needs at least {rows} rows and {columns} columns, or two "
                f"nodes would be joined twice; given {self.rows} rows and {self.columns} columns"
            )
        nodes = self.rows * self.columns * per_cell
        if nodes > MAX_NODES:
            raise DesignError(
                f"{self.rows} rows and {self.columns} columns are about {nodes} nodes; "
                f"at most {MAX_NODES} are supported"
            )

    def _join(self, steps: Iterable[tuple[int, int]]) -> list[IndexPair]:
        """Edges from every node, row by row, by each (down, right) step that stays inside."""
        pairs: list[IndexPair] = []
        for row in range(self.rows):
            for column in range(self.columns):
                for down, right in steps:
                    r, c = row + down, column + right
                    if self.periodic:
                        r, c = r % self.rows, c % self.columns
                    if r < self.rows and 0 <= c < self.columns:
                        pairs.append((row * self.columns + column, r * self.columns + c))
        return pairs


class SquareLattice(_Lattice):
    """`rows` x `columns` nodes, each joined to the right and down; periodic joins opposite sides.

    1 - 2 - 3
    |   |   |
    4 - 5 - 6
    """

    def build(self) -> UncheckedGraph:
        """See `Topology`."""
        self._require(3, 3)
        pairs = self._join([(0, 1), (1, 0)])
        return numbered(pairs, [(c, -r) for r in range(self.rows) for c in range(self.columns)])


class TriangularLattice(_Lattice):
    r"""A square lattice with one diagonal in each cell, drawn as equilateral triangles.

    1 - 2 - 3
     \ / \ / \
      4 - 5 - 6
    """

    def build(self) -> UncheckedGraph:
        """See `Topology`."""
        self._require(3, 3)
        pairs = self._join([(0, 1), (1, 0), (1, -1)])
        height = math.sqrt(3) / 2
        places = [(c + r / 2, -r * height) for r in range(self.rows) for c in range(self.columns)]
        return numbered(pairs, places)


class HexagonalLattice(_Lattice):
    """`rows` x `columns` hexagons, as a brick wall whose rows are shifted by half a brick.

    Open: 2 (rows + 1)(columns + 1) - 2 nodes for more than one row. Periodic: 2 rows columns nodes,
    three edges each; the number of rows is even, or the wall would not close.
    """

    def build(self) -> UncheckedGraph:
        """See `Topology`."""
        self._require(2, 2, per_cell=2 if self.rows > 1 else 4)
        if self.periodic and self.rows % 2:
            raise DesignError(
                f"a periodic hexagonal lattice needs an even number of rows; given {self.rows}"
            )
        corners: dict[tuple[int, int], None] = {}
        joins: dict[tuple[tuple[int, int], tuple[int, int]], None] = {}
        for row in range(self.rows):
            for column in range(self.columns):
                x = 2 * column + row % 2
                ring = [(row, x), (row, x + 1), (row, x + 2)]
                ring += [(row + 1, x + 2), (row + 1, x + 1), (row + 1, x)]
                ring = [self._wrapped(corner) for corner in ring]
                corners.update(dict.fromkeys(ring))
                for a, b in zip(ring, [*ring[1:], ring[0]], strict=True):
                    joins[min(a, b), max(a, b)] = None
        order = {corner: i for i, corner in enumerate(sorted(corners))}
        pairs = sorted((order[a], order[b]) for a, b in joins)
        return numbered(pairs, [_hexagon_place(row, x) for row, x in order])

    def _wrapped(self, corner: tuple[int, int]) -> tuple[int, int]:
        row, x = corner
        return (row % self.rows, x % (2 * self.columns)) if self.periodic else corner


def _hexagon_place(row: int, x: int) -> Position:
    """Corners of a brick are moved up and down by a quarter to make it a hexagon of side 1."""
    return x * math.sqrt(3) / 2, -1.5 * row + (0.25 if (row + x) % 2 else -0.25)


class Path(Topology):
    """1 - 2 - ... - n."""

    nodes: NodeCount

    def build(self) -> UncheckedGraph:
        """See `Topology`."""
        return numbered(pairwise(range(self.nodes)), [(i, 0.0) for i in range(self.nodes)])


class Ring(Topology):
    """A path whose ends are joined."""

    nodes: Annotated[int, Field(strict=True, ge=3, le=MAX_NODES)]

    def build(self) -> UncheckedGraph:
        """See `Topology`."""
        pairs = [(i, (i + 1) % self.nodes) for i in range(self.nodes)]
        return numbered(pairs, circle(self.nodes))


class Star(Topology):
    """Node 1 joined to every other node."""

    nodes: NodeCount

    def build(self) -> UncheckedGraph:
        """See `Topology`."""
        leaves = self.nodes - 1
        return numbered([(0, i + 1) for i in range(leaves)], [(0.0, 0.0), *circle(leaves)])


class Complete(Topology):
    """Every node joined to every other node."""

    nodes: Annotated[int, Field(strict=True, ge=2, le=400)]

    def build(self) -> UncheckedGraph:
        """See `Topology`."""
        pairs = [(a, b) for a in range(self.nodes) for b in range(a + 1, self.nodes)]
        return numbered(pairs, circle(self.nodes))


class Layered(Topology):
    """Layers of given sizes from left to right, each node joined to all of the next layer."""

    layers: Annotated[
        tuple[Annotated[int, Field(strict=True, ge=1, le=300)], ...],
        Field(min_length=2, max_length=1000),
    ]

    def build(self) -> UncheckedGraph:
        """See `Topology`."""
        edges = sum(a * b for a, b in pairwise(self.layers))
        if edges > MAX_EDGES:
            raise DesignError(
                f"these layers are joined by {edges} edges; at most {MAX_EDGES} are supported"
            )
        starts = [sum(self.layers[:i]) for i in range(len(self.layers))]
        groups = [range(s, s + n) for s, n in zip(starts, self.layers, strict=True)]
        pairs = [(a, b) for left, right in pairwise(groups) for a in left for b in right]
        places = [
            (2.0 * i, (size - 1) / 2 - k) for i, size in enumerate(self.layers) for k in range(size)
        ]
        return numbered(pairs, places)


class Bipartite(Topology):
    """Two layers: every left node joined to every right node."""

    left: Annotated[int, Field(strict=True, ge=1, le=300)]
    right: Annotated[int, Field(strict=True, ge=1, le=300)]

    def build(self) -> UncheckedGraph:
        """See `Topology`."""
        return Layered(layers=(self.left, self.right)).build()


REGULAR: Mapping[str, type[Topology]] = MappingProxyType(
    {
        "square_lattice": SquareLattice,
        "triangular_lattice": TriangularLattice,
        "hexagonal_lattice": HexagonalLattice,
        "path": Path,
        "ring": Ring,
        "star": Star,
        "complete": Complete,
        "layered": Layered,
        "bipartite": Bipartite,
    }
)
