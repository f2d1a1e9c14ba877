"""What block rows change in the rest of the factor: products of blocks of four by four entries.

The block of block columns e <= f loses the product of e's column of the scratch and f's of the
block rows. A table has (from, to) for each: the block with its old numbers, and itself; a block
that has no old numbers yet starts from one of zeros.

A processor that multiplies and adds two wide vectors a cycle, 4 cycles each, needs eight sums on
their way at once, and at most as many loads as products: hence blocks are updated ABREAST, and a
column of the scratch is spread once for all blocks beside it, or for TILE of them.
"""

from __future__ import annotations

from typing import Any

from verification.simulation.solve.front_code import COLUMNS, Code, subroutine
from verification.simulation.solve.front_rows import WORD_BYTES, WRITTEN

ABREAST, TILE = 2, 4


@subroutine
def update_narrow(
    code: Code, pivots: Any, blocks: Any, end: Any, scaled: Any, targets: Any, values: Any
) -> None:
    """What one block row changes, of at most WRITTEN blocks beside its pivots.

    Args:
        code: puts the instructions together.
        pivots: how many it has, 1 to 4.
        blocks: how many there are beside the pivots' own.
        end: address behind its numbers.
        scaled: address behind its place in the scratch.
        targets: address behind its part of the table, for each e for each f.
        values: address of the first of all blocks.
    """

    def update(count: int) -> None:
        def of_column(e: int, _none: list[Any]) -> list[Any]:
            spread = [
                _spread(code, code.after(scaled, k * code.wide_bytes - e * code.block_bytes))
                for k in range(count)
            ]
            table = code.after(targets, -2 * WORD_BYTES * (e * (e + 1) // 2))
            for first in range(0, e, ABREAST):
                tile = range(first, min(first + ABREAST, e))
                places = [
                    _from_to(code, code.after(table, 2 * WORD_BYTES * f), values) for f in tile
                ]
                sums = [_rows(code, old, COLUMNS) for old, _ in places]
                for k in range(count):
                    for n, f in enumerate(tile):
                        offset = (f - e) * code.block_bytes + k * code.wide_bytes
                        row = code.load(code.after(end, offset), COLUMNS)
                        sums[n] = _less(code, spread[k], row, sums[n])
                for (_, to), rows in zip(places, sums, strict=True):
                    _write(code, to, rows)
            return []

        code.ladder(blocks, WRITTEN, of_column)

    code.cases(pivots, range(1, COLUMNS + 1), update)


@subroutine
def update_column(
    code: Code,
    blocks: Any,
    depth: Any,
    e: Any,
    top: Any,
    scaled: Any,
    targets: Any,
    values: Any,
) -> None:
    """What block rows of a group change in the blocks of one block column e.

    Args:
        code: puts the instructions together.
        blocks: how many the group's first block row has, its pivots' own included.
        depth: how many of the group's block rows there are.
        e: which of the first block row's blocks.
        top: address of the group's numbers, its rows one behind the other, each a block shorter.
        scaled: address of the group's scratch, its rows one behind the other, all equally long.
        targets: address of the column's part of the table.
        values: address of the first of all blocks.
    """
    column = code.builder.add(scaled, code.sized(e))

    def tile(first: Any, count: int) -> None:
        """Blocks e, f for so many f from e + first on."""
        entries = code.moved(targets, first, 2 * WORD_BYTES)
        ends = [
            _from_to(code, code.after(entries, 2 * WORD_BYTES * q), values) for q in range(count)
        ]
        sums = [row for old, _ in ends for row in _rows(code, old, COLUMNS)]
        here = code.builder.add(top, code.sized(code.builder.add(e, first)))

        def product(k: Any, values: list[Any]) -> list[Any]:
            start, *totals = values
            scratch = code.builder.add(column, code.sized(code.builder.mul(k, blocks)))
            for j in range(COLUMNS):
                spread = _spread(code, code.after(scratch, j * code.wide_bytes))
                offsets = [q * code.block_bytes + j * code.wide_bytes for q in range(count)]
                rows = [code.load(code.after(start, offset), COLUMNS) for offset in offsets]
                totals = [
                    total
                    for q, row in enumerate(rows)
                    for total in _less(code, spread, row, totals[q * COLUMNS : (q + 1) * COLUMNS])
                ]
            shorter = code.after(code.builder.sub(blocks, k), -1)
            return [code.builder.add(start, code.sized(shorter)), *totals]

        _, *sums = code.loop(depth, product, here, *sums)
        for q, (_, to) in enumerate(ends):
            _write(code, to, sums[q * COLUMNS : (q + 1) * COLUMNS])

    def full(k: Any, _none: list[Any]) -> list[Any]:
        tile(code.builder.mul(k, code.number(TILE)), TILE)
        return []

    count = code.builder.sub(blocks, e)
    code.loop(code.builder.udiv(count, code.number(TILE)), full)
    rest = code.builder.urem(count, code.number(TILE))
    done = code.builder.sub(count, rest)
    code.cases(rest, range(1, TILE), lambda n: tile(done, n))


def _spread(code: Code, wide_row: Any) -> list[Any]:
    """The four rows at an address, each in every column of a wide vector."""
    places = (code.after(wide_row, i * code.row_bytes) for i in range(COLUMNS))
    return [code.spread(code.load(place)) for place in places]


def _less(code: Code, spread: list[Any], row: Any, sums: list[Any]) -> list[Any]:
    """The rows of a block with the products of one of -L^T's rows, spread, and one of D L^T's."""
    return [code.fused(a, row, b) for a, b in zip(spread, sums, strict=True)]


def _rows(code: Code, block: Any, count: int) -> list[Any]:
    """The first wide rows of a block."""
    return [code.load(code.after(block, k * code.wide_bytes), COLUMNS) for k in range(count)]


def _write(code: Code, block: Any, rows: list[Any]) -> None:
    for k, row in enumerate(rows):
        code.store(code.after(block, k * code.wide_bytes), row)


def _from_to(code: Code, entry: Any, values: Any) -> tuple[Any, Any]:
    """Addresses of the two blocks that an entry of the table names."""
    old, new = (
        code.builder.add(values, code.sized(code.word(code.after(entry, k * WORD_BYTES))))
        for k in range(2)
    )
    return old, new
