"""Boards in a batch, and single precision."""

import numpy as np

from tests.bench.accuracy import compared
from tests.bench.batch import check_batch
from tests.bench.boards import draw_board
from tests.bench.extracted import Extracted
from tests.bench.graphs import make_graph


def test_boards_side_by_side_take_the_codes_that_each_takes_alone() -> None:
    board = draw_board(make_graph("torus", 16))
    check_batch(board, Extracted(board))


def test_float64_decides_as_scipy_and_float32_is_near() -> None:
    board = draw_board(make_graph("planar", 50))
    wrong, apart = compared(board, np.float64, 10)
    assert wrong == 0
    assert apart < 1e-12
    wrong, apart = compared(board, np.float32, 10)
    assert wrong <= 1
    assert 1e-9 < apart < 1e-4
