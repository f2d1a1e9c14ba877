"""The fronts' tape: columns with few entries, eliminated and substituted one by one.

A column's numbers stand side by side: its pivot, then its entries. A *leaf* is a column whose
entries are conductances of branches and whose pivot is their sum: they are used where they are, and
the leaf has room for its pivot only.

A loop over entries ends before the processor has learned where, and loses 15 cycles each time; so a
column is written out for each length, and the order of elimination brings columns of one length
together (see front_order).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from verification.simulation.solve.front_code import WORD_BYTES, Code, Record, Word
from verification.simulation.solve.front_record import FRONT_TWINS, RUN_ROW
from verification.simulation.solve.front_tree import LEAF_ENTRIES, TAPE_ENTRIES


def eliminate_tape(code: Code, address: Word) -> None:
    """Eliminate the tape's columns with their right-hand sides; pivots become inverses."""
    twins = Record(code, FRONT_TWINS, address)
    leaves, runs = twins.leaf_runs, twins.run
    code.repeat(leaves, lambda k: code.call(_eliminate_leaves, address, _run(runs, k)))
    others = twins.run_count - leaves
    code.repeat(others, lambda k: code.call(_eliminate_columns, address, _run(runs, leaves + k)))


def substitute_tape(code: Code, address: Word) -> None:
    """Volts of the tape's places, from those of later places."""
    twins = Record(code, FRONT_TWINS, address)
    leaves, count, runs = twins.leaf_runs, twins.run_count, twins.run

    def columns(k: Word) -> None:
        code.call(_substitute_columns, address, _run(runs, count - k - 1))

    def of_leaves(k: Word) -> None:
        code.call(_substitute_leaves, address, _run(runs, leaves - k - 1))

    code.repeat(count - leaves, columns)
    code.repeat(leaves, of_leaves)


def _run(runs: Word, number: Word) -> Word:
    return runs + number * RUN_ROW.itemsize


def _eliminate_leaves(code: Code, twins: Word, run: Word) -> None:
    _Run(code, twins, run, leaf=True).eliminate()


def _eliminate_columns(code: Code, twins: Word, run: Word) -> None:
    _Run(code, twins, run, leaf=False).eliminate()


def _substitute_leaves(code: Code, twins: Word, run: Word) -> None:
    _Run(code, twins, run, leaf=True).substitute()


def _substitute_columns(code: Code, twins: Word, run: Word) -> None:
    _Run(code, twins, run, leaf=False).substitute()


class _Run:
    """Columns of one length; see RUN_ROW."""

    def __init__(self, code: Code, twins: Word, run: Word, *, leaf: bool) -> None:
        self._code, self._leaf = code, leaf
        record, row = Record(code, FRONT_TWINS, twins), Record(code, RUN_ROW, run)
        self._length, self._count = row.length, row.count
        self._values, self._siemens = record.values, record.siemens
        self._right, self._volts = record.right, record.volts
        self._numbers = self._values + row.row * code.row_bytes
        self._own = self._right + row.place * code.side_bytes
        self._found = self._volts + row.place * code.side_bytes
        self._targets = record.target + row.target * WORD_BYTES
        entry = row.entry * WORD_BYTES
        self._slots, self._places = record.entry_slot + entry, record.entry_place + entry
        self._branches = record.leaf + entry

    def eliminate(self) -> None:
        """The columns, the first one first."""

        def of_length(length: int) -> None:
            self._code.repeat(self._count, lambda k: self._eliminate(k, length))

        self._code.cases(self._length, self._lengths(), of_length)

    def substitute(self) -> None:
        """Their volts, the last one's first."""

        def of_length(length: int) -> None:
            last = self._count - 1
            self._code.repeat(self._count, lambda k: self._substitute(last - k, length))

        self._code.cases(self._length, self._lengths(), of_length)

    def _lengths(self) -> range:
        return range(1, LEAF_ENTRIES + 1) if self._leaf else range(TAPE_ENTRIES + 1)

    def _eliminate(self, k: Word, length: int) -> None:
        """Column k, its right-hand side, and what both change."""
        code = self._code
        here, entries = self._column(k, length), self._entries(k, length)
        inverse = code.one_over(code.total(entries) if self._leaf else code.load(here))
        code.store(here, inverse)
        own = self._own + k * code.side_bytes
        z = code.mul(code.load(own, code.points), code.each(inverse))
        code.store(own, z)
        z = z if self._leaf else code.minus(z)
        sides = self._rows(self._slots, k, length, self._right, code.side_bytes)
        for entry, side in zip(entries, sides, strict=True):
            code.store(side, code.fused(code.each(entry), z, code.load(side, code.points)))
        pairs = length * (length + 1) // 2
        targets = self._rows(self._targets, k, pairs, self._values, code.row_bytes)
        for e, entry in enumerate(entries):
            scaled = code.minus(code.mul(entry, inverse))
            for other in entries[e:]:
                target = next(targets)
                code.store(target, code.fused(scaled, other, code.load(target)))

    def _substitute(self, k: Word, length: int) -> None:
        """Volts of column k's place."""
        code, total = self._code, self._code.zeros(self._code.points)
        later = self._rows(self._places, k, length, self._volts, code.side_bytes)
        for entry, place in zip(self._entries(k, length), later, strict=True):
            total = code.fused(code.each(entry), code.load(place, code.points), total)
        total = total if self._leaf else code.minus(total)
        inverse, step = code.each(code.load(self._column(k, length))), k * code.side_bytes
        volts = code.fused(total, inverse, code.load(self._own + step, code.points))
        code.store(self._found + step, volts)

    def _column(self, k: Word, length: int) -> Word:
        """The address of column k's pivot."""
        return self._numbers + k * (self._code.row_bytes * (1 if self._leaf else 1 + length))

    def _entries(self, k: Word, length: int) -> list[Any]:
        """Column k's entries; a leaf's are the opposite, conductances."""
        code, size = self._code, self._code.row_bytes
        if self._leaf:
            branches = self._rows(self._branches, k, length, self._siemens, size)
            return [code.load(branch) for branch in branches]
        first = self._column(k, length) + size
        return [code.load(first + n * size) for n in range(length)]

    def _rows(self, table: Word, k: Word, count: int, rows: Word, size: int) -> Iterator[Word]:
        """Addresses of rows of a size, whose numbers a table has `count` of for each column.

        One by one, as they are asked for: the compiler cannot put off what comes before a store.
        """
        first = table + k * (count * WORD_BYTES)
        for n in range(count):
            yield rows + self._code.word(first + n * WORD_BYTES) * size
