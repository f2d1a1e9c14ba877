"""In which order what does not depend on each other is eliminated.

Columns of the tape: those of one length together, so that the processor meets a new length seldom;
those of one length that are ready at once do not wait for each other.
"""

from __future__ import annotations

import numpy as np

from verification.simulation.solve.problem import Integers


def run_order(
    parents: list[int], lengths: Integers, tape: Integers, leaves: Integers
) -> tuple[Integers, Integers]:
    """The leaves, then the tape's other columns, in an order with few changes of length.

    Args:
        parents: each column's parent in the tree of elimination, -1 for none.
        lengths: entries of each column.
        tape: columns, with every column below them in the tree.
        leaves: those of them to come first; none has another column below it.

    Returns:
        the columns; rows (length, count) of the runs, none of leaves and other columns both.
    """
    first = leaves[np.argsort(lengths[leaves], kind="stable")]
    kinds, counts = np.unique(lengths[leaves], return_counts=True)
    others, runs = _in_waves(parents, lengths, np.setdiff1d(tape, leaves))
    return np.concatenate((first, others)), np.concatenate((np.stack((kinds, counts), 1), runs))


def _in_waves(
    parents: list[int], lengths: Integers, columns: Integers
) -> tuple[Integers, Integers]:
    """Columns and runs: always the length of which most columns are ready, these at once."""
    waiting = dict.fromkeys(columns.tolist(), 0)
    for u in waiting:
        if parents[u] in waiting:
            waiting[parents[u]] += 1
    ready: dict[int, list[int]] = {}
    for u, children in waiting.items():
        if not children:
            ready.setdefault(int(lengths[u]), []).append(u)
    order: list[int] = []
    runs: list[tuple[int, int]] = []
    while ready:
        length = max(ready, key=lambda n: (len(ready[n]), -n))
        run = ready.pop(length)
        order += run
        runs.append((length, len(run)))
        for parent in (parents[u] for u in run):
            if parent in waiting:
                waiting[parent] -= 1
                if not waiting[parent]:
                    ready.setdefault(int(lengths[parent]), []).append(parent)
    return np.asarray(order, dtype=np.int64), np.asarray(runs, dtype=np.int64).reshape(-1, 2)
