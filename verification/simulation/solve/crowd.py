"""Crowd: whether boards side by side, which play the tape, are done sooner than one by one.

Sixteen boards of an extracted netlist, float64, against the soonest method for one: 3.9 times as
many board-steps a second on a torus of 100 branches, 1.8 times at 500 and 1.4 times at 2000; on
random regular graphs 1.06 times at 500, 0.67 at 1000 and 0.35 at 2000, where the tape alone costs
1.5 (torus, 500) to 3.2 times (regular, 2000) as much as the fronts.
"""

from __future__ import annotations

from verification.simulation.solve.choice import PLANNED_UNKNOWNS, fronts_ns, tape_ns
from verification.simulation.solve.twin_plan import make_twin_plan
from verification.simulation.solve.twins import TwinNetwork

WORTH = 2.25
"""How many times the fronts' cost the tape alone may have, so that lanes make up for it."""


def crowd_pays(network: TwinNetwork) -> bool:
    """Whether many boards of a pair of networks are solved sooner side by side."""
    if network.node_count - len(network.held) > PLANNED_UNKNOWNS:
        return False
    plan = make_twin_plan(network)
    return tape_ns(plan) <= WORTH * fronts_ns(plan)
