"""Footprints that stand the wrong way round: would their pins be right if they were turned?

Each footprint that half of its pins are wrong on is lifted off the board and laid down again turned
by a quarter, a half, three quarters, and mirrored, all else left as it is. Where its pins are then
on their own nets, that is what is wrong with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from verification.board.bodies import Body
from verification.board.geometry import placed
from verification.board.lvs import Comparison
from verification.board.pieces import Ints
from verification.board.probing import Probe
from verification.board.record import Area, Footprint, Point
from verification.checks.records import Item
from verification.reading.netlist import PinRef

FITS = 0.75
"""The part of a footprint's pins that must be right for an answer."""
WRONG = 0.5
"""Footprints with at least this part of their pins wrong are tried."""
MOST_TRIED = 20
"""Where more are wrong, it is not because one stands the wrong way round."""

Turn = Callable[[Point, Footprint], Point]


def turned_items(found: Comparison) -> Iterator[Item]:
    """One item for each footprint that would fit in another way than it stands."""
    trials: _Trials | None = None
    for position in _suspects(found):
        trials = trials or _Trials(found)
        footprint = found.copper.board.footprints[position]
        scores = {name: trials.score(position, turn) for name, turn in _turns().items()}
        best = max(scores, key=lambda name: scores[name])
        if best and scores[best] >= FITS and scores[best] > scores[""]:
            yield Item(
                footprint.refdes,
                expected=f"{footprint.refdes} so that its pads meet their own nets",
                got=f"it stands {best} (at {footprint.rotation:g} degrees): undone, "
                f"{round(100 * scores[best])} % of its pins would be right, and now "
                f"{round(100 * scores[''])} % are",
                fix="turn the footprint back, or route it again",
                weight=1.0,
            )


def _suspects(found: Comparison) -> tuple[int, ...]:
    """Positions of footprints with at least half of two or more pins wrong, the worst first."""
    wrong = _wrong_pins(found)
    counts: list[tuple[int, int]] = []
    for position, footprint in enumerate(found.copper.board.footprints):
        pins = {PinRef(footprint.refdes, pad.number) for pad in footprint.pads if pad.number}
        known = [pin for pin in pins if pin in found.net_of]
        bad = sum(pin in wrong for pin in known)
        if len(known) > 1 and bad >= WRONG * len(known):
            counts.append((-bad, position))
    return tuple(position for _, position in sorted(counts)[:MOST_TRIED])


def _wrong_pins(found: Comparison) -> set[PinRef]:
    """All pins on shorted conductors, and of open nets those that are not on the main piece."""
    wrong = {pin for group, _ in found.shorts for pin in found.copper.pins[group]}
    for net in found.opens:
        pieces = [found.pins_of(net, group) for group in found.pieces[net]]
        alone = len(pieces[0]) == 1
        wrong.update(pin for piece in pieces[0 if alone else 1 :] for pin in piece)
    return wrong


def _turns() -> dict[str, Turn]:
    """What is wrong -> how to undo it; "" leaves the footprint as it stands."""

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


class _Trials:
    """A board with one footprint lifted and laid down again, as often as one likes."""

    def __init__(self, found: Comparison) -> None:
        self._found = found
        copper = found.copper
        rows = copper.contacts.touching
        inert = np.asarray(sorted(copper.inert), dtype=np.int64)
        self._first, self._second = copper.contacts.first[rows], copper.contacts.second[rows]
        kept = ~np.isin(self._first, inert) & ~np.isin(self._second, inert)
        self._first, self._second = self._first[kept], self._second[kept]
        self._probe = Probe(copper.bodies)
        self._sizes = Counter(found.net_of.values())

    def score(self, position: int, turn: Turn) -> float:
        """The part of a footprint's pins that are right when it is laid down so.

        A pin is right where its conductor has only pins of its own net, and half of them or more.
        """
        bodies = self._found.copper.bodies
        pads = [k for k, body in enumerate(bodies) if body.footprint == position and body.pin]
        label = self._joined(position, pads, turn)
        pins = {int(label[k]): set[PinRef]() for k in pads}
        for group, body in zip(label.tolist(), bodies, strict=True):
            if group in pins and body.pin is not None and body.pin in self._found.net_of:
                pins[group].add(body.pin)
        known = [k for k in pads if bodies[k].pin in self._found.net_of]
        return sum(self._right(bodies[k].pin, pins[int(label[k])]) for k in known) / len(known)

    def _right(self, pin: PinRef | None, pins: set[PinRef]) -> bool:
        net_of = self._found.net_of
        net = "" if pin is None else net_of[pin]
        own = sum(net_of[other] == net for other in pins)
        return own == len(pins) and 2 * own >= self._sizes[net]

    def _joined(self, position: int, pads: list[int], turn: Turn) -> Ints:
        """Conductors with the footprint's pads laid down anew."""
        copper = self._found.copper
        footprint = copper.board.footprints[position]
        laid = [_laid(copper.bodies[k], footprint, turn) for k in pads]
        lifted = {*pads, *copper.inert}
        touched = sorted((n, k) for n, k in self._probe.touched(laid) if k not in lifted)
        fresh = np.asarray(touched, dtype=np.int64).reshape(-1, 2)
        stays = np.isin(self._first, pads) == np.isin(self._second, pads)
        first = np.concatenate((self._first[stays], np.asarray(pads)[fresh[:, 0]]))
        second = np.concatenate((self._second[stays], fresh[:, 1]))
        size = len(copper.bodies)
        graph = coo_array((np.ones(len(first)), (first, second)), shape=(size, size))
        return connected_components(graph, directed=False)[1].astype(np.int64)


def _laid(body: Body, footprint: Footprint, turn: Turn) -> Body:
    points = tuple(turn(point, footprint) for point in body.area.points)
    return replace(body, area=Area(points, body.area.pen, body.area.filled))
