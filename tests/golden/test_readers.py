"""kinparse, which we did not write, reads every ready design's netlist as our own reader does."""

import pytest

from designs.load import ready_designs
from tests.goldens import golden_netlist
from verification.reading.assembly import read_boards


@pytest.mark.parametrize("name", ready_designs())
def test_readers_agree(name: str) -> None:
    """Components, fields, nets and pins are the same; neither reader is trusted alone."""
    path = golden_netlist(name)
    own = read_boards(path)
    assert own.components
    assert own.nets
    assert own == read_boards(path, "kinparse")
