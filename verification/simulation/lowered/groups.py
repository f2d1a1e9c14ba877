"""Groups: how the numbers of W boards and their edges lie in rows of lanes.

```
a row            W free twins | W clamped twins                     of a node, a target, ...
a row of a group    edge 0: W | edge 1: W | ...                     of one twin, or for both
a wide row       edge 0: free | clamped | edge 1: free | clamped    as the networks' branches
```

What edges remember and what they weigh lies as rows of groups, so that no lane has to be moved when
one twin is compared with the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from verification.simulation.solve.lane_bits import bytes_of_bits
from verification.simulation.solve.lanes import Rows, blank_rows, lane_rows, vector_rows
from verification.simulation.solve.problem import Floats, Integers
from verification.simulation.tables import Bytes

Codes = NDArray[np.int16]
Precision = type[np.floating[Any]]

_VECTOR_BYTES = 128
"""Of a wide row: two of the machine's vectors."""


@dataclass(frozen=True, slots=True)
class Lanes:
    """How numbers lie: W boards' twins in a row, edges in groups.

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

    def blank_rows(self, count: int) -> Rows:
        """Rows to be written, (count, 2 W)."""
        return blank_rows(count, 2 * self.boards, self.precision)

    def group_rows(self, count: int) -> Rows:
        """Zeros for groups of edges, (count, edges W)."""
        return vector_rows(count, self.boards * self.edges, self.precision)

    def code_rows(self, count: int) -> Codes:
        """Zeros for codes of groups of edges, (count, edges W)."""
        return np.zeros((count, self.boards * self.edges), dtype=np.int16)

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
        """(W, edges, each) -> rows of groups as bits, (groups each, bytes)."""
        rows = self.lay_out_groups(array.astype(np.float64))
        return np.packbits(rows > 0, axis=1, bitorder="little")

    def pick_up_bits(self, rows: Bytes, each: int, edges: int) -> NDArray[np.bool_]:
        """Rows of groups as bits, (groups each, bytes) -> (W, edges, each)."""
        count = self.boards * self.edges
        bits = np.unpackbits(rows, axis=1, count=count, bitorder="little")
        return self.pick_up_groups(bits, each, edges) > 0

    def lay_out_groups(self, array: Floats, rest: float | Floats = 0.0) -> Rows:
        """(W, edges, each) -> rows of groups, (groups each, edges W).

        The last group is filled up with edges of `rest`, one number or (each,).
        """
        boards, edges, each = array.shape
        groups = self.groups(edges)
        full = np.full((boards, groups * self.edges, each), rest)
        full[:, :edges] = array
        rows = self.group_rows(groups * each)
        shape = (boards, groups, self.edges, each)
        lanes = (groups, each, self.edges, boards)
        rows.reshape(lanes)[...] = full.reshape(shape).transpose(1, 3, 2, 0)
        return rows

    def pick_up_groups(self, rows: NDArray[Any], each: int, edges: int) -> NDArray[Any]:
        """Rows of groups, (groups each, edges W) -> (W, edges, each), without what fills up."""
        lanes = rows.reshape(-1, each, self.edges, self.boards).transpose(3, 0, 2, 1)
        return lanes.reshape(self.boards, -1, each)[:, :edges]

    def for_one(self) -> Lanes:
        """The same groups of edges, of one board."""
        return Lanes(1, self.precision, self.edges)
