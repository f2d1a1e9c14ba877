"""Regression on a plain numpy twin."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from learning_designs import (
    REGRESSION,
    history,
    quiet,
    small_design,
    twin_of,
)

from verification.training.tasks.alone import Alone, at_once, judge, teach
from verification.training.tasks.lessons import make_lesson
from verification.training.tasks.protocol import Chance
from verification.training.tasks.regression import RegressionLesson, relative_rms


def lesson_of(folder: Path, extra: str = "", seed: int = 0, steps: int | None = None):
    design = small_design(folder, REGRESSION + extra)
    task = design.tasks[0]
    lesson = make_lesson(design, task, seed, steps)
    assert isinstance(lesson, RegressionLesson)
    return lesson, twin_of(design, task)


def test_samples_lie_on_the_function_and_inside_the_range(tmp_path: Path) -> None:
    lesson, _ = lesson_of(tmp_path)
    x, y = lesson.test.inputs[:, :2].T
    assert len(x) == 200 and x.min() >= 0 and x.max() <= 5 and np.ptp(x) > 4
    assert pytest.approx(np.array([0.7 * x + 0.3 * y, 0.5 * x + 0.3 * y])) == lesson.test.desired.T


def test_relative_rms_is_over_the_range_of_each_desired_output(tmp_path: Path) -> None:
    lesson, board = lesson_of(tmp_path)
    assert lesson.function.spans == pytest.approx([5.0, 4.0])
    error = board.observe(lesson.test.inputs) - lesson.test.desired
    expected = np.sqrt(((error / [5.0, 4.0]) ** 2).mean())
    assert judge(lesson, board) == pytest.approx(expected)


def test_a_constant_source_is_held(tmp_path: Path) -> None:
    text = REGRESSION.replace('4 = "y"', "4 = 1.5").replace('["x", "y"]', '["x"]')
    text = text.replace(", y = 0.3", "")
    design = small_design(tmp_path, text)
    lesson = make_lesson(design, design.tasks[0], 0)
    assert isinstance(lesson, RegressionLesson)
    assert (lesson.test.inputs[:, 1] == 1.5).all()


def test_given_samples_are_presented_once_per_epoch(tmp_path: Path) -> None:
    lesson, board = lesson_of(
        tmp_path, "protocol = { train_samples = 7, keep_best = false }", steps=25
    )
    run = teach(lesson, board, Chance(0), quiet)
    rows = np.array(board.presented)
    assert len(np.unique(rows, axis=0)) == 7
    assert all(len(np.unique(rows[a : a + 7], axis=0)) == 7 for a in (0, 7, 14))
    assert not np.array_equal(rows[:7], rows[7:14])
    assert run.steps == (0, 7, 14, 21, 25) and run.rehearsed == 0
    assert run.epochs == pytest.approx((0, 1, 2, 3, 25 / 7))


def test_order_given_repeats_the_same_order(tmp_path: Path) -> None:
    text = 'protocol = { train_samples = 7, order = "given", keep_best = false }'
    lesson, board = lesson_of(tmp_path, text, steps=14)
    teach(lesson, board, Chance(0), quiet)
    rows = np.array(board.presented)
    assert np.array_equal(rows[:7], rows[7:])


def test_training_ends_on_the_step_with_the_least_training_error(tmp_path: Path) -> None:
    """The rehearsal looks every 4 steps; the board repeats it as far as the best of them."""
    lesson, board = lesson_of(tmp_path, "protocol = { check_every = 4 }", steps=202)
    whole = dataclasses.replace(lesson, check_every=None)
    free_running = board.fork()
    teach(whole, free_running, Chance(0), quiet)
    looks = [*range(4, 202, 4), 202]
    errors = []
    for step in looks:
        board_then = board.fork()
        board_then.set_taps(np.array(free_running.history[step - 1]))
        errors.append(
            at_once(relative_rms(Alone(board_then).observe, lesson.training, lesson.function.spans))
        )
    run = teach(lesson, board, Chance(0), quiet)
    best = looks[int(np.argmin(errors))]
    assert (run.taken, run.rehearsed) == (best, 202) and 0 < best < 202
    assert np.array_equal(board.taps, free_running.history[best - 1])


def test_training_freezes_on_its_own_samples(tmp_path: Path) -> None:
    text = "protocol = { train_samples = 20, freeze = { relative_rms = 0.01 }, keep_best = false }"
    lesson, board = lesson_of(tmp_path, text, steps=1000)
    run = teach(lesson, board, Chance(0), quiet)
    spans = lesson.function.spans
    assert 20 < run.taken < 1000 and run.taken % 20 == 0 and run.steps[-1] == run.taken
    assert at_once(relative_rms(Alone(board).observe, lesson.training, spans)) <= 0.01
    before = np.array(board.history)[run.taken - 21]
    board.set_taps(before)
    assert at_once(relative_rms(Alone(board).observe, lesson.training, spans)) > 0.01


def test_test_samples_do_not_reach_the_taps(tmp_path: Path) -> None:
    lesson, board = lesson_of(tmp_path, steps=120)
    teach(lesson, board, Chance(0), quiet)
    (tmp_path / "other").mkdir()
    other, fresh = lesson_of(tmp_path / "other", "protocol = { test_samples = 3 }", steps=120)
    teach(other, fresh, Chance(0), quiet)
    assert np.array_equal(history(board), history(fresh))


def test_an_end_of_progress_is_told_even_where_the_best_step_comes_early(tmp_path: Path) -> None:
    lesson, board = lesson_of(tmp_path, steps=120)
    told: list[tuple[int, int]] = []
    teach(lesson, board, Chance(0), lambda done, total: told.append((done, total)))
    assert told[-1] == (240, 240) and told == sorted(told)
