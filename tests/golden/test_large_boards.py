"""The shortcut to large netlists gives what building, writing and reading give."""

import pytest

from designs import load_design
from tests.goldens import golden_netlist, one_board_designs
from tests.large_boards import large_netlist, lattice_design
from verification.reading.readers import read_netlist


@pytest.mark.parametrize("name", one_board_designs())
def test_it_equals_the_kept_netlist_as_read(name: str) -> None:
    """Components with all fields, and nets with all pins, in the same order."""
    made = large_netlist(load_design(name))
    assert made.nets
    assert made == read_netlist(golden_netlist(name))


def test_lattices_are_those_of_the_generator() -> None:
    """The graph of `square_lattice` in its order; an open one lacks the edges that wrap around."""
    assert lattice_design(4, 4).graph.edges == load_design("lattice4x4").graph.edges
    assert len(lattice_design(3, 5, periodic=False).graph.edges) == 2 * 3 * 5 - 3 - 5
