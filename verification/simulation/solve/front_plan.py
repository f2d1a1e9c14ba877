"""FrontPlan: everything about solving large twin networks that does not depend on the values.

The factorisation is LDL^T of both twins' grounded Laplacians, both lanes of a row at once. Columns
with few entries are played back entry by entry from a flat tape; the others are dense fronts
(front_tree.py) of block rows, four pivots each. What a front changes in later fronts is one index a
block of four by four entries:

```
for each group of up to 8 block rows of a front:
    for each of its block rows:             update it with those before, eliminate its four pivots
    for each pair e <= f of blocks beside:  value block `target` -= rows e of the group x columns f
```

Cost: on a square lattice with n nodes about n^1.5 products; the plan holds one index for every 1000
of them. Making it takes 10 ms at 500 edges, 0.2 s at 10 000, 1 s at 50 000 after the TwinPlan.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from verification.simulation.solve.front_layout import BLOCK_ROWS, FrontLayout, lay_out
from verification.simulation.solve.front_tree import BLOCK, Supernode, supernodes, tape_columns
from verification.simulation.solve.plan import Indices
from verification.simulation.solve.problem import Integers
from verification.simulation.solve.twin_plan import TwinPlan, make_twin_plan
from verification.simulation.solve.twins import TwinNetwork

# So many block rows of a front update the rest of the factor at once: each number of it is then
# loaded and stored once for 32 products.
GROUP = 8
# Marks the first update of a value block; block numbers are below it.
FRESH = 1 << 31


@dataclass(frozen=True, slots=True, eq=False)
class FrontPlan:
    """The schedule of one pair of networks. Rows and slots: see FrontLayout.

    Attributes:
        order: node at each place: hidden nodes, then targets, then held nodes.
        hidden, unknowns: how many places are hidden; hidden or targets.
        slot: slot of each unknown place.
        taped: how many columns the tape has; their unknowns' slots come first.
        column: entries of tape column u are column[u] to column[u + 1] - 1.
        entry_slot, entry_pivot: the later unknown's slot, and the row of its pivot, of each entry.
        target: for each tape column and each pair e < f of its entries, the row that they update.
        hidden_blocks, blocks: block rows of hidden unknowns; block rows with the targets'.
        first_slot, first_row, slots, rows: see FrontLayout.
        start: first value block of each block row, and the end.
        beside: the slot of each block beside the pivots, in units of BLOCK slots.
        group: first block row of each group, and how many it has, shape (groups, 2).
        block_target: for each group and each pair e <= f of blocks beside, the value block; plus
            FRESH where this is the first that the block holds, so that it needs no clearing.
        cleared: the other value blocks.
        vacant: pivots of slots without an unknown.
        inner: branches between unknowns: branch, pivot, pivot, entry.
        outer: branches to held nodes: branch, pivot, slot, held place.
    """

    order: Indices
    hidden: int
    unknowns: int
    slot: Indices
    taped: int
    column: Indices
    entry_slot: Indices
    entry_pivot: Indices
    target: Indices
    hidden_blocks: int
    blocks: int
    first_slot: int
    first_row: int
    slots: int
    rows: int
    start: Indices
    beside: Indices
    group: Indices
    block_target: Indices
    cleared: Indices
    vacant: Indices
    inner: Indices
    outer: Indices

    @property
    def flops(self) -> float:
        """Multiplications and additions of a factorisation of both twins, zeros included."""
        entries = np.diff(self.column.astype(np.int64))
        beside = np.diff(self.start.astype(np.int64)) - 1
        products = (entries * (entries + 3) // 2).sum()
        block_products = (beside * (beside + 1) // 2).sum()
        return float(4 * products + 4 * BLOCK**3 * block_products)

    def places(self) -> Integers:
        """The place of each node, shape (node_count,)."""
        return np.argsort(self.order).astype(np.int64)

    @property
    def widest(self) -> int:
        """Blocks of the widest block row, its own included."""
        return int(np.diff(self.start.astype(np.int64)).max(initial=0))


def make_front_plan(network: TwinNetwork, pattern: TwinPlan | None = None) -> FrontPlan:
    """The plan of networks without floating nodes; `pattern` where it is known already."""
    known = make_twin_plan(network) if pattern is None else pattern
    tape = tape_columns(known)
    fronts = supernodes(known, tape)
    if known.unknowns > known.hidden:
        members = np.arange(known.hidden, known.unknowns)
        fronts.append(Supernode(members, np.zeros(0, dtype=np.int64)))
    return _scheduled(network, known, lay_out(known, tape, fronts))


def _scheduled(network: TwinNetwork, pattern: TwinPlan, layout: FrontLayout) -> FrontPlan:
    by_slot = np.argsort(layout.slot)
    slot = layout.slot[by_slot]
    order = pattern.order.copy()
    order[: pattern.unknowns] = order[by_slot]
    inner, outer = _branches(network, order.astype(np.int64), slot, layout)
    slots, pairs = _tape(layout)
    pivots = layout.row(slots, slots)
    vacant = np.setdiff1d(np.arange(layout.first_slot, layout.slots), slot)
    vacant = layout.row(vacant, vacant)
    group, block_target = _block_targets(layout)
    written = np.concatenate((inner[:, 1:].ravel(), outer[:, 1], pivots, pairs, vacant))
    cleared = _mark_fresh(layout, block_target, written)
    return FrontPlan(
        order=order,
        hidden=pattern.hidden,
        unknowns=pattern.unknowns,
        slot=_indices(slot),
        taped=layout.taped,
        column=_indices(np.cumsum([0, *(len(entries) for entries in layout.entries)])),
        entry_slot=_indices(slots),
        entry_pivot=_indices(pivots),
        target=_indices(pairs),
        hidden_blocks=layout.block_rows - -(-(pattern.unknowns - pattern.hidden) // BLOCK),
        blocks=layout.block_rows,
        first_slot=layout.first_slot,
        first_row=layout.first_row,
        slots=layout.slots,
        rows=layout.rows,
        start=_indices(layout.start),
        beside=_indices(layout.beside + layout.first_slot // BLOCK),
        group=_indices(group),
        block_target=_indices(block_target),
        cleared=_indices(cleared),
        vacant=_indices(vacant),
        inner=_indices(inner),
        outer=_indices(outer),
    )


def _branches(
    network: TwinNetwork, order: Integers, slot: Integers, layout: FrontLayout
) -> tuple[Integers, Integers]:
    """The tables `inner` and `outer` of the plan."""
    place = np.argsort(order)
    a, b = place[network.branch_a], place[network.branch_b]
    low, high = np.minimum(a, b), np.maximum(a, b)
    inside = np.flatnonzero(high < len(slot))
    inside = inside[np.argsort(low[inside], kind="stable")]  # neighbours in memory together
    first, second = slot[low[inside]], slot[high[inside]]
    pivots = layout.row(first, first), layout.row(second, second)
    inner = np.stack((inside, *pivots, layout.row(first, second)), axis=1)
    out = np.flatnonzero((low < len(slot)) & (high >= len(slot)))
    at = slot[low[out]]
    return inner, np.stack((out, layout.row(at, at), at, high[out]), axis=1)


def _tape(layout: FrontLayout) -> tuple[Integers, Integers]:
    """The slots of the tape's entries, and the row that each pair of a column's entries updates."""
    none = np.zeros(0, dtype=np.int64)
    first, second = [none], [none]
    for entries in layout.entries:
        one, other = np.triu_indices(len(entries), 1)
        first.append(entries[one])
        second.append(entries[other])
    targets = layout.row(np.concatenate(first), np.concatenate(second))
    return np.concatenate((none, *layout.entries)), targets


def _block_targets(layout: FrontLayout) -> tuple[Integers, Integers]:
    """The groups, and the value block that each pair of blocks beside a group updates."""
    groups: list[tuple[int, int]] = []
    targets = [np.zeros(0, dtype=np.int64)]
    first = 0
    for column, own in zip(layout.column, layout.own.tolist(), strict=True):
        for done in range(0, own, GROUP):
            size = min(GROUP, own - done)
            groups.append((first + done, size))
            rest = column[done + size :]
            one, other = np.triu_indices(len(rest))
            targets.append(layout.value_block(rest[one], rest[other]))
        first += own
    return np.asarray(groups, dtype=np.int64).reshape(-1, 2), np.concatenate(targets)


def _mark_fresh(layout: FrontLayout, block_target: Integers, written: Integers) -> Integers:
    """Mark in place the first updates of value blocks without a row in `written`; the others."""
    numbers = (written[written >= layout.first_row] - layout.first_row) // BLOCK_ROWS
    updated, first = np.unique(block_target, return_index=True)
    fresh = ~np.isin(updated, numbers)
    block_target[first[fresh]] += FRESH
    return np.setdiff1d(np.arange(layout.start[-1]), updated[fresh])


def _indices(numbers: Integers) -> Indices:
    """As unsigned 32-bit integers.

    Raises:
        OverflowError: the factor has more than 2^32 numbers (100 GB).
    """
    if numbers.size and numbers.max() > np.iinfo(np.uint32).max:
        raise OverflowError("the factor is too large for 32-bit indices")
    return np.ascontiguousarray(numbers, dtype=np.uint32)
