"""Conjugate gradients: the method for large boards that no plane holds.

On a random graph a factorisation fills in until most of the matrix is full; conjugate gradients
with the diagonal as preconditioner need nothing but the branches. Their iterations grow with the
distance that a voltage has to travel: 100 to 200 on random graphs of any size, 1000 and more on
lattices, which belong to the fronts.

```
free twin:     unknown places, from its last volts
clamped twin:  hidden places, from its last volts plus the change of the free twin's
```

Points are solved one after the other. The last volts of a point are those of the point before it;
of the first one, those of the last point of the call before: where a board's old data and its new
ones are the two points, it had the same data.

Each twin's iteration ends when r^T D^-1 r <= TOLERANCE_V^2 sum(D), r being the currents missing at
the places and D the sums of conductances there: on average no place is further than TOLERANCE_V
from what its neighbours ask for.

Cost per iteration and twin: 4 flops and 12 bytes of table for each end of a branch, 12 flops for
each place. Memory: 24 bytes for each end of a branch and 96 for each place, per board.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba.extending import register_jitable
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import reverse_cuthill_mckee

from verification.simulation.solve.addresses import Address, floats, integers, record_of, words
from verification.simulation.solve.lane_groups import (
    rows_in,
)
from verification.simulation.solve.lane_points import (
    each,
)
from verification.simulation.solve.lane_sums import folded
from verification.simulation.solve.lanes import (
    Rows,
    above,
    choose,
    fused,
    halved,
    inlined,
    lane_rows,
    lanes_like,
    load,
    splat,
    store,
)
from verification.simulation.solve.outcome import Floating
from verification.simulation.solve.plan import Indices
from verification.simulation.solve.problem import Integers
from verification.simulation.solve.twin_kernels import (
    COMMON_FIELDS,
    POINTS,
    branch_rows,
    implement,
)
from verification.simulation.solve.twin_tape import solve_once
from verification.simulation.solve.twins import (
    TwinExcitation,
    TwinNetwork,
    TwinOutcome,
    TwinSolution,
)

TOLERANCE_V = 1e-12
# Beyond this a start is taken for nonsense.
MOST_V = 1e12
# Rows of W lanes that the loops over places take at once; arrays are filled up to a multiple.
STRIDE = 8
# Rounding delays conjugate gradients, but not for ever: iterations per unknown at most.
PATIENCE = 10

TABLES = ("near", "near_branch", "near_place")
WORK = ("conductance", "inverse", "limit", "step", "flow", "missing", "change", "found")
GRADIENT_TWINS = np.dtype(
    [
        *COMMON_FIELDS,
        *((name, Address) for name in (*TABLES, *WORK, "iterations")),
        ("ends", np.uint64),
        ("rows", np.uint64),
    ]
)
_0, _1, _2, _8 = (np.uint64(n) for n in (0, 1, 2, STRIDE))


@dataclass(frozen=True, slots=True, eq=False)
class GradientPlan:
    """Places and their neighbours, in a narrow band where the graph has one.

    Attributes:
        order: node at each place: hidden nodes, then targets, then held nodes.
        hidden, unknowns: how many places are hidden; hidden or targets.
        near: ends of branches at unknown u are near[u] to near[u + 1] - 1.
        near_branch, near_place: the branch of each, and the place at its other end.
    """

    order: Indices
    hidden: int
    unknowns: int
    near: Indices
    near_branch: Indices
    near_place: Indices

    def places(self) -> Integers:
        """The place of each node, shape (node_count,)."""
        return np.argsort(self.order).astype(np.int64)


def make_gradient_plan(network: TwinNetwork) -> GradientPlan:
    """The plan, in time linear in the branches (sorting apart)."""
    count = network.node_count
    fixed = np.concatenate((network.clamped, network.held))
    a, b = network.branch_a, network.branch_b
    graph = csr_array(
        coo_array(
            (np.ones(2 * len(a)), (np.concatenate((a, b)), np.concatenate((b, a)))),
            shape=(count, count),
        )
    )
    walk = reverse_cuthill_mckee(graph, symmetric_mode=True).astype(np.int64)
    order = np.concatenate((walk[~np.isin(walk, fixed)], fixed))
    unknowns = count - len(network.held)
    place = np.argsort(order)
    here = np.concatenate((place[a], place[b]))
    by_place = np.argsort(here, kind="stable")[: int((here < unknowns).sum())]
    near = np.concatenate(([0], np.cumsum(np.bincount(here, minlength=count)[:unknowns])))
    branch = np.tile(np.arange(len(a)), 2)[by_place]
    there = np.concatenate((place[b], place[a]))[by_place]
    words32 = (np.ascontiguousarray(x, dtype=np.uint32) for x in (near, branch, there))
    return GradientPlan(
        order.astype(np.uint32), unknowns - len(network.clamped), unknowns, *words32
    )


@dataclass(frozen=True, slots=True, eq=False)
class GradientWork:
    """The numbers of W boards' twins, as rows of 2W lanes; see `lanes`.

    Attributes:
        siemens: conductance of each branch in each lane.
        volts: of each place, as many rows side by side as points are solved; the next solution
            starts from the last of them.
        injected: amperes into each unknown place.
        iterations: of the last solution, free and clamped, those of all points.
        record: what the compiled functions take, one record in an array.
        kept: tables and scratch behind the record's addresses.
    """

    siemens: Rows
    volts: Rows
    injected: Rows
    iterations: Integers
    record: NDArray[np.void]
    kept: tuple[NDArray[Any], ...]

    def ready(self, points: int) -> NDArray[np.void]:
        """See `solver.TwinRoom`; the kernel that uses it is compiled whole."""
        del points
        return self.record


def make_gradients(plan: GradientPlan, branches: int, boards: int = 1) -> GradientWork:
    """Room for so many boards, in float64; all numbers are 0."""
    places, ends = len(plan.order), len(plan.near_place)
    padded = -(-places // STRIDE) * STRIDE
    sizes = {"siemens": branch_rows(branches), "volts": POINTS * places, "injected": plan.unknowns}
    sizes |= {"conductance": ends, "inverse": padded, "limit": 1}
    # Rows of W lanes, one twin at a time.
    sizes |= dict.fromkeys(("step", "flow", "missing"), padded // 2) | {"found": 1}
    sizes["change"] = POINTS * padded // 2
    rows = {name: lane_rows(size, boards) for name, size in sizes.items()}
    iterations = np.zeros(2, dtype=np.int64)
    tables = {name: getattr(plan, name) for name in TABLES} | {"iterations": iterations}
    record = record_of(GRADIENT_TWINS, {**rows, **tables})
    record["hidden"], record["unknowns"], record["places"] = plan.hidden, plan.unknowns, places
    record["ends"], record["rows"] = ends, padded
    first = (rows["siemens"][:branches], rows["volts"], rows["injected"], iterations)
    return GradientWork(*first, record, (*rows.values(), *tables.values()))


def _solve_free(twins: Any, like: Any, points: Any) -> None:
    _weigh(twins, _0, twins.unknowns, like)
    _weigh(twins, _1, twins.hidden, like)
    _solve(twins, _0, twins.unknowns, like, points)


def _solve_clamped(twins: Any, like: Any, points: Any) -> None:
    _solve(twins, _1, twins.hidden, like, points)


@register_jitable
def _solve(twins: Any, twin: Any, rows: Any, like: Any, points: Any) -> None:
    """One twin's first `rows` places at every point, the free one before the clamped one."""
    part, count = halved(like), np.uint64(rows_in(like, points))
    iterations = integers(twins.iterations)
    iterations[twin] = 0
    last = _2 * (count - _1) + twin
    for point in range(count):
        here = _2 * point + twin
        for place in range(rows):
            first = _2 * count * place
            volts = load(twins.volts, first + last, part)
            if twin:
                # `change` still is the free twin's; this one's is likely to be much the same.
                volts = volts + load(twins.change, point * twins.rows + place, part)
            store(twins.volts, first + here, volts)
        iterations[twin] += _descend(twins, twin, rows, point, like, points)
        last = here


