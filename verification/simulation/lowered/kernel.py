"""The lowered learning step's compiled loop.

```
for each step:  held volts -> solve -> record -> decide_all
solve:          free twin -> nudge -> clamped twin -> followers
decide_all:     comparators -> steps of the digipots -> their conductances
```

Comparators with hysteresis remember what they decided last, and that was with the old row of pins,
after the last step. So where the pins change, the board is solved for two *points* at once, the old
row of pins and the new one, which share a factorisation; comparators decide on the first, then on
the second.

Every quantity is a row of lanes (`solve.lanes`): the free twins of W boards, then their clamped
twins; what edges decide is in `decisions`. With float32 lanes the clamped half of `volts` and
`signals` holds clamped less free (see `twin_tape`), so that small differences keep their signs.

Cost of a step: one elimination, one substitution of one or two points, the decisions; nothing is
allocated and nothing is looked up by name.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from verification.simulation.lowered.decisions import conduct_all, decide_all
from verification.simulation.solve.addresses import own_copy, words
from verification.simulation.solve.lane_bits import (
    load_bits,
    load_whole,
    store_bits,
    store_whole,
)
from verification.simulation.solve.lane_groups import (
    load_common,
    rows_in,
)
from verification.simulation.solve.lane_points import (
    each,
    load_each,
    load_points,
)
from verification.simulation.solve.lanes import (
    above,
    blend,
    choose,
    clip,
    fused,
    halved,
    inlined,
    is_single,
    least,
    load,
    most,
    splat,
    store,
    swapped,
)
from verification.simulation.solve.twin_kernels import solve_clamped, solve_free


@inlined
def hold(job: Any, twins: Any, before: int, row: int, like: Any, points: Any) -> None:
    """Put a row of pins, and the row before it where there are two points, into the held places."""
    count = job.held_count
    for h in range(count):
        volts = load_points(job.held, before * count + h, row * count + h, like, points)
        store(twins.volts, words(job.held_place)[h], volts)


@inlined
def nudge(job: Any, twins: Any, before: int, row: int, like: Any, points: Any) -> None:
    """From the free targets' volts and the desired ones to the clamped targets'."""
    count = job.target_count
    for k in range(count):
        volts = load_points(job.drive, before * count + k, row * count + k, like, points)
        for t in range(words(job.nudge_start)[k], words(job.nudge_start)[k + 1]):
            seen = load(twins.volts, words(job.nudge_place)[t], points)
            seen = seen + load_each(job.nudge_offset, t, like, points)
            low = load_each(job.nudge_term_low, t, like, points)
            seen = clip(seen, low, load_each(job.nudge_term_high, t, like, points))
            volts = fused(load_each(job.nudge_weight, t, like, points), seen, volts)
        low = load_each(job.nudge_low, k, like, points)
        volts = clip(volts, low, load_each(job.nudge_high, k, like, points))
        place = words(job.target_place)[k]
        free = load(twins.volts, place, points)
        if is_single(like):
            volts = volts - free
        store(twins.volts, place, blend(free, swapped(volts, like), like))


@inlined
def look(job: Any, twins: Any, like: Any, points: Any) -> None:
    """What the followers make of the nodes' volts."""
    for s in range(job.signal_count):
        volts = load(twins.volts, words(job.signal_place)[s], points)
        offset = load_each(job.signal_offset, s, like, points)
        low = each(load_common(job.signal_low, s, like, like), points)
        high = each(load_common(job.signal_high, s, like, like), points)
        if is_single(like):
            gap = load_each(job.signal_gap, s, like, points)
            volts = difference(volts, offset, low, high, gap, like, points)
        else:
            volts = clip(volts + offset, low, high)
        store(job.signals, s, volts)


@inlined
def difference(
    volts: Any, offset: Any, low: Any, high: Any, gap: Any, like: Any, points: Any
) -> Any:
    """A follower pair in the change form: free, and clamped less free.

    Where neither saturates the difference is the nodes' own and that of the offsets, `gap`; only
    where one does is it taken between the two outputs.
    """
    zero = splat(0.0, points)
    free = blend(volts, swapped(volts, like), like)
    reach = free + blend(zero, volts, like) + offset
    out = clip(reach, low, high)
    lost = most(reach, out) - least(reach, out)
    lost = lost + swapped(lost, like)
    between = out - blend(out, swapped(out, like), like)
    return blend(out, choose(above(lost, zero), between, volts + gap), like)


@inlined
def solve(job: Any, twins: Any, before: int, row: int, like: Any, points: Any) -> None:
    """The settled board; a blind run is about the free network alone."""
    hold(job, twins, before, row, like, points)
    solve_free(twins, like, points)
    if not job.blind:
        nudge(job, twins, before, row, like, points)
    solve_clamped(twins, like, points)
    if not job.blind:
        look(job, twins, like, points)


@inlined
def keep_codes(job: Any, narrow: Any) -> None:
    """The codes before a step."""
    for row in range(2 * job.group_count):
        store_whole(job.code_before, row, load_whole(job.code, row, narrow))


@inlined
def keep_decisions(job: Any, narrow: Any) -> None:
    """What decided a step."""
    for row in range(2 * job.group_count):
        store_bits(job.high_before, row, load_bits(job.high, row, narrow))


@inlined
def record_codes(job: Any, step: int, narrow: Any) -> None:
    """The codes after a step."""
    count = 2 * job.group_count
    for row in range(count):
        store_whole(job.seen_codes, step * count + row, load_whole(job.code, row, narrow))


@inlined
def record(job: Any, twins: Any, step: int, like: Any, points: Any) -> None:
    """The watched places, at the last point."""
    count = rows_in(like, points)
    for w in range(job.watch_count):
        place = count * words(job.watch)[w] + count - 1
        store(job.seen, step * job.watch_count + w, load(twins.volts, place, like))


@njit(cache=True, nogil=True)
def run_steps(jobs: Any, work: Any, like: Any, points: Any, wide: Any) -> None:
    """Host steps of lowered boards; see `LoweredBoards.run`.

    A board that has settled with one row of pins decides the same again, so where all rows are the
    same one point is enough. After the last step the board settles once more, for the memory of its
    comparators.

    Args:
        jobs: one JOB record.
        work: one record of a twin method.
        like: the lanes of a row.
        points: those of one data point, or of two for learning steps whose pins change while
            comparators remember.
        wide: those of a group of edges.
    """
    job, twins = own_copy(jobs[0]), own_copy(work[0])
    row_of = words(job.row_of)
    last = job.step_count - 1
    narrow = halved(wide)
    conduct_all(job, twins, like, narrow)
    before = np.uint32(0) if last < 0 else row_of[0]
    for step in range(job.step_count + (job.clocked and job.remembers and last >= 0)):
        row = row_of[min(step, last)]
        if job.clocked or step == 0 or row != before:
            solve(job, twins, before, row, like, points)
            before = row
        steps = job.clocked and step <= last
        if step <= last:
            record(job, twins, step, like, points)
        if steps and step == last:
            keep_codes(job, narrow)
        if steps or (job.remembers and not job.blind):
            decide_all(job, twins, step, steps, like, points, wide)
        if steps and step == last:
            keep_decisions(job, narrow)
        if job.record_codes and step <= last:
            record_codes(job, step, narrow)
