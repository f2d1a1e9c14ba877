"""Holes at the corners of a board, for M3 screws with washers."""

from netgen.board.record import Mount
from parts.footprint import MM, Rect

_DRILL = MM * 32 // 10
_HEAD = MM * 7
_OFF = MM * 4
CORNER = MM * 8
"""Side of the square at each corner of a board that a screw takes."""


def mounts_of(outline: Rect) -> tuple[Mount, ...]:
    """A hole in each corner of an outline."""
    inner = outline.grown(-_OFF)
    return tuple(
        Mount((x, y), _DRILL, _HEAD)
        for y in (inner.top, inner.bottom)
        for x in (inner.left, inner.right)
    )
