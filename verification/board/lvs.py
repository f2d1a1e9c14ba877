"""Layout versus schematic: conductors of the board against nets of a netlist, pin by pin.

* A **short** is a conductor with pins of two nets. Its place is where the copper of the one meets
  that of the other.
* An **open** is a net whose pins are on several conductors.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from verification.board.bodies import describe, place_text
from verification.board.copper import Copper
from verification.checks.records import Item, natural
from verification.reading.netlist import Netlist, PinRef

PINS_SHOWN = 6
"""A report names this many pins of a conductor; the rest are counted."""


@dataclass(frozen=True)
class Comparison:
    """A board's conductors beside the nets of a netlist.

    Attributes:
        net_of: pin -> name of the first net that it is in.
        nets_on: conductor -> its nets, the one of most pins first.
        pieces: net -> the conductors that its pins are on, the one of most pins first.
        absent: net -> its pins that no pad of the board has.
    """

    copper: Copper
    net_of: Mapping[PinRef, str]
    nets_on: Mapping[int, tuple[str, ...]]
    pieces: Mapping[str, tuple[int, ...]]
    absent: Mapping[str, tuple[PinRef, ...]]

    @property
    def shorts(self) -> tuple[tuple[int, tuple[str, ...]], ...]:
        """Conductors with pins of several nets."""
        return tuple((group, nets) for group, nets in self.nets_on.items() if len(nets) > 1)

    @property
    def opens(self) -> tuple[str, ...]:
        """Nets on several conductors."""
        return tuple(net for net, groups in self.pieces.items() if len(groups) > 1)

    def pins_of(self, net: str, group: int) -> tuple[PinRef, ...]:
        """The pins of a net on a conductor."""
        return tuple(pin for pin in self.copper.pins[group] if self.net_of.get(pin) == net)


def compare(copper: Copper, netlist: Netlist) -> Comparison:
    """Hold a board's conductors against a netlist. Cost: linear in pins, but for sorting."""
    net_of: dict[PinRef, str] = {}
    absent: dict[str, tuple[PinRef, ...]] = {}
    for net in netlist.nets:
        for pin in net.pins:
            net_of.setdefault(pin, net.name)
        missing = tuple(pin for pin in net.pins if pin not in copper.groups_of)
        if missing:
            absent[net.name] = absent.get(net.name, ()) + missing
    nets_on: dict[int, tuple[str, ...]] = {}
    counts: dict[str, dict[int, int]] = {net.name: {} for net in netlist.nets}
    for group, pins in copper.pins.items():
        here: dict[str, int] = {}
        for pin in pins:
            name = net_of.get(pin)
            if name is not None:
                here[name] = here.get(name, 0) + 1
                counts[name][group] = counts[name].get(group, 0) + 1
        nets_on[group] = tuple(sorted(here, key=lambda name: (-here[name], natural(name))))
    pieces = {
        name: tuple(sorted(groups, key=lambda group: (-groups[group], group)))
        for name, groups in counts.items()
    }
    return Comparison(copper, net_of, nets_on, pieces, absent)


def short_items(found: Comparison) -> Iterator[Item]:
    """One item for each net that a conductor has besides its first."""
    for group, nets in found.shorts:
        for net in nets[1:]:
            pins, others = found.pins_of(net, group), found.pins_of(nets[0], group)
            yield Item(
                pins[0].refdes,
                pins[0].number,
                f"{nets[0]}, {net}",
                expected=f"nets {nets[0]} and {net} apart",
                got=f"one conductor: {_meeting(found.copper, others, pins)}",
                fix="remove the copper that joins them",
                weight=0.95,
            )


def open_items(found: Comparison, ends: Mapping[int, Sequence[str]]) -> Iterator[Item]:
    """One item for each conductor of a net besides its first.

    Args:
        found: the comparison.
        ends: conductor -> places where its copper ends freely, as a cut track does.
    """
    for net in found.opens:
        groups = found.pieces[net]
        for group in groups[1:]:
            pins = found.pins_of(net, group)
            rest = pins_text(found.pins_of(net, groups[0]))
            loose = [text for piece in (group, groups[0]) for text in ends.get(piece, ())][:2]
            near = f"; copper ends freely at {' and '.join(loose)}" if loose else ""
            yield Item(
                pins[0].refdes,
                pins[0].number,
                net,
                expected=f"all pins of net {net} on one conductor",
                got=f"{pins_text(pins)} cut off from {rest}{near}",
                fix="join them with a track, a via or a filled zone",
                weight=0.9,
            )


