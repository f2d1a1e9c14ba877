"""The tape: compiled playback of plans, and the method made of it.

Several networks share one set of arrays (a circuit has hundreds of small ones and two large ones):
`Tape` holds the plans one behind the other with every index shifted to its place, `Workspace` the
numbers. `factor` needs the conductances, `substitute` the volts of the held nodes; both allocate
nothing. Indices are unsigned: a signed index costs a test for wrap-around, twice the time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from verification.solve.outcome import Floating, Outcome, solution
from verification.solve.plan import Indices, Plan, make_plan
from verification.solve.problem import Excitation, Floats, ResistiveNetwork

# Where each network's unknowns, inner branches, outer branches and targets start; one row more
# than there are networks, so that the end of one is the start of the next.
SPAN = np.dtype(
    [("unknown", np.uint32), ("inner", np.uint32), ("outer", np.uint32), ("target", np.uint32)]
)


class Tape(NamedTuple):
    """Plans one behind the other; see Plan for the meaning of each array."""

    span: NDArray[Any]
    node: Indices
    column: Indices
    row: Indices
    target: Indices
    inner: Indices
    outer: Indices


class Workspace(NamedTuple):
    """The numbers of a tape: pivots, entries before and after division, right-hand side."""

    pivot: Floats
    inverse: Floats
    upper: Floats
    lower: Floats
    right: Floats


def join_plans(
    plans: Sequence[Plan], nodes: Sequence[Indices], branches: Sequence[Indices]
) -> Tape:
    """One tape for several networks.

    Args:
        plans: the networks' plans.
        nodes: for each network, the place in the shared volts of each of its nodes.
        branches: for each network, the place in the shared conductances of each of its branches.
    """
    span = np.zeros(len(plans) + 1, dtype=SPAN)
    column = [np.zeros(1, dtype=np.int64)]
    rows: list[Indices] = []
    targets: list[Indices] = []
    inner: list[Indices] = []
    outer: list[Indices] = []
    unknowns = entries = 0
    for i, (plan, node, branch) in enumerate(zip(plans, nodes, branches, strict=True)):
        column.append(plan.column[1:].astype(np.int64) + entries)
        rows.append(plan.row + np.uint32(unknowns))
        targets.append(plan.target + np.uint32(entries))
        shift = np.asarray((0, unknowns, unknowns, entries), dtype=np.uint32)
        moved = plan.inner + shift
        moved[:, 0] = branch[plan.inner[:, 0]]
        inner.append(moved)
        held = plan.outer + shift[:3]
        held[:, 0] = branch[plan.outer[:, 0]]
        held[:, 2] = node[plan.outer[:, 2]]
        outer.append(held)
        unknowns += len(plan.order)
        entries += len(plan.row)
        before = span[i]
        lengths = (len(plan.order), len(plan.inner), len(plan.outer), len(plan.target))
        span[i + 1] = tuple(int(start) + n for start, n in zip(before, lengths, strict=True))
    order = [node[plan.order] for plan, node in zip(plans, nodes, strict=True)]
    empty = np.zeros((0, 4), dtype=np.uint32)
    return Tape(
        span,
        _joined([*order, empty[:, 0]]),
        _joined(column),
        _joined([*rows, empty[:, 0]]),
        _joined([*targets, empty[:, 0]]),
        _joined([*inner, empty]),
        _joined([*outer, empty[:, :3]]),
    )


def _joined(pieces: Sequence[NDArray[np.integer]]) -> Indices:
    return np.ascontiguousarray(np.concatenate(pieces), dtype=np.uint32)


def make_workspace(tape: Tape) -> Workspace:
    """The numbers of a tape, all zero."""
    unknowns, entries = len(tape.node), len(tape.row)
    return Workspace(
        np.zeros(unknowns),
        np.zeros(unknowns),
        np.zeros(entries),
        np.zeros(entries),
        np.zeros(unknowns),
    )


@njit(cache=True, nogil=True)
def factor(tape: Tape, work: Workspace, index: int, siemens: Floats) -> None:
    """LDL^T of network `index`'s grounded Laplacian, from the shared conductances."""
    here, after = tape.span[index], tape.span[index + 1]
    first, last = np.uint64(here.unknown), np.uint64(after.unknown)
    one = np.uint64(1)
    for u in range(first, last):
        work.pivot[u] = 0.0
    for e in range(np.uint64(tape.column[first]), np.uint64(tape.column[last])):
        work.upper[e] = 0.0
    for k in range(np.uint64(here.inner), np.uint64(after.inner)):
        g = siemens[tape.inner[k, 0]]
        work.pivot[tape.inner[k, 1]] += g
        work.pivot[tape.inner[k, 2]] += g
        work.upper[tape.inner[k, 3]] -= g
    for k in range(np.uint64(here.outer), np.uint64(after.outer)):
        work.pivot[tape.outer[k, 1]] += siemens[tape.outer[k, 0]]
    t = np.uint64(here.target)
    for u in range(first, last):
        inverse = 1.0 / work.pivot[u]
        work.inverse[u] = inverse
        end = np.uint64(tape.column[u + one])
        for e in range(np.uint64(tape.column[u]), end):
            entry = work.upper[e]
            scaled = entry * inverse
            work.lower[e] = scaled
            work.pivot[tape.row[e]] -= scaled * entry
            for f in range(e + one, end):
                work.upper[tape.target[t]] -= scaled * work.upper[f]
                t += one


