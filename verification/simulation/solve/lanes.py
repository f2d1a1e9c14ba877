"""Lanes: one kernel text for one board and for many, as vectors of the machine.

A row is 2W numbers side by side: W boards' free twins, then the same boards' clamped twins.
Compiled code that takes a dummy argument `like`, a tuple of 2W floats, gets the width and the
precision from its type, so the same text compiles for every width and is cached on disk.

What is solved for several data points at once has rows of several such rows, the *points* of a
second dummy, `points`; what all points share, such as a matrix, is loaded once and repeated.

```
like = lanes_like(8, np.float64)         Python: 8 boards, 16 lanes
points = points_like(like, 2)            two data points, 32 lanes
a = load(address, row, like)             compiled: one vector, any number of machine registers
b = load_each(address, row, like, points)            the same row for every point
store(address, row, fused(a, b, c))      a * b + c in every lane
```

Operators + - * / and unary - work lane by lane. The functions below marked `compiled` exist in
compiled code only. Nothing here checks an index; addresses need no alignment, but rows that start
on 64 bytes (`lane_rows`) are faster.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from llvmlite import ir
from numba.core import types
from numba.extending import register_jitable
from numpy.typing import NDArray

from verification.simulation.solve.lane_types import (
    LaneMask,
    Lanes,
    bytes_each,
    compiled,
    loaded,
    multiplied_and_added,
    row_address,
    shuffled,
    stored,
    vector_of,
)

Rows: TypeAlias = NDArray[Any]
Like: TypeAlias = tuple[np.floating[Any], ...]

_ROW_ALIGNMENT = 64


def lanes_like(boards: int, dtype: type[np.floating[Any]] = np.float64) -> Like:
    """The dummy argument for this many boards: 2 * boards zeros of this precision."""
    return (dtype(0.0),) * (2 * boards)


def points_like(like: Like, count: int) -> Like:
    """The dummy argument for so many data points side by side."""
    return like * count


def lane_rows(rows: int, boards: int, dtype: type[np.floating[Any]] = np.float64) -> Rows:
    """Zeros of shape (rows, 2 * boards), contiguous, starting on a cache line."""
    return vector_rows(rows, 2 * boards, dtype)


def vector_rows(rows: int, lanes: int, dtype: type[np.floating[Any]] = np.float64) -> Rows:
    """Zeros of shape (rows, lanes), contiguous, starting on a cache line."""
    size = rows * lanes * np.dtype(dtype).itemsize
    return _on_a_line(np.zeros(size + _ROW_ALIGNMENT, dtype=np.uint8), rows, lanes, dtype)


def blank_rows(rows: int, lanes: int, dtype: type[np.floating[Any]] = np.float64) -> Rows:
    """As `vector_rows`, with any numbers: for who writes them all."""
    size = rows * lanes * np.dtype(dtype).itemsize
    return _on_a_line(np.empty(size + _ROW_ALIGNMENT, dtype=np.uint8), rows, lanes, dtype)


def _on_a_line(
    buffer: NDArray[np.uint8], rows: int, lanes: int, dtype: type[np.floating[Any]]
) -> Rows:
    start = -buffer.ctypes.data % _ROW_ALIGNMENT
    end = start + len(buffer) - _ROW_ALIGNMENT
    return buffer[start:end].view(dtype).reshape(rows, lanes)


def inlined(function: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a function as part of whichever compiled function calls it, whatever its size.

    Left to itself the compiler makes calls of functions that take vectors, 5 ns each.
    """
    return register_jitable(forceinline=True)(function)


@compiled
def load(_context: Any, address: Any, index: Any, like: Any) -> Any:
    """(address, index, like) -> row `index` of the rows at that address."""
    kind = Lanes(like.dtype, like.count)

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        start, number, _like = arguments
        stride = kind.count * bytes_each(kind)
        return loaded(builder, row_address(builder, start, number, index, stride), kind)

    return kind(address, index, like), generate


@compiled
def store(_context: Any, address: Any, index: Any, value: Any) -> Any:
    """(address, index, vector): write row `index`."""
    if not isinstance(value, Lanes):
        return None

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        start, number, vector = arguments
        stride = value.count * bytes_each(value)
        stored(builder, row_address(builder, start, number, index, stride), value, vector)
        return context.get_dummy_value()

    return types.void(address, index, value), generate


