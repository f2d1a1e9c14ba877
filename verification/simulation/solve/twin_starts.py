"""Starts: where each of the tape's numbers stands before elimination changes it.

A number is the conductance of one branch, or 0, or a sum that has to be assembled first. The first
two kinds are read where they stand, with the first update of a number or by a short column, so that
few have to be copied.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from verification.simulation.solve.plan import Records
from verification.simulation.solve.problem import Integers
from verification.simulation.solve.twin_columns import WRITTEN_OUT


@dataclass(frozen=True, slots=True, eq=False)
class Starts:
    """Where numbers stand.

    Attributes:
        read: for each number, where its column finds it when it is that column's turn.
        origin: for each update, where the number stands before it.
        copied: rows (from, number) of those that have to be copied before elimination.
    """

    read: Integers
    origin: Integers
    copied: Integers


def find_starts(chunk: Records, begins: Integers, target: Integers, assembled: Integers) -> Starts:
    """Where the numbers of some chunks stand.

    Args:
        chunk: rows of CHUNK.
        begins: for each number, the branch that it begins as, or the number that stays 0.
        target: the number that each update changes, in order.
        assembled: numbers to which something is added before elimination.
    """
    numbers = np.arange(len(begins))
    changed, first = np.unique(target, return_index=True)
    whole = np.isin(numbers, assembled)
    stands = np.where(whole, numbers, begins)
    origin = target.copy()
    origin[first] = stands[changed]
    waiting = ~np.isin(numbers, changed)
    short = _in_short_columns(chunk, len(begins))
    copied = np.flatnonzero(waiting & ~short & ~whole & (begins != numbers))
    return Starts(
        read=np.where(waiting & short, stands, numbers),
        origin=origin,
        copied=np.stack((begins[copied], copied), axis=1),
    )


def _in_short_columns(chunk: Records, count: int) -> NDArray[np.bool_]:
    """Whether each of `count` numbers belongs to a column that is written out."""
    start, below = chunk["start"].astype(np.int64), np.diff(chunk["row"].astype(np.int64))
    short = np.flatnonzero((chunk["rank"][:-1] == 1) & np.isin(below, WRITTEN_OUT))
    edges = np.zeros(count + 1, dtype=np.int64)
    edges[start[short]] += 1
    edges[start[short + 1]] -= 1
    return np.cumsum(edges[:-1]) > 0
