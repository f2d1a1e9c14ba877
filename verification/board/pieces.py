"""Pieces: the rims of all bodies as segments in flat arrays, and which of them are near each other.

The board is covered by square cells a layer; only pieces that share a cell are compared, so that
the work grows with the copper's length and not with the square of its count.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from verification.board.bodies import Body

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CELL_NM = 1_000_000.0
"""Edge of a cell where nothing else is said: about a pin's pitch."""
CELL_MIN_NM, CELL_MAX_NM = 500_000.0, 8_000_000.0
"""Cells are as wide as the mean piece is long, within these: then few pieces are in many cells and
few cells hold many pieces."""
PAIRS_AT_ONCE = 2_000_000
"""Bounds the memory of one round of comparisons to some 100 MB."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """P segments; a piece of a body on several layers is there once for each.

    Attributes:
        body: [P] position of its body.
        layer: [P] position in the stack.
        start, end: [P, 2] nm; equal for a disk.
        radius: [P] half of the pen, nm.
        along: [P] length of the body's chain up to the piece's start, nm.
    """

    body: Ints
    layer: Ints
    start: Floats
    end: Floats
    radius: Floats
    along: Floats

    @property
    def length(self) -> Floats:
        """[P] nm."""
        return np.hypot(*(self.end - self.start).T)


def cut_pieces(bodies: Sequence[Body]) -> Pieces:
    """The pieces of all bodies, in their order."""
    points: list[tuple[float, float]] = []
    ends: list[tuple[float, float]] = []
    counts: list[int] = []
    for body in bodies:
        chain = body.area.points
        if len(chain) == 1:
            rim, after = chain, chain
        elif body.area.filled:
            rim, after = chain, (*chain[1:], chain[0])
        else:
            rim, after = chain[:-1], chain[1:]
        for _ in body.layers:
            points += rim
            ends += after
        counts += [len(rim)] * len(body.layers)
    owner = np.asarray([k for k, body in enumerate(bodies) for _ in body.layers], dtype=np.int64)
    level = np.asarray([layer for body in bodies for layer in body.layers], dtype=np.int64)
    count = np.asarray(counts, dtype=np.int64)
    pens = np.asarray([body.area.pen for body in bodies], dtype=np.float64)
    start = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    end = np.asarray(ends, dtype=np.float64).reshape(-1, 2)
    body = np.repeat(owner, count)
    sums = np.concatenate(([0.0], np.cumsum(np.hypot(*(end - start).T))))
    first = np.repeat(np.cumsum(count) - count, count)
    along = sums[:-1] - sums[first]
    return Pieces(body, np.repeat(level, count), start, end, pens[body] / 2, along)


def near_pairs(pieces: Pieces, reach: float) -> Iterator[tuple[Ints, Ints]]:
    """Pairs of pieces of two bodies on one layer whose boxes are within `reach` nm of each other.

    A pair may come more than once. Yields (first, second), at most PAIRS_AT_ONCE at a time.
    """
    piece, key = _in_cells(pieces, reach)
    order = np.argsort(key, kind="stable")
    piece, key = piece[order], key[order]
    opens = np.flatnonzero(np.concatenate(([True], key[1:] != key[:-1]))) if len(key) else key
    sizes = np.diff(np.concatenate((opens, [len(key)])))
    # The followers of each entry in its cell.
    followers = np.repeat(opens + sizes, sizes) - np.arange(len(key)) - 1
    done = np.concatenate(([0], np.cumsum(followers)))
    low = 0
    while low < len(key):
        high = int(np.searchsorted(done, done[low] + PAIRS_AT_ONCE, side="right")) - 1
        high = min(max(high, low + 1), len(key))
        first = np.repeat(np.arange(low, high), followers[low:high])
        second = first + 1 + ranges(followers[low:high])
        yield _close(pieces, piece[first], piece[second], reach)
        low = high


def ranges(counts: Ints) -> Ints:
    """0 .. n-1 for each n of the counts, one after the other."""
    total = int(counts.sum())
    return np.arange(total) - np.repeat(np.cumsum(counts) - counts, counts)


def cells_of(low: Floats, high: Floats, layer: Ints, cell: float = CELL_NM) -> tuple[Ints, Ints]:
    """(box, key) for every cell that each box [n, 2] to [n, 2] on its layer covers."""
    first = np.floor(low / cell).astype(np.int64)
    across = np.floor(high / cell).astype(np.int64) - first + 1
    counts = across[:, 0] * across[:, 1]
    box = np.repeat(np.arange(len(low)), counts)
    step = ranges(counts)
    x = first[box, 0] + step % across[box, 0]
    y = first[box, 1] + step // across[box, 0]
    # No coordinate exceeds 2.2 m by much, which is 4400 of the smallest cells either way.
    return box, (layer[box] << 40) + ((x + (1 << 19)) << 20) + (y + (1 << 19))


def _in_cells(pieces: Pieces, reach: float) -> tuple[Ints, Ints]:
    """(piece, cell) for all cells that a piece may be in; long pieces are cut up first."""
    lengths = pieces.length
    mean = float(lengths.mean()) if len(lengths) else CELL_NM
    cell = min(max(mean, CELL_MIN_NM), CELL_MAX_NM)
    parts = np.maximum(1, np.ceil(lengths / cell)).astype(np.int64)
    piece = np.repeat(np.arange(len(parts)), parts)
    step = ranges(parts)
    share = (pieces.end - pieces.start)[piece] / parts[piece, None]
    start = pieces.start[piece] + share * step[:, None]
    end = start + share
    margin = (pieces.radius[piece] + reach / 2)[:, None]
    low, high = np.minimum(start, end) - margin, np.maximum(start, end) + margin
    box, key = cells_of(low, high, pieces.layer[piece], cell)
    return piece[box], key


def _close(pieces: Pieces, first: Ints, second: Ints, reach: float) -> tuple[Ints, Ints]:
    """Those of the pairs that are of two bodies and whose boxes are near."""
    apart = pieces.body[first] != pieces.body[second]
    first, second = first[apart], second[apart]
    margin = (pieces.radius[first] + pieces.radius[second] + reach)[:, None]
    low = np.minimum(pieces.start, pieces.end)
    high = np.maximum(pieces.start, pieces.end)
    near = ((low[first] - high[second] <= margin) & (low[second] - high[first] <= margin)).all(
        axis=1
    )
    return first[near], second[near]
