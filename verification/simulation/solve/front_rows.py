r"""Block rows of fronts: up to four pivots and the blocks beside them, eliminated and substituted.

A block row's numbers are blocks of four by four entries, each four wide rows: the pivots' own
block, then those beside it. Elimination leaves in them

```
own block       inverse pivots; columns 1 to 3 of the inverse of L^T, what is above its diagonal
blocks beside   D L^T
```

and in a scratch of the same shape -L^T, by which the rest of the factor is updated.

The chain from pivot to pivot is what takes time here, since each division waits for the one before:
two pivots are divided by at once, `1 / a` and `a / (a c - b^2)`. On a grounded Laplacian that costs
no digits that `1 / (c - b^2 / a)` would keep.
"""

from __future__ import annotations

from typing import Any

from verification.simulation.solve.front_code import COLUMNS, WORD_BYTES, Code, Word


def eliminate_pivots(
    code: Code,
    pivots: Word,
    blocks: Word,
    start: Word,
    scaled: Word,
    beside: Word,
    own: Word,
    right: Word,
) -> None:
    """Eliminate a block row within itself, and its right-hand side.

    Args:
        code: puts the instructions together.
        pivots: how many it has, 1 to 4.
        blocks: how many there are beside the pivots' own.
        start: address of its numbers.
        scaled: address of its place in the scratch.
        beside: address of the numbers of the blocks of slots beside it.
        own: address of its own right-hand sides.
        right: address of all right-hand sides.
    """

    def eliminate(count: int) -> None:
        head = _Head(code, start, count)
        sides = head.forward(own)

        def one(k: Word) -> None:
            side = right + code.word(beside + k * WORD_BYTES) * (COLUMNS * code.side_bytes)
            block = (k + 1) * code.block_bytes
            rows = head.scale(start + block, scaled + block)
            totals = code.by_point(code.load(side, COLUMNS * code.points))
            for z, row in zip(sides, rows, strict=True):
                totals = [code.fused(a, row, b) for a, b in zip(z, totals, strict=True)]
            code.store(side, code.by_column(totals))

        code.repeat(blocks, one)

    code.cases(pivots, range(1, COLUMNS + 1), eliminate)


def substitute_pivots(
    code: Code, blocks: Word, start: Word, beside: Word, own: Word, found: Word, state: Word
) -> None:
    """Volts of a block row's slots from those of later ones.

    Args:
        code: puts the instructions together.
        blocks: how many there are beside the pivots' own.
        start: address of its numbers.
        beside: address of the numbers of the blocks of slots beside it.
        own: address of its right-hand sides.
        found: address of its volts, [point][column].
        state: address of the volts of all slots, [four slots][point][column].
    """
    points, columns = range(code.points), range(COLUMNS)

    def one(k: Word, totals: list[Any]) -> list[Any]:
        e = blocks - 1 - k  # the volts of the nearest blocks are the last to be known
        later = state + code.word(beside + e * WORD_BYTES) * (COLUMNS * code.side_bytes)
        volts = [code.load(later + p * code.wide_bytes, COLUMNS) for p in points]
        rows = _wide_rows(code, start + (e + 1) * code.block_bytes)
        pairs = ((volts[p], rows[k]) for p in points for k in columns)
        return [code.fused(v, row, b) for (v, row), b in zip(pairs, totals, strict=True)]

    totals = code.loop(blocks, one, *[code.zeros(COLUMNS)] * (COLUMNS * code.points))
    inverse, *upper = _wide_rows(code, start)
    rights = code.by_point(code.load(own, COLUMNS * code.points))
    for p in points:
        total = code.sums(totals[p * COLUMNS : (p + 1) * COLUMNS])
        w = code.fused(code.minus(total), inverse, rights[p])
        spread = [code.picked(w, w, [k] * COLUMNS) for k in columns]
        volts = code.fused(upper[0], spread[1], w)
        others = code.fused(upper[1], spread[2], code.mul(upper[2], spread[3]))
        code.store(found + p * code.wide_bytes, code.add(volts, others))


