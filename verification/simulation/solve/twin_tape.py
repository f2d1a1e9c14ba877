"""The tape for twin networks: both twins of every board are lanes of the same vectors.

```
solve_free      assemble; eliminate hidden places and targets, right-hand side included, in both
                twins; back over the targets
solve_clamped   back over the hidden places, from each twin's own volts at the targets
```

In float32 the clamped lanes hold the change D = V_clamped - V_free, whose sign decides what is
learned: V_clamped and V_free agree in most of the digits that float32 has. Then the free twins are
solved to the end first, and D from `A_c D = i_c - i_f - (A_c - A_f) V_f`, half rows at a time.

Cost per board: `updates` of the plan (the sum of c (c + 1) / 2 over columns with c entries)
multiply-adds in each twin, and 4 per entry for the substitutions. On a square lattice 12 updates at
16 edges, 620 at 100, 14 thousand at 500, 260 thousand at 2000: growth with the power 1.5 of the
edges, 3 on graphs that no plane holds. An update moves 8 bytes of tables and, in a chunk of rank r,
1 + 1/r numbers in and 1/r out. One board is limited by the chain of pivots (16 edges: six
divisions) and by mispredicted ends of loops (500 edges). Many boards are limited by how many
vectors are loaded and stored, not by products: a target and its index are read and the target is
written for as few as one product, and right-hand sides of two points are a quarter of it all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from verification.simulation.solve.addresses import Address, record_of
from verification.simulation.solve.lanes import (
    Like,
    Rows,
    blend,
    halved,
    lane_rows,
    lanes_like,
    load,
    store,
)
from verification.simulation.solve.outcome import Floating
from verification.simulation.solve.twin_chunks import make_chunks
from verification.simulation.solve.twin_elimination import assemble, eliminate_chunks
from verification.simulation.solve.twin_kernels import (
    COMMON_FIELDS,
    POINTS,
    implement,
    solve_clamped,
    solve_free,
)
from verification.simulation.solve.twin_plan import TwinPlan, make_twin_plan
from verification.simulation.solve.twin_substitution import (
    backward,
    forward,
    start_difference,
)
from verification.simulation.solve.twins import (
    TwinExcitation,
    TwinNetwork,
    TwinOutcome,
    TwinSolution,
)

TABLES = (
    "chunk",
    "head",
    "row",
    "entry",
    "update",
    "source",
    "sum",
    "near",
    "near_branch",
    "near_place",
    "ground",
)
COUNTED = ("source", "sum", "ground")
COUNTS = ("chunks", "hidden_chunks", *(f"{name}_count" for name in COUNTED))
FIELDS = [
    *COMMON_FIELDS,
    *((name, Address) for name in ("right", *TABLES)),
    *((name, np.uint64) for name in COUNTS),
]
# Two records alike but for their last field, which has no use but to tell them apart: with whole
# volts in both lanes (float64), or with the difference in the clamped one (float32).
WHOLE_TWINS = np.dtype([*FIELDS, ("whole", np.uint8)])
CHANGE_TWINS = np.dtype([*FIELDS, ("change", np.uint8)])

_0, _1, _2 = Address(0), Address(1), Address(2)


def _solve_free(twins: Any, like: Any, points: Any) -> None:
    part = (like, points)
    assemble(twins, like, part)
    eliminate_chunks(twins, like, part)
    backward(twins, twins.hidden_chunks, twins.chunks, part)


def _solve_clamped(twins: Any, like: Any, points: Any) -> None:
    backward(twins, _0, twins.hidden_chunks, (like, points))


def _solve_free_first(twins: Any, like: Any, points: Any) -> None:
    part = (_2, _0, halved(like), halved(points))
    assemble(twins, like, part)
    eliminate_chunks(twins, like, part)
    backward(twins, _0, twins.chunks, part)


def _solve_change(twins: Any, like: Any, points: Any) -> None:
    part = (_2, _1, halved(like), halved(points))
    start_difference(twins, like, points)
    forward(twins, twins.hidden_chunks, part)
    backward(twins, _0, twins.hidden_chunks, part)


implement(WHOLE_TWINS, _solve_free, _solve_clamped)
implement(CHANGE_TWINS, _solve_free_first, _solve_change)


@dataclass(frozen=True, slots=True, eq=False)
class TwinWork:
    """The numbers of W boards' twins, as rows of 2W lanes; see `lanes`.

    Attributes:
        siemens: conductance of each branch.
        volts: of each place, as many rows side by side as points are solved. In float32 the clamped
            lanes hold V_clamped - V_free.
        injected: amperes into each unknown place.
        like: the dummy argument that goes with the record.
        record: what the compiled functions take, one record in an array.
        kept: tables and scratch behind the record's addresses.
    """

    siemens: Rows
    volts: Rows
    injected: Rows
    like: Like
    record: NDArray[np.void]
    kept: tuple[NDArray[Any], ...]

    def ready(self, points: int) -> NDArray[np.void]:
        """See `solver.TwinRoom`; the kernel that uses it is compiled whole."""
        del points
        return self.record


def make_twins(
    plan: TwinPlan, boards: int = 1, dtype: type[np.floating[Any]] = np.float64
) -> TwinWork:
    """Arrays of zeros for so many boards: float64, or float32 with the change form's meaning."""
    chunks = make_chunks(plan)
    places = len(plan.order)
    sizes = {
        "siemens": chunks.numbers,
        "volts": POINTS * places,
        "injected": plan.unknowns,
        "right": POINTS * plan.unknowns,
    }
    rows = {name: lane_rows(size, boards, dtype) for name, size in sizes.items()}
    tables: dict[str, NDArray[Any]] = {name: getattr(chunks, name) for name in TABLES}
    arrays = {**rows, **tables}
    record = record_of(CHANGE_TWINS if dtype is np.float32 else WHOLE_TWINS, arrays)
    record["hidden"], record["unknowns"], record["places"] = plan.hidden, plan.unknowns, places
    counted = (len(tables[name]) for name in COUNTED)
    counts = (len(chunks.chunk) - 1, chunks.hidden, *counted)
    for name, count in zip(COUNTS, counts, strict=True):
        record[name] = count
    like = lanes_like(boards, dtype)
    first = (rows["siemens"][: plan.branch_count], rows["volts"], rows["injected"])
    return TwinWork(*first, like, record, tuple(arrays.values()))


