"""The tape: compiled playback of plans, and the method made of it.

Several networks share one set of arrays (a circuit has hundreds of small ones and two large ones):
`Tape` holds the plans one behind the other with every index shifted to its place. `factor` needs
the conductances, `substitute` the volts of the held nodes; both allocate nothing. Loops count in
unsigned integers: a signed index costs a test for wrap-around, twice the time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from verification.simulation.solve.addresses import Address, floats, record_of, row_of, words
from verification.simulation.solve.outcome import Floating, Outcome, solution
from verification.simulation.solve.plan import INNER, OUTER, Indices, Plan, Records, make_plan
from verification.simulation.solve.problem import Excitation, Floats, ResistiveNetwork

# Where each network's unknowns, inner branches, outer branches and targets start; one row more
# than there are networks, so that the end of one is the start of the next.
SPAN = np.dtype(
    [("unknown", np.uint32), ("inner", np.uint32), ("outer", np.uint32), ("target", np.uint32)]
)
TAPE_FIELDS = ("span", "node", "column", "row", "target", "inner", "outer")
WORK_FIELDS = ("pivot", "inverse", "upper", "lower", "right")
SHARED_FIELDS = ("siemens", "node_v", "injected_a")
TAPE = np.dtype([(name, Address) for name in (*TAPE_FIELDS, *WORK_FIELDS, *SHARED_FIELDS)])

_span_row, _inner_row, _outer_row = row_of(SPAN), row_of(INNER), row_of(OUTER)


@dataclass(frozen=True, slots=True, eq=False)
class Tape:
    """Plans one behind the other; see Plan for the meaning of each array."""

    span: Records
    node: Indices
    column: Indices
    row: Indices
    target: Indices
    inner: Records
    outer: Records


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
    orders, columns = [np.zeros(0, dtype=np.int64)], [np.zeros(1, dtype=np.int64)]
    rows, targets = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    inners, outers = [np.zeros(0, dtype=INNER)], [np.zeros(0, dtype=OUTER)]
    unknowns = entries = 0
    for i, (plan, node, branch) in enumerate(zip(plans, nodes, branches, strict=True)):
        orders.append(node[plan.order].astype(np.int64))
        columns.append(plan.column[1:].astype(np.int64) + entries)
        rows.append(plan.row.astype(np.int64) + unknowns)
        targets.append(plan.target.astype(np.int64) + entries)
        inner, outer = plan.inner.copy(), plan.outer.copy()
        inner["branch"], outer["branch"] = branch[inner["branch"]], branch[outer["branch"]]
        inner["first"] += unknowns
        inner["second"] += unknowns
        inner["entry"] += entries
        outer["unknown"] += unknowns
        outer["held"] = node[outer["held"]]
        inners.append(inner)
        outers.append(outer)
        unknowns += len(plan.order)
        entries += len(plan.row)
        lengths = (len(plan.order), len(inner), len(outer), len(plan.target))
        span[i + 1] = tuple(int(start) + n for start, n in zip(span[i], lengths, strict=True))
    return Tape(
        span,
        _joined(orders),
        _joined(columns),
        _joined(rows),
        _joined(targets),
        np.concatenate(inners),
        np.concatenate(outers),
    )


def _joined(pieces: Sequence[NDArray[np.int64]]) -> Indices:
    return np.concatenate(pieces).astype(np.uint32)


def make_work(tape: Tape) -> dict[str, Floats]:
    """The numbers of a factorisation by their names in TAPE: pivots, entries, right-hand side."""
    unknowns, entries = len(tape.node), len(tape.row)
    sizes = (unknowns, unknowns, entries, entries, unknowns)
    return {name: np.zeros(size) for name, size in zip(WORK_FIELDS, sizes, strict=True)}


def tape_record(
    tape: Tape, work: dict[str, Floats], siemens: Floats, node_v: Floats, injected_a: Floats
) -> NDArray[Any]:
    """The addresses that the compiled functions take.

    Args:
        tape: the plans.
        work: from `make_work`.
        siemens: conductance of each branch.
        node_v: volts of each node; the held ones are read.
        injected_a: current pushed into each node from outside.
    """
    shared = dict(zip(SHARED_FIELDS, (siemens, node_v, injected_a), strict=True))
    plans = {name: getattr(tape, name) for name in TAPE_FIELDS}
    return record_of(TAPE, {**plans, **work, **shared})


@njit(cache=True, nogil=True)
def factor(tape: Any, index: int) -> None:
    """LDL^T of network `index`'s grounded Laplacian, from the conductances."""
    here, after = _span_row(tape.span, index), _span_row(tape.span, index + 1)
    first, last = np.uint64(here.unknown), np.uint64(after.unknown)
    one = np.uint64(1)
    siemens, pivot, upper = floats(tape.siemens), floats(tape.pivot), floats(tape.upper)
    inverse, lower = floats(tape.inverse), floats(tape.lower)
    column, row, target = words(tape.column), words(tape.row), words(tape.target)
    for u in range(first, last):
        pivot[u] = 0.0
    for e in range(np.uint64(column[first]), np.uint64(column[last])):
        upper[e] = 0.0
    for k in range(np.uint64(here.inner), np.uint64(after.inner)):
        branch = _inner_row(tape.inner, k)
        g = siemens[branch.branch]
        pivot[branch.first] += g
        pivot[branch.second] += g
        upper[branch.entry] -= g
    for k in range(np.uint64(here.outer), np.uint64(after.outer)):
        branch = _outer_row(tape.outer, k)
        pivot[branch.unknown] += siemens[branch.branch]
    t = np.uint64(here.target)
    for u in range(first, last):
        inverse[u] = 1.0 / pivot[u]
        end = np.uint64(column[u + one])
        for e in range(np.uint64(column[u]), end):
            entry = upper[e]
            scaled = entry * inverse[u]
            lower[e] = scaled
            pivot[row[e]] -= scaled * entry
            for f in range(e + one, end):
                upper[target[t]] -= scaled * upper[f]
                t += one


