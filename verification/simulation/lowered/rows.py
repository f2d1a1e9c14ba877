"""Rows: which steps of a training have the same volts at the pins.

A training presents its samples again and again, so steps are compared with those that followed the
last time, more and more of them at once; a table of hashes finds the others.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from verification.simulation.inner import inner
from verification.simulation.solve.problem import Floats, Integers
from verification.simulation.tables import NONE, Indices

_BASIS, _PRIME = -3750763034362895579, 1099511628211
_RUN = 16
"""After so many steps that came again in turn, as many more are compared at once."""


def fresh_rows(left: Floats, right: Floats | None = None) -> tuple[Indices, Integers]:
    """The different rows among T steps: (T, pins), or two parts of each side by side.

    Returns:
        a row number for each step, in the order in which rows appear, and the step where each
        number was first seen.
    """
    steps = len(left)
    right = np.zeros((steps, 0)) if right is None else right
    one, other = (np.ascontiguousarray(part).view(np.int64) for part in (left, right))
    row_of = np.empty(steps, dtype=np.uint32)
    first, latest = np.empty(steps, dtype=np.int64), np.empty(steps, dtype=np.int64)
    table = np.full(2 ** (2 * steps + 1).bit_length(), NONE, dtype=np.uint32)
    count = number_rows(one, other, table, latest, row_of, first)
    return row_of, first[:count]


@njit(cache=True, nogil=True)
def number_rows(
    left: Integers,
    right: Integers,
    table: Indices,
    latest: Integers,
    row_of: Indices,
    first: Integers,
) -> int:
    """Number the rows of two parts; how many numbers there are.

    `table` holds numbers under the hash of their rows (FNV-1a by words), the next free place where
    that is taken; it has more than twice as many places as there are rows. `latest` is room for the
    step where each row was looked up last.
    """
    steps, mask = len(row_of), len(table) - 1
    count = t = back = run = 0
    while t < steps:
        if back and same_row(left, t, t - back) and same_row(right, t, t - back):
            many = min(run, steps - t) if run >= _RUN else 1
            if many > 1 and not same_rows(left, right, t, back, many):
                many, run = 1, 0
            for k in range(t, t + many):
                row_of[k] = row_of[k - back]
            t += many
            run += many
            continue
        place = (hashed(left, t) * _PRIME ^ hashed(right, t)) * _PRIME >> 24 & mask
        known = table[place]
        while known != NONE and not (
            same_row(left, t, first[known]) and same_row(right, t, first[known])
        ):
            place = (place + 1) & mask
            known = table[place]
        if known == NONE:
            known = table[place] = count
            first[count] = latest[count] = t
            count += 1
        row_of[t] = known
        back, latest[known] = t - latest[known], t
        t += 1
        run = 0
    return count


@inner
def same_row(rows: Integers, one: int, other: int) -> bool:
    """Whether two rows are equal bit by bit."""
    p, width = 0, rows.shape[1]
    while p < width and rows[one, p] == rows[other, p]:
        p += 1
    return p == width


@inner
def same_rows(left: Integers, right: Integers, step: int, back: int, many: int) -> bool:
    """Whether so many rows from a step on equal those some steps before.

    A loop without a way out takes many numbers at once.
    """
    different = 0
    for rows in (left, right):
        words, width = rows.ravel(), rows.shape[1]
        here = words[step * width : (step + many) * width]
        there = words[(step - back) * width :]
        for p in range(len(here)):
            different |= here[p] ^ there[p]
    return different == 0


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
