"""FrontLayout: where the numbers of a factorisation with fronts lie.

Unknowns get *slots*: the tape's first, then from `first_slot` on the fronts' members in blocks of
four; a front's last block may have slots without an unknown. Values are rows of lanes:

```
row start[u] .. start[u+1] - 1    tape column u: its pivot, then its entries, a leaf's apart
row first_row + 16 b + 4 i + j  entry (i, j) of value block b
```

Block row k of the fronts, four pivots each, is the value blocks start[k] .. start[k + 1] - 1: first
the pivots' own block, then those of `beside[k]`, which touch the four columns of a later block row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from verification.simulation.solve.front_tree import BLOCK, Supernode
from verification.simulation.solve.problem import Integers
from verification.simulation.solve.twin_plan import TwinPlan

BLOCK_ROWS = BLOCK * BLOCK


@dataclass(frozen=True, eq=False)
class FrontLayout:
    """Slots of the unknowns, and rows of the factor's entries.

    Attributes:
        slot: of each unknown, shape (unknowns,).
        taped: how many unknowns are on the tape.
        leaves: how many of these come first and have no rows for their entries.
        entries: for each column on the tape, the slots of its entries, ascending.
        first_slot, first_row: slot and row of the first block row.
        column: of each front, the block rows of its members, then the blocks beyond, ascending.
        own: how many of these are its members'.
    """

    slot: Integers
    taped: int
    leaves: int
    entries: tuple[Integers, ...]
    first_slot: int
    first_row: int
    column: tuple[Integers, ...]
    own: Integers

    @cached_property
    def block_rows(self) -> int:
        """How many block rows there are."""
        return int(self.own.sum())

    @cached_property
    def slots(self) -> int:
        """How many slots there are."""
        return self.first_slot + BLOCK * self.block_rows

    @cached_property
    def beside(self) -> Integers:
        """Block row of each block beside pivots, for one block row after the other."""
        rows = [
            column[k + 1 :]
            for column, own in zip(self.column, self.own.tolist(), strict=True)
            for k in range(own)
        ]
        return np.concatenate((np.zeros(0, dtype=np.int64), *rows))

    @cached_property
    def start(self) -> Integers:
        """First value block of each block row, and the end, shape (block_rows + 1,)."""
        lengths = [
            len(column) - k
            for column, own in zip(self.column, self.own.tolist(), strict=True)
            for k in range(own)
        ]
        return np.cumsum([0, *lengths])

    @cached_property
    def rows(self) -> int:
        """How many rows of values there are."""
        return self.first_row + BLOCK_ROWS * int(self.start[-1])

    @cached_property
    def tape_start(self) -> Integers:
        """The first row of each tape column, and the end, shape (taped + 1,)."""
        stored = (1 + len(slots) for slots in self.entries[self.leaves :])
        return np.cumsum([0, *[1] * self.leaves, *stored])

    @cached_property
    def _block_key(self) -> Integers:
        lengths = np.diff(self.start) - 1
        return np.repeat(np.arange(self.block_rows), lengths) * self.block_rows + self.beside

    @cached_property
    def _tape_key(self) -> Integers:
        stored = self.entries[self.leaves :]
        owner = np.repeat(np.arange(self.leaves, self.taped), [len(slots) for slots in stored])
        return owner * self.slots + np.concatenate((np.zeros(0, dtype=np.int64), *stored))

    def value_block(self, first: Integers, second: Integers) -> Integers:
        """The value block of block rows first <= second, which the pattern must have."""
        # A block row's own block has no key: each row before shifts the numbers by one.
        place = np.searchsorted(self._block_key, first * self.block_rows + second) + first + 1
        return np.where(first == second, self.start[first], place)

    def row(self, one: Integers, other: Integers) -> Integers:
        """The row of the entry between two slots, or of the pivot where they are the same."""
        first, second = np.minimum(one, other), np.maximum(one, other)
        found = np.empty(len(first), dtype=np.int64)
        pivot = (first < self.taped) & (first == second)
        found[pivot] = self.tape_start[first[pivot]]
        entry = (first < self.taped) & ~pivot
        key = first[entry] * self.slots + second[entry]
        # Each column up to this one has a pivot as well, which has no key.
        found[entry] = np.searchsorted(self._tape_key, key) + first[entry] + 1
        fronts = first >= self.taped
        i, j = first[fronts] - self.first_slot, second[fronts] - self.first_slot
        block = self.value_block(i // BLOCK, j // BLOCK)
        found[fronts] = self.first_row + BLOCK_ROWS * block + BLOCK * (i % BLOCK) + j % BLOCK
        return found


def lay_out(
    pattern: TwinPlan, tape: Integers, leaves: int, fronts: Sequence[Supernode]
) -> FrontLayout:
    """The layout of a factor with this pattern, columns on the tape, leaves first, and fronts."""
    taped = len(tape)
    first_slot = _rounded(taped, BLOCK)
    own = np.asarray([-(-len(front.members) // BLOCK) for front in fronts], dtype=np.int64)
    first_block = np.cumsum(own) - own
    slot = np.full(pattern.unknowns, -1, dtype=np.int64)
    slot[tape] = np.arange(taped)
    for front, block in zip(fronts, first_block.tolist(), strict=True):
        slot[front.members] = first_slot + BLOCK * block + np.arange(len(front.members))
    entries = tuple(
        np.sort(slot[pattern.row[pattern.column[u] : pattern.column[u + 1]]]) for u in tape
    )
    column = tuple(
        np.concatenate(
            (
                np.arange(block, block + count),
                np.unique((slot[front.beyond] - first_slot) // BLOCK),
            )
        )
        for front, block, count in zip(fronts, first_block.tolist(), own.tolist(), strict=True)
    )
    used = taped + sum(len(slots) for slots in entries[leaves:])
    first_row = _rounded(used, BLOCK_ROWS)
    return FrontLayout(slot, taped, leaves, entries, first_slot, first_row, column, own)


def _rounded(count: int, unit: int) -> int:
    return -(-count // unit) * unit
