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
`target` lists what to update in the order G_e n_ef G_f, then n_eg n_fg for each g; a last row alone
has G_e.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from verification.simulation.solve.addresses import row_of
from verification.simulation.solve.plan import Indices, Records
from verification.simulation.solve.problem import Integers
from verification.simulation.solve.twin_columns import pair_order
from verification.simulation.solve.twin_plan import TwinPlan

CHUNK = np.dtype(
    [("rank", np.uint32), ("first", np.uint32), ("start", np.uint32), ("row", np.uint32)]
)
GROUND = np.dtype([(name, np.uint32) for name in ("branch", "unknown", "held", "origin", "entry")])
chunk_at, ground_at = row_of(CHUNK), row_of(GROUND)
RANKS = (4, 2, 1)
# Columns join although so many zeros for each further column have to be stored as entries.
PADDING = 2


@dataclass(frozen=True, slots=True, eq=False)
class Chunks:
    """The tape's tables.

    Attributes:
        chunk: rows of CHUNK: rank, first column, first stored number, first of `row`; and one row
            more, so that the end of one is the start of the next.
        hidden: how many chunks consist of hidden places; no chunk mixes them with targets.
        row: rows below each chunk, ascending.
        stored: how many numbers are stored; one more that stays 0 follows on them.
        origin, target: numbers before and after each update, in the order in which they are; the
            one that stays 0, and the stored number, where it has its first update.
        source: rows (branch, stored number): the branch that starts it, or the number of branches
            for one that starts at 0 and has no update.
        near: what is at unknown u are near[u] to near[u + 1] - 1 of the next two.
        near_branch, near_place: branches at each unknown and the place at their other end.
        parallel: rows (branch, stored number) of branches beside the one in `source`.
        ground: branches from an unknown to a held node, rows of GROUND with the stored number of
            the unknown's G, before and after: each unknown's first branch, then the second ones,
            and so on, so that no sum waits for the one before.
    """

    chunk: Records
    hidden: int
    row: Indices
    stored: int
    origin: Indices
    target: Indices
    source: Indices
    near: Indices
    near_branch: Indices
    near_place: Indices
    parallel: Indices
    ground: Records


def make_chunks(plan: TwinPlan) -> Chunks:
    """The tables for a plan."""
    column, row = plan.column.astype(np.int64), plan.row.astype(np.int64)
    chunk, of_unknown, rows = _cut(plan, column, row)
    diagonal = _diagonals(chunk)
    args = (chunk, of_unknown, rows)
    first, second = plan.inner["first"].astype(np.int64), plan.inner["second"].astype(np.int64)
    entry, given = _entries(*args, first, second), plan.inner["branch"].astype(np.int64)
    here = np.concatenate((first, second, plan.outer["unknown"]))
    branch = np.concatenate((plan.inner["branch"], plan.inner["branch"], plan.outer["branch"]))
    there = np.concatenate((second, first, plan.outer["held"]))
    by_place = np.argsort(here, kind="stable")
    near = np.concatenate(([0], np.cumsum(np.bincount(here, minlength=plan.unknowns))))
    target, stored = _targets(*args, diagonal), int(chunk[-1]["start"])
    ground = _ground(plan, diagonal, stored)
    started = np.concatenate((entry, ground["entry"].astype(np.int64)))
    origin, empty = _origins(target, started, stored)
    one, beside = _first_and_further(entry)
    none = np.full(len(empty), plan.branch_count)
    source = (np.concatenate((given[one], none)), np.concatenate((entry[one], empty)))
    hidden = int(np.searchsorted(chunk["first"], plan.hidden))
    return Chunks(
        chunk=chunk,
        hidden=hidden,
        row=_indices(rows),
        stored=stored,
        origin=_indices(origin),
        target=_indices(target),
        source=_indices(np.stack(source, axis=1)),
        near=_indices(near),
        near_branch=_indices(branch[by_place]),
        near_place=_indices(there[by_place]),
        parallel=_indices(np.stack((given[beside], entry[beside]), axis=1)),
        ground=ground,
    )


def _origins(target: Integers, started: Integers, zero: int) -> tuple[Integers, Integers]:
    """The table `origin`; the stored numbers that are neither started by a branch nor updated."""
    updated, first = np.unique(target, return_index=True)
    origin = target.copy()
    origin[first[~np.isin(updated, started)]] = zero
    return origin, np.setdiff1d(np.arange(zero), np.concatenate((started, updated)))


def _first_and_further(numbers: Integers) -> tuple[Integers, Integers]:
    """Where each number stands first, and where it comes again."""
    _, first = np.unique(numbers, return_index=True)
    return first, np.setdiff1d(np.arange(len(numbers)), first)


def _indices(numbers: Integers) -> Indices:
    return np.ascontiguousarray(numbers, dtype=np.uint32)


def _ground(plan: TwinPlan, diagonal: Integers, zero: int) -> Records:
    """The table `ground`."""
    outer = plan.outer[np.argsort(plan.outer["unknown"], kind="stable")]
    unknown = outer["unknown"].astype(np.int64)
    turn = np.arange(len(outer)) - np.searchsorted(unknown, unknown)
    table = np.zeros(len(outer), dtype=GROUND)
    for name in ("branch", "unknown", "held"):
        table[name] = outer[name]
    table["entry"] = diagonal[unknown]
    table["origin"] = np.where(turn == 0, zero, diagonal[unknown])
    return np.ascontiguousarray(table[np.argsort(turn, kind="stable")])


def _cut(plan: TwinPlan, column: Integers, row: Integers) -> tuple[Records, Integers, Integers]:
    """The chunks, the chunk of each unknown, and the rows below the chunks."""
    chunks: list[tuple[int, int, int, int]] = []
    below: list[Integers] = [np.zeros(0, dtype=np.int64)]
    of_unknown = np.zeros(plan.unknowns, dtype=np.int64)
    first = start = rows = 0
    while first < plan.unknowns:
        end = plan.hidden if first < plan.hidden else plan.unknowns
        rank = next(r for r in RANKS if first + r <= end and _alike(column, row, first, r))
        last = first + rank - 1
        of_unknown[first : last + 1] = len(chunks)
        chunks.append((rank, first, start, rows))
        below.append(row[column[last] : column[last + 1]])
        start += rank * (rank + 1) // 2 + rank * len(below[-1])
        rows += len(below[-1])
        first += rank
    chunks.append((0, first, start, rows))
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
    """Stored number of each unknown's G."""
    steps = {1: (0,), 2: (0, 2), 4: (0, 4, 7, 9)}
    return np.asarray(
        [int(c["start"]) + step for c in chunk[:-1] for step in steps[int(c["rank"])]],
        dtype=np.int64,
    )


def _entries(
    chunk: Records, of_unknown: Integers, rows: Integers, low: Integers, high: Integers
) -> Integers:
    """Stored number of the entries between places low < high."""
    of_low = of_unknown[low]
    rank, first, start, below = (chunk[name].astype(np.int64)[of_low] for name in CHUNK.names or ())
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
