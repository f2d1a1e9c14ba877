"""Which method solves a pair of networks soonest, from what each costs.

| method | cost of a learning step's solves, float64, drawn twins, one board |
|---|---|
| tape | 0.15 ns an update, 1.1 ns an entry of the factor, 6.6 ns an unknown |
| fronts | 150 ns; 0.32 ns a cycle of front_tree's account; 0.82 of the tape's for its columns |
| gradients | 0.6 ns an end of a branch, iteration and twin; 20 iterations a level |

Tape and fronts: least squares on tori, planar disordered and random regular graphs of 50 to 2000
branches, at 4.1 GHz with 512-bit vectors; none was off by more than 10 %. The fronts' 150 ns, 70 by
the fit, let whole learning steps of both be equally long where they are: at 100 branches on a
torus, at 200 on planar graphs. Levels are the steps in which all nodes are reached from the held
ones: the iterations found were 7 to 10 a level at codes 32 to 95, and two or three times as many
where conductances differ more.

Above 6000 unknowns an order of elimination is only looked for if it may pay: on a random graph that
takes longer than thousands of learning steps. The widest level w of the graph without its dead ends
then stands for the widest front, of 0.4 w^3 flops at 40 GFLOP/s; on random regular graphs this
overestimates by 2, on lattices by 4, and 25 times the gradients' cost must be exceeded.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra

from verification.simulation.solve.front_tree import front_cycles, tape_columns
from verification.simulation.solve.problem import Integers
from verification.simulation.solve.twin_plan import TwinPlan, make_twin_plan
from verification.simulation.solve.twins import TwinNetwork

TwinMethod: TypeAlias = Literal["tape", "fronts", "gradients"]

UPDATE_NS, ENTRY_NS, UNKNOWN_NS = 0.15, 1.1, 6.6
CYCLE_NS, FRONTS_NS, ENTRYWISE = 0.32, 150.0, 0.82
END_NS, ITERATIONS_PER_LEVEL = 0.6, 20
PLANNED_UNKNOWNS = 6000
FLOPS_PER_CUBE, FLOPS_PER_NS, SURELY = 0.4, 40.0, 25.0
PRUNINGS = 20


def twin_method(network: TwinNetwork, pattern: TwinPlan | None = None) -> TwinMethod:
    """The method with the least predicted cost; no node may float.

    Args:
        network: the pair of networks.
        pattern: its plan, if it is made already; otherwise one is made unless it cannot pay.
    """
    levels, widest = _levels(network)
    gradients = gradients_ns(network, levels)
    unknowns = network.node_count - len(network.held)
    least_fronts = FLOPS_PER_CUBE * float(widest) ** 3 / FLOPS_PER_NS
    if pattern is None and unknowns > PLANNED_UNKNOWNS and least_fronts > SURELY * gradients:
        return "gradients"
    plan = make_twin_plan(network) if pattern is None else pattern
    costs: dict[TwinMethod, float] = {
        "tape": tape_ns(plan),
        "fronts": fronts_ns(plan),
        "gradients": gradients,
    }
    return min(costs, key=lambda name: costs[name])


def tape_ns(plan: TwinPlan) -> float:
    """Predicted nanoseconds of the tape."""
    return _tape_ns(np.diff(plan.column.astype(np.int64)))


def _tape_ns(lengths: Integers) -> float:
    updates = int((lengths * (lengths + 1) // 2).sum())
    return UPDATE_NS * updates + ENTRY_NS * int(lengths.sum()) + UNKNOWN_NS * len(lengths)


def fronts_ns(plan: TwinPlan) -> float:
    """Predicted nanoseconds of the fronts."""
    tape = tape_columns(plan)
    lengths = np.diff(plan.column.astype(np.int64))
    fronts = FRONTS_NS + CYCLE_NS * front_cycles(plan, tape)
    return fronts + ENTRYWISE * _tape_ns(lengths[tape])


def gradients_ns(network: TwinNetwork, levels: int) -> float:
    """Predicted nanoseconds of conjugate gradients."""
    ends, twins = 2 * len(network.branch_a), 2
    return END_NS * ends * twins * ITERATIONS_PER_LEVEL * levels


def _levels(network: TwinNetwork) -> tuple[int, int]:
    """In how many steps the held nodes reach all others, and how many at most in one step.

    The second number leaves out dead ends, which cost an elimination nothing.
    """
    count = network.node_count
    a, b = network.branch_a, network.branch_b
    if not len(a) or not len(network.held):
        return 1, 1
    graph = csr_array(coo_array((np.ones(len(a)), (a, b)), shape=(count, count)))
    steps = dijkstra(graph, directed=False, indices=network.held, unweighted=True, min_only=True)
    inside = np.ones(len(a), dtype=bool)
    ends = np.zeros(count, dtype=np.int64)
    for _ in range(PRUNINGS):
        ends = np.bincount(np.concatenate((a[inside], b[inside])), minlength=count)
        still = inside & (ends[a] > 1) & (ends[b] > 1)
        if still.sum() == inside.sum():
            break
        inside = still
    reached = np.isfinite(steps)
    of_core = steps[reached & (ends > 1)].astype(np.int64)
    widest = int(np.bincount(of_core).max(initial=1)) if of_core.size else 1
    return max(1, int(steps[reached].max())), widest
