"""Tidying: unit steps become the longest straight tracks between ends, bends and joints."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from netgen.board.routing.lattice import COLUMNS, ROWS, Lattice
from netgen.board.routing.tree import Terminals

Steps = NDArray[np.int32]


def straighten(
    lattice: Lattice, steps: Steps, vias: Steps, terminals: Terminals
) -> list[tuple[int, int]]:
    """Merge steps that go on straight ahead.

    Tracks end at bends, joints and vias, and where they enter or leave a terminal: KiCad takes a
    track and a pad for joined only where an end lies in the pad.

    Args:
        lattice: the nodes.
        steps: [K, 2] states.
        vias: [V] nodes.
        terminals: of the task.

    Returns:
        (first, last) state of each track, ascending.
    """
    beside = {way: ROWS[way] * lattice.columns + COLUMNS[way] for way in range(8)}
    way_of = {offset: way for way, offset in beside.items()}
    ways: dict[int, set[int]] = defaultdict(set)
    for one, other in steps.tolist():
        ways[one].add(way_of[other - one])
        ways[other].add(way_of[one - other])
    counts = np.diff(terminals.start)
    owner = dict(
        zip(
            terminals.state.tolist(),
            np.repeat(np.arange(len(counts)), counts).tolist(),
            strict=True,
        )
    )
    drilled = set(vias.tolist())
    stops = {
        state
        for state, found in ways.items()
        if _bends(found)
        or state % lattice.nodes in drilled
        or any(state in owner and owner.get(state + beside[way]) != owner[state] for way in found)
    }
    tracks: list[tuple[int, int]] = []
    for state in sorted(stops):
        for way in sorted(ways[state]):
            end = state + beside[way]
            while end not in stops:
                end += beside[way]
            if state < end:
                tracks.append((state, end))
    return sorted(tracks)


def _bends(ways: set[int]) -> bool:
    """Whether a track ends at a state with tracks in these directions."""
    if len(ways) != 2:
        return True
    one, other = ways
    return (one - other) % 8 != 4
