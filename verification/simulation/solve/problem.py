"""The problem: a network of resistors with some nodes held at a voltage."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from verification.errors import UsageError
from verification.union import Groups

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class ResistiveNetwork:
    """Which nodes the resistors join, and which nodes are held.

    Attributes:
        node_count: nodes are 0 to node_count - 1.
        branch_a, branch_b: the two nodes of each resistor, shape (branches,).
        driven: nodes held at a voltage, ascending, each once.
    """

    node_count: int
    branch_a: Integers
    branch_b: Integers
    driven: Integers

    @classmethod
    def of(
        cls, node_count: int, branches: list[tuple[int, int]], driven: list[int]
    ) -> ResistiveNetwork:
        """From pairs of nodes. UsageError: a node out of range, a branch from a node to itself."""
        pairs = np.asarray(branches, dtype=np.int64).reshape(-1, 2)
        held = np.unique(np.asarray(driven, dtype=np.int64))
        for name, nodes in (("branch", pairs.ravel()), ("driven", held)):
            if nodes.size and not (nodes.min() >= 0 and nodes.max() < node_count):
                raise UsageError(f"a {name} node is outside 0..{node_count - 1}")
        if np.any(pairs[:, 0] == pairs[:, 1]):
            raise UsageError("a branch joins a node to itself; leave it out")
        return cls(node_count, pairs[:, 0].copy(), pairs[:, 1].copy(), held)

    def unknown(self) -> Integers:
        """The nodes that are not held, ascending."""
        return np.setdiff1d(np.arange(self.node_count), self.driven)

    def floating(self, siemens: Floats | None = None) -> tuple[tuple[int, ...], ...]:
        """Groups of nodes that no path of conducting branches joins to a held node.

        Branches of zero conductance do not conduct; without `siemens` all do. Ascending.
        """
        groups = Groups(self.node_count)
        for branch in range(len(self.branch_a)):
            if siemens is None or siemens[branch] > 0:
                groups.join(int(self.branch_a[branch]), int(self.branch_b[branch]))
        held = {groups.find(int(node)) for node in self.driven}
        members: dict[int, list[int]] = {}
        for node in range(self.node_count):
            root = groups.find(node)
            if root not in held:
                members.setdefault(root, []).append(node)
        return tuple(tuple(nodes) for nodes in members.values())


@dataclass(frozen=True, slots=True, eq=False)
class Excitation:
    """The values of one solve.

    Attributes:
        siemens: conductance of each branch, at least 0, shape (branches,).
        driven_v: volts of each held node, in the order of `network.driven`.
        injected_a: current pushed into each node from outside, shape (node_count,).
    """

    siemens: Floats
    driven_v: Floats
    injected_a: Floats

    @classmethod
    def of(
        cls,
        network: ResistiveNetwork,
        siemens: ArrayLike,
        driven_v: ArrayLike,
        injected_a: ArrayLike | None = None,
    ) -> Excitation:
        """From array-likes, without injected currents by default. UsageError for a wrong shape."""
        currents = np.zeros(network.node_count) if injected_a is None else injected_a
        made = cls(*(np.asarray(x, dtype=np.float64) for x in (siemens, driven_v, currents)))
        wanted = (network.branch_a.shape, network.driven.shape, (network.node_count,))
        given = (made.siemens.shape, made.driven_v.shape, made.injected_a.shape)
        if given != wanted:
            raise UsageError(
                f"(siemens, driven_v, injected_a) have the shapes {given}, not {wanted}"
            )
        if made.siemens.size and not made.siemens.min() >= 0:
            raise UsageError("a conductance is negative or not a number")
        return made
