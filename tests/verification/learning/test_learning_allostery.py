"""Allostery on a plain numpy twin."""

from __future__ import annotations

import numpy as np
import pytest
from learning_designs import dillavou_twin, history, quiet, random_start

from designs import load_design
from verification.training.tasks.alone import judge, teach
from verification.training.tasks.lessons import make_lesson
from verification.training.tasks.protocol import Chance


def test_the_value_is_the_rms_over_targets_and_last_fifty_steps() -> None:
    design = load_design("dillavou16")
    task = design.task("iii")
    board, again = dillavou_twin(task), dillavou_twin(task)
    lesson = make_lesson(design, task, seed=0, steps=80)
    run = teach(lesson, board, Chance(0), quiet)
    outputs = again.train(np.array(board.presented), np.array(board.desired), None)
    error = outputs - np.array([[1.0, 2.0]])
    assert run.value == pytest.approx(np.sqrt((error[-50:] ** 2).mean()))
    assert run.errors == pytest.approx(np.sqrt((error**2).mean(axis=1)))
    assert (run.steps, run.taken, lesson.metric) == (tuple(range(80)), 80, "rms_v")
    assert run.errors[0] == judge(lesson, dillavou_twin(task))


def test_fewer_steps_than_fifty_are_all_judged() -> None:
    design = load_design("dillavou16")
    task = design.task("ii")
    run = teach(make_lesson(design, task, seed=0, steps=3), dillavou_twin(task), Chance(0), quiet)
    assert run.value == pytest.approx(np.sqrt(np.mean(np.square(run.errors))))


@pytest.mark.parametrize("name", ["ii", "iii", "iv", "v"])
def test_the_papers_tasks_are_learned_from_random_taps(name: str) -> None:
    """The bars of the project, on an independent twin: the tasks, not the circuit, carry them."""
    design = load_design("dillavou16")
    task = design.task(name)
    values = []
    for seed in range(7):
        board = dillavou_twin(task)
        random_start(board, seed)
        values.append(teach(make_lesson(design, task, seed), board, Chance(seed), quiet).value)
    assert np.median(values) <= {"ii": 0.030, "iii": 0.045, "iv": 0.035, "v": 0.045}[name]


def test_a_run_repeats_and_a_seed_changes_its_masks() -> None:
    design = load_design("dillavou16")
    task = design.task("iv")

    def taps(seed: int) -> np.ndarray:
        board = dillavou_twin(task)
        teach(
            make_lesson(design, task, seed, steps=60, update_probability=0.5),
            board,
            Chance(seed),
            quiet,
        )
        return history(board)

    assert np.array_equal(taps(1), taps(1))
    assert not np.array_equal(taps(1), taps(2))


def test_update_probability_disables_that_share_of_the_edges() -> None:
    design = load_design("dillavou16")
    task = design.task("ii")
    board = dillavou_twin(task)
    teach(make_lesson(design, task, 0, update_probability=0.25), board, Chance(0), quiet)
    assert np.mean(board.masks) == pytest.approx(0.25, abs=0.02)
