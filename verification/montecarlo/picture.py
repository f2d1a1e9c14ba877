"""Pictures of a measured yield."""

from __future__ import annotations

from math import ceil
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import FormatStrFormatter, LogLocator, NullLocator, PercentFormatter

from verification.montecarlo.report import YieldReport, task_yield
from verification.plots.style import BLUE, VERMILLION, WIDTH_INCHES, heading, write_figure
from verification.report import TaskOutcome

COLUMNS = 3
PANEL_INCHES = 2.5
TOP_INCHES = 0.75
_LABELS = {
    "rms_v": "RMS error, mV",
    "relative_rms": "RMS error, % of the range",
    "accuracy": "test samples wrong, %",
}


def write_errors(path: Path, report: YieldReport) -> None:
    """Draws, for each task, the fraction of boards up to each error, as `.svg` or `.png`.

    Raises:
        UsageError: another ending.
    """
    write_figure(path, lambda: _figure(report))


def _figure(report: YieldReport) -> Figure:
    columns = min(COLUMNS, len(report.tasks))
    rows = ceil(len(report.tasks) / columns)
    height = TOP_INCHES + PANEL_INCHES * rows
    layout = ConstrainedLayoutEngine(rect=(0, 0, 1, 1 - TOP_INCHES / height))
    figure = Figure(figsize=(WIDTH_INCHES, height), layout=layout)
    heading(
        figure,
        f"{report.design}: errors of {len(report.seeds)} drawn boards",
        f"fraction of boards up to an error; the line is the bound; {report.low_c:g} to "
        f"{report.high_c:g} C",
    )
    panels = figure.subplots(rows, columns, sharey=True, squeeze=False).ravel()
    for axes, task in zip(panels, report.tasks, strict=False):
        _panel(axes, task)
    for axes in panels[len(report.tasks) :]:
        axes.set_visible(False)
    return figure


def _panel(axes: Axes, task: TaskOutcome) -> None:
    accuracy = task.metric == "accuracy"
    scale = 1000.0 if task.metric == "rms_v" else 100.0
    errors = scale * np.sort([1 - value if accuracy else value for value in task.values])
    bound = scale * (1 - task.bound if accuracy else task.bound)
    parts = np.arange(1, len(errors) + 1) / len(errors)
    axes.step(errors, parts, where="post", color=BLUE, linewidth=1.6)
    axes.axvline(bound, color=VERMILLION, linestyle=(0, (6, 3)), linewidth=1.4)
    axes.set_title(f"{task.name}: {100 * task_yield(task).value:.0f} % within", loc="left")
    axes.set_ylim(0, 1)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.grid(color="#DDDDDD", linewidth=0.7)
    axes.set_axisbelow(True)
    axes.set_xlabel(_LABELS[task.metric])
    if not accuracy and errors[0] > 0:
        decades = np.log10(max(errors[-1], bound) / min(errors[0], bound))
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(
            LogLocator(subs=(1.0, 3.0) if decades > 1 else (1.0, 2.0, 5.0))
        )
        axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_major_formatter(FormatStrFormatter("%g"))
