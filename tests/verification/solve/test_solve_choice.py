"""The method that is chosen is the one that is fastest on such boards."""

from __future__ import annotations

import numpy as np
import pytest

from solve.front_networks import network_of, regular, torus, tree
from verification.simulation.solve.choice import TwinMethod, twin_method
from verification.simulation.solve.crowd import crowd_of
from verification.simulation.solve.problem import Integers
from verification.simulation.solve.twin_plan import make_twin_plan
from verification.simulation.solve.twins import TwinNetwork


def chosen(pairs: Integers) -> TwinMethod:
    network = network_of(int(pairs.max()) + 1, pairs, 4, np.random.default_rng(0))
    return twin_method(network)


@pytest.mark.parametrize("side", [3, 5])
def test_small_boards_are_played_from_the_tape(side: int) -> None:
    assert chosen(torus(side)) == "tape"


@pytest.mark.parametrize("side", [32, 70])
def test_large_lattices_are_factored_by_fronts(side: int) -> None:
    assert chosen(torus(side)) == "fronts"


def test_random_graphs_of_some_hundred_branches_are_factored_by_fronts() -> None:
    assert chosen(regular(250)) == "fronts"


@pytest.mark.parametrize("nodes", [2500, 20_000])
def test_large_random_graphs_are_solved_by_gradients(nodes: int) -> None:
    # The larger one without looking for an order of elimination, which would take minutes.
    assert chosen(regular(nodes)) == "gradients"


def test_large_trees_are_never_solved_by_gradients() -> None:
    assert chosen(tree(8000, np.random.default_rng(0))) != "gradients"


def test_the_choice_does_not_depend_on_whether_the_plan_is_given() -> None:
    for side in (5, 20):
        pairs = torus(side)
        network = network_of(side * side, pairs, 4, np.random.default_rng(1))
        assert twin_method(network) == twin_method(network, make_twin_plan(network))


def test_a_network_without_unknowns_or_branches_has_a_method() -> None:
    assert twin_method(TwinNetwork.of(2, [(0, 1)], [0, 1], [])) == "tape"
    assert twin_method(TwinNetwork.of(1, [], [0], [])) == "tape"


@pytest.mark.parametrize(
    ("pairs", "boards"),
    [(torus(5), 16), (torus(20), 8), (regular(600), 1), (regular(20_000), 1)],
)
def test_the_longer_the_tape_the_fewer_boards_are_solved_side_by_side(
    pairs: Integers, boards: int
) -> None:
    network = network_of(int(pairs.max()) + 1, pairs, 4, np.random.default_rng(0))
    assert crowd_of(network) == boards
