"""Boards in a batch: drawn boards of one extracted netlist side by side in the lanes of a vector.

Every board has its own digipots, offsets and bias currents, as in a yield run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tests.bench.bare import Precision
from tests.bench.boards import Board, Floats, draw_board
from tests.bench.clock import cheapest
from tests.bench.extracted import Extracted
from tests.bench.graphs import Ints, make_graph
from tests.bench.steps import CHECKED_STEPS, DisagreementError
from tests.bench.table import count_text, markdown
from verification.extraction.values import drawn
from verification.simulation.lowered.boards import LoweredBoards
from verification.simulation.lowered.circuit import LoweredCircuit
from verification.simulation.lowered.fill import fill_in_lowered
from verification.simulation.lowered.lower import lower
from verification.simulation.lowered.tables import Lowered

SIZES = (16, 50, 100, 500)
BUDGET_S = 0.4
ROUNDS = 3


@dataclass(frozen=True)
class Width:
    """How many boards in how many bits, and how many times as fast that must be."""

    precision: Precision
    name: str
    boards: int
    bar: float


ALONE = Width(np.float64, "float64", 1, 1.0)
WIDTHS = (Width(np.float64, "float64", 8, 2.5), Width(np.float32, "float32", 16, 4.0))


class Batch:
    """Drawn boards of one netlist, all on the same data points.

    Args:
        board: the network and its data points.
        extracted: of that board.
        seeds: of the drawn boards.
        precision: of all numbers.
    """

    def __init__(
        self, board: Board, extracted: Extracted, seeds: Sequence[int], precision: Precision
    ) -> None:
        cut = extracted.machine.cut
        lowered = lower(cut)
        assert isinstance(lowered, Lowered)
        host = extracted.power_on().host
        values = [
            fill_in_lowered(lowered, cut, drawn(cut.circuit, seed), host.codes) for seed in seeds
        ]
        codes = np.where(lowered.pot < 0, 0, host.codes[lowered.pot])
        start = np.tile(codes, (len(seeds), 1, 1))
        self._boards = LoweredBoards(LoweredCircuit(lowered), values, start, precision)
        self._pins = _pins(board, extracted, host.node_v, lowered.pins)

    @property
    def codes(self) -> Ints:
        """Of every board, shape (boards, rows, 2)."""
        return self._boards.codes

    def steps(self, count: int) -> None:
        """Learning steps of every board, in one compiled call."""
        row_of = (np.arange(count) % len(self._pins)).astype(np.uint32)
        nothing = np.zeros(0, dtype=np.int64)
        self._boards.run(row_of, self._pins, clocked=True, watch=nothing)


def _pins(board: Board, extracted: Extracted, node_v: Floats, pins: Sequence[int]) -> Floats:
    """The volts of all pins for each data point, (rows, pins)."""
    circuit = extracted.machine.circuit
    sources, targets = extracted.channels
    table = np.tile(node_v[list(pins)], (len(board.sources_v), 1))
    for names, volts in ((sources, board.sources_v), (targets, board.desired_v)):
        nets = [circuit.function_net(name) for name in names]
        table[:, [list(pins).index(net) for net in nets]] = volts
    return table


def batch_table() -> str:
    """Board-steps a second of one core."""
    head = ["edges", "one board at a time, float64"]
    for width in WIDTHS:
        head += [f"{width.boards} boards, {width.name}", f"asked {width.bar:g}x"]
    rows = [head]
    for edges in SIZES:
        board = draw_board(make_graph("torus", edges))
        extracted = Extracted(board)
        check_batch(board, extracted)
        single, *rates = board_steps_per_s(board, extracted)
        row = [count_text(edges), _rate_text(single)]
        for width, rate in zip(WIDTHS, rates, strict=True):
            verdict = "holds" if rate >= width.bar * single else "**fails**"
            row += [f"{_rate_text(rate)} ({rate / single:.2g}x)", verdict]
        rows.append(row)
    return markdown(rows)


def check_batch(board: Board, extracted: Extracted) -> None:
    """Boards side by side take the codes that each takes alone.

    Raises:
        DisagreementError: with the number of the first board that does not.
    """
    seeds = range(WIDTHS[0].boards)
    together = Batch(board, extracted, seeds, np.float64)
    together.steps(CHECKED_STEPS)
    for seed in seeds:
        alone = Batch(board, extracted, (seed,), np.float64)
        alone.steps(CHECKED_STEPS)
        if (together.codes[seed] != alone.codes[0]).any():
            raise DisagreementError(f"board {seed} of a batch takes other codes than alone")


def board_steps_per_s(board: Board, extracted: Extracted) -> list[float]:
    """Alone and at every width, in rounds."""
    widths = (ALONE, *WIDTHS)
    batches = [Batch(board, extracted, range(w.boards), w.precision) for w in widths]
    best = [0.0] * len(widths)
    for _ in range(ROUNDS):
        for k, (width, batch) in enumerate(zip(widths, batches, strict=True)):
            seconds = cheapest(batch.steps, BUDGET_S / ROUNDS).seconds
            best[k] = max(best[k], width.boards / seconds)
    return best


def _rate_text(rate: float) -> str:
    return f"{rate / 1e6:.3g} M/s"