def pad_items(found: Comparison, footprints: Collection[str]) -> Iterator[Item]:
    """Pins of the netlist without a pad, and pads of no net that copper joins to one."""
    for net, pins in found.absent.items():
        for pin in pins:
            if pin.refdes in footprints:
                yield Item(
                    pin.refdes,
                    pin.number,
                    net,
                    expected=f"a pad {pin.number} on net {net}",
                    got="no pad of this number with copper",
                    fix="correct the footprint",
                    weight=1.0,
                )
    for group, pins in found.copper.pins.items():
        strangers = [pin for pin in pins if pin not in found.net_of]
        for pin in strangers if len(pins) > 1 else ():
            here = ", ".join(found.nets_on[group]) or pins_text(p for p in pins if p != pin)
            yield Item(
                pin.refdes,
                pin.number,
                here,
                expected="a pad of no net, alone",
                got=f"joined to {here}",
                fix="remove the copper that joins them",
                weight=0.9,
            )


def bridge_items(copper: Copper) -> Iterator[Item]:
    """Closed jumpers whose strip does not join their two pads, or touches other copper."""
    touched = _touched_by_bridges(copper)
    for position in copper.jumpers:
        footprint = copper.board.footprints[position]
        own = {
            group
            for pad in footprint.pads
            for group in copper.groups_of.get(PinRef(footprint.refdes, pad.number), ())
        }
        strange = touched[position] - own
        for group in sorted(strange):
            pins = copper.pins.get(group, ())
            yield _bridge_item(
                footprint.refdes,
                "a strip that joins its own pads and nothing else",
                f"it touches {pins_text(pins) or 'other copper'} as well",
            )
        for pad in footprint.pads:
            pin = PinRef(footprint.refdes, pad.number)
            if not touched[position].intersection(copper.groups_of.get(pin, ())):
                yield _bridge_item(
                    footprint.refdes,
                    "a closed jumper, as its part is",
                    f"no copper from its strip to pad {pad.number}",
                    pad.number,
                )


def pins_text(pins: Iterable[PinRef]) -> str:
    """Some pins by name, and how many more there are."""
    names = [str(pin) for pin in pins]
    more = len(names) - PINS_SHOWN
    return ", ".join(names[:PINS_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _touched_by_bridges(copper: Copper) -> dict[int, set[int]]:
    """Footprint of a bridge -> the conductors that its strips touch."""
    found: dict[int, set[int]] = {position: set() for position in copper.jumpers}
    rows = copper.contacts.touching.nonzero()[0]
    for a, b in zip(
        copper.contacts.first[rows].tolist(), copper.contacts.second[rows].tolist(), strict=True
    ):
        for bridge, other in ((a, b), (b, a)):
            if bridge in copper.bridges and other not in copper.inert:
                found[copper.bodies[bridge].footprint].add(int(copper.group[other]))
    return found


def _bridge_item(refdes: str, expected: str, got: str, pin: str = "") -> Item:
    fix = "place the jumper again from its library"
    return Item(refdes, pin, expected=expected, got=got, fix=fix, weight=0.95)


def _meeting(copper: Copper, one: Sequence[PinRef], two: Sequence[PinRef]) -> str:
    """Where the copper of some pins meets that of others, in words.

    The shortest chain of bodies between them is looked at; where the file calls its bodies by two
    nets, that is where they meet, else in its middle.
    """
    chain = _chain(copper, one, two)
    if len(chain) < 2:
        return f"{pins_text(one[:1])} and {pins_text(two[:1])} are one pad"
    names = [copper.bodies[k].net for k in chain]
    turn = next(
        (k for k in range(1, len(chain)) if names[k] != names[k - 1] and names[k - 1]),
        len(chain) // 2,
    )
    a, b = chain[turn - 1], chain[turn]
    row = next(row for body, row in copper.neighbours[a] if body == b)
    x, y = copper.contacts.at[row].tolist()
    bodies = (describe(copper.bodies[k], copper.board) for k in (a, b))
    return f"{' touches '.join(bodies)}, at {place_text((round(x), round(y)))}"


def _chain(copper: Copper, one: Sequence[PinRef], two: Sequence[PinRef]) -> list[int]:
    """Bodies from some pins to others, each touching the next, as few as there can be."""
    starts, goals = set(one), set(two)
    group = copper.groups_of[one[0]]
    before: dict[int, int] = {}
    queue: deque[int] = deque()
    for member in (body for number in group for body in copper.members[number]):
        if copper.bodies[member].pin in starts:
            before[member] = member
            queue.append(member)
    while queue:
        body = queue.popleft()
        if copper.bodies[body].pin in goals:
            found = [body]
            while before[found[-1]] != found[-1]:
                found.append(before[found[-1]])
            return found[::-1]
        for other, _ in copper.neighbours.get(body, ()):
            if other not in before:
                before[other] = body
                queue.append(other)
    return []
