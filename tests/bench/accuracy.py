"""Decisions that rounding turns: every step is decided twice, by ours and by a method to trust."""

from __future__ import annotations

import numpy as np

from tests.bench.bare import BareTwins, Precision
from tests.bench.boards import Board, draw_board, undecided
from tests.bench.graphs import make_graph
from tests.bench.peers.sparse import TwoFactors
from tests.bench.table import count_text, markdown

SIZES = (16, 100, 500, 2_000)
STEPS = 60


def accuracy_table() -> str:
    """Wrong decisions and errors of the voltages, on drawn twins over the first STEPS steps."""
    rows = [["edges", "ours", "decisions", "wrong", "greatest error of a voltage"]]
    for edges in SIZES:
        board = draw_board(make_graph("planar", edges))
        for precision, name in ((np.float64, "float64"), (np.float32, "float32")):
            wrong, apart = compared(board, precision)
            figures = (count_text(edges * STEPS), str(wrong), f"{apart:.1e} V")
            rows.append([count_text(edges), name, *figures])
    return markdown(rows)


def compared(board: Board, precision: Precision, steps: int = STEPS) -> tuple[int, float]:
    """(wrong decisions, greatest error of a node's voltage, V) against scipy.

    Every step starts at scipy's codes, so that one wrong decision does not lead to others. Edges
    that are as good as at a tie do not count.
    """
    reference, wrong, apart = TwoFactors(board), 0, 0.0
    ours = BareTwins(board, precision=precision)
    for step in range(steps):
        row = step % len(board.sources_v)
        ours.set_codes(reference.codes)
        before = reference.codes
        reference.step(row)
        ours.step(row)
        close = undecided(board, reference.volts) | (before == reference.codes)
        wrong += int(((ours.codes != reference.codes) & ~close).sum())
        pairs = zip(ours.volts, reference.volts, strict=True)
        apart = max(apart, *(float(np.abs(x - y).max()) for x, y in pairs))
    return wrong, apart
