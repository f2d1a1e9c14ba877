"""Fronts: the method for large boards.

Both twins are factored at once, as lanes of one vector: a row of four neighbouring columns and two
twins fills a 512-bit register. What is updated is known from FrontPlan; nothing is searched for and
nothing is allocated while it runs.

```
solve_free      assemble; right-hand side; LDL^T with it; back over the targets
solve_clamped   back over the hidden places, from each twin's own volts at the targets
```

| edges (square lattice on a torus) | 500 | 2 000 | 10 000 |
|---|---|---|---|
| multiplications and additions, both twins, zeros included | 0.14 M | 1.7 M | 24 M |
| memory, plan included | 0.13 MB | 0.66 MB | 3.9 MB |
| of the value blocks, cleared first | 86 % | 55 % | 37 % |
| a solution | 4.3 us | 29 us | 310 us |

The arithmetic grows as n^1.5 with n nodes on lattices (planar disordered boards take an eighth of
it at 10 000 edges) and as n^3 on graphs that no plane holds, where GradientTwins wins beyond 2000
edges. At 10 000 edges it runs at 75 GFLOP/s, where OpenBLAS' dgemm reaches 62 on the same core and
the core could do 133; at 500 half of the time goes for short columns and chains of pivots.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from verification.simulation.solve.addresses import Address, record_of
from verification.simulation.solve.front_layout import BLOCK_ROWS
from verification.simulation.solve.front_plan import GROUP, FrontPlan, make_front_plan
from verification.simulation.solve.front_record import COUNTED, COUNTS, FRONT_TWINS, TABLES
from verification.simulation.solve.front_solve import compile_solver, solve_apart
from verification.simulation.solve.lanes import (
    Like,
    Rows,
    lane_rows,
    lanes_like,
)
from verification.simulation.solve.outcome import Floating
from verification.simulation.solve.twin_kernels import POINTS, branch_rows, implement
from verification.simulation.solve.twin_tape import solve_once
from verification.simulation.solve.twins import (
    TwinExcitation,
    TwinNetwork,
    TwinOutcome,
    TwinSolution,
)


@dataclass(frozen=True, slots=True, eq=False)
class FrontTwins:
    """The numbers of W boards, free twins in lanes 0..W-1, clamped in W..2W-1.

    Attributes:
        siemens: conductance of each branch, shape (branches, 2W).
        volts: of each place, as many rows side by side as points are solved, shape
            (POINTS x places, 2W).
        injected: amperes pushed into each unknown place from outside, shape (unknowns, 2W).
        like: the dummy argument that goes with the record.
        record: what the compiled functions take, one record in an array; see `ready`.
        kept: what the record has addresses of.
    """

    siemens: Rows
    volts: Rows
    injected: Rows
    like: Like
    record: NDArray[np.void]
    kept: tuple[NDArray[Any], ...]

    def ready(self, points: int) -> NDArray[np.void]:
        """See `solver.TwinRoom`."""
        compile_solver(self.record, self.like, points)
        return self.record


def make_front_twins(plan: FrontPlan, branches: int, boards: int = 1) -> FrontTwins:
    """Room for so many boards with one plan; all numbers are 0, in float64."""
    sizes = {
        "siemens": branch_rows(branches),
        "volts": POINTS * len(plan.order),
        "injected": plan.unknowns,
        "values": plan.rows + BLOCK_ROWS,  # the last block stays 0, see FrontPlan
        "right": POINTS * plan.slots,
        "state": POINTS * plan.slots,
        "scaled": BLOCK_ROWS * GROUP * plan.widest,
    }
    rows = {name: lane_rows(size, boards) for name, size in sizes.items()}
    tables: dict[str, NDArray[Any]] = {name: getattr(plan, name) for name in TABLES}
    tables |= plan.assembly
    record = record_of(FRONT_TWINS, {**rows, **tables})
    for name in ("hidden", "unknowns", *COUNTS):
        record[name] = getattr(plan, name)
    like = lanes_like(boards)
    record["places"] = len(plan.order)
    for name in COUNTED:
        record[f"{name}_count"] = len(tables[name])
    first = (rows["siemens"][:branches], rows["volts"], rows["injected"])
    return FrontTwins(*first, like, record, (*rows.values(), *tables.values()))


def _solve_free(twins: Any, like: Any, points: Any) -> None:
    solve_apart(twins, Address(0), like, points)


def _solve_clamped(twins: Any, like: Any, points: Any) -> None:
    solve_apart(twins, Address(1), like, points)


implement(FRONT_TWINS, _solve_free, _solve_clamped)


class FrontsTwins:
    """Solves one pair of networks many times, planned once."""

    def __init__(self, network: TwinNetwork) -> None:
        self.network = network
        self._floating = network.floating()
        if self._floating:
            return
        self._plan = make_front_plan(network)
        self._twins = make_front_twins(self._plan, len(network.branch_a))
        self._clamped = lane_rows(len(network.clamped), 1)

    def solve(self, excitation: TwinExcitation) -> TwinOutcome:
        """The state of both twins, or what floats in either."""
        floating = self._floating
        if not excitation.siemens.all():
            floating = self.network.floating(excitation.siemens)
        if floating:
            return Floating(floating)
        plan, twins = self._plan, self._twins
        twins.siemens[:] = excitation.siemens
        volts = twins.volts[: len(plan.order)]
        volts[plan.unknowns :] = excitation.held_v
        twins.injected[:] = excitation.injected_a[plan.order[: plan.unknowns]]
        self._clamped[:, 1] = excitation.clamped_v
        solve_once(twins.ready(1), Address(self._clamped.ctypes.data), twins.like)
        return TwinSolution(volts[plan.places()])
