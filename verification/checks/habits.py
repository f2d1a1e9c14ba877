"""Habits: how the cells of one type are wired, learned from the majority of them.

A *place* is a pin as every cell of a type has it: (cell type, slot, pin number). From the board
itself we learn, for each place that at least three cells have,

```
rail     the supply or ground that most cells have there
mates    the places of the same cell on the same net, in most cells
anchors  the places of a node or control cell on the same net, in most cells
peers    the places of other cells of the same type on the same net, in most cells
ends     which anchored places of a cell lead to one and the same node or bank
```

and families of places that share nets. Nothing here knows what a cell is for.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from verification.checks.board import BoardPin, cell_type
from verification.checks.case import DRIVING, Case

Place = tuple[str, str, str]
Places = frozenset[Place]
T = TypeVar("T")
HUBS = ("node", "control", "control/bank", "control/eta")
"""Cell types that others are joined to; the link is looked at from the other cell's side. Of a
control cell only the outputs count: the inputs of one bank are on another bank's nets."""
SIBLINGS = 3
"""Fewer cells of a type have no majority that could be right against one of them."""
_NONE: Places = frozenset()


@dataclass(frozen=True, slots=True)
class Company:
    """Who is on a wire: places by cell, the hubs among them, and cell types that come twice."""

    by_cell: dict[str, Places]
    hubs: Places
    crowded: frozenset[str]

    def own(self, pin: BoardPin, where: Place) -> Places:
        """Other places of the pin's own cell."""
        return self.by_cell[pin.placed.cell] - {where}

    def peers(self, pin: BoardPin, where: Place) -> Places:
        """Places of other cells of the pin's type."""
        if where[0] not in self.crowded:
            return _NONE
        return frozenset(
            place
            for cell, places in self.by_cell.items()
            if cell != pin.placed.cell
            for place in places
            if place[0] == where[0]
        )


@dataclass(frozen=True)
class Cells:
    """Every cell of the board, its pins by place, and the company on every signal wire.

    Attributes:
        of_type: cell type -> its cells' paths, in the file's order.
        place: pin -> place, of pins whose part has a cell.
        pins: cell path -> place -> pin.
        wires: (wire, board) -> company; supplies and ground left out. A cell is wired to others on
            its own board; what a cable brings is no part of how its cell is built.
    """

    of_type: dict[str, tuple[str, ...]]
    place: dict[BoardPin, Place]
    pins: dict[str, dict[Place, BoardPin]]
    wires: dict[tuple[int, str], Company]

    def company(self, pin: BoardPin) -> Company | None:
        """Who is on the pin's wire on its own board; None on supplies and ground."""
        return self.wires.get((pin.wire, pin.board))

    def siblings(self, where: Place) -> int:
        """How many cells there are of the place's type."""
        return len(self.of_type[where[0]])


def read_cells(case: Case) -> Cells:
    """The cells of a board."""
    of_type: dict[str, list[str]] = defaultdict(list)
    place: dict[BoardPin, Place] = {}
    pins: dict[str, dict[Place, BoardPin]] = {}
    for cell, parts in case.board.cells.items():
        kind = cell_type(cell)
        of_type[kind].append(cell)
        table = pins.setdefault(cell, {})
        for placed in parts:
            for number, pin in placed.pins.items():
                where = (kind, placed.slot, number)
                place[pin] = where
                table.setdefault(where, pin)
    wires = {
        (wire, board): _company(place, _at_hand(members, board))
        for wire, members in enumerate(case.board.wires)
        if not case.rails.fixed(wire)
        for board in dict.fromkeys(pin.board for pin in members)
    }
    return Cells({kind: tuple(cells) for kind, cells in of_type.items()}, place, pins, wires)


def _at_hand(members: tuple[BoardPin, ...], board: str) -> list[BoardPin]:
    """The pins of a wire on a board, and the node cell of another board where this one has none.

    A channel may stand on another board than its node; the cable then joins it to the node's cell.
    """
    own = [pin for pin in members if pin.board == board]
    if any(cell_type(pin.placed.cell) == "node" for pin in own):
        return own
    nodes = [pin for pin in members if cell_type(pin.placed.cell) == "node"]
    return own + [pin for pin in nodes if pin.placed.cell == nodes[0].placed.cell]


def _company(place: dict[BoardPin, Place], members: Iterable[BoardPin]) -> Company:
    by_cell: dict[str, set[Place]] = {}
    hubs: set[Place] = set()
    for pin in members:
        where = place.get(pin)
        if where is None:
            continue
        by_cell.setdefault(pin.placed.cell, set()).add(where)
        if where[0] in HUBS and (where[0] == "node" or pin.record.role in DRIVING):
            hubs.add(where)
    kinds = [next(iter(places))[0] for places in by_cell.values()]
    crowded = (
        frozenset(kind for kind in kinds if kinds.count(kind) > 1) if len(kinds) > 1 else _EMPTY
    )
    frozen = {cell: frozenset(places) for cell, places in by_cell.items()}
    return Company(frozen, frozenset(hubs), crowded)


