"""Each task is learned to its bound."""

from __future__ import annotations

from collections.abc import Sequence

from designs import AllosteryTask, RegressionTask, Task
from verification.checks.records import Check, Item, Measure, Verdict, judged
from verification.report import TaskOutcome
from verification.training.result import LearnResult, Mode

NAME = "tasks"
CLAIM = "the board learns each task to the design's bound, in the median over seeds"


def outcome(task: Task, results: Sequence[LearnResult]) -> TaskOutcome:
    """What the trainings of one task gave together."""
    seeds = tuple(result.seed for result in results)
    return outcome_of(task, results[0].mode, seeds, [result.value for result in results])


def outcome_of(
    task: Task, mode: Mode, seeds: Sequence[int], values: Sequence[float]
) -> TaskOutcome:
    """The same, from the metric of each seed."""
    match task:
        case AllosteryTask():
            metric, bound = "rms_v", task.bound.rms_v
        case RegressionTask():
            metric, bound = "relative_rms", task.bound.relative_rms
        case _:
            metric, bound = "accuracy", task.bound.accuracy
    return TaskOutcome(task.name, task.kind, metric, mode, tuple(seeds), tuple(values), bound)


def check_tasks(outcomes: Sequence[TaskOutcome]) -> Check:
    """Check 20: the median of each task against its bound."""
    faults = [
        Item(
            expected=f"task {task.name}: median {task.metric} of {task.bound:g}",
            got=f"{task.median:.4g} ({task.within} of {len(task.seeds)} seeds meet the bound)",
            fix="see the margins of the check rule; a larger eta, better comparators or another "
            "bound",
        )
        for task in outcomes
        if task.verdict is Verdict.FAIL
    ]
    evidence: dict[str, Measure] = {
        "tasks": len(outcomes),
        "trainings": sum(len(task.seeds) for task in outcomes),
        "within_bound": sum(task.within for task in outcomes),
    }
    return judged(NAME, CLAIM, len(outcomes), evidence, faults)
