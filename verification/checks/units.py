"""Every unit of every package is either used or strapped, and mode pins are where they belong."""

from __future__ import annotations

from collections.abc import Iterator

from parts.models import AmplifierModel, Model
from verification.checks.board import BoardPin, Placed
from verification.checks.case import SENSING, Case
from verification.checks.records import Check, Item, judged

NAME = "units"
CLAIM = (
    "mode pins and unused units are strapped as their records say, every used input carries a "
    "signal, and every amplifier follows its input"
)


def check_units(case: Case) -> Check:
    """Straps of mode pins and unused units, constant inputs, feedback of amplifiers."""
    units = unused = 0
    faults: list[Item] = []
    for placed in case.board.placed.values():
        faults += _ties(case, placed)
        for model in placed.record.models:
            sensed = _sensed(placed, model)
            if not sensed:
                continue
            units += 1
            if is_unused(case, placed, model) and _idle(case, placed, model):
                unused += 1
                continue
            faults += _constant(case, sensed)
            if isinstance(model, AmplifierModel):
                faults += _feedback(case, placed, model)
    return judged(NAME, CLAIM, units, {"units": units, "unused_units": unused}, faults)


def is_unused(case: Case, placed: Placed, model: Model) -> bool:
    """Whether every input of a unit that the record says how to strap is strapped so."""
    straps = [name for _, name in model.pin_names() if name in placed.record.unused]
    return bool(straps) and all(
        _strapped(case, placed.by_name[name], placed.record.unused[name]) for name in straps
    )


def _idle(case: Case, placed: Placed, model: Model) -> bool:
    """Whether nothing outside the part hangs on the unit's outputs."""
    outputs = [
        pin
        for _, name in model.pin_names()
        if (pin := placed.by_name[name]).record.role not in SENSING
    ]
    return all(mate.placed is placed for pin in outputs for mate in case.board.mates(pin))


def _strapped(case: Case, pin: BoardPin, target: str) -> bool:
    if target == "ground":
        return pin.wire == case.rails.ground
    if target == "power":
        return case.rails.is_supply(pin.wire)
    return pin.wire == pin.placed.by_name[target].wire


def _sensed(placed: Placed, model: Model) -> tuple[BoardPin, ...]:
    """The input pins of a unit that carry a signal when it is used."""
    pins = (placed.by_name[name] for _, name in model.pin_names())
    return tuple(
        pin
        for pin in pins
        if pin.record.role in SENSING and pin.record.name not in placed.record.ties
    )


def _ties(case: Case, placed: Placed) -> Iterator[Item]:
    for name, target in placed.record.ties.items():
        pin = placed.by_name[name]
        if not _strapped(case, pin, target):
            yield Item(
                pin.refdes,
                pin.number,
                case.board.net(pin),
                expected=f"{pin.label} on {'ground' if target == 'ground' else 'its supply'}",
                got=f"on net {case.board.net(pin) or '(none)'}",
                fix="strap the pin as the part's record says",
                weight=1.0,
            )


def _constant(case: Case, sensed: tuple[BoardPin, ...]) -> Iterator[Item]:
    for pin in sensed:
        if case.rails.fixed(pin.wire):
            yield Item(
                pin.refdes,
                pin.number,
                case.board.net(pin),
                expected=f"a signal at {pin.label}",
                got="a supply or ground",
                fix="connect the input to its signal, or strap the whole unit as unused",
                weight=0.9,
            )


def _feedback(case: Case, placed: Placed, model: AmplifierModel) -> Iterator[Item]:
    out, plus, minus = (placed.by_name[name] for name in (model.out, model.in_p, model.in_n))
    if out.wire == plus.wire:
        yield Item(
            plus.refdes,
            plus.number,
            case.board.net(plus),
            expected=f"{plus.label} on a signal",
            got=f"on the amplifier's own output {out.label}: it latches up",
            fix="feed the output back to the inverting input",
            weight=0.9,
        )
    if out.wire != minus.wire:
        for pin, weight in ((minus, 0.8), (out, 0.7)):
            yield Item(
                pin.refdes,
                pin.number,
                case.board.net(pin),
                expected=f"{minus.label} joined to the output {out.label}",
                got="no direct feedback: the amplifier does not follow its input",
                fix="connect the inverting input to the output",
                weight=weight,
            )
