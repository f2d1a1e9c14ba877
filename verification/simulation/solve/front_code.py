"""Machine code for fronts, put together instruction by instruction.

What a front does has no branch inside but for its size, so it is written as straight lines of
vector instructions. Put together here, and not by the compiler from text, a line costs a tenth of
the time to compile, and each subroutine exists once however many places call it.

Addresses and numbers are the compiler's values of 64 bits; numbers of tables have 32. A *row* is
one place's twins, two numbers with one board in float64; *wide* stands for the rows of four
neighbouring columns, then a 512-bit register. Points side by side have the rows of a place next to
each other in memory, as `[place][point]`; for wide vectors they are taken apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from llvmlite import ir
from numba.core import types

from verification.simulation.solve.lane_types import (
    Lanes,
    bytes_each,
    compiled,
    loaded,
    multiplied_and_added,
    repeated_vector,
    shuffled,
    side_by_side,
    stored,
)

COLUMNS = 4
_WORD, _INDEX = ir.IntType(64), ir.IntType(32)

Step = Callable[[Any, list[Any]], list[Any]]
"""(number, values) -> values: what is done in a loop, again and again."""


class Code:
    """A builder of instructions on rows of lanes.

    Attributes:
        builder: the compiler's.
        points: how many data points are solved at once.
        row: the lanes of one row of the matrix.
        row_bytes, wide_bytes, block_bytes: the size of one row, of four, of four times four.
    """

    def __init__(self, builder: Any, like: Any, points: Any) -> None:
        self.builder = builder
        self.points = points.count // like.count
        self.row = Lanes(like.dtype, like.count)
        self.row_bytes = like.count * bytes_each(self.row)
        self.wide_bytes = COLUMNS * self.row_bytes
        self.block_bytes = COLUMNS * self.wide_bytes

    def number(self, value: int) -> Any:
        """A constant of 64 bits."""
        return ir.Constant(_WORD, value)

    def after(self, address: Any, size: int) -> Any:
        """An address so many bytes further on, or back."""
        return self.builder.add(address, self.number(size)) if size else address

    def moved(self, address: Any, steps: Any, size: int) -> Any:
        """An address so many steps of `size` bytes further on."""
        return self.builder.add(address, self.builder.mul(steps, self.number(size)))

    def sized(self, blocks: Any) -> Any:
        """The bytes of so many blocks of four by four entries."""
        return self.builder.mul(blocks, self.number(self.block_bytes))

    def word(self, address: Any) -> Any:
        """The number of a table that stands at an address."""
        place = self.builder.inttoptr(address, _INDEX.as_pointer())
        return self.builder.zext(self.builder.load(place, align=4), _WORD)

    def load(self, address: Any, rows: int = 1) -> Any:
        """Rows that follow each other."""
        return loaded(self.builder, address, self._kind(rows * self.row.count))

    def store(self, address: Any, value: Any) -> None:
        """Write rows."""
        stored(self.builder, address, self._kind(value.type.count), value)

    def add(self, a: Any, b: Any) -> Any:
        """A + b."""
        return self.builder.fadd(a, b)

    def mul(self, a: Any, b: Any) -> Any:
        """A b."""
        return self.builder.fmul(a, b)

    def minus(self, a: Any) -> Any:
        """-a."""
        return self.builder.fneg(a)

    def one_over(self, a: Any) -> Any:
        """1 / a."""
        return self.builder.fdiv(ir.Constant(a.type, [1.0] * a.type.count), a)

    def fused(self, a: Any, b: Any, c: Any) -> Any:
        """A b + c, rounded once."""
        return multiplied_and_added(self.builder, self._kind(a.type.count), a, b, c)

    def zeros(self, rows: int) -> Any:
        """Rows of zeros."""
        count = rows * self.row.count
        return ir.Constant(ir.VectorType(self._element(), count), [0.0] * count)

    def repeated(self, value: Any, times: int) -> Any:
        """A value so many times side by side."""
        return repeated_vector(self.builder, value, value.type.count, times)

    def spread(self, row: Any) -> Any:
        """A row in each of four columns."""
        return self.repeated(row, COLUMNS)

    def each(self, row: Any) -> Any:
        """A row of the matrix for each point."""
        return self.repeated(row, self.points)

    def picked(self, first: Any, second: Any, rows: Sequence[int]) -> Any:
        """Rows with these numbers of two values, those of the second following the first's."""
        size = self.row.count
        lanes = [size * row + k for row in rows for k in range(size)]
        return shuffled(self.builder, first, second, lanes)

    def joined(self, rows: Sequence[Any]) -> Any:
        """Rows, or equally many of them each, side by side."""
        return side_by_side(self.builder, list(rows), rows[0].type.count)

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

    def loop(
        self, count: Any, body: Callable[[Any, list[Any]], list[Any]], *begin: Any
    ) -> list[Any]:
        """Do `body(number, values) -> values` so often, from 0; the last values."""
        builder = self.builder
        before, inside = builder.block, builder.append_basic_block()
        after = builder.append_basic_block()
        builder.cbranch(builder.icmp_unsigned(">", count, self.number(0)), inside, after)
        builder.position_at_end(inside)
        number = builder.phi(_WORD)
        number.add_incoming(self.number(0), before)
        values = [builder.phi(value.type) for value in begin]
        for value, first in zip(values, begin, strict=True):
            value.add_incoming(first, before)
        found = body(number, values)
        last = builder.block
        following = self.after(number, 1)
        number.add_incoming(following, last)
        for value, new in zip(values, found, strict=True):
            value.add_incoming(new, last)
        builder.cbranch(builder.icmp_unsigned("<", following, count), inside, after)
        builder.position_at_end(after)
        met = [builder.phi(value.type) for value in begin]
        for value, first, new in zip(met, begin, found, strict=True):
            value.add_incoming(first, before)
            value.add_incoming(new, last)
        return met

    def cases(self, number: Any, known: Iterable[int], body: Callable[[int], None]) -> None:
        """body(number), written out for the known numbers; nothing for others."""
        builder = self.builder
        end = builder.append_basic_block()
        choice = builder.switch(number, end)
        for key in known:
            block = builder.append_basic_block()
            choice.add_case(self.number(key), block)
            builder.position_at_end(block)
            body(key)
            builder.branch(end)
        builder.position_at_end(end)

    def _kind(self, count: int) -> Lanes:
        return Lanes(self.row.element, count)

    def _element(self) -> Any:
        return ir.DoubleType() if self.row.element == types.float64 else ir.FloatType()


Body = Callable[..., None]


def subroutine(body: Body) -> Callable[..., Any]:
    """A compiled function (number or address, ..., like, points) whose code `body` puts together.

    Args:
        body: (code, number or address, ...); what it is called is the subroutine's name.
    """

    def call(_context: Any, numbers: Any, like: Any, points: Any) -> Any:
        def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            packed = arguments[0]
            given = [builder.extract_value(packed, k) for k in range(numbers.count)]
            name = f"{body.__name__}.{like.count}.{points.count}.{like.dtype}"
            builder.call(_defined(builder.module, name, body, len(given), like, points), given)
            return context.get_dummy_value()

        return types.void(numbers, like, points), generate

    return compiled(call)


def _defined(module: Any, name: str, body: Body, count: int, like: Any, points: Any) -> Any:
    """The subroutine of this name in a module, put there if it is not yet."""
    if name in module.globals:
        return module.globals[name]
    function = ir.Function(module, ir.FunctionType(ir.VoidType(), [_WORD] * count), name)
    function.linkage = "internal"
    function.attributes.add("noinline")
    builder: Any = ir.IRBuilder(function.append_basic_block())
    body(Code(builder, like, points), *function.args)
    builder.ret_void()
    return function
