"""The ready designs' netlists, and what the judge's parts say of changed ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import designs
from designs import Design, load_design
from parts.catalogue import load_catalogue
from tests.verification.checks.mutants import Nets, Pin, read_nets
from verification.checks.board import index_board
from verification.checks.case import Case
from verification.checks.records import Check, Item, Verdict
from verification.checks.rig import Rig
from verification.reading.netlist import Netlist, NetlistNet, PinRef
from verification.reading.netlist_text import parse_netlist
from verification.structure import LearningNetwork, extract_network
from verification.verify import VerifyOptions, judge, no_tick, static_checks, structural_checks


@dataclass(frozen=True)
class Ready:
    """A ready design with the netlist that is kept beside it."""

    name: str
    text: str
    design: Design
    netlist: Netlist
    nets: Nets

    def with_nets(self, nets: Nets) -> Netlist:
        """The netlist with other nets; those that are the same object as before are reused."""
        own = {net.name: net for net in self.netlist.nets}
        made = tuple(
            own[name]
            if pins is self.nets.get(name)
            else NetlistNet(name, tuple(PinRef(*pin) for pin in pins))
            for name, pins in nets.items()
        )
        return Netlist(self.netlist.components, made, self.netlist.source)


@cache
def ready(name: str) -> Ready:
    """A ready design."""
    path = Path(designs.__file__).parent / name / "golden" / f"{name}.net"
    text = path.read_text(encoding="utf-8")
    netlist = parse_netlist(text, path.name)
    return Ready(name, text, load_design(name), netlist, read_nets(text))


def case_of(board: Ready, netlist: Netlist | None = None) -> Case:
    """The board, or another netlist for the same design, before the judge."""
    return Case(index_board(netlist or board.netlist, board.design, load_catalogue()))


def rig_of(board: Ready, netlist: Netlist | None = None) -> Rig:
    """The board on the bench."""
    case = case_of(board, netlist)
    return Rig(case, extract_network(case), load_catalogue())


def network_of(board: Ready, netlist: Netlist | None = None) -> LearningNetwork:
    """The learning network of the board."""
    return extract_network(case_of(board, netlist))


def wired(board: Ready, netlist: Netlist | None = None) -> list[Check]:
    """All static and structural checks."""
    case = case_of(board, netlist)
    return [
        *static_checks(case),
        *structural_checks(case, extract_network(case), load_catalogue()),
    ]


def checked(board: Ready, netlist: Netlist | None = None) -> dict[str, Check]:
    """Every check but the tasks, with nominal parts, by name."""
    options = VerifyOptions(learning=False, ideal=True)
    report = judge(netlist or board.netlist, board.design, load_catalogue(), options, no_tick)
    return {check.name: check for check in report.checks}


def faults(checks: Iterable[Check]) -> Iterator[Item]:
    """The items of failed checks."""
    for check in checks:
        if check.verdict is Verdict.FAIL:
            yield from check.items


def names(checks: Iterable[Check], pins: Iterable[Pin]) -> bool:
    """Whether a failed check names one of the pins."""
    wanted = set(pins)
    return any((item.refdes, item.pin) in wanted for item in faults(checks))
