"""Where things go: nodes in the plane, panels in the figure, labels beside nodes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from verification.plots.style import WIDTH_INCHES
from verification.training.tasks.protocol import Floats, Ints

Point = tuple[float, float]
Box = tuple[float, float, float, float]

HEAD_INCHES, FOOT_INCHES, TITLE_INCHES = 0.75, 0.45, 0.3
BAR_LEFT = 0.905
LARGEST_SPRING_FREE = 150
"""Nodes up to which Kamada and Kawai's layout, which needs all distances, is quick."""


@dataclass(frozen=True)
class Layout:
    """The geometry of a figure with two panels, in fractions of the figure unless said.

    Attributes:
        panels: left, bottom, width, height of each.
        colour_bar: likewise.
        x_limits, y_limits: of both panels, in the nodes' coordinates.
        height_inches: of the figure.
        mark_points: size of a node's mark.
    """

    panels: tuple[Box, Box]
    colour_bar: Box
    x_limits: Point
    y_limits: Point
    height_inches: float
    mark_points: float


def place_nodes(nodes: Sequence[str], ends: Ints, positions: Mapping[str, Point] | None) -> Floats:
    """[N, 2] positions with the longer side of their box 1 and its centre at the origin."""
    if positions is not None:
        raw = np.array([positions[node] for node in nodes], dtype=np.float64)
    else:
        raw = _computed(len(nodes), ends)
    span = float(np.ptp(raw, axis=0).max()) or 1.0
    return (raw - (raw.max(axis=0) + raw.min(axis=0)) / 2) / span


def _computed(count: int, ends: Ints) -> Floats:
    import networkx as nx  # noqa: PLC0415 - slow to load, and most designs have positions

    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(count))
    graph.add_edges_from(ends.tolist())
    if count <= LARGEST_SPRING_FREE:
        found = nx.kamada_kawai_layout(graph)
    else:
        found = nx.spring_layout(graph, seed=0, iterations=200)
    return np.array([found[i] for i in range(count)], dtype=np.float64)


def layout(places: Floats, labelled: bool) -> Layout:
    """Two panels below one another where the network is wide, side by side otherwise.

    Args:
        places: [N, 2] of the nodes.
        labelled: whether room is left around the network for voltages.
    """
    extent = np.maximum(np.ptp(places, axis=0) / 2, 0.15)
    stacked = bool(extent[1] < 0.7 * extent[0])
    panel_width = 0.86 if stacked else 0.43
    rows = 2 if stacked else 1
    margin = np.array((0.16, 0.09) if stacked else (0.25, 0.13)) if labelled else 0.07
    half = extent + margin
    panel_inches = panel_width * WIDTH_INCHES * float(half[1] / half[0])
    height = HEAD_INCHES + FOOT_INCHES + rows * (panel_inches + TITLE_INCHES)
    part = panel_inches / height
    low = FOOT_INCHES / height
    second = (0.02, low + part + TITLE_INCHES / height) if stacked else (0.455, low)
    boxes = [(left, bottom, panel_width, part) for left, bottom in ((0.02, low), second)]
    bar = 0.6 * (height - HEAD_INCHES - FOOT_INCHES) / height
    mark = (150.0 if stacked else 80.0) / np.sqrt(len(places))
    return Layout(
        (boxes[1], boxes[0]) if stacked else (boxes[0], boxes[1]),
        (BAR_LEFT, low + bar / 3, 0.018, bar),
        (-float(half[0]), float(half[0])),
        (-float(half[1]), float(half[1])),
        height,
        float(np.clip(mark, 6.0, 25.0 if stacked else 18.0)),
    )


def free_direction(places: Floats, ends: Ints, node: int) -> Point:
    """Unit vector from a node into the widest gap between its edges; down where all are alike."""
    others = [int(b if a == node else a) for a, b in ends if node in (a, b)]
    rays = places[others] - places[node]
    angles = np.sort(np.arctan2(rays[:, 1], rays[:, 0]))
    gaps = np.diff(np.append(angles, angles[0] + 2 * np.pi)) if len(angles) else np.array([])
    if not len(gaps):
        return 0.0, -1.0
    middles = angles + gaps / 2
    # Of gaps alike to a degree the lowest is taken: labels below are what readers expect.
    score = np.round(np.degrees(gaps)) - 1e-3 * np.sin(middles)
    best = float(middles[int(np.argmax(score))])
    return float(np.cos(best)), float(np.sin(best))
