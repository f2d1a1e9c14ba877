"""Twin plan: everything about solving twin networks that does not depend on the values.

Both twins share one pattern, so they share one order of elimination: hidden nodes first, with
little fill-in; then the targets, which the clamped twin holds; then the held nodes. A node's number
in this order is its *place*. With the targets last the clamped twin needs no factorisation of its
own: its hidden columns are those of the free twin's pattern, and elimination stops before the
targets.

```
places    0 ... hidden-1 | hidden ... unknowns-1 | unknowns ... node_count-1
            hidden       |     targets           |    held
```

Cost: the order is the best of some: minimum degree with and without the targets, through scipy's
splu; and least fill, for which a target is a neighbour that stays, with its ties broken in several
ways. The pattern takes time linear in its entries. On a square lattice a plan takes 5 ms at 16
edges, 0.1 s at 500, 0.3 s at 2000, 0.6 s at 10 000, 6 s at 50 000.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csc_array
from scipy.sparse.linalg import splu

from verification.simulation.solve.least_fill import least_fill
from verification.simulation.solve.plan import INNER, OUTER, Indices, Records
from verification.simulation.solve.problem import Integers
from verification.simulation.solve.twins import TwinNetwork

# Least fill is tried again, with its ties broken by chance, as long as all tries together have no
# more updates than this: 0.2 s. Five tries save 5 to 10 %.
TRIES, TRIED_UPDATES = 10, 1_000_000
# It is not tried at all where minimum degree has more than this, 1 s; on graphs that are nearly
# planar more than so many times the nodes to the power of 1.5, 6 s at 50 000 edges.
WORTH_UPDATES, NEARLY_PLANAR = 8_000_000, 25


@dataclass(frozen=True, slots=True, eq=False)
class TwinPlan:
    """Order and pattern of one pair of networks; every number but `order` is in places.

    Attributes:
        order: node at each place, shape (node_count,).
        branch_count: how many branches the network has.
        hidden: how many places are hidden nodes.
        unknowns: how many places are hidden nodes or targets.
        column: entries of unknown u are column[u] to column[u + 1] - 1, shape (unknowns + 1,).
        row: the later unknown of each entry, ascending in a column.
        inner: branches between two unknowns, rows of INNER.
        outer: branches from an unknown to a held node, rows of OUTER.
        updates: multiply-adds of one factorisation (the right-hand side apart).
    """

    order: Indices
    branch_count: int
    hidden: int
    unknowns: int
    column: Indices
    row: Indices
    inner: Records
    outer: Records
    updates: int

    def places(self) -> Integers:
        """The place of each node, shape (node_count,)."""
        return np.argsort(self.order).astype(np.int64)


def make_twin_plan(network: TwinNetwork) -> TwinPlan:
    """The plan with the fewest updates among some orders. No node may float."""
    unknown, columns = _best_order(network)
    unknowns, hidden = len(unknown), len(unknown) - len(network.clamped)
    by_subtrees = _by_subtrees(columns, hidden)
    unknown = unknown[by_subtrees]
    # The pattern moves with its columns: an entry is the pair of its places, as one number.
    moved = np.argsort(by_subtrees)
    pairs = [(u, row) for u, rows in enumerate(columns) for row in rows]
    low, high = moved[np.asarray(pairs, dtype=np.int64).reshape(-1, 2)].T
    entries = np.sort(low * unknowns + high)
    length = np.bincount(entries // max(unknowns, 1), minlength=unknowns)
    order = np.concatenate((unknown, network.held))
    place = np.argsort(order)
    ends = np.sort(np.stack((place[network.branch_a], place[network.branch_b])), axis=0)
    outer = np.flatnonzero((ends[0] < unknowns) & (ends[1] >= unknowns))
    low, high, inner = _inner_pairs(network, unknown)
    return TwinPlan(
        order.astype(np.uint32),
        len(network.branch_a),
        hidden,
        unknowns,
        np.concatenate(([0], np.cumsum(length))).astype(np.uint32),
        (entries % max(unknowns, 1)).astype(np.uint32),
        _table(INNER, inner, low, high, np.searchsorted(entries, low * unknowns + high)),
        _table(OUTER, outer, ends[0, outer], ends[1, outer]),
        _updates(columns),
    )


def _columns(network: TwinNetwork, order: Integers) -> list[set[int]]:
    """The later unknowns in each column of the factor, for this order of the unknown nodes."""
    columns: list[set[int]] = [set() for _ in order]
    low, high, _ = _inner_pairs(network, order)
    for i, j in zip(low.tolist(), high.tolist(), strict=True):
        columns[i].add(j)
    for rows in columns:
        if rows:
            parent = min(rows)
            columns[parent] |= rows
            columns[parent].discard(parent)
    return columns


def _updates(columns: list[set[int]]) -> int:
    return sum(len(rows) * (len(rows) + 1) // 2 for rows in columns)


def _table(dtype: np.dtype[np.void], *columns: NDArray[Any]) -> Records:
    table = np.zeros(len(columns[0]), dtype=dtype)
    for name, column in zip(dtype.names or (), columns, strict=True):
        table[name] = column
    return table


def _inner_pairs(network: TwinNetwork, nodes: Integers) -> tuple[Integers, Integers, Integers]:
    """Branches among these nodes: the lower and the higher position, and the branch."""
    position = np.full(network.node_count, -1, dtype=np.int64)
    position[nodes] = np.arange(len(nodes))
    a, b = position[network.branch_a], position[network.branch_b]
    inner = np.flatnonzero((a >= 0) & (b >= 0))
    a, b = a[inner], b[inner]
    return np.minimum(a, b), np.maximum(a, b), inner


def _by_subtrees(columns: list[set[int]], hidden: int) -> Integers:
    """Hidden positions so that a tree's members are neighbours (postorder); targets as they are.

    A column's parent in the tree is its first entry. Fill-in stays the same, and columns of like
    pattern come to stand side by side.
    """
    children: list[list[int]] = [[] for _ in range(hidden + 1)]
    for child, rows in enumerate(columns[:hidden]):
        children[min(min(rows, default=hidden), hidden)].append(child)
    backwards, waiting = list[int](), [*children[hidden]]
    while waiting:
        node = waiting.pop()
        backwards.append(node)
        waiting.extend(children[node])
    return np.asarray([*reversed(backwards), *range(hidden, len(columns))], dtype=np.int64)


def _best_order(network: TwinNetwork) -> tuple[Integers, list[set[int]]]:
    """The unknown nodes in the best order that is found, targets last, and their columns."""
    fixed = np.concatenate((network.held, network.clamped))
    hidden = np.setdiff1d(np.arange(network.node_count), fixed)
    both = _minimum_degree(network, np.concatenate((hidden, network.clamped)))
    alone = _minimum_degree(network, hidden), both[~np.isin(both, network.clamped)]
    orders = [np.concatenate((order, network.clamped)) for order in alone]
    found = [(order, _columns(network, order)) for order in orders]
    best, columns = min(found, key=lambda candidate: _updates(candidate[1]))
    updates, spent = _updates(columns), 0
    if updates > max(WORTH_UPDATES, NEARLY_PLANAR * len(hidden) ** 1.5):
        return best, columns
    shuffle = np.random.default_rng(0)
    for _ in range(TRIES):
        order = _least_fill(network, shuffle.permutation(hidden), updates)
        tried = None if order is None else _columns(network, order)
        spent += updates
        if order is not None and tried is not None and _updates(tried) < updates:
            best, columns, updates = order, tried, _updates(tried)
        if spent > TRIED_UPDATES:
            break
    return best, columns


def _least_fill(network: TwinNetwork, hidden: Integers, most_updates: int) -> Integers | None:
    """Hidden nodes by least fill, the first of equals first; then the targets; see `least_fill`."""
    nodes = np.concatenate((hidden, network.clamped))
    near: list[list[int]] = [[] for _ in nodes]
    low, high, _ = _inner_pairs(network, nodes)
    for a, b in zip(low.tolist(), high.tolist(), strict=True):
        near[a].append(b)
        near[b].append(a)
    order = least_fill(near, len(hidden), most_updates)
    return None if order is None else np.concatenate((hidden[order], network.clamped))


def _minimum_degree(network: TwinNetwork, nodes: Integers) -> Integers:
    """These nodes in splu's order of multiple minimum degree."""
    count = len(nodes)
    if count <= 2:
        return nodes
    low, high, _ = _inner_pairs(network, nodes)
    diagonal = np.arange(count)
    rows, columns = (np.concatenate(x) for x in ((low, high, diagonal), (high, low, diagonal)))
    values = np.where(rows == columns, 4.0 * (count + len(low)), -1.0)
    factor = splu(
        csc_array(coo_array((values, (rows, columns)), shape=(count, count))),
        permc_spec="MMD_AT_PLUS_A",
        diag_pivot_thresh=0.0,
        options={"SymmetricMode": True},
    )
    ordered = np.empty(count, dtype=np.int64)
    ordered[factor.perm_c] = nodes
    return ordered
