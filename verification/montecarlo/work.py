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
    group = laboratory.groups[job.group] if job.group else None
    temperature = drawn_temperature(job.seed, laboratory.low_c, laboratory.high_c)
    if group is not None and group.room:
        temperature = ROOM_C
    values: list[float] = []
    for workshop, nominal in zip(laboratory.workshops, laboratory.nominal, strict=True):
        board = drawn(workshop.intact.circuit, job.seed, temperature)
        if group is not None:
            board = perfected(board, nominal, group)
        machine = workshop.intact.with_values(board)
        values.append(learn_board(workshop, machine, job.seed, laboratory.steps).value)
    return {"values": values}