@inlined
def _weigh(twins: Any, twin: Any, rows: Any, like: Any) -> None:
    part = halved(like)
    near, branch = words(twins.near), words(twins.near_branch)
    one, total = splat(1.0, part), splat(0.0, part)
    for place in range(rows):
        around = splat(0.0, part)
        for k in range(np.uint64(near[place]), np.uint64(near[place + _1])):
            g = load(twins.siemens, _2 * np.uint64(branch[k]) + twin, part)
            store(twins.conductance, twin * twins.ends + k, g)
            around += g
        store(twins.inverse, twin * twins.rows + place, one / around)
        total += around
    store(twins.limit, twin, total * splat(TOLERANCE_V * TOLERANCE_V, part))


@inlined
def _descend(twins: Any, twin: Any, rows: Any, point: Any, like: Any, points: Any) -> Any:
    """Conjugate gradients for the first `rows` places of a twin, from its volts; how many."""
    part = halved(like)
    energy = _start(twins, twin, rows, point, like, points)
    zero = splat(0.0, part)
    count = np.uint64(0)
    while count < np.uint64(PATIENCE) * rows and _unfinished(twins, twin, energy, like):
        power = _flows(twins, twin, rows, like)
        length = choose(above(power, zero), energy / power, zero)
        after = _advance(twins, twin, length, point, like)
        _turn(twins, twin, choose(above(energy, zero), after / energy, zero), like)
        energy = after
        count += _1
    for place in range(rows):
        row = _volts_row(twin, place, point, like, points)
        change = load(twins.change, point * twins.rows + place, part)
        store(twins.volts, row, load(twins.volts, row, part) + change)
    return count


@inlined
def _volts_row(twin: Any, place: Any, point: Any, like: Any, points: Any) -> Any:
    """The row of W lanes that holds a twin's volts."""
    count = np.uint64(rows_in(like, points))
    return _2 * (count * np.uint64(place) + point) + twin