@njit(cache=True, nogil=True)
def solve_once(records: Any, clamped: Address, like: Like) -> None:
    """Eliminate and solve both twins; `clamped` is the address of a row for each target.

    Of these rows the clamped lanes count. Works with the records of every method.
    """
    twins = records[0]
    solve_free(twins, like, like)
    for k in range(twins.unknowns - twins.hidden):
        u = twins.hidden + k
        store(twins.volts, u, blend(load(twins.volts, u, like), load(clamped, k, like), like))
    solve_clamped(twins, like, like)


class TapeTwins:
    """Solves one pair of networks many times, planned once.

    What compiled callers of `solve_free` and `solve_clamped` need is accounted for in `choice`;
    `solve` adds 20 us of Python.
    """

    def __init__(self, network: TwinNetwork) -> None:
        self.network = network
        self._floating = network.floating()
        if self._floating:
            return
        plan = make_twin_plan(network)
        self._order, self._place = plan.order, plan.places()
        self._work = make_twins(plan)
        self._clamped = lane_rows(len(network.clamped), 1)

    def solve(self, excitation: TwinExcitation) -> TwinOutcome:
        """The state of both twins, or what floats in either."""
        floating = self._floating
        if not excitation.siemens.all():
            floating = self.network.floating(excitation.siemens)
        if floating:
            return Floating(floating)
        work = self._work
        work.siemens[:] = excitation.siemens
        volts = work.volts[: len(self._order)]
        volts[self._place[self.network.held]] = excitation.held_v
        work.injected[:] = excitation.injected_a[self._order[: len(work.injected)]]
        self._clamped[:, 1] = excitation.clamped_v
        solve_once(work.record, Address(self._clamped.ctypes.data), work.like)
        return TwinSolution(volts[self._place])
