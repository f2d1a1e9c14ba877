"""The router: copper that joins what a net's name says, on a grid, exact by the rules.

`route` in `route.py` is the whole of it. A `RoutingProblem` goes in, a `Negotiation` says how, a
`Routed` comes out. Everything is in integer nanometres on KiCad's axes: x right, y down.
"""

from netgen.board.routing.method import Negotiation, Progress
from netgen.board.routing.outcome import Missing, Routed
from netgen.board.routing.problem import (
    Copper,
    Keepout,
    Layer,
    NetRequest,
    RoutingProblem,
    Rules,
    Run,
)
from netgen.board.routing.route import route
from netgen.board.routing.shape import Point, Shape

__all__ = [
    "Copper",
    "Keepout",
    "Layer",
    "Missing",
    "Negotiation",
    "NetRequest",
    "Point",
    "Progress",
    "Routed",
    "RoutingProblem",
    "Rules",
    "Run",
    "Shape",
    "route",
]
