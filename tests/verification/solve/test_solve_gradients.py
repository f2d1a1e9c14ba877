"""Conjugate gradients agree with the direct methods, to the last decision of a learning board."""

from __future__ import annotations

import numpy as np
import pytest
from numba import njit

from solve.front_networks import (
    TAPS,
    codes_of,
    drawn_siemens,
    excited,
    network_of,
    random_pairs,
    regular,
    torus,
    tree,
    volts,
)
from verification.simulation.solve.lanes import lanes_like, points_like
from verification.simulation.solve.outcome import Floating
from verification.simulation.solve.problem import Floats, Integers
from verification.simulation.solve.twin_fronts import FrontsTwins
from verification.simulation.solve.twin_gradients import (
    GradientTwins,
    GradientWork,
    make_gradient_plan,
    make_gradients,
)
from verification.simulation.solve.twin_kernels import solve_clamped, solve_free
from verification.simulation.solve.twin_reference import ReferenceTwins
from verification.simulation.solve.twin_tape import TapeTwins
from verification.simulation.solve.twins import TwinExcitation, TwinNetwork

TOLERANCE_V = 1e-8


@pytest.mark.parametrize("codes", ["least", "most", "drawn", "ends"])
@pytest.mark.parametrize("seed", range(6))
def test_random_networks_agree_over_the_whole_range_of_taps(codes: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    count = int(rng.integers(20, 200))
    network = network_of(count, random_pairs(count, 3 * count, rng), 1 + 2 * seed, rng)
    method = GradientTwins(network)
    for _ in range(2):  # the second starts from the first
        siemens = drawn_siemens(network, codes_of(codes, network, rng), rng)
        excitation = excited(network, siemens, rng)
        difference = volts(method.solve(excitation)) - volts(
            ReferenceTwins(network).solve(excitation)
        )
        assert np.abs(difference).max() < TOLERANCE_V


@pytest.mark.parametrize("pairs", [torus(12), regular(200), tree(60, np.random.default_rng(1))])
def test_three_methods_agree(pairs: Integers) -> None:
    rng = np.random.default_rng(5)
    network = network_of(int(pairs.max()) + 1, pairs, 4, rng)
    siemens = drawn_siemens(network, codes_of("drawn", network, rng), rng)
    excitation = excited(network, siemens, rng)
    fronts = volts(FrontsTwins(network).solve(excitation))
    assert np.abs(volts(TapeTwins(network).solve(excitation)) - fronts).max() < 1e-10
    assert np.abs(volts(GradientTwins(network).solve(excitation)) - fronts).max() < TOLERANCE_V


def test_no_decision_of_forty_learning_steps_differs_from_the_fronts() -> None:
    # Coupled learning with a nudge of a tenth: each branch's two digipots step by the sign of
    # the difference of its squared voltage drops in the two twins.
    rng = np.random.default_rng(7)
    network = network_of(300, regular(300), 3, rng, sources=4)
    a, b = network.branch_a, network.branch_b
    full = rng.uniform(0.8e5, 1.2e5, (len(a), 2))
    codes = rng.integers(1, TAPS, (len(a), 2))
    fronts, gradients = FrontsTwins(network), GradientTwins(network)
    target = rng.uniform(1, 4, 3)
    for _ in range(40):
        siemens = 1 / (80.0 + full * codes / TAPS)
        held = np.repeat(rng.uniform(0, 5, (4, 1)), 2, axis=1)
        free = volts(fronts.solve(TwinExcitation.of(network, siemens, held, target)))
        nudged = free[network.clamped, 0] + 0.1 * (target - free[network.clamped, 0])
        excitation = TwinExcitation.of(network, siemens, held, nudged)
        drops = [volts(m.solve(excitation)) for m in (fronts, gradients)]
        steps = [np.sign(np.diff((v[a] - v[b]) ** 2, axis=1)) for v in drops]
        assert np.array_equal(*steps)
        codes = np.clip(codes + steps[0].astype(np.int64), 0, TAPS - 1)


def test_the_next_solution_starts_from_the_last() -> None:
    rng = np.random.default_rng(1)
    network = network_of(200, regular(200), 3, rng)
    siemens = drawn_siemens(network, codes_of("drawn", network, rng), rng)
    excitation = excited(network, siemens, rng)
    method = GradientTwins(network)
    first = volts(method.solve(excitation))
    assert min(method.iterations) > 20
    again = volts(method.solve(excitation))
    assert max(method.iterations) == 0
    assert np.array_equal(first, again)


def test_a_source_that_was_no_number_leaves_no_trace() -> None:
    rng = np.random.default_rng(1)
    network = network_of(100, regular(100), 3, rng)
    siemens = drawn_siemens(network, codes_of("drawn", network, rng), rng)
    excitation = excited(network, siemens, rng)
    method = GradientTwins(network)
    broken = TwinExcitation.of(
        network, siemens, excitation.held_v * np.nan, excitation.clamped_v, excitation.injected_a
    )
    assert np.isnan(volts(method.solve(broken))).any()
    difference = volts(method.solve(excitation)) - volts(FrontsTwins(network).solve(excitation))
    assert np.abs(difference).max() < TOLERANCE_V


def test_iterations_do_not_grow_with_a_random_graph() -> None:
    counts: list[int] = []
    for nodes in (200, 2000):
        rng = np.random.default_rng(2)
        network = network_of(nodes, regular(nodes), 3, rng)
        siemens = 1 / rng.uniform(3e4, 9e4, (len(network.branch_a), 2))
        method = GradientTwins(network)
        method.solve(excited(network, siemens, rng))
        counts.append(max(method.iterations))
    assert counts[1] < 1.5 * counts[0]


@njit
def _begin(record, like, points):  # type: ignore[no-untyped-def]
    solve_free(record[0], like, points)


@njit
def _finish(record, like, points):  # type: ignore[no-untyped-def]
    solve_clamped(record[0], like, points)


def solve(work: GradientWork, room: Floats, clamped: Floats, hidden: int) -> list[int]:
    """Solve points in a room [place, point, lane], given clamped volts [target, point, board]."""
    boards = room.shape[2] // 2
    like = lanes_like(boards)
    points = points_like(like, room.shape[1])
    _begin(work.record, like, points)
    room[hidden : hidden + len(clamped), :, boards:] = clamped
    _finish(work.record, like, points)
    return work.iterations.tolist()


def excitation_of(
    network: TwinNetwork, siemens: Floats, held: Floats, clamped: Floats, board: int, boards: int
) -> TwinExcitation:
    """Of one of the boards at one point."""
    lanes = [board, boards + board]
    return TwinExcitation.of(network, siemens[:, lanes], held[:, lanes], clamped[:, board])


@pytest.mark.parametrize("boards", [1, 2])
def test_boards_and_points_side_by_side_are_each_solved_as_if_alone(boards: int) -> None:
    rng = np.random.default_rng(3)
    network = network_of(64, torus(8), 2, rng)
    plan = make_gradient_plan(network)
    work = make_gradients(plan, len(network.branch_a), boards)
    work.siemens[:] = 1 / rng.uniform(1e3, 1e5, work.siemens.shape)
    room = work.volts.reshape(-1, 2, 2 * boards)
    held = rng.uniform(0, 5, (len(network.held), 2, 2 * boards))
    clamped = rng.uniform(0, 5, (2, 2, boards))
    room[plan.unknowns :] = held
    solve(work, room, clamped, plan.hidden)
    assert np.array_equal(room[plan.unknowns :], held)
    assert np.array_equal(room[plan.hidden : plan.unknowns, :, boards:], clamped)
    for point in range(2):
        for board in range(boards):
            lanes = [board, boards + board]
            excitation = excitation_of(
                network, work.siemens, held[:, point], clamped[:, point], board, boards
            )
            expected = volts(ReferenceTwins(network).solve(excitation))
            difference = room[plan.places(), point][:, lanes] - expected
            assert np.abs(difference).max() < TOLERANCE_V


def test_an_old_point_starts_from_the_new_one_of_the_call_before() -> None:
    # Two points, the old data and the new: what was new is old in the next call.
    rng = np.random.default_rng(3)
    network = network_of(200, regular(200), 3, rng)
    plan = make_gradient_plan(network)
    work = make_gradients(plan, len(network.branch_a))
    work.siemens[:] = drawn_siemens(network, codes_of("drawn", network, rng), rng)
    room = work.volts.reshape(-1, 2, 2)
    held, clamped = rng.uniform(0, 5, (3, len(network.held), 2)), rng.uniform(0, 5, (3, 3, 1))

    def step(old: int, new: int) -> list[int]:
        room[plan.unknowns :] = held[[old, new]].swapaxes(0, 1)
        return solve(work, room, clamped[[old, new]].swapaxes(0, 1), plan.hidden)

    step(0, 1)
    one_point = np.asarray(step(1, 1))
    assert one_point.max() == 0  # both points start from the solution
    both = step(1, 2)
    work.volts[:] = 0.0
    afresh = step(1, 2)
    assert min(both) > 20
    assert all(a > 1.8 * b for a, b in zip(afresh, both, strict=True))


def test_a_network_with_nothing_to_solve_and_one_that_floats() -> None:
    alone = TwinNetwork.of(2, [(0, 1)], [0, 1], [])
    excitation = TwinExcitation.of(alone, [[1.0, 1.0]], [[1.0, 2.0], [3.0, 4.0]], [])
    assert volts(GradientTwins(alone).solve(excitation)).tolist() == [[1.0, 2.0], [3.0, 4.0]]
    loose = TwinNetwork.of(3, [(0, 1)], [0], [])
    excitation = TwinExcitation.of(loose, [[1.0, 1.0]], [[1.0, 1.0]], [])
    assert GradientTwins(loose).solve(excitation) == Floating(((2,),))