_EMPTY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Habits:
    """What most cells of each type do; see the module's text. A place without a habit is missing.

    Attributes:
        alone: places that are left open.
        closed: places whose nets hold pins of their own cell only.
        family: place -> the smallest of the places that share its nets.
        ends: cell type -> groups of anchored places that lead to one hub cell each.
    """

    rail: dict[Place, int]
    alone: Places
    closed: Places
    mates: dict[Place, Places]
    anchors: dict[Place, Places]
    peers: dict[Place, Places]
    family: dict[Place, Place]
    ends: dict[str, frozenset[Places]]

    def settled(self, where: Place) -> bool:
        """Whether the habits say what a place is joined to."""
        return bool(
            self.mates.get(where)
            or self.anchors.get(where)
            or where in self.rail
            or where in self.alone
        )


def learn_habits(case: Case, cells: Cells) -> Habits:
    """The habits of the majority."""
    rails: dict[Place, list[int]] = defaultdict(list)
    own: dict[Place, list[Places]] = defaultdict(list)
    hubs: dict[Place, list[Places]] = defaultdict(list)
    peers: dict[Place, list[Places]] = defaultdict(list)
    single: Counter[Place] = Counter()
    closed: Counter[Place] = Counter()
    for pin, where in cells.place.items():
        if cells.siblings(where) < SIBLINGS:
            continue
        company = cells.company(pin)
        if company is None:
            rails[where].append(case.rails.alike[pin.wire])
            continue
        own[where].append(company.own(pin, where))
        peers[where].append(company.peers(pin, where))
        if where[0] not in HUBS:
            hubs[where].append(company.hubs)
        single[where] += len(case.board.wires[pin.wire]) == 1
        closed[where] += len(company.by_cell) == 1
    mates, anchors, usual_peers = (_usual(cells, table) for table in (own, hubs, peers))
    return Habits(
        _usual(cells, rails),
        _majority(cells, single),
        _majority(cells, closed),
        mates,
        anchors,
        usual_peers,
        _families((mates, anchors, usual_peers)),
        _usual_ends(cells, anchors),
    )


def _majority(cells: Cells, count: Counter[Place]) -> Places:
    return frozenset(where for where, n in count.items() if 2 * n > cells.siblings(where))


def _usual(cells: Cells, table: dict[Place, list[T]]) -> dict[Place, T]:
    """What more than half of the cells have at each place, where more than half agree."""
    found: dict[Place, T] = {}
    for where, values in table.items():
        first, n = Counter(values).most_common(1)[0]
        if 2 * n > cells.siblings(where):
            found[where] = first
    return found


def impure_wires(cells: Cells, habits: Habits) -> frozenset[tuple[int, str]]:
    """Wires, each with its board, that have places of more than one family."""
    return frozenset(
        wire
        for wire, company in cells.wires.items()
        if len(
            {
                habits.family.get(where, where)
                for places in company.by_cell.values()
                for where in places
                if habits.settled(where)
            }
        )
        > 1
    )


def ends_of(cells: Cells, anchors: dict[Place, Places], cell: str) -> dict[Place, frozenset[str]]:
    """For each anchored place of a cell, the hub cells on its net that have the usual anchor."""
    found: dict[Place, frozenset[str]] = {}
    for where, pin in cells.pins[cell].items():
        wanted = anchors.get(where)
        company = cells.company(pin)
        if wanted and company is not None and wanted & company.hubs:
            found[where] = frozenset(
                hub for hub, places in company.by_cell.items() if wanted & places
            )
    return found


def _usual_ends(cells: Cells, anchors: dict[Place, Places]) -> dict[str, frozenset[Places]]:
    usual: dict[str, frozenset[Places]] = {}
    for kind, paths in cells.of_type.items():
        if len(paths) < SIBLINGS or kind in HUBS:
            continue
        votes: Counter[frozenset[Places]] = Counter()
        for path in paths:
            groups: dict[frozenset[str], set[Place]] = defaultdict(set)
            for where, hubs in ends_of(cells, anchors, path).items():
                groups[hubs].add(where)
            votes[frozenset(frozenset(group) for group in groups.values())] += 1
        groups_, n = votes.most_common(1)[0]
        if 2 * n > len(paths):
            usual[kind] = groups_
    return usual


def _families(tables: Iterable[dict[Place, Places]]) -> dict[Place, Place]:
    """Connected places, by the smallest of them."""
    parent: dict[Place, Place] = {}

    def find(where: Place) -> Place:
        parent.setdefault(where, where)
        while parent[where] != where:
            where = parent[where]
        return where

    for table in tables:
        for where, others in table.items():
            for other in others:
                a, b = sorted((find(where), find(other)))
                parent[b] = a
    return {where: find(where) for where in parent}
