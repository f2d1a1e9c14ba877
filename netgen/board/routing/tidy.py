"""Tidying: unit steps become the longest straight tracks between ends, bends and joints."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from netgen.board.routing.lattice import COLUMNS, ROWS, Lattice

Steps = NDArray[np.int32]


def straighten(lattice: Lattice, steps: Steps, vias: Steps) -> list[tuple[int, int]]:
    """Merge steps that go on straight ahead.

    Args:
        lattice: the nodes.
        steps: [K, 2] states.
        vias: [V] nodes, where tracks end.

    Returns:
        (first, last) state of each track, ascending.
    """
    ways: dict[int, set[int]] = defaultdict(set)
    offsets = {row * lattice.columns + column: k for k, (row, column) in enumerate(zip(ROWS, COLUMNS, strict=True))}
    for one, other in steps.tolist():
        way = offsets[other - one]
        ways[one].add(way)
        ways[other].add((way + 4) % 8)
    drilled = set(vias.tolist())
    stops = {state for state in ways if _stops(ways[state]) or state % lattice.nodes in drilled}
    tracks: list[tuple[int, int]] = []
    for state in sorted(stops):
        for way in sorted(ways[state]):
            end = state + ROWS[way] * lattice.columns + COLUMNS[way]
            while end not in stops:
                end += ROWS[way] * lattice.columns + COLUMNS[way]
            if state < end:
                tracks.append((state, end))
    return sorted(tracks)


def _stops(ways: set[int]) -> bool:
    """Whether a track ends at a state with tracks in these directions."""
    if len(ways) != 2:
        return True
    one, other = ways
    return (one - other) % 8 != 4
