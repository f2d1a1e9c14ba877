"""Compiled: the gaps between the holes of one task, which halos do not keep."""

from __future__ import annotations

from typing import Any

from netgen.board.routing.inner import inner


@inner
def forbid(holes: Any, columns: int, node: int, span: float, mark: int) -> None:
    """Forbid vias nearer to a hole than span pitches, but at the hole itself."""
    reach = int(span) + 1
    for row in range(-reach, reach + 1):
        for column in range(-reach, reach + 1):
            if 0 < row * row + column * column < span * span - 1e-9:
                place = node + row * columns + column
                if 0 <= place < len(holes):
                    holes[place].drilled = mark


@inner
def crowded_hole(work: Any, columns: int, nodes: int, length: int, span: float) -> int:
    """A via of the path that has another of its vias nearer than span pitches; -1 for none."""
    for i in range(length - 1):
        if work.path[i] // nodes == work.path[i + 1] // nodes:
            continue
        one = work.path[i] % nodes
        for j in range(i + 1, length - 1):
            other = work.path[j] % nodes
            if work.path[j] // nodes == work.path[j + 1] // nodes or one == other:
                continue
            down, across = one // columns - other // columns, one % columns - other % columns
            if down * down + across * across < span * span - 1e-9:
                return one
    return -1
