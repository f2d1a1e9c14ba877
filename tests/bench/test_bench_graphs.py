"""The benchmark's networks and boards."""

import numpy as np
import pytest

from tests.bench.boards import draw_board
from tests.bench.graphs import FAMILIES, make_graph


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("edges", [16, 50, 101, 512, 2_000])
def test_a_network_has_exactly_the_edges_asked_for_and_no_dead_end(family: str, edges: int) -> None:
    graph = make_graph(family, edges)
    pairs = np.sort(np.stack([graph.a, graph.b], axis=1), axis=1)
    degree = np.bincount(pairs.ravel(), minlength=graph.node_count)
    assert len(pairs) == edges == len(np.unique(pairs, axis=0))
    assert (graph.a != graph.b).all()
    assert degree.min() >= 2
    assert degree.mean() == pytest.approx(4, abs=1.4)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_same_size_is_the_same_network_every_time(family: str) -> None:
    first, second = make_graph(family, 300), make_graph(family, 300)
    assert (first.a == second.a).all()
    assert (first.b == second.b).all()


def test_sources_and_targets_are_different_nodes() -> None:
    for edges, sources, targets in ((16, 3, 2), (500, 12, 7), (10_000, 16, 10)):
        board = draw_board(make_graph("torus", edges))
        nodes = [*board.sources.tolist(), *board.targets.tolist()]
        assert (len(board.sources), len(board.targets)) == (sources, targets)
        assert len(set(nodes)) == len(nodes)
        assert (board.step_ohm[0] != board.step_ohm[1]).all()


def test_too_few_edges_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 16 edges; given 8"):
        make_graph("torus", 8)
