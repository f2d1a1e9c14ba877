"""The outcome: voltages and currents, or the nodes that nothing holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from verification.simulation.solve.problem import Excitation, Floats, ResistiveNetwork


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """The network's state.

    Attributes:
        node_v: volts of every node.
        driven_a: current that each held node's source pushes into the network, in the order of
            `network.driven`.
    """

    node_v: Floats
    driven_a: Floats


@dataclass(frozen=True, slots=True)
class Floating:
    """No solution: groups of nodes without a resistive path to a held node."""

    groups: tuple[tuple[int, ...], ...]

    def explain(self, name: Callable[[int], str] = str) -> str:
        """One sentence per group; `name` gives a node's name."""
        return "; ".join(
            f"{'net' if len(group) == 1 else 'nets'} {', '.join(name(node) for node in group)}"
            f" float{'s' if len(group) == 1 else ''}: no resistive path to a driven net"
            for group in self.groups
        )


Outcome: TypeAlias = Solution | Floating


def solution(network: ResistiveNetwork, excitation: Excitation, node_v: Floats) -> Solution:
    """The solution with these node voltages: Kirchhoff's current law gives the driven currents."""
    drop = node_v[network.branch_a] - node_v[network.branch_b]
    current = excitation.siemens * drop
    leaving = np.zeros(network.node_count)
    np.add.at(leaving, network.branch_a, current)
    np.subtract.at(leaving, network.branch_b, current)
    return Solution(node_v, (leaving - excitation.injected_a)[network.driven])
