"""Boards that learn side by side end where each of them ends alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from designs import Design, Task
from designs.protocol import AccuracyFreeze, RelativeRmsFreeze
from designs.tasks import ClassificationTask
from parts.catalogue import load_catalogue
from tests.verification.checks.boards import ready
from verification.extraction.values import Values, drawn
from verification.simulation.lowered.alike import Alike
from verification.training import fleet as fleet_module
from verification.training.bench import Bench, Workshop
from verification.training.fleet import FLEET, Fleet
from verification.training.learn import learn_board, no_progress
from verification.training.rendezvous import meet
from verification.training.squad import Squad
from verification.training.tasks.alone import teach
from verification.training.tasks.lessons import make_lesson
from verification.training.tasks.protocol import Chance, Lesson, Purpose, Run, random_taps
from verification.training.tasks.regression import Points, RegressionLesson

SEEDS = (3, 4, 11)


def workshop_of(name: str, task: str, protocol: Mapping[str, Any] | None = None) -> Workshop:
    """A ready board with one of its tasks, perhaps taught in another way."""
    case = ready(name)
    chosen: Task = case.design.task(task)
    if protocol is not None:
        changed = chosen.protocol.model_copy(update=dict(protocol))
        chosen = chosen.model_copy(update={"protocol": changed})
    return Workshop(case.netlist, case.design, chosen, load_catalogue())


def boards_of(workshop: Workshop, seeds: tuple[int, ...] = SEEDS) -> list[Values]:
    return [drawn(workshop.intact.circuit, seed) for seed in seeds]


def fleet_of(workshop: Workshop, steps: int | None = None) -> Fleet:
    fleet = Fleet.of(workshop, steps)
    assert fleet is not None
    return fleet


def one_by_one(
    workshop: Workshop, boards: list[Values], steps: int, seeds: tuple[int, ...] = SEEDS
) -> list[float]:
    """The metrics of boards that `learn_board` trains, one after the other."""
    return [
        learn_board(workshop, workshop.intact.with_values(board), seed, steps).value
        for board, seed in zip(boards, seeds, strict=True)
    ]


@pytest.mark.parametrize(
    ("name", "task", "steps", "protocol"),
    [
        ("dillavou16", "ii", 120, None),
        ("lattice4x4", "three_sources", 120, None),
        ("dillavou16_throughhole", "iii", 120, None),
        ("disordered100", "four_targets", 120, None),
        ("dillavou16", "i", 150, None),
        ("iris16", "iris", 150, {"trainings": 1, "update_probability": (1.0, 1.0)}),
        ("regression16", "sum", 150, None),
        ("regression16", "sum", 150, {"keep_best": False, "order": "shuffled"}),
        ("disordered100", "sum", 90, None),
    ],
)
def test_a_fleet_is_its_boards(
    name: str, task: str, steps: int, protocol: Mapping[str, Any] | None
) -> None:
    """Fewer of them than the loop has lanes."""
    workshop = workshop_of(name, task, protocol)
    boards = boards_of(workshop)
    alone = one_by_one(workshop, boards, steps)
    assert list(fleet_of(workshop, steps).train(boards, SEEDS)) == alone
    few = isinstance(workshop.task, ClassificationTask)  # accuracies are fractions of some samples
    assert len({round(value, 6) for value in alone}) >= (2 if few else 3)


def ends(workshop: Workshop, steps: int | None) -> list[tuple[Run, list[int]]]:
    """The run of each of three boards that learn side by side, and its codes at the end."""
    squad = fleet_of(workshop, steps).squad(boards_of(workshop), SEEDS)
    lanes = squad.lanes
    lessons = [make_lesson(workshop.design, workshop.task, seed, steps) for seed in SEEDS]
    runs = meet(
        [
            lesson.run(lane, Chance(seed), no_progress)
            for lesson, lane, seed in zip(lessons, lanes, SEEDS, strict=True)
        ],
        squad.answer,
    )
    circuit = workshop.intact.lowered
    assert circuit is not None
    pot = circuit.lowered.pot
    order = np.argsort(pot[pot >= 0])
    found = [lane.position.codes[pot >= 0][order].tolist() for lane in lanes]
    return list(zip(runs, found, strict=True))


def ends_alone(workshop: Workshop, steps: int | None) -> list[tuple[Run, list[int]]]:
    """The same, one board after the other."""
    found: list[tuple[Run, list[int]]] = []
    for values, seed in zip(boards_of(workshop), SEEDS, strict=True):
        board = Bench.power_on(workshop, workshop.intact.with_values(values))
        if workshop.task.start == "random":
            start = Chance(seed).stream(Purpose.START)
            board.set_taps(random_taps(start, board.tap_range, len(board.edges)))
        lesson = make_lesson(workshop.design, workshop.task, seed, steps)
        run = teach(lesson, board, Chance(seed), no_progress)
        found.append((run, board.host.codes.tolist()))
    return found


def close(run: Run) -> Run:
    """Without the last digits of the first points, before which a board alone is interpreted."""
    return replace(run, errors=tuple(round(error, 12) for error in run.errors))


@pytest.mark.parametrize(
    ("name", "task", "freeze"),
    [
        ("iris16", "iris", AccuracyFreeze(accuracy=0.85)),
        ("regression16", "sum", RelativeRmsFreeze(relative_rms=0.008)),
    ],
)
def test_boards_that_freeze_at_different_epochs_stop_where_each_stops_alone(
    name: str, task: str, freeze: AccuracyFreeze | RelativeRmsFreeze
) -> None:
    """While some rehearse, others already repeat what they have chosen: codes, curve and steps."""
    workshop = workshop_of(name, task, {"freeze": freeze})
    together, alone = ends(workshop, 450), ends_alone(workshop, 450)
    assert [codes for _, codes in together] == [codes for _, codes in alone]
    assert [close(run) for run, _ in together] == [close(run) for run, _ in alone]
    assert len({run.rehearsed for run, _ in alone}) == 3
    assert len({run.taken for run, _ in alone}) > 1


def test_more_boards_than_lanes_and_another_order_change_no_figure() -> None:
    workshop = workshop_of("two_edge", "divide")
    seeds = tuple(range(FLEET + 3))
    boards, fleet = boards_of(workshop, seeds), fleet_of(workshop, 20)
    forwards = fleet.train(boards, seeds)
    assert fleet.train(boards[::-1], seeds[::-1])[::-1] == forwards
    assert list(forwards) == one_by_one(workshop, boards, 20, seeds)


def test_boards_with_another_hysteresis_are_no_neighbours() -> None:
    """The lanes of a loop share it; a group of the ranking makes it perfect."""
    workshop = workshop_of("dillavou16", "iii")
    boards = boards_of(workshop)
    nothing = np.zeros_like(boards[1].comparator_hysteresis_v)
    assert boards[1].comparator_hysteresis_v.any()
    boards[1] = replace(boards[1], comparator_hysteresis_v=nothing)
    found = fleet_of(workshop, 60).train(boards, SEEDS)
    assert list(found) == one_by_one(workshop, boards, 60)


def test_a_response_that_is_no_product_is_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    workshop = workshop_of("regression16", "sum")
    boards = boards_of(workshop)
    product = fleet_of(workshop, 60).train(boards, SEEDS)
    monkeypatch.setattr(Squad, "plain", False)
    assert fleet_of(workshop, 60).train(boards, SEEDS) == pytest.approx(product, rel=1e-9)


def test_outputs_that_are_looked_at_one_by_one_are_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    workshop = workshop_of("dillavou16", "v")
    boards = boards_of(workshop)
    at_once = fleet_of(workshop, 30).train(boards, SEEDS)
    monkeypatch.setattr(Alike, "of", lambda watcher, boards: None)
    assert fleet_of(workshop, 30).train(boards, SEEDS) == at_once


def test_a_lesson_that_fails_on_one_board_fails_the_fleet(monkeypatch: pytest.MonkeyPatch) -> None:
    workshop = workshop_of("regression16", "sum")

    def broken(design: Design, task: Task, seed: int, *rest: int, curve: bool) -> Lesson:
        lesson = make_lesson(design, task, seed, *rest, curve=curve)
        assert isinstance(lesson, RegressionLesson)
        if seed != SEEDS[1]:
            return lesson
        return replace(lesson, training=Points(lesson.training.inputs[:, :1], np.zeros((1, 2))))

    monkeypatch.setattr(fleet_module, "make_lesson", broken)
    with pytest.raises((IndexError, ValueError)):
        fleet_of(workshop, 60).train(boards_of(workshop), SEEDS)


def test_nudges_that_the_host_sets_and_masks_without_a_chain_have_no_fleet() -> None:
    workshop = workshop_of("dillavou16", "ii")
    electronics = workshop.design.electronics.model_copy(update={"nudge": "adjustable"})
    design = replace(workshop.design, electronics=electronics)
    assert Fleet.of(replace(workshop, design=design), None) is None
    chainless = workshop_of("dillavou16", "i")
    circuit = chainless.intact.lowered
    assert circuit is not None
    assert Fleet.of(chainless, None) is not None
    circuit.lowered = replace(circuit.lowered, chain=circuit.lowered.chain[:-1])
    assert Fleet.of(chainless, None) is None
