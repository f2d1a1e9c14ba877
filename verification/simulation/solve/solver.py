"""The solver of one pair of networks: its method, its plan, and room to work in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from verification.simulation.solve.choice import PLANNED_UNKNOWNS, TwinMethod, twin_method
from verification.simulation.solve.front_plan import make_front_plan
from verification.simulation.solve.lanes import Rows
from verification.simulation.solve.problem import Integers
from verification.simulation.solve.twin_fronts import make_front_twins
from verification.simulation.solve.twin_gradients import make_gradient_plan, make_gradients
from verification.simulation.solve.twin_plan import make_twin_plan
from verification.simulation.solve.twin_tape import make_twins
from verification.simulation.solve.twins import TwinNetwork


class TwinRoom(Protocol):
    """Numbers of W boards that a method works on, as rows of 2 W lanes."""

    @property
    def volts(self) -> Rows:
        """Of each place."""
        ...

    @property
    def injected(self) -> Rows:
        """Amperes into each unknown place."""
        ...

    @property
    def record(self) -> NDArray[np.void]:
        """What `solve_free` and `solve_clamped` take; see `ready`."""
        ...

    def ready(self, points: int) -> NDArray[np.void]:
        """The record, once all that it calls for so many data points at once is compiled."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class TwinSolver:
    """A pair of networks, planned.

    Attributes:
        method: by which it is solved.
        order: node of each place.
        unknowns: how many places are not held in both twins.
        make: room for so many boards.
    """

    method: TwinMethod
    order: Integers
    unknowns: int
    make: Callable[[int], TwinRoom]


def solver_for_one(network: TwinNetwork) -> TwinSolver:
    """The soonest method for one board in float64."""
    small = network.node_count - len(network.held) <= PLANNED_UNKNOWNS
    pattern = make_twin_plan(network) if small else None
    method = twin_method(network, pattern)
    branches = len(network.branch_a)
    if method == "tape":
        return solver_for_many(network, np.float64)
    if method == "fronts":
        fronts = make_front_plan(network, pattern)
        order = fronts.order.astype(np.int64)
        return TwinSolver(
            method,
            order,
            fronts.unknowns,
            lambda boards: make_front_twins(fronts, branches, boards),
        )
    gradients = make_gradient_plan(network)
    return TwinSolver(
        method,
        gradients.order.astype(np.int64),
        gradients.unknowns,
        lambda boards: make_gradients(gradients, branches, boards),
    )


def solver_for_many(network: TwinNetwork, precision: type[np.floating[Any]]) -> TwinSolver:
    """The tape, for any number of boards at once and either precision."""
    plan = make_twin_plan(network)
    return TwinSolver(
        "tape",
        plan.order.astype(np.int64),
        plan.unknowns,
        lambda boards: make_twins(plan, boards, precision),
    )
