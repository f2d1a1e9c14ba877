"""A data set through a trained board: many points, no learning step between them."""

from __future__ import annotations

import numpy as np

from tests.bench.boards import SUPPLY_V, Board, Floats, draw_board
from tests.bench.clock import cheapest
from tests.bench.extracted import Extracted
from tests.bench.graphs import Ints, make_graph
from tests.bench.peers.sparse import Side
from tests.bench.steps import AGREE_V, DisagreementError
from tests.bench.table import count_text, markdown

INPUTS, OUTPUTS = 16, 10
SIZES = (100, 500)
POINTS = 100_000
CHECKED = 50
TRAINED = 100
"""Learning steps before the evaluation."""
BAR = 30e6


def evaluation_table() -> str:
    """Points a second through `Host.respond` of the extracted netlist."""
    rows = [["edges", "million points a second", "asked", ""]]
    for edges in SIZES:
        rate = points_per_s(draw_board(make_graph("torus", edges), 0, INPUTS, OUTPUTS))
        verdict = "holds" if rate >= BAR else "**fails**"
        rows.append([count_text(edges), f"{rate / 1e6:.3g}", f"{BAR / 1e6:.0f}", verdict])
    return markdown(rows)


def points_per_s(board: Board) -> float:
    """Of CPU time; the points' inputs are all different.

    Raises:
        DisagreementError: outputs that are not scipy's.
    """
    extracted = Extracted(board)
    inputs = SUPPLY_V * np.random.default_rng(1).random((POINTS, INPUTS))
    clean = extracted.power_on(extracted.clean_values())
    extracted.train(clean, TRAINED)
    seen = clean.host.respond(inputs)[:CHECKED]
    wanted = _expected(board, extracted.codes_of(clean)[0], inputs[:CHECKED])
    apart = float(np.abs(seen - wanted).max())
    if apart > AGREE_V:
        raise DisagreementError(f"outputs of a data set are {apart:.1e} V away from scipy's")
    bench = extracted.power_on()
    extracted.train(bench, TRAINED)
    host = bench.host

    def work(count: int) -> None:
        for _ in range(count):
            host.respond(inputs)

    return POINTS / cheapest(work, 1.0).seconds


def _expected(board: Board, codes: Ints, inputs: Floats) -> Floats:
    """The targets' free volts, point by point."""
    side = Side(board, board.sources)
    siemens = board.siemens(codes, 0)
    side.factorise(siemens)
    volts = np.zeros(board.graph.node_count)
    rows: list[Floats] = []
    for row in inputs:
        volts[board.sources] = row
        volts[side.unknown] = side.factor.solve(side.right(siemens, volts))
        rows.append(volts[board.targets])
    return np.asarray(rows)
