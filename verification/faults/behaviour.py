"""What a faulty board does, asked without the checks of structure: its local rule, and learning.

The rule is measured on the extracted machine, edge by edge. Then every task is learned on an ideal
board to the design's bound. A training is a chaotic thing, so that one seed that misses its bound
proves nothing: a fault counts as seen where none of a few seeds meets it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from designs import Design, Task
from parts.catalogue import load_catalogue
from verification.checks import learned, rule
from verification.checks.case import Case
from verification.checks.records import Verdict
from verification.checks.rig import Rig
from verification.errors import UsageError
from verification.reading.netlist import Netlist
from verification.reports.words import metric_text
from verification.structure import LearningNetwork
from verification.training.learn import learn

MOST_SEEDS = 10
"""Seeds tried on the board without a fault, to find those that meet the bound."""
SEEDS = 3
"""Seeds of a task on a faulty board."""


@dataclass(frozen=True)
class Lesson:
    """A task, and seeds with which an ideal board without a fault meets its bound."""

    task: str
    seeds: tuple[int, ...]


def lessons(netlist: Netlist, design: Design) -> tuple[Lesson, ...]:
    """The lessons of a design, from its board without a fault; the quickest task first.

    Raises:
        UsageError: a task whose bound the board itself does not meet.
    """
    found: list[tuple[int, Lesson]] = []
    for task in design.tasks:
        good: list[int] = []
        work = 0
        for seed in range(MOST_SEEDS):
            result = learn(netlist, design, task.name, seed, ideal=True)
            work = result.steps + result.rehearsed
            if learned.outcome(task, [result]).verdict is Verdict.PASS:
                good.append(seed)
            if len(good) == SEEDS:
                break
        if not good:
            raise UsageError(
                f"{netlist.source}: without any fault, an ideal board does not learn task "
                f"{task.name} to its bound with any of the seeds 0 to {MOST_SEEDS - 1}, so that "
                "learning cannot tell a fault; give --no-behaviour, or a bound that the board meets"
            )
        found.append((work, Lesson(task.name, tuple(good))))
    return tuple(lesson for _, lesson in sorted(found, key=lambda pair: pair[0]))


def misbehaviour(case: Case, network: LearningNetwork, plan: Sequence[Lesson]) -> str:
    """What a board does wrong, in words; "" where it steps and learns as designed.

    `plan` is what to learn on it.
    """
    board = case.board
    try:
        check = rule.check_rule(Rig(case, network, load_catalogue()), None)
    except UsageError as error:
        return f"cannot be simulated: {error}"
    if check.verdict is Verdict.NOT_RUN:
        return f"the rule cannot be measured: {check.reason}"
    if check.verdict is Verdict.FAIL:
        edges = {item.expected.partition(": ")[2] for item in check.items}
        return f"local rule: {check.items[0].got} ({len(edges)} edges)"
    for lesson in plan:
        reason = _unlearned(board.netlist, board.design, lesson)
        if reason:
            return reason
    return ""


def _unlearned(netlist: Netlist, design: Design, lesson: Lesson) -> str:
    task: Task = design.task(lesson.task)
    values: list[str] = []
    for seed in lesson.seeds:
        try:
            result = learn(netlist, design, task.name, seed, ideal=True)
        except UsageError as error:
            return f"task {task.name} cannot be trained: {error}"
        if learned.outcome(task, [result]).verdict is Verdict.PASS:
            return ""
        values.append(metric_text(result.metric, result.value))
    return f"task {task.name} misses its bound: {', '.join(values)}"
