"""Grounded Laplacians of one graph and many sets of conductances, solved by sparse elimination.

The pattern of G in G v = i is that of the graph, so it is ordered once; a set of conductances then
costs one numeric factorisation (O(N^1.5) operations for planar graphs of N nodes), and each right
side a pass through the factor.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.sparse import coo_array

from verification.simulation.solve.plan import make_plan
from verification.simulation.solve.problem import ResistiveNetwork
from verification.simulation.solve.tape import (
    Tape,
    factor,
    join_plans,
    make_work,
    substitute,
    tape_record,
)

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
            siemens: [E], above 0.
            right: [len(left), K] amperes.

        Returns:
            [len(left), K] volts.
        """
        tape = self._tape
        amperes = np.zeros((right.shape[1], self._count))
        amperes[:, self.left] = right.T
        volts = np.zeros((right.shape[1], len(self.left)))
        # The record holds addresses, so each array needs a name until the end. The held nodes are
        # at 0 V: what they drive into the others is in the right sides.
        shared, held_v = np.zeros(self._count), np.zeros(self._count)
        work, one = make_work(tape), siemens.copy()
        record = tape_record(tape, work, one, held_v, shared)
        _solve_all(record, amperes, shared, work["right"], volts)
        solved = np.zeros((self._count, right.shape[1]))
        solved[tape.node] = volts.T
        return solved[self.left]

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
    def _tape(self) -> Tape:
        pairs = [(int(a), int(b)) for a, b in self._ends]
        network = ResistiveNetwork.of(self._count, pairs, self._held.tolist())
        nodes = np.arange(self._count, dtype=np.uint32)
        branches = np.arange(len(pairs), dtype=np.uint32)
        return join_plans([make_plan(network)], [nodes], [branches])


@njit(cache=True)
def _solve_all(tapes: Any, amperes: Floats, shared: Floats, right: Floats, volts: Floats) -> None:
    """Factor once, then one substitution for each row of currents [K, N] into volts [K, unknowns].

    `shared` and `right` are the currents and the right side that the tape's record points to.
    """
    factor(tapes[0], 0)
    for k in range(len(amperes)):
        # A slice would have the compiler write texts about unequal shapes: a second and a half.
        for n in range(len(shared)):
            shared[n] = amperes[k, n]
        substitute(tapes[0], 0)
        volts[k, :] = right
