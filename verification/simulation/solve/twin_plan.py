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
splu; up to 1000 unknown nodes also a greedy one that counts a target as a neighbour that stays,
with its ties broken in several ways. The pattern takes time linear in its entries. On a square
lattice a plan takes 5 ms at 16 edges, 0.1 s at 500, 0.5 s at 2000, 1.3 s at 50 000.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csc_array
from scipy.sparse.linalg import splu

from verification.simulation.solve.plan import INNER, OUTER, Indices, Records
from verification.simulation.solve.problem import Integers
from verification.simulation.solve.twins import TwinNetwork

GREEDY_UP_TO = 1000
# Breaking the greedy order's ties by chance 20 times saves 5 to 15 % of the updates.
SHUFFLES = 20
SHUFFLED_NODES = 6000


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
    candidates = [(order, _columns(network, order)) for order in _orders(network)]
    unknown, columns = min(candidates, key=lambda candidate: _updates(candidate[1]))
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


def _orders(network: TwinNetwork) -> Iterator[Integers]:
    """Orders of the unknown nodes worth trying, targets last."""
    fixed = np.concatenate((network.held, network.clamped))
    hidden = np.setdiff1d(np.arange(network.node_count), fixed)
    yield np.concatenate((_minimum_degree(network, hidden), network.clamped))
    both = _minimum_degree(network, np.concatenate((hidden, network.clamped)))
    yield np.concatenate((both[~np.isin(both, network.clamped)], network.clamped))
    if len(both) <= GREEDY_UP_TO:
        yield _greedy(network, hidden, np.arange(network.node_count))
        shuffle = np.random.default_rng(0)
        for _ in range(min(SHUFFLES, SHUFFLED_NODES // max(len(both), 1))):
            yield _greedy(network, hidden, shuffle.permutation(network.node_count))


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


def _greedy(network: TwinNetwork, hidden: Integers, tie: Integers) -> Integers:
    """Always the hidden node with the fewest neighbours next; `tie` of each node breaks ties."""
    unknown = set(hidden.tolist()) | set(network.clamped.tolist())
    near: dict[int, set[int]] = {node: set() for node in unknown}
    for a, b in zip(network.branch_a.tolist(), network.branch_b.tolist(), strict=True):
        if a in unknown and b in unknown:
            near[a].add(b)
            near[b].add(a)
    left = set(hidden.tolist())
    queue = [(len(near[node]), int(tie[node]), node) for node in left]
    heapq.heapify(queue)
    order: list[int] = []
    while queue:
        degree, _, node = heapq.heappop(queue)
        if node not in left or degree != len(near[node]):
            continue
        left.discard(node)
        order.append(node)
        for other in near[node]:
            near[other] |= near[node]
            near[other] -= {node, other}
            if other in left:
                heapq.heappush(queue, (len(near[other]), int(tie[other]), other))
    return np.asarray([*order, *network.clamped.tolist()], dtype=np.int64)
