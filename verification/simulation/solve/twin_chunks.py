"""Chunks: how a twin plan's columns are stored and walked by the tape.

Up to four consecutive columns of the factor that share their rows below (a supernode, or nearly so)
form a chunk and are eliminated together, so that an entry which they update is loaded and stored
once instead of up to four times. A chunk's numbers lie side by side:

```
head of a chunk of rank 2:  G1 n21 G2       of rank 4:  G1 n21 n31 n41 G2 n32 n42 G3 n43 G4
then for each row below:    n_r1 n_r2                   n_r1 n_r2 n_r3 n_r4
```

An entry n is the conductance between two places, G that from a place to what is held, later the
place's inverse pivot. The rows below are taken in pairs; for the pair (e, f) and the later rows g,
`update` lists what to update in the order G_e n_ef G_f, then n_eg n_fg for each g; a last row alone
has G_e.

Numbers stand behind the branches' conductances, in the same rows of lanes, and between the two one
that stays 0: what is a branch's conductance until elimination changes it is read where it stands,
and not copied first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from verification.simulation.solve.addresses import row_of
from verification.simulation.solve.plan import Indices, Records
from verification.simulation.solve.problem import Integers
from verification.simulation.solve.twin_columns import pair_order
from verification.simulation.solve.twin_kernels import branch_rows
from verification.simulation.solve.twin_plan import TwinPlan
from verification.simulation.solve.twin_starts import find_starts, head_numbers, turns

CHUNK = np.dtype([(name, np.uint32) for name in ("rank", "first", "start", "row", "head")])
GROUND = np.dtype([(name, np.uint32) for name in ("branch", "unknown", "held")])
chunk_at, ground_at = row_of(CHUNK), row_of(GROUND)
RANKS = (4, 2, 1)
# Columns join although so many zeros for each further column have to be stored as entries.
PADDING = 2


@dataclass(frozen=True, slots=True, eq=False)
class Chunks:
    """The tape's tables.

    Attributes:
        chunk: rows of CHUNK: rank, first column, first number, first of `row`, first of `head`; and
            one row more, so that the end of one is the start of the next.
        hidden: how many chunks consist of hidden places; no chunk mixes them with targets.
        head: where the numbers of each chunk's head stand when it is its turn.
        row: rows below each chunk, ascending.
        entry: for rank 1, where the entry of each row below stands.
        numbers: how many there are, the branches' conductances and the one that stays 0 included.
        update: rows (number before, number after) of each update. They differ where a number has
            its first update.
        source: rows (branch, number): numbers that are copied, from the branch that each begins as,
            or from the number that stays 0.
        sum: rows (number, branch, number): the second is the first plus a further branch.
        near: what is at unknown u are near[u] to near[u + 1] - 1 of the next two.
        near_branch, near_place: branches at each unknown and the place at their other end.
        ground: branches from an unknown to a held node, rows of GROUND: each unknown's first
            branch, then the second ones, and so on, so that no sum waits for the one before; `sum`
            is in such an order as well.
    """

    chunk: Records
    hidden: int
    head: Indices
    row: Indices
    entry: Indices
    numbers: int
    update: Indices
    source: Indices
    sum: Indices
    near: Indices
    near_branch: Indices
    near_place: Indices
    ground: Records


def make_chunks(plan: TwinPlan) -> Chunks:
    """The tables for a plan."""
    column, row = plan.column.astype(np.int64), plan.row.astype(np.int64)
    chunk, of_unknown, rows = _cut(plan, column, row)
    diagonal = _diagonals(chunk)
    args = (chunk, of_unknown, rows)
    target = _targets(*args, diagonal)
    branch, number = _branches(plan, args, diagonal)
    starts = find_starts(chunk, plan.branch_count, branch, number, target)
    near, near_branch, near_place = _near(plan)
    return Chunks(
        chunk=chunk,
        hidden=int(np.searchsorted(chunk["first"], plan.hidden)),
        head=_indices(starts.read[head_numbers(chunk)]),
        row=_indices(rows),
        entry=_indices(starts.read[_single_entries(chunk)]),
        numbers=int(chunk[-1]["start"]),
        update=_indices(np.stack((starts.origin, target), axis=1)),
        source=_indices(starts.copied),
        sum=_indices(starts.summed),
        near=_indices(near),
        near_branch=_indices(near_branch),
        near_place=_indices(near_place),
        ground=_ground(plan),
    )


def _branches(
    plan: TwinPlan, args: tuple[Records, Integers, Integers], diagonal: Integers
) -> tuple[Integers, Integers]:
    """Every branch at an unknown, and the number that it is part of."""
    low, high = plan.inner["first"].astype(np.int64), plan.inner["second"].astype(np.int64)
    number = np.concatenate((_entries(*args, low, high), diagonal[plan.outer["unknown"]]))
    return np.concatenate((plan.inner["branch"], plan.outer["branch"])).astype(np.int64), number


def _near(plan: TwinPlan) -> tuple[Integers, Integers, Integers]:
    """The tables `near`, `near_branch` and `near_place`."""
    first, second = plan.inner["first"], plan.inner["second"]
    here = np.concatenate((first, second, plan.outer["unknown"]))
    branch = np.concatenate((plan.inner["branch"], plan.inner["branch"], plan.outer["branch"]))
    there = np.concatenate((second, first, plan.outer["held"]))
    by_place = np.argsort(here, kind="stable")
    near = np.concatenate(([0], np.cumsum(np.bincount(here, minlength=plan.unknowns))))
    return near, branch[by_place], there[by_place]


def _single_entries(chunk: Records) -> Integers:
    """For each row below a chunk, the number of its first entry; of further ones if rank is 1."""
    length = np.diff(chunk["row"].astype(np.int64))
    within = np.arange(int(length.sum())) - np.repeat(chunk["row"][:-1], length)
    return np.repeat(chunk["start"][:-1].astype(np.int64), length) + 1 + within


def _indices(numbers: Integers) -> Indices:
    return np.ascontiguousarray(numbers, dtype=np.uint32)


def _ground(plan: TwinPlan) -> Records:
    """The table `ground`."""
    turn = turns(plan.outer["unknown"].astype(np.int64))
    table = np.zeros(len(plan.outer), dtype=GROUND)
    for name in GROUND.names or ():
        table[name] = plan.outer[name]
    return np.ascontiguousarray(table[np.lexsort((table["unknown"], turn))])


def _cut(plan: TwinPlan, column: Integers, row: Integers) -> tuple[Records, Integers, Integers]:
    """The chunks, the chunk of each unknown, and the rows below the chunks."""
    chunks: list[tuple[int, int, int, int, int]] = []
    below: list[Integers] = [np.zeros(0, dtype=np.int64)]
    of_unknown = np.zeros(plan.unknowns, dtype=np.int64)
    first, start, rows, heads = 0, branch_rows(plan.branch_count), 0, 0
    while first < plan.unknowns:
        end = plan.hidden if first < plan.hidden else plan.unknowns
        rank = next(r for r in RANKS if first + r <= end and _alike(column, row, first, r))
        last = first + rank - 1
        of_unknown[first : last + 1] = len(chunks)
        chunks.append((rank, first, start, rows, heads))
        below.append(row[column[last] : column[last + 1]])
        start += rank * (rank + 1) // 2 + rank * len(below[-1])
        rows += len(below[-1])
        heads += rank * (rank + 1) // 2
        first += rank
    chunks.append((0, first, start, rows, heads))
    return np.asarray(chunks, dtype=CHUNK), of_unknown, np.concatenate(below)


def _alike(column: Integers, row: Integers, first: int, rank: int) -> bool:
    """Whether the columns follow each other in the tree and share their rows, or nearly so."""
    padding = 0
    for u in range(first, first + rank - 1):
        if column[u] == column[u + 1] or row[column[u]] != u + 1:
            return False
        grown = column[u + 2] - column[u + 1] - (column[u + 1] - column[u] - 1)
        padding += int(grown) * (u - first + 1)
    return padding <= PADDING * (rank - 1)


def _diagonals(chunk: Records) -> Integers:
    """Number of each unknown's G."""
    steps = {1: (0,), 2: (0, 2), 4: (0, 4, 7, 9)}
    return np.asarray(
        [int(c["start"]) + step for c in chunk[:-1] for step in steps[int(c["rank"])]],
        dtype=np.int64,
    )


