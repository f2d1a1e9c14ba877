"""The report as SARIF 2.1.0, which code hosts show beside the file."""

from __future__ import annotations

import json
from typing import Any

from verification.checks.records import Check, Item, Verdict
from verification.report import Report, TaskOutcome
from verification.reports.words import item_text, metric_text

_LEVELS = {Verdict.FAIL: "error", Verdict.WARNING: "warning"}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def render(report: Report) -> str:
    """One run; a rule for each check and task, a result for each item."""
    rules = [
        {"id": check.name, "shortDescription": {"text": check.claim}} for check in report.checks
    ]
    rules += [
        {
            "id": f"task-{task.name}",
            "shortDescription": {"text": f"Task {task.name} is learned to its bound."},
        }
        for task in report.tasks
    ]
    results = [
        _item(report, check, item)
        for check in report.checks
        if check.verdict in _LEVELS
        for item in check.items
    ]
    results += [_task(report, task) for task in report.tasks if task.verdict is Verdict.FAIL]
    driver = {"name": "twinboard", "rules": rules}
    log = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }
    return json.dumps(log, indent=2, ensure_ascii=False)


def _item(report: Report, check: Check, item: Item) -> dict[str, Any]:
    names = [name for name in (item.refdes, item.pin, item.net) if name]
    return _result(report, check.name, _LEVELS[check.verdict], item_text(item), names)


def _task(report: Report, task: TaskOutcome) -> dict[str, Any]:
    median, bound = (metric_text(task.metric, value) for value in (task.median, task.bound))
    message = f"task {task.name}: median {task.metric} {median}, bound {bound}"
    return _result(report, f"task-{task.name}", "error", message, [])


def _result(
    report: Report, rule: str, level: str, message: str, names: list[str]
) -> dict[str, Any]:
    location: dict[str, Any] = {
        "physicalLocation": {"artifactLocation": {"uri": report.netlist}},
    }
    if names:
        location["logicalLocations"] = [{"fullyQualifiedName": "/".join(names)}]
    return {
        "ruleId": rule,
        "level": level,
        "message": {"text": message},
        "locations": [location],
    }
