"""The cost model: what a factorisation must compute and move, against the machine's rates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tests.bench.boards import draw_board
from tests.bench.graphs import make_graph
from tests.bench.peers.sparse import Side
from tests.bench.rates import bytes_per_s, flops_per_s
from tests.bench.steps import BARE, EXTRACTED, Step, best_of
from tests.bench.table import count_text, markdown, time_text


@dataclass(frozen=True)
class Factor:
    """L D L^T of one network in a minimum-degree order.

    Attributes:
        entries: of L below its diagonal.
        flops: to compute it: for a column of c entries c (c + 1) and c divisions.
    """

    entries: int
    flops: int


def factor_of(family: str, edges: int) -> Factor:
    """The factor of the free network, counted in scipy's factorisation."""
    board = draw_board(make_graph(family, edges))
    side = Side(board, board.sources)
    side.factorise(board.siemens(board.codes, 0))
    column = np.diff(side.factor.L.indptr).astype(np.int64) - 1
    return Factor(int(column.sum()), int((column * (column + 2)).sum()))


def cost_table(steps: Sequence[Step], family: str) -> str:
    """Least times of a step with drawn twins, and what ours takes.

    Two factorisations and two substitutions at the rate of a matrix product; L of both twins
    written once and read twice at the rate of the cache that it fits in.
    """
    best, rate = best_of(steps), flops_per_s(np.float64)
    head = ["edges", "entries of L", "flops of L", "arithmetic", "memory", "ours, bare"]
    rows = [[*head, "ours, extracted", "share of the matrix product's rate"]]
    for edges in sorted({step.edges for step in steps if step.family == family}):
        factor = factor_of(family, edges)
        flops = 2 * (factor.flops + 4 * factor.entries)
        moved = 3 * 2 * 8 * factor.entries
        ours = [best.get((family, edges, method)) for method in (BARE, EXTRACTED)]
        bare = ours[0]
        rows.append(
            [
                count_text(edges),
                count_text(factor.entries),
                count_text(factor.flops),
                time_text(flops / rate),
                time_text(moved / bytes_per_s(max(moved, 24_000))),
                *("" if cell is None else time_text(cell.seconds) for cell in ours),
                "" if bare is None else f"{100 * flops / rate / bare.seconds:.0f} %",
            ]
        )
    return markdown(rows)
