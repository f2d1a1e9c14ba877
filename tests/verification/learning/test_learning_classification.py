"""Classification on a plain numpy twin: the split, the scaling, the targets, and no leak."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from learning_designs import (
    CLASSES,
    dillavou_twin,
    history,
    quiet,
    small_design,
    twin_of,
    two_classes,
)

from designs import Design, load_design
from designs.datasets import Dataset
from verification.errors import UsageError
from verification.training.tasks.alone import Alone, at_once, teach
from verification.training.tasks.classification import (
    ClassificationLesson,
    Samples,
    Scaling,
    stratified_split,
)
from verification.training.tasks.lessons import make_lesson
from verification.training.tasks.protocol import Chance, Purpose


def iris_lesson(seed: int = 0, steps: int | None = None) -> ClassificationLesson:
    design = load_design("iris16")
    lesson = make_lesson(design, design.tasks[0], seed, steps)
    assert isinstance(lesson, ClassificationLesson)
    return lesson


def once(lesson: ClassificationLesson) -> ClassificationLesson:
    """A single training, without rehearsals."""
    return dataclasses.replace(lesson, trainings=1)


def split(design: Design, seed: int) -> tuple[np.ndarray, np.ndarray]:
    data = design.datasets[design.tasks[0].name]
    return stratified_split(data, 10, Chance(seed).stream(Purpose.SAMPLES))


def test_the_split_takes_ten_flowers_of_each_class_and_leaves_the_rest() -> None:
    design = load_design("iris16")
    training, test = split(design, 0)
    labels = np.array(design.datasets["iris"].labels)
    assert np.bincount(labels[training]).tolist() == [10, 10, 10]
    assert sorted([*training, *test]) == list(range(150))
    assert not np.array_equal(training, split(design, 1)[0])


def test_a_class_without_a_sample_left_for_the_test_is_refused() -> None:
    data = Dataset(("w",), ("a", "b"), tuple((float(i),) for i in range(6)), (0, 0, 0, 0, 1, 1))
    with pytest.raises(UsageError) as refusal:
        stratified_split(data, 2, Chance(0).stream(Purpose.SAMPLES))
    assert str(refusal.value) == (
        "class 'b' has 2 samples; train_per_class = 2 leaves none to test: use at most 1"
    )


def test_features_are_scaled_by_the_training_samples_and_others_are_clipped() -> None:
    scaling = Scaling.fit(np.array([[1.0, 7.0], [3.0, 7.0]]), (0.5, 4.5))
    volts = scaling.apply(np.array([[0.0, 7.0], [1.0, 6.0], [2.0, 8.0], [3.0, 7.0], [9.0, 7.0]]))
    assert volts[:, 0].tolist() == [0.5, 0.5, 2.5, 4.5, 4.5]
    assert volts[:, 1].tolist() == [2.5] * 5


def test_training_flowers_fill_the_volt_range() -> None:
    lesson = iris_lesson()
    features = lesson.classifier.training.inputs[:, :4]
    assert features.min(axis=0).tolist() == [0.0] * 4
    assert features.max(axis=0).tolist() == [5.0] * 4
    assert (lesson.test.inputs[:, 4] == 2.5).all()


def test_class_targets_are_the_responses_to_the_class_means_spread_about_their_mean() -> None:
    lesson = iris_lesson()
    board = dillavou_twin(load_design("iris16").tasks[0])
    training = lesson.classifier.training
    means = np.array([training.inputs[training.labels == c].mean(axis=0) for c in range(3)])
    responses = board.observe(means)
    expected = responses.mean(axis=0) + 1.5 * (responses - responses.mean(axis=0))
    assert (expected > 0).all() and (expected < 5).all()
    assert at_once(lesson.classifier.desired(Alone(board))) == pytest.approx(
        expected[training.labels]
    )


def test_class_targets_stay_inside_the_supply() -> None:
    lesson = iris_lesson()
    wide = dataclasses.replace(lesson.classifier, spread=10.0)
    desired = at_once(wide.desired(Alone(dillavou_twin(load_design("iris16").tasks[0]))))
    assert (desired.min(), desired.max()) == (0.0, 5.0)


def test_class_targets_move_from_epoch_to_epoch() -> None:
    lesson = once(iris_lesson(steps=60))
    board = dillavou_twin(load_design("iris16").tasks[0])
    teach(lesson, board, Chance(0), quiet)
    first, second = np.array(board.desired[:30]), np.array(board.desired[30:])
    assert len(np.unique(first, axis=0)) == len(np.unique(second, axis=0)) == 3
    assert not set(map(tuple, first)) & set(map(tuple, second))


@pytest.mark.parametrize("change", ["shuffled", "noise", "one left"])
def test_test_flowers_do_not_reach_the_taps(change: str) -> None:
    """Whatever the test flowers are, the board ends on the same taps, step by step."""
    lesson = iris_lesson(steps=90)
    rng = np.random.default_rng(5)
    test = lesson.test
    if change == "shuffled":
        test = Samples(test.inputs, rng.permutation(test.labels))
    elif change == "noise":
        test = Samples(rng.uniform(0, 5, test.inputs.shape), test.labels)
    else:
        test = Samples(test.inputs[:1], test.labels[:1])
    task = load_design("iris16").tasks[0]
    first, second = dillavou_twin(task), dillavou_twin(task)
    honest = teach(lesson, first, Chance(0), quiet)
    changed = teach(dataclasses.replace(lesson, test=test), second, Chance(0), quiet)
    assert np.array_equal(history(first), history(second))
    assert honest.errors != changed.errors


def test_rows_that_are_not_drawn_for_training_do_not_reach_the_taps() -> None:
    """The same from the data file on: only the training rows decide scaling, means and targets."""
    design = load_design("iris16")
    task, data = design.tasks[0], design.datasets["iris"]
    _, test = split(design, 0)
    rows = np.array(data.rows)
    rows[test] = rows[test] * 3.0 + 1.0
    altered = dataclasses.replace(data, rows=tuple(map(tuple, rows)))
    boards = []
    for source in (data, altered):
        board = dillavou_twin(task)
        changed = dataclasses.replace(design, datasets={task.name: source})
        teach(make_lesson(changed, task, 0, steps=60), board, Chance(0), quiet)
        boards.append(history(board))
    assert np.array_equal(*boards)


def test_of_several_trainings_the_one_that_separates_best_is_repeated() -> None:
    lesson = iris_lesson(steps=45)
    board = dillavou_twin(load_design("iris16").tasks[0])
    pupils = [board.fork() for _ in range(3)]
    for attempt, pupil in enumerate(pupils):
        teach(once(lesson), pupil, Chance(0, attempt=attempt), quiet)
    scores = [at_once(lesson.classifier.separation(Alone(pupil))) for pupil in pupils]
    run = teach(lesson, board, Chance(0), quiet)
    assert len(set(scores)) == 3
    assert np.array_equal(board.history, pupils[int(np.argmax(scores))].history)
    assert (run.taken, run.rehearsed, lesson.work) == (45, 135, 180)


def test_separation_is_the_least_over_pairs_of_distance_over_scatter_along_it() -> None:
    lesson = iris_lesson()
    board = dillavou_twin(load_design("iris16").tasks[0])
    classifier = lesson.classifier
    r = board.observe(classifier.means)
    y, labels = board.observe(classifier.training.inputs), classifier.training.labels
    values = []
    for a, b in ((0, 1), (0, 2), (1, 2)):
        u = r[a] - r[b]
        along = [float((y[i] - r[labels[i]]) @ u) for i in range(30) if labels[i] in (a, b)]
        values.append(float(u @ u) ** 2 / np.mean(np.square(along)))
    assert at_once(classifier.separation(Alone(board))) == pytest.approx(min(values))


def test_training_freezes_on_the_training_samples(tmp_path: Path) -> None:
    text = CLASSES.replace("epochs = 3", "epochs = 50, trainings = 1, freeze = { accuracy = 1.0 }")
    design = small_design(tmp_path, text, two=two_classes())
    task = design.tasks[0]
    board = twin_of(design, task)
    lesson = make_lesson(design, task, 0)
    assert isinstance(lesson, ClassificationLesson)
    run = teach(lesson, board, Chance(0), quiet)
    assert (run.taken, lesson.steps) == (8, 400)
    assert (
        at_once(lesson.classifier.accuracy(Alone(board).observe, lesson.classifier.training)) == 1.0
    )


def test_a_csv_of_ones_own_is_classified(tmp_path: Path) -> None:
    design = small_design(tmp_path, CLASSES, two=two_classes())
    task = design.tasks[0]
    lesson = make_lesson(design, task, 1)
    run = teach(lesson, twin_of(design, task), Chance(1), quiet)
    assert run.value >= 11 / 12
    assert run.steps == (0, 8, 16, 24) and run.epochs == (0.0, 1.0, 2.0, 3.0)
    assert run.errors[-1] == pytest.approx(1 - run.value)
