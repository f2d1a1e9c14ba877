"""The learning step on the bare network, compiled: the twin solver and what a step needs around it.

```
codes -> conductances -> held volts -> free twin -> targets -> clamped twin -> codes
```

Rows are lanes (`verification.simulation.solve.lanes`): the free twins of W boards, then the same
boards' clamped twins; both halves of a code's row are the same.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from verification.simulation.solve.addresses import Address, words
from verification.simulation.solve.lanes import (
    above,
    blend,
    choose,
    is_single,
    least,
    load,
    most,
    splat,
    store,
    swapped,
)
from verification.simulation.solve.twin_kernels import solve_clamped, solve_free

ADDRESSES = (
    *("end_a", "end_b", "held_place", "target_place"),
    *("base_ohm", "slope_ohm", "code", "held_v", "drive_v"),
)
COUNTS = ("branches", "held", "targets", "rows")
BARE_JOB = np.dtype(
    [*((name, Address) for name in ADDRESSES), *((name, np.uint64) for name in COUNTS)]
)


@njit(cache=True, nogil=True)
def learn(
    jobs: Any, work: Any, first: Any, steps: int, eta: float, last_code: float, like: Any
) -> None:
    """Learning steps over the data points in turn.

    Args:
        jobs: one BARE_JOB record.
        work: one record of a twin method.
        first: the first one's data point, uint64.
        steps: how many.
        eta, last_code: of the board.
        like: the lanes.
    """
    job, twins = jobs[0], work[0]
    row = first
    for _ in range(steps):
        conduct(job, twins, like)
        for h in range(job.held):
            store(twins.volts, words(job.held_place)[h], load(job.held_v, row * job.held + h, like))
        solve_free(twins, like, like)
        for k in range(job.targets):
            place = words(job.target_place)[k]
            volts = load(twins.volts, place, like)
            change = load(job.drive_v, row * job.targets + k, like) - volts
            change = splat(eta, like) * change
            if not is_single(like):
                change = change + volts
            store(twins.volts, place, blend(volts, swapped(change, like), like))
        solve_clamped(twins, like, like)
        move(job, twins, last_code, like)
        row += np.uint64(1)
        if row == job.rows:
            row = np.uint64(0)


@njit(cache=True)
def conduct(job: Any, twins: Any, like: Any) -> None:
    """Conductances from the codes."""
    one = splat(1.0, like)
    for b in range(job.branches):
        ohm = load(job.base_ohm, b, like) + load(job.slope_ohm, b, like) * load(job.code, b, like)
        store(twins.siemens, b, one / ohm)


@njit(cache=True)
def move(job: Any, twins: Any, last_code: float, like: Any) -> None:
    """Every edge up where [c > f] xor [f < 0], else down, up to its stops."""
    zero, one = splat(0.0, like), splat(1.0, like)
    last = splat(last_code, like)
    for b in range(job.branches):
        drop = load(twins.volts, words(job.end_a)[b], like)
        drop = drop - load(twins.volts, words(job.end_b)[b], like)
        free = blend(drop, swapped(drop, like), like)
        clamped = blend(swapped(drop, like), drop, like)
        change = clamped if is_single(like) else clamped - free
        sign = choose(above(change, zero), one, -one) * choose(above(zero, free), -one, one)
        store(job.code, b, least(most(load(job.code, b, like) + sign, zero), last))
