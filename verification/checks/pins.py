"""Every pin of every component is accounted for: on one net, and not alone there without leave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from parts.models import FlipFlopModel, Model
from verification.checks.board import BoardPin
from verification.checks.case import DRIVING, Case
from verification.checks.records import Check, Item, judged
from verification.checks.units import is_unused

NAME = "pins"
CLAIM = "every pin of every component is on exactly one net, alone only where its record allows it"


def check_pins(case: Case) -> Check:
    """Check 2: pins without a net, in two nets, unknown, or alone."""
    board = case.board
    alone = [pin for pin in board.pins if len(board.wires[pin.wire]) == 1]
    evidence = {"pins": len(board.pins), "nets": len(board.netlist.nets), "alone": len(alone)}
    faults = [*_in_file(case), *_nets(case), *_joined_in_vain(case)]
    faults += [item for pin in alone for item in _alone(case, pin)]
    return judged(NAME, CLAIM, len(board.pins), evidence, faults)


def _in_file(case: Case) -> Iterator[Item]:
    """What the nets of the file say of pins: unknown ones, and those in two nets."""
    board = case.board
    listed = {component.refdes for component in board.netlist.components}
    seen: dict[tuple[str, str], str] = {}
    for net in board.netlist.nets:
        for pin in net.pins:
            where = (pin.refdes, pin.number)
            if where in seen:
                yield Item(
                    *where,
                    net.name,
                    expected="one net",
                    got=f"also in net {seen[where]}" if seen[where] != net.name else "in it twice",
                    fix="leave the pin in one net, once",
                    weight=1.0,
                )
            seen[where] = net.name
            if pin.refdes not in listed:
                yield Item(
                    *where,
                    net.name,
                    expected="a component of the file",
                    got=f"no component {pin.refdes}",
                    fix="add the component or take its pin out of the net",
                    weight=1.0,
                )
            elif pin.refdes in board.placed and pin.number not in board.placed[pin.refdes].pins:
                record = board.placed[pin.refdes].record
                yield Item(
                    *where,
                    net.name,
                    expected=f"a pin of {record.mpn}: {', '.join(p.number for p in record.pins)}",
                    got=f"pin {pin.number}",
                    fix="correct the pin's number or the part number",
                    weight=1.0,
                )


def _nets(case: Case) -> Iterator[Item]:
    for name, count in Counter(net.name for net in case.board.netlist.nets).items():
        if count > 1:
            yield Item(
                net=name,
                expected="one net of this name",
                got=f"{count} nets",
                fix="join them or give each a name of its own: tools will merge them",
                weight=0.6,
            )


def _alone(case: Case, pin: BoardPin) -> Iterator[Item]:
    """A pin that nothing else is joined to."""
    unlisted = not case.board.net(pin)
    if not unlisted and _may_be_alone(case, pin):
        return
    yield Item(
        pin.refdes,
        pin.number,
        case.board.net(pin),
        expected=f"{pin.label} on a net" if unlisted else f"{pin.label} joined to another pin",
        got="in no net of the file" if unlisted else "alone on its net",
        fix="connect the pin",
        weight=1.0 if unlisted else 0.9,
    )


def _may_be_alone(case: Case, pin: BoardPin) -> bool:
    if pin.record.role == "no_connect":
        return True
    if pin.record.role not in (*DRIVING, "open_collector"):
        return pin.record.optional and not pin.function
    return any(
        pin.record.name in (name for _, name in model.pin_names())
        and (is_unused(case, pin.placed, model) or _inverse_is_used(case, pin, model))
        for model in pin.placed.record.models
    )


def _inverse_is_used(case: Case, pin: BoardPin, model: Model) -> bool:
    """Whether the pin is one of Q and Q_N and the other one drives something."""
    if not isinstance(model, FlipFlopModel) or model.q_n is None:
        return False
    other = pin.placed.by_name[model.q if pin.record.name == model.q_n else model.q_n]
    return len(case.board.wires[other.wire]) > 1


def _joined_in_vain(case: Case) -> Iterator[Item]:
    """Pins that the part has nothing behind, and what was joined to them."""
    for pin in case.board.pins:
        if pin.record.role != "no_connect" or len(case.board.wires[pin.wire]) < 2:
            continue
        mates = case.board.mates(pin)
        for culprit, weight in ((pin, 0.9), *((mate, 0.5) for mate in mates)):
            yield Item(
                culprit.refdes,
                culprit.number,
                case.board.net(culprit),
                expected=f"{pin.label} alone: the part has nothing there",
                got=f"joined to {mates[0].label}",
                fix="leave the pin open",
                weight=weight,
            )
