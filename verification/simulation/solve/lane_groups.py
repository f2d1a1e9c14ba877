"""Lanes of groups of edges: several rows side by side, and one number for both twins of each.

```
like      a row: W free twins | W clamped twins
wide      several rows: those of a group of edges
narrow    one number for both twins of each of them, W for each edge
```
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import types

from verification.simulation.solve.lane_types import (
    Lanes,
    bytes_each,
    compiled,
    loaded,
    row_address,
    shuffled,
    side_by_side,
)


@compiled
def gathered(
    _context: Any,
    address: Any,
    places: Any,
    first: Any,
    point: Any,
    like: Any,
    points: Any,
    wide: Any,
) -> Any:
    """(address, places, first, point, like, points, wide) -> rows side by side, to fill `wide`.

    Their numbers, of 32 bits, stand at the address `places` from number `first` on. Of each row one
    of its points is taken.
    """
    kind, both = Lanes(like.dtype, like.count), Lanes(wide.dtype, wide.count)
    count = points.count // like.count

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        start, numbers, number_of_first, which = arguments[:4]
        word, size = ir.IntType(32), kind.count * bytes_each(kind)
        listed = builder.gep(builder.inttoptr(numbers, word.as_pointer()), [number_of_first])
        start = row_address(builder, start, which, point, size)
        rows: list[Any] = []
        for k in range(both.count // kind.count):
            number = builder.zext(builder.load(builder.gep(listed, [word(k)])), start.type)
            place = builder.add(start, builder.mul(number, start.type(count * size)))
            rows.append(loaded(builder, place, kind))
        return side_by_side(builder, rows, kind.count)

    return both(address, places, first, point, like, points, wide), generate


@compiled
def load_shared(_context: Any, address: Any, index: Any, like: Any, wide: Any) -> Any:
    """(address, index, like, wide) -> row `index` of rows with one number for a row's two halves.

    What all boards share stands once for the free and once for the clamped twins of each of the
    rows that `wide` has of `like`; it is spread over the boards.
    """
    boards, rows = like.count // 2, wide.count // like.count
    stored, kind = Lanes(like.dtype, 2 * rows), Lanes(wide.dtype, wide.count)

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        start, number, _like, _wide = arguments
        place = row_address(builder, start, number, index, stored.count * bytes_each(stored))
        value = loaded(builder, place, stored)
        return shuffled(builder, value, value, [lane // boards for lane in range(kind.count)])

    return kind(address, index, like, wide), generate


@compiled
def rows_in(_context: Any, like: Any, wide: Any) -> Any:
    """(like, wide) -> how many rows of `like` make one of `wide`; known to the compiler."""

    def generate(_context: Any, _builder: Any, _signature: Any, _arguments: Any) -> Any:
        return ir.IntType(64)(wide.count // like.count)

    return types.int64(like, wide), generate


@compiled
def over_twins(_context: Any, value: Any, like: Any) -> Any:
    """(v, like) -> for each of v's rows its free half plus its clamped half, side by side."""
    boards = like.count // 2
    narrow = Lanes(value.element, value.count // 2)

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        free = [lane // boards * like.count + lane % boards for lane in range(narrow.count)]
        clamped = [lane + boards for lane in free]
        (vector,) = arguments[:1]
        halves = (shuffled(builder, vector, vector, lanes) for lanes in (free, clamped))
        return builder.fadd(*halves)

    return narrow(value, like), generate


@compiled
def of_free(_context: Any, value: Any, like: Any) -> Any:
    """(v, like) -> the free halves of v's rows, side by side."""
    boards = like.count // 2
    narrow = Lanes(value.element, value.count // 2)

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        lanes = [lane // boards * like.count + lane % boards for lane in range(narrow.count)]
        return shuffled(builder, arguments[0], arguments[0], lanes)

    return narrow(value, like), generate


@compiled
def for_twins(_context: Any, value: Any, like: Any) -> Any:
    """(v, like) -> rows whose free and clamped halves both are those numbers of v."""
    boards = like.count // 2
    wide = Lanes(value.element, 2 * value.count)

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        lanes = [lane // like.count * boards + lane % boards for lane in range(wide.count)]
        return shuffled(builder, arguments[0], arguments[0], lanes)

    return wide(value, like), generate


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
