"""Edges that a design pins to one of several boards."""

from collections.abc import Callable

import pytest
from small_design import SMALL

from designs import Design
from designs.several import has_several_boards, pinned_edges

BOARDS = """boards = 3
on_board = { "node/1" = 2, "edge/3-2" = 3 }
patching = "cables"
"""


@pytest.fixture
def pinned(loaded: Callable[[str], Design]) -> Design:
    return loaded(SMALL.replace('patching = "cables"\n', BOARDS))


def test_a_node_pins_its_edges_and_an_edge_itself_either_way_round(pinned: Design) -> None:
    assert pinned_edges(pinned) == {("1", "2"): 2, ("4", "1"): 2, ("2", "3"): 3}


def test_one_board_is_the_default(loaded: Callable[[str], Design], pinned: Design) -> None:
    assert not has_several_boards(loaded(SMALL))
    assert pinned_edges(loaded(SMALL)) == {}
    assert has_several_boards(pinned)


def test_auto_may_be_several(loaded: Callable[[str], Design]) -> None:
    auto = loaded(SMALL.replace('patching = "cables"\n', 'boards = "auto"\n'))
    assert auto.board.boards == "auto"
    assert has_several_boards(auto)
