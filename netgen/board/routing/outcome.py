"""Routed: the copper that was found, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from netgen.board.record import Track, Via
from netgen.board.routing.shape import Point


@dataclass(frozen=True, slots=True)
class Missing:
    """A piece of a net's copper that was left alone.

    Attributes:
        net: the net.
        terminal: the piece, by the names of its copper.
        at: where it is.
        reason: `no way out`: no grid node can be reached from it, whatever the other nets do;
            `walled in`: copper that was there before leaves no way between it and the rest;
            `in conflict`: the way needs room that other nets have, when rounds or time ran out.
    """

    net: str
    terminal: str
    at: Point
    reason: Literal["no way out", "walled in", "in conflict"]


@dataclass(frozen=True, slots=True)
class Routed:
    """What `route` found.

    Every track and via keeps the rules against all copper, whether or not something is missing.

    Attributes:
        tracks: new tracks, sorted by net, layer and place.
        vias: new vias, sorted by net and place.
        missing: what is not joined; empty where every net is in one piece.
        rounds: of negotiation.
        stopped: why negotiation ended.
    """

    tracks: tuple[Track, ...]
    vias: tuple[Via, ...]
    missing: tuple[Missing, ...]
    rounds: int
    stopped: Literal["complete", "blocked", "rounds", "time"]

    @property
    def complete(self) -> bool:
        """Whether every requested net is in one piece."""
        return not self.missing

    @property
    def length(self) -> int:
        """Of all tracks together, nm."""
        return sum(
            round(
                ((track.end[0] - track.start[0]) ** 2 + (track.end[1] - track.start[1]) ** 2) ** 0.5
            )
            for track in self.tracks
        )
