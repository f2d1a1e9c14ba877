"""Escapes: short tracks off the grid, for copper that tracks on the grid cannot meet.

A pad of a fine-pitch part may have no node that keeps the gaps to its neighbours, or be narrower
than the tracks of its net. It gets a fixed straight track from its middle, or from an end of its
longer side, to a node from which tracks get away: the shortest that keeps the gaps exactly.

        +---+ +---+          the middle pad's nodes are all too near to its neighbours;
        |   | | o-----o      the track starts on the pad's own axis
        +---+ +---+
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from netgen.board.record import Layer
from netgen.board.routing.access import gets_away
from netgen.board.routing.blocking import BLOCKED, FREE
from netgen.board.routing.distance import HAIR, Shapes, pack, segment_to_core
from netgen.board.routing.ground import Ground
from netgen.board.routing.problem import Copper, Keepout, RoutingProblem
from netgen.board.routing.shape import Point, Shape

REACH = 2_500_000
"""Length of an escape at most, nm."""


class Escape(NamedTuple):
    """A track from copper to a node, nm."""

    layer: Layer
    width: int
    start: Point
    end: Point


class Around(NamedTuple):
    """What an escape must keep away from.

    Attributes:
        shapes: S shapes.
        nets: [S] net that may be touched.
        layers: [S] a bit for each track layer.
        space: [S] gap to keep, nm.
    """

    shapes: Shapes
    nets: Any
    layers: Any
    space: Any


def find_escape(
    ground: Ground, problem: RoutingProblem, around: Sequence[Around], which: int, net: int,
    items: Sequence[Copper], plane: bool
) -> Escape | None:  # fmt: skip
    """The widest, then shortest escape from any of these items; None where there is none."""
    wide = ground.widths[which]
    for width in sorted({wide, min(wide, problem.rules.track)}, reverse=True):
        found: list[tuple[int, Escape]] = []
        for item in items:
            for anchor in _anchors(item.shape):
                for layer in range(len(ground.layers)):
                    if ground.layers[layer] in item.layers:
                        found.extend(
                            _from(ground, problem, around, which, net, anchor, layer, width, plane)
                        )
        if found:
            return min(found)[1]
    return None


def enclose(
    problem: RoutingProblem, numbers: dict[str, int], ground: Ground, copper: Sequence[Copper],
    keepouts: Sequence[Keepout],
) -> Around:  # fmt: skip
    """What escapes must keep away from: this copper, its holes, and these keepouts for tracks."""
    bits = {name: 1 << k for k, name in enumerate(ground.layers)}
    rows: list[tuple[Shape, int, int, int]] = []
    for item in copper:
        net = BLOCKED if item.net is None else numbers.get(item.net, BLOCKED)
        on = sum(bits.get(name, 0) for name in item.layers)
        rows.append((item.shape, net, on, problem.rules.space))
        if item.hole is not None:
            rows.append((item.hole, net, (1 << len(bits)) - 1, problem.rules.hole_to_copper))
    for area in keepouts:
        if area.tracks:
            on = sum(bits.get(name, 0) for name in area.layers)
            rows.append((area.shape, BLOCKED, on, 0))
    return Around(
        pack([row[0] for row in rows]),
        np.array([row[1] for row in rows], np.int64),
        np.array([row[2] for row in rows], np.int64),
        np.array([row[3] for row in rows], np.float64),
    )


def _square(one: Point, other: Point) -> int:
    """Of the distance of two points, nm2."""
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2


def _anchors(shape: Shape) -> Iterator[Point]:
    """The middle of a shape, and points near the ends of its longer side."""
    yield shape.centre
    if len(shape.core) == 2:
        yield from shape.core
    if len(shape.core) == 4:
        a, b, c, d = shape.core
        if _square(a, b) < _square(b, c):
            a, b, c, d = b, c, d, a
        # The longer sides are a-b and c-d: the ends lie half a width in from the short sides.
        share = min(0.5, math.sqrt(_square(b, c) / _square(a, b)) / 2) if a != b else 0.5
        for (ax, ay), (bx, by), (cx, cy), (dx, dy) in ((a, b, c, d), (b, a, d, c)):
            near = ((ax + dx) / 2, (ay + dy) / 2)
            far = ((bx + cx) / 2, (by + cy) / 2)
            yield (
                round(near[0] + share * (far[0] - near[0])),
                round(near[1] + share * (far[1] - near[1])),
            )


def _from(
    ground: Ground, problem: RoutingProblem, around: Sequence[Around], which: int, net: int,
    anchor: Point, layer: int, width: int, plane: bool
) -> Iterator[tuple[int, Escape]]:  # fmt: skip
    """The shortest escape of a width from an anchor, with the square of its length."""
    if not _on_board(problem, anchor, width):
        return
    lattice = ground.lattice
    for square, node in _nodes_around(ground, which, net, anchor, layer):
        x, y = lattice.place(node)
        ends = (float(anchor[0]), float(anchor[1]), float(x), float(y))
        if not all(_is_clear(one, *ends, width / 2, net, 1 << layer) for one in around):
            continue
        state = np.array([layer * lattice.nodes + node], np.int32)
        if gets_away(ground, which, net, state, plane):
            yield square, Escape(ground.layers[layer], width, anchor, (x, y))
            return


def _nodes_around(
    ground: Ground, which: int, net: int, anchor: Point, layer: int
) -> list[tuple[int, int]]:
    """The usable nodes within reach of a point, nearest first, with the square of how far."""
    lattice = ground.lattice
    span = REACH // lattice.pitch
    column, row = (anchor[0] - lattice.x) // lattice.pitch, (anchor[1] - lattice.y) // lattice.pitch
    owner = ground.owner[which]
    found: list[tuple[int, int]] = []
    for r in range(max(1, row - span), min(lattice.rows - 1, row + span + 1)):
        for c in range(max(1, column - span), min(lattice.columns - 1, column + span + 1)):
            node = r * lattice.columns + c
            if owner[layer * lattice.nodes + node] in (FREE, net):
                away = _square(anchor, lattice.place(node))
                if away <= REACH**2:
                    found.append((away, node))
    return sorted(found)


def _on_board(problem: RoutingProblem, at: Point, width: int) -> bool:
    """Whether a track's end keeps away from the edge (its other end is a node that does)."""
    left, top, right, bottom = problem.board
    inset = problem.rules.edge + width / 2
    return left + inset <= at[0] <= right - inset and top + inset <= at[1] <= bottom - inset


@njit(cache=True)
def _is_clear(
    around: Any, ax: float, ay: float, bx: float, by: float, half: float, net: int, layer: int
) -> bool:
    """Whether a track keeps its gaps to everything of other nets."""
    for i in range(len(around.nets)):
        if around.nets[i] == net or not around.layers[i] & layer:
            continue
        first, last = around.shapes.start[i], around.shapes.start[i + 1]
        reach = around.shapes.radius[i] + around.space[i] + half - HAIR
        corner = around.shapes.points[first]
        if last - first == 1 and (
            max(ax, bx) + reach < corner[0]
            or min(ax, bx) - reach > corner[0]
            or max(ay, by) + reach < corner[1]
            or min(ay, by) - reach > corner[1]
        ):
            continue
        if segment_to_core(ax, ay, bx, by, around.shapes.points, first, last) < reach:
            return False
    return True
