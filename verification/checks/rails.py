"""Rails: which wires carry the supply voltages and ground.

Ground is the wire that most ground pins are on, a rail the wire that most of its power pins are on;
what the terminals feed is held against that. The vote keeps the rails known when one pin is wired
wrongly, so that this one pin is named and not every pin that is wired well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from parts.models import FuseModel
from verification.checks.board import Board, BoardPin, Placed
from verification.checks.interface import GROUND, V_COMPARATOR, V_SUPPLY, Interface


@dataclass(frozen=True)
class Rail:
    """One supply.

    Attributes:
        function: of the terminal that feeds it.
        board: that it is on, "" where there is one.
        volts: what the design feeds.
        wire: the wire with its power pins, None where there is none.
        entries: the terminal's pins.
        feed: every wire from the terminal through fuses, the terminal's first.
    """

    function: str
    board: str
    volts: float
    wire: int | None
    entries: tuple[BoardPin, ...]
    feed: tuple[int, ...]

    @property
    def label(self) -> str:
        """What figures about it are called: "supply", or "b2_supply" on one of several boards."""
        name = self.function.removeprefix("V_").lower()
        return f"{self.board}_{name}" if self.board else name

    @property
    def fed(self) -> bool:
        """Whether the terminal reaches the rail through a fuse."""
        return self.wire is not None and self.wire in self.feed[1:]


@dataclass(frozen=True)
class Rails:
    """Ground and supplies; `volts` holds the potential of every wire that is one of them."""

    ground: int | None
    rails: tuple[Rail, ...]
    volts: dict[int, float]

    @cached_property
    def supplies(self) -> frozenset[int]:
        """The rails, behind their fuses."""
        return frozenset(rail.wire for rail in self.rails if rail.wire is not None)

    @cached_property
    def fed(self) -> frozenset[int]:
        """The rails and every wire on the way to one."""
        return self.supplies.union(*(rail.feed for rail in self.rails))

    @cached_property
    def fixed_wires(self) -> frozenset[int]:
        """Ground, the rails, and every wire on the way to one."""
        return self.fed if self.ground is None else self.fed | {self.ground}

    def is_supply(self, wire: int) -> bool:
        """Whether the wire is a rail, behind the fuse."""
        return wire in self.supplies

    def feeds(self, wire: int) -> bool:
        """Whether the wire is a rail or on the way to one."""
        return wire in self.fed

    @cached_property
    def alike(self) -> dict[int, int]:
        """Fixed wire -> the wire of the first board that serves there as this one does here."""
        first: dict[tuple[str, str], int] = {}
        found = {} if self.ground is None else {self.ground: self.ground}
        for rail in self.rails:
            for wire in rail.feed:
                found.setdefault(wire, first.setdefault((rail.function, "feed"), wire))
            if rail.wire is not None:
                found[rail.wire] = first.setdefault((rail.function, "rail"), rail.wire)
        return found

    def fixed(self, wire: int) -> bool:
        """Whether the wire is ground, a rail, or on the way to one."""
        return wire in self.fixed_wires


def find_rails(board: Board, interface: Interface) -> Rails:
    """The rails of a board, or of each of several; see the module's text for how."""
    ground = _most(pin.wire for pin in board.pins if pin.record.role == "ground")
    if ground is None:
        ground = _most(pin.wire for pin in board.functions.get(GROUND, ()))
    links = _fuse_links(board)
    rails = [
        _find_rail(board, interface, function, name, (ground, links))
        for function in interface.supplies
        for name in board.boards
    ]
    table = {rail.wire: rail.volts for rail in rails if rail.wire is not None}
    if ground is not None:
        table[ground] = 0.0
    return Rails(ground, tuple(rails), table)


def _find_rail(
    board: Board,
    interface: Interface,
    function: str,
    name: str,
    known: tuple[int | None, dict[int, tuple[int, ...]]],
) -> Rail:
    """One supply on the board of this name, from ground's wire and the fuses' links."""
    ground, links = known
    entries = tuple(pin for pin in board.functions.get(function, ()) if pin.board == name)
    start = _most(pin.wire for pin in entries)
    feed = () if start is None or start == ground else _reach(start, links)
    wire = _most(
        pin.wire
        for pin in board.pins
        if pin.record.role == "power"
        and pin.board == name
        and pin.wire != ground
        and supply_of(pin, interface) == function
    )
    return Rail(function, name, interface.supplies[function], wire, entries, feed)


def supply_of(pin: BoardPin, interface: Interface) -> str:
    """The supply that a power pin belongs to; comparators may have their own."""
    own = V_COMPARATOR in interface.supplies and pin.placed.record.kind == "comparator"
    return V_COMPARATOR if own else V_SUPPLY


def fuses_on(board: Board, wire: int | None) -> tuple[tuple[Placed, FuseModel], ...]:
    """The fuses with an end on a wire; those of one rail share its current."""
    return tuple(
        (placed, fuse)
        for placed, fuse in board.units(FuseModel)
        if wire in (placed.by_name[fuse.a].wire, placed.by_name[fuse.b].wire)
    )


def _fuse_links(board: Board) -> dict[int, tuple[int, ...]]:
    links: dict[int, tuple[int, ...]] = {}
    for placed, fuse in board.units(FuseModel):
        a, b = placed.by_name[fuse.a].wire, placed.by_name[fuse.b].wire
        links[a] = (*links.get(a, ()), b)
        links[b] = (*links.get(b, ()), a)
    return links


def _reach(start: int, links: dict[int, tuple[int, ...]]) -> tuple[int, ...]:
    found = {start: None}
    queue = [start]
    while queue:
        for wire in links.get(queue.pop(0), ()):
            if wire not in found:
                found[wire] = None
                queue.append(wire)
    return tuple(found)


def _most(wires: Iterable[int]) -> int | None:
    ranked = Counter(wires).most_common(1)
    return ranked[0][0] if ranked else None


def rail_name(volts: float) -> str:
    """The function of a test point on a rail: "+5V", "+3V3"."""
    text = f"{volts:g}"
    return f"+{text}V" if "." not in text else "+" + text.replace(".", "V")
