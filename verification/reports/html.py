"""The report as one self-contained HTML page."""

from __future__ import annotations

from html import escape

from verification.checks.records import Check
from verification.report import Report, TaskOutcome
from verification.reports.words import measure_text, metric_text

_STYLE = """
:root { --ink: #1f2933; --grey: #627282; --line: #d9dfe5; --paper: #ffffff; --shade: #f5f7f9; }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
       max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; margin: 0 0 .2rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
p.sub, .grey { color: var(--grey); } table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .35rem .6rem; border-bottom: 1px solid var(--line);
         vertical-align: top; } th { color: var(--grey); font-weight: 600; }
td.n { text-align: right; font-variant-numeric: tabular-nums; }
details { border-bottom: 1px solid var(--line); padding: .35rem 0; }
summary { cursor: pointer; }
details > * { margin-left: 6.6rem; } details > summary { margin-left: 0; }
details > table { width: calc(100% - 6.6rem); }
.v { display: inline-block; width: 6rem; margin-right: .6rem; text-align: center; color: #fff;
     border-radius: 3px; font-size: .85rem; font-weight: 600; }
.pass { background: #00704e; } .fail { background: #b3361b; } .warning { background: #8a5a00; }
.not_run, .inconclusive { background: #52606d; }
code { background: var(--shade); padding: 0 .25rem; border-radius: 3px; }
svg { width: 100%; height: auto; }
"""


def render(report: Report) -> str:
    """Verdict, tasks with a dot for each seed, and the checks, the failed ones opened."""
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(report.design)}: {report.verdict}</title>",
            f"<style>{_STYLE}</style></head><body>",
            f"<h1>{_badge(report.verdict.value)}{escape(report.design)}</h1>",
            f'<p class="sub">{escape(report.netlist)}, {escape(report.mode)} parts</p>',
            *_tasks(report),
            "<h2>Checks</h2>",
            *(_check(check) for check in report.checks),
            "</body></html>",
        ]
    )


def _badge(verdict: str) -> str:
    return f'<span class="v {verdict}">{verdict.replace("_", " ")}</span>'


def _tasks(report: Report) -> list[str]:
    if not report.tasks:
        why = "were not asked for" if not report.learning else "could not be learned"
        return ["<h2>Tasks</h2>", f'<p class="grey">The tasks {why}.</p>']
    head = "".join(
        f"<th>{name}</th>"
        for name in ("", "task", "kind", "median", "worst", "bound", "each seed, and the bound")
    )
    rows = [_task_row(task) for task in report.tasks]
    return ["<h2>Tasks</h2>", f"<table><tr>{head}</tr>", *rows, "</table>"]


def _task_row(task: TaskOutcome) -> str:
    figures = "".join(
        f'<td class="n">{metric_text(task.metric, value)}</td>'
        for value in (task.median, task.worst, task.bound)
    )
    return (
        f"<tr><td>{_badge(task.verdict.value)}</td><td>{escape(task.name)}</td>"
        f"<td>{escape(task.kind)}</td>{figures}<td>{_dots(task)}</td></tr>"
    )


def _dots(task: TaskOutcome) -> str:
    """The seeds as dots on a line that is cut at twice the bound (accuracy: 0.8 to 1)."""
    low, high = (0.8, 1.0) if task.metric == "accuracy" else (0.0, 2 * task.bound)

    def across(value: float) -> float:
        return 6 + 228 * (min(max(value, low), high) - low) / (high - low)

    mark = across(task.bound)
    dots = "".join(
        f'<circle cx="{across(value):.1f}" cy="10" r="3.5" fill="#2b6cb0" fill-opacity=".45">'
        f"<title>seed {seed}: {metric_text(task.metric, value)}</title></circle>"
        for seed, value in zip(task.seeds, task.values, strict=True)
    )
    return (
        '<svg viewBox="0 0 240 20" role="img" aria-label="values of the seeds">'
        '<line x1="6" x2="234" y1="10" y2="10" stroke="#d9dfe5"/>'
        f'<line x1="{mark:.1f}" x2="{mark:.1f}" y1="2" y2="18" stroke="#b3361b" stroke-width="2"/>'
        f"{dots}</svg>"
    )


def _check(check: Check) -> str:
    evidence = ", ".join(
        f"{escape(name.replace('_', ' '))} {escape(measure_text(value))}"
        for name, value in check.evidence.items()
    )
    opened = " open" if check.items else ""
    return (
        f"<details{opened}><summary>{_badge(check.verdict.value)}<b>{escape(check.name)}</b> "
        f'{escape(check.claim)}</summary><p class="grey">{evidence}</p>{_items(check)}</details>'
    )


def _items(check: Check) -> str:
    if not check.items:
        return ""
    rows = "".join(
        f"<tr><td><code>{escape(f'{item.refdes}.{item.pin}'.strip('.'))}</code></td>"
        f"<td>{escape(item.net)}</td><td>{escape(item.expected)}</td><td>{escape(item.got)}</td>"
        f"<td>{escape(item.fix)}</td></tr>"
        for item in check.items
    )
    head = "<tr><th>pin</th><th>net</th><th>expected</th><th>found</th><th>what to do</th></tr>"
    return f"<table>{head}{rows}</table>"
