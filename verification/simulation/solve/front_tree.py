r"""Supernodes: which unknowns of a large board are eliminated together, and in which order.

```
unknowns in order of elimination --> columns with few entries: the flat tape
                                 \-> the rest: supernodes, merged with their parents while it pays
```

A supernode is a set of unknowns that are eliminated as one dense front: its `members`, and the
later unknowns `beyond` that any member touches. A child in the tree of elimination is merged into
its parent where one front, with the zeros that this brings, costs less than two (`_cycles`).

Cost: linear in the factor's entries, but for the order of a front's members: its square times the
number of fronts that touch it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from verification.simulation.solve.problem import Integers
from verification.simulation.solve.twin_plan import TwinPlan

# Columns of at most so many entries are played back entry by entry: a front would cost more in
# overhead than it saves. On tori and planar graphs of 500 to 10 000 branches 9 and 13 are as good,
# 6 and 18 cost 5 to 10 % more.
TAPE_ENTRIES = 9
# Leaves of at most so many entries are eliminated from their branches' conductances.
LEAF_ENTRIES = 6
# Unknowns of a front are handled four at a time, as many as a 512-bit register has pairs of lanes.
BLOCK = 4

# Machine cycles, measured: up to four pivots, a block beside them, an update of a block, and for
# each pivot that it comes from.
_ROW_CYCLES, _BESIDE_CYCLES, _UPDATE_CYCLES, _PIVOT_CYCLES = 66.0, 7.0, 4.4, 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Supernode:
    """Unknowns eliminated together, and the later ones that they touch; each once."""

    members: Integers
    beyond: Integers


@dataclass(slots=True, eq=False)
class _Draft:
    """A supernode that may still grow."""

    members: list[int]
    beyond: Integers
    children: list[_Draft]
    merged: bool = False


def tape_columns(pattern: TwinPlan) -> Integers:
    """The hidden unknowns whose columns are for the flat tape, in the order of elimination.

    These have few entries, and so has every column that comes before them in the tree.
    """
    parents, lengths = elimination_tree(pattern)
    short = (lengths <= TAPE_ENTRIES).tolist()
    for u, parent in enumerate(parents):
        if parent >= 0 and not short[u]:
            short[parent] = False
    return np.flatnonzero(np.asarray(short, dtype=bool))


def leaf_columns(pattern: TwinPlan, tape: Integers) -> Integers:
    """Columns of the tape whose entries are each one branch and whose node has no other branches.

    No column comes before them in the tree, and their pivots are the sums of their entries.
    """
    parents, lengths = elimination_tree(pattern)
    inner, outer = pattern.inner, pattern.outer
    ends = np.concatenate((inner["first"], inner["second"], outer["unknown"])).astype(np.int64)
    branches = np.bincount(ends, minlength=pattern.unknowns)[: pattern.hidden]
    leaf = (branches == lengths) & (lengths > 0) & (lengths <= LEAF_ENTRIES)
    leaf[[parent for parent in parents if parent >= 0]] = False
    return tape[leaf[tape]]


def elimination_tree(pattern: TwinPlan) -> tuple[list[int], Integers]:
    """Each hidden unknown's parent in the tree (-1: none, or not hidden); entries per column."""
    column, hidden = pattern.column.astype(np.int64), pattern.hidden
    lengths = np.diff(column)[:hidden]
    parents = np.full(hidden, -1, dtype=np.int64)
    parents[lengths > 0] = pattern.row[column[:-1][:hidden][lengths > 0]]
    parents[parents >= hidden] = -1
    return parents.tolist(), lengths


def supernodes(pattern: TwinPlan, tape: Integers) -> list[Supernode]:
    """The supernodes of the hidden unknowns that are not on the tape, children before parents."""
    made = [
        Supernode(np.asarray(sorted(draft.members), dtype=np.int64), draft.beyond)
        for draft in _merged(pattern, tape)
    ]
    return _with_neighbours_together(made, pattern.unknowns)


def front_cycles(pattern: TwinPlan, tape: Integers) -> float:
    """About how many machine cycles the supernodes' elimination takes, without making a plan."""
    drafts = _merged(pattern, tape)
    return sum(_cycles(len(draft.members), len(draft.beyond)) for draft in drafts)


