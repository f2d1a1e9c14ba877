"""Time: seconds of this thread's CPU, the least of several repeats.

Other programs on the machine make wall time useless; they do not enter a thread's CPU time, except
through caches and memory, and the least of several repeats is the least disturbed one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

REPEATS = 3


@dataclass(frozen=True)
class Timed:
    """What a measurement gave.

    Attributes:
        seconds: of CPU, for one unit of work.
        count: units done in all.
    """

    seconds: float
    count: int


def cheapest(
    work: Callable[[int], object],
    budget_s: float,
    *,
    batch_s: float = 0.02,
    least: int = 1,
    clock: Callable[[], float] = time.thread_time,
) -> Timed:
    """The least time of one unit over batches that fill a budget, REPEATS of them at least.

    Args:
        work: does so many units.
        budget_s: CPU time to spend in all.
        batch_s: the least length of a batch.
        least: units in the smallest batch.
        clock: CPU seconds so far.
    """
    count, begun, done = least, clock(), 0
    best: list[float] = []
    while len(best) < REPEATS or clock() - begun < budget_s:
        start = clock()
        work(count)
        seconds = clock() - start
        done += count
        if seconds < batch_s / 2:
            # Too short to be timed; what was long enough before had something to compile.
            best.clear()
            count = max(2 * count, int(count * batch_s / max(seconds, 1e-6)))
            continue
        best.append(seconds / count)
    return Timed(min(best), done)
