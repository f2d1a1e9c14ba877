"""How the grounded Laplacians' numbers come from the conductances, as tables.

Numbers are gathered rather than added up branch by branch: an entry has nearly always one branch,
which is then written and not added; a pivot is the sum of its node's branches.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from verification.simulation.solve.front_layout import FrontLayout
from verification.simulation.solve.problem import Integers
from verification.simulation.solve.twins import TwinNetwork

# So many of a node's branches are summed at once.
SUMMED = 4


@dataclass(frozen=True, slots=True, eq=False)
class FrontAssembly:
    """Rows of values, see FrontLayout, and the branches that they come from.

    A branch that is no branch, of conductance 0, has the number after the last.

    Attributes:
        leaf: the branch of each entry of the tape's leaves.
        source: the branch of each row of the tape's other columns, pivots without one.
        single: rows (row of a value block, branch).
        parallel: rows (row, branch): what entries have beside their branch of `source` or `single`.
        pivot: rows (row, SUMMED branches) for every unknown but the leaves.
        further: rows (row, branch): what pivots have beside these.
        outer: branches to held nodes, rows (branch, slot, held place).
    """

    leaf: Integers
    source: Integers
    single: Integers
    parallel: Integers
    pivot: Integers
    further: Integers
    outer: Integers


def make_assembly(
    network: TwinNetwork, order: Integers, slot: Integers, layout: FrontLayout
) -> FrontAssembly:
    """The tables.

    Args:
        network: the pair of networks.
        order: node at each place.
        slot: slot of each unknown place.
        layout: where the numbers are.
    """
    unknowns, leaves = len(slot), layout.leaves
    place = np.argsort(order)
    a, b = place[network.branch_a], place[network.branch_b]
    low, high = np.minimum(a, b), np.maximum(a, b)
    inner = np.flatnonzero((high < unknowns) & (low >= leaves))
    row = layout.row(slot[low[inner]], slot[high[inner]])
    _, first = np.unique(row, return_index=True)
    of_block = first[row[first] >= layout.first_row]
    of_tape = first[row[first] < layout.first_row]
    source = np.full(int(layout.tape_start[-1]), len(a), dtype=np.int64)
    source[row[of_tape]] = inner[of_tape]
    beside = np.setdiff1d(np.arange(len(inner)), first)
    outer = np.flatnonzero((low < unknowns) & (high >= unknowns))
    of_leaf = np.flatnonzero(low < leaves)
    pivot, further = _pivots(low, high, layout.row(slot, slot), leaves)
    return FrontAssembly(
        of_leaf[np.lexsort((slot[high[of_leaf]], low[of_leaf]))],
        source[leaves:],
        np.stack((row[of_block], inner[of_block]), axis=1),
        np.stack((row[beside], inner[beside]), axis=1),
        pivot,
        further,
        np.stack((outer, slot[low[outer]], high[outer]), axis=1),
    )


def _pivots(low: Integers, high: Integers, row: Integers, leaves: int) -> tuple[Integers, Integers]:
    """The tables `pivot` and `further`, from the branches' places and the pivots' rows."""
    unknowns, branches = len(row), len(low)
    ends = np.concatenate((low, high))
    by_place = np.argsort(ends, kind="stable")
    by_place = by_place[(ends[by_place] >= leaves) & (ends[by_place] < unknowns)]
    of_end, branch = ends[by_place], by_place % max(branches, 1)
    number = np.arange(len(of_end)) - np.searchsorted(of_end, of_end)
    summed = number < SUMMED
    pivot = np.full((unknowns, 1 + SUMMED), branches, dtype=np.int64)
    pivot[:, 0] = row
    pivot[of_end[summed], 1 + number[summed]] = branch[summed]
    more = ~summed
    return pivot[leaves:], np.stack((row[of_end[more]], branch[more]), axis=1)
