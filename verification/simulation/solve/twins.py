"""Twin networks: the same resistors twice, with more nodes held in the clamped twin.

Problem and outcome; a method turns a TwinNetwork and a TwinExcitation into a TwinSolution or says
which nodes float. In every array with a last axis of two, column 0 is the free twin and column 1
the clamped one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from verification.errors import UsageError
from verification.simulation.solve.outcome import Floating
from verification.simulation.solve.problem import Floats, Integers


@dataclass(frozen=True, slots=True, eq=False)
class TwinNetwork:
    """Which nodes the branches join, and which nodes are held.

    Attributes:
        node_count: nodes are 0 to node_count - 1.
        branch_a, branch_b: the two nodes of each branch, shape (branches,). Every branch is in both
            twins; its conductance may be 0 in one.
        held: nodes held in both twins, ascending.
        clamped: nodes held in the clamped twin only (the targets), in the order of their voltages.
    """

    node_count: int
    branch_a: Integers
    branch_b: Integers
    held: Integers
    clamped: Integers

    @classmethod
    def of(
        cls,
        node_count: int,
        branches: Sequence[tuple[int, int]],
        held: Sequence[int],
        clamped: Sequence[int],
    ) -> TwinNetwork:
        """From pairs of nodes.

        Raises:
            UsageError: a node out of range, a branch from a node to itself, a node held twice.
        """
        pairs = np.asarray(branches, dtype=np.int64).reshape(-1, 2)
        fixed = np.unique(np.asarray(held, dtype=np.int64))
        targets = np.asarray(clamped, dtype=np.int64)
        for name, nodes in (("branch", pairs.ravel()), ("held", fixed), ("clamped", targets)):
            if nodes.size and not (nodes.min() >= 0 and nodes.max() < node_count):
                raise UsageError(f"a {name} node is outside 0..{node_count - 1}")
        if np.any(pairs[:, 0] == pairs[:, 1]):
            raise UsageError("a branch joins a node to itself; leave it out")
        if len(np.unique(targets)) < len(targets) or np.isin(targets, fixed).any():
            raise UsageError("a clamped node is given twice, or is held in both twins")
        return cls(node_count, pairs[:, 0].copy(), pairs[:, 1].copy(), fixed, targets)

    def floating(self, siemens: Floats | None = None) -> tuple[tuple[int, ...], ...]:
        """Groups of nodes without a path of conducting branches to a held node, in either twin.

        Branches of zero conductance do not conduct; without `siemens` (shape (branches, 2)) all do.
        A group that floats in both twins is named once. Time linear in the branches.
        """
        groups: dict[tuple[int, ...], None] = {}
        for twin, held in enumerate((self.held, np.concatenate((self.held, self.clamped)))):
            conducts = slice(None) if siemens is None else siemens[:, twin] > 0
            a, b = self.branch_a[conducts], self.branch_b[conducts]
            shape = (self.node_count, self.node_count)
            graph = coo_array((np.ones(len(a)), (a, b)), shape=shape)
            label = connected_components(graph, directed=False)[1]
            loose = np.flatnonzero(~np.isin(label, label[held]))
            for group in np.unique(label[loose]):
                groups[tuple(loose[label[loose] == group].tolist())] = None
        return tuple(sorted(groups))


@dataclass(frozen=True, slots=True, eq=False)
class TwinExcitation:
    """The values of one solve.

    Attributes:
        siemens: conductance of each branch in each twin, at least 0, shape (branches, 2).
        held_v: volts of each held node in each twin, in the order of `network.held`.
        clamped_v: volts of each clamped node, in the order of `network.clamped`.
        injected_a: current pushed into each node of each twin from outside, shape (node_count, 2).
    """

    siemens: Floats
    held_v: Floats
    clamped_v: Floats
    injected_a: Floats

    @classmethod
    def of(
        cls,
        network: TwinNetwork,
        siemens: ArrayLike,
        held_v: ArrayLike,
        clamped_v: ArrayLike,
        injected_a: ArrayLike | None = None,
    ) -> TwinExcitation:
        """From array-likes, without injected currents by default.

        Raises:
            UsageError: a wrong shape, or a conductance that is negative or not a number.
        """
        currents = np.zeros((network.node_count, 2)) if injected_a is None else injected_a
        arrays = (siemens, held_v, clamped_v, currents)
        made = cls(*(np.asarray(x, dtype=np.float64) for x in arrays))
        wanted = (
            (len(network.branch_a), 2),
            (len(network.held), 2),
            (len(network.clamped),),
            (network.node_count, 2),
        )
        given = (
            made.siemens.shape,
            made.held_v.shape,
            made.clamped_v.shape,
            made.injected_a.shape,
        )
        if given != wanted:
            raise UsageError(
                f"(siemens, held_v, clamped_v, injected_a) have the shapes {given}, not {wanted}"
            )
        if made.siemens.size and not made.siemens.min() >= 0:
            raise UsageError("a conductance is negative or not a number")
        return made


@dataclass(frozen=True, slots=True, eq=False)
class TwinSolution:
    """The twins' state.

    Attributes:
        node_v: volts of every node in each twin, shape (node_count, 2).
    """

    node_v: Floats


TwinOutcome: TypeAlias = TwinSolution | Floating
