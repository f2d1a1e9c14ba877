"""The tape for twin networks against scipy, numpy and itself."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from tests.verification.solve.front_networks import (
    codes_of,
    drawn_siemens,
    excited,
    network_of,
    random_pairs,
    torus,
    volts,
)
from verification.simulation.solve.addresses import Address
from verification.simulation.solve.lanes import lane_rows
from verification.simulation.solve.outcome import Floating
from verification.simulation.solve.problem import Floats
from verification.simulation.solve.twin_plan import make_twin_plan
from verification.simulation.solve.twin_reference import ReferenceTwins
from verification.simulation.solve.twin_tape import TapeTwins, make_twins, solve_once
from verification.simulation.solve.twins import TwinExcitation, TwinNetwork

CODES = ("least", "most", "drawn", "ends")
REPOSITORY = Path(__file__).parents[3]


def random_network(seed: int) -> TwinNetwork:
    """From 5 to 60 nodes, sparse to dense, up to five targets."""
    rng = np.random.default_rng(seed)
    count = int(rng.integers(5, 60))
    pairs = random_pairs(count, int(count * rng.uniform(1, 4)), rng)
    return network_of(count, pairs, int(rng.integers(0, min(6, count - 3))), rng)


def lattice(edges: int) -> TwinNetwork:
    side = round((edges / 2) ** 0.5)
    return network_of(side * side, torus(side), 3, np.random.default_rng(edges))


def dense(network: TwinNetwork, excitation: TwinExcitation) -> Floats:
    """Both twins by numpy's dense solver, from Kirchhoff's current law at each free node."""
    node_v = np.zeros((network.node_count, 2))
    node_v[network.held] = excitation.held_v
    node_v[network.clamped, 1] = excitation.clamped_v
    for twin, held in enumerate((network.held, [*network.held, *network.clamped])):
        laplacian = np.zeros((network.node_count, network.node_count))
        ends = zip(network.branch_a, network.branch_b, excitation.siemens[:, twin], strict=True)
        for a, b, g in ends:
            laplacian[[a, b, a, b], [a, b, b, a]] += [g, g, -g, -g]
        free = np.setdiff1d(np.arange(network.node_count), held)
        right = excitation.injected_a[free, twin] - laplacian[free] @ node_v[:, twin]
        node_v[free, twin] = np.linalg.solve(laplacian[np.ix_(free, free)], right)
    return node_v


def dense_start(network: TwinNetwork, excitation: TwinExcitation) -> Floats:
    """Volts of the free twin everywhere, by the reference method."""
    return volts(ReferenceTwins(network).solve(excitation))[:, 0]


def batch(network: TwinNetwork, boards: list[TwinExcitation], single: bool = False) -> Floats:
    """Volts of many boards solved at once, shape (boards, nodes, 2); float32 gives the change."""
    plan = make_twin_plan(network)
    work = make_twins(plan, len(boards), np.float32 if single else np.float64)
    clamped = lane_rows(len(network.clamped), len(boards), np.float32 if single else np.float64)
    place = plan.places()
    for i, board in enumerate(boards):
        free, twin = i, len(boards) + i
        work.siemens[:, [free, twin]] = board.siemens
        held_v, clamped_v = board.held_v.copy(), board.clamped_v
        if single:
            held_v[:, 1] -= held_v[:, 0]
            clamped_v = clamped_v - dense_start(network, board)[network.clamped]
        work.volts[np.ix_(place[network.held], [free, twin])] = held_v
        work.injected[:, [free, twin]] = board.injected_a[plan.order[: plan.unknowns]]
        clamped[:, twin] = clamped_v
    solve_once(work.record, Address(clamped.ctypes.data), work.like)
    lanes = work.volts[place].astype(np.float64).reshape(network.node_count, 2, len(boards))
    return lanes.transpose(2, 0, 1)


@pytest.mark.parametrize("seed", range(6))
def test_nothing_is_left_of_what_was_solved_before(seed: int) -> None:
    """Elimination begins in numbers that nobody has cleared."""
    rng = np.random.default_rng(seed)
    network = random_network(seed)
    solver = TapeTwins(network)
    for factor in (1.0, 1e6):
        siemens = factor * drawn_siemens(network, codes_of("drawn", network, rng), rng)
        excitation = excited(network, siemens, rng)
        found = volts(solver.solve(excitation))
    assert np.array_equal(found, volts(TapeTwins(network).solve(excitation)))


@pytest.mark.parametrize("codes", CODES)
@pytest.mark.parametrize("seed", range(12))
def test_random_twins_agree_with_scipy_and_with_a_dense_solve(seed: int, codes: str) -> None:
    rng = np.random.default_rng(seed)
    network = random_network(seed)
    siemens = drawn_siemens(network, codes_of(codes, network, rng), rng)
    excitation = excited(network, siemens, rng)
    found = volts(TapeTwins(network).solve(excitation))
    reference = volts(ReferenceTwins(network).solve(excitation))
    assert np.allclose(found, reference, rtol=1e-9, atol=1e-9 * np.abs(reference).max())
    assert np.allclose(found, dense(network, excitation), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("edges", [18, 50, 98, 512])
@pytest.mark.parametrize("codes", CODES)
def test_lattices_agree_with_scipy(edges: int, codes: str) -> None:
    rng = np.random.default_rng(edges)
    network = lattice(edges)
    siemens = drawn_siemens(network, codes_of(codes, network, rng), rng)
    excitation = excited(network, siemens, rng)
    reference = volts(ReferenceTwins(network).solve(excitation))
    assert np.allclose(volts(TapeTwins(network).solve(excitation)), reference, rtol=1e-9)


def test_a_second_solve_forgets_the_first() -> None:
    rng = np.random.default_rng(0)
    network = lattice(98)
    method = TapeTwins(network)
    for codes in CODES:
        siemens = drawn_siemens(network, codes_of(codes, network, rng), rng)
        excitation = excited(network, siemens, rng)
        fresh = volts(TapeTwins(network).solve(excitation))
        assert np.array_equal(volts(method.solve(excitation)), fresh)


@pytest.mark.parametrize("seed", range(4))
def test_node_numbers_do_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = random_network(seed)
    excitation = excited(network, drawn_siemens(network, codes_of("drawn", network, rng), rng), rng)
    new = rng.permutation(network.node_count)
    pairs = np.stack((new[network.branch_a], new[network.branch_b]), axis=1)
    clamped = new[network.clamped].tolist()
    moved = TwinNetwork.of(
        network.node_count, [tuple(p) for p in pairs.tolist()], new[network.held].tolist(), clamped
    )
    by_number = np.argsort(new[network.held])
    injected_a = np.empty_like(excitation.injected_a)
    injected_a[new] = excitation.injected_a
    there = TwinExcitation.of(
        moved, excitation.siemens, excitation.held_v[by_number], excitation.clamped_v, injected_a
    )
    here_v, there_v = (
        volts(TapeTwins(network).solve(excitation)),
        volts(TapeTwins(moved).solve(there)),
    )
    assert np.allclose(there_v[new], here_v, rtol=1e-9, atol=1e-10)


def test_each_board_of_a_batch_is_solved_as_if_alone() -> None:
    rng = np.random.default_rng(8)
    network = lattice(98)
    drawn = [
        excited(network, drawn_siemens(network, codes_of("drawn", network, rng), rng), rng)
        for _ in range(8)
    ]
    alone = [volts(TapeTwins(network).solve(board)) for board in drawn]
    assert np.array_equal(batch(network, drawn), alone)


@pytest.mark.parametrize("edges", [18, 98, 512])
def test_float32_keeps_the_digits_of_a_small_change(edges: int) -> None:
    rng = np.random.default_rng(edges)
    network = lattice(edges)
    codes = rng.integers(1, 128, (len(network.branch_a), 1))
    boards: list[TwinExcitation] = []
    for _ in range(16):
        siemens = drawn_siemens(network, codes, rng)
        siemens[:, 1] = siemens[:, 0] * rng.uniform(0.9999, 1.0001, len(siemens))
        held_v = np.repeat(rng.uniform(0, 5, (len(network.held), 1)), 2, axis=1)
        nowhere = np.zeros(len(network.clamped))
        free_v = dense_start(network, TwinExcitation.of(network, siemens, held_v, nowhere))
        nudged = free_v[network.clamped] + rng.uniform(-1e-3, 1e-3, len(nowhere))
        boards.append(TwinExcitation.of(network, siemens, held_v, nudged))
    found = batch(network, boards, single=True)
    for board, node_v in zip(boards, found, strict=True):
        exact = volts(ReferenceTwins(network).solve(board))
        change = exact[:, 1] - exact[:, 0]
        assert np.allclose(node_v[:, 0], exact[:, 0], rtol=1e-4)
        assert np.abs(node_v[:, 1] - change).max() <= 1e-3 * np.abs(change).max()


def test_equal_twins_without_a_nudge_change_by_exactly_nothing_in_float32() -> None:
    rng = np.random.default_rng(5)
    network = lattice(98)
    siemens = np.repeat(drawn_siemens(network, codes_of("drawn", network, rng), rng)[:, :1], 2, 1)
    plan = make_twin_plan(network)
    work = make_twins(plan, 16, np.float32)
    work.siemens[:] = np.repeat(siemens, 16, axis=1)
    room = work.volts[: network.node_count]
    room[plan.unknowns :, :16] = rng.uniform(0, 5, (len(network.held), 16))
    unmoved = lane_rows(len(network.clamped), 16, np.float32)
    solve_once(work.record, Address(unmoved.ctypes.data), work.like)
    assert room[:, :16].all()
    assert not room[:, 16:].any()


@pytest.mark.parametrize(
    ("branches", "held", "clamped"),
    [
        ([(0, 1)], [0, 1], []),
        ([(0, 1)], [0], []),
        ([(0, 1)], [0], [1]),
        ([(0, 1), (1, 2)], [0, 2], [1]),
        ([(0, 1), (1, 2), (1, 2)], [0], [2]),
        ([(0, 1), (0, 1), (1, 2), (2, 0), (2, 1)], [0], [2, 1]),
    ],
)
def test_the_smallest_networks(
    branches: list[tuple[int, int]], held: list[int], clamped: list[int]
) -> None:
    rng = np.random.default_rng(1)
    network = TwinNetwork.of(1 + max(max(b) for b in branches), branches, held, clamped)
    excitation = excited(network, rng.uniform(1e-5, 1e-3, (len(branches), 2)), rng)
    found = volts(TapeTwins(network).solve(excitation))
    assert np.allclose(found, dense(network, excitation), rtol=1e-12, atol=1e-12)


def test_a_branch_missing_in_one_twin_floats_what_it_held_there() -> None:
    network = TwinNetwork.of(3, [(0, 1), (1, 2)], [0], [])
    siemens = np.asarray([[1e-4, 0.0], [1e-4, 1e-4]])
    excitation = TwinExcitation.of(network, siemens, np.zeros((1, 2)), [])
    for method in (TapeTwins(network), ReferenceTwins(network)):
        assert method.solve(excitation) == Floating(((1, 2),))
    assert TapeTwins(TwinNetwork.of(2, [], [0], [])).solve(
        TwinExcitation.of(TwinNetwork.of(2, [], [0], []), np.zeros((0, 2)), [[0, 0]], [])
    ) == Floating(((1,),))


def test_a_branch_missing_in_one_twin_counts_in_the_other() -> None:
    rng = np.random.default_rng(3)
    network = lattice(50)
    siemens = drawn_siemens(network, codes_of("drawn", network, rng), rng)
    siemens[3, 0] = siemens[11, 1] = 0.0
    excitation = excited(network, siemens, rng)
    found = volts(TapeTwins(network).solve(excitation))
    assert np.allclose(found, dense(network, excitation), rtol=1e-9)


def exact(network: TwinNetwork, excitation: TwinExcitation) -> list[Fraction]:
    """Volts of the free twin in rational numbers, by Gauss's elimination."""
    volt = dict(zip(network.held.tolist(), map(Fraction, excitation.held_v[:, 0]), strict=True))
    free = [node for node in range(network.node_count) if node not in volt]
    rows = {node: dict.fromkeys([*free, -1], Fraction(0)) for node in free}
    ends = zip(network.branch_a.tolist(), network.branch_b.tolist(), strict=True)
    for (a, b), g in zip(ends, map(Fraction, excitation.siemens[:, 0]), strict=True):
        for node, other in ((a, b), (b, a)):
            if node in rows:
                rows[node][node] += g
                column, value = (-1, g * volt[other]) if other in volt else (other, -g)
                rows[node][column] += value
    for pivot in free:
        for node in free:
            if node != pivot:
                factor = rows[node][pivot] / rows[pivot][pivot]
                rows[node] = {k: x - factor * rows[pivot][k] for k, x in rows[node].items()}
    volt |= {node: rows[node][-1] / rows[node][node] for node in free}
    return [volt[node] for node in range(network.node_count)]