@inlined
def _start(twins: Any, twin: Any, rows: Any, point: Any, like: Any, points: Any) -> Any:
    """The missing currents r, the first step D^-1 r, no change; r^T D^-1 r."""
    part = halved(like)
    near, other = words(twins.near), words(twins.near_place)
    energy = splat(0.0, part)
    for place in range(rows):
        row = _volts_row(twin, place, point, like, points)
        store(twins.volts, row, _finite(load(twins.volts, row, part), part))
    for place in range(rows):
        volts = load(twins.volts, _volts_row(twin, place, point, like, points), part)
        r = load(twins.injected, _2 * place + twin, part)
        for k in range(np.uint64(near[place]), np.uint64(near[place + _1])):
            there = load(twins.volts, _volts_row(twin, other[k], point, like, points), part)
            r = fused(load(twins.conductance, twin * twins.ends + k, part), there - volts, r)
        step = r * load(twins.inverse, twin * twins.rows + place, part)
        energy = fused(r, step, energy)
        store(twins.missing, place, r)
        store(twins.step, place, step)
    for place in range(rows, twins.rows):
        store(twins.missing, place, splat(0.0, part))
        store(twins.step, place, splat(0.0, part))
    for place in range(twins.rows):
        store(twins.change, point * twins.rows + place, splat(0.0, part))
    return energy


@inlined
def _finite(volts: Any, part: Any) -> Any:
    """Volts that are no numbers come from sources that were none; they are no place to start."""
    zero, most = splat(0.0, part), splat(MOST_V, part)
    volts = choose(above(most, volts), volts, zero)
    return choose(above(volts, -most), volts, zero)


@inlined
def _unfinished(twins: Any, twin: Any, energy: Any, like: Any) -> bool:
    """Whether any board's r^T D^-1 r is still too large."""
    boards = np.uint64(len(like) // 2)
    store(twins.found, _0, energy)
    found, limit = floats(twins.found), floats(twins.limit)
    waiting = False
    for n in range(boards):
        waiting |= found[n] > limit[twin * boards + n]
    return waiting


@inlined
def _flows(twins: Any, twin: Any, rows: Any, like: Any) -> Any:
    """The currents q = A p that the step p would drive; p^T q."""
    part = halved(like)
    near, other = words(twins.near), words(twins.near_place)
    conductance, power = twin * twins.ends, splat(0.0, part)
    for place in range(rows):
        step, flow = load(twins.step, place, part), splat(0.0, part)
        for k in range(np.uint64(near[place]), np.uint64(near[place + _1])):
            g = load(twins.conductance, conductance + k, part)
            flow = fused(g, step - load(twins.step, other[k], part), flow)
        store(twins.flow, place, flow)
        power = fused(flow, step, power)
    return power


@inlined
def _advance(twins: Any, twin: Any, length: Any, point: Any, like: Any) -> Any:
    """Go `length` steps; the new r^T D^-1 r."""
    wide, changes = like + like + like + like, point * twins.rows // _8
    inverse, total = twin * twins.rows // _8, splat(0.0, wide)
    forth, back = each(length, wide), each(-length, wide)
    for k in range(twins.rows // _8):
        change = fused(forth, load(twins.step, k, wide), load(twins.change, changes + k, wide))
        r = fused(back, load(twins.flow, k, wide), load(twins.missing, k, wide))
        store(twins.change, changes + k, change)
        store(twins.missing, k, r)
        total = fused(r * load(twins.inverse, inverse + k, wide), r, total)
    return folded(total, halved(like))


@inlined
def _turn(twins: Any, twin: Any, share: Any, like: Any) -> None:
    """The next step: D^-1 r and a share of the last step."""
    wide = like + like + like + like
    inverse, kept = twin * twins.rows // _8, each(share, wide)
    for k in range(twins.rows // _8):
        fresh = load(twins.missing, k, wide) * load(twins.inverse, inverse + k, wide)
        store(twins.step, k, fused(kept, load(twins.step, k, wide), fresh))


implement(GRADIENT_TWINS, _solve_free, _solve_clamped)


class GradientTwins:
    """Solves one pair of networks many times, each time from the last solution."""

    def __init__(self, network: TwinNetwork) -> None:
        self.network = network
        self._floating = network.floating()
        if self._floating:
            return
        self._plan = make_gradient_plan(network)
        self._work = make_gradients(self._plan, len(network.branch_a))
        self._clamped = lane_rows(len(network.clamped), 1)

    @property
    def iterations(self) -> tuple[int, int]:
        """How many the last solution took, of the free and of the clamped twin."""
        free, clamped = self._work.iterations.tolist()
        return free, clamped

    def solve(self, excitation: TwinExcitation) -> TwinOutcome:
        """The state of both twins, or what floats in either."""
        floating = self._floating
        if not excitation.siemens.all():
            floating = self.network.floating(excitation.siemens)
        if floating:
            return Floating(floating)
        plan, work = self._plan, self._work
        work.siemens[:] = excitation.siemens
        volts = work.volts[: len(plan.order)]
        volts[plan.unknowns :] = excitation.held_v
        work.injected[:] = excitation.injected_a[plan.order[: plan.unknowns]]
        self._clamped[:, 1] = excitation.clamped_v
        solve_once(work.record, Address(self._clamped.ctypes.data), lanes_like(1))
        return TwinSolution(volts[plan.places()])
