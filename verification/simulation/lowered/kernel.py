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
twins. Edges are taken in groups whose rows together fill a vector of the machine: four edges of one
board, one edge of many. A comparator looks at both twins: its row holds one decision in both
halves. With float32 lanes the clamped half of `volts` and `signals` holds clamped less free (see
`twin_tape`), so that small differences keep their signs.

Cost of a step: one elimination, one substitution of one or two points, and about 10 vector
operations for each edge, 8 for each comparator's term and point; nothing is allocated and nothing
is looked up by name.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from verification.simulation.lowered.job import (
    APART,
    CHAINED,
    EDGE_ROWS,
    ENDS,
    MASKED,
    OFFSET,
    OHM,
    SECOND_ROWS,
)
from verification.simulation.lowered.terms import TERMS
from verification.simulation.solve.addresses import own_copy, words
from verification.simulation.solve.lane_bits import (
    load_bits,
    store_bits,
)
from verification.simulation.solve.lane_groups import (
    gathered,
    joined,
    load_common,
    load_shared,
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
from verification.simulation.tables import TIE_V


@inlined
def clip(value: Any, low: Any, high: Any) -> Any:
    """Value within its bounds, lane by lane."""
    return least(most(value, low), high)


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
            volts = volts + load_each(job.nudge_weight, t, like, points) * seen
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
        low = each(load_shared(job.signal_low, s, like, like), points)
        high = each(load_shared(job.signal_high, s, like, like), points)
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
def fetch(job: Any, group: int, which: int, like: Any, points: Any, wide: Any) -> Any:
    """The two signals that the first (0) or second (1) comparators of a group of edges look at.

    Of each signal its halves: free and clamped, point after point.
    """
    rows = rows_in(like, wide)
    slot = TERMS * (2 * group + which) * rows
    one = gathered(job.signals, job.slots, slot, like, points, wide)
    return one, gathered(job.signals, job.slots, slot + rows, like, points, wide)


@inlined
def weigh(rows: Any, row: int, one: Any, other: Any, offset: Any, narrow: Any) -> Any:
    """The margin of comparators from the free and clamped halves of the two signals they see."""
    free = fused(load(rows, row, narrow), one[0], offset)
    free = fused(load(rows, row + 2, narrow), other[0], free)
    clamped = load(rows, row + 1, narrow) * one[1]
    return free + fused(load(rows, row + 3, narrow), other[1], clamped)


@inlined
def weigh_second(
    job: Any, group: int, one: Any, other: Any, offset: Any, like: Any, narrow: Any
) -> Any:
    """The margin of second comparators; they may be simpler, see `is_second_simple`."""
    if job.simple_second:
        row = TERMS * group
        margin = fused(load_common(job.common_second, row, like, narrow), one[0], offset)
        return fused(load_common(job.common_second, row + 1, like, narrow), other[0], margin)
    return weigh(job.second, SECOND_ROWS * group, one, other, offset, narrow)


@inlined
def leaning(job: Any, group: int, which: int, high: Any, margin: Any, like: Any, wide: Any) -> Any:
    """Margins with half the hysteresis, towards these decisions."""
    half = load_common(job.half, 2 * group + which, like, halved(wide))
    return choose(high, margin + half, margin - half)


@inlined
def decide(job: Any, group: int, like: Any, points: Any, wide: Any) -> Any:
    """The margins, hysteresis included, of a group's first and second comparators.

    What hysteresis adds leans towards each comparator's last decision; with two points that is the
    one at the first.
    """
    narrow = halved(wide)
    tie = splat(TIE_V, narrow)
    one, other = fetch(job, group, 0, like, points, wide)
    third, fourth = one, other
    if not job.shared_terms:
        third, fourth = fetch(job, group, 1, like, points, wide)
    row = EDGE_ROWS * group
    offset = load(job.edges, row + OFFSET, narrow), load(job.edges, row + OFFSET + 1, narrow)
    high = load_bits(job.high, 2 * group, narrow), load_bits(job.high, 2 * group + 1, narrow)
    if rows_in(like, points) > 1:
        first = weigh(job.edges, row, one[:2], other[:2], offset[0], narrow)
        second = weigh_second(job, group, third[:2], fourth[:2], offset[1], like, narrow)
        first = leaning(job, group, 0, high[0], first, like, wide)
        second = leaning(job, group, 1, high[1], second, like, wide)
        high = above(first, tie), above(second, tie)
    first = weigh(job.edges, row, one[-2:], other[-2:], offset[0], narrow)
    second = weigh_second(job, group, third[-2:], fourth[-2:], offset[1], like, narrow)
    return (
        leaning(job, group, 0, high[0], first, like, wide),
        leaning(job, group, 1, high[1], second, like, wide),
    )


@inlined
def tied(ties: Any, margin: Any, narrow: Any) -> Any:
    """One more where a decision lies within rounding."""
    far = above(most(margin, -margin), splat(2 * TIE_V, narrow))
    return choose(far, ties, ties + splat(1.0, narrow))


@inlined
def shared(job: Any, group: int, number: int, like: Any, narrow: Any) -> Any:
    """One of a group's SHARED_ROWS."""
    return load_common(job.shared, job.shared_step * group + number, like, narrow)


@inlined
def step_of(job: Any, group: int, twin: int, first: Any, second: Any, like: Any, wide: Any) -> Any:
    """Which way two decisions move the digipots of a twin."""
    narrow = halved(wide)
    low = choose(
        first, shared(job, group, 2 + twin, like, narrow), shared(job, group, twin, like, narrow)
    )
    high = choose(
        first,
        shared(job, group, 6 + twin, like, narrow),
        shared(job, group, 4 + twin, like, narrow),
    )
    return choose(second, high, low)


@inlined
def room(job: Any, group: int, end: int, free: Any, clamped: Any, like: Any, narrow: Any) -> Any:
    """How far both digipots of an edge are from their least (0) or greatest (1) codes.

    Where they stop together neither is farther than the other.
    """
    apart = shared(job, group, APART, like, narrow)
    free = shared(job, group, ENDS + 2 * end, like, narrow) - free
    clamped = shared(job, group, ENDS + 2 * end + 1, like, narrow) - clamped
    if end == 0:
        return most(free, clamped - apart), most(clamped, free - apart)
    return least(free, clamped + apart), least(clamped, free + apart)


@inlined
def gated(job: Any, moved: Any, step: int, row: int, like: Any, narrow: Any) -> Any:
    """How far the digipots of a row of codes move, where a mask or the enable chain lets them."""
    if job.gate == MASKED:
        mask = load_common(job.masks, step * 2 * job.group_count + row, like, narrow)
        moved = moved * mask
    elif job.gate == CHAINED:
        moved = moved * load(job.enabled, row, narrow)
    return moved


@inlined
def conduct(
    job: Any, twins: Any, group: int, free: Any, clamped: Any, like: Any, narrow: Any
) -> None:
    """A group's conductances from its codes."""
    one, row = splat(1.0, narrow), EDGE_ROWS * group + OHM
    slope = load(job.edges, row + 2, narrow), load(job.edges, row + 3, narrow)
    free = fused(slope[0], free, load(job.edges, row, narrow))
    clamped = fused(slope[1], clamped, load(job.edges, row + 1, narrow))
    store(twins.siemens, group, joined(one / free, one / clamped, like))


@inlined
def decide_all(
    job: Any, twins: Any, step: int, steps: bool, like: Any, points: Any, wide: Any
) -> None:
    """Every comparator decides; where the board `steps`, each pair of digipots moves as they say.

    A digipot stops at its ends; where a pair stops together, neither moves unless both can. What
    does not follow from the decisions stands first: it is ready before they are.
    """
    narrow = halved(wide)
    tie = splat(TIE_V, narrow)
    ties = load(job.ties, 0, narrow)
    for group in range(job.group_count):
        row = 2 * group
        free, clamped = load(job.code, row, narrow), load(job.code, row + 1, narrow)
        down = room(job, group, 0, free, clamped, like, narrow)
        up = room(job, group, 1, free, clamped, like, narrow)
        margin = decide(job, group, like, points, wide)
        first, second = above(margin[0], tie), above(margin[1], tie)
        if job.remembers:
            store_bits(job.high, row, first)
            store_bits(job.high, row + 1, second)
        if steps:
            moved = clip(step_of(job, group, 0, first, second, like, wide), down[0], up[0])
            free = free + gated(job, moved, step, row, like, narrow)
            moved = clip(step_of(job, group, 1, first, second, like, wide), down[1], up[1])
            clamped = clamped + gated(job, moved, step, row + 1, like, narrow)
            store(job.code, row, free)
            store(job.code, row + 1, clamped)
            conduct(job, twins, group, free, clamped, like, narrow)
            ties = tied(tied(ties, margin[0], narrow), margin[1], narrow)
    store(job.ties, 0, ties)


@inlined
def conduct_all(job: Any, twins: Any, like: Any, narrow: Any) -> None:
    """Conductances from the codes."""
    for group in range(job.group_count):
        free, clamped = load(job.code, 2 * group, narrow), load(job.code, 2 * group + 1, narrow)
        conduct(job, twins, group, free, clamped, like, narrow)


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
        store(job.code_before, row, load(job.code, row, narrow))


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
        store(job.seen_codes, step * count + row, load(job.code, row, narrow))


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
