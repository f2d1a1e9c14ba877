"""Habits: how the cells of one type are wired, learned from the majority of them.

A *place* is a pin as every cell of a type has it: (cell type, slot, pin number). From the board
itself we learn, for each place,

```
rail     the supply or ground that most cells have there
mates    the places of the same cell that most cells have on the same net
anchors  the places of a node or control cell that most cells have on the same net
bound    the places whose nets lead to the same node (or bank) cell as this one's, in most cells
```

and, from mates and anchors, families of places that share nets. Nothing here knows what a cell is
for; with fewer than three cells of a type there is no majority and the answer is None.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from verification.checks.board import BoardPin, cell_type
from verification.checks.case import Case

Place = tuple[str, str, str]
HUBS = ("node", "control", "control/bank", "control/eta")
"""Cell types that others are joined to; the link is looked at from the other cell's side."""


@dataclass(frozen=True)
class Cells:
    """Every cell of the board, its pins by place, and every wire's pins by cell.

    Attributes:
        of_type: cell type -> its cells' paths, in the file's order.
        place: pin -> place, of pins whose part has a cell and a slot.
        pins: cell path -> place -> pin.
        wires: wire -> its pins that have a place; supplies and ground left out.
    """

    of_type: dict[str, tuple[str, ...]]
    place: dict[BoardPin, Place]
    pins: dict[str, dict[Place, BoardPin]]
    wires: dict[int, tuple[BoardPin, ...]]


def read_cells(case: Case) -> Cells:
    """The cells of a board."""
    board = case.board
    of_type: dict[str, list[str]] = defaultdict(list)
    place: dict[BoardPin, Place] = {}
    pins: dict[str, dict[Place, BoardPin]] = {}
    for cell, parts in board.cells.items():
        kind = cell_type(cell)
        of_type[kind].append(cell)
        table = pins.setdefault(cell, {})
        for placed in parts:
            for number, pin in placed.pins.items():
                where = (kind, placed.slot, number)
                place[pin] = where
                table.setdefault(where, pin)
    wires = {
        wire: tuple(pin for pin in members if pin in place)
        for wire, members in enumerate(board.wires)
        if not case.rails.fixed(wire)
    }
    return Cells({kind: tuple(cells) for kind, cells in of_type.items()}, place, pins, wires)


@dataclass(frozen=True)
class Habits:
    """What most cells of each type do; see the module's text.

    Attributes:
        count: place -> how many cells have it.
        rail: place -> supply or ground wire.
        alone: places that are left open.
        mates: place -> places of the same cell on the same net.
        anchors: place -> places of hub cells on the same net.
        family: place -> representative of the places that share its nets.
        bound: (place, place) of one cell, sorted -> whether both lead to the same hub cell.
    """

    count: Counter[Place]
    rail: dict[Place, int]
    alone: frozenset[Place]
    mates: dict[Place, frozenset[Place]]
    anchors: dict[Place, frozenset[Place]]
    family: dict[Place, Place]
    bound: dict[tuple[Place, Place], bool]


def learn_habits(case: Case, cells: Cells) -> Habits:
    """The habits of the majority."""
    count: Counter[Place] = Counter(where for table in cells.pins.values() for where in table)
    fixed: Counter[tuple[Place, int]] = Counter()
    single: Counter[Place] = Counter()
    for pin, where in cells.place.items():
        if case.rails.fixed(pin.wire):
            fixed[where, pin.wire] += 1
        elif len(case.board.wires[pin.wire]) == 1:
            single[where] += 1
    own, hub, peer = _company(cells)
    most = _Most(count)
    mates = most.table(own)
    anchors = most.table(hub)
    return Habits(
        count,
        {where: wire for (where, wire), n in fixed.items() if most(where, n)},
        frozenset(where for where, n in single.items() if most(where, n)),
        mates,
        anchors,
        _families(count, (mates, anchors, most.table(peer))),
        _bonds(cells, anchors, count),
    )


def hubs_of(cells: Cells, anchors: dict[Place, frozenset[Place]], pin: BoardPin) -> frozenset[str]:
    """The hub cells that a pin's net leads to by its usual anchors."""
    wanted = anchors.get(cells.place[pin])
    if not wanted:
        return frozenset()
    return frozenset(
        other.placed.cell for other in cells.wires.get(pin.wire, ()) if cells.place[other] in wanted
    )


@dataclass(frozen=True)
class _Most:
    """Whether n of the cells that have a place are the majority of at least three."""

    count: Counter[Place]

    def __call__(self, where: Place, n: int) -> bool:
        return self.count[where] >= 3 and 2 * n > self.count[where]

    def table(self, pairs: Counter[tuple[Place, Place]]) -> dict[Place, frozenset[Place]]:
        """The pairs (place, other) that most cells with that place have, by place."""
        found: dict[Place, set[Place]] = defaultdict(set)
        for (where, other), n in pairs.items():
            if self(where, n):
                found[where].add(other)
        return {where: frozenset(others) for where, others in found.items()}


Pairs = Counter[tuple[Place, Place]]


def _company(cells: Cells) -> tuple[Pairs, Pairs, Pairs]:
    """How often a place meets another of its own cell, of a hub, of another cell of its type."""
    own: Pairs = Counter()
    hub: Pairs = Counter()
    peer: Pairs = Counter()
    for members in cells.wires.values():
        by_cell: dict[str, set[Place]] = defaultdict(set)
        for pin in members:
            by_cell[pin.placed.cell].add(cells.place[pin])
        spread = Counter(where for places in by_cell.values() for where in places)
        for places in by_cell.values():
            for where in places:
                for other, n in spread.items():
                    mine = other in places
                    if mine and other != where:
                        own[where, other] += 1
                    if other[0] == where[0]:
                        if other != where and n > mine:
                            peer[where, other] += 1
                    elif other[0] in HUBS and where[0] not in HUBS:
                        hub[where, other] += 1
    return own, hub, peer


def _families(
    count: Counter[Place], tables: tuple[dict[Place, frozenset[Place]], ...]
) -> dict[Place, Place]:
    """Connected places, by the smallest of them."""
    parent: dict[Place, Place] = {where: where for where in count}

    def find(where: Place) -> Place:
        while parent[where] != where:
            parent[where] = parent[parent[where]]
            where = parent[where]
        return where

    for table in tables:
        for where, others in table.items():
            for other in others:
                a, b = sorted((find(where), find(other)))
                parent[b] = a
    return {where: find(where) for where in count}


def _bonds(
    cells: Cells, anchors: dict[Place, frozenset[Place]], count: Counter[Place]
) -> dict[tuple[Place, Place], bool]:
    """Which two places of a cell lead to the same hub cell, by majority."""
    same: Pairs = Counter()
    both: Pairs = Counter()
    for table in cells.pins.values():
        for pair, together in _pairs(cells, anchors, table):
            both[pair] += 1
            same[pair] += together
    return {pair: 2 * same[pair] > n for pair, n in both.items() if min(n, count[pair[0]]) >= 3}


def _pairs(
    cells: Cells, anchors: dict[Place, frozenset[Place]], table: dict[Place, BoardPin]
) -> Iterator[tuple[tuple[Place, Place], bool]]:
    """Every two anchored places of a cell, and whether they lead to the same hub cell."""
    reached = {
        where: hubs for where, pin in sorted(table.items()) if (hubs := hubs_of(cells, anchors, pin))
    }
    for first, second in combinations(reached, 2):
        kinds = {hub.partition("/")[0] for hub in (*reached[first], *reached[second])}
        if len(kinds) == 1:
            yield (first, second), bool(reached[first] & reached[second])
