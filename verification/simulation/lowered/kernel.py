"""The lowered learning step's compiled loop.

```
for each step:  row of pins new? -> held volts -> solve
                record - [learn -> eliminate -> solve again and remember, where the pins change]
solve:          free twin -> nudge -> clamped twin -> followers
learn:          comparators -> steps of the digipots -> their conductances
```

Every quantity is a row of lanes (`solve.lanes`): the free twins of W boards, then their clamped
twins. Edges are taken in groups whose rows together fill a vector of the machine: four edges of one
board, one edge of many. A comparator looks at both twins: its row holds one decision in both
halves. With float32 lanes the clamped half of `volts` and `signals` holds clamped less free (see
`twin_tape`), so that small differences keep their signs.

Cost of a step: one elimination, one or two substitutions, and about 10 vector operations for each
edge, 8 for each comparator's term; nothing is allocated and nothing is looked up by name.
"""

from __future__ import annotations

from typing import Any

from numba import njit

from verification.simulation.lowered.job import (
    CHAINED,
    EDGE_ROWS,
    ENDS,
    HALF,
    MASKED,
    OFFSET,
    OHM,
    SHARED_ROWS,
    TERMS,
    TOGETHER,
)
from verification.simulation.solve.addresses import words
from verification.simulation.solve.lanes import (
    above,
    blend,
    choose,
    gathered,
    inlined,
    is_single,
    least,
    load,
    load_shared,
    most,
    rows_in,
    splat,
    store,
    swapped,
    swapped_within,
)
from verification.simulation.solve.twin_kernels import eliminate, solve_clamped, solve_free
from verification.simulation.tables import TIE_V


@inlined
def clip(value: Any, low: Any, high: Any) -> Any:
    """Value within its bounds, lane by lane."""
    return least(most(value, low), high)


@inlined
def hold(job: Any, twins: Any, row: int, like: Any) -> None:
    """Put a row of pins into the volts of the held places."""
    for h in range(job.held_count):
        volts = load(job.held, row * job.held_count + h, like)
        store(twins.volts, words(job.held_place)[h], volts)


@inlined
def nudge(job: Any, twins: Any, row: int, like: Any) -> None:
    """From the free targets' volts and the desired ones to the clamped targets'."""
    for k in range(job.target_count):
        volts = load(job.drive, row * job.target_count + k, like)
        for t in range(words(job.nudge_start)[k], words(job.nudge_start)[k + 1]):
            seen = load(twins.volts, words(job.nudge_place)[t], like)
            seen = seen + load(job.nudge_offset, t, like)
            seen = clip(seen, load(job.nudge_term_low, t, like), load(job.nudge_term_high, t, like))
            volts = volts + load(job.nudge_weight, t, like) * seen
        volts = clip(volts, load(job.nudge_low, k, like), load(job.nudge_high, k, like))
        place = words(job.target_place)[k]
        free = load(twins.volts, place, like)
        if is_single(like):
            volts = volts - free
        store(twins.volts, place, blend(free, swapped(volts)))


@inlined
def look(job: Any, twins: Any, like: Any) -> None:
    """What the followers make of the nodes' volts."""
    for s in range(job.signal_count):
        volts = load(twins.volts, words(job.signal_place)[s], like)
        offset = load(job.signal_offset, s, like)
        low = load_shared(job.signal_low, s, like, like)
        high = load_shared(job.signal_high, s, like, like)
        if is_single(like):
            volts = difference(volts, offset, low, high, load(job.signal_gap, s, like), like)
        else:
            volts = clip(volts + offset, low, high)
        store(job.signals, s, volts)


@inlined
def difference(volts: Any, offset: Any, low: Any, high: Any, gap: Any, like: Any) -> Any:
    """A follower pair in the change form: free, and clamped less free.

    Where neither saturates the difference is the nodes' own and that of the offsets, `gap`; only
    where one does is it taken between the two outputs.
    """
    free = blend(volts, swapped(volts))
    reach = free + blend(splat(0.0, like), volts) + offset
    out = clip(reach, low, high)
    lost = most(reach, out) - least(reach, out)
    lost = lost + swapped(lost)
    between = out - blend(out, swapped(out))
    return blend(out, choose(above(lost, splat(0.0, like)), between, volts + gap))


@inlined
def margin_of(job: Any, group: int, which: int, like: Any, wide: Any) -> Any:
    """The margin of the first (0) or second (1) comparators of a group of edges.

    The threshold leans to each comparator's last decision.
    """
    slot = (2 * TERMS * group + TERMS * which) * rows_in(like, wide)
    row = EDGE_ROWS * group
    one = load(job.edges, row + TERMS * which, wide)
    one = one * gathered(job.signals, job.slots, slot, like, wide)
    slot = slot + rows_in(like, wide)
    other = load(job.edges, row + TERMS * which + 1, wide)
    other = other * gathered(job.signals, job.slots, slot, like, wide)
    margin = one + other
    offset = load(job.edges, row + OFFSET + which, wide)
    return (
        margin + swapped_within(margin, like) + (offset + load(job.lean, 2 * group + which, wide))
    )


