"""Probing: what a few bodies would touch if they were laid down on a board that is there already.

The board is cut into pieces once; each question then costs one pass over their boxes.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from verification.board.bodies import Body
from verification.board.contacts import TOUCH_NM, segment_distances
from verification.board.inside import crossings
from verification.board.pieces import Floats, Ints, Pieces, cut_pieces

Pairs = set[tuple[int, int]]


class Probe:
    """A board's bodies, to be asked again and again."""

    def __init__(self, bodies: Sequence[Body]) -> None:
        self._bodies = bodies
        self._pieces = cut_pieces(bodies)
        margin = self._pieces.radius[:, None]
        self._low = np.minimum(self._pieces.start, self._pieces.end) - margin
        self._high = np.maximum(self._pieces.start, self._pieces.end) + margin
        opens = np.searchsorted(self._pieces.body, np.arange(len(bodies)))
        self._low_of, self._high_of = (
            reduce.reduceat(edge, opens, axis=0)
            for reduce, edge in ((np.minimum, self._low), (np.maximum, self._high))
        )
        self._filled = np.asarray([body.area.filled for body in bodies], dtype=np.bool_)
        self._firsts = np.asarray([body.at for body in bodies], dtype=np.float64)

    def touched(self, laid: Sequence[Body]) -> Pairs:
        """(position in `laid`, body of the board) of each pair that would touch."""
        own = cut_pieces(laid)
        margin = own.radius[:, None] + TOUCH_NM
        low = (np.minimum(own.start, own.end) - margin).min(axis=0)
        high = (np.maximum(own.start, own.end) + margin).max(axis=0)
        near = np.flatnonzero(((self._low <= high) & (self._high >= low)).all(axis=1))
        found = self._by_rims(own, near)
        around = np.flatnonzero(((self._low_of <= high) & (self._high_of >= low)).all(axis=1))
        return found | self._inside(laid, own, around)

    def _by_rims(self, own: Pieces, near: Ints) -> Pairs:
        """Pairs whose rims are close."""
        one = np.repeat(np.arange(len(own.body)), len(near))
        two = np.tile(near, len(own.body))
        level = own.layer[one] == self._pieces.layer[two]
        one, two = one[level], two[level]
        distance, _, _ = segment_distances(
            own.start[one], own.end[one], self._pieces.start[two], self._pieces.end[two]
        )
        close = distance - own.radius[one] - self._pieces.radius[two] < TOUCH_NM
        rows = own.body[one[close]].tolist(), self._pieces.body[two[close]].tolist()
        return set(zip(*rows, strict=True))

    def _inside(self, laid: Sequence[Body], own: Pieces, around: Ints) -> Pairs:
        """Pairs of which one lies in the other's filled inside."""
        found: Pairs = set()
        for k in around.tolist():
            body = self._bodies[k]
            for number, piece in enumerate(laid):
                layers = set(body.layers) & set(piece.layers)
                if layers and (
                    (self._filled[k] and _holds(self._pieces, k, min(layers), piece.at))
                    or (piece.area.filled and _holds(own, number, min(layers), body.at))
                ):
                    found.add((number, k))
        return found


def _holds(pieces: Pieces, body: int, layer: int, at: tuple[int, int]) -> bool:
    """Whether a point is inside a filled body's outline."""
    first, last = np.searchsorted(pieces.body, (body, body + 1))
    rows = np.flatnonzero(pieces.layer[first:last] == layer) + first
    point: Floats = np.broadcast_to(np.asarray(at, dtype=np.float64), (len(rows), 2))
    hits: NDArray[np.bool_] = crossings(point, pieces.start[rows], pieces.end[rows])
    return bool(hits.sum() % 2)
