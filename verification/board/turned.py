"""Footprints that stand the wrong way round: would their pads fit if they were turned?

Every footprint that most of its pins are wrong on is lifted off the board and laid down again
turned by a quarter, a half, three quarters, and mirrored. Where its pads then meet the copper of
their own nets, that is what is wrong with it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace

from verification.board.bodies import Body
from verification.board.contacts import find_contacts
from verification.board.copper import Copper, join
from verification.board.geometry import placed
from verification.board.lvs import Comparison
from verification.board.record import Area, Footprint, Point
from verification.checks.records import Item
from verification.reading.netlist import PinRef

FITS = 0.75
"""The part of a footprint's pins that must meet their nets for an answer."""
WRONG = 0.5
"""Footprints with at least this part of their pins wrong are tried."""

Turn = Callable[[Point, Footprint], Point]


def suspects(found: Comparison) -> tuple[int, ...]:
    """Positions of footprints with two or more pins, at least half of them in shorts or opens."""
    wrong: set[PinRef] = set()
    for group, nets in found.shorts:
        for net in nets[1:]:
            wrong.update(found.pins_of(net, group))
    for net in found.opens:
        for group in found.pieces[net][1:]:
            wrong.update(found.pins_of(net, group))
        if len(found.pieces[net]) == sum(len(found.pins_of(net, g)) for g in found.pieces[net]):
            wrong.update(pin for g in found.pieces[net] for pin in found.pins_of(net, g))
    chosen: list[int] = []
    for position, footprint in enumerate(found.copper.board.footprints):
        pins = {PinRef(footprint.refdes, pad.number) for pad in footprint.pads if pad.number}
        known = [pin for pin in pins if pin in found.net_of]
        if len(known) > 1 and sum(pin in wrong for pin in known) >= WRONG * len(known):
            chosen.append(position)
    return tuple(chosen)


def turned_items(found: Comparison) -> Iterator[Item]:
    """One item for each footprint that would fit in another way than it stands."""
    chosen = suspects(found)
    if not chosen:
        return
    copper = found.copper
    lifted = set(chosen)
    rest = tuple(body for body in copper.bodies if body.footprint not in lifted)
    nets = _nets_of(rest, found.net_of)
    scores = {
        name: _scores(copper, rest, nets, lifted, turn, found.net_of)
        for name, turn in _turns().items()
    }
    for position in chosen:
        stands = scores[""].get(position, 0.0)
        best = max(scores, key=lambda name: scores[name].get(position, 0.0))
        fits = scores[best].get(position, 0.0)
        if best and fits >= FITS and fits > stands:
            footprint = copper.board.footprints[position]
            yield Item(
                footprint.refdes,
                expected=f"{footprint.refdes} placed so that its pads meet their own nets",
                got=f"it stands {best} at {footprint.rotation:g} degrees: {round(100 * fits)} % "
                f"of its pads would fit otherwise, {round(100 * stands)} % do",
                fix="turn the footprint back, or route it again",
                weight=1.0,
            )


def _turns() -> dict[str, Turn]:
    """What is wrong -> how to undo it."""

    def by(degrees: float) -> Turn:
        return lambda p, f: placed((p[0] - f.at[0], p[1] - f.at[1]), f.at, degrees)

    def mirrored(p: Point, f: Footprint) -> Point:
        """Across the upright axis of the footprint's own frame."""
        x, y = placed((p[0] - f.at[0], p[1] - f.at[1]), (0, 0), -f.rotation)
        return placed((-x, y), f.at, f.rotation)

    return {
        "": lambda p, f: p,
        "turned by 180 degrees": by(180),
        "turned by 90 degrees": by(-90),
        "turned by 270 degrees": by(90),
        "mirrored": mirrored,
    }


def _nets_of(rest: tuple[Body, ...], net_of: Mapping[PinRef, str]) -> list[str]:
    """The net of each body's conductor by most of its pins, without the lifted footprints."""
    contacts = find_contacts(rest)
    group = join(len(rest), contacts).tolist()
    votes: dict[int, Counter[str]] = defaultdict(Counter)
    for body, number in zip(rest, group, strict=True):
        if body.pin is not None and body.pin in net_of:
            votes[number][net_of[body.pin]] += 1
    names = {number: count.most_common(1)[0][0] for number, count in votes.items()}
    return [names.get(number, "") for number in group]


def _scores(
    copper: Copper,
    rest: tuple[Body, ...],
    nets: list[str],
    lifted: Collection[int],
    turn: Turn,
    net_of: Mapping[PinRef, str],
) -> dict[int, float]:
    """Footprint -> the part of its pins that meet their own nets and no other, laid down so."""
    laid = tuple(
        _laid(body, copper.board.footprints[body.footprint], turn)
        for body in copper.bodies
        if body.footprint in lifted and body.pin in net_of
    )
    contacts = find_contacts(rest + laid)
    met: dict[int, set[str]] = defaultdict(set)
    rows = contacts.touching.nonzero()[0]
    first, second = contacts.first[rows].tolist(), contacts.second[rows].tolist()
    for a, b in zip(first, second, strict=True):
        if a < len(rest) <= b and nets[a]:
            met[b - len(rest)].add(nets[a])
    right: Counter[int] = Counter()
    total: Counter[int] = Counter()
    for k, body in enumerate(laid):
        own = net_of[body.pin] if body.pin is not None else ""
        total[body.footprint] += 1
        right[body.footprint] += met[k] == {own}
    return {position: right[position] / count for position, count in total.items()}


def _laid(body: Body, footprint: Footprint, turn: Turn) -> Body:
    points = tuple(turn(point, footprint) for point in body.area.points)
    return replace(body, area=Area(points, body.area.pen, body.area.filled))
