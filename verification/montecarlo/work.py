"""What one worker does: boards are drawn, and trained on every task, side by side if they can."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from designs import Design
from parts.catalogue import load_catalogue
from verification.extraction.values import ROOM_C, Values, drawn, drawn_temperature, ideal
from verification.montecarlo.groups import Group, perfected
from verification.reading.netlist import Netlist
from verification.training.bench import Workshop
from verification.training.fleet import Fleet
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

    def board(self, job: BoardJob) -> Values:
        """The values of a job's board; its parts are in the same order for every task."""
        circuit = self.workshops[0].intact.circuit
        group = self.groups[job.group] if job.group else None
        temperature = drawn_temperature(job.seed, self.low_c, self.high_c)
        if group is not None and group.room:
            temperature = ROOM_C
        board = drawn(circuit, job.seed, temperature)
        return board if group is None else perfected(board, self.nominal, group)

    @cached_property
    def nominal(self) -> Values:
        """The ideal board."""
        return ideal(self.workshops[0].intact.circuit)


@dataclass(frozen=True)
class BoardJob:
    """One board: its seed, and the name of the group that is made perfect ("" for none)."""

    seed: int
    group: str = ""

    @property
    def key(self) -> str:
        """Its name in the journal."""
        return f"{self.seed} {self.group}".rstrip()


def train_boards(laboratory: Laboratory, jobs: Sequence[BoardJob]) -> list[dict[str, Any]]:
    """The metric of each task on each board, which does not depend on the boards beside it.

    The draws and starts of a seed are the same whatever is made perfect.
    """
    boards = [laboratory.board(job) for job in jobs]
    seeds = [job.seed for job in jobs]
    columns: list[Sequence[float]] = []
    for workshop, fleet in zip(laboratory.workshops, laboratory.fleets, strict=True):
        if fleet is not None:
            columns.append(fleet.train(boards, seeds))
            continue
        machines = [workshop.intact.with_values(board) for board in boards]
        columns.append(
            [
                learn_board(workshop, machine, seed, laboratory.steps).value
                for machine, seed in zip(machines, seeds, strict=True)
            ]
        )
    return [{"values": list(values)} for values in zip(*columns, strict=True)]