@compiled
def half(_context: Any, address: Any, index: Any, which: Any, like: Any) -> Any:
    """(address, index, which, like) -> W lanes: free (which = 0) or clamped (1) of row `index`."""
    kind = Lanes(like.dtype, like.count // 2)

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        start, number, side, _like = arguments
        size = kind.count * bytes_each(kind)
        row = row_address(builder, start, number, index, 2 * size)
        return loaded(builder, row_address(builder, row, side, which, size), kind)

    return kind(address, index, which, like), generate


@compiled
def store_half(_context: Any, address: Any, index: Any, which: Any, value: Any) -> Any:
    """(address, index, which, W lanes): write the free (0) or clamped (1) half of row `index`."""
    if not isinstance(value, Lanes):
        return None

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        start, number, side, vector = arguments
        size = value.count * bytes_each(value)
        row = row_address(builder, start, number, index, 2 * size)
        stored(builder, row_address(builder, row, side, which, size), value, vector)
        return context.get_dummy_value()

    return types.void(address, index, which, value), generate


@compiled
def halved(_context: Any, like: Any) -> Any:
    """(like) -> the dummy of W lanes: half (i, which) is row 2 * i + which of rows of W lanes."""
    kind = types.UniTuple(like.dtype, like.count // 2)

    def generate(context: Any, _builder: Any, _signature: Any, _arguments: Any) -> Any:
        return context.get_constant_null(kind)

    return kind(like), generate


@compiled
def splat(_context: Any, number: Any, like: Any) -> Any:
    """(number, like) -> the number in every lane."""
    kind = Lanes(like.dtype, like.count)

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        value = context.cast(builder, arguments[0], number, kind.element)
        first = builder.insert_element(
            ir.Constant(vector_of(kind), ir.Undefined), value, ir.IntType(32)(0)
        )
        return shuffled(builder, first, first, [0] * kind.count)

    return kind(number, like), generate


@compiled
def blend(_context: Any, free: Any, clamped: Any, like: Any) -> Any:
    """(v, w, like) -> the free halves of v's rows with the clamped halves of w's."""
    row, count = like.count, free.count

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        lanes = [lane + (count if lane % row >= row // 2 else 0) for lane in range(count)]
        return shuffled(builder, arguments[0], arguments[1], lanes)

    return free(free, clamped, like), generate


@compiled
def swapped(_context: Any, value: Any, like: Any) -> Any:
    """(v, like) -> v with the halves of each of its rows exchanged; a row is as wide as `like`."""
    row, count = like.count, value.count

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        lanes = [lane // row * row + (lane + row // 2) % row for lane in range(count)]
        return shuffled(builder, arguments[0], arguments[0], lanes)

    return value(value, like), generate


@compiled
def fused(_context: Any, a: Any, b: Any, c: Any) -> Any:
    """(a, b, c) -> a * b + c, rounded once where the machine can."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return multiplied_and_added(builder, a, *arguments)

    return a(a, b, c), generate


@compiled
def above(_context: Any, a: Any, b: Any) -> Any:
    """(a, b) -> the mask of the lanes in which a > b; false where either is not a number."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.fcmp_ordered(">", *arguments)

    return LaneMask(a.count)(a, b), generate


@compiled
def choose(_context: Any, mask: Any, a: Any, b: Any) -> Any:
    """(mask, a, b) -> a where the mask is true, else b; a and b vectors or masks."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.select(*arguments)

    return a(mask, a, b), generate


def _extreme(comparison: str) -> Callable[..., Any]:
    def picked(_context: Any, a: Any, b: Any) -> Any:
        def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            first, second = arguments
            return builder.select(builder.fcmp_ordered(comparison, first, second), first, second)

        return a(a, b), generate

    return compiled(picked)


# The smaller and the larger in each lane; the second where either is not a number.
least = _extreme("<")
most = _extreme(">")


@inlined
def clip(value: Any, low: Any, high: Any) -> Any:
    """Value within its bounds, lane by lane."""
    return least(most(value, low), high)


@compiled
def is_single(_context: Any, like: Any) -> Any:
    """(like) -> whether the lanes are float32; known to the compiler."""

    def generate(_context: Any, _builder: Any, _signature: Any, _arguments: Any) -> Any:
        return ir.Constant(ir.IntType(1), int(like.dtype == types.float32))

    return types.boolean(like), generate
