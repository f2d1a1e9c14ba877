"""Pairs of networks to solve: random ones, lattices, random regular graphs, and their values."""

from __future__ import annotations

import networkx as nx
import numpy as np

from verification.simulation.solve.problem import Floats, Integers
from verification.simulation.solve.twins import (
    TwinExcitation,
    TwinNetwork,
    TwinOutcome,
    TwinSolution,
)

WIPER_OHM, FULL_OHM, TAPS = 80.0, 1e5, 128


def network_of(
    count: int, pairs: Integers, targets: int, rng: np.random.Generator, sources: int = 3
) -> TwinNetwork:
    """Held nodes and targets drawn; what would float is tied to the first held node."""
    nodes = rng.permutation(count)
    held, clamped = nodes[:sources].tolist(), nodes[sources : sources + targets].tolist()
    branches = [(int(a), int(b)) for a, b in pairs if a != b]
    loose = TwinNetwork.of(count, branches, held, clamped).floating()
    branches += [(group[0], held[0]) for group in loose]
    made = TwinNetwork.of(count, branches, held, clamped)
    assert not made.floating()
    return made


def random_pairs(count: int, branches: int, rng: np.random.Generator) -> Integers:
    """Branches between drawn nodes: parallel ones, several components, dead ends."""
    return rng.integers(0, count, (branches, 2))


def torus(side: int) -> Integers:
    """A square lattice with periodic borders: side^2 nodes, twice as many branches."""
    node = np.arange(side * side)
    x, y = node % side, node // side
    right, below = (x + 1) % side + y * side, x + (y + 1) % side * side
    return np.concatenate((np.stack((node, right), 1), np.stack((node, below), 1)))


def regular(count: int) -> Integers:
    """A random graph with four branches at each node; no plane holds it."""
    return np.asarray(nx.random_regular_graph(4, count, seed=1).edges(), dtype=np.int64)


def tree(count: int, rng: np.random.Generator) -> Integers:
    """A random tree."""
    return np.asarray([(int(rng.integers(0, node)), node) for node in range(1, count)])


def drawn_siemens(network: TwinNetwork, codes: Integers, rng: np.random.Generator) -> Floats:
    """Conductances of digipots at these codes, each with its own end-to-end resistance."""
    full = FULL_OHM * rng.uniform(0.8, 1.2, (len(network.branch_a), 2))
    return 1 / (WIPER_OHM + full * np.broadcast_to(codes, full.shape) / TAPS)


def codes_of(name: str, network: TwinNetwork, rng: np.random.Generator) -> Integers:
    """Codes over the whole range of taps: all at one end, drawn, or only the two ends."""
    shape = (len(network.branch_a), 2)
    return {
        "least": np.zeros(shape, dtype=np.int64),
        "most": np.full(shape, TAPS - 1),
        "drawn": rng.integers(0, TAPS, shape),
        "ends": rng.choice([0, TAPS - 1], shape),
    }[name]


def excited(network: TwinNetwork, siemens: Floats, rng: np.random.Generator) -> TwinExcitation:
    """Drawn volts and small drawn injected currents."""
    return TwinExcitation.of(
        network,
        siemens,
        rng.uniform(0, 5, (len(network.held), 2)),
        rng.uniform(0, 5, len(network.clamped)),
        rng.normal(0, 1e-6, (network.node_count, 2)),
    )


def volts(outcome: TwinOutcome) -> Floats:
    """The node voltages of an outcome that must be a solution."""
    assert isinstance(outcome, TwinSolution)
    return outcome.node_v
