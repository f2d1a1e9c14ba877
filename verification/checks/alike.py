"""Cells of one type are wired alike, pin by pin.

A board's cells are stamped from a few drawings. What most cells of a type do is their habit
(`habits.py`); a pin that does otherwise is named. This needs no reference and sees even swaps that
change nothing electrically, such as the two inputs of one XOR gate among sixteen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from verification.checks.board import BoardPin
from verification.checks.case import Case
from verification.checks.habits import Cells, Habits, Place, hubs_of, learn_habits, read_cells
from verification.checks.records import Check, Item, judged

NAME = "alike"
CLAIM = "every cell is built and wired exactly like the other cells of its type"
_SIBLINGS = 3


def check_alike(case: Case) -> Check:
    """Check 8: deviations from the habits of the cells of each type."""
    cells = read_cells(case)
    habits = learn_habits(case, cells)
    faults = [*_compositions(case, cells)]
    for pin in cells.place:
        faults += _wiring(case, cells, habits, pin)
    for cell in cells.pins:
        faults += _ends(case, cells, habits, cell)
    faults += _hub_ends(case, cells, habits)
    faults += _pairwise(case, cells)
    evidence = {f"{kind}_cells": len(paths) for kind, paths in sorted(cells.of_type.items())}
    compared = sum(len(paths) for paths in cells.of_type.values() if len(paths) > 1)
    evidence["pins_compared"] = sum(habits.count[where] > 1 for where in cells.place.values())
    return judged(NAME, CLAIM, max(compared, 1), evidence, faults)


def _compositions(case: Case, cells: Cells) -> Iterator[Item]:
    """Parts that a cell has and its siblings have not, and the other way round."""
    for kind, paths in cells.of_type.items():
        built: dict[str, dict[str, str]] = {
            path: {part.slot: part.record.mpn for part in case.board.cells[path]} for path in paths
        }
        usual = Counter(item for parts in built.values() for item in parts.items())
        slots = {slot: mpn for (slot, mpn), n in usual.items() if 2 * n > len(paths)}
        if len(paths) < _SIBLINGS:
            continue
        for path, parts in built.items():
            refdes = {part.slot: part.refdes for part in case.board.cells[path]}
            for slot in sorted({*parts, *slots}):
                if parts.get(slot) == slots.get(slot):
                    continue
                yield Item(
                    refdes.get(slot, ""),
                    expected=f"{slots.get(slot, 'no part')} as {slot} of {path}, as in most {kind} cells",
                    got=parts.get(slot, "no such part"),
                    fix="build the cell like its siblings",
                    weight=0.9,
                )


@dataclass(frozen=True, slots=True)
class _Company:
    """How far a pin's net is from the habit: shares of what is missing and of what is foreign."""

    missing: float
    foreign: float
    lost: tuple[Place, ...]
    strangers: tuple[BoardPin, ...]


def _company(cells: Cells, habits: Habits, pin: BoardPin) -> _Company:
    where = cells.place[pin]
    here = cells.wires.get(pin.wire, ())
    own = {cells.place[other] for other in here if other.placed.cell == pin.placed.cell}
    others = {cells.place[other] for other in here}
    wanted = habits.mates.get(where, frozenset())
    anchors = habits.anchors.get(where, frozenset())
    lost = (*sorted(wanted - own), *sorted(anchors - others))
    total = len(wanted) + len(anchors)
    strangers = tuple(
        other
        for other in here
        if other is not pin and _stranger(cells, habits, where, pin.placed.cell, other)
    )
    return _Company(
        len(lost) / total if total else 0.0,
        len(strangers) / (len(here) - 1) if len(here) > 1 else 0.0,
        lost,
        strangers,
    )


def _stranger(cells: Cells, habits: Habits, where: Place, cell: str, other: BoardPin) -> bool:
    """Whether a pin has no business on the net of a pin at `where`, as far as habits tell."""
    there = cells.place[other]
    if min(habits.count[where], habits.count[there]) < _SIBLINGS:
        return False
    if other.placed.cell == cell:
        return there not in habits.mates.get(where, frozenset())
    settled = _settled(habits, where) and _settled(habits, there)
    return settled and habits.family[where] != habits.family[there]


def _settled(habits: Habits, where: Place) -> bool:
    """Whether the habits say what a place is joined to: with others, to a rail, or left open."""
    known = (habits.mates.get(where), habits.anchors.get(where))
    return any(known) or where in habits.rail or where in habits.alone


def _wiring(case: Case, cells: Cells, habits: Habits, pin: BoardPin) -> Iterator[Item]:
    where = cells.place[pin]
    if habits.count[where] < _SIBLINGS:
        return
    rail = habits.rail.get(where)
    if rail is not None:
        if pin.wire != rail:
            yield _item(case, pin, f"on net {case.board.names[rail]}", _where(case, pin), 0.95)
        return
    if case.rails.fixed(pin.wire):
        yield _item(case, pin, "on a signal net", _where(case, pin), 0.95)
        return
    if where in habits.alone:
        if len(case.board.wires[pin.wire]) > 1:
            yield _item(case, pin, "left open", _where(case, pin), 0.95)
        return
    company = _company(cells, habits, pin)
    if company.lost:
        names = ", ".join(f"{slot}.{number}" for _, slot, number in company.lost[:4])
        weight = 0.3 + 0.35 * company.missing + 0.3 * company.foreign
        yield _item(case, pin, f"joined to {names}", _where(case, pin), weight)
    elif company.strangers:
        names = ", ".join(other.label for other in company.strangers[:4])
        yield _item(
            case, pin, "joined to its usual neighbours only", f"also to {names}", 0.3 * company.foreign
        )