def _entries(
    chunk: Records, of_unknown: Integers, rows: Integers, low: Integers, high: Integers
) -> Integers:
    """Number of the entries between places low < high."""
    of_low = of_unknown[low]
    wanted = ("rank", "first", "start", "row")
    rank, first, start, below = (chunk[name].astype(np.int64)[of_low] for name in wanted)
    within = low - first
    head = start + within * rank - within * (within - 1) // 2 + high - low
    count = len(of_unknown)
    length = np.diff(chunk["row"].astype(np.int64))
    keys = np.repeat(np.arange(len(length)), length) * count + rows
    position = np.searchsorted(keys, of_low * count + high) - below
    return np.where(
        high < first + rank, head, start + rank * (rank + 1) // 2 + rank * position + within
    )


def _targets(chunk: Records, of_unknown: Integers, rows: Integers, diagonal: Integers) -> Integers:
    """The entries that the chunks update; see the module's text for their order."""
    pairs: dict[int, Integers] = {}
    updated = [np.zeros((0, 2), dtype=np.int64)]
    for c in range(len(chunk) - 1):
        below = rows[chunk["row"][c] : chunk["row"][c + 1]]
        if len(below) not in pairs:
            pairs[len(below)] = np.asarray(pair_order(len(below)), dtype=np.int64).reshape(-1, 2)
        updated.append(below[pairs[len(below)]])
    low, high = np.concatenate(updated).T
    target = diagonal[low]
    apart = low < high
    target[apart] = _entries(chunk, of_unknown, rows, low[apart], high[apart])
    return target
