"""Crowd: how many boards are best solved side by side, which then play the tape.

Board-steps a second of extracted netlists in float64 (`tests.bench.batch`), against the soonest
method for one board:

| network | updates | tape's cost over fronts' | 8 boards | 16 boards |
|---|---:|---:|---:|---:|
| torus, 300 branches | 5 600 | 1.3 | 2.3x | 2.0x |
| torus, 500 | 16 500 | 1.5 | 2.0x | 1.5x |
| torus, 2000 | 226 000 | 2.0 | 1.3x | 1.05x |
| random regular, 500 | 66 000 | 1.9 | 1.4x | 1.0x |
| random regular, 700 | 176 000 | 2.4 | 1.06x | 0.8x |
| random regular, 1000 | 532 000 | 2.6 | 0.84x | 0.6x |

Up to 200 branches 16 are as quick as 8, and share what the host does in Python; beyond, the numbers
of 16 no longer stay in the processor's second-level cache.
"""

from __future__ import annotations

from verification.simulation.solve.choice import PLANNED_UNKNOWNS, fronts_ns, tape_ns
from verification.simulation.solve.twin_plan import make_twin_plan
from verification.simulation.solve.twins import TwinNetwork

WIDE, NARROW = 16, 8
"""Boards side by side."""
WIDE_UPDATES = 3000
"""The most updates of a tape for which WIDE is the better of the two."""
WORTH = 2.25
"""How many times the fronts' cost the tape alone may have, so that lanes make up for it."""


def crowd_of(network: TwinNetwork) -> int:
    """How many boards of a pair of networks to solve side by side; 1 where one by one is sooner."""
    if network.node_count - len(network.held) > PLANNED_UNKNOWNS:
        return 1
    plan = make_twin_plan(network)
    if tape_ns(plan) > WORTH * fronts_ns(plan):
        return 1
    return WIDE if plan.updates <= WIDE_UPDATES else NARROW
