"""From a task of the design and a seed to the lesson that is taught."""

from __future__ import annotations

from designs.schema import Design
from designs.tasks import AllosteryTask, RegressionTask, Task
from verification.training.tasks.allostery import allostery_lesson
from verification.training.tasks.classification import classification_lesson
from verification.training.tasks.protocol import Chance, Lesson, UpdateSchedule
from verification.training.tasks.regression import regression_lesson


def make_lesson(
    design: Design,
    task: Task,
    seed: int,
    steps: int | None = None,
    update_probability: float | None = None,
    curve: bool = True,
) -> Lesson:
    """The lesson of a task.

    Args:
        design: for its rails, ranges and data.
        task: one of the design's.
        seed: draws training samples, test samples, the split.
        steps: learning steps, instead of the task's own number.
        update_probability: constant probability of an edge's update, instead of the task's own.
        curve: whether a sampled task's test samples are asked after each epoch, or at the end
            alone, where nobody looks at the curve.

    Raises:
        UsageError: a data set too small for the split.
    """
    schedule = _schedule(task, update_probability)
    if isinstance(task, AllosteryTask):
        return allostery_lesson(task, steps, schedule)
    chance = Chance(seed)
    if isinstance(task, RegressionTask):
        return regression_lesson(design, task, chance, steps, schedule, curve)
    return classification_lesson(design, task, chance, steps, schedule, curve)


def _schedule(task: Task, update_probability: float | None) -> UpdateSchedule:
    if update_probability is not None:
        return UpdateSchedule(update_probability, update_probability)
    first, last = task.protocol.update_probability
    return UpdateSchedule(first, last, task.protocol.annealing == "geometric")
