"""The report as plain text, for terminals and golden files."""

from __future__ import annotations

import textwrap

from verification.checks.records import Check, Verdict
from verification.extraction.drawn import DrawnValue
from verification.report import Report, TaskOutcome
from verification.reports.words import item_text, measure_text, metric_text

MOST_ITEMS = 12
WIDTH = 110
_BOARD_HEAD = ("element", "place", "quantity", "nominal", "drawn")
_HEAD = ("task", "kind", "metric", "median", "worst", "bound", "within", "verdict")


def render(report: Report) -> str:
    """One block a check, one line a task, the verdict last."""
    lines = [
        f"{report.netlist} against design {report.design}, {report.mode} parts",
        "",
        *(line for check in report.checks for line in _check(check)),
    ]
    if report.tasks:
        lines += ["", *_table([_HEAD, *(_row(task) for task in report.tasks)])]
    elif not report.learning:
        lines += ["", "The tasks were not learned: asked for checks only."]
    if report.board:
        rows = [_BOARD_HEAD, *(_drawn(drawn) for drawn in report.board)]
        lines += ["", "the drawn board", *_table(rows)]
    failed = [check.name for check in report.checks if check.verdict is Verdict.FAIL]
    failed += [f"task {task.name}" for task in report.tasks if task.verdict is Verdict.FAIL]
    ending = f" ({', '.join(failed)})" if failed else ""
    return "\n".join([*lines, "", f"verdict: {report.verdict}{ending}"])


def _check(check: Check) -> list[str]:
    mark = check.verdict.value.replace("_", " ")
    evidence = ", ".join(
        f"{name.replace('_', ' ')} {measure_text(value)}" for name, value in check.evidence.items()
    )
    lines = [f"{mark.upper() if check.items else mark:8}{check.name}: {check.claim}"]
    lines += _wrapped(evidence, "          ")
    for item in check.items[:MOST_ITEMS]:
        lines += _wrapped(item_text(item), "        - ")
    if len(check.items) > MOST_ITEMS:
        lines.append(
            f"        and {len(check.items) - MOST_ITEMS} more; --format json has them all"
        )
    return lines


def _wrapped(text: str, first: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=" " * len(first),
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


def _row(task: TaskOutcome) -> tuple[str, ...]:
    return (
        task.name,
        task.kind,
        task.metric,
        *(metric_text(task.metric, value) for value in (task.median, task.worst, task.bound)),
        f"{task.within} of {len(task.seeds)}",
        task.verdict.value,
    )


def _drawn(drawn: DrawnValue) -> tuple[str, ...]:
    figures = (f"{value:.6g}" for value in (drawn.nominal, drawn.value))
    return (drawn.element, drawn.place, drawn.quantity, *figures)


def _table(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
