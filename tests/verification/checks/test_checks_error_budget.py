"""The error budget: votes against the machine's own steps, causes, predictions, what it says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from designs import AllosteryTask, Task
from parts.catalogue import load_catalogue
from tests.large_boards import lattice_design
from tests.verification.checks.boards import Ready, case_of, ready
from verification.checks import error_budget, votes
from verification.checks.decisions import find_deciders
from verification.checks.error_budget import Tolerances, draw_boards, task_budget, twin_network
from verification.checks.records import Check, Verdict
from verification.checks.votes import TwinNetwork, Votes
from verification.extraction.values import drawn, ideal
from verification.simulation.machine import Machine
from verification.training.bench import Bench, Workshop
from verification.training.learn import learn_many

DESIGNS = ["two_edge", "dillavou16", "dillavou16_throughhole", "lattice4x4"]


def workshop(board: Ready, task: str) -> Workshop:
    return Workshop(board.netlist, board.design, board.design.task(task), load_catalogue())


def tolerances(board: Ready, task: str) -> Tolerances:
    circuit = workshop(board, task).intact.circuit
    found = draw_boards(case_of(board), circuit)
    assert found is not None
    return found


def allostery(board: Ready, task: str) -> AllosteryTask:
    found = board.design.task(task)
    assert isinstance(found, AllosteryTask)
    return found


def votes_of(board: Ready, task: AllosteryTask, boards: Tolerances) -> Votes:
    network = twin_network(board.design, task, boards.anatomy)
    return Votes(network, boards.deciders, boards.boards)


def check_of(board: Ready) -> Check:
    machines: list[tuple[Task, Machine]] = [
        (task, workshop(board, task.name).intact) for task in board.design.tasks
    ]
    return error_budget.check_error_budget(case_of(board), machines)


def with_eta(board: Ready, eta: float) -> Ready:
    electronics = board.design.electronics.model_copy(update={"eta": eta})
    return replace(board, design=replace(board.design, electronics=electronics))


# ---- the votes ----


@pytest.mark.parametrize("name", DESIGNS)
def test_each_edge_has_a_comparator_of_its_own_that_weighs_four_followers(name: str):
    board = ready(name)
    shop = workshop(board, board.design.tasks[-1].name)
    deciders = find_deciders(shop.intact.circuit, shop.anatomy)
    assert deciders is not None
    assert len(set(deciders.comparators.tolist())) == len(board.design.graph.edges)
    assert deciders.weights(ideal(shop.intact.circuit)) == pytest.approx(
        np.broadcast_to([[[0.5, 0.5], [-0.5, -0.5]]], deciders.nodes.shape)
    )


@pytest.mark.parametrize(
    ("name", "task"), [("dillavou16", "ii"), ("dillavou16", "v"), ("dillavou16_throughhole", "iv")]
)
def test_drawn_boards_step_as_the_votes_say(name: str, task: str):
    """The machine decides through followers, averages, comparators and gates of its own."""
    board = ready(name)
    boards, shop = tolerances(board, task), workshop(board, task)
    goal = allostery(board, task)
    start = boards.start(goal)
    now = votes_of(board, goal, boards).stand(start.astype(np.float64))
    targets = [boards.anatomy.nodes.index(node) for node in goal.targets]
    agreed, counted = 0, 0
    for seed in range(6):
        bench = Bench.power_on(shop, shop.machine(seed))
        bench.set_taps(start[seed])
        sources, wanted = list(goal.sources.values()), list(goal.targets.values())
        trace = bench.trace(np.tile(sources, (2, 1)), np.tile(wanted, (2, 1)), None)
        moved = np.diff(trace.taps_free, axis=0)[0]
        # The board's own output error: its sources stand off by the offsets of their followers.
        error = np.asarray(wanted) - trace.voltages_free[0][targets]
        argument = now.signal[seed] @ error + now.own_v[seed]
        # Inside the hysteresis the state before counts; the nudge's resistors and offsets are left
        # out of the model.
        clear = np.abs(argument) > boards.boards.hysteresis_v + 2e-3
        agreed += int((np.sign(argument) == moved)[clear].sum())
        counted += int(clear.sum())
    assert counted > 40
    assert agreed == counted


def test_one_step_of_an_edge_moves_the_outputs_as_its_vote_says():
    board = ready("dillavou16")
    boards, goal = tolerances(board, "v"), allostery(board, "v")
    votes = votes_of(board, goal, boards)
    start = boards.start(goal).astype(np.float64)
    before = votes.stand(start)
    for edge in range(start.shape[1]):
        codes = start.copy()
        codes[:, edge] += 0.01
        moved = np.abs(votes.stand(codes).error_v - before.error_v) / 0.01
        assert moved == pytest.approx(before.reach[:, edge], rel=0.02, abs=3e-5)


def test_a_vote_for_the_larger_clamped_drop_moves_outputs_towards_their_targets():
    board = ready("dillavou16")
    boards, goal = tolerances(board, "iii"), allostery(board, "iii")
    votes = votes_of(board, goal, boards)
    start = boards.start(goal).astype(np.float64)
    before = votes.stand(start)
    voted = np.sign(np.einsum("bek,bk->be", before.signal, before.error_v))
    after = votes.stand(start + voted)
    assert (np.square(after.error_v).sum(axis=1) < np.square(before.error_v).sum(axis=1)).all()


# ---- the causes ----


def test_offset_of_a_comparator_counts_twice():
    """The averages halve the difference of drops that it is compared with."""
    shop = workshop(ready("two_edge"), "divide")
    circuit = shop.intact.circuit
    deciders = find_deciders(circuit, shop.anatomy)
    assert deciders is not None
    offsets = np.full(len(circuit.comparators), 1e-3)
    values = replace(ideal(circuit), comparator_offset_v=offsets)
    found = deciders.errors_v(values)
    assert found["comparator_offset"] == pytest.approx([2e-3, 2e-3])
    assert found["buffer_offset"] == pytest.approx([0, 0])
    assert found["comparator_bias"] == pytest.approx([0, 0])


def test_offsets_of_followers_count_once_each_and_with_their_sign():
    shop = workshop(ready("two_edge"), "divide")
    circuit = shop.intact.circuit
    deciders = find_deciders(circuit, shop.anatomy)
    assert deciders is not None
    for position in deciders.followers[0].ravel():
        offsets = np.zeros(len(circuit.amplifiers))
        offsets[position] = 1e-3
        values = replace(ideal(circuit), amplifier_offset_v=offsets)
        assert abs(deciders.errors_v(values)["buffer_offset"][0]) == pytest.approx(1e-3)


@pytest.mark.parametrize(
    ("name", "cause"),
    [("dillavou16", "comparator_offset"), ("dillavou16_throughhole", "twin_mismatch")],
)
def test_twins_in_packages_of_their_own_err_more_than_comparators(name: str, cause: str):
    board = ready(name)
    goal = allostery(board, "ii").model_copy(update={"steps": 1})
    budget = task_budget(board.design, goal, tolerances(board, "ii"))
    assert next(iter(budget.shares)) == cause
    assert sum(budget.shares.values()) == pytest.approx(1)


# ---- the prediction ----


def test_boards_without_errors_are_predicted_to_learn():
    board = ready("dillavou16")
    boards = tolerances(board, "ii")
    equal = np.repeat(boards.boards.step_ohm[:, :1], 2, axis=1)
    boards.boards = replace(
        boards.boards,
        step_ohm=equal,
        wiper_ohm=np.full_like(equal, 45.0),
        weights=np.broadcast_to(np.sign(boards.boards.weights) / 2, boards.boards.weights.shape),
        errors_v=np.zeros_like(boards.boards.errors_v),
    )
    for task in ("ii", "v"):
        goal = allostery(board, task)
        budget = task_budget(board.design, goal, boards)
        assert np.median(budget.rest_v) < goal.bound.rms_v
        assert budget.rest_v.max() < 3 * goal.bound.rms_v


def test_more_nudge_is_more_signal_and_more_yield():
    board = ready("dillavou16")
    boards, goal = tolerances(board, "ii"), allostery(board, "ii")
    found = [task_budget(with_eta(board, eta).design, goal, boards) for eta in (0.25, 0.5, 1.0)]
    signals = [budget.signal_v for budget in found]
    assert signals == pytest.approx([signals[0], 2 * signals[0], 4 * signals[0]])
    yields = [budget.predicted_yield for budget in found]
    assert yields == sorted(yields) and yields[0] < yields[-1]


@pytest.mark.parametrize(("name", "task"), [("dillavou16", "ii"), ("dillavou16", "iii")])
def test_predicted_yield_is_near_the_measured_one(name: str, task: str):
    board = ready(name)
    boards, goal = tolerances(board, task), allostery(board, task)
    budget = task_budget(board.design, goal, boards)
    trained = learn_many(board.netlist, board.design, task, boards.seeds)
    measured = np.mean([result.value <= goal.bound.rms_v for result in trained])
    assert budget.predicted_yield == pytest.approx(measured, abs=0.25)


def test_the_boards_are_those_of_a_training():
    board = ready("dillavou16")
    boards, shop = tolerances(board, "ii"), workshop(board, "ii")
    values = drawn(shop.intact.circuit, boards.seeds[3])
    assert (boards.boards.step_ohm[3] == values.digipot_step_ohm[boards.pots]).all()
    bench = Bench.power_on(shop, shop.machine(3))
    assert (boards.boards.code_min, boards.boards.code_max) == bench.tap_range


# ---- what it says ----


def test_a_poor_prediction_warns_with_the_part_that_errs_most_and_what_to_change():
    check = check_of(with_eta(ready("dillavou16"), 0.1))
    assert check.verdict is Verdict.WARNING
    item = next(item for item in check.items if item.expected.startswith("task ii:"))
    part = case_of(ready("dillavou16")).board.placed[item.refdes]
    assert part.record.kind == "comparator" and part.record.mpn in item.fix
    assert "a larger eta" in item.fix
    assert "comparator offset" in item.got


def test_at_full_nudge_no_larger_one_is_advised():
    board = with_eta(ready("dillavou16"), 1.0)
    tasks = [
        task.model_copy(update={"bound": task.bound.model_copy(update={"rms_v": 0.005})})
        for task in board.design.tasks
        if isinstance(task, AllosteryTask)
    ]
    check = check_of(replace(board, design=replace(board.design, tasks=tuple(tasks))))
    assert check.verdict is Verdict.WARNING
    assert not any("larger eta" in item.fix for item in check.items)


def test_a_good_board_passes_and_tells_signal_error_and_yield():
    check = check_of(ready("two_edge"))
    assert check.verdict is Verdict.PASS
    # One edge sees half of the nudge or more: eta / 2 and more of the bound.
    assert float(check.evidence["divide_signal_v"]) == pytest.approx(0.025, rel=0.01)
    assert 0 < float(check.evidence["divide_error_v"]) < 0.01
    assert float(check.evidence["divide_predicted_yield"]) > 0.9


def test_nothing_is_predicted_where_the_model_does_not_hold():
    iris = check_of(ready("iris16"))
    assert iris.verdict is Verdict.PASS
    assert str(iris.evidence["iris_prediction"]).startswith("none: ")
    disordered = ready("disordered100").design
    assert error_budget.not_covered(disordered.task("three_targets")) == ""
    assert "every edge" in error_budget.not_covered(disordered.task("four_targets"))
    assert "one sample" in error_budget.not_covered(disordered.task("sum"))


def test_a_check_twice_is_the_same_check():
    assert check_of(ready("two_edge")) == check_of(ready("two_edge"))


# ---- large boards ----


def test_sparse_elimination_gives_the_voltages_and_resistances_of_dense_matrices(
    monkeypatch: pytest.MonkeyPatch,
):
    edges = lattice_design(5, 6).graph.edges
    ends = np.asarray([(int(a) - 1, int(b) - 1) for a, b in edges])
    sources, targets = np.asarray([3, 17]), np.asarray([28, 9, 11])
    network = TwinNetwork(
        ends, 30, sources, np.asarray([5.0, 1.0]), targets, np.asarray([2.0, 3.0, 4.0]), 0.5
    )
    codes = np.random.Generator(np.random.PCG64(5)).integers(0, 128, (3, len(edges)))
    siemens = 1 / (codes * 780.0 + 80.0)
    dense = network.solve(siemens)
    monkeypatch.setattr(votes, "DENSE", 0)
    for small, large in zip(dense, network.solve(siemens), strict=True):
        np.testing.assert_allclose(large, small, rtol=1e-11, atol=1e-11 * np.abs(small).max())
