"""Designs on several boards, their netlists as read, and ways to plug their cables wrongly."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from designs import Design, load_design
from netgen.board.make import Made, make_board
from netgen.board.write import plan_files
from netgen.build import write_plan
from netgen.system.build import plan_system_build
from netgen.system.elaborate import SystemElaboration, elaborate_system
from netgen.system.interface import system_json
from netgen.system.layout import boards_of
from parts.catalogue import load_catalogue
from tests.large_boards import as_read
from verification.built import in_chain_order
from verification.checks.board import index_board
from verification.checks.cables import check_cables
from verification.checks.case import Case
from verification.checks.records import Check, Verdict
from verification.reading.assembly import assemble
from verification.reading.netlist import Netlist, NetlistNet, PinRef
from verification.reading.system import parse_system
from verification.structure import extract_network
from verification.verify import wired_checks

Table = dict[str, Any]


def several(name: str, boards: int | str, **board: object) -> Design:
    """A ready design on so many boards, with other keys of its table `board`."""
    design = load_design(name)
    table = design.board.model_copy(update={"boards": boards, **board})
    return replace(design, board=table)


@cache
def elaborated(name: str, boards: int) -> SystemElaboration:
    """The circuits of a ready design on several boards."""
    return elaborate_system(several(name, boards), load_catalogue(), boards)


@cache
def laid_out(name: str, boards: int) -> tuple[Made, ...]:
    """The boards of a ready design, placed and routed one after another, in this process."""
    return tuple(
        make_board(one, None, lambda what, done, total: None)
        for one in boards_of(elaborated(name, boards))
    )


def write_system(name: str, boards: int, folder: Path) -> Path:
    """The netlists and the system file of a ready design, and its boards beside them."""
    made = elaborated(name, boards)
    write_plan(plan_system_build(made)[0], folder)
    for board in laid_out(name, boards):
        write_plan(plan_files(board), folder)
    return folder / f"{name}-system.json"


@dataclass(frozen=True)
class System:
    """A system on the table: what its file says, and the netlist of each of its boards."""

    design: Design
    table: Table
    netlists: Mapping[str, Netlist]

    def assembled(self) -> tuple[Netlist, Design]:
        """All boards as one netlist, and the design in the order of its chain."""
        netlist = assemble(parse_system(json.dumps(self.table), "x-system.json"), self.netlists)
        return netlist, in_chain_order(netlist, self.design)

    def checks(self) -> dict[str, Check]:
        """The static and structural checks, by name."""
        netlist, design = self.assembled()
        return {check.name: check for check in wired_checks(netlist, design, load_catalogue())[2]}

    def cables(self) -> Check:
        """The check of the cables alone."""
        netlist, design = self.assembled()
        case = Case(index_board(netlist, design, load_catalogue()))
        return check_cables(case, extract_network(case))

    def failed(self) -> list[str]:
        """The names of the checks that fail."""
        return [name for name, check in self.checks().items() if check.verdict is Verdict.FAIL]

    def plugged(self, change: Callable[[Table], None]) -> System:
        """The system with another system file."""
        table = copy.deepcopy(self.table)
        change(table)
        return replace(self, table=table)

    def rewired(self, board: str, moves: Mapping[tuple[str, str], str | None]) -> System:
        """The system with pins of one board on other nets of it; None: on no net."""
        netlist = self.netlists[board]
        nets = {net.name: [pin for pin in net.pins if pin not in moves] for net in netlist.nets}
        for pin, name in moves.items():
            if name is not None:
                nets.setdefault(name, []).append(PinRef(*pin))
        made = tuple(NetlistNet(name, tuple(pins)) for name, pins in nets.items() if pins)
        return replace(self, netlists={**self.netlists, board: replace(netlist, nets=made)})

    def pin(self, board: str, path: str, number: str) -> tuple[str, str]:
        """A pin of the part in a cell's slot, such as `relay/back/pull_latch`."""
        cell, _, slot = path.rpartition("/")
        part = next(
            part for part in self.netlists[board].components
            if (part.field("Cell"), part.field("Slot")) == (cell, slot)
        )  # fmt: skip
        return part.refdes, number

    def wire(self, carries: str, cable: str = "1-2/1") -> int:
        """Which wire of a cable carries something, by position."""
        wires = self.cable(cable)["wires"]
        return next(k for k, wire in enumerate(wires) if wire["carries"] == carries)

    def cable(self, name: str) -> Table:
        """What the file says of a cable."""
        return cable_of(self.table, name)


def cable_of(table: Table, name: str) -> Table:
    """A cable of a system file."""
    return next(cable for cable in table["cables"] if cable["cable"] == name)


@cache
def system(name: str, boards: int) -> System:
    """A ready design on several boards, as the judge reads it."""
    return system_of(elaborated(name, boards))


def system_of(made: SystemElaboration) -> System:
    """The boards of a design as the judge reads them."""
    netlists = {
        plan.name: as_read(one.circuit)
        for plan, one in zip(made.plan.boards, made.boards, strict=True)
    }
    return System(made.design, json.loads(system_json(made)), netlists)
