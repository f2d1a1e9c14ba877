"""Plain numpy: the full matrix of each twin, one `np.linalg.solve` each.

Two ways to write it; the benchmark states the quicker one. Both write the matrix in place: in a
simple graph every entry beside the diagonal belongs to one edge, so it is assigned, not added.
"""

from __future__ import annotations

import numpy as np

from tests.bench.boards import ETA, Board, Floats, decide
from tests.bench.graphs import Ints


class _Side:
    """One twin: its unknown nodes and the places of every edge in its matrix."""

    def __init__(self, board: Board, held: Ints) -> None:
        count = board.graph.node_count
        place = np.full(count, -1, dtype=np.int64)
        self.held = held
        self.unknown = np.setdiff1d(np.arange(count), held)
        size = len(self.unknown)
        place[self.unknown] = np.arange(size)
        a, b = board.graph.a, board.graph.b
        self.inner = np.flatnonzero((place[a] >= 0) & (place[b] >= 0))
        pa, pb = place[a[self.inner]], place[b[self.inner]]
        self.upper, self.lower = pa * size + pb, pb * size + pa
        self.diagonal = np.arange(size) * (size + 1)
        self._ends = np.concatenate([a, b])
        self._count = count
        outer = np.flatnonzero((place[a] >= 0) != (place[b] >= 0))
        into = place[a[outer]] >= 0
        self.outer = outer
        self.outer_row = np.where(into, place[a[outer]], place[b[outer]])
        self.outer_held = np.where(into, b[outer], a[outer])

    def fill(self, flat: Floats, siemens: Floats) -> None:
        """Write the matrix, given as one row of numbers."""
        joined = -siemens[self.inner]
        flat[self.upper] = joined
        flat[self.lower] = joined
        total = np.bincount(self._ends, np.concatenate([siemens, siemens]), self._count)
        flat[self.diagonal] = total[self.unknown]

    def right(self, siemens: Floats, volts: Floats) -> Floats:
        """The right-hand side, from the held nodes' volts."""
        amperes = siemens[self.outer] * volts[self.outer_held]
        return np.asarray(np.bincount(self.outer_row, amperes, len(self.unknown)), dtype=np.float64)


class Dense:
    """A `Method`."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._sides = tuple(_Side(board, held) for held in board.held)
        self._matrices = [np.zeros((len(side.unknown),) * 2) for side in self._sides]
        self.codes = board.codes.copy()
        self.volts = (np.zeros(board.graph.node_count), np.zeros(board.graph.node_count))

    @property
    def matrix_bytes(self) -> int:
        """Each matrix, and the copy that LAPACK factors."""
        return 2 * sum(matrix.nbytes for matrix in self._matrices)

    def step(self, row: int) -> None:
        """See `Method`."""
        board, (free, clamped) = self._board, self.volts
        free[board.sources] = clamped[board.sources] = board.sources_v[row]
        self._solve(0)
        targets = board.targets
        clamped[targets] = ETA * board.desired_v[row] + (1 - ETA) * free[targets]
        self._solve(1)
        self.codes = decide(board, self.volts, self.codes)

    def _solve(self, twin: int) -> None:
        side, matrix, volts = self._sides[twin], self._matrices[twin], self.volts[twin]
        siemens = self._board.siemens(self.codes, twin)
        side.fill(matrix.reshape(-1), siemens)
        volts[side.unknown] = np.linalg.solve(matrix, side.right(siemens, volts))


class Incidence(Dense):
    """The matrix as a product: B^T G B with the incidence matrix of the unknown nodes."""

    def __init__(self, board: Board) -> None:
        super().__init__(board)
        graph = board.graph
        incidence = np.zeros((graph.edge_count, graph.node_count))
        edges = np.arange(graph.edge_count)
        incidence[edges, graph.a], incidence[edges, graph.b] = 1.0, -1.0
        self._incidence = [np.ascontiguousarray(incidence[:, s.unknown]) for s in self._sides]

    @property
    def matrix_bytes(self) -> int:
        """The incidence matrices as well, once more with the conductances on them."""
        return super().matrix_bytes + 2 * sum(x.nbytes for x in self._incidence)

    def _solve(self, twin: int) -> None:
        side, volts, incidence = self._sides[twin], self.volts[twin], self._incidence[twin]
        siemens = self._board.siemens(self.codes, twin)
        matrix = incidence.T @ (siemens[:, None] * incidence)
        volts[side.unknown] = np.linalg.solve(matrix, side.right(siemens, volts))
