"""Wide vectors: four neighbouring columns of a front, each a row of lanes, as one vector.

With one board a row of lanes is two numbers, a quarter of a 512-bit register. The inner loops of a
front therefore take four columns at once: `wide = like + like + like + like` stands for their type,
`load(address, index, wide)` loads them, with `index` counted in wide rows.

What is solved for several points stands apart for each of them, so that four columns of one point
are neighbours: a vector of all points is `[point][column][lane]`, for which the matrix's wide rows
are repeated and not rearranged.
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
    stored,
)


@compiled
def spread(_context: Any, value: Any, like: Any, wide: Any) -> Any:
    """(rows of lanes, like, wide) -> each row, as wide as `like`, once for each column."""
    row, count = like.count, wide.count // value.count
    kind = Lanes(wide.dtype, wide.count)

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        rows = range(0, value.count, row)
        lanes = [start + k for start in rows for _ in range(count) for k in range(row)]
        return shuffled(builder, arguments[0], arguments[0], lanes)

    return kind(value, like, wide), generate


@compiled
def folded(_context: Any, value: Any, like: Any, points: Any) -> Any:
    """(wide vector, like, points) -> for each point the sum of its columns, a row of lanes."""
    row, kind = like.count, Lanes(points.dtype, points.count)

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        total, columns = arguments[0], value.count // kind.count
        while columns > 1:
            columns //= 2
            of_point = range(0, columns * kind.count * 2, columns * row * 2)
            halves = [
                [start + side + k for start in of_point for k in range(columns * row)]
                for side in (0, columns * row)
            ]
            low, high = (shuffled(builder, total, total, lanes) for lanes in halves)
            total = builder.fadd(low, high)
        return total

    return kind(value, like, points), generate


@compiled
def load_apart(_context: Any, address: Any, index: Any, apart: Any, like: Any, points: Any) -> Any:
    """(address, index, apart, like, points) -> row `index` and those `apart` rows further on.

    One row, as wide as `like`, for each point.
    """
    row, kind = Lanes(like.dtype, like.count), Lanes(points.dtype, points.count)

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        start, number, step = arguments[:3]
        size = row.count * bytes_each(row)
        place = row_address(builder, start, number, index, size)
        rows: list[Any] = []
        for _ in range(kind.count // row.count):
            rows.append(loaded(builder, place, row))
            place = row_address(builder, place, step, apart, size)
        return side_by_side(builder, rows, row.count)

    return kind(address, index, apart, like, points), generate


@compiled
def store_apart(_context: Any, address: Any, index: Any, apart: Any, like: Any, value: Any) -> Any:
    """(address, index, apart, like, vector): write what `load_apart` reads."""
    if not isinstance(value, Lanes):
        return None
    row = Lanes(like.dtype, like.count)

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        start, number, step, _like, vector = arguments
        size = row.count * bytes_each(row)
        place = row_address(builder, start, number, index, size)
        for first in range(0, value.count, row.count):
            lanes = list(range(first, first + row.count))
            stored(builder, place, row, shuffled(builder, vector, vector, lanes))
            place = row_address(builder, place, step, apart, size)
        return context.get_dummy_value()

    return types.void(address, index, apart, like, value), generate


@compiled
def row_bytes(_context: Any, like: Any) -> Any:
    """(like) -> the size of a row of lanes, an address's type; known to the compiler."""
    size = like.count * bytes_each(Lanes(like.dtype, like.count))

    def generate(_context: Any, _builder: Any, _signature: Any, _arguments: Any) -> Any:
        return ir.IntType(64)(size)

    return types.uint64(like), generate
