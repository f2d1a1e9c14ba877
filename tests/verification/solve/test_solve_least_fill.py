"""Least fill: the order that counting all fills afresh each time gives, and when it gives up."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from solve.front_networks import random_pairs, torus
from verification.simulation.solve.least_fill import SMALL, least_fill
from verification.simulation.solve.problem import Integers


def neighbours(count: int, pairs: Integers) -> list[set[int]]:
    near: list[set[int]] = [set() for _ in range(count)]
    for a, b in pairs.tolist():
        if a != b:
            near[a].add(b)
            near[b].add(a)
    return near


def counted_afresh(near: list[set[int]], hidden: int) -> tuple[list[int], int]:
    """The order, and the updates of its columns."""
    near = [set(others) for others in near]
    left, order, updates = set(range(hidden)), list[int](), 0
    while left:
        fills = {
            node: sum(b not in near[a] for a, b in combinations(near[node], 2)) for node in left
        }
        node = min(left, key=lambda one: (fills[one], one))
        left.discard(node)
        order.append(node)
        updates += len(near[node]) * (len(near[node]) + 1) // 2
        for other in near[node]:
            near[other] |= near[node]
            near[other] -= {node, other}
    return order, updates


@pytest.mark.parametrize("seed", range(20))
def test_the_order_is_that_of_fills_counted_afresh(seed: int) -> None:
    rng = np.random.default_rng(seed)
    count = int(rng.integers(1, 60))
    near = neighbours(count, random_pairs(count, int(rng.integers(0, 4 * count)), rng))
    hidden = int(rng.integers(0, count + 1))
    assert least_fill(near, hidden) == counted_afresh(near, hidden)[0]


def test_numbering_afresh_changes_nothing() -> None:
    near = neighbours(26 * 26, torus(26))
    assert len(near) > SMALL
    assert least_fill(near, len(near) - 3) == counted_afresh(near, len(near) - 3)[0]


def test_it_gives_up_where_there_are_more_updates() -> None:
    near = neighbours(100, torus(10))
    order, updates = counted_afresh(near, 95)
    assert least_fill(near, 95, updates) == order
    assert least_fill(near, 95, updates - 1) is None


def test_the_graph_given_is_left_as_it_is() -> None:
    near = neighbours(25, torus(5))
    least_fill(near, 25)
    assert near == neighbours(25, torus(5))