def _ends(case: Case, cells: Cells, habits: Habits, cell: str) -> Iterator[Item]:
    """Pins of one cell that lead to another node or bank than the pins they go with."""
    table = cells.pins[cell]
    reached = {
        where: hubs
        for where, pin in sorted(table.items())
        if (hubs := hubs_of(cells, habits.anchors, pin))
    }
    for where, hubs in reached.items():
        friends = [
            reached[other]
            for other in reached
            if other != where and habits.bound.get(_ordered(where, other), False)
        ]
        rivals = [
            reached[other]
            for other in reached
            if other != where and not habits.bound.get(_ordered(where, other), True)
        ]
        votes = Counter(hub for others in friends for hub in others)
        against = sum(not hubs & others for others in friends)
        clash = any(hubs & others for others in rivals) and 2 * against >= len(friends)
        if len(hubs) > 1 or (friends and 2 * against > len(friends)) or (clash and against):
            expected = votes.most_common(1)[0][0] if votes else "one node"
            yield _item(
                case, table[where], f"at {expected}, like its twin pins", f"at {', '.join(sorted(hubs))}",
                0.9 if len(hubs) == 1 else 0.5,
            )  # fmt: skip


def _hub_ends(case: Case, cells: Cells, habits: Habits) -> Iterator[Item]:
    """Pins of a node or bank that serve other cells than the rest of that node or bank does."""
    served: dict[str, dict[BoardPin, frozenset[str]]] = {}
    wanted = {place for anchors in habits.anchors.values() for place in anchors}
    users = {place: kind for kind, anchors in _kinds(habits).items() for place in anchors}
    for pin, where in cells.place.items():
        if where in wanted and habits.count[where] >= _SIBLINGS:
            served.setdefault(pin.placed.cell, {})[pin] = frozenset(
                other.placed.cell
                for other in cells.wires.get(pin.wire, ())
                if cells.place[other][0] == users[where]
            )
    for pins in served.values():
        for pin, mine in pins.items():
            rest = [cells_ for other, cells_ in pins.items() if other is not pin]
            apart = sum(2 * len(mine & other) <= len(mine | other) for other in rest)
            if rest and 2 * apart > len(rest):
                yield _item(
                    case, pin, "serving the same cells as the rest of its cell", _where(case, pin), 0.92
                )


def _kinds(habits: Habits) -> dict[str, frozenset[Place]]:
    """Cell type -> hub places that its cells lead to; the most numerous user comes last and wins."""
    table: dict[str, set[Place]] = {}
    for where, anchors in habits.anchors.items():
        table.setdefault(where[0], set()).update(anchors)
    order = sorted(table, key=lambda kind: max(n for w, n in habits.count.items() if w[0] == kind))
    return {kind: frozenset(table[kind]) for kind in order}


def _pairwise(case: Case, cells: Cells) -> Iterator[Item]:
    """Two cells of a type: where they differ, both are named, since nothing says which is right."""
    for paths in cells.of_type.values():
        if len(paths) != 2:
            continue
        first, second = (cells.pins[path] for path in paths)
        for where in sorted({*first, *second}):
            a, b = first.get(where), second.get(where)
            if a is not None and b is not None and _inside(case, cells, a) == _inside(case, cells, b):
                continue
            for pin, path in ((a, paths[1]), (b, paths[0])):
                if pin is not None:
                    yield _item(case, pin, f"wired as in {path}", _where(case, pin), 0.5)


def _inside(case: Case, cells: Cells, pin: BoardPin) -> tuple[int, frozenset[Place]]:
    """(rail or -1, places of the pin's own cell on its net)."""
    if case.rails.fixed(pin.wire):
        return pin.wire, frozenset()
    own = (other for other in cells.wires[pin.wire] if other.placed.cell == pin.placed.cell)
    return -1, frozenset(cells.place[other] for other in own)


def _ordered(a: Place, b: Place) -> tuple[Place, Place]:
    return (a, b) if a <= b else (b, a)


def _where(case: Case, pin: BoardPin) -> str:
    others = [other.label for other in case.board.mates(pin)[:3]]
    return f"on net {case.board.net(pin) or '(none)'} with {', '.join(others) or 'nothing'}"


def _item(case: Case, pin: BoardPin, expected: str, got: str, weight: float) -> Item:
    return Item(
        pin.refdes,
        pin.number,
        case.board.net(pin),
        expected=f"{pin.label} {expected}",
        got=got,
        fix=f"wire {pin.placed.slot} of {pin.placed.cell} as in the other cells of this type",
        weight=weight,
    )
