"""What no partition can beat: the optimum of small networks, and a bound from two eigenvalues."""

from __future__ import annotations

import networkx as nx
import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from netgen.system.partition import PartitionProblem


def problem_of(graph: nx.Graph, boards: int) -> PartitionProblem:
    """A graph's edges, to be shared out."""
    place = {node: k for k, node in enumerate(graph.nodes)}
    ends = tuple((place[a], place[b]) for a, b in graph.edges)
    return PartitionProblem(len(place), ends, boards)


def optimum(problem: PartitionProblem) -> int:
    """The least cost of two boards, by integer programming: x_e the board of an edge, and for each
    node whether it is on board 0, on board 1, and on both."""
    edges, nodes = len(problem.ends), problem.nodes
    count = edges + 3 * nodes
    rows: list[np.ndarray] = []
    most: list[float] = []

    def at_most(limit: float) -> np.ndarray:
        rows.append(np.zeros(count))
        most.append(limit)
        return rows[-1]

    for edge, ends in enumerate(problem.ends):
        for node in ends:
            row = at_most(-1.0)  # 1 - x_e <= low_v
            row[edge], row[edges + node] = -1.0, -1.0
            row = at_most(0.0)  # x_e <= high_v
            row[edge], row[edges + nodes + node] = 1.0, -1.0
    for node in range(nodes):
        row = at_most(1.0)  # low_v + high_v - 1 <= cut_v
        row[edges + node] = row[edges + nodes + node] = 1.0
        row[edges + 2 * nodes + node] = -1.0
    row = at_most(problem.capacity)
    row[:edges] = 1.0
    row = at_most(problem.capacity - edges)
    row[:edges] = -1.0
    costs = np.zeros(count)
    costs[edges + 2 * nodes :] = 1.0
    found = milp(
        costs, constraints=LinearConstraint(np.array(rows), -np.inf, most),
        integrality=np.ones(count), bounds=Bounds(0, 1),
    )  # fmt: skip
    assert found.success
    return round(found.fun)


def eigenvalue_bound(problem: PartitionProblem) -> int:
    """A lower bound on the cost, from the Laplacian's second and last eigenvalues.

    If no edge joins sets A and B of n nodes, |A||B| <= q (n - |A|)(n - |B|) with
    q = ((u_n - u_2) / (u_n + u_2))^2 (W. Haemers, Linear Algebra Appl. 226, 1995). A board of at
    most c edges holds at most as many nodes of its own as have degrees that sum up to 2 c. The
    cuts of each board against the rest count every cut node at most twice for each board beyond
    its first.
    """
    laplacian = np.zeros((problem.nodes, problem.nodes))
    for a, b in problem.ends:
        laplacian[[a, b], [b, a]] -= 1.0
        laplacian[[a, b], [a, b]] += 1.0
    values = np.linalg.eigvalsh(laplacian)
    q = ((values[-1] - values[1]) / (values[-1] + values[1])) ** 2
    edges, cap, boards = len(problem.ends), problem.capacity, problem.boards
    least = max(0, edges - cap * (boards - 1))
    degrees = sorted(np.diag(laplacian))
    sums = np.cumsum(degrees)

    def own(edges_of_side: int) -> int:
        return int(np.searchsorted(sums, 2 * edges_of_side, side="right"))

    cuts = [_least_cut(problem.nodes, q, own(cap), own(edges - least))]
    return cuts[0] if boards == 2 else -(-boards * cuts[0] // 2)


def _least_cut(nodes: int, q: float, most_a: int, most_b: int) -> int:
    """The smallest separator for which some sizes of the two sides keep the inequality."""
    for cut in range(nodes):
        for a in range(max(0, nodes - cut - most_b), min(most_a, nodes - cut) + 1):
            b = nodes - cut - a
            if a * b <= q * (nodes - a) * (nodes - b) + 1e-9:
                return cut
    return nodes
