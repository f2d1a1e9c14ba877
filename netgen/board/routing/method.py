"""Negotiation: how the router goes about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run stands, after each round.

    Attributes:
        round: counted from 1.
        tasks: nets, and terminals of plane nets, that are routed.
        conflicts: of these, how many still share room with another.
    """

    round: int
    tasks: int
    conflicts: int


ProgressCallback = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Negotiation:
    """Negotiated congestion (L. McMurchie, C. Ebeling, "PathFinder", 1995).

    All nets are routed as if alone, and may share room at a price. Round by round the price of
    sharing rises, and places that were fought over keep a lasting price of their own.

    Attributes:
        rounds: after which it gives up.
        seconds: after which it gives up; None for no limit.
        via_cost: of a via, as length of track, nm.
        bend_cost: of a 45-degree bend, as length of track, nm.
        against: cost of a length across a layer's preferred direction, as a multiple, at least 1.
        crowd_start, crowd_growth: price of sharing a node in the first round, as a multiple of
            its length, and by what it grows from round to round.
        lasting: what a round of conflict adds to a node's lasting price, likewise.
        margin: of the window around a connection, nm; it grows where there is no way or no peace.
        refinements: rounds in which every net looks for a shorter way once all are at peace.
        ramp: by what share of itself `lasting` grows from round to round.
        widest: how many times as wide as at first a window's margin may become.
        haste: what estimates of the way that is left are multiplied by. 1 finds the cheapest way;
            a little more finds one at most that much dearer, in less time.
    """

    rounds: int = 60
    seconds: float | None = None
    via_cost: int = 1_500_000
    bend_cost: int = 50_000
    against: float = 2.0
    crowd_start: float = 6.0
    crowd_growth: float = 1.1
    lasting: float = 0.3
    margin: int = 16_000_000
    refinements: int = 1
    ramp: float = 0.1
    widest: float = 20.0
    haste: float = 1.02
