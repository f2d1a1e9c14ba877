"""Decisions: what the compiled loop does for each edge between a settled board and its new codes.

```
signals -> margins of the two comparators -> decisions -> steps of the digipots -> conductances
```

Edges are taken in groups whose rows fill a vector of the machine: eight edges of one board, one
edge of many. A comparator looks at both twins, and so decides for both; what belongs to one twin
has a row of its own, so that nothing changes lanes but signals on their way in and conductances on
their way out. With float32 lanes the clamped half of a signal is clamped less free, and the weights
are rewritten for that.

Cost: about 60 vector operations for each group. What does not follow from the decisions is ready
before they are, and the processor works on the next group meanwhile.
"""

from __future__ import annotations

from typing import Any

from verification.simulation.lowered.edges import (
    APART,
    EDGE_ROWS,
    ENDS,
    LEAN,
    OFFSET,
    OHM,
    SECOND,
    SECOND_ROWS,
)
from verification.simulation.lowered.job import CHAINED, MASKED
from verification.simulation.lowered.terms import TERMS
from verification.simulation.solve.lane_bits import load_bits, load_whole, store_bits, store_whole
from verification.simulation.solve.lane_groups import gathered, joined, load_common, rows_in
from verification.simulation.solve.lanes import (
    above,
    choose,
    clip,
    fused,
    halved,
    inlined,
    least,
    load,
    most,
    splat,
    store,
)
from verification.simulation.tables import TIE_V


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
def shared(job: Any, group: int, number: int, like: Any, narrow: Any) -> Any:
    """One of a group's SHARED_ROWS."""
    return load_common(job.shared, job.shared_step * group + number, like, narrow)


@inlined
def weigh(rows: Any, row: int, one: Any, other: Any, offset: Any, narrow: Any) -> Any:
    """The margin of comparators from the free and clamped halves of the two signals they see."""
    free = fused(load(rows, row, narrow), one[0], offset)
    free = fused(load(rows, row + 2, narrow), other[0], free)
    clamped = load(rows, row + 1, narrow) * one[1]
    return free + fused(load(rows, row + 3, narrow), other[1], clamped)


@inlined
def margin_of(
    job: Any, group: int, which: int, one: Any, other: Any, like: Any, narrow: Any
) -> Any:
    """The margin without hysteresis of a group's first or second comparators.

    Second comparators may be simpler than first ones, see `is_second_simple`.
    """
    offset = load(job.edges, EDGE_ROWS * group + OFFSET + which, narrow)
    if which == 0:
        return weigh(job.edges, EDGE_ROWS * group, one, other, offset, narrow)
    if job.simple_second:
        margin = fused(shared(job, group, SECOND, like, narrow), one[0], offset)
        return fused(shared(job, group, SECOND + 1, like, narrow), other[0], margin)
    return weigh(job.second, SECOND_ROWS * group, one, other, offset, narrow)


@inlined
def decide(
    job: Any, group: int, which: int, one: Any, other: Any, like: Any, points: Any, narrow: Any
) -> Any:
    """The margin, hysteresis included, of a group's first or second comparators.

    What hysteresis adds leans towards each comparator's last decision; with two points that is the
    one at the first.
    """
    up = shared(job, group, LEAN + 2 * which, like, narrow)
    down = shared(job, group, LEAN + 2 * which + 1, like, narrow)
    high = load_bits(job.high, 2 * group + which, narrow)
    if rows_in(like, points) > 1:
        before = margin_of(job, group, which, one[:2], other[:2], like, narrow)
        high = above(before + choose(high, up, down), splat(TIE_V, narrow))
    margin = margin_of(job, group, which, one[-2:], other[-2:], like, narrow)
    return margin + choose(high, up, down)


@inlined
def decide_both(job: Any, group: int, like: Any, points: Any, wide: Any) -> Any:
    """The margins of a group's first and second comparators, which often see the same signals."""
    narrow = halved(wide)
    one, other = fetch(job, group, 0, like, points, wide)
    first = decide(job, group, 0, one, other, like, points, narrow)
    if job.shared_terms:
        return first, decide(job, group, 1, one, other, like, points, narrow)
    one, other = fetch(job, group, 1, like, points, wide)
    return first, decide(job, group, 1, one, other, like, points, narrow)


@inlined
def tied(ties: Any, margin: Any, narrow: Any) -> Any:
    """One more where a decision lies within rounding."""
    near = above(splat(4 * TIE_V * TIE_V, narrow), margin * margin)
    return choose(near, ties + splat(1.0, narrow), ties)


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
def moves(
    job: Any, group: int, first: Any, second: Any, free: Any, clamped: Any, like: Any, wide: Any
) -> Any:
    """How the decisions move the digipots of both twins, from their codes on."""
    narrow = halved(wide)
    if job.as_one:
        step = step_of(job, group, 0, first, second, like, wide)
        down = shared(job, group, ENDS, like, narrow) - least(free, clamped)
        up = shared(job, group, ENDS + 2, like, narrow) - most(free, clamped)
        step = clip(step, down, up)
        return step, step
    down = room(job, group, ENDS, free, clamped, like, narrow)
    up = room(job, group, ENDS + 2, free, clamped, like, narrow)
    apart = shared(job, group, APART, like, narrow)
    step = step_of(job, group, 0, first, second, like, wide)
    free = clip(step, most(down[0], down[1] - apart), least(up[0], up[1] + apart))
    step = step_of(job, group, 1, first, second, like, wide)
    clamped = clip(step, most(down[1], down[0] - apart), least(up[1], up[0] + apart))
    return free, clamped


@inlined
def room(job: Any, group: int, end: int, free: Any, clamped: Any, like: Any, narrow: Any) -> Any:
    """How far both digipots of an edge are from their least or greatest codes."""
    return (
        shared(job, group, end, like, narrow) - free,
        shared(job, group, end + 1, like, narrow) - clamped,
    )


@inlined
def gated(job: Any, moved: Any, step: int, row: int, narrow: Any) -> Any:
    """How far the digipots of a row of codes move, where a mask or the enable chain lets them."""
    if job.gate == MASKED:
        moved = moved * load(job.masks, step * 2 * job.group_count + row, narrow)
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

    A digipot stops at its ends; where a pair stops together, neither moves unless both can.
    """
    narrow = halved(wide)
    tie = splat(TIE_V, narrow)
    ties = load(job.ties, 0, narrow)
    for group in range(job.group_count):
        row = 2 * group
        free, clamped = load_whole(job.code, row, narrow), load_whole(job.code, row + 1, narrow)
        margin = decide_both(job, group, like, points, wide)
        first, second = above(margin[0], tie), above(margin[1], tie)
        store_bits(job.high, row, first)
        store_bits(job.high, row + 1, second)
        if steps:
            moved = moves(job, group, first, second, free, clamped, like, wide)
            free = free + gated(job, moved[0], step, row, narrow)
            clamped = clamped + gated(job, moved[1], step, row + 1, narrow)
            store_whole(job.code, row, free)
            store_whole(job.code, row + 1, clamped)
            conduct(job, twins, group, free, clamped, like, narrow)
            ties = tied(tied(ties, margin[0], narrow), margin[1], narrow)
    store(job.ties, 0, ties)


@inlined
def conduct_all(job: Any, twins: Any, like: Any, narrow: Any) -> None:
    """Conductances from the codes."""
    for group in range(job.group_count):
        row = 2 * group
        free, clamped = load_whole(job.code, row, narrow), load_whole(job.code, row + 1, narrow)
        conduct(job, twins, group, free, clamped, like, narrow)