def _merged(pattern: TwinPlan, tape: Integers) -> list[_Draft]:
    drafts = _fundamental(pattern, tape)
    for draft in drafts:
        _merge_children(draft)
    return [draft for draft in drafts if not draft.merged]


def _fundamental(pattern: TwinPlan, tape: Integers) -> list[_Draft]:
    """Chains of columns with the same pattern, as a tree; children before parents."""
    on_tape = set(tape.tolist())
    parents, lengths = elimination_tree(pattern)
    draft_of: dict[int, _Draft] = {}
    waiting: list[_Draft] = []
    for u in range(pattern.hidden - 1, -1, -1):
        if u in on_tape:
            continue
        parent = draft_of.get(parents[u])
        if parent is not None and len(parent.beyond) + len(parent.members) == lengths[u]:
            parent.members.append(u)
            draft_of[u] = parent
            continue
        beyond = pattern.row[pattern.column[u] : pattern.column[u + 1]].astype(np.int64)
        draft_of[u] = _Draft([u], beyond, [])
        (waiting if parent is None else parent.children).append(draft_of[u])
    found: list[_Draft] = []
    while waiting:
        draft = waiting.pop()
        found.append(draft)
        waiting += draft.children
    return found[::-1]


def _merge_children(parent: _Draft) -> None:
    """Take those children into the parent that are cheaper there, the best first."""
    width = len(parent.beyond)

    def gain(child: _Draft) -> float:
        apart = _cycles(len(child.members), len(child.beyond))
        together = _cycles(len(child.members) + len(parent.members), width)
        return apart + _cycles(len(parent.members), width) - together

    kept: list[_Draft] = []
    for child in sorted(parent.children, key=gain, reverse=True):
        if gain(child) > 0:
            parent.members += child.members
            child.merged = True
            kept += child.children
        else:
            kept.append(child)
    parent.children[:] = kept


@cache
def _cycles(members: int, beyond: int) -> float:
    """Cycles of a front; one block more than the unknowns beyond fill, for they stand apart."""
    rows, right = -(-members // BLOCK), -(-beyond // BLOCK) + 1 if beyond else 0
    own = np.arange(1, rows)  # block rows but the first, which are updated within the front
    within = ((_UPDATE_CYCLES + _PIVOT_CYCLES * BLOCK * own) * (right + rows - own)).sum()
    below = (_UPDATE_CYCLES + _PIVOT_CYCLES * members) * right * (right + 1) / 2
    beside = rows * right + rows * (rows - 1) / 2
    return float(_ROW_CYCLES * rows + _BESIDE_CYCLES * beside + within + below)


def _with_neighbours_together(fronts: Sequence[Supernode], unknowns: int) -> list[Supernode]:
    """The same supernodes, with members side by side that the same fronts touch.

    Then what a front touches of another is few blocks and not many with zeros in them: a quarter
    fewer updates on a square lattice.
    """
    owner = np.full(unknowns, -1, dtype=np.int64)
    local = np.zeros(unknowns, dtype=np.int64)
    for number, front in enumerate(fronts):
        owner[front.members] = number
        local[front.members] = np.arange(len(front.members))
    touched: list[list[Integers]] = [[] for _ in fronts]
    for front in fronts:
        owners = owner[front.beyond]
        for number in np.unique(owners[owners >= 0]):
            touched[number].append(local[front.beyond[owners == number]])
    return [
        Supernode(front.members[_chain(len(front.members), groups)], front.beyond)
        for front, groups in zip(fronts, touched, strict=True)
    ]


def _chain(count: int, groups: Sequence[Integers]) -> Integers:
    """An order of 0..count-1 in which each is followed by the one that shares most groups."""
    if count <= BLOCK or not groups:
        return np.arange(count)
    inside: NDArray[np.float64] = np.zeros((count, len(groups)))
    for number, group in enumerate(groups):
        inside[group, number] = 1.0
    shared = inside @ inside.T
    own = np.diag(shared)
    here = int(np.argmin(shared.sum(axis=1)))
    waiting = np.ones(count, dtype=bool)
    order = [here]
    for _ in range(count - 1):
        waiting[here] = False
        either = own[here] + own - shared[here]
        here = int(np.argmax(np.where(waiting, shared[here] / np.maximum(either, 1.0), -1.0)))
        order.append(here)
    return np.asarray(order, dtype=np.int64)
