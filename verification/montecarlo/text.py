"""A measured yield as plain text."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from verification.montecarlo.report import (
    Effect,
    Fraction,
    YieldReport,
    joint_yield,
    quantiles,
    task_yield,
)
from verification.report import TaskOutcome
from verification.reports.words import metric_text

WIDTH = 100
_HEAD = ("task", "bound", "within", "yield [95 %]", "median", "quarters", "90 %", "worst")


def render(report: YieldReport) -> str:
    """Yields, the ranking, and what to change."""
    first, last = report.seeds[0], report.seeds[-1]
    cold, hot = report.low_c, report.high_c
    climate = f"{cold:g} C" if cold == hot else f"{cold:g} to {hot:g} C"
    lines = [
        f"{report.netlist} against design {report.design}: {len(report.seeds)} drawn boards, seeds "
        f"{first} to {last}, {climate}",
        "",
        *_table([_HEAD, *map(_task, report.tasks)]),
        "",
        f"all tasks on one board: {_fraction(joint_yield(report.tasks))}",
    ]
    if report.perfect is not None:
        lines += ["", *_ranking(report.effects, report.perfect)]
    if report.advice:
        lines += ["", "what to change", *(row for said in report.advice for row in _item(said))]
    if report.at_least is not None:
        asked = f"yield of at least {100 * report.at_least:g} %"
        ending = f" (not for {', '.join(report.short)})" if report.short else ""
        lines += ["", f"verdict: {report.verdict}, {asked}{ending}"]
    return "\n".join(lines)


def _fraction(part: Fraction) -> str:
    low, high = part.interval
    return (
        f"{part.hits} of {part.trials}, {100 * part.value:.1f} % "
        f"[{100 * low:.1f}, {100 * high:.1f}]"
    )


def _task(task: TaskOutcome) -> tuple[str, ...]:
    found = {name: metric_text(task.metric, value) for name, value in quantiles(task).items()}
    within, _, part = _fraction(task_yield(task)).partition(", ")
    return (
        task.name,
        metric_text(task.metric, task.bound),
        within,
        part,
        found["median"],
        f"{found['best_quarter']} .. {found['three_quarters']}",
        found["nine_tenths"],
        found["worst"],
    )


def _ranking(effects: Sequence[Effect], perfect: Effect) -> list[str]:
    """One line a group: the yield it gains, and each task's boards within the bound."""
    boards = len(perfect.before[0].values)
    head = ("made perfect", "points gained", "error at 90 %", *(t.name for t in perfect.before))
    now = ("(nothing)", "", "", *(str(task.within) for task in perfect.before))
    rows = [_effect(effect) for effect in effects]
    return [
        f"what limits them: boards within the bound, of the first {boards}, with one group of "
        "quantities perfect",
        *_table([head, now, *rows, _effect(perfect)]),
    ]


def _effect(effect: Effect) -> tuple[str, ...]:
    mean, error = effect.gain
    return (
        effect.group.name,
        f"{100 * mean:+.1f} +- {100 * error:.1f}",
        f"x {effect.error_ratio:.2f}",
        *(str(task.within) for task in effect.after),
    )


def _item(said: str) -> list[str]:
    return textwrap.wrap(
        said, WIDTH, initial_indent="- ", subsequent_indent="  ",
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


def _table(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
