"""Grounded Laplacians of one graph and many sets of conductances, solved by sparse elimination.

The pattern of G in G v = i is that of the graph, so it is ordered once; a set of conductances then
costs one numeric factorisation (O(N^1.5) operations for planar graphs of N nodes), and each right
side a pass through the factor.
"""

from __future__ import annotations

from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csc_array
from scipy.sparse.linalg import SuperLU, splu

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class GroundedLaplacian:
    """The Laplacian of E edges on N nodes without the rows and columns of the held nodes.

    Args:
        ends: [E, 2] positions of the nodes that an edge joins.
        count: N.
        held: positions of the held nodes.
    """

    def __init__(self, ends: Ints, count: int, held: Ints) -> None:
        self._ends = ends
        self._count = count
        self._held = held

    @cached_property
    def left(self) -> Ints:
        """Nodes that are not held, ascending: the order of what is solved for."""
        return np.setdiff1d(np.arange(self._count), self._held)

    def solve(self, siemens: Floats, right: Floats) -> Floats:
        """G^-1 times each column of the right sides.

        Args:
            siemens: [E].
            right: [len(left), K] amperes.

        Returns:
            [len(left), K] volts.
        """
        order = self._order
        solved = np.empty_like(right)
        solved[order] = self._factor(siemens, order, "NATURAL").solve(right[order])
        return solved

    def into_left(self, siemens: Floats, held_v: Floats) -> Floats:
        """Amperes [B, len(left)] that the held nodes at [len(held)] volts drive into the others.

        Args:
            siemens: [B, E].
            held_v: [len(held)].
        """
        volts = np.zeros(self._count)
        volts[self._held] = held_v
        a, b = self._ends[:, 0], self._ends[:, 1]
        amperes = np.concatenate((volts[b], volts[a]))
        edges = np.tile(np.arange(len(a)), 2)
        shape = (len(a), self._count)
        driven = coo_array((amperes, (edges, np.concatenate((a, b)))), shape=shape).tocsr()
        return np.asarray(siemens @ driven)[:, self.left]

    @cached_property
    def _order(self) -> Ints:
        """An order of elimination with little fill, of the pattern alone (minimum degree)."""
        ones = np.ones(len(self._ends))
        plain = np.arange(len(self.left))
        return np.argsort(self._factor(ones, plain, "MMD_AT_PLUS_A").perm_c).astype(np.int64)

    def _factor(
        self, siemens: Floats, order: Ints, spec: Literal["NATURAL", "MMD_AT_PLUS_A"]
    ) -> SuperLU:
        """G of these conductances, rows and columns in this order, factored."""
        place = np.full(self._count, -1)
        place[self.left[order]] = np.arange(len(order))
        a, b = place[self._ends[:, 0]], place[self._ends[:, 1]]
        inner = (a >= 0) & (b >= 0)
        rows = np.concatenate((a[a >= 0], b[b >= 0], a[inner], b[inner]))
        columns = np.concatenate((a[a >= 0], b[b >= 0], b[inner], a[inner]))
        entries = np.concatenate(
            (siemens[a >= 0], siemens[b >= 0], -siemens[inner], -siemens[inner])
        )
        size = len(order)
        matrix: csc_array = coo_array((entries, (rows, columns)), shape=(size, size)).tocsc()
        # The matrix is symmetric and diagonally dominant: no pivoting is needed.
        options = {"SymmetricMode": True}
        return splu(matrix, permc_spec=spec, diag_pivot_thresh=0.0, options=options)
