"""Edges shared out among boards: balanced, cheap, kept where they are pinned, alike every time."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import networkx as nx
import pytest
from partition_bounds import eigenvalue_bound, optimum, problem_of

from netgen.system.partition import Partition, PartitionProblem, partition_edges

SMALL = {
    "path": nx.path_graph(9),
    "ring": nx.cycle_graph(12),
    "star": nx.star_graph(8),
    "complete": nx.complete_graph(6),
    "grid": nx.grid_2d_graph(4, 4),
    "torus": nx.grid_2d_graph(4, 4, periodic=True),
    "petersen": nx.petersen_graph(),
    "barbell": nx.barbell_graph(5, 2),
    "random": nx.gnm_random_graph(12, 22, seed=4),
    "tree": nx.balanced_tree(2, 3),
}


def torus(rows: int, columns: int) -> nx.Graph:
    return nx.grid_2d_graph(rows, columns, periodic=True)


@pytest.mark.parametrize("name", SMALL)
def test_two_boards_of_a_small_network_are_the_best_there_are(name: str) -> None:
    problem = problem_of(SMALL[name], 2)
    assert partition_edges(problem).cost == optimum(problem)


# Two columns of a torus part it; boards in the shape of a diamond save two of their nodes.
@pytest.mark.parametrize(
    ("graph", "boards", "most"),
    [
        (torus(10, 10), 2, 18),
        (torus(6, 20), 2, 12),
        (torus(6, 20), 4, 24),
        (nx.grid_2d_graph(12, 12), 2, 12),
        (nx.grid_2d_graph(12, 12), 4, 24),
        (nx.random_regular_graph(4, 50, seed=1), 2, 12),
    ],
)
def test_costs_of_larger_networks(graph: nx.Graph, boards: int, most: int) -> None:
    found = partition_edges(problem_of(graph, boards))
    assert eigenvalue_bound(found.problem) <= found.cost <= most


@pytest.mark.parametrize("boards", [2, 3, 5, 8])
def test_boards_have_about_equally_many_edges(boards: int) -> None:
    found = partition_edges(problem_of(nx.gnm_random_graph(60, 130, seed=2), boards))
    assert sum(found.sizes) == 130
    assert max(found.sizes) <= found.problem.capacity <= 1.05 * 130 / boards + 1


def test_the_cost_counts_boards_beyond_the_first_of_every_node() -> None:
    problem = PartitionProblem(4, ((0, 1), (0, 2), (0, 3)), 3)
    assert Partition(problem, (0, 1, 2)).cost == 2
    assert Partition(problem, (0, 1, 2)).cut_nodes == (0,)
    assert Partition(problem, (0, 0, 0)).cost == 0
    assert Partition(replace(problem, anchors={3: 2}), (0, 0, 0)).boards_of[3] == (0, 2)


def test_pinned_edges_stay_where_they_are_pinned() -> None:
    free = problem_of(torus(6, 6), 3)
    pinned = {0: 2, 17: 0, 40: 2, 71: 1}
    found = partition_edges(replace(free, pinned=pinned))
    assert {edge: found.board_of[edge] for edge in pinned} == pinned
    assert max(found.sizes) <= free.capacity


def test_an_anchor_draws_its_node_to_its_board() -> None:
    """A path may be cut anywhere in its middle; ends that have to be on board 1 turn it round."""
    problem = problem_of(nx.path_graph(11), 2)
    for board in (0, 1):
        found = partition_edges(replace(problem, anchors={0: board}))
        assert found.cost == 1
        assert found.board_of[0] == board


def test_a_drawing_that_misleads_does_no_harm() -> None:
    problem = problem_of(nx.cycle_graph(40), 2)
    places = tuple((float(node * 7 % 40), float(node * 11 % 40)) for node in range(40))
    assert partition_edges(replace(problem, places=places)).cost == 2


def test_parts_that_nothing_joins_are_not_cut() -> None:
    graph = nx.disjoint_union(nx.cycle_graph(10), nx.cycle_graph(10))
    assert partition_edges(problem_of(graph, 2)).cost == 0


def test_the_same_network_is_cut_alike_under_any_hash_seed() -> None:
    program = (
        "import networkx as nx; from netgen.system.partition import *; "
        "g = nx.gnm_random_graph(40, 90, seed=3); "
        "print(partition_edges(PartitionProblem(40, tuple(g.edges), 3)).board_of)"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", program], check=True, capture_output=True, text=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("0", "1")
    }  # fmt: skip
    assert len(seen) == 1
