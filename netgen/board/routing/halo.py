"""Halos: the places that a routed piece of copper keeps from the tracks and vias of other nets.

Tracks run from node to node, so their middles lie on nodes, on straight steps and on diagonals.
Two tracks are too near exactly if a node of one, or the middle of one of its diagonals, is too near
to the other: a node's nearest point on a straight step is one of its ends, and on a diagonal an
end or its middle. Two places are therefore counted, nodes and the middles of cells:

    o-------o
    |       |     o  node
    |   x   |     x  middle of the cell that belongs to its upper left node,
    |       |        crossed by both diagonals
    o-------o

The halo of a piece of copper is the set of such places nearer than its reach, as offsets from a
node: that of a node (a disc), and what a step adds to the discs of its two ends.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netgen.board.routing.distance import HAIR, point_to_segment
from netgen.board.routing.lattice import COLUMNS, ROWS
from netgen.board.routing.problem import Rules

KINDS = 10
"""Lists of a halo: a disc's nodes, its cells, then what a step adds in directions 0 to 3, its
nodes, its cells."""


class Halos(NamedTuple):
    """Offsets of every halo, one list behind the other.

    List `KINDS * (classes + 1) * mine + KINDS * other + kind` is that of copper of class `mine`
    as a track or via of class `other` meets it; the last class are the vias.
    """

    start: NDArray[np.int64]
    offset: NDArray[np.int32]


def widest(rules: Rules, widths: tuple[int, ...]) -> int:
    """The farthest that copper on a node keeps the middle of other copper away, nm."""
    return math.ceil(max(max(row) for row in _reaches(rules, widths)))


def make_halos(rules: Rules, widths: tuple[int, ...], pitch: int, columns: int) -> Halos:
    """The halos of tracks of these widths, and of vias, on a lattice."""
    lists: list[list[int]] = []
    for row in _reaches(rules, widths):
        for reach in row:
            lists.extend(_halo(reach, pitch, columns))
    start = np.concatenate(([0], np.cumsum([len(one) for one in lists]))).astype(np.int64)
    return Halos(start, np.array([item for one in lists for item in one], dtype=np.int32))


def track_reach(rules: Rules, width: int, other: int) -> float:
    """How near the middles of two tracks may come, nm."""
    return rules.space + (width + other) / 2


def via_reach(rules: Rules, width: int) -> float:
    """How near the middle of a track may come to that of a via, nm."""
    ring = rules.space + (rules.via_diameter + width) / 2
    return max(ring, rules.hole_to_copper + (rules.via_drill + width) / 2)


def _reaches(rules: Rules, widths: tuple[int, ...]) -> list[list[float]]:
    """How near the middles of two pieces of copper may come: a row and a column for each class."""
    vias = max(
        rules.space + rules.via_diameter,
        rules.hole_to_copper + (rules.via_drill + rules.via_diameter) / 2,
        rules.hole_to_hole + rules.via_drill,
    )
    rows = [[track_reach(rules, one, other) for other in widths] for one in widths]
    to_vias = [via_reach(rules, width) for width in widths]
    return [[*row, via] for row, via in zip(rows, to_vias, strict=True)] + [[*to_vias, float(vias)]]


def _halo(reach: float, pitch: int, columns: int) -> list[list[int]]:
    span = math.ceil(reach / pitch) + 2
    steps = [(row, column) for row in range(-span, span + 1) for column in range(-span, span + 1)]
    shifts = (0.0, 0.5)
    lists = [
        [
            row * columns + column
            for row, column in steps
            if pitch * math.hypot(row + shift, column + shift) < reach - HAIR
        ]
        for shift in shifts
    ]
    extras = [
        [
            row * columns + column
            for row, column in steps
            if _added(row + shift, column + shift, way, pitch, reach - HAIR)
        ]
        for way in range(4)
        for shift in shifts
    ]
    return lists + extras[0::2] + extras[1::2]


def _added(row: float, column: float, way: int, pitch: int, reach: float) -> bool:
    """Whether a place is near a step from the origin but near neither of its ends."""
    to_row, to_column = ROWS[way], COLUMNS[way]
    ends = min(math.hypot(row, column), math.hypot(row - to_row, column - to_column))
    step = point_to_segment(column, row, 0.0, 0.0, float(to_column), float(to_row))
    return pitch * step < reach <= pitch * ends
