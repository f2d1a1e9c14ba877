"""Rows: which steps of a training have the same volts at the pins.

A training presents its samples again and again, so the row of a step is guessed from what followed
the row before it the last time; a table of hashes finds the others.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from verification.simulation.inner import inner
from verification.simulation.solve.problem import Floats, Integers
from verification.simulation.tables import NONE, Indices

_BASIS, _PRIME = -3750763034362895579, 1099511628211


def fresh_rows(left: Floats, right: Floats | None = None) -> tuple[Indices, Integers]:
    """The different rows among T steps: (T, pins), or two parts of each side by side.

    Returns:
        a row number for each step, in the order in which rows appear, and the step where each
        number was first seen.
    """
    steps = len(left)
    right = np.zeros((steps, 0)) if right is None else right
    one, other = (np.ascontiguousarray(part).view(np.int64) for part in (left, right))
    row_of, first = np.empty(steps, dtype=np.uint32), np.empty(steps, dtype=np.int64)
    table = np.full(2 ** (2 * steps + 1).bit_length(), NONE, dtype=np.uint32)
    count = number_rows(one, other, table, np.zeros(steps, dtype=np.uint32), row_of, first)
    return row_of, first[:count]


@njit(cache=True, nogil=True)
def number_rows(
    left: Integers,
    right: Integers,
    table: Indices,
    after: Indices,
    row_of: Indices,
    first: Integers,
) -> int:
    """Number the rows of two parts; how many numbers there are.

    `table` holds numbers under the hash of their rows (FNV-1a by words), the next free place where
    that is taken; it has more than twice as many places as there are rows. `after` is zeros: which
    row followed each one the last time.
    """
    count = last = 0
    mask = len(table) - 1
    for t in range(len(row_of)):
        known, place = after[last], -1
        while known >= count or not (
            same_row(left, t, first[known]) and same_row(right, t, first[known])
        ):
            if place < 0:
                place = (hashed(left, t) * _PRIME ^ hashed(right, t)) * _PRIME >> 24 & mask
            elif known == NONE:
                known = table[place] = count
                first[count] = t
                count += 1
                break
            else:
                place = (place + 1) & mask
            known = table[place]
        row_of[t] = after[last] = last = known
    return count


@inner
def same_row(rows: Integers, one: int, other: int) -> bool:
    """Whether two rows are equal bit by bit."""
    p, width = 0, rows.shape[1]
    while p < width and rows[one, p] == rows[other, p]:
        p += 1
    return p == width


@inner
def hashed(rows: Integers, step: int) -> int:
    """A number that follows from all bits of a step's row.

    Volts are often round, with nothing but zeros in their lower bits, so high bits are folded down.
    """
    key = _BASIS
    for p in range(rows.shape[1]):
        key = (key ^ rows[step, p]) * _PRIME
        key ^= key >> 32
    return key
