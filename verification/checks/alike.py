"""Cells of one type are wired alike, pin by pin.

A board's cells are stamped from a few drawings. What most cells of a type do is their habit
(`habits.py`); a pin that does otherwise is named. This needs no reference and sees even swaps that
change nothing electrically, such as the two inputs of one XOR gate among sixteen.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from verification.checks.board import BoardPin
from verification.checks.case import Case
from verification.checks.habits import (
    HUBS,
    SIBLINGS,
    Cells,
    Habits,
    Place,
    ends_of,
    impure_wires,
    learn_habits,
    read_cells,
)
from verification.checks.records import Check, Item, judged
from verification.reading.assembly import SEPARATOR

NAME = "alike"
CLAIM = "every cell is built and wired exactly like the other cells of its type"


def check_alike(case: Case) -> Check:
    """Check 8: deviations from the habits of the cells of each type."""
    cells = read_cells(case)
    habits = learn_habits(case, cells)
    faults = [*_compositions(case, cells)]
    impure = impure_wires(cells, habits)
    for pin, where in cells.place.items():
        if cells.siblings(where) >= SIBLINGS:
            faults += _wiring(case, cells, habits, impure, pin, where)
    for cell in cells.pins:
        faults += _ends(case, cells, habits, cell)
    faults += [*_outsiders(case, cells, habits), *_hubs(case, cells, habits)]
    faults += _pairwise(case, cells)
    evidence = {
        f"{kind}_cells": len(paths)
        for kind, paths in sorted(cells.of_type.items())
        if SEPARATOR not in kind  # a cable's headers, alike to none
    }
    evidence["pins_compared"] = sum(cells.siblings(where) > 1 for where in cells.place.values())
    return judged(NAME, CLAIM, len(cells.place), evidence, faults)


def _compositions(case: Case, cells: Cells) -> Iterator[Item]:
    """Parts that a cell has and its siblings have not, and the other way round."""
    for kind, paths in cells.of_type.items():
        if len(paths) < SIBLINGS:
            continue
        built = {path: {part.slot: part for part in case.board.cells[path]} for path in paths}
        usual = Counter(
            (slot, part.record.mpn) for parts in built.values() for slot, part in parts.items()
        )
        slots = {slot: mpn for (slot, mpn), n in usual.items() if 2 * n > len(paths)}
        for path, parts in built.items():
            for slot in sorted({*parts, *slots}):
                part, mpn = parts.get(slot), slots.get(slot)
                if mpn == (None if part is None else part.record.mpn):
                    continue
                yield Item(
                    "" if part is None else part.refdes,
                    expected=f"{mpn or 'no part'} as {slot} of {path}, as in most {kind} cells",
                    got="no such part" if part is None else part.record.mpn,
                    fix="build the cell like its siblings",
                    weight=0.9,
                )


def _wiring(
    case: Case,
    cells: Cells,
    habits: Habits,
    impure: frozenset[tuple[int, str]],
    pin: BoardPin,
    where: Place,
) -> Iterator[Item]:
    """One pin against the habits of its place."""
    rail, company = habits.rail.get(where), cells.company(pin)
    if rail is not None:
        if case.rails.alike.get(pin.wire) != rail:
            yield _item(case, pin, f"on net {case.board.names[rail]}", 0.95)
    elif company is None:
        if where in habits.mates:
            yield _item(case, pin, "on a signal net", 0.95)
    elif where in habits.alone:
        if len(case.board.wires[pin.wire]) > 1:
            yield _item(case, pin, "left open", 0.95)
    else:
        yield from _neighbours(case, cells, habits, impure, pin, where)


def _neighbours(
    case: Case,
    cells: Cells,
    habits: Habits,
    impure: frozenset[tuple[int, str]],
    pin: BoardPin,
    where: Place,
) -> Iterator[Item]:
    """A pin on a signal net: whom it misses there, and who is there that never is."""
    company = cells.wires[pin.wire, pin.board]
    own = company.own(pin, where)
    wanted = habits.mates.get(where, frozenset())
    anchors = habits.anchors.get(where, frozenset())
    lost = sorted((wanted - own) | (anchors - company.hubs))
    crowded = where in habits.closed and len(company.by_cell) > 1
    if not lost and own == wanted and not crowded and (pin.wire, pin.board) not in impure:
        return
    mates = [mate for mate in case.board.mates(pin) if mate.board == pin.board]
    strangers = [
        other
        for other in mates
        if other in cells.place and _stranger(cells, habits, pin, where, other)
    ]
    if not lost and not strangers:
        return
    missing = len(lost) / max(len(wanted) + len(anchors), 1)
    foreign = len(strangers) / max(len(mates), 1)
    friends = ", ".join(f"{slot}.{number}" for _, slot, number in lost[:4])
    yield _item(
        case,
        pin,
        f"joined to {friends}" if lost else "joined to its usual neighbours only",
        (0.3 if lost else 0.0) + 0.35 * missing + 0.3 * foreign,
    )


def _stranger(cells: Cells, habits: Habits, pin: BoardPin, where: Place, other: BoardPin) -> bool:
    """Whether another pin has no business on the pin's net, as far as habits tell."""
    there = cells.place[other]
    if other.placed.cell == pin.placed.cell:
        return where in habits.mates and there not in habits.mates[where]
    if where in habits.closed:
        return True
    if cells.siblings(there) < SIBLINGS:
        return False
    if not (habits.settled(where) and habits.settled(there)):
        return False
    return habits.family.get(where, where) != habits.family.get(there, there)


