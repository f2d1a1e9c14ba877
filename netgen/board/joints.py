"""Joints: where a short track ends inside of another, the other becomes two that meet there.

KiCad takes a track no longer than a few widths for dangling when both of its ends touch one other
track, even where one of them ends on its middle line. The copper stays the same.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

from netgen.board.record import Track
from parts.footprint import Point

_SHORT = 4
"""Up to so many widths a track counts as short."""


def split_at_joints(tracks: Sequence[Track]) -> tuple[Track, ...]:
    """The tracks, in order, each cut where a short one of its net ends on its middle line."""
    ends: dict[tuple[str, str], set[Point]] = defaultdict(set)
    for item in tracks:
        (x0, y0), (x1, y1) = item.start, item.end
        if abs(x1 - x0) + abs(y1 - y0) <= _SHORT * item.width:
            ends[item.net, item.layer] |= {item.start, item.end}
    return tuple(
        piece for item in tracks for piece in _split(item, ends.get((item.net, item.layer), ()))
    )


def _split(item: Track, points: Iterable[Point]) -> list[Track]:
    """A track in pieces between the points that lie on it."""
    inside = sorted(point for point in points if _inside(item, point))
    stops = [item.start, *(inside if item.start < item.end else reversed(inside)), item.end]
    return [Track(item.net, item.layer, item.width, start, end) for start, end in pairwise(stops)]


def _inside(item: Track, point: Point) -> bool:
    """Whether a point lies on the middle line of a track, but at none of its ends."""
    (x0, y0), (x1, y1), (x, y) = item.start, item.end, point
    along = (x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)
    across = (x - x0) * (y1 - y0) - (y - y0) * (x1 - x0)
    return across == 0 and 0 < along < (x1 - x0) ** 2 + (y1 - y0) ** 2
