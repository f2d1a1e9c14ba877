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
    repeated_vector,
    row_address,
    shuffled,
    side_by_side,
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
    buffer = np.zeros(size + _ROW_ALIGNMENT, dtype=np.uint8)
    start = -buffer.ctypes.data % _ROW_ALIGNMENT
    return buffer[start : start + size].view(dtype).reshape(rows, lanes)


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


class Part:
    """What a kernel's `part` names of a row, as the compiler's values.

    Whole rows are `(like, points)`. Halves are (2, side, halved(like), halved(points)), free ones
    of side 0, clamped ones of side 1: with p points, those of row i are rows 2 (p i + k) + side,
    k = 0..p-1, of half rows.
    """

    def __init__(self, builder: Any, value: Any, part: Any) -> None:
        self._builder = builder
        self._row, self.kind = kinds_of_part(part)
        self._points = self.kind.count // self._row.count
        self._half = None
        if len(part.types) > 2:
            self._half = [builder.extract_value(value, k) for k in (0, 1)]

    def load(self, address: Any, number: Any) -> Any:
        """Row `number`, every point."""
        if self._half is None:
            return loaded(self._builder, self._place(address, number, self.kind), self.kind)
        rows = [loaded(self._builder, row, self._row) for row in self._halves(address, number)]
        return side_by_side(self._builder, rows, self._row.count)

    def load_each(self, address: Any, number: Any) -> Any:
        """Row `number` of rows that all points share, for each."""
        row = self._place(address, number, self._row)
        value = loaded(self._builder, row, self._row)
        return repeated_vector(self._builder, value, self._row.count, self._points)

    def store(self, address: Any, number: Any, value: Any) -> None:
        """Write what `load` reads."""
        if self._half is None:
            stored(self._builder, self._place(address, number, self.kind), self.kind, value)
            return
        for k, row in enumerate(self._halves(address, number)):
            lanes = list(range(k * self._row.count, (k + 1) * self._row.count))
            stored(self._builder, row, self._row, shuffled(self._builder, value, value, lanes))

    def free(self, value: Any) -> Any:
        """What a whole part, or one of free halves, takes of a row that all points share."""
        lanes = list(range(self._row.count)) * self._points
        return shuffled(self._builder, value, value, lanes)

    def _place(self, address: Any, number: Any, kind: Lanes) -> Any:
        if self._half is not None:
            step, side = self._half
            number = self._builder.add(self._builder.mul(step, number), side)
        stride = kind.count * bytes_each(kind)
        return row_address(self._builder, address, number, types.uint64, stride)

    def _halves(self, address: Any, number: Any) -> list[Any]:
        first = self._builder.mul(number, number.type(self._points))
        numbers = [self._builder.add(first, number.type(k)) for k in range(self._points)]
        return [self._place(address, number, self._row) for number in numbers]


def kinds_of_part(part: Any) -> tuple[Lanes, Lanes]:
    """The lanes of one row of a part's type, and those of all points."""
    like, points = part.types[-2:]
    return Lanes(like.dtype, like.count), Lanes(points.dtype, points.count)


def _widened(builder: Any, number: Any, index: Any, address: Any) -> Any:
    """A number as wide as an address; `index` is its type."""
    if number.type.width < address.type.width:
        return (builder.sext if index.signed else builder.zext)(number, address.type)
    return number


@compiled
def load_part(_context: Any, address: Any, index: Any, part: Any) -> Any:
    """(address, index, part) -> the part's lanes of every point of a row; see `Part`."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        start, number, parted = arguments
        number = _widened(builder, number, index, start)
        return Part(builder, parted, part).load(start, number)

    return kinds_of_part(part)[1](address, index, part), generate


@compiled
def load_part_each(_context: Any, address: Any, index: Any, part: Any) -> Any:
    """(address, index, part) -> the part's lanes of a row that all points share, for each."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        start, number, parted = arguments
        number = _widened(builder, number, index, start)
        return Part(builder, parted, part).load_each(start, number)

    return kinds_of_part(part)[1](address, index, part), generate


@compiled
def of_part(_context: Any, value: Any, part: Any) -> Any:
    """(v, part) -> what a whole part, or one of free halves, takes of a row for all points."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return Part(builder, arguments[1], part).free(arguments[0])

    return kinds_of_part(part)[1](value, part), generate


@compiled
def store_part(_context: Any, address: Any, index: Any, part: Any, value: Any) -> Any:
    """(address, index, part, vector): write what `load_part` reads."""
    if not isinstance(value, Lanes):
        return None

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        start, number, parted, vector = arguments
        number = _widened(builder, number, index, start)
        Part(builder, parted, part).store(start, number, vector)
        return context.get_dummy_value()

    return types.void(address, index, part, value), generate


@compiled
def load_each(_context: Any, address: Any, index: Any, like: Any, points: Any) -> Any:
    """(address, index, like, points) -> a row that all points share, for each of them."""
    kind, all_points = Lanes(like.dtype, like.count), Lanes(points.dtype, points.count)

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        row = row_address(builder, *arguments[:2], index, kind.count * bytes_each(kind))
        value = loaded(builder, row, kind)
        return repeated_vector(builder, value, kind.count, all_points.count // kind.count)

    return all_points(address, index, like, points), generate


@compiled
def each(_context: Any, value: Any, points: Any) -> Any:
    """(v, points) -> v for each of the points."""
    all_points = Lanes(points.dtype, points.count)

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        count = all_points.count // value.count
        return repeated_vector(builder, arguments[0], value.count, count)

    return all_points(value, points), generate


@compiled
def load_points(_context: Any, address: Any, before: Any, now: Any, like: Any, points: Any) -> Any:
    """(address, before, now, like, points) -> row `now`; rows `before`, `now` of two points."""
    kind, all_points = Lanes(like.dtype, like.count), Lanes(points.dtype, points.count)

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        stride = kind.count * bytes_each(kind)
        numbers = zip(arguments[1:3], (before, now), strict=True)
        rows = [row_address(builder, arguments[0], row, index, stride) for row, index in numbers]
        wanted = rows[2 - all_points.count // kind.count :]
        return side_by_side(builder, [loaded(builder, row, kind) for row in wanted], kind.count)

    return all_points(address, before, now, like, points), generate


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


@compiled
def is_single(_context: Any, like: Any) -> Any:
    """(like) -> whether the lanes are float32; known to the compiler."""

    def generate(_context: Any, _builder: Any, _signature: Any, _arguments: Any) -> Any:
        return ir.Constant(ir.IntType(1), int(like.dtype == types.float32))

    return types.boolean(like), generate


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
        stride = stored.count * bytes_each(stored)
        value = loaded(builder, row_address(builder, *arguments[:2], index, stride), stored)
        return shuffled(builder, value, value, [lane // boards for lane in range(kind.count)])

    return kind(address, index, like, narrow), generate
