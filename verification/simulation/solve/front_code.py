"""Machine code for fronts, put together instruction by instruction.

What a front does has no branch inside but for its size, so it is written as straight lines of
vector instructions. Put together here, and not by the compiler from text, a line costs a tenth of
the time to compile.

A *row* is one place's twins, two numbers with one board in float64; *wide* stands for the rows of
four neighbouring columns, then a 512-bit register. Points side by side have the rows of a place
next to each other in memory, `[place][point]`; for wide vectors they are taken apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import types

from verification.simulation.solve.lane_types import (
    Lanes,
    bytes_each,
    loaded,
    multiplied_and_added,
    repeated_vector,
    shuffled,
    side_by_side,
    stored,
)

COLUMNS = 4
WORD_BYTES = 4
_LONG, _INDEX = ir.IntType(64), ir.IntType(32)


class Word:
    """An address or an unsigned number of 64 bits in a register."""

    def __init__(self, builder: Any, value: Any) -> None:
        self._builder = builder
        self.value = value

    def __add__(self, other: Word | int) -> Word:
        return self if other == 0 else self._with("add", other)

    def __sub__(self, other: Word | int) -> Word:
        return self if other == 0 else self._with("sub", other)

    def __mul__(self, other: Word | int) -> Word:
        return self if other == 1 else self._with("mul", other)

    def __floordiv__(self, other: int) -> Word:
        return self._with("udiv", other)

    def __mod__(self, other: int) -> Word:
        return self._with("urem", other)

    def _with(self, operation: str, other: Word | int) -> Word:
        operand = other.value if isinstance(other, Word) else ir.Constant(_LONG, other)
        return Word(self._builder, getattr(self._builder, operation)(self.value, operand))


Step = Callable[[Word, list[Any]], list[Any]]
"""(number, values) -> values: what is done in a loop, again and again."""


class Code:
    """A builder of instructions on rows of lanes.

    Attributes:
        points: how many data points are solved at once.
        row_bytes, wide_bytes, block_bytes: the size of one row, of four, of four times four.
        side_bytes: the size of the rows of one place, all points.
    """

    def __init__(self, builder: Any, like: Any, points: Any) -> None:
        self._builder, self._like, self._points = builder, like, points
        self._element = like.dtype
        self._lanes = like.count
        self.points = points.count // like.count
        self.row_bytes = like.count * bytes_each(self._kind(1))
        self.wide_bytes = COLUMNS * self.row_bytes
        self.block_bytes = COLUMNS * self.wide_bytes
        self.side_bytes = self.points * self.row_bytes

    def number(self, value: int) -> Word:
        """A constant."""
        return Word(self._builder, ir.Constant(_LONG, value))

    def word(self, address: Word) -> Word:
        """The number of 32 bits at an address."""
        return self._number_at(address, _INDEX)

    def field(self, table: Word, dtype: np.dtype[np.void], name: str) -> Word:
        """A field of a record at an address."""
        fields: Any = dtype.fields
        kind, offset = fields[name][:2]
        return self._number_at(table + offset, ir.IntType(8 * kind.itemsize))

    def _number_at(self, address: Word, kind: Any) -> Word:
        place = self._builder.inttoptr(address.value, kind.as_pointer())
        number = self._builder.load(place, align=kind.width // 8)
        return Word(self._builder, number if kind == _LONG else self._builder.zext(number, _LONG))

    def load(self, address: Word, rows: int = 1) -> Any:
        """Rows that follow each other."""
        return loaded(self._builder, address.value, self._kind(rows))

    def store(self, address: Word, value: Any) -> None:
        """Write rows."""
        stored(self._builder, address.value, self._kind_of(value), value)

    def add(self, a: Any, b: Any) -> Any:
        """The sum a + b."""
        return self._builder.fadd(a, b)

    def mul(self, a: Any, b: Any) -> Any:
        """The product a b."""
        return self._builder.fmul(a, b)

    def minus(self, a: Any) -> Any:
        """-a."""
        return self._builder.fneg(a)

    def one_over(self, a: Any) -> Any:
        """1 / a."""
        return self._builder.fdiv(ir.Constant(a.type, [1.0] * a.type.count), a)

    def fused(self, a: Any, b: Any, c: Any) -> Any:
        """The sum a b + c, rounded once."""
        return multiplied_and_added(self._builder, self._kind_of(a), a, b, c)

    def total(self, terms: Sequence[Any]) -> Any:
        """The sum, in pairs."""
        while len(terms) > 1:
            odd = terms[len(terms) // 2 * 2 :]
            terms = [*map(self.add, terms[: len(terms) // 2 * 2 : 2], terms[1::2]), *odd]
        return terms[0]

    def zeros(self, rows: int) -> Any:
        """Rows of zeros."""
        element = ir.DoubleType() if self._element == types.float64 else ir.FloatType()
        count = rows * self._lanes
        return ir.Constant(ir.VectorType(element, count), [0.0] * count)

    def spread(self, row: Any) -> Any:
        """A row in each of four columns."""
        return repeated_vector(self._builder, row, self._lanes, COLUMNS)

    def each(self, row: Any) -> Any:
        """A row of the matrix for each point."""
        return repeated_vector(self._builder, row, self._lanes, self.points)

    def picked(self, first: Any, second: Any, rows: Sequence[int]) -> Any:
        """Rows with these numbers of two values, those of the second following the first's."""
        lanes = [self._lanes * row + k for row in rows for k in range(self._lanes)]
        return shuffled(self._builder, first, second, lanes)

    def joined(self, rows: Sequence[Any]) -> Any:
        """Rows, or equally many of them each, side by side."""
        return side_by_side(self._builder, list(rows), rows[0].type.count)

    def by_point(self, rows: Any) -> list[Any]:
        """[column][point] of four columns -> a wide vector of each point."""
        return [
            self.picked(rows, rows, range(point, COLUMNS * self.points, self.points))
            for point in range(self.points)
        ]

    def by_column(self, wide: Sequence[Any]) -> Any:
        """What `by_point` makes of, from what it makes."""
        together = self.joined(wide)
        rows = [COLUMNS * p + column for column in range(COLUMNS) for p in range(self.points)]
        return self.picked(together, together, rows)

    def sums(self, wide: Sequence[Any]) -> Any:
        """Of each of four wide vectors the sum of its columns: a wide vector."""
        low, high = (0, 1, 4, 5), (2, 3, 6, 7)
        a, b, c, d = wide
        ab = self.add(self.picked(a, b, low), self.picked(a, b, high))
        cd = self.add(self.picked(c, d, low), self.picked(c, d, high))
        even, odd = (0, 2, 4, 6), (1, 3, 5, 7)
        return self.add(self.picked(ab, cd, even), self.picked(ab, cd, odd))

    def loop(self, count: Word, body: Step, *begin: Any) -> list[Any]:
        """Do `body(number, values) -> values` so often, from 0; the last values."""
        builder, first = self._builder, list(map(_bare, begin))
        before, inside = builder.block, builder.append_basic_block()
        after = builder.append_basic_block()
        some = builder.icmp_unsigned(">", count.value, ir.Constant(_LONG, 0))
        builder.cbranch(some, inside, after)
        builder.position_at_end(inside)
        number, values = builder.phi(_LONG), [builder.phi(value.type) for value in first]
        done = [_bare(value) for value in body(Word(builder, number), self._wrapped(values, begin))]
        last, following = builder.block, builder.add(number, ir.Constant(_LONG, 1))
        builder.cbranch(builder.icmp_unsigned("<", following, count.value), inside, after)
        number.add_incoming(ir.Constant(_LONG, 0), before)
        number.add_incoming(following, last)
        builder.position_at_end(after)
        met = [builder.phi(value.type) for value in first]
        for phis in (values, met):
            for phi, start, end in zip(phis, first, done, strict=True):
                phi.add_incoming(start, before)
                phi.add_incoming(end, last)
        return self._wrapped(met, begin)

    def repeat(self, count: Word, body: Callable[[Word], None]) -> None:
        """Do `body(number)` so often, from 0."""

        def step(number: Word, _none: list[Any]) -> list[Any]:
            body(number)
            return []

        self.loop(count, step)

    def each_row(self, table: Word, rows: Word, size: int, body: Callable[..., None]) -> None:
        """body(*numbers) for the rows of a table, so many numbers each."""

        def one(k: Word) -> None:
            first = table + k * (size * WORD_BYTES)
            body(*(self.word(first + n * WORD_BYTES) for n in range(size)))

        self.repeat(rows, one)

    def _wrapped(self, values: Sequence[Any], begin: Sequence[Any]) -> list[Any]:
        """Values as numbers where the first ones were."""
        return [
            Word(self._builder, value) if isinstance(first, Word) else value
            for value, first in zip(values, begin, strict=True)
        ]

    def cases(self, number: Word, known: Iterable[int], body: Callable[[int], None]) -> None:
        """body(number), written out for the known numbers; nothing for others."""
        builder = self._builder
        end = builder.append_basic_block()
        choice = builder.switch(number.value, end)
        for key in known:
            block = builder.append_basic_block()
            choice.add_case(ir.Constant(_LONG, key), block)
            builder.position_at_end(block)
            body(key)
            builder.branch(end)
        builder.position_at_end(end)

    def call(self, body: Callable[..., None], *numbers: Word) -> None:
        """What `body(code, *numbers)` writes, as a subroutine, which exists once in a module."""
        module: Any = self._builder.module
        name = f"{body.__module__}.{body.__name__}.{self.points}"
        if name not in module.globals:
            kind = ir.FunctionType(ir.VoidType(), [_LONG] * len(numbers))
            function = ir.Function(module, kind, name)
            function.linkage = "internal"
            function.attributes.add("noinline")
            builder: Any = ir.IRBuilder(function.append_basic_block())
            inside = Code(builder, self._like, self._points)
            body(inside, *(Word(builder, value) for value in function.args))
            builder.ret_void()
        self._builder.call(module.globals[name], [number.value for number in numbers])

    def _kind(self, rows: int) -> Lanes:
        return Lanes(self._element, rows * self._lanes)

    def _kind_of(self, value: Any) -> Lanes:
        return Lanes(self._element, value.type.count)


class Record:
    """A record at an address; its fields are numbers, loaded where they are named."""

    def __init__(self, code: Code, dtype: np.dtype[np.void], address: Word) -> None:
        self._code, self._dtype, self._address = code, dtype, address

    def __getattr__(self, name: str) -> Word:
        return self._code.field(self._address, self._dtype, name)


def _bare(value: Any) -> Any:
    return value.value if isinstance(value, Word) else value
