"""FrontPlan: everything about solving large twin networks that does not depend on the values.

The factorisation is LDL^T of both twins' grounded Laplacians, both lanes of a row at once. Columns
with few entries are played back entry by entry from a flat tape; the others are dense fronts
(front_tree.py) of block rows, up to four pivots each. What a front changes in later fronts is one
index a block of four by four entries:

```
for each group of up to 8 block rows of a front:
    for each of its block rows:             update it with those before, eliminate its pivots
    for each pair e <= f of blocks beside:  value block `target` -= rows e of the group x columns f
```

Cost: on a square lattice with n nodes some n^1.5 multiplications and additions.

| edges (square lattice on a torus) | 500 | 2 000 | 10 000 |
|---|---|---|---|
| the plan's tables | 0.03 MB | 0.13 MB | 0.75 MB |
| the factor's numbers | 0.05 MB | 0.34 MB | 2.3 MB |
| making the plan, after the TwinPlan | 3 ms | 13 ms | 63 ms |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np

from verification.simulation.solve.front_assembly import FrontAssembly, make_assembly
from verification.simulation.solve.front_layout import BLOCK_ROWS, FrontLayout, lay_out
from verification.simulation.solve.front_order import run_order
from verification.simulation.solve.front_record import GROUP_ROW, RUN_ROW
from verification.simulation.solve.front_tree import (
    BLOCK,
    Supernode,
    elimination_tree,
    leaf_columns,
    supernodes,
    tape_columns,
)
from verification.simulation.solve.plan import Indices, Records
from verification.simulation.solve.problem import Integers
from verification.simulation.solve.twin_plan import TwinPlan, make_twin_plan
from verification.simulation.solve.twins import TwinNetwork

# So many block rows of a front update the rest of the factor at once: each number of it is then
# loaded and stored once for 32 products.
GROUP = 8


@dataclass(frozen=True, slots=True, eq=False)
class FrontPlan:
    """The schedule of one pair of networks. Rows and slots: see FrontLayout.

    Attributes:
        order: node at each place: hidden nodes, then targets, then held nodes.
        hidden, unknowns: how many places are hidden; hidden or targets.
        slot: slot of each unknown place; that of a place on the tape is its number.
        taped: how many columns the tape has; their unknowns' places come first.
        leaves: how many of them, the first ones, are leaves.
        run: of the tape, rows of RUN_ROW.
        leaf_runs: how many of them, the first ones, are leaves'.
        entry_slot, entry_place: of each entry of the tape's columns, the later unknown's.
        target: for each tape column and each pair e <= f of its entries, the row that they update.
        hidden_blocks, blocks: block rows of hidden unknowns; block rows with the targets'.
        first_slot, first_row, slots, rows: see FrontLayout.
        start: first value block of each block row, and the end.
        beside: the slot of each block beside the pivots, in units of BLOCK slots.
        group: rows of GROUP_ROW.
        block_target: for each group and each pair e <= f of its blocks, the first one's own block
            apart: the block with the old numbers, and the block that is updated. The last block of
            all stays 0: where a block's first update begins.
        cleared: the value blocks that have no such first update.
        assembly: tables of FrontAssembly.
    """

    order: Indices
    hidden: int
    unknowns: int
    slot: Indices
    taped: int
    leaves: int
    run: Records
    leaf_runs: int
    entry_slot: Indices
    entry_place: Indices
    target: Indices
    hidden_blocks: int
    blocks: int
    first_slot: int
    first_row: int
    slots: int
    rows: int
    start: Indices
    beside: Indices
    group: Records
    block_target: Indices
    cleared: Indices
    assembly: Mapping[str, Indices]

    @property
    def flops(self) -> float:
        """Multiplications and additions of a factorisation of both twins, zeros included."""
        length, count = self.run["length"].astype(np.int64), self.run["count"].astype(np.int64)
        beside = np.diff(self.start.astype(np.int64)) - 1
        products = (count * (length * (length + 3) // 2)).sum()
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
    leaves = leaf_columns(known, tape)
    tape, runs = run_order(*elimination_tree(known), tape, leaves)
    fronts = supernodes(known, tape)
    if known.unknowns > known.hidden:
        members = np.arange(known.hidden, known.unknowns)
        fronts.append(Supernode(members, np.zeros(0, dtype=np.int64)))
    return _scheduled(network, known, lay_out(known, tape, len(leaves), fronts), runs)


def _scheduled(
    network: TwinNetwork, pattern: TwinPlan, layout: FrontLayout, runs: Integers
) -> FrontPlan:
    by_slot = np.argsort(layout.slot)
    slot = layout.slot[by_slot]
    order = pattern.order.copy()
    order[: pattern.unknowns] = order[by_slot]
    place = np.zeros(layout.slots, dtype=np.int64)
    place[slot] = np.arange(len(slot))
    entry_slot, target = _tape(layout)
    run = _runs(layout, runs)
    group, block_target = _groups(layout, slot)
    assembly = make_assembly(network, order.astype(np.int64), slot, layout)
    written = (assembly.single[:, 0], assembly.pivot[:, 0], target)
    cleared = _begin(layout, block_target, np.concatenate(written))
    return FrontPlan(
        order=order,
        hidden=pattern.hidden,
        unknowns=pattern.unknowns,
        slot=_indices(slot),
        taped=layout.taped,
        leaves=layout.leaves,
        run=run,
        leaf_runs=int((run["place"] < layout.leaves).sum()),
        entry_slot=_indices(entry_slot),
        entry_place=_indices(place[entry_slot]),
        target=_indices(target),
        hidden_blocks=layout.block_rows - -(-(pattern.unknowns - pattern.hidden) // BLOCK),
        blocks=layout.block_rows,
        first_slot=layout.first_slot,
        first_row=layout.first_row,
        slots=layout.slots,
        rows=layout.rows,
        start=_indices(layout.start),
        beside=_indices(layout.beside + layout.first_slot // BLOCK),
        group=group,
        block_target=_indices(block_target),
        cleared=_indices(cleared),
        assembly={
            field.name: _indices(getattr(assembly, field.name)) for field in fields(FrontAssembly)
        },
    )


def _runs(layout: FrontLayout, runs: Integers) -> Records:
    """The table of the tape's runs, from their rows (length, count)."""
    length, count = runs.T
    columns = (length, count, count, 0 * count, count * length, count * length * (length + 1) // 2)
    table = _records(RUN_ROW, np.stack([np.cumsum(column) - column for column in columns]))
    table["length"], table["count"] = length, count
    table["row"] = layout.tape_start[table["place"]]
    return table


def _tape(layout: FrontLayout) -> tuple[Integers, Integers]:
    """The slots of the tape's entries, and the row that each pair of a column's entries updates."""
    none = np.zeros(0, dtype=np.int64)
    first, second = [none], [none]
    for entries in layout.entries:
        one, other = np.triu_indices(len(entries))
        first.append(entries[one])
        second.append(entries[other])
    targets = layout.row(np.concatenate(first), np.concatenate(second))
    return np.concatenate((none, *layout.entries)), targets


def _groups(layout: FrontLayout, slot: Integers) -> tuple[Records, Integers]:
    """The groups, and (from, to) of each pair of blocks, both the block that the pair updates."""
    used = np.bincount((slot - layout.first_slot)[layout.taped :] // BLOCK)
    groups: list[tuple[int, ...]] = []
    targets: list[Integers] = [np.zeros(0, dtype=np.int64)]
    first = target = 0
    for column, own in zip(layout.column, layout.own.tolist(), strict=True):
        for done in range(0, own, GROUP):
            size, row, rest = min(GROUP, own - done), first + done, column[done:]
            start = int(layout.start[row])
            last = used[row + size - 1]
            groups.append((size, last, len(rest), row, start, start - row, target))
            one, other = np.triu_indices(len(rest))
            targets.append(layout.value_block(rest[one], rest[other])[len(rest) :])
            target += len(targets[-1])
        first += own
    table = np.asarray(groups, dtype=np.int64).reshape(-1, 7)
    return _records(GROUP_ROW, table.T), np.repeat(np.concatenate(targets), 2)


def _begin(layout: FrontLayout, block_target: Integers, written: Integers) -> Integers:
    """Let first updates of value blocks without a row in `written` begin with zeros; the others.

    The pairs (from, to) of `block_target` are changed in place.
    """
    numbers = (written[written >= layout.first_row] - layout.first_row) // BLOCK_ROWS
    updated, first = np.unique(block_target[1::2], return_index=True)
    fresh = ~np.isin(updated, numbers)
    block_target[2 * first[fresh]] = layout.start[-1]
    return np.setdiff1d(np.arange(layout.start[-1]), updated[fresh])


def _records(dtype: np.dtype[np.void], columns: Integers) -> Records:
    table = np.zeros(columns.shape[1], dtype=dtype)
    for name, column in zip(dtype.names or (), columns, strict=True):
        table[name] = column
    return table


def _indices(numbers: Integers) -> Indices:
    """As unsigned 32-bit integers.

    Raises:
        OverflowError: the factor has more than 2^32 numbers (100 GB).
    """
    if numbers.size and numbers.max() > np.iinfo(np.uint32).max:
        raise OverflowError("the factor is too large for 32-bit indices")
    return np.ascontiguousarray(numbers, dtype=np.uint32)