def _outsiders(case: Case, cells: Cells, habits: Habits) -> Iterator[Item]:
    """Pins of cells without siblings, and of no cell, on nets that are a cell's own business."""
    for (wire, board), company in cells.wires.items():
        if len(company.by_cell) < 2:
            continue
        owned = any(w in habits.closed for places in company.by_cell.values() for w in places)
        there = [pin for pin in case.board.wires[wire] if pin.board == board] if owned else []
        for pin in there:
            where = cells.place.get(pin)
            if where is None or cells.siblings(where) < SIBLINGS:
                yield _item(case, pin, "not on a net of another cell", 0.8)


def _ends(case: Case, cells: Cells, habits: Habits, cell: str) -> Iterator[Item]:
    """Pins of one cell that lead to another node or bank than the pins they go with."""
    table = cells.pins[cell]
    kind = next(iter(table))[0] if table else ""
    reached = ends_of(cells, habits.anchors, cell)
    taken: Counter[str] = Counter()
    for group in sorted(habits.ends.get(kind, ()), key=sorted):
        votes = Counter(hub for where in sorted(group) for hub in reached.get(where, ()))
        if not votes:
            continue
        most = votes.most_common(1)[0][0]
        taken[most] += 1
        for where in sorted(group):
            hubs = reached.get(where, frozenset((most,)))
            if most not in hubs or len(hubs) > 1:
                weight = 0.9 if most not in hubs else 0.5
                yield _item(case, table[where], f"at {most}, as the rest of {cell} is", weight)
            elif taken[most] > 1 and where in reached:
                yield _item(case, table[where], f"at another cell than {most}", 0.5)


def _hubs(case: Case, cells: Cells, habits: Habits) -> Iterator[Item]:
    """Pins of a node or bank that serve no edge, or others than the rest of that node or bank does.

    The edges that a hub's pin serves are those with the pin as their usual anchor.
    """
    users: dict[Place, set[Place]] = defaultdict(set)
    for where, anchors in habits.anchors.items():
        if where[0] == "edge":
            for place in anchors:
                users[place].add(where)
    for table in cells.pins.values():
        served: dict[BoardPin, frozenset[str]] = {}
        for where, pin in table.items():
            company = cells.company(pin)
            if where in users and company is not None:
                served[pin] = frozenset(
                    other
                    for other, places in company.by_cell.items()
                    if not places.isdisjoint(users[where])
                )
        for pin, mine in served.items():
            rest = [others for other, others in served.items() if other is not pin]
            apart = sum(2 * len(mine & others) < len(mine | others) for others in rest)
            if not mine or (rest and 2 * apart > len(rest)):
                yield _item(case, pin, "serving the cells that the rest of its cell serves", 0.93)


def _pairwise(case: Case, cells: Cells) -> Iterator[Item]:
    """Two cells of a type: where they differ, both are named, since nothing says which is right."""
    for paths in cells.of_type.values():
        if len(paths) != SIBLINGS - 1:
            continue
        first, second = (cells.pins[path] for path in paths)
        for where in sorted({*first, *second}):
            a, b = first.get(where), second.get(where)
            if _alike(case, cells, a, b):
                continue
            for pin, path in ((a, paths[1]), (b, paths[0])):
                if pin is None:
                    continue
                yield _item(case, pin, f"wired as in {path}", 0.5)
                for other in case.board.mates(pin):
                    if cells.place.get(other, ("",))[0] in HUBS:
                        yield _item(case, other, f"joined to its {where[1]} as in {path}", 0.4)


def _alike(case: Case, cells: Cells, a: BoardPin | None, b: BoardPin | None) -> bool:
    """Whether two pins of one place have the same company."""
    if a is None or b is None:
        return False
    return _inside(case, cells, a) == _inside(case, cells, b)


def _inside(case: Case, cells: Cells, pin: BoardPin) -> tuple[int, frozenset[Place]]:
    """(rail or -1, places of the pin's own cell, of nodes and of banks on its net)."""
    company = cells.company(pin)
    if company is None:
        return case.rails.alike[pin.wire], frozenset()
    where = cells.place[pin]
    hubs = frozenset(hub for hub in company.hubs if hub[0] in ("node", "control/bank"))
    return -1, company.own(pin, where) | (frozenset() if where[0] in HUBS else hubs)


def _item(case: Case, pin: BoardPin, expected: str, weight: float) -> Item:
    others = [other.label for other in case.board.mates(pin)[:3]]
    return Item(
        pin.refdes,
        pin.number,
        case.board.net(pin),
        expected=f"{pin.label} {expected}",
        got=f"on net {case.board.net(pin) or '(none)'} with {', '.join(others) or 'nothing'}",
        fix=f"wire {pin.placed.slot} of {pin.placed.cell} as in the other cells of this type",
        weight=weight,
    )
