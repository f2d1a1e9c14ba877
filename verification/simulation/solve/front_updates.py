"""What block rows change in the rest of the factor: products of blocks of four by four entries.

The block of block columns e <= f loses the product of e's column of the scratch and f's of the
block rows. A table has (from, to) for each: the block with its old numbers, and itself; a block
that has no old numbers yet starts from one of zeros.

A processor that multiplies and adds two wide vectors a cycle, 4 cycles each, needs eight sums on
their way at once, and at most as many loads as products: hence TILE blocks of one e at a time.
"""

from __future__ import annotations

from typing import Any

from verification.simulation.solve.front_code import COLUMNS, WORD_BYTES, Code, Word

TILE = 4
PAIR_BYTES = 2 * WORD_BYTES


def update_blocks(
    code: Code,
    blocks: Word,
    depth: Word,
    rest: Word,
    first: Word,
    end: Word,
    top: Word,
    scaled: Word,
    targets: Word,
    values: Word,
) -> None:
    """What block rows of a group change in block columns `first` to `end` - 1.

    Args:
        code: puts the instructions together.
        blocks: how many the group's first block row has, its pivots' own included.
        depth: how many of the group's block rows are taken, those with four pivots.
        rest: pivots of the one after them, if it has less and is taken.
        first: block column, counted in the group's first block row.
        end: the one behind the last.
        top: address of the group's numbers, its rows one behind the other, each a block shorter.
        scaled: address of the group's scratch, its rows one behind the other, all equally long.
        targets: address of the first column's part of the table; those of the others follow.
        values: address of the first of all blocks.
    """
    group = _Group(code, blocks, depth, rest, top, scaled, values)

    def of_column(k: Word, cursor: list[Any]) -> list[Any]:
        e, (table,) = first + k, cursor
        count = blocks - e
        rest = count % TILE
        full = count - rest
        code.repeat(count // TILE, lambda n: group.update(e, n * TILE, TILE, table))
        code.cases(rest, range(1, TILE), lambda n: group.update(e, full, n, table))
        return [table + count * PAIR_BYTES]

    code.loop(end - first, of_column, targets)


class _Group:
    """Block rows that update others; see `update_blocks`."""

    def __init__(
        self,
        code: Code,
        blocks: Word,
        depth: Word,
        rest: Word,
        top: Word,
        scaled: Word,
        values: Word,
    ) -> None:
        self._code, self._blocks, self._depth, self._rest = code, blocks, depth, rest
        self._top, self._scaled, self._values = top, scaled, values

    def update(self, e: Word, first: Word, count: int, targets: Word) -> None:
        """So many blocks e, f, with f from e + `first` on."""
        code = self._code
        entries = targets + first * PAIR_BYTES
        places = [self._from_to(entries + q * PAIR_BYTES) for q in range(count)]
        rows = range(COLUMNS)
        sums = [code.load(old + k * code.wide_bytes, COLUMNS) for old, _ in places for k in rows]

        def product(k: Word, cursor: list[Any]) -> list[Any]:
            scratch, start, *totals = cursor
            for pivot in rows:
                totals = self._pivot(scratch, start, code.number(pivot), totals)
            scratch += self._blocks * code.block_bytes
            return [scratch, start + (self._blocks - k - 1) * code.block_bytes, *totals]

        column = self._scaled + e * code.block_bytes
        here = self._top + (e + first) * code.block_bytes
        column, here, *sums = code.loop(self._depth, product, column, here, *sums)
        sums = code.loop(self._rest, lambda k, v: self._pivot(column, here, k, v), *sums)
        for n, row in enumerate(sums):
            code.store(places[n // COLUMNS][1] + n % COLUMNS * code.wide_bytes, row)

    def _pivot(self, scratch: Word, start: Word, pivot: Word, sums: list[Any]) -> list[Any]:
        """The rows of blocks that follow each other, with the products of a block row's pivot."""
        code, step = self._code, pivot * self._code.wide_bytes
        column, first = scratch + step, start + step
        spread = [code.spread(code.load(column + i * code.row_bytes)) for i in range(COLUMNS)]
        blocks = range(len(sums) // COLUMNS)
        rows = [code.load(first + q * code.block_bytes, COLUMNS) for q in blocks]
        return [code.fused(spread[n % COLUMNS], rows[n // COLUMNS], a) for n, a in enumerate(sums)]

    def _from_to(self, entry: Word) -> tuple[Word, Word]:
        """Addresses of the two blocks that an entry of the table names."""
        code = self._code
        old, new = (code.word(entry + k * WORD_BYTES) * code.block_bytes for k in range(2))
        return self._values + old, self._values + new
