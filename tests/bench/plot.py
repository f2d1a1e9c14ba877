"""The picture of docs/performance.md: a learning step's time over the number of edges."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import EngFormatter, FuncFormatter

from tests.bench.crossover import crossover
from tests.bench.steps import (
    BARE,
    EXTRACTED,
    NGSPICE,
    NUMPY,
    PUBLISHED,
    SPLU_ONE,
    SPLU_TWO,
    BoardTime,
    Step,
    seconds_of,
)
from tests.bench.table import FAMILY_TITLES, board_curves, count_text
from verification.plots.style import BLUE, GREEN, GREY, INK, ORANGE, VERMILLION, WIDTH_INCHES

# Colour, marker, line: told apart in grey as well.
_LOOKS: dict[str, dict[str, object]] = {
    NGSPICE: {"color": GREEN, "marker": "v", "linestyle": "-"},
    PUBLISHED: {"color": ORANGE, "marker": "D", "linestyle": "-"},
    NUMPY: {"color": GREY, "marker": "^", "linestyle": "-"},
    SPLU_TWO: {"color": VERMILLION, "marker": "s", "linestyle": "-"},
    SPLU_ONE: {"color": VERMILLION, "marker": "s", "linestyle": ":", "markerfacecolor": "white"},
    EXTRACTED: {"color": BLUE, "marker": "o", "linestyle": "-", "linewidth": 2.4},
    BARE: {"color": BLUE, "marker": "o", "linestyle": ":", "markerfacecolor": "white"},
}
_BOARD = {
    "settled": ("the board, networks settled", "--"),
    "electronics": ("the board, electronics alone", "-."),
}


def picture(steps: Sequence[Step], times: Sequence[BoardTime]) -> Figure:
    """One panel for each family, in rows of two."""
    families = list(dict.fromkeys(step.family for step in steps))
    rows = (len(families) + 1) // 2
    columns = min(2, len(families))
    size = (WIDTH_INCHES * 1.2, 3.6 * rows + 1.3)
    figure = Figure(figsize=size, layout="constrained")
    panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False).ravel()
    for axes, family in zip(panels, families, strict=False):
        _panel(axes, family, steps, times)
    for axes in panels[len(families) :]:
        axes.set_axis_off()
    for k, axes in enumerate(panels[: len(families)]):
        if k % columns == 0:
            axes.set_ylabel("one learning step")
        if k >= len(families) - columns:
            axes.set_xlabel("edges")
    lines: dict[str, Artist] = {}
    for axes in panels:
        handles, labels = axes.get_legend_handles_labels()
        lines |= dict(zip(labels, handles, strict=True))
    figure.legend(
        list(lines.values()), list(lines), loc="outside lower center", ncols=3, fontsize=9
    )
    return figure


def _panel(axes: Axes, family: str, steps: Sequence[Step], times: Sequence[BoardTime]) -> None:
    for method, look in _LOOKS.items():
        edges, seconds = seconds_of(steps, family, method)
        if len(edges):
            axes.loglog(edges, seconds, markersize=4.5, label=method, **look)
    ours = seconds_of(steps, family, EXTRACTED)
    curves = board_curves(times, family)
    for name, (edges, seconds) in curves.items():
        if not len(edges):
            continue
        label, line = _BOARD[name]
        axes.loglog(edges, seconds, color=INK, linestyle=line, linewidth=1.8, label=label)
        found = crossover((edges, seconds), ours)
        if found is not None and found > edges[0]:
            height = np.exp(np.interp(np.log(found), np.log(edges), np.log(seconds)))
            _mark(axes, found, float(height))
    axes.set_title(FAMILY_TITLES[family])
    axes.xaxis.set_major_formatter(FuncFormatter(_plain))
    axes.yaxis.set_major_formatter(EngFormatter(unit="s"))
    axes.grid(visible=True, which="major", color="#dddddd", linewidth=0.6)


def _plain(edges: float, _position: int | None) -> str:
    return count_text(edges)


def _mark(axes: Axes, edges: float, seconds: float) -> None:
    """Where the board becomes the quicker one."""
    axes.plot([edges], [seconds], marker="*", markersize=12, color=INK, linestyle="none")
    axes.annotate(
        f"{count_text(edges)} edges",
        (edges, seconds),
        xytext=(10, -14),
        textcoords="offset points",
        fontsize=9,
    )
