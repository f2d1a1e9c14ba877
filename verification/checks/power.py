"""Rails: terminals feed them through fuse and clamp; every part takes a supply it may take."""

from __future__ import annotations

from collections.abc import Iterator

from parts.models import CapacitorModel, DiodeModel, FuseModel
from verification.checks.board import BoardPin
from verification.checks.case import Case
from verification.checks.interface import GROUND
from verification.checks.rails import Rail, supply_of
from verification.checks.records import Check, Item, judged

NAME = "rails"
CLAIM = (
    "every power and ground pin is on its rail within the part's ratings, rails are separate, and "
    "each is fed through a fuse and clamped"
)


def check_rails(case: Case) -> Check:
    """Check 3: supplies and ground."""
    rails, pins = case.rails, case.board.pins
    powered = [pin for pin in pins if pin.record.role in ("power", "ground")]
    evidence: dict[str, int | float | str] = {"supply_pins": len(powered)}
    for rail in rails.rails:
        name = rail.label
        evidence[f"{name}_v"] = rail.volts
        evidence[f"{name}_power_pins"] = sum(
            pin.wire == rail.wire and pin.record.role == "power" for pin in pins
        )
    faults = [*_ground_terminals(case), *_shorted(case)]
    for rail in rails.rails:
        faults += [*_feed(case, rail), *_clamp(case, rail)]
    for pin in powered:
        faults += _supply_pin(case, pin)
    faults += _polarised(case)
    return judged(NAME, CLAIM, len(powered), evidence, faults)


def _ground_terminals(case: Case) -> Iterator[Item]:
    pins = [pin for pin in case.board.pins if pin.function == GROUND]
    if not pins:
        yield Item(expected="a terminal with the function GND", got="none", fix="add one")
    for pin in pins:
        if pin.wire != case.rails.ground:
            yield _misplaced(case, pin, "ground", 1.0)


def _shorted(case: Case) -> Iterator[Item]:
    ground = case.rails.ground
    seen: dict[int, str] = {} if ground is None else {ground: GROUND}
    for rail in case.rails.rails:
        if rail.wire is None:
            yield Item(
                expected=f"a net with the power pins that {rail.function} feeds",
                got="none",
                fix="connect the supply",
            )
        elif rail.wire in seen:
            yield Item(
                net=case.board.names[rail.wire],
                expected=f"{rail.function} and {seen[rail.wire]} on separate nets",
                got="one net",
                fix="separate the two",
                weight=1.0,
            )
        else:
            seen[rail.wire] = rail.function


def _feed(case: Case, rail: Rail) -> Iterator[Item]:
    """The way from the terminal to the rail."""
    if rail.wire is None or (rail.fed and len({pin.wire for pin in rail.entries}) == 1):
        return
    main = rail.feed[0] if rail.feed else None
    for pin in rail.entries:
        if not rail.fed or pin.wire != main:
            yield Item(
                pin.refdes,
                pin.number,
                case.board.net(pin),
                expected=f"{pin.label} joined to its rail through a fuse",
                got="on the rail without a fuse" if pin.wire == rail.wire else "not joined to it",
                fix="lead the terminal to a fuse and the fuse to the rail",
                weight=0.9,
            )
    for placed, fuse in case.board.units(FuseModel):
        ends = [placed.by_name[fuse.a], placed.by_name[fuse.b]]
        if {pin.wire for pin in ends} <= {*rail.feed, rail.wire} and rail.fed:
            continue
        for pin in ends:
            if not case.rails.feeds(pin.wire) or not rail.fed:
                yield Item(
                    pin.refdes,
                    pin.number,
                    case.board.net(pin),
                    expected="the fuse between a supply terminal and its rail",
                    got=f"{pin.label} on net {case.board.net(pin) or '(none)'}",
                    fix="lead the terminal to one end of the fuse and the rail to the other",
                    weight=0.8,
                )


def _supply_pin(case: Case, pin: BoardPin) -> Iterator[Item]:
    rails, record = case.rails, pin.placed.record
    if pin.record.role == "ground":
        if pin.wire != rails.ground:
            yield _misplaced(case, pin, "ground", 0.9)
        return
    function = supply_of(pin, case.interface)
    own = (rail for rail in rails.rails if rail.function == function and rail.board == pin.board)
    wanted = next(own, None)
    if wanted is None or pin.wire != wanted.wire:
        yield _misplaced(case, pin, f"the rail of {function}", 0.9)
    volts = rails.volts.get(pin.wire)
    low, high = record.supply_range_v()
    if volts is not None and not low <= volts <= high:
        yield Item(
            pin.refdes,
            pin.number,
            case.board.net(pin),
            expected=f"{low:g} to {high:g} V, the range of {record.mpn}",
            got=f"{volts:g} V",
            fix="choose a part for this supply, or another supply",
            weight=0.8,
        )


def _clamp(case: Case, rail: Rail) -> Iterator[Item]:
    """A clamp from the rail, or from its feed, to ground, the right way round."""
    found = False
    for placed, diode in case.board.units(DiodeModel):
        if diode.purpose != "clamp":
            continue
        anode, cathode = placed.by_name[diode.anode], placed.by_name[diode.cathode]
        here = cathode.wire == rail.wire and anode.wire == case.rails.ground
        found = found or here
        if here and diode.standoff_v is not None and diode.standoff_v < rail.volts:
            yield Item(
                placed.refdes,
                expected=f"a stand-off voltage of at least {rail.volts:g} V",
                got=f"{diode.standoff_v:g} V: the clamp conducts all the time",
                fix="choose a clamp for this rail",
            )
    for pin in () if found or rail.wire is None else rail.entries:
        yield Item(
            pin.refdes,
            pin.number,
            case.board.net(pin),
            expected=f"a clamp from the supply {rail.function} to ground",
            got="none",
            fix="add a clamp diode, cathode on the supply, anode on ground",
        )


def _polarised(case: Case) -> Iterator[Item]:
    """Clamps and polarised capacitors: the one pin on a supply, the other on ground."""
    for placed in case.board.placed.values():
        for model in placed.record.models:
            if isinstance(model, DiodeModel) and model.purpose == "clamp":
                plus, minus = model.cathode, model.anode
            elif isinstance(model, CapacitorModel) and model.polarised:
                plus, minus = model.a, model.b
            else:
                continue
            high, low = placed.by_name[plus], placed.by_name[minus]
            if not case.rails.is_supply(high.wire):
                yield _misplaced(case, high, "a supply, behind the fuse", 0.9)
            if low.wire != case.rails.ground:
                yield _misplaced(case, low, "ground", 0.9)


def _misplaced(case: Case, pin: BoardPin, where: str, weight: float) -> Item:
    return Item(
        pin.refdes,
        pin.number,
        case.board.net(pin),
        expected=f"{pin.label} on {where}",
        got=f"on net {case.board.net(pin) or '(none)'}",
        fix=f"connect the pin to {where}",
        weight=weight,
    )
