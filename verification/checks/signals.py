"""Logic and analog signals keep apart, and lines that the host reads carry nothing else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from enum import StrEnum

from verification.checks.board import BoardPin
from verification.checks.case import Case
from verification.checks.records import Check, Item, judged

NAME = "signals"
CLAIM = (
    "no net mixes logic with analog signals, and lines that the host reads are behind a resistor"
)


class Nature(StrEnum):
    """What kind of signal a pin gives or takes."""

    LOGIC = "logic"
    ANALOG = "analog"


def check_signals(case: Case) -> Check:
    """Natures of all pins on a net agree."""
    natures = _natures(case)
    by_wire: dict[int, list[BoardPin]] = defaultdict(list)
    for pin in natures:
        if not case.rails.fixed(pin.wire):
            by_wire[pin.wire].append(pin)
    faults: list[Item] = []
    counts = {Nature.LOGIC: 0, Nature.ANALOG: 0}
    for pins in by_wire.values():
        groups = {nature: [pin for pin in pins if natures[pin] is nature] for nature in Nature}
        for nature, group in groups.items():
            counts[nature] += bool(group)
        if all(groups.values()):
            faults += _mixed(case, groups)
    for wire, readers in case.host_read.items():
        faults += _read_line(case, wire, readers)
    evidence = {f"{nature}_nets": n for nature, n in counts.items()}
    return judged(NAME, CLAIM, len(by_wire), evidence, faults)


def _natures(case: Case) -> dict[BoardPin, Nature]:
    """The nature of every pin that has one; resistors, capacitors and the like have none."""
    logic = frozenset((*case.interface.controls, case.interface.enable_return))
    found: dict[BoardPin, Nature] = {}
    for pin in case.board.pins:
        role, kind = pin.record.role, pin.placed.record.kind
        if role in ("input", "output", "open_collector") or pin.function in logic:
            found[pin] = Nature.LOGIC
        elif (
            role in ("analog_input", "analog_output")
            or (kind == "digipot" and role == "passive")
            or (kind == "connector" and pin.function in case.interface.required)
        ):
            found[pin] = Nature.ANALOG
    supplies = frozenset(case.interface.supplies)
    return {pin: nature for pin, nature in found.items() if pin.function not in supplies}


def _mixed(case: Case, groups: dict[Nature, list[BoardPin]]) -> Iterator[Item]:
    sizes = {nature: len(group) for nature, group in groups.items()}
    for nature, group in groups.items():
        other = Nature.ANALOG if nature is Nature.LOGIC else Nature.LOGIC
        share = sizes[other] / (sizes[nature] + sizes[other])
        for pin in group:
            yield Item(
                pin.refdes,
                pin.number,
                case.board.net(pin),
                expected=f"{pin.label}, a {nature} pin, on a {nature} net",
                got=f"{groups[other][0].label} on the same net is {other}",
                fix="separate the two signals",
                weight=0.3 + 0.6 * share,
            )


def _read_line(case: Case, wire: int, readers: tuple[BoardPin, ...]) -> Iterator[Item]:
    """A line that the host reads holds its pin, a resistor and perhaps a test point."""
    kinds = ("resistor", "testpoint")
    near = [bond for bond in case.bonds.get(wire, ()) if bond.kind == "resistor"]
    guards = len(near)
    if guards != 1 or case.rails.fixed(wire):
        own = [] if case.rails.fixed(wire) else [pin for bond in near for pin in (bond.a, bond.b)]
        for pin in (*readers, *own):
            yield Item(
                pin.refdes,
                pin.number,
                case.board.net(pin),
                expected=f"{readers[0].label} behind one resistor",
                got="on a supply" if case.rails.fixed(wire) else f"{guards} resistors on its net",
                fix="join the line to what the host shall read, through one resistor",
                weight=0.85 if case.rails.fixed(wire) else 0.6,
            )
    if case.rails.fixed(wire):
        return
    strangers = [
        pin
        for pin in case.board.wires[wire]
        if pin not in readers and pin.placed.record.kind not in kinds
    ]
    for pin in (*strangers, *(readers if strangers else ())):
        yield Item(
            pin.refdes,
            pin.number,
            case.board.net(pin),
            expected=f"only a resistor and a test point beside {readers[0].label}",
            got=f"{strangers[0].label} on the same net",
            fix="put the guard resistor between the two",
            weight=0.8 if pin in strangers else 0.6,
        )
