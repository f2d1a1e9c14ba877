"""scipy: SuperLU on the reduced matrix, written as well as scipy allows.

Nothing but the numbers changes from step to step: the pattern, the order of elimination (multiple
minimum degree, found once, applied to the pattern) and the places of every edge are kept. scipy has
no entry for "new numbers, same pattern", so SuperLU's symbolic part is in every factorisation.

* `TwoFactors`: drawn twins. One factorisation for each twin; the targets are held in the second.
* `OneFactor`: identical twins, which is less work than our twins do. One factorisation; with
  Z = A^-1 E for the columns E of the targets, V_c = V_f + Z (E^T Z)^-1 (V_c - V_f at the targets).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import coo_array, csc_array, csr_array
from scipy.sparse.linalg import splu

from tests.bench.boards import ETA, Board, Floats, decide
from tests.bench.graphs import Ints

_OPTIONS = {"SymmetricMode": True}


class Side:
    """One network: its unknown nodes in the order of elimination, and its matrix's data."""

    def __init__(self, board: Board, held: Ints) -> None:
        graph = board.graph
        unknown = np.setdiff1d(np.arange(graph.node_count), held)
        first = _pattern(board, unknown)
        factor = splu(first, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options=_OPTIONS)
        order = np.empty(len(unknown), dtype=np.int64)
        order[factor.perm_c] = unknown
        self.unknown = order
        self.matrix = _pattern(board, order)
        self._data = _data_of_edges(board, order, self.matrix)
        self._right = _right_of_edges(board, order)
        self.factor: Any = None

    def factorise(self, siemens: Floats) -> None:
        """New numbers into the matrix, and its factors."""
        self.matrix.data[:] = self._data @ siemens
        self.factor = splu(
            self.matrix, permc_spec="NATURAL", diag_pivot_thresh=0.0, options=_OPTIONS
        )

    def right(self, siemens: Floats, volts: Floats) -> Floats:
        """The right-hand side, from the held nodes' volts."""
        row, held, edge = self._right
        return np.asarray(
            np.bincount(row, siemens[edge] * volts[held], len(self.unknown)), dtype=np.float64
        )

    @property
    def matrix_bytes(self) -> int:
        """The matrix, what fills it, and the factors: a number and an index for each entry."""
        kept = sum(x.data.nbytes + x.indices.nbytes for x in (self.matrix, self._data))
        return kept + 12 * int(self.factor.nnz)


def _pattern(board: Board, order: Ints) -> csc_array:
    """The reduced Laplacian of the board at its first codes."""
    graph = board.graph
    count = graph.node_count
    siemens = board.siemens(board.codes, 0)
    rows = np.concatenate([graph.a, graph.b, graph.a, graph.b])
    columns = np.concatenate([graph.b, graph.a, graph.a, graph.b])
    values = np.concatenate([-siemens, -siemens, siemens, siemens])
    whole = csr_array(coo_array((values, (rows, columns)), shape=(count, count)))
    reduced = csc_array(whole[order][:, order])
    reduced.sort_indices()
    return reduced


def _data_of_edges(board: Board, order: Ints, matrix: csc_array) -> csr_array:
    """The matrix that makes the reduced matrix's data of the conductances."""
    graph, size = board.graph, len(order)
    place = np.full(graph.node_count, -1, dtype=np.int64)
    place[order] = np.arange(size)
    rows = np.concatenate([place[graph.a], place[graph.b], place[graph.a], place[graph.b]])
    columns = np.concatenate([place[graph.b], place[graph.a], place[graph.a], place[graph.b]])
    edges = np.tile(np.arange(graph.edge_count), 4)
    signs = np.repeat([-1.0, -1.0, 1.0, 1.0], graph.edge_count)
    inside = (rows >= 0) & (columns >= 0)
    keys = columns[inside] * size + rows[inside]
    stored = np.repeat(np.arange(size), np.diff(matrix.indptr)) * size + matrix.indices
    entry = np.searchsorted(stored, keys)
    shape = (len(stored), graph.edge_count)
    return csr_array(coo_array((signs[inside], (entry, edges[inside])), shape=shape))


def _right_of_edges(board: Board, order: Ints) -> tuple[Ints, Ints, Ints]:
    """(row, held node, edge) of every edge between an unknown and a held node."""
    graph = board.graph
    place = np.full(graph.node_count, -1, dtype=np.int64)
    place[order] = np.arange(len(order))
    outer = np.flatnonzero((place[graph.a] >= 0) != (place[graph.b] >= 0))
    a, b = graph.a[outer], graph.b[outer]
    inside = place[a] >= 0
    return np.where(inside, place[a], place[b]), np.where(inside, b, a), outer


class TwoFactors:
    """A `Method` for drawn twins."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._sides = tuple(Side(board, held) for held in board.held)
        self.codes = board.codes.copy()
        self.volts = (np.zeros(board.graph.node_count), np.zeros(board.graph.node_count))

    @property
    def matrix_bytes(self) -> int:
        """Both networks."""
        return sum(side.matrix_bytes for side in self._sides)

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
        side, volts = self._sides[twin], self.volts[twin]
        siemens = self._board.siemens(self.codes, twin)
        side.factorise(siemens)
        volts[side.unknown] = side.factor.solve(side.right(siemens, volts))


class OneFactor:
    """A `Method` for identical twins: the ohms of the free ones are both's."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._side = Side(board, board.sources)
        place = np.empty(board.graph.node_count, dtype=np.int64)
        place[self._side.unknown] = np.arange(len(self._side.unknown))
        self._rows = place[board.targets]
        self._columns = np.zeros((len(self._side.unknown), 1 + len(board.targets)), order="F")
        self._columns[self._rows, np.arange(1, 1 + len(board.targets))] = 1.0
        self.codes = board.codes.copy()
        self.volts = (np.zeros(board.graph.node_count), np.zeros(board.graph.node_count))

    @property
    def matrix_bytes(self) -> int:
        """One network, and the columns of its targets with their solutions."""
        return self._side.matrix_bytes + 2 * self._columns.nbytes

    def step(self, row: int) -> None:
        """See `Method`."""
        board, side, (free, clamped) = self._board, self._side, self.volts
        siemens = board.siemens(self.codes, 0)
        side.factorise(siemens)
        free[board.sources] = clamped[board.sources] = board.sources_v[row]
        self._columns[:, 0] = side.right(siemens, free)
        found = side.factor.solve(self._columns)
        free[side.unknown] = found[:, 0]
        change = ETA * (board.desired_v[row] - free[board.targets])
        pull = np.linalg.solve(found[self._rows, 1:], change)
        clamped[side.unknown] = found[:, 0] + found[:, 1:] @ pull
        self.codes = decide(board, self.volts, self.codes)
