"""Lanes of groups of edges: several rows side by side, or taken apart twin by twin.

```
like      a row: W free twins | W clamped twins
wide      several rows: those of a group of edges
narrow    one number for each edge and board, W for each edge: of one twin, or for both
```
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import types
from numba.core.cgutils import pack_array

from verification.simulation.solve.lane_types import (
    Lanes,
    bytes_each,
    compiled,
    listed,
    loaded,
    row_address,
    rows_at,
    shuffled,
)


@compiled
def gathered(
    _context: Any, address: Any, places: Any, first: Any, like: Any, points: Any, wide: Any
) -> Any:
    """(address, places, first, like, points, wide) -> the halves of as many rows as `wide` has.

    Their numbers, of 32 bits, stand at the address `places` from number `first` on. Of each point
    there are a vector of free and one of clamped halves, as wide as half of `wide`.
    """
    row, half = Lanes(points.dtype, points.count), Lanes(wide.dtype, wide.count // 2)
    halves = 2 * (points.count // like.count)

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        start, table, number_of_first = arguments[:3]
        numbers = listed(builder, table, number_of_first, wide.count // like.count)
        rows = rows_at(builder, start, numbers, row)
        return pack_array(builder, _parted(builder, rows, halves, half.count))

    returned = types.UniTuple(half, halves)
    return returned(address, places, first, like, points, wide), generate


def _parted(builder: Any, rows: list[Any], parts: int, count: int) -> list[Any]:
    """The first parts of all rows side by side, their second parts, ..., of `count` lanes each.

    Pairs of rows become one with longer parts, until one is left: few shuffles of two vectors each.
    """
    length = count // len(rows)
    while len(rows) > 1:
        first = [part * length + lane for part in range(parts) for lane in range(length)]
        other = [lane + parts * length for lane in first]
        lanes = [
            lane
            for part in range(parts)
            for side in (first, other)
            for lane in side[part * length : (part + 1) * length]
        ]
        rows = [shuffled(builder, a, b, lanes) for a, b in zip(rows[::2], rows[1::2], strict=True)]
        length *= 2
    whole = rows[0]
    starts = range(0, parts * count, count)
    return [shuffled(builder, whole, whole, list(range(k, k + count))) for k in starts]


@compiled
def joined(_context: Any, free: Any, clamped: Any, like: Any) -> Any:
    """(v, w, like) -> rows whose free halves are v's lanes and whose clamped halves are w's."""
    boards = like.count // 2
    wide = Lanes(free.element, 2 * free.count)

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        lanes = [
            lane // like.count * boards + lane % boards + lane // boards % 2 * free.count
            for lane in range(wide.count)
        ]
        return shuffled(builder, arguments[0], arguments[1], lanes)

    return wide(free, clamped, like), generate


@compiled
def rows_in(_context: Any, like: Any, wide: Any) -> Any:
    """(like, wide) -> how many rows of `like` make one of `wide`; known to the compiler."""

    def generate(_context: Any, _builder: Any, _signature: Any, _arguments: Any) -> Any:
        return ir.IntType(64)(wide.count // like.count)

    return types.int64(like, wide), generate


@compiled
def load_common(_context: Any, address: Any, index: Any, like: Any, narrow: Any) -> Any:
    """(address, index, like, narrow) -> row `index` of rows with one number for all boards of each.

    As many numbers as `narrow` has times the boards of `like`; each is spread over the boards.
    """
    boards = like.count // 2
    kind = Lanes(narrow.dtype, narrow.count)
    stored = Lanes(narrow.dtype, narrow.count // boards)

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        start, number = arguments[:2]
        stride = stored.count * bytes_each(stored)
        value = loaded(builder, row_address(builder, start, number, index, stride), stored)
        return shuffled(builder, value, value, [lane // boards for lane in range(kind.count)])

    return kind(address, index, like, narrow), generate
