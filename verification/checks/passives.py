"""Resistors, lights, jumpers and test points each serve a purpose that their two ends show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from parts.models import DigipotModel, DiodeModel, ResistorModel
from verification.checks.board import BoardPin
from verification.checks.case import Bond, Case, End
from verification.checks.interface import CONTROLS, GROUND
from verification.checks.rails import rail_name
from verification.checks.records import Check, Item, judged

NAME = "passives"
CLAIM = (
    "every resistor, light, jumper and test point serves a purpose: none dangles, is bypassed, "
    "stands the wrong way round or sits on another net than its own"
)


# The uses of a resistor. Pull-downs and pull-ups of host lines, pull-ups of open collectors, series
# resistors of lights, averaging and nudge resistors, guards between a line and an input or output;
# of lines between boards, the resistor at the end that drives and the pull-down at the other.
USES = frozenset(
    frozenset(pair)
    for pair in (
        (End.GROUND, End.HOST),
        (End.GROUND, End.CONTROL),
        (End.RAIL, End.CONTROL),
        (End.RAIL, End.COLLECTOR),
        (End.LAMP, End.RAIL),
        (End.LAMP, End.LOGIC),
        (End.LAMP, End.GROUND),
        (End.AMPLIFIER, End.COMPARE),
        (End.AMPLIFIER, End.FOLLOW),
        (End.HOST, End.FOLLOW),
        (End.AMPLIFIER, End.READ),
        (End.LOGIC, End.RETURN),
        (End.LOGIC, End.LINE),
        (End.GROUND, End.LINE),
    )
)
_NEVER = (End.NODE, End.OTHER)


def check_passives(case: Case) -> Check:
    """Check 7: the use of every passive part but capacitors."""
    kinds: Counter[str] = Counter()
    faults: list[Item] = []
    seen: set[Bond] = set()
    for bonds in case.bonds.values():
        for bond in bonds:
            if bond in seen:
                continue
            seen.add(bond)
            kinds[bond.kind] += bond.kind != "digipot"
            faults += _bypassed(case, bond)
    for placed, resistor in case.board.units(ResistorModel):
        faults += _resistor(case, placed.by_name[resistor.a], placed.by_name[resistor.b])
    for placed, diode in case.board.units(DiodeModel):
        if diode.purpose == "led":
            kinds["led"] += 1
            faults += _lamp(case, placed.by_name[diode.anode], placed.by_name[diode.cathode])
    for pin in case.board.pins:
        if pin.placed.record.kind == "testpoint":
            kinds["test_point"] += 1
            faults += _test_point(case, pin)
    faults += _missing_test_points(case)
    evidence = {f"{kind}s": count for kind, count in sorted(kinds.items()) if count}
    return judged(NAME, CLAIM, sum(kinds.values()), evidence, faults)


def _bypassed(case: Case, bond: Bond) -> Iterator[Item]:
    if bond.a.wire != bond.b.wire:
        return
    for pin in (bond.a, bond.b):
        yield _fault(case, pin, "its two ends on two nets", "both ends on one net", 0.8)


def resistor_end(case: Case, pin: BoardPin) -> End:
    """What is on the wire of a resistor's pin."""
    return case.ends[pin.wire]


def _resistor(case: Case, a: BoardPin, b: BoardPin) -> Iterator[Item]:
    ends = (resistor_end(case, a), resistor_end(case, b))
    if frozenset(ends) in USES:
        return
    for pin, here, there in ((a, *ends), (b, *reversed(ends))):
        yield _fault(
            case,
            pin,
            "a pull-up, pull-down, averaging, nudge, guard or light resistor",
            f"{pin.label} on {here}, its other end on {there}",
            0.8 if here in _NEVER else 0.6,
        )


def _lamp(case: Case, anode: BoardPin, cathode: BoardPin) -> Iterator[Item]:
    """A light conducts from a supply or an edge's direction at its anode to ground."""
    high, low = _beyond_resistor(case, anode), _beyond_resistor(case, cathode)
    resistors = (high != anode.wire) + (low != cathode.wire)
    lit = high is not None and (case.rails.is_supply(high) or _is_direction(case, high))
    if lit and low == case.rails.ground and resistors == 1:
        return
    series = [
        pin
        for end in (anode, cathode)
        if not case.rails.fixed(end.wire)
        for pin in case.board.wires[end.wire]
    ]
    series += [
        pin.placed.pins[number]
        for pin in series
        if pin.placed.record.kind == "resistor"
        for number in pin.placed.pins
    ]
    for pin in (anode, cathode, *series):
        yield _fault(
            case,
            pin,
            "the anode at a supply or an edge's direction, the cathode at ground, one resistor in "
            "series and nothing else",
            f"{pin.label} on net {case.board.net(pin) or '(none)'}",
            0.8 if pin in (anode, cathode) else 0.6,
        )


