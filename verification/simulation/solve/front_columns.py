"""Columns of the fronts' tape: a subroutine takes a run of columns of one length.

A column's numbers stand side by side: its pivot, then its entries. A loop over entries ends before
the processor has learned where, and loses 15 cycles each time; so a column is written out for each
length, and the order of elimination brings columns of one length together (see front_tree).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from verification.simulation.solve.front_code import Code, subroutine
from verification.simulation.solve.front_tree import TAPE_ENTRIES

_WORD_BYTES = 4


@subroutine
def eliminate_run(
    code: Code,
    length: Any,
    count: Any,
    column: Any,
    targets: Any,
    slots: Any,
    own: Any,
    values: Any,
    right: Any,
) -> None:
    """Eliminate columns, and with them their right-hand sides; pivots become inverses.

    Args:
        code: puts the instructions together.
        length: how many entries each column has.
        count: how many columns.
        column: address of the first one's numbers.
        targets: address of the numbers' rows that each pair of entries updates.
        slots: address of the slots of the entries.
        own: address of the first one's right-hand side.
        values: address of all numbers.
        right: address of all right-hand sides.
    """

    def eliminate(entries: int) -> None:
        def one(k: Any, _none: list[Any]) -> list[Any]:
            here = code.moved(column, k, (entries + 1) * code.row_bytes)
            pairs = entries * (entries + 1) // 2
            places = _rows(code, targets, k, pairs, values, code.row_bytes)
            sides = _rows(code, slots, k, entries, right, code.points * code.row_bytes)
            _eliminate(
                code, entries, here, places, code.moved(own, k, code.points * code.row_bytes), sides
            )
            return []

        code.loop(count, one)

    code.cases(length, range(TAPE_ENTRIES + 1), eliminate)


@subroutine
def substitute_run(
    code: Code,
    length: Any,
    count: Any,
    column: Any,
    places: Any,
    own: Any,
    found: Any,
    volts: Any,
) -> None:
    """Volts of columns' places from those of later ones, the last column first.

    Args:
        code: puts the instructions together.
        length: how many entries each column has.
        count: how many columns.
        column: address behind the last one's numbers.
        places: address behind the list of their entries' places.
        own: address behind the last one's right-hand side.
        found: address behind its volts.
        volts: address of all volts.
    """

    def substitute(entries: int) -> None:
        def one(k: Any, _none: list[Any]) -> list[Any]:
            back = code.builder.not_(k)  # -1 - k
            step = code.points * code.row_bytes
            later = _rows(code, places, back, entries, volts, step)
            here = code.moved(column, back, (entries + 1) * code.row_bytes)
            at, side = code.moved(found, back, step), code.moved(own, back, step)
            code.store(at, _substitute(code, entries, here, later, side))
            return []

        code.loop(count, one)

    code.cases(length, range(TAPE_ENTRIES + 1), substitute)


def _rows(code: Code, table: Any, k: Any, count: int, rows: Any, size: int) -> Iterator[Any]:
    """Addresses of rows of this size, by numbers count * k to count * k + count - 1 of a table.

    One by one, as they are asked for: the compiler cannot put off what comes before a store.
    """
    first = code.moved(table, k, count * _WORD_BYTES)
    for n in range(count):
        yield code.moved(rows, code.word(code.after(first, n * _WORD_BYTES)), size)


def _eliminate(
    code: Code, count: int, here: Any, targets: Iterator[Any], own: Any, sides: Iterator[Any]
) -> None:
    """One column of `count` entries; addresses of its numbers and of what it changes."""
    pivot, *n = (code.load(code.after(here, k * code.row_bytes)) for k in range(count + 1))
    inverse = code.one_over(pivot)
    code.store(here, inverse)
    z = code.mul(code.load(own, code.points), code.each(inverse))
    code.store(own, z)
    less = code.minus(z)
    for entry, side in zip(n, sides, strict=True):
        code.store(side, code.fused(code.each(entry), less, code.load(side, code.points)))
    for e in range(count):
        scaled = code.minus(code.mul(n[e], inverse))
        for f, target in zip(range(e, count), targets, strict=False):
            code.store(target, code.fused(scaled, n[f], code.load(target)))


def _substitute(code: Code, count: int, here: Any, later: Iterator[Any], own: Any) -> Any:
    """Volts of the place of a column of `count` entries, from those of its entries' places."""
    total = code.zeros(code.points)
    for k, place in enumerate(later, start=1):
        entry = code.each(code.load(code.after(here, k * code.row_bytes)))
        total = code.fused(entry, code.load(place, code.points), total)
    inverse = code.each(code.load(here))
    return code.fused(code.minus(total), inverse, code.load(own, code.points))
