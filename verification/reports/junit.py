"""The report as JUnit XML, which CI systems show as tests."""

from __future__ import annotations

from xml.etree import ElementTree

from verification.checks.records import Check, Verdict
from verification.report import Report, TaskOutcome
from verification.reports.words import item_text, metric_text

_OPEN = (Verdict.NOT_RUN, Verdict.INCONCLUSIVE)


def render(report: Report) -> str:
    """One test suite: a case for each check and each task."""
    verdicts = [check.verdict for check in report.checks] + [task.verdict for task in report.tasks]
    suite = ElementTree.Element(
        "testsuite",
        name=f"twinboard {report.design}",
        tests=str(len(verdicts)),
        failures=str(verdicts.count(Verdict.FAIL)),
        errors="0",
        skipped=str(sum(verdict in _OPEN for verdict in verdicts)),
    )
    for check in report.checks:
        _check(suite, check)
    for task in report.tasks:
        _task(suite, task)
    ElementTree.indent(suite)
    text = ElementTree.tostring(suite, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'


def _check(suite: ElementTree.Element, check: Check) -> None:
    case = ElementTree.SubElement(suite, "testcase", classname="checks", name=check.name)
    said = "\n".join(item_text(item) for item in check.items)
    if check.verdict is Verdict.FAIL:
        ElementTree.SubElement(case, "failure", message=check.claim).text = said
    elif check.verdict in _OPEN:
        ElementTree.SubElement(case, "skipped", message=check.reason or check.claim)
    elif said:
        ElementTree.SubElement(case, "system-out").text = said


def _task(suite: ElementTree.Element, task: TaskOutcome) -> None:
    case = ElementTree.SubElement(suite, "testcase", classname="tasks", name=task.name)
    median, bound = (metric_text(task.metric, value) for value in (task.median, task.bound))
    message = f"median {task.metric} {median}, bound {bound}, {task.mode} parts"
    if task.verdict is Verdict.FAIL:
        ElementTree.SubElement(case, "failure", message=message)
    else:
        ElementTree.SubElement(case, "system-out").text = message
