"""In which order what does not depend on each other is eliminated.

Columns of the tape: those of one length together, so that the processor meets a new length seldom;
those of one length that are ready at once do not wait for each other.
"""

from __future__ import annotations

import numpy as np

from verification.simulation.solve.problem import Integers


def run_order(parents: list[int], lengths: Integers, tape: Integers) -> tuple[Integers, Integers]:
    """Columns in an order with few changes of length, and the runs.

    Args:
        parents: each column's parent in the tree of elimination, -1 for none.
        lengths: entries of each column.
        tape: the columns to order, with every column below them in the tree.

    Returns:
        the columns; rows (length, count) of the runs, one after the other.
    """
    waiting = dict.fromkeys(tape.tolist(), 0)
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
