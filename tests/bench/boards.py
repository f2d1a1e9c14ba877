"""One board of the benchmark as bare numbers, and the learning rule that every method follows.

A learning step on one data point, as the board does it:

```
G_f V_f = 0, sources held            G_c V_c = 0, sources held, targets at eta y + (1 - eta) V_f
f, c = drops of an edge in V_f, V_c  both digipots of the edge up where [c > f] xor [f < 0]
```

The twins of an edge have the same code and their own ohms a step and at the wiper (drawn), so the
two matrices differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tests.bench.graphs import Graph, Ints

Floats = NDArray[np.float64]

SUPPLY_V = 5.0
ETA = 0.5
CODE_MIN, CODE_MAX = 0, 127
STEP_OHM, WIPER_OHM = 100e3 / 128, 45.0
TOLERANCE, MATCHING = 0.3, 0.01
ROWS = 20
"""Data points."""
UNDECIDED_V = 1e-9
"""Drops closer than this to a tie are left out of comparisons of codes."""


@dataclass(frozen=True, eq=False)
class Board:
    """A drawn board with its task.

    Attributes:
        graph: the network.
        sources, targets: nodes, shapes (S,) and (K,).
        sources_v, desired_v: data points, shapes (ROWS, S) and (ROWS, K), V.
        step_ohm, wiper_ohm: of the free and the clamped digipot of each edge, shape (2, edges).
        codes: at the start, shape (edges,).
    """

    graph: Graph
    sources: Ints
    targets: Ints
    sources_v: Floats
    desired_v: Floats
    step_ohm: Floats
    wiper_ohm: Floats
    codes: Ints

    def siemens(self, codes: Ints, twin: int) -> Floats:
        """The conductances of one twin, shape (edges,)."""
        return 1.0 / (codes * self.step_ohm[twin] + self.wiper_ohm[twin])

    @property
    def held(self) -> tuple[Ints, Ints]:
        """The nodes held in the free and in the clamped network."""
        return self.sources, np.concatenate([self.sources, self.targets])


class Method(Protocol):
    """What can do learning steps on a board."""

    @property
    def codes(self) -> Ints:
        """Of every edge, shape (edges,)."""
        ...

    @property
    def volts(self) -> tuple[Floats, Floats]:
        """Of every node, free and clamped, as the last step's decision saw them."""
        ...

    @property
    def matrix_bytes(self) -> int:
        """Matrices, factors, plans: what is kept or made in a step."""
        ...

    def step(self, row: int) -> None:
        """One learning step on a data point."""
        ...


def draw_board(
    graph: Graph, seed: int = 0, sources: int | None = None, targets: int | None = None
) -> Board:
    """A board of a network, its sources and targets spread evenly.

    Args:
        graph: the network.
        seed: of everything drawn.
        sources, targets: how many; by default 3 to 16 and 2 to 10, as the network is large.
    """
    stream = np.random.default_rng([seed, graph.edge_count])
    sources = sources or min(16, 1 + round(graph.edge_count**0.5 / 2))
    targets = targets or max(2, min(10, 5 * sources // 8))
    chosen = _spread(graph.node_count, sources + targets)
    shape = (2, graph.edge_count)
    common = 1 + TOLERANCE / 3 * stream.standard_normal(graph.edge_count)
    own = 1 + MATCHING / 6 * stream.standard_normal(shape)
    return Board(
        graph,
        chosen[:sources],
        chosen[sources:],
        SUPPLY_V * stream.random((ROWS, sources)),
        SUPPLY_V * (0.2 + 0.6 * stream.random((ROWS, targets))),
        STEP_OHM * common * own,
        WIPER_OHM * (1 + np.abs(stream.standard_normal(shape)) / 3),
        stream.integers(32, 96, graph.edge_count),
    )


def decide(board: Board, volts: tuple[Floats, Floats], codes: Ints) -> Ints:
    """The codes after a step, from the nodes' voltages in the free and the clamped network."""
    a, b = board.graph.a, board.graph.b
    free, clamped = (v[a] - v[b] for v in volts)
    up = (clamped > free) ^ (free < 0)
    return np.clip(codes + np.where(up, 1, -1), CODE_MIN, CODE_MAX)


def undecided(board: Board, volts: tuple[Floats, Floats]) -> NDArray[np.bool_]:
    """Edges whose decision rounding may turn: a tie, or no current in the free network."""
    a, b = board.graph.a, board.graph.b
    free, clamped = (v[a] - v[b] for v in volts)
    return (np.abs(clamped - free) < UNDECIDED_V) | (np.abs(free) < UNDECIDED_V)


def _spread(nodes: int, count: int) -> Ints:
    """Different nodes, evenly over the numbers: multiples of the golden ratio."""
    found: dict[int, None] = {}
    k = 0
    while len(found) < count:
        found[int(nodes * ((k * 0.6180339887498949 + 0.31) % 1.0))] = None
        k += 1
    return np.asarray(list(found), dtype=np.int64)
