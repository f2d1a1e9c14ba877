"""The network of a recording: voltages as node colours, resistances as edge widths."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from verification.plots.places import Layout, Point, free_direction, layout
from verification.plots.scene import Scene, State, scene_of, states_of
from verification.plots.style import (
    COLOUR_MAP,
    GREY,
    INK,
    WIDTH_INCHES,
    Paths,
    heading,
    write_figure,
)
from verification.training.recording import Recording
from verification.training.tasks.protocol import Floats

LEAST_OHM, MOST_OHM = 100.0, 100e3
THICK_POINTS, THIN_POINTS = 8.0, 0.8
EDGE_COLOUR = "#5A5A5A"
MOST_LABELLED = 40
"""Nodes beyond which neither names nor volts fit."""


def write_network(
    paths: Paths,
    recording: Recording,
    positions: Mapping[str, Point] | None = None,
    show: Literal["training", "twins"] = "training",
) -> None:
    """Draws the network of a recording as `.svg` or `.png`.

    Args:
        paths: the files; their endings choose the formats.
        recording: of a training.
        positions: (x, y) of each node, y up; without them a layout is computed.
        show: the free network before and after the training, or both twins after it.

    Raises:
        UsageError: another ending.
    """
    write_figure(paths, lambda: _figure(recording, positions, show))


def _figure(
    recording: Recording,
    positions: Mapping[str, Point] | None,
    show: Literal["training", "twins"],
) -> Figure:
    scene = scene_of(recording, positions)
    states = states_of(recording, show)
    volts = np.concatenate([np.append(state.volts, state.wanted) for state in states])
    low, high = float(volts.min()), float(volts.max())
    norm = Normalize(low, high) if high > low else Normalize(low - 0.5, high + 0.5)
    plan = layout(scene.places, len(scene.nodes) <= MOST_LABELLED)
    figure = Figure(figsize=(WIDTH_INCHES, plan.height_inches))
    about = recording.arrays
    heading(
        figure,
        f"{about['design']}, task {about['task']}: voltages and resistances",
        f"{about['kind']}, seed {about['seed']}, {about['mode']} component values",
    )
    for box, state in zip(plan.panels, states, strict=True):
        _draw_state(figure.add_axes(box), scene, state, norm, plan)
    bar = figure.add_axes(plan.colour_bar)
    figure.colorbar(ScalarMappable(norm, COLOUR_MAP), cax=bar, label="node voltage (V)")
    _keys(figure)
    return figure


def _width(ohms: Floats) -> Floats:
    """Points: equal ratios of resistance are equal differences of width; low is thick."""
    part = np.log(np.clip(ohms, LEAST_OHM, MOST_OHM) / LEAST_OHM) / np.log(MOST_OHM / LEAST_OHM)
    return THICK_POINTS + (THIN_POINTS - THICK_POINTS) * part


def _draw_state(axes: Axes, scene: Scene, state: State, norm: Normalize, plan: Layout) -> None:
    # A given height spares a search for ticks that the title could meet: there are none.
    axes.set_title(state.title, loc="left", fontsize=11, color=INK, y=1.0)
    axes.set_aspect("equal")
    axes.set_axis_off()
    axes.set(xlim=plan.x_limits, ylim=plan.y_limits)
    lines = scene.places[scene.ends]
    whole = np.isfinite(state.ohms)
    axes.add_collection(
        LineCollection(
            list(lines[whole]),
            linewidths=_width(state.ohms[whole]),
            colors=EDGE_COLOUR,
            capstyle="round",
            zorder=1,
        )
    )
    cut = LineCollection(list(lines[~whole]), linewidths=1.2, colors=GREY, linestyles="dotted")
    axes.add_collection(cut)
    colours = ScalarMappable(norm, COLOUR_MAP).to_rgba(state.volts)
    rims = ScalarMappable(norm, COLOUR_MAP).to_rgba(state.wanted)
    labelled = len(scene.nodes) <= MOST_LABELLED
    for i, node in enumerate(scene.nodes):
        place = (float(scene.places[i, 0]), float(scene.places[i, 1]))
        _draw_mark(axes, scene.marks[i], place, colours[i], plan.mark_points)
        if node in scene.targets:
            _draw_rim(axes, place, rims[scene.targets.index(node)], plan.mark_points)
        if labelled:
            dark = float(np.dot(colours[i][:3], (0.299, 0.587, 0.114))) < 0.5
            _annotate(axes, node, place, "white" if dark else "black")
            _draw_volts(axes, scene, state, i, plan.mark_points)


def _draw_mark(axes: Axes, shape: str, place: Point, colour: Floats, size: float) -> None:
    axes.plot(
        *place,
        shape,
        markersize=size * (0.88 if shape == "D" else 1.0),
        color=tuple(colour),
        markeredgecolor=INK,
        markeredgewidth=1.0,
        zorder=3,
    )


def _draw_rim(axes: Axes, place: Point, colour: Floats, size: float) -> None:
    """A frame around a target in the colour of the wanted voltage: it vanishes when met."""
    axes.plot(
        *place,
        "D",
        markersize=1.22 * size,
        color=tuple(colour),
        markeredgecolor=INK,
        markeredgewidth=1.0,
        zorder=2,
    )


def _annotate(axes: Axes, text: str, place: Point, colour: str) -> None:
    axes.annotate(
        text, place, ha="center", va="center_baseline", fontsize=9.5, color=colour, zorder=5
    )


def _draw_volts(axes: Axes, scene: Scene, state: State, i: int, size: float) -> None:
    """The node's voltage, where its edges leave most room."""
    x, y = free_direction(scene.places, scene.ends, i)
    node = scene.nodes[i]
    text = f"{state.volts[i]:.2f} V"
    if node in scene.targets:
        text += f"\nwanted {state.wanted[scene.targets.index(node)]:.2f} V"
    away = 0.5 * size * (1.6 if node in scene.targets else 1.1) + 2
    axes.annotate(
        text,
        (float(scene.places[i, 0]), float(scene.places[i, 1])),
        xytext=(x * away, y * away),
        textcoords="offset points",
        ha="left" if x > 0.4 else "right" if x < -0.4 else "center",
        va="bottom" if y > 0.4 else "top" if y < -0.4 else "center",
        fontsize=8,
        linespacing=1.1,
        zorder=4,
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 0.5},
    )


def _keys(figure: Figure) -> None:
    """What shapes and widths mean."""
    kinds = (("s", "source"), ("D", "target (frame: wanted)"), ("o", "hidden"))
    marks = [
        Line2D(
            [],
            [],
            marker=shape,
            linestyle="none",
            markersize=8,
            markerfacecolor="white",
            markeredgecolor=INK,
            label=label,
        )
        for shape, label in kinds
    ]
    samples = ((100.0, "100 Ω"), (1e3, "1 kΩ"), (10e3, "10 kΩ"), (100e3, "100 kΩ"))
    widths = [
        Line2D([], [], color=EDGE_COLOUR, linewidth=float(_width(np.array(ohm))), label=label)
        for ohm, label in samples
    ]
    figure.legend(
        handles=[*marks, *widths],
        loc="lower center",
        ncols=7,
        fontsize=9,
        columnspacing=1.3,
        handletextpad=0.5,
        handlelength=1.6,
    )