@njit(cache=True, nogil=True)
def substitute(
    tape: Tape, work: Workspace, index: int, siemens: Floats, volts: Floats, injected: Floats
) -> None:
    """Solve network `index` with its factor; `work.right` of its unknowns becomes their volts.

    `volts` and `injected` (amperes into a node) are shared by node.
    """
    here, after = tape.span[index], tape.span[index + 1]
    first, last = np.uint64(here.unknown), np.uint64(after.unknown)
    one = np.uint64(1)
    for u in range(first, last):
        work.right[u] = injected[tape.node[u]]
    for k in range(np.uint64(here.outer), np.uint64(after.outer)):
        held = volts[tape.outer[k, 2]]
        work.right[tape.outer[k, 1]] += siemens[tape.outer[k, 0]] * held
    for u in range(first, last):
        value = work.right[u]
        for e in range(np.uint64(tape.column[u]), np.uint64(tape.column[u + one])):
            work.right[tape.row[e]] -= work.lower[e] * value
    for k in range(last - first):
        u = last - one - k
        value = work.right[u] * work.inverse[u]
        for e in range(np.uint64(tape.column[u]), np.uint64(tape.column[u + one])):
            value -= work.lower[e] * work.right[tape.row[e]]
        work.right[u] = value


class TapeMethod:
    """Solves one network many times: planned once, then 0.2 us at 16 edges, 15 us at 500.

    Beyond some thousand edges, or a few thousand on graphs that no plane holds, the factor fills in
    and its cost grows as the cube of the widest front.
    """

    def __init__(self, network: ResistiveNetwork) -> None:
        self.network = network
        self._floating = network.floating()
        if not self._floating:
            nodes = np.arange(network.node_count, dtype=np.uint32)
            branches = np.arange(len(network.branch_a), dtype=np.uint32)
            self._tape = join_plans([make_plan(network)], [nodes], [branches])
            self._work = make_workspace(self._tape)

    def solve(self, excitation: Excitation) -> Outcome:
        """The network's state, or what floats."""
        floating = self._floating
        if not excitation.siemens.all():
            floating = self.network.floating(excitation.siemens)
        if floating:
            return Floating(floating)
        node_v = np.zeros(self.network.node_count)
        node_v[self.network.driven] = excitation.driven_v
        factor(self._tape, self._work, 0, excitation.siemens)
        substitute(self._tape, self._work, 0, excitation.siemens, node_v, excitation.injected_a)
        node_v[self._tape.node] = self._work.right
        return solution(self.network, excitation, node_v)
