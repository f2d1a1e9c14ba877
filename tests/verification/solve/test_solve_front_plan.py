"""Plans of fronts: the tape's order and runs, leaves, and where conductances go."""

from __future__ import annotations

import numpy as np
import pytest

from solve.front_networks import network_of, random_pairs, torus
from verification.simulation.solve.front_assembly import SUMMED
from verification.simulation.solve.front_order import run_order
from verification.simulation.solve.front_plan import FrontPlan, make_front_plan
from verification.simulation.solve.front_tree import (
    elimination_tree,
    leaf_columns,
    tape_columns,
)
from verification.simulation.solve.twin_plan import make_twin_plan
from verification.simulation.solve.twins import TwinNetwork


def drawn(seed: int) -> TwinNetwork:
    """With parallel branches, and nodes of many branches."""
    rng = np.random.default_rng(seed)
    return network_of(60, random_pairs(60, 150, rng), 4, rng)


@pytest.mark.parametrize("seed", range(5))
def test_columns_come_in_runs_of_one_length_after_those_below_them(seed: int) -> None:
    pattern = make_twin_plan(drawn(seed))
    parents, lengths = elimination_tree(pattern)
    tape = tape_columns(pattern)
    leaves = leaf_columns(pattern, tape)
    order, runs = run_order(parents, lengths, tape, leaves)
    assert np.array_equal(np.sort(order), tape)
    assert np.array_equal(np.sort(order[: len(leaves)]), leaves)
    assert np.array_equal(np.repeat(*runs.T), lengths[order])
    place = {int(u): k for k, u in enumerate(order)}
    assert all(place[u] < place[parents[u]] for u in place if parents[u] in place)


def test_lengths_change_seldom() -> None:
    pattern = make_twin_plan(network_of(400, torus(20), 4, np.random.default_rng(0)))
    parents, lengths = elimination_tree(pattern)
    tape = tape_columns(pattern)
    _, runs = run_order(parents, lengths, tape, leaf_columns(pattern, tape))
    assert len(tape) > 10 * len(runs)


@pytest.mark.parametrize("seed", range(5))
def test_a_leaf_has_one_branch_for_each_entry_and_no_other(seed: int) -> None:
    network = drawn(seed)
    pattern = make_twin_plan(network)
    leaves = leaf_columns(pattern, tape_columns(pattern))
    assert len(leaves) > 3
    ends = np.concatenate((network.branch_a, network.branch_b))
    others = np.concatenate((network.branch_b, network.branch_a))
    for u in leaves:
        later = pattern.order[pattern.row[pattern.column[u] : pattern.column[u + 1]]]
        assert np.array_equal(np.sort(others[ends == pattern.order[u]]), np.sort(later))


def assembled(plan: FrontPlan, branches: int) -> dict[int, dict[int, int]]:
    """How often each branch is in each row of values, entries counted negative."""
    tables = {name: table.astype(np.int64) for name, table in plan.assembly.items()}
    source = tables["source"]
    given = [(plan.leaves + k, branch, -1) for k, branch in enumerate(source)]
    given = [(row, branch, sign) for row, branch, sign in given if branch < branches]
    given += [(row, branch, -1) for name in ("single", "parallel") for row, branch in tables[name]]
    given += [(row, branch, 1) for row, branch in tables["further"]]
    given += [(row[0], branch, 1) for row in tables["pivot"] for branch in row[1:]]
    found: dict[int, dict[int, int]] = {}
    for row, branch, sign in given:
        if branch < branches:
            here = found.setdefault(int(row), {})
            here[int(branch)] = here.get(int(branch), 0) + sign
    return found


@pytest.mark.parametrize("seed", range(5))
def test_each_branch_is_in_its_entry_and_its_ends_pivots_once(seed: int) -> None:
    network = drawn(seed)
    plan = make_front_plan(network)
    assert len(plan.assembly["parallel"])
    assert len(plan.assembly["further"])
    assert plan.assembly["pivot"].shape[1] == 1 + SUMMED
    found = assembled(plan, len(network.branch_a))
    places = plan.places()
    slot_of_row = {int(row[0]): k for k, row in enumerate(plan.assembly["pivot"])}
    pivots = {row: found[row] for row in slot_of_row}
    for row, k in slot_of_row.items():
        place = plan.leaves + k
        ends = (places[network.branch_a] == place) | (places[network.branch_b] == place)
        assert pivots[row] == dict.fromkeys(np.flatnonzero(ends).tolist(), 1)
    entries = [here for row, here in found.items() if row not in slot_of_row]
    ends = np.sort(np.stack((places[network.branch_a], places[network.branch_b])), axis=0)
    for here in entries:
        assert set(here.values()) == {-1}
        assert len({tuple(ends[:, branch]) for branch in here}) == 1
    inner = (ends[1] < plan.unknowns) & (ends[0] >= plan.leaves)
    assert sorted(b for here in entries for b in here) == np.flatnonzero(inner).tolist()
