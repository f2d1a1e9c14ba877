"""Starts: where each of the tape's numbers stands before elimination changes it.

A number is the conductance of one branch, or 0, or a sum of branches. The first two kinds are read
where they stand: by a number's first update, by the head of a chunk, by a column that is written
out. So few numbers have to be copied.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from verification.simulation.solve.plan import Records
from verification.simulation.solve.problem import Integers
from verification.simulation.solve.twin_columns import WRITTEN_OUT
from verification.simulation.solve.twin_kernels import branch_rows


@dataclass(frozen=True, slots=True, eq=False)
class Starts:
    """Where numbers stand.

    Attributes:
        read: for each number, where its column finds it when it is that column's turn.
        origin: for each update, where the number stands before it.
        copied: rows (from, number) of those that have to be copied before elimination.
        summed: rows (number, branch, number): the second number is the first plus the branch.
    """

    read: Integers
    origin: Integers
    copied: Integers
    summed: Integers


def find_starts(
    chunk: Records, zero: int, branch: Integers, number: Integers, target: Integers
) -> Starts:
    """Where the numbers of some chunks stand.

    Args:
        chunk: rows of CHUNK.
        zero: the number that stays 0, which is how many branches there are.
        branch: every branch at an unknown.
        number: what each branch is part of.
        target: the number that each update changes, in order.
    """
    numbers = np.arange(int(chunk[-1]["start"]))
    begins = np.where(numbers < branch_rows(zero), numbers, zero)
    turn = turns(number)
    begins[number[turn == 0]] = branch[turn == 0]
    further = np.flatnonzero(turn)
    further = further[np.lexsort((number[further], turn[further]))]
    before = np.where(turn[further] == 1, begins[number[further]], number[further])
    whole = np.isin(numbers, number[further])
    stands = np.where(whole, numbers, begins)
    changed, first = np.unique(target, return_index=True)
    origin = target.copy()
    origin[first] = stands[changed]
    waiting, listed = ~np.isin(numbers, changed), _listed(chunk)
    copied = np.flatnonzero(waiting & ~listed & (stands != numbers))
    return Starts(
        read=np.where(waiting & listed, stands, numbers),
        origin=origin,
        copied=np.stack((begins[copied], copied), axis=1),
        summed=np.stack((before, branch[further], number[further]), axis=1),
    )


def turns(key: Integers) -> Integers:
    """For each place, how many before it have the same key."""
    order = np.argsort(key, kind="stable")
    turn = np.empty(len(key), dtype=np.int64)
    turn[order] = np.arange(len(key)) - np.searchsorted(key[order], key[order])
    return turn


def head_numbers(chunk: Records) -> Integers:
    """The numbers of all heads, chunk by chunk."""
    length = np.diff(chunk["head"].astype(np.int64))
    return np.repeat(chunk["start"][:-1] - chunk["head"][:-1].astype(np.int64), length) + np.arange(
        int(length.sum())
    )


def _listed(chunk: Records) -> NDArray[np.bool_]:
    """Whether each number is of a head, or of a column that is written out."""
    start, below = chunk["start"].astype(np.int64), np.diff(chunk["row"].astype(np.int64))
    listed = np.zeros(int(start[-1]), dtype=np.bool_)
    listed[head_numbers(chunk)] = True
    for column in np.flatnonzero((chunk["rank"][:-1] == 1) & np.isin(below, WRITTEN_OUT)):
        listed[start[column] : start[column + 1]] = True
    return listed
