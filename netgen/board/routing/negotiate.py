"""Negotiation: rounds of rip-up and reroute until no two tasks want the same place."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from netgen.board.routing.ground import Ground
from netgen.board.routing.method import Negotiation, Progress, ProgressCallback
from netgen.board.routing.problem import RoutingProblem
from netgen.board.routing.search import LENGTH
from netgen.board.routing.table import Path, Table
from netgen.board.routing.task import Plan

SHARING = 16
"""`Price.crowd` of a place that costs its length once more for each task that wants it."""
CLOSED = 1 << 24
"""`Price.crowd` at which a place that others have is as good as blocked."""


@dataclass(frozen=True, slots=True, eq=False)
class Settlement:
    """The paths of all tasks, none where a task gave way, and how negotiation ended."""

    paths: tuple[Path | None, ...]
    rounds: int
    stopped: Literal["complete", "blocked", "rounds", "time"]


def negotiate(
    problem: RoutingProblem, method: Negotiation, ground: Ground, plan: Plan,
    progress: ProgressCallback | None,
) -> Settlement:  # fmt: skip
    """Route all tasks of a plan; what is returned is free of conflicts."""
    table = Table(problem, method, ground, plan)
    end = None if method.seconds is None else time.monotonic() + method.seconds

    def late() -> bool:
        return end is not None and time.monotonic() > end

    rounds, peace = _hold_rounds(table, method, len(plan.tasks), late, progress)
    if not peace:
        _give_way(table, len(plan.tasks), method, late)
    _refine(table, plan, method, late)
    whole = all(path is not None and all(path.joined) for path in table.paths)
    stopped = "complete" if whole else "time" if late() else "blocked" if peace else "rounds"
    return Settlement(tuple(table.paths), rounds, stopped)


def _hold_rounds(
    table: Table, method: Negotiation, tasks: int, late: Callable[[], bool],
    progress: ProgressCallback | None,
) -> tuple[int, bool]:  # fmt: skip
    """Rounds until there is peace; returns how many, and whether there is."""
    crowd = method.crowd_start * SHARING
    margins = [method.margin] * tasks
    for number in range(1, method.rounds + 1):
        for which in range(tasks):
            if number > 1 and not table.clashes(which):
                continue
            if late():
                return number, False
            kept = table.keep(which)
            table.release(which)
            price = min(CLOSED, round(crowd))
            table.take(which, table.route(which, price, margins[which], kept))
        conflicts = _raise_prices(table, method, margins, number)
        if progress is not None:
            progress(Progress(number, tasks, conflicts))
        if not conflicts:
            return number, True
        crowd *= method.crowd_growth
    return method.rounds, False


def _raise_prices(table: Table, method: Negotiation, margins: list[int], number: int) -> int:
    """Raise the lasting price of every place in conflict; returns how many tasks have one."""
    conflicts = 0
    for which in range(len(margins)):
        if table.clashes(which, round(method.lasting * LENGTH * (1 + method.ramp * number))):
            conflicts += 1
            margins[which] = min(
                round(method.widest * method.margin), margins[which] + margins[which] // 4
            )
    return conflicts


def _give_way(table: Table, tasks: int, method: Negotiation, late: Callable[[], bool]) -> None:
    """Take away the tasks with most conflicts until there is peace, then try each once more."""
    removed = [which for which in range(tasks) if table.paths[which] is None]
    while True:
        worst = max(((table.clashes(which), which) for which in range(tasks)), default=(0, 0))
        if not worst[0]:
            break
        table.release(worst[1])
        removed.append(worst[1])
    for which in sorted(removed):
        if late():
            return
        _take_if_clear(table, which, table.route(which, CLOSED, method.margin))


def _take_if_clear(table: Table, which: int, path: Path) -> bool:
    """Give a task a path unless that brings a conflict."""
    table.take(which, path)
    if not table.clashes(which):
        return True
    table.release(which)
    return False


def _refine(table: Table, plan: Plan, method: Negotiation, late: Callable[[], bool]) -> None:
    """Look for a shorter way for every task while all others stay where they are."""
    table.forget()
    for _ in range(method.refinements):
        for which in range(len(plan.tasks)):
            old = table.paths[which]
            if old is None or late():
                continue
            table.release(which)
            new = table.route(which, CLOSED, method.margin)
            if sum(new.joined) < sum(old.joined) or not _take_if_clear(table, which, new):
                table.take(which, old)