def _wide_rows(code: Code, block: Word) -> list[Any]:
    """The rows of a block."""
    return [code.load(block + k * code.wide_bytes, COLUMNS) for k in range(COLUMNS)]


class _Head:
    """The pivots of a block row: eliminated when made."""

    def __init__(self, code: Code, start: Word, count: int) -> None:
        self._code, self._count = code, count
        self._minus_l: dict[tuple[int, int], Any] = {}
        self._inverse: list[Any] = []
        self._eliminate(start)
        self._write(start)
        self._spread_l = {pair: code.spread(row) for pair, row in self._minus_l.items()}
        self._spread_inverse = [code.spread(code.minus(row)) for row in self._inverse]

    def _eliminate(self, start: Word) -> None:
        code, count, minus_l = self._code, self._count, self._minus_l
        d = {
            (i, j): code.load(start + (COLUMNS * i + j) * code.row_bytes)
            for i in range(count)
            for j in range(i, count)
        }
        for i in range(0, count, 2):
            a, later = d[i, i], range(i + 2, count)
            self._inverse.append(code.one_over(a))
            for j in range(i + 1, count):
                minus_l[i, j] = code.minus(code.mul(d[i, j], self._inverse[i]))
            if i + 1 == count:
                break
            b, c = d[i, i + 1], d[i + 1, i + 1]
            over = code.one_over(code.fused(a, c, code.minus(code.mul(b, b))))
            self._inverse.append(code.mul(a, over))
            for j in later:
                # Times a, so as not to wait for the inverse: l = -(a d') / (a c - b^2).
                raised = code.fused(a, d[i + 1, j], code.minus(code.mul(b, d[i, j])))
                minus_l[i + 1, j] = code.minus(code.mul(raised, over))
                d[i + 1, j] = code.fused(minus_l[i, i + 1], d[i, j], d[i + 1, j])
            for j in later:
                for k in range(j, count):
                    d[j, k] = code.fused(minus_l[i, j], d[i, k], d[j, k])
                    d[j, k] = code.fused(minus_l[i + 1, j], d[i + 1, k], d[j, k])

    def _write(self, start: Word) -> None:
        """The own block's numbers for the way back."""
        code, none = self._code, self._code.zeros(1)
        columns = [[none] * COLUMNS for _ in range(COLUMNS)]
        columns[0][: self._count] = self._inverse
        for k in range(1, self._count):
            for j in range(k - 1, -1, -1):
                total = self._minus_l[j, k]
                for m in range(j + 1, k):
                    total = code.fused(self._minus_l[j, m], columns[k][m], total)
                columns[k][j] = total
        for k, rows in enumerate(columns):
            code.store(start + k * code.wide_bytes, code.joined(rows))

    def forward(self, own: Word) -> list[list[Any]]:
        """Divide the own right-hand sides; each one's negative for each point, wide."""
        code, rows = self._code, list[Any]()
        places = [own + k * code.side_bytes for k in range(self._count)]
        for k, place in enumerate(places):
            total = code.load(place, code.points)
            for j in range(k):
                total = code.fused(code.each(self._minus_l[j, k]), rows[j], total)
            rows.append(total)
        divided: list[list[Any]] = []
        for place, row, inverse in zip(places, rows, self._inverse, strict=True):
            z = code.mul(row, code.each(inverse))
            code.store(place, z)
            less = code.minus(z)
            divided.append([code.picked(less, less, [p] * COLUMNS) for p in range(code.points)])
        return divided

    def scale(self, block: Word, scaled: Word) -> list[Any]:
        """Turn a block beside into rows of D L^T, which are given back, and write -L^T apart."""
        code, rows = self._code, list[Any]()
        for k, inverse in enumerate(self._spread_inverse):
            row = code.load(block + k * code.wide_bytes, COLUMNS)
            for j in range(k):
                row = code.fused(self._spread_l[j, k], rows[j], row)
            if k:
                code.store(block + k * code.wide_bytes, row)
            code.store(scaled + k * code.wide_bytes, code.mul(inverse, row))
            rows.append(row)
        return rows
