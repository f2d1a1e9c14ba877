"""What one worker does: a board is drawn and trained on every task."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from designs import Design
from parts.catalogue import load_catalogue
from verification.extraction.values import ROOM_C, Values, drawn, drawn_temperature, ideal
from verification.montecarlo.groups import Group, perfected
from verification.reading.netlist import Netlist
from verification.training.bench import Workshop
from verification.training.fleet import FLEET, Fleet
from verification.training.learn import learn_board


@dataclass(frozen=True)
class Laboratory:
    """What all boards share; a worker compiles each task's circuit once.

    Attributes:
        netlist, design: the board's file and what it should be.
        tasks: names, in the order of the results.
        low_c, high_c: temperatures are drawn between these, degrees Celsius.
        steps: learning steps instead of the tasks' own.
        groups: by name, what a job may ask to be made perfect.
    """

    netlist: Netlist
    design: Design
    tasks: tuple[str, ...]
    low_c: float
    high_c: float
    steps: int | None
    groups: dict[str, Group]

    @cached_property
    def workshops(self) -> tuple[Workshop, ...]:
        """One a task."""
        catalogue = load_catalogue()
        return tuple(
            Workshop(self.netlist, self.design, self.design.task(name), catalogue)
            for name in self.tasks
        )

    @cached_property
    def fleets(self) -> tuple[Fleet | None, ...]:
        """For each task, how boards learn it side by side, if they can."""
        return tuple(Fleet.of(workshop, self.steps) for workshop in self.workshops)

    def board(self, place: int, job: BoardJob) -> Values:
        """The values of a job's board, in the circuit of the task in this place."""
        group = self.groups[job.group] if job.group else None
        temperature = drawn_temperature(job.seed, self.low_c, self.high_c)
        if group is not None and group.room:
            temperature = ROOM_C
        board = drawn(self.workshops[place].intact.circuit, job.seed, temperature)
        return board if group is None else perfected(board, self.nominal[place], group)

    def squad(self, place: int, group: str, number: int) -> tuple[float, ...]:
        """The metric of the FLEET boards with seeds from FLEET * number on.

        Boards are asked for one after the other, so the last squad of each task is kept. Which
        boards learn side by side depends on their seeds alone, and so does every figure.
        """
        known = self._squads.get(place)
        if known is None or known[0] != (group, number):
            fleet = self.fleets[place]
            assert fleet is not None
            seeds = range(FLEET * number, FLEET * (number + 1))
            boards = [self.board(place, BoardJob(seed, group)) for seed in seeds]
            known = self._squads[place] = (group, number), fleet.train(boards, seeds)
        return known[1]

    @cached_property
    def _squads(self) -> dict[int, tuple[tuple[str, int], tuple[float, ...]]]:
        return {}

    @cached_property
    def nominal(self) -> tuple[Values, ...]:
        """The ideal board, one a task's circuit."""
        return tuple(ideal(workshop.intact.circuit) for workshop in self.workshops)


@dataclass(frozen=True)
class BoardJob:
    """One board: its seed, and the name of the group that is made perfect ("" for none)."""

    seed: int
    group: str = ""

    @property
    def key(self) -> str:
        """Its name in the journal."""
        return f"{self.seed} {self.group}".rstrip()


def train_board(laboratory: Laboratory, job: BoardJob) -> dict[str, Any]:
    """The metric of each task on one board; the same draws and starts whatever is made perfect."""
    values: list[float] = []
    for place, workshop in enumerate(laboratory.workshops):
        if laboratory.fleets[place] is not None:
            squad = laboratory.squad(place, job.group, job.seed // FLEET)
            values.append(squad[job.seed % FLEET])
            continue
        machine = workshop.intact.with_values(laboratory.board(place, job))
        values.append(learn_board(workshop, machine, job.seed, laboratory.steps).value)
    return {"values": values}
