"""Lanes of several data points: rows of volts hold the points side by side.

What all points share, such as a matrix, has rows of one point and is repeated when it is loaded.
"""

from __future__ import annotations

from typing import Any

from numba.core import types

from verification.simulation.solve.lane_types import (
    Lanes,
    bytes_each,
    compiled,
    loaded,
    repeated_vector,
    row_address,
    shuffled,
    side_by_side,
    stored,
)


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
        start, number = arguments[:2]
        row = row_address(builder, start, number, index, kind.count * bytes_each(kind))
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