@pytest.mark.parametrize("seed", range(3))
def test_a_contrast_of_a_million_million_costs_no_digits(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = network_of(10, random_pairs(10, 25, rng), 2, rng)
    siemens = 10.0 ** rng.uniform(-12, 0, (len(network.branch_a), 2))
    held_v = rng.uniform(1, 5, (len(network.held), 2))
    excitation = TwinExcitation.of(network, siemens, held_v, np.ones(2))
    found = volts(TapeTwins(network).solve(excitation))[:, 0]
    right = exact(network, excitation)
    assert max(abs(Fraction(v) / w - 1) for v, w in zip(found, right, strict=True)) < 1e-14


def test_columns_of_a_supernode_are_walked_together() -> None:
    network = TwinNetwork.of(12, [(a, b) for a in range(12) for b in range(a)], [0], [1])
    record = make_twins(make_twin_plan(network)).record[0]
    assert int(record["chunks"]) == 4  # ten hidden places as 4 + 4 + 2, and the target


CACHED = """
import numpy as np
from numba import njit
from verification.simulation.solve.twin_kernels import solve_free
from verification.simulation.solve.twin_plan import make_twin_plan
from verification.simulation.solve.twin_tape import make_twins
from verification.simulation.solve.twins import TwinNetwork

@njit(cache=True)
def kernel(records, like):
    solve_free(records[0], like, like)

work = make_twins(make_twin_plan(TwinNetwork.of(3, [(0, 1), (1, 2)], [0], [2])))
work.siemens[:] = 1e-4
kernel(work.record, work.like)
print(sum(kernel.stats.cache_hits.values()))
"""


def test_a_kernel_that_calls_a_method_is_compiled_once_for_all_processes(tmp_path: Path) -> None:
    script = tmp_path / "kernel.py"
    script.write_text(CACHED)
    environment = {"NUMBA_CACHE_DIR": str(tmp_path / "cache"), "PYTHONPATH": str(REPOSITORY)}
    hits = [
        subprocess.run(
            [sys.executable, str(script)],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for _ in range(2)
    ]
    assert hits == ["0", "1"]
