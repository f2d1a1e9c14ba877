"""What block rows change in the rest of the factor: products of blocks of four by four entries.

The block of block columns e <= f loses the product of e's column of the scratch and f's of the
block rows. A table has (from, to) for each: the block with its old numbers, and itself; a block
that has no old numbers yet starts from one of zeros.

A processor that multiplies and adds two wide vectors a cycle, 4 cycles each, needs eight sums on
their way at once, and at most as many loads as products: hence TILE blocks of one e at a time.
"""

from __future__ import annotations

from typing import Any

from verification.simulation.solve.front_code import COLUMNS, Code, subroutine
from verification.simulation.solve.front_rows import WORD_BYTES

TILE = 4
_PAIR_BYTES = 2 * WORD_BYTES


@subroutine
def update_blocks(
    code: Code,
    blocks: Any,
    depth: Any,
    rest: Any,
    first: Any,
    end: Any,
    top: Any,
    scaled: Any,
    targets: Any,
    values: Any,
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

    def of_column(k: Any, behind: list[Any]) -> list[Any]:
        e = code.builder.add(first, k)
        count = code.builder.sub(blocks, e)
        rest = code.builder.urem(count, code.number(TILE))
        full = code.builder.sub(count, rest)

        def tile(k: Any, _none: list[Any]) -> list[Any]:
            group.update(e, code.builder.mul(k, code.number(TILE)), TILE, behind[0])
            return []

        code.loop(code.builder.udiv(count, code.number(TILE)), tile)
        code.cases(rest, range(1, TILE), lambda n: group.update(e, full, n, behind[0]))
        return [code.moved(behind[0], count, _PAIR_BYTES)]

    code.loop(code.builder.sub(end, first), of_column, targets)


class _Group:
    """Block rows that update others; see `update_blocks`."""

    def __init__(
        self, code: Code, blocks: Any, depth: Any, rest: Any, top: Any, scaled: Any, values: Any
    ) -> None:
        self._code, self._blocks, self._depth, self._rest = code, blocks, depth, rest
        self._top, self._scaled, self._values = top, scaled, values

    def update(self, e: Any, first: Any, count: int, targets: Any) -> None:
        """So many blocks e, f, with f from e + `first` on."""
        code = self._code
        entries = code.moved(targets, first, _PAIR_BYTES)
        places = [self._from_to(code.after(entries, q * _PAIR_BYTES)) for q in range(count)]
        sums = [row for old, _ in places for row in _rows(code, old)]
        column = code.builder.add(self._scaled, code.sized(e))
        here = code.builder.add(self._top, code.sized(code.builder.add(e, first)))

        def product(k: Any, values: list[Any]) -> list[Any]:
            scratch, start, *totals = values
            for pivot in range(COLUMNS):
                totals = self._pivot(scratch, start, code.number(pivot), totals)
            shorter = code.sized(code.after(code.builder.sub(self._blocks, k), -1))
            scratch = code.builder.add(scratch, code.sized(self._blocks))
            return [scratch, code.builder.add(start, shorter), *totals]

        column, here, *sums = code.loop(self._depth, product, column, here, *sums)
        sums = code.loop(self._rest, lambda k, v: self._pivot(column, here, k, v), *sums)
        for q, (_, to) in enumerate(places):
            for k, row in enumerate(sums[q * COLUMNS : (q + 1) * COLUMNS]):
                code.store(code.after(to, k * code.wide_bytes), row)

    def _pivot(self, scratch: Any, start: Any, pivot: Any, sums: list[Any]) -> list[Any]:
        """The rows of blocks that follow each other, with the products of a block row's pivot."""
        code, size = self._code, COLUMNS
        scratch = code.moved(scratch, pivot, code.wide_bytes)
        places = (code.after(scratch, i * code.row_bytes) for i in range(size))
        spread = [code.spread(code.load(place)) for place in places]
        start = code.moved(start, pivot, code.wide_bytes)
        blocks = (code.after(start, q * code.block_bytes) for q in range(len(sums) // size))
        rows = [code.load(block, size) for block in blocks]
        return [code.fused(spread[n % size], rows[n // size], a) for n, a in enumerate(sums)]

    def _from_to(self, entry: Any) -> tuple[Any, Any]:
        """Addresses of the two blocks that an entry of the table names."""
        code = self._code
        old, new = (
            code.builder.add(self._values, code.sized(code.word(code.after(entry, k * WORD_BYTES))))
            for k in range(2)
        )
        return old, new


def _rows(code: Code, block: Any) -> list[Any]:
    """The wide rows of a block."""
    return [code.load(code.after(block, k * code.wide_bytes), COLUMNS) for k in range(COLUMNS)]
