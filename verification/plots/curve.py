"""The error of a training against steps and epochs."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import (
    EngFormatter,
    Formatter,
    FuncFormatter,
    LogLocator,
    MaxNLocator,
    NullLocator,
)

from verification.plots.style import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    VERMILLION,
    WIDTH_INCHES,
    Paths,
    heading,
    write_figure,
)
from verification.training.result import LearnResult

HEIGHT_INCHES = 4.7


@dataclass(frozen=True)
class Quantity:
    """How a metric is drawn.

    Attributes:
        title: of the picture.
        label: of the axis.
        log: whether the axis is logarithmic.
        formatter: of the axis' ticks.
    """

    title: str
    label: str
    log: bool
    formatter: Formatter


def write_error_curve(paths: Paths, result: LearnResult, bound: float | None = None) -> None:
    """Draws the curve of a result as `.svg` or `.png`.

    Args:
        paths: the files; their endings choose the formats.
        result: a learned task.
        bound: the design's bound in the metric's own unit (an accuracy for classification).

    Raises:
        UsageError: another ending.
    """
    write_figure(paths, lambda: _figure(result, bound))


def metric_text(metric: str, value: float) -> str:
    """A metric's value as a reader says it: `45 mV`, `1.8 %`, `95.8 % right`."""
    if metric == "rms_v":
        return f"{value:.2f} V" if value >= 1 else f"{1000 * value:.3g} mV"
    return f"{100 * value:.3g} %" + (" right" if metric == "accuracy" else "")


def _percent(value: float, _position: int) -> str:
    return f"{100 * value:g} %"


def _quantity(metric: str) -> Quantity:
    if metric == "rms_v":
        label = "RMS error of the targets"
        return Quantity(label, label, True, EngFormatter("V"))
    percent = FuncFormatter(_percent)
    if metric == "relative_rms":
        return Quantity("RMS test error", "RMS test error / output range", True, percent)
    return Quantity("test error", "test samples classified wrongly", False, percent)


def _figure(result: LearnResult, bound: float | None) -> Figure:
    quantity = _quantity(result.metric)
    figure = Figure(figsize=(WIDTH_INCHES, HEIGHT_INCHES))
    by_epochs = result.curve.epochs[-1] != result.curve.steps[-1]
    axes = figure.add_axes((0.115, 0.2, 0.855, 0.57 if by_epochs else 0.655))
    before = metric_text(result.metric, result.initial)
    after = metric_text(result.metric, result.value)
    heading(
        figure,
        f"{result.design}, task {result.task}: {quantity.title}",
        f"{result.kind}, seed {result.seed}, {result.mode} component values; "
        f"{before} before training, {after} after",
    )
    axes.plot(result.curve.steps, result.curve.error, color=BLUE, linewidth=1.6, label="this run")
    _mark_kept(axes, result)
    _mark_damage(axes, result)
    if bound is not None:
        level = 1.0 - bound if result.metric == "accuracy" else bound
        label = f"bound on the median of seeds: {metric_text(result.metric, bound)}"
        axes.axhline(level, color=VERMILLION, linestyle=(0, (6, 3)), linewidth=1.4, label=label)
    _scale(axes, result, quantity)
    if by_epochs:
        _epochs_on_top(axes, result.curve.steps[-1] / result.curve.epochs[-1])
    figure.legend(loc="lower center", ncols=3, fontsize=9, columnspacing=1.5)
    return figure


def _mark_kept(axes: Axes, result: LearnResult) -> None:
    """Where the taps come from, when the training went on after them."""
    if result.damage is None and result.steps < result.curve.steps[-1]:
        label = f"kept: step {result.steps}"
        axes.axvline(result.steps, color=GREEN, linestyle=(0, (1, 1.5)), linewidth=1.8, label=label)


def _mark_damage(axes: Axes, result: LearnResult) -> None:
    damage = result.damage
    if damage is None:
        return
    shown = damage.cut if len(damage.cut) <= 4 else (*damage.cut[:3], "...")
    word = "edge" if len(damage.cut) == 1 else "edges"
    label = f"{len(damage.cut)} {word} cut: {', '.join(shown)}"
    axes.axvline(damage.step, color=ORANGE, linestyle=(0, (2, 2)), linewidth=1.6, label=label)


def _scale(axes: Axes, result: LearnResult, quantity: Quantity) -> None:
    axes.set_xlim(0, max(result.curve.steps[-1], result.steps, 1))
    axes.xaxis.set_major_locator(MaxNLocator(nbins=9, steps=[1, 2, 3, 5, 10], integer=True))
    axes.set_xlabel("learning steps")
    axes.set_ylabel(quantity.label)
    if quantity.log and min(result.curve.error) > 0:
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axes.yaxis.set_minor_locator(NullLocator())
    else:
        axes.set_ylim(0, None)
    axes.yaxis.set_major_formatter(quantity.formatter)
    axes.grid(axis="y", color="#DDDDDD", linewidth=0.7)
    axes.set_axisbelow(True)


def _epochs_on_top(axes: Axes, per_epoch: float) -> None:
    low, high = axes.get_xlim()
    top = axes.twiny()
    top.set_xlim(low / per_epoch, high / per_epoch)
    top.set_xlabel(f"epochs of {per_epoch:g} steps", color=GREY)
    top.tick_params(colors=GREY)
    top.spines["top"].set_visible(True)
