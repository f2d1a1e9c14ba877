"""The report as JSON: the contract of `verify --format json`."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from verification.checks.records import Check, Item
from verification.report import SCHEMA_VERSION, Report, TaskOutcome


def render(report: Report) -> str:
    """The whole report."""
    return json.dumps(as_dict(report), indent=2, ensure_ascii=False)


def as_dict(report: Report) -> dict[str, Any]:
    """The whole report as plain data."""
    return {
        "schema_version": SCHEMA_VERSION,
        "verdict": report.verdict.value,
        "design": report.design,
        "netlist": report.netlist,
        "mode": report.mode,
        "checks": [_check(check) for check in report.checks],
        "tasks": [_task(task) for task in report.tasks],
        "board": [asdict(drawn) for drawn in report.board],
    }


def _check(check: Check) -> dict[str, Any]:
    return {
        "name": check.name,
        "verdict": check.verdict.value,
        "claim": check.claim,
        "evidence": dict(check.evidence),
        "items": [_item(item) for item in check.items],
    }


def _item(item: Item) -> dict[str, str]:
    return {
        "refdes": item.refdes,
        "pin": item.pin,
        "net": item.net,
        "expected": item.expected,
        "got": item.got,
        "fix": item.fix,
    }


def _task(task: TaskOutcome) -> dict[str, Any]:
    return {
        "name": task.name,
        "kind": task.kind,
        "metric": task.metric,
        "mode": task.mode,
        "seeds": list(task.seeds),
        "values": list(task.values),
        "median": task.median,
        "worst": task.worst,
        "bound": task.bound,
        "within": task.within,
        "verdict": task.verdict.value,
    }
