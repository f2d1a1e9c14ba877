"""Groups: how the numbers of W boards and their edges lie in rows of lanes.

```
a row             W free twins | W clamped twins                     of a node, a target, ...
a wide row        edge 0: free | clamped | edge 1: free | clamped    of a group of edges
a row of decisions   edge 0: W | edge 1: W | ...                     one number for both twins
```
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from verification.simulation.solve.lane_bits import bytes_of_bits
from verification.simulation.solve.lanes import Rows, lane_rows, vector_rows
from verification.simulation.solve.problem import Floats, Integers
from verification.simulation.tables import Bytes

Precision = type[np.floating[Any]]

_VECTOR_BYTES = 128
"""Of a wide row: two of the machine's vectors."""


@dataclass(frozen=True, slots=True)
class Lanes:
    """How numbers lie: W boards' twins in a row, edges in groups of rows, decisions one for twins.

    Attributes:
        boards: W.
        precision: float64, or float32 for statistics.
        edges: in a group.
    """

    boards: int
    precision: Precision
    edges: int

    @classmethod
    def of(cls, boards: int, precision: Precision) -> Lanes:
        """Groups whose decisions fill a vector of 64 bytes."""
        width = 2 * boards * np.dtype(precision).itemsize
        return cls(boards, precision, max(_VECTOR_BYTES // width, 1))

    def groups(self, edges: int) -> int:
        """Groups for so many edges; the last one may be filled up."""
        return -(-edges // self.edges)

    def rows(self, count: int) -> Rows:
        """Zeros, (count, 2 W)."""
        return lane_rows(count, self.boards, self.precision)

    def wide_rows(self, count: int) -> Rows:
        """Zeros for groups of edges, (count, edges 2 W)."""
        return lane_rows(count, self.boards * self.edges, self.precision)

    def decision_rows(self, count: int) -> Rows:
        """Zeros for decisions of groups of edges, (count, edges W)."""
        return vector_rows(count, self.boards * self.edges, self.precision)

    def bit_rows(self, count: int) -> Bytes:
        """Zeros for decisions of groups of edges as bits, (count, bytes)."""
        return np.zeros((count, bytes_of_bits(self.boards * self.edges)), dtype=np.uint8)

    def lay_out(self, array: NDArray[np.floating[Any]] | Integers) -> Rows:
        """(W, rows, 2) -> rows of lanes, (rows, 2 W)."""
        rows = self.rows(array.shape[1])
        rows.reshape(-1, 2, self.boards)[...] = np.moveaxis(array, 0, 2)
        return rows

    def pick_up(self, rows: Rows) -> Floats:
        """Rows of lanes, (rows, 2 W) -> (W, rows, 2)."""
        return np.moveaxis(rows.reshape(-1, 2, self.boards), 2, 0).astype(np.float64)

    def lay_out_bits(self, array: NDArray[np.bool_]) -> Bytes:
        """(W, edges, each) -> rows of decisions as bits, (groups each, bytes)."""
        rows = self.lay_out_decisions(array.astype(np.float64))
        return np.packbits(rows > 0, axis=1, bitorder="little")

    def pick_up_bits(self, rows: Bytes, each: int, edges: int) -> NDArray[np.bool_]:
        """Rows of decisions as bits, (groups each, bytes) -> (W, edges, each)."""
        count = self.boards * self.edges
        bits = np.unpackbits(rows, axis=1, count=count, bitorder="little")
        return self.pick_up_decisions(bits.astype(self.precision), each, edges) > 0

    def lay_out_edges(self, array: Floats) -> Rows:
        """(W, edges, rows of each, 2) -> (groups rows, edges 2 W); filled up with zeros."""
        boards, edges, each, _ = array.shape
        groups = self.groups(edges)
        full = np.zeros((boards, groups * self.edges, each, 2))
        full[:, :edges] = array
        rows = self.wide_rows(groups * each)
        shape = (boards, groups, self.edges, each, 2)
        lanes = (groups, each, self.edges, 2, boards)
        rows.reshape(lanes)[...] = full.reshape(shape).transpose(1, 3, 2, 4, 0)
        return rows

    def pick_up_edges(self, rows: Rows, edges: int) -> Floats:
        """(groups, edges 2 W) -> (W, edges, 2), without what fills up."""
        flat = rows.reshape(-1, 2, self.boards)[:edges]
        return np.moveaxis(flat, 2, 0).astype(np.float64)

    def lay_out_decisions(self, array: Floats, rest: float = 0.0) -> Rows:
        """(W, edges, each) -> rows of decisions, (groups each, edges W); filled up with `rest`."""
        boards, edges, each = array.shape
        groups = self.groups(edges)
        full = np.full((boards, groups * self.edges, each), rest)
        full[:, :edges] = array
        rows = self.decision_rows(groups * each)
        shape = (boards, groups, self.edges, each)
        lanes = (groups, each, self.edges, boards)
        rows.reshape(lanes)[...] = full.reshape(shape).transpose(1, 3, 2, 0)
        return rows

    def pick_up_decisions(self, rows: Rows, each: int, edges: int) -> Floats:
        """Rows of decisions, (groups each, edges W) -> (W, edges, each), without what fills up."""
        lanes = rows.reshape(-1, each, self.edges, self.boards).transpose(3, 0, 2, 1)
        return lanes.reshape(self.boards, -1, each)[:, :edges].astype(np.float64)

    def for_one(self) -> Lanes:
        """The same groups of edges, of one board."""
        return Lanes(1, self.precision, self.edges)