@inlined
def keep(job: Any, group: int, which: int, high: Any, like: Any, wide: Any) -> None:
    """Let the comparators' memory have these decisions."""
    half = load_shared(job.shared, SHARED_ROWS * group + HALF + which, like, wide)
    store(job.lean, 2 * group + which, choose(high, half, -half))


@inlined
def remember(job: Any, like: Any, wide: Any) -> None:
    """Let every comparator decide, for its memory."""
    tie = splat(TIE_V, wide)
    for group in range(job.group_count):
        for which in range(2):
            margin = margin_of(job, group, which, like, wide)
            keep(job, group, which, above(margin, tie), like, wide)


@inlined
def within(margin: Any, wide: Any) -> Any:
    """1 where a decision lies within rounding, else 0."""
    far = above(most(margin, -margin), splat(2 * TIE_V, wide))
    return choose(far, splat(0.0, wide), splat(1.0, wide))


@inlined
def learn(job: Any, twins: Any, step: int, like: Any, wide: Any) -> None:
    """Every pair of digipots moves as its two comparators say; their new conductances.

    A digipot stops at its ends; where a pair stops together, neither moves unless both can.
    """
    zero, one, tie = splat(0.0, wide), splat(1.0, wide), splat(TIE_V, wide)
    # Addresses as locals: the compiler cannot know that no store changes the record.
    edges, shared, codes, siemens = job.edges, job.shared, job.code, twins.siemens
    remembers, gate = job.remembers, job.gate
    ties = load(job.ties, 0, wide)
    for group in range(job.group_count):
        row, same = EDGE_ROWS * group, SHARED_ROWS * group
        first = margin_of(job, group, 0, like, wide)
        second = margin_of(job, group, 1, like, wide)
        ties = ties + within(first, wide) + within(second, wide)
        q0, q1 = above(first, tie), above(second, tie)
        if remembers:
            keep(job, group, 0, q0, like, wide)
            keep(job, group, 1, q1, like, wide)
        low = choose(
            q0,
            load_shared(shared, same + 1, like, wide),
            load_shared(shared, same, like, wide),
        )
        high = choose(
            q0,
            load_shared(shared, same + 3, like, wide),
            load_shared(shared, same + 2, like, wide),
        )
        code = load(codes, group, wide)
        least_code = load_shared(shared, same + ENDS, like, wide)
        most_code = load_shared(shared, same + ENDS + 1, like, wide)
        moved = clip(code + choose(q1, high, low), least_code, most_code) - code
        both = choose(above(moved * swapped_within(moved, like), zero), moved, zero)
        together = above(load_shared(shared, same + TOGETHER, like, wide), zero)
        moved = choose(together, both, moved)
        if gate == MASKED:
            moved = moved * load(job.masks, step * job.group_count + group, wide)
        elif gate == CHAINED:
            moved = moved * load(job.enabled, group, wide)
        code = code + moved
        store(codes, group, code)
        ohm = load(edges, row + OHM, wide) + load(edges, row + OHM + 1, wide) * code
        store(siemens, group, one / ohm)
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
def solve(job: Any, twins: Any, row: int, like: Any) -> None:
    """The settled board with a row of pins; a blind run is about the free network alone."""
    solve_free(twins, like)
    if not job.blind:
        nudge(job, twins, row, like)
    solve_clamped(twins, like)
    if not job.blind:
        look(job, twins, like)


@inlined
def copy_rows(source: int, target: int, count: int, like: Any) -> None:
    """The first rows of one array to another."""
    for k in range(count):
        store(target, k, load(source, k, like))


@inlined
def record_codes(job: Any, step: int, wide: Any) -> None:
    """The codes after a step."""
    for group in range(job.group_count):
        code = load(job.code, group, wide)
        store(job.seen_codes, step * job.group_count + group, code)


@inlined
def record(job: Any, twins: Any, step: int, like: Any) -> None:
    """The watched places."""
    for w in range(job.watch_count):
        store(job.seen, step * job.watch_count + w, load(twins.volts, words(job.watch)[w], like))


@njit(cache=True, nogil=True)
def run_steps(jobs: Any, work: Any, like: Any, wide: Any) -> None:
    """Host steps of lowered boards; see `LoweredBoards.run`.

    A board that has settled with one row of pins decides the same again, so where the next step has
    the same row the comparators are asked once for both.

    Args:
        jobs: one JOB record.
        work: one record of a twin method.
        like: the lanes of a row.
        wide: those of a group of edges.
    """
    job, twins = jobs[0], work[0]
    row_of = words(job.row_of)
    last = job.step_count - 1
    solved = -1
    conduct(job, twins, wide)
    eliminate(twins, like)
    for step in range(job.step_count):
        row = row_of[step]
        if row != solved:
            hold(job, twins, row, like)
            solve(job, twins, row, like)
            solved = row
        record(job, twins, step, like)
        if job.clocked:
            if step == last:
                remember(job, like, wide)
                copy_rows(job.code, job.code_before, job.group_count, wide)
                copy_rows(job.lean, job.lean_before, 2 * job.group_count, wide)
            learn(job, twins, step, like, wide)
            eliminate(twins, like)
            solved = -1
        if job.remembers and (step == last or row_of[step + 1] != row):
            if solved < 0:
                solve(job, twins, row, like)
            remember(job, like, wide)
        if job.record_codes:
            record_codes(job, step, wide)
