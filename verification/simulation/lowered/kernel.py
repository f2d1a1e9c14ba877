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
    CHAINED,
    EDGE_ROWS,
    ENDS,
    MASKED,
    OHM,
    TOGETHER,
)
from verification.simulation.lowered.terms import TERMS
from verification.simulation.solve.addresses import own_copy, words
from verification.simulation.solve.lane_bits import (
    load_bits,
    store_bits,
)
from verification.simulation.solve.lane_groups import (
    for_twins,
    gathered,
    load_common,
    load_shared,
    of_free,
    over_twins,
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
def fetch(job: Any, group: int, which: int, point: int, like: Any, points: Any, wide: Any) -> Any:
    """The two signals that the first (0) or second (1) comparators of a group of edges look at."""
    slot = (2 * TERMS * group + TERMS * which) * rows_in(like, wide)
    one = gathered(job.signals, job.slots, slot, point, like, points, wide)
    slot = slot + rows_in(like, wide)
    return one, gathered(job.signals, job.slots, slot, point, like, points, wide)


@inlined
def margins(job: Any, group: int, point: int, like: Any, points: Any, wide: Any) -> Any:
    """The margins of the first and of the second comparators of a group of edges, at a point.

    Without what hysteresis adds to them.
    """
    seen = fetch(job, group, 0, point, like, points, wide)
    first = weighed(job, group, 0, seen, like, wide)
    if not job.shared_terms:
        seen = fetch(job, group, 1, point, like, points, wide)
    return first, weighed(job, group, 1, seen, like, wide)


@inlined
def weighed(job: Any, group: int, which: int, seen: Any, like: Any, wide: Any) -> Any:
    """The margin of comparators from the signals that they look at."""
    narrow = halved(wide)
    if which and job.simple_second:
        row = TERMS * group
        margin = load_common(job.second, row, like, narrow) * of_free(seen[0], like)
        weight = load_common(job.second, row + 1, like, narrow)
        margin = fused(weight, of_free(seen[1], like), margin)
    else:
        row = EDGE_ROWS * group + TERMS * which
        margin = load(job.edges, row, wide) * seen[0]
        margin = over_twins(fused(load(job.edges, row + 1, wide), seen[1], margin), like)
    return margin + load(job.offsets, 2 * group + which, narrow)


@inlined
def leans(job: Any, group: int, like: Any, points: Any, wide: Any) -> Any:
    """What hysteresis adds to the margins: half of it, towards each comparator's last decision.

    With two points, the last decision is that at the first.
    """
    narrow = halved(wide)
    first = leaning(job, group, 0, load_bits(job.high, 2 * group, narrow), like, narrow)
    second = leaning(job, group, 1, load_bits(job.high, 2 * group + 1, narrow), like, narrow)
    if rows_in(like, points) > 1:
        tie = splat(TIE_V, narrow)
        before = margins(job, group, 0, like, points, wide)
        first = leaning(job, group, 0, above(before[0] + first, tie), like, narrow)
        second = leaning(job, group, 1, above(before[1] + second, tie), like, narrow)
    return first, second


@inlined
def leaning(job: Any, group: int, which: int, high: Any, like: Any, narrow: Any) -> Any:
    """Half the hysteresis, with the sign of these decisions."""
    half = load_common(job.half, 2 * group + which, like, narrow)
    return choose(high, half, -half)


@inlined
def remember(job: Any, group: int, first: Any, second: Any, narrow: Any) -> None:
    """Let the comparators of a group of edges remember what they decide with these margins."""
    tie = splat(TIE_V, narrow)
    store_bits(job.high, 2 * group, above(first, tie))
    store_bits(job.high, 2 * group + 1, above(second, tie))


@inlined
def decide(job: Any, group: int, like: Any, points: Any, wide: Any) -> Any:
    """The margins, hysteresis included, of a group's first and second comparators."""
    lean = leans(job, group, like, points, wide)
    margin = margins(job, group, rows_in(like, points) - 1, like, points, wide)
    return margin[0] + lean[0], margin[1] + lean[1]


@inlined
def within(margin: Any, narrow: Any) -> Any:
    """1 where a decision lies within rounding, else 0."""
    far = above(most(margin, -margin), splat(2 * TIE_V, narrow))
    return choose(far, splat(0.0, narrow), splat(1.0, narrow))


@inlined
def decide_all(
    job: Any, twins: Any, step: int, steps: bool, like: Any, points: Any, wide: Any
) -> None:
    """Every comparator decides; where the board `steps`, each pair of digipots moves as they say.

    A digipot stops at its ends; where a pair stops together, neither moves unless both can. Its new
    conductance follows from its code.
    """
    narrow = halved(wide)
    zero, one, tie = splat(0.0, wide), splat(1.0, wide), splat(TIE_V, wide)
    ties = load(job.ties, 0, narrow)
    for group in range(job.group_count):
        row, same = EDGE_ROWS * group, job.shared_step * group
        first, second = decide(job, group, like, points, wide)
        ties = ties + within(first, narrow) + within(second, narrow)
        if job.remembers:
            remember(job, group, first, second, narrow)
        q0, q1 = above(for_twins(first, like), tie), above(for_twins(second, like), tie)
        low = choose(
            q0,
            load_shared(job.shared, same + 1, like, wide),
            load_shared(job.shared, same, like, wide),
        )
        high = choose(
            q0,
            load_shared(job.shared, same + 3, like, wide),
            load_shared(job.shared, same + 2, like, wide),
        )
        code = load(job.code, group, wide)
        least_code = load_shared(job.shared, same + ENDS, like, wide)
        most_code = load_shared(job.shared, same + ENDS + 1, like, wide)
        moved = clip(code + choose(q1, high, low), least_code, most_code) - code
        both = choose(above(moved * swapped(moved, like), zero), moved, zero)
        together = above(load_shared(job.shared, same + TOGETHER, like, wide), zero)
        moved = choose(together, both, moved)
        if not steps:
            moved = zero
        elif job.gate == MASKED:
            moved = moved * load(job.masks, step * job.group_count + group, wide)
        elif job.gate == CHAINED:
            moved = moved * load(job.enabled, group, wide)
        code = code + moved
        store(job.code, group, code)
        ohm = load(job.edges, row + OHM, wide) + load(job.edges, row + OHM + 1, wide) * code
        store(twins.siemens, group, one / ohm)
    if steps:
        store(job.ties, 0, ties)


@inlined
def conduct(job: Any, twins: Any, wide: Any) -> None:
    """Conductances from the codes."""
    one = splat(1.0, wide)
    for group in range(job.group_count):
        row = EDGE_ROWS * group
        slope = load(job.edges, row + OHM + 1, wide)
        ohm = load(job.edges, row + OHM, wide) + slope * load(job.code, group, wide)
        store(twins.siemens, group, one / ohm)


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
def keep_codes(job: Any, wide: Any) -> None:
    """The codes before a step."""
    for group in range(job.group_count):
        store(job.code_before, group, load(job.code, group, wide))


@inlined
def keep_decisions(job: Any, narrow: Any) -> None:
    """What decided a step."""
    for row in range(2 * job.group_count):
        store_bits(job.high_before, row, load_bits(job.high, row, narrow))


@inlined
def record_codes(job: Any, step: int, wide: Any) -> None:
    """The codes after a step."""
    for group in range(job.group_count):
        code = load(job.code, group, wide)
        store(job.seen_codes, step * job.group_count + group, code)


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
    conduct(job, twins, wide)
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
            keep_codes(job, wide)
        if steps or (job.remembers and not job.blind):
            decide_all(job, twins, step, steps, like, points, wide)
        if steps and step == last:
            keep_decisions(job, halved(wide))
        if job.record_codes and step <= last:
            record_codes(job, step, wide)
