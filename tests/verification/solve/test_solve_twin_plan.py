"""Twin plans: places, pattern, and the choice of an order."""

from __future__ import annotations

import time

import numpy as np
import pytest

from tests.verification.solve.front_networks import network_of, random_pairs, torus
from verification.simulation.solve.plan import make_plan
from verification.simulation.solve.problem import ResistiveNetwork
from verification.simulation.solve.twin_chunks import make_chunks
from verification.simulation.solve.twin_plan import TwinPlan, make_twin_plan
from verification.simulation.solve.twins import TwinNetwork


def drawn(seed: int) -> TwinNetwork:
    rng = np.random.default_rng(seed)
    return network_of(40, random_pairs(40, 90, rng), 4, rng)


def eliminated(plan: TwinPlan) -> set[tuple[int, int]]:
    """Entries (column, row) that Gauss's elimination fills, on a dense pattern."""
    filled = np.zeros((plan.unknowns, plan.unknowns), dtype=bool)
    filled[plan.inner["second"], plan.inner["first"]] = True
    for u in range(plan.unknowns):
        below = np.flatnonzero(filled[:, u])
        filled[np.ix_(below, below)] |= np.tri(len(below), k=-1, dtype=bool)
    return {(int(u), int(row)) for row, u in np.argwhere(filled)}


@pytest.mark.parametrize("seed", range(5))
def test_places_are_hidden_then_targets_then_held_nodes(seed: int) -> None:
    network = drawn(seed)
    plan = make_twin_plan(network)
    assert np.array_equal(plan.order[plan.unknowns :], network.held)
    assert np.array_equal(plan.order[plan.hidden : plan.unknowns], network.clamped)
    assert np.array_equal(np.sort(plan.order), np.arange(network.node_count))
    assert np.array_equal(plan.order[plan.places()], np.arange(network.node_count))


@pytest.mark.parametrize("seed", range(5))
def test_the_pattern_is_what_elimination_fills(seed: int) -> None:
    plan = make_twin_plan(drawn(seed))
    columns = np.repeat(np.arange(plan.unknowns), np.diff(plan.column.astype(np.int64)))
    assert set(zip(columns.tolist(), plan.row.tolist(), strict=True)) == eliminated(plan)
    assert np.array_equal(np.lexsort((plan.row, columns)), np.arange(len(columns)))
    length = np.diff(plan.column.astype(np.int64))
    assert plan.updates == (length * (length + 1) // 2).sum()


@pytest.mark.parametrize("seed", range(5))
def test_every_branch_is_inner_or_outer_with_its_places_and_entry(seed: int) -> None:
    network = drawn(seed)
    plan = make_twin_plan(network)
    columns = np.repeat(np.arange(plan.unknowns), np.diff(plan.column.astype(np.int64)))
    for branch, first, second, entry in plan.inner:
        ends = {int(network.branch_a[branch]), int(network.branch_b[branch])}
        assert ends == {int(plan.order[first]), int(plan.order[second])}
        assert (columns[entry], plan.row[entry]) == (first, second)
    for branch, unknown, held in plan.outer:
        ends = {int(network.branch_a[branch]), int(network.branch_b[branch])}
        assert ends == {int(plan.order[unknown]), int(plan.order[held])}
        assert unknown < plan.unknowns <= held
    between_held = np.isin(network.branch_a, network.held) & np.isin(network.branch_b, network.held)
    assert len(plan.inner) + len(plan.outer) + between_held.sum() == len(network.branch_a)


def test_targets_last_cost_at_most_a_quarter_more_than_the_plain_order() -> None:
    network = network_of(256, torus(16), 6, np.random.default_rng(2))
    plain = make_plan(
        ResistiveNetwork(network.node_count, network.branch_a, network.branch_b, network.held)
    )
    length = np.diff(plain.column.astype(np.int64))
    assert make_twin_plan(network).updates < 1.25 * (length * (length + 1) // 2).sum()


def test_a_plan_is_the_same_every_time() -> None:
    network = drawn(7)
    first, second = make_twin_plan(network), make_twin_plan(network)
    assert np.array_equal(first.order, second.order)
    assert np.array_equal(first.row, second.row)


def test_fifty_thousand_edges_are_planned_in_seconds() -> None:
    network = network_of(158 * 158, torus(158), 10, np.random.default_rng(1))
    start = time.process_time()
    plan = make_twin_plan(network)
    assert time.process_time() - start < 10  # 1.3 s on an idle core
    assert plan.updates < 100_000_000


@pytest.mark.parametrize("seed", range(5))
def test_chunks_hold_each_place_once_and_never_mix_hidden_places_with_targets(seed: int) -> None:
    plan = make_twin_plan(drawn(seed))
    chunks = make_chunks(plan)
    ends = chunks.chunk["first"]
    assert np.array_equal(np.diff(ends), chunks.chunk["rank"][:-1])
    assert set(chunks.chunk["rank"][:-1].tolist()) <= {1, 2, 4}
    assert ends[chunks.hidden] == plan.hidden
    assert ends[-1] == plan.unknowns
