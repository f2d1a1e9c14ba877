"""No two outputs fight: what drives a net drives it alone."""

from __future__ import annotations

from collections.abc import Iterator

from verification.checks.board import BoardPin
from verification.checks.case import Case
from verification.checks.interface import GROUND
from verification.checks.records import Check, Item, judged

NAME = "drivers"
CLAIM = "no two outputs drive one net, and no output drives a supply, ground or a line of the host"


def check_drivers(case: Case) -> Check:
    """Check 4: outputs, open collectors, host lines and rails on each net."""
    driven = 0
    faults: list[Item] = []
    for wire in range(len(case.board.wires)):
        outputs = case.outputs.get(wire, ())
        collectors = case.collectors.get(wire, ())
        hosts = case.host_driven.get(wire, ())
        if outputs or collectors or hosts:
            driven += 1
            faults += _fights(case, wire, outputs, collectors, hosts)
    return judged(NAME, CLAIM, driven, {"driven_nets": driven}, faults)


def _fights(
    case: Case,
    wire: int,
    outputs: tuple[BoardPin, ...],
    collectors: tuple[BoardPin, ...],
    hosts: tuple[BoardPin, ...],
) -> Iterator[Item]:
    drivers = (*outputs, *collectors, *hosts)
    if case.rails.fixed(wire):
        for pin in drivers:
            yield _fault(case, pin, "a supply or ground is on the same net", 0.9)
        for pin in _terminals(case, wire) if drivers else ():
            yield _fault(case, pin, f"{drivers[0].label} is on the same net", 0.4)
        return
    if len(outputs) + len(hosts) > 1 or (collectors and (outputs or hosts)):
        for pin in drivers:
            others = ", ".join(other.label for other in drivers if other is not pin)
            yield _fault(case, pin, f"it shares the net with {others}", 0.7)
    if outputs and case.node_ports.get(wire):
        ports = case.node_ports[wire]
        for pin in (*outputs, *ports):
            others = ", ".join(other.label for other in (*outputs, *ports) if other is not pin)
            yield _fault(
                case, pin, f"a node that a cable may drive is driven already: {others}", 0.6
            )


def _terminals(case: Case, wire: int) -> tuple[BoardPin, ...]:
    """The connector pins that feed a supply or ground."""
    feeds = [pin for rail in case.rails.rails if wire in (rail.wire, *rail.feed)
             for pin in rail.entries]  # fmt: skip
    ground = case.board.functions.get(GROUND, ()) if wire == case.rails.ground else ()
    return (*feeds, *ground)


def _fault(case: Case, pin: BoardPin, got: str, weight: float) -> Item:
    return Item(
        pin.refdes,
        pin.number,
        case.board.net(pin),
        expected=f"{pin.label} as the only driver of its net",
        got=got,
        fix="separate the net, or take one of the drivers away",
        weight=weight,
    )
