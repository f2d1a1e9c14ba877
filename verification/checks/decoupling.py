"""Every supply pin has a capacitor of its own, and capacitors sit nowhere else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from parts.models import CapacitorModel
from verification.checks.board import BoardPin, Placed, cell_type
from verification.checks.case import Case
from verification.checks.records import Check, Item, judged

NAME = "decoupling"
CLAIM = (
    "every supply pin has its own capacitor to ground, each rail has bulk capacitance, and no "
    "capacitor sits anywhere else"
)
BULK_F = 1e-6
"""A capacitor of at least this much is bulk capacitance, F; a smaller one serves one pin."""
SUPPLY_BULK_F = 47e-6
"""What each rail has where its terminal feeds it, F."""
Bulk = tuple[int, str, Placed]
"""A bulk capacitor: the supply's wire, its cell, the part."""


def check_decoupling(case: Case) -> Check:
    """Check 6: capacitors."""
    power = [pin for pin in case.board.pins if pin.record.role == "power"]
    faults: list[Item] = []
    good: Counter[tuple[int, str]] = Counter()
    bulk: list[Bulk] = []
    count = 0
    for placed, capacitor in case.board.units(CapacitorModel):
        count += 1
        a, b = placed.by_name[capacitor.a], placed.by_name[capacitor.b]
        wire = _supply_of(case, a, b)
        if wire is None:
            faults += _stray(case, a, b)
            continue
        if capacitor.farad >= BULK_F:
            bulk.append((wire, placed.cell, placed))
        else:
            good[wire, placed.cell] += 1
        volts = case.rails.volts.get(wire, 0.0)
        if capacitor.rated_v < volts:
            faults.append(
                Item(
                    placed.refdes,
                    net=case.board.names[wire],
                    expected=f"a capacitor rated for {volts:g} V",
                    got=f"{capacitor.rated_v:g} V",
                    fix="choose a higher rated voltage",
                )
            )
    faults += [*_missing(case, power, good), *_bulk(case, bulk)]
    evidence = {
        "supply_pins": len(power),
        "capacitors": count,
        "bulk_capacitors": len(bulk),
    }
    return judged(NAME, CLAIM, len(power), evidence, faults)


def _supply_of(case: Case, a: BoardPin, b: BoardPin) -> int | None:
    """The supply wire that a capacitor stands on, None when it is not between supply and ground."""
    for high, low in ((a, b), (b, a)):
        if case.rails.is_supply(high.wire) and low.wire == case.rails.ground:
            return high.wire
    return None


def _stray(case: Case, a: BoardPin, b: BoardPin) -> Iterator[Item]:
    """Names the end that is on neither supply nor ground; both where neither end helps to tell."""
    good = (case.rails.ground, *case.rails.supplies)
    bad = [pin for pin in (a, b) if pin.wire not in good] or [a, b]
    for pin in bad:
        yield Item(
            pin.refdes,
            pin.number,
            case.board.net(pin),
            expected="the capacitor between a supply and ground",
            got=f"{pin.label} on net {case.board.net(pin) or '(none)'}",
            fix="connect one end to the supply and the other to ground",
            weight=0.9,
        )


def _missing(case: Case, power: list[BoardPin], good: Counter[tuple[int, str]]) -> Iterator[Item]:
    """Cells with another number of capacitors than of supply pins on a rail."""
    wanted: dict[tuple[int, str], list[BoardPin]] = {}
    for pin in power:
        if case.rails.is_supply(pin.wire):
            wanted.setdefault((pin.wire, pin.placed.cell), []).append(pin)
    for (wire, cell), pins in wanted.items():
        have = good[wire, cell]
        if have == len(pins):
            continue
        capacitors = [
            placed.by_name[model.a]
            for placed, model in case.board.units(CapacitorModel)
            if placed.cell == cell and wire in (p.wire for p in placed.pins.values())
        ]
        for pin in (*pins, *capacitors):
            yield Item(
                pin.refdes,
                pin.number,
                case.board.net(pin),
                expected=f"{len(pins)} capacitor{'s' * (len(pins) > 1)} to ground in "
                f"{cell or 'the cell'}",
                got=str(have),
                fix="one 100 nF capacitor for each supply pin",
                weight=0.4,
            )


def _bulk(case: Case, bulk: list[Bulk]) -> Iterator[Item]:
    """Each rail, and each bank of line buffers, has its bulk capacitance, and no cell has two."""
    cells = {cell for _, cell, _ in bulk}
    for cell, parts in case.board.cells.items():
        if cell_type(cell) == "control/bank" and cell not in cells:
            users = [pin for part in parts for pin in part.pins.values()
                     if pin.record.role == "power"]  # fmt: skip
            where = f"{BULK_F * 1e6:g} uF in {cell}, whose buffers switch together"
            for pin in users:
                yield _no_capacitor(case, pin, where)
    for rail in case.rails.rails:
        large = [part for wire, _, part in bulk if wire == rail.wire and _is_large(part)]
        if rail.wire is not None and not large:
            where = f"{SUPPLY_BULK_F * 1e6:g} uF at the terminal of {rail.function}"
            for pin in rail.entries:
                yield _no_capacitor(case, pin, where)
    places = Counter((wire, cell) for wire, cell, _ in bulk)
    for wire, cell, part in bulk:
        if places[wire, cell] > 1:
            yield Item(
                part.refdes,
                net=case.board.names[wire],
                expected=f"one bulk capacitor in {cell or 'the cell'}",
                got=f"{places[wire, cell]}",
                fix="take one of them away",
                weight=0.6,
            )


def _is_large(placed: Placed) -> bool:
    return any(model.farad >= SUPPLY_BULK_F for model in placed.record.units(CapacitorModel))


def _no_capacitor(case: Case, pin: BoardPin, where: str) -> Item:
    return Item(
        pin.refdes,
        pin.number,
        case.board.net(pin),
        expected=f"bulk capacitance of at least {where}",
        got="none",
        fix="add a bulk capacitor",
        weight=0.6,
    )
