"""Short columns of the tape, each written out without a loop, for as many entries as it has.

Half of a network's columns have two to four entries. A loop over them ends before the processor has
learned where, and 15 cycles are lost each time; written out, columns overlap. These functions are
put together from machine instructions here, since as compiled text each would be typed anew.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba.core import types

from verification.simulation.solve.lane_points import (
    Part,
)
from verification.simulation.solve.lane_types import (
    Lanes,
    bytes_each,
    compiled,
    listed,
    loaded,
    multiplied_and_added,
    pairs_listed,
    row_address,
    stored,
)

WRITTEN_OUT = range(2, 7)
"""How many entries such a column has."""


def pair_order(length: int) -> list[tuple[int, int]]:
    """Positions of the rows below whose entry a column updates, in the order of `update`."""
    pairs: list[tuple[int, int]] = []
    for e in range(0, length - 1, 2):
        pairs += [(e, e), (e, e + 1), (e + 1, e + 1)]
        pairs += [(row, g) for g in range(e + 2, length) for row in (e, e + 1)]
    if length % 2:
        pairs.append((length - 1, length - 1))
    return pairs


class _Rows:
    """Rows of lanes at one address, as the compiler's values."""

    def __init__(self, builder: Any, address: Any, kind: Lanes) -> None:
        self._builder, self._address, self._kind = builder, address, kind
        self._stride = kind.count * bytes_each(kind)

    def _place(self, number: Any) -> Any:
        return row_address(self._builder, self._address, number, types.uint64, self._stride)

    def load(self, number: Any) -> Any:
        return loaded(self._builder, self._place(number), self._kind)

    def store(self, number: Any, value: Any) -> None:
        stored(self._builder, self._place(number), self._kind, value)

    def add_product(self, before: Any, after: Any, a: Any, b: Any) -> None:
        """Row `after` becomes row `before` plus a b."""
        total = multiplied_and_added(self._builder, self._kind, a, b, self.load(before))
        self.store(after, total)


def _sum(builder: Any, terms: list[Any]) -> Any:
    """In pairs: additions that do not wait for each other."""
    while len(terms) > 1:
        odd = terms[len(terms) // 2 * 2 :]
        pairs = zip(terms[::2], terms[1::2], strict=False)
        terms = [*(builder.fadd(a, b) for a, b in pairs), *odd]
    return terms[0]


def _eliminating(count: int) -> Callable[..., Any]:
    """A compiled function for columns of `count` entries; see `eliminate_column`."""

    def eliminate(
        _context: Any,
        numbers: Any,
        start: Any,
        ground: Any,
        entry: Any,
        update: Any,
        first_update: Any,
        right: Any,
        unknown: Any,
        row: Any,
        first_row: Any,
        like: Any,
        part: Any,
    ) -> Any:
        kind = Lanes(like.dtype, like.count)

        def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            of, at, held, entries_at, updates, t, sides, u, rows, r, _like, parted = arguments
            entries, points = _Rows(builder, of, kind), Part(builder, parted, part)
            ground = entries.load(held)
            n = [entries.load(number) for number in listed(builder, entries_at, r, count)]
            one = ir.Constant(ground.type, [1.0] * kind.count)
            inverse = builder.fdiv(one, _sum(builder, [ground, *n]))
            entries.store(at, inverse)
            z = builder.fmul(points.load(sides, u), points.free(inverse))
            points.store(sides, u, z)
            for own, place in zip(n, listed(builder, rows, r, count), strict=True):
                total = points.load(sides, place)
                total = multiplied_and_added(builder, points.kind, points.free(own), z, total)
                points.store(sides, place, total)
            scaled = [builder.fmul(x, inverse) for x in n]
            pairs = pair_order(count)
            words = pairs_listed(builder, updates, t, len(pairs), kind)
            for (e, g), old, new in zip(pairs, words[::2], words[1::2], strict=True):
                entries.add_product(old, new, scaled[e], ground if e == g else n[g])
            return context.get_dummy_value()

        taken = (numbers, start, ground, entry, update, first_update)
        taken = (*taken, right, unknown, row, first_row, like, part)
        return types.void(*taken), generate

    return compiled(eliminate)


def _substituting(count: int) -> Callable[..., Any]:
    """A compiled function for columns of `count` entries; see `substitute_column`."""

    def substitute(
        _context: Any,
        numbers: Any,
        start: Any,
        entry: Any,
        right: Any,
        volts: Any,
        unknown: Any,
        row: Any,
        first_row: Any,
        part: Any,
    ) -> Any:
        def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            of, at, entries_at, sides, levels, u, rows, r, parted = arguments
            points = Part(builder, parted, part)
            total = None
            # The first row's volts were found last and are added last: no sum waits for them.
            stands, places = (listed(builder, table, r, count) for table in (entries_at, rows))
            for number, place in reversed(list(zip(stands, places, strict=True))):
                own, volt = points.load_each(of, number), points.load(levels, place)
                total = (
                    builder.fmul(own, volt)
                    if total is None
                    else multiplied_and_added(builder, points.kind, own, volt, total)
                )
            inverse, own = points.load_each(of, at), points.load(sides, u)
            if total is not None:
                own = multiplied_and_added(builder, points.kind, total, inverse, own)
            points.store(levels, u, own)
            return context.get_dummy_value()

        taken = (numbers, start, entry, right, volts, unknown, row, first_row, part)
        return types.void(*taken), generate

    return compiled(substitute)


# (numbers, start, ground, entry, update, t, right, u, row, r, like, part): eliminate the column of
# unknown u whose inverse pivot goes to number `start`; G stands at number `ground`, the entries
# where `entry` says from number r on, as `row` does for their rows; updates are those from number t
# of `update` on. Its right-hand side too, in the lanes of `part`. By the number of entries.
eliminate_2, eliminate_3, eliminate_4, eliminate_5, eliminate_6 = map(_eliminating, WRITTEN_OUT)

# (numbers, start, entry, right, volts, u, row, r, part): volts of u, from those of the rows below.
substitute_2, substitute_3, substitute_4, substitute_5, substitute_6 = map(
    _substituting, WRITTEN_OUT
)
