"""The damage curves of a design: one panel a task."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import EngFormatter, FuncFormatter, MaxNLocator

from verification.plots.style import (
    BLUE,
    GREEN,
    GREY,
    VERMILLION,
    WIDTH_INCHES,
    Paths,
    heading,
    write_figure,
)
from verification.training.damage_curve import DamageCurve

_LINES = (
    ("cut before training", BLUE, "o"),
    ("cut after training", VERMILLION, "s"),
    ("the same, trained again", GREEN, "^"),
)
_ROW_INCHES = 2.7


def write_damage(paths: Paths, title: str, detail: str, curves: Sequence[DamageCurve]) -> None:
    """Draws the medians over boards against the number of cut edges, as `.svg` or `.png`.

    Raises:
        UsageError: another ending.
    """
    write_figure(paths, lambda: _figure(title, detail, curves))


def _figure(title: str, detail: str, curves: Sequence[DamageCurve]) -> Figure:
    columns = min(2, len(curves))
    rows = -(-len(curves) // columns)
    figure = Figure(figsize=(WIDTH_INCHES, 1.25 + _ROW_INCHES * rows))
    height = figure.get_figheight()
    heading(figure, title, detail)
    grid = figure.add_gridspec(
        rows, columns, left=0.125, right=0.98, bottom=0.85 / height, top=1 - 0.95 / height,
        hspace=0.55, wspace=0.34,
    )  # fmt: skip
    for k, curve in enumerate(curves):
        _panel(figure.add_subplot(grid[divmod(k, columns)]), curve)
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="lower center", ncols=4, fontsize=9, columnspacing=1.5)
    return figure


def _panel(axes: Axes, curve: DamageCurve) -> None:
    points = [point for point in curve.points if point.boards]
    cuts = [point.cut for point in points]
    for k, (label, colour, marker) in enumerate(_LINES):
        medians = [point.spreads[k].median for point in points]
        axes.plot(cuts, medians, color=colour, marker=marker, markersize=4, label=label)
    axes.axhline(curve.bound, color=GREY, linestyle=(0, (6, 3)), linewidth=1.2, label="bound")
    axes.set_title(f"task {curve.task} ({curve.kind})", loc="left")
    axes.set_xlabel("edges cut")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    if curve.metric == "rms_v":
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(EngFormatter("V"))
        axes.set_ylabel("RMS error")
    else:
        axes.yaxis.set_major_formatter(FuncFormatter(_percent))
        axes.set_ylabel("accuracy" if curve.metric == "accuracy" else "RMS test error")
    axes.grid(axis="y", color="#DDDDDD", linewidth=0.7)
    axes.set_axisbelow(True)


def _percent(value: float, _position: int) -> str:
    return f"{100 * value:g} %"