@njit(cache=True, nogil=True)
def substitute(tape: Any, index: int) -> None:
    """Solve network `index` with its factor; `right` of its unknowns becomes their volts."""
    here, after = _span_row(tape.span, index), _span_row(tape.span, index + 1)
    first, last = np.uint64(here.unknown), np.uint64(after.unknown)
    one = np.uint64(1)
    siemens, node_v, injected = floats(tape.siemens), floats(tape.node_v), floats(tape.injected_a)
    right, inverse, lower = floats(tape.right), floats(tape.inverse), floats(tape.lower)
    node, column, row = words(tape.node), words(tape.column), words(tape.row)
    for u in range(first, last):
        right[u] = injected[node[u]]
    for k in range(np.uint64(here.outer), np.uint64(after.outer)):
        branch = _outer_row(tape.outer, k)
        right[branch.unknown] += siemens[branch.branch] * node_v[branch.held]
    for u in range(first, last):
        value = right[u]
        for e in range(np.uint64(column[u]), np.uint64(column[u + one])):
            right[row[e]] -= lower[e] * value
    for k in range(last - first):
        u = last - one - k
        value = right[u] * inverse[u]
        for e in range(np.uint64(column[u]), np.uint64(column[u + one])):
            value -= lower[e] * right[row[e]]
        right[u] = value


@njit(cache=True, nogil=True)
def solve_first(tapes: Any) -> None:
    """Factor and solve network 0 of a tape record."""
    factor(tapes[0], 0)
    substitute(tapes[0], 0)


class TapeMethod:
    """Solves one network many times: planned once, then 0.2 us at 16 edges, 15 us at 500.

    Beyond some thousand edges, or a few thousand on graphs that no plane holds, the factor fills in
    and its cost grows as the cube of the widest front.
    """

    def __init__(self, network: ResistiveNetwork) -> None:
        self.network = network
        self._floating = network.floating()
        if self._floating:
            return
        nodes = np.arange(network.node_count, dtype=np.uint32)
        branches = np.arange(len(network.branch_a), dtype=np.uint32)
        self._tape = join_plans([make_plan(network)], [nodes], [branches])
        self._work = make_work(self._tape)
        self._siemens = np.zeros(len(branches))
        self._node_v = np.zeros(len(nodes))
        self._injected_a = np.zeros(len(nodes))
        self._record = tape_record(
            self._tape, self._work, self._siemens, self._node_v, self._injected_a
        )

    def solve(self, excitation: Excitation) -> Outcome:
        """The network's state, or what floats."""
        floating = self._floating
        if not excitation.siemens.all():
            floating = self.network.floating(excitation.siemens)
        if floating:
            return Floating(floating)
        self._siemens[:] = excitation.siemens
        self._node_v[self.network.driven] = excitation.driven_v
        self._injected_a[:] = excitation.injected_a
        solve_first(self._record)
        node_v = self._node_v.copy()
        node_v[self._tape.node] = self._work["right"]
        return solution(self.network, excitation, node_v)
