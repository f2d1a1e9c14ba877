"""What boards of one lowered circuit share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from verification.simulation.lowered.groups import Lanes
from verification.simulation.lowered.job import Layout, make_layout
from verification.simulation.lowered.outputs import Sights, Watcher
from verification.simulation.lowered.tables import Lowered
from verification.simulation.solve.lanes import Like, lanes_like
from verification.simulation.solve.problem import Integers
from verification.simulation.solve.solver import TwinRoom, solver_for_many, solver_for_one


@dataclass(frozen=True, slots=True, eq=False)
class Scratch:
    """Room for the runs of some boards.

    Attributes:
        layout: the tables in the places of the method.
        room: of the method.
        unknown: nodes of the unknown places.
        like, wide: the lanes of a row, and of a group of edges.
    """

    layout: Layout
    room: TwinRoom
    unknown: Integers
    like: Like
    wide: Like

    @classmethod
    def of(cls, lowered: Lowered, lanes: Lanes) -> Scratch:
        """One board alone gets the soonest method, many boards the tape."""
        if lanes.boards == 1 and lanes.precision is np.float64:
            solver = solver_for_one(lowered.twins)
        else:
            solver = solver_for_many(lowered.twins, lanes.precision)
        room = solver.make(lanes.boards)
        return cls(
            make_layout(lowered, solver.order),
            room,
            solver.order[: solver.unknowns],
            lanes_like(lanes.boards, lanes.precision),
            lanes_like(lanes.boards * lanes.edges, lanes.precision),
        )


class LoweredCircuit:
    """The tables of a circuit, with room for its boards to run.

    Boards of one circuit take turns with one room, so they cannot run in two threads.

    Attributes:
        lowered: the circuit.
        points: data points that its boards are solved for at once.
    """

    def __init__(self, lowered: Lowered) -> None:
        self.lowered = lowered
        self.points = 1
        self._watchers: dict[tuple[int, ...], Watcher] = {}
        self._scratch: dict[Lanes, Scratch] = {}

    def scratch(self, lanes: Lanes) -> Scratch:
        """Room for so many boards at once; whoever runs puts everything in."""
        if lanes not in self._scratch:
            self._scratch[lanes] = Scratch.of(self.lowered, lanes)
        return self._scratch[lanes]

    @cached_property
    def settable(self) -> frozenset[int]:
        """Nets of the pins that a run may set."""
        return frozenset(self.lowered.pins) - frozenset(self.lowered.quiet)

    @cached_property
    def sights(self) -> Sights:
        """What can be watched."""
        return Sights.of(self.lowered)

    def watcher(self, nets: tuple[int, ...]) -> Watcher:
        """How to watch some nets; remembered, since a host watches the same ones in every run."""
        if nets not in self._watchers:
            self._watchers[nets] = Watcher.of(self.lowered, self.sights, nets)
        return self._watchers[nets]
