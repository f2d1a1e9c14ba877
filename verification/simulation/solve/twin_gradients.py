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

Cost per iteration and twin: 4 flops and 12 bytes of table for each end of a branch, 12 flops for
each place. Memory: 24 bytes for each end of a branch and 96 for each place, per board.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import reverse_cuthill_mckee

from verification.simulation.solve.addresses import Address, record_of
from verification.simulation.solve.gradient_descent import STRIDE, solve_gradients, weigh
from verification.simulation.solve.lanes import Rows, lane_rows, lanes_like
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
_0, _1 = np.uint64(0), np.uint64(1)


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
    weigh(twins, _0, twins.unknowns, like)
    weigh(twins, _1, twins.hidden, like)
    solve_gradients(twins, _0, twins.unknowns, like, points)


def _solve_clamped(twins: Any, like: Any, points: Any) -> None:
    solve_gradients(twins, _1, twins.hidden, like, points)


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
