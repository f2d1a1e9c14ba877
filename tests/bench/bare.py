"""Ours on the bare network: the twin solver, the rule, nothing of the electronics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.bench.bare_kernel import BARE_JOB, learn
from tests.bench.boards import CODE_MAX, ETA, Board, Floats
from tests.bench.extracted import array_bytes
from tests.bench.graphs import Ints
from verification.simulation.solve.addresses import record_of
from verification.simulation.solve.lanes import lane_rows, lanes_like
from verification.simulation.solve.solver import solver_for_many, solver_for_one
from verification.simulation.solve.twins import TwinNetwork

Precision = type[np.floating[Any]]


class BareTwins:
    """W boards of one network, all on the same data points; with W = 1 a `Method`.

    Args:
        boards: of one graph; the first one's data points are all boards'.
        precision: of all numbers.
    """

    def __init__(self, *boards: Board, precision: Precision = np.float64) -> None:
        board = boards[0]
        graph, count = board.graph, len(boards)
        held = np.sort(board.sources)
        network = TwinNetwork(graph.node_count, graph.a, graph.b, held, board.targets)
        self._board, self._network, self._boards = board, network, count
        self._precision = precision
        one = count == 1 and precision is np.float64
        self._solver = solver_for_one(network) if one else solver_for_many(network, precision)
        self._work = self._solver.make(count)
        self._like = lanes_like(count, precision)
        self._arrays = self._laid_out(boards, precision)
        self._job = record_of(BARE_JOB, self._arrays)
        counts = (graph.edge_count, len(held), len(board.targets), len(board.sources_v))
        for name, number in zip(("branches", "held", "targets", "rows"), counts, strict=True):
            self._job[name] = number
        self._row = 0

    @property
    def codes(self) -> Ints:
        """See `Method`; of the first board."""
        return self.codes_of(0)

    def codes_of(self, board: int) -> Ints:
        """Of one of the boards, shape (edges,)."""
        return np.rint(self._arrays["code"][:, board]).astype(np.int64)

    def set_codes(self, codes: Ints) -> None:
        """Put every edge of every board on a code."""
        self._arrays["code"][...] = codes[:, None]

    @property
    def volts(self) -> tuple[Floats, Floats]:
        """See `Method`; of the first board, in float64."""
        order = np.asarray(self._solver.order, dtype=np.int64)
        volts = np.empty((len(order), 2))
        volts[order] = np.asarray(self._work.volts)[: len(order), [0, self._boards]]
        if self._precision is np.float32:
            volts[:, 1] += volts[:, 0]
        return volts[:, 0].copy(), volts[:, 1].copy()

    @property
    def matrix_bytes(self) -> int:
        """Factors, tape and what it works on."""
        return array_bytes(self._work)

    def step(self, row: int) -> None:
        """See `Method`; the data points come in turn, as everybody's do."""
        assert row == self._row % len(self._board.sources_v)
        self.steps(1)

    def steps(self, count: int) -> None:
        """Learning steps in one compiled call."""
        first = np.uint64(self._row % len(self._board.sources_v))
        learn(self._job, self._work.ready(1), first, count, ETA, float(CODE_MAX), self._like)
        self._row += count

    def _laid_out(self, boards: Sequence[Board], precision: Precision) -> dict[str, NDArray[Any]]:
        board, network, count = self._board, self._network, self._boards
        order = np.asarray(self._solver.order, dtype=np.int64)
        place = np.empty(len(order), dtype=np.int64)
        place[order] = np.arange(len(order))
        column = np.searchsorted(board.sources, network.held, sorter=np.argsort(board.sources))
        column = np.argsort(board.sources)[column]

        def rows(table: NDArray[Any]) -> NDArray[Any]:
            """[rows, boards, 2] -> rows of lanes."""
            lanes = lane_rows(len(table), count, precision)
            lanes[...] = np.swapaxes(table, 1, 2).reshape(len(table), -1)
            return lanes

        def same(values: Floats) -> NDArray[Any]:
            """One number for all boards and both twins."""
            return rows(np.broadcast_to(values.reshape(-1, 1, 1), (values.size, count, 2)))

        def each(values: Sequence[NDArray[Any]]) -> NDArray[Any]:
            """Shape (2, edges) for every board."""
            return rows(np.moveaxis(np.asarray(values), 2, 0))

        def places(nodes: Ints) -> NDArray[Any]:
            return np.ascontiguousarray(place[nodes], dtype=np.uint32)

        held_v = same(board.sources_v[:, column])
        if precision is np.float32:
            # In the change form the clamped lanes hold what clamped has more than free.
            held_v[:, count:] = 0
        return {
            "end_a": places(network.branch_a),
            "end_b": places(network.branch_b),
            "held_place": places(network.held),
            "target_place": places(network.clamped),
            "base_ohm": each([one.wiper_ohm for one in boards]),
            "slope_ohm": each([one.step_ohm for one in boards]),
            "code": each([np.stack([one.codes, one.codes]) for one in boards]),
            "held_v": held_v,
            "drive_v": same(board.desired_v),
        }