def _is_direction(case: Case, wire: int) -> bool:
    """Whether a flip-flop on the wire sets the direction of digipots, and lights no other lamp."""
    lamps = sum(
        bond.kind == "resistor" and resistor_end(case, bond.other(wire)) is End.LAMP
        for bond in case.bonds.get(wire, ())
    )
    return lamps <= 1 and any(
        pin.record.name == model.up_down
        for pin in case.senses.get(wire, ())
        for model in pin.placed.record.units(DigipotModel)
    )


def _beyond_resistor(case: Case, pin: BoardPin) -> int | None:
    """The pin's own wire where that is driven, else the wire behind the only resistor on it."""
    wire = pin.wire
    if case.rails.fixed(wire) or wire in case.outputs:
        return wire
    bonds = [bond for bond in case.bonds.get(wire, ()) if bond.kind == "resistor"]
    if len(bonds) != 1 or len(case.board.wires[wire]) != 2:
        return None
    return bonds[0].other(wire).wire


def _test_point(case: Case, pin: BoardPin) -> Iterator[Item]:
    wanted, terminals = _wires_of_function(case, pin.function, pin.board)
    if not pin.function or not wanted or pin.wire in wanted:
        if not pin.function or not wanted:
            yield _fault(case, pin, "a test point with the function of its net", "none known", 0.5)
        return
    yield _fault(
        case,
        pin,
        f"{pin.label} on the net of {pin.function}",
        f"on {case.board.net(pin) or 'no net'}",
        0.8,
    )
    for terminal in terminals:
        yield _fault(
            case, terminal, f"the test point {pin.label} on the same net", "on another net", 0.7
        )


def _missing_test_points(case: Case) -> Iterator[Item]:
    """One test point for each line of the enable chain and the clocks, each rail, and ground.

    Of several boards each has its rails and its ground; the lines are where the host is.
    """
    there: dict[tuple[str, str], list[BoardPin]] = {}
    for pin in case.board.pins:
        if pin.placed.record.kind == "testpoint":
            there.setdefault((pin.function, pin.board), []).append(pin)
    lines = (*CONTROLS, case.interface.enable_return)
    hosts = [pin.board for name in lines for pin in case.board.functions.get(name, ())]
    wanted = [(name, hosts[0] if hosts else case.board.boards[0]) for name in lines]
    wanted += [(rail_name(rail.volts), rail.board) for rail in case.rails.rails]
    for name, board in (*wanted, *((GROUND, board) for board in case.board.boards)):
        pins = there.get((name, board), [])
        for pin in pins if len(pins) > 1 else ():
            yield _fault(case, pin, f"one test point {name}", f"{len(pins)}", 0.5)
        if not pins:
            pins_of = case.board.functions.get(name, ())
            terminals = _wires_of_function(case, name, board)[1] or pins_of
            text = f"a test point with the function {name}"
            for terminal in terminals:
                yield _fault(case, terminal, text, "none", 0.5)
            if not terminals:
                yield Item(expected=text, got="none", fix="add it")


def _wires_of_function(
    case: Case, function: str, board: str
) -> tuple[frozenset[int], tuple[BoardPin, ...]]:
    """(wires that have the function on a board, its connector pins)."""
    if function == GROUND:
        ground = case.rails.ground
        return frozenset(() if ground is None else (ground,)), ()
    for rail in case.rails.rails:
        if rail.board == board and function in (rail.function, rail_name(rail.volts)):
            return frozenset(() if rail.wire is None else (rail.wire,)), rail.entries
    pins = case.board.functions.get(function, ())
    return frozenset(pin.wire for pin in pins), pins


def _fault(case: Case, pin: BoardPin, expected: str, got: str, weight: float) -> Item:
    return Item(
        pin.refdes,
        pin.number,
        case.board.net(pin),
        expected=expected,
        got=got,
        fix="correct the net of this pin",
        weight=weight,
    )
