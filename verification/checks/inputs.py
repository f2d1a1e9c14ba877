"""No input floats: each is driven, or held by resistors that end at something driven."""

from __future__ import annotations

from collections.abc import Iterator

from verification.checks.board import BoardPin, Placed
from verification.checks.case import Case
from verification.checks.interface import IDLE_HIGH
from verification.checks.rails import supply_of
from verification.checks.records import Check, Item, judged
from verification.union import Groups

NAME = "inputs"
CLAIM = (
    "no input floats: each has a driver or a resistive path to one, open collectors have a "
    "pull-up, and lines of the host have a level when the host is unplugged"
)


def check_inputs(case: Case) -> Check:
    """Check 5: floating inputs, missing pull-ups, lines without a level of their own."""
    inputs = [pin for pins in case.senses.values() for pin in pins]
    held = _held_wires(case)
    faults = [item for pin in inputs if pin.wire not in held for item in _floating(case, pin)]
    faults += [*_pull_ups(case), *_other_rails(case), *_levels(case), *_lines(case)]
    evidence = {
        "inputs": len(inputs),
        "open_collectors": sum(len(pins) for pins in case.collectors.values()),
        "host_lines": len(case.host_driven),
    }
    return judged(NAME, CLAIM, len(inputs), evidence, faults)


def _held_wires(case: Case) -> set[int]:
    """Wires whose potential something sets: a driver, a rail, a cable, or resistors to one of them.

    A target channel's free side is set by the cable to its node, so it counts as held.
    """
    unions = Groups(len(case.board.wires))
    for bonds in case.bonds.values():
        for bond in bonds:
            unions.join(bond.a.wire, bond.b.wire)
    roots = {*case.outputs, *case.host_driven, *case.node_ports, *case.sense_ports}
    roots |= {wire for wire in range(len(case.board.wires)) if case.rails.fixed(wire)}
    held = {unions.find(wire) for wire in roots}
    return {wire for wire in range(len(case.board.wires)) if unions.find(wire) in held}


def _floating(case: Case, pin: BoardPin) -> Iterator[Item]:
    mates = case.board.mates(pin)
    company = ", ".join(mate.label for mate in mates[:4]) or "nothing"
    yield Item(
        pin.refdes,
        pin.number,
        case.board.net(pin),
        expected=f"a driver for {pin.label}",
        got=f"only {company} on its net",
        fix="connect the input to the output that should drive it",
        weight=0.7 if mates else 0.8,
    )


def _pull_ups(case: Case) -> Iterator[Item]:
    for wire, pins in case.collectors.items():
        ends = (bond.other(wire) for bond in case.bonds.get(wire, ()) if bond.kind == "resistor")
        if not case.senses.get(wire) or any(case.rails.is_supply(end.wire) for end in ends):
            continue
        for pin in pins:
            yield Item(
                pin.refdes,
                pin.number,
                case.board.net(pin),
                expected=f"a pull-up resistor at the open collector {pin.label}",
                got="none: the net is never high",
                fix="add a resistor from the net to the logic supply",
                weight=0.7,
            )


def _other_rails(case: Case) -> Iterator[Item]:
    """What pulls a logic input up does so to its own supply, not to the comparators' higher one."""
    for wire, pins in case.senses.items():
        readers = [pin for pin in pins if pin.record.role == "input"]
        own = {supply for pin in readers for supply in _supplies(case, pin.placed)}
        ends = [bond.other(wire) for bond in case.bonds.get(wire, ()) if bond.kind == "resistor"]
        for end in ends if own and not case.rails.fixed(wire) else ():
            if not case.rails.is_supply(end.wire) or end.wire in own:
                continue
            near = [p for p in end.placed.pins.values() if p.wire == wire]
            for pin in (end, *near, *readers):
                yield Item(
                    pin.refdes,
                    pin.number,
                    case.board.net(pin),
                    expected=f"{readers[0].label} pulled up to its own supply",
                    got=f"{end.label} is on a supply of {case.rails.volts[end.wire]:g} V",
                    fix="join the pull-up resistor to the supply of the inputs on its net",
                    weight=0.8 if pin is end else 0.5,
                )


def _supplies(case: Case, placed: Placed) -> frozenset[int]:
    """The wires of the rails that a part belongs on, wherever its own power pins are."""
    names = {
        supply_of(pin, case.interface) for pin in placed.pins.values() if pin.record.role == "power"
    }
    return frozenset(
        rail.wire for rail in case.rails.rails if rail.wire is not None and rail.function in names
    )


def _lines(case: Case) -> Iterator[Item]:
    """Each line from another board has a level at its inputs when the cable is unplugged."""
    for wire, plugs in case.board.cable_pins.items():
        if not case.is_line(wire):
            continue
        readers = [pin for pin in case.senses[wire] if pin.record.role == "input"]
        for board in dict.fromkeys(pin.board for pin in readers):
            ends = [bond.other(wire) for bond in case.bonds.get(wire, ())
                    if bond.kind == "resistor"]  # fmt: skip
            pulls = [end for end in ends if end.board == board and end.wire == case.rails.ground]
            own = [pin for pin in (*plugs, *readers) if pin.board == board]
            for pin in own if len(pulls) != 1 else ():
                yield Item(
                    pin.refdes,
                    pin.number,
                    case.board.net(pin),
                    expected=f"one resistor from {pin.label} to ground on board {board}",
                    got=f"{len(pulls)}",
                    fix="give the line one pull-down resistor where it arrives",
                    weight=0.6,
                )


def _levels(case: Case) -> Iterator[Item]:
    """Each line of the host has one resistor that gives it its idle level."""
    for wire, pins in case.host_driven.items():
        ends = [bond.other(wire) for bond in case.bonds.get(wire, ()) if bond.kind == "resistor"]
        pulls = [end for end in ends if case.rails.fixed(end.wire)]
        idle_high = pins[0].function in IDLE_HIGH
        good = case.rails.is_supply if idle_high else case.rails.ground.__eq__
        if len(pulls) == 1 and good(pulls[0].wire):
            continue
        near = [bond for bond in case.bonds.get(wire, ()) if bond.kind == "resistor"]
        where = "a supply" if idle_high else "ground"
        got = f"{len(pulls)} resistors to supplies" if len(pulls) != 1 else "one to the wrong level"
        for pin in (*pins, *(end for bond in near for end in (bond.a, bond.b))):
            yield Item(
                pin.refdes,
                pin.number,
                case.board.net(pin),
                expected=f"one resistor from {pins[0].label} to {where}",
                got=got if pulls else "none: the line floats while the host is unplugged",
                fix="give the line one pull-down (or pull-up) resistor",
                weight=0.6,
            )
