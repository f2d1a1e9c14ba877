"""Twin networks: the same resistors twice, with more nodes held in the clamped twin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from verification.errors import UsageError
from verification.simulation.solve.problem import Integers


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
