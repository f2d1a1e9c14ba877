"""Matching of graphs: right where it can be, never wrong, and it says when it gives up."""

from __future__ import annotations

import random

import networkx as nx
import pytest

from verification.checks import matching
from verification.checks.matching import is_match, match_graphs


def relabelled(
    graph: nx.Graph, seed: int
) -> tuple[list[tuple[str, str]], list[tuple[int, int]], dict]:
    """(wanted edges, found edges under other names in another order, found node -> wanted node)."""
    draw = random.Random(seed)
    nodes = list(graph.nodes)
    new = dict(zip(nodes, draw.sample(range(1000, 1000 + 7 * len(nodes)), len(nodes)), strict=True))
    found = [(new[a], new[b]) if draw.random() < 0.5 else (new[b], new[a]) for a, b in graph.edges]
    draw.shuffle(found)
    wanted = [(str(a), str(b)) for a, b in graph.edges]
    return wanted, found, {node: str(name) for name, node in new.items()}


GRAPHS = {
    "path": nx.path_graph(9),
    "star": nx.star_graph(12),
    "complete": nx.complete_graph(9),
    "petersen": nx.petersen_graph(),
    "torus": nx.grid_2d_graph(4, 4, periodic=True),
    "random": nx.gnm_random_graph(40, 80, seed=3),
}


@pytest.mark.parametrize("name", sorted(GRAPHS))
def test_a_relabelled_graph_is_matched_without_a_hint(name: str):
    graph = nx.convert_node_labels_to_integers(GRAPHS[name])
    graph = graph.subgraph(max(nx.connected_components(graph), key=len))
    wanted, found, _ = relabelled(graph, 5)
    match = match_graphs(wanted, found, {}, {})
    assert match.mapping is not None
    assert is_match(match.mapping, wanted, found)


def test_anchors_are_kept_to():
    """In a cycle any rotation fits; two anchors leave one."""
    wanted, found, truth = relabelled(nx.cycle_graph(8), 1)
    anchors = {node: name for node, name in truth.items() if name in ("0", "1")}
    match = match_graphs(wanted, found, anchors, {})
    assert match.mapping == truth


def test_anchors_that_no_map_can_keep_are_no_match():
    wanted, found, truth = relabelled(nx.path_graph(6), 1)
    ends = [node for node, name in truth.items() if name in ("0", "3")]
    assert match_graphs(wanted, found, dict(zip(ends, ("0", "5"), strict=True)), {}).mapping is None


def test_graphs_with_equal_degrees_that_differ_are_told_apart():
    """Two triangles' worth of edges: a hexagon against two triangles has the same degrees."""
    hexagon = [(str(k), str((k + 1) % 6)) for k in range(6)]
    triangles = [(0, 1), (1, 2), (2, 0), (3, 4), (4, 5), (5, 3)]
    match = match_graphs(hexagon, triangles, {}, {})
    assert (match.mapping, match.exhausted) == (None, False)


def test_a_wrong_hint_is_not_believed():
    wanted, found, truth = relabelled(nx.lollipop_graph(4, 3), 2)
    lies = dict.fromkeys(truth, wanted[0][0])
    match = match_graphs(wanted, found, {}, lies)
    assert match.mapping is not None
    assert is_match(match.mapping, wanted, found)


def test_a_doubled_edge_does_not_stand_for_a_missing_one():
    assert match_graphs([("a", "b"), ("b", "c")], [(1, 2), (2, 1)], {}, {}).mapping is None


def test_the_search_gives_up_where_it_would_take_too_long(monkeypatch):
    monkeypatch.setattr(matching, "BUDGET", 2)
    wanted, found, _ = relabelled(nx.complete_graph(8), 1)
    match = match_graphs(wanted, found, {}, {})
    assert (match.mapping, match.exhausted) == (None, True)
