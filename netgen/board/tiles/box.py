"""Boxes: parts and labels side by side or one below another, with gaps between their courtyards.

    row(a, b, c):   a b c        column(a, b):   a
                                                 b

A box knows its size and where inside of it everything is; its corner top left is (0, 0).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from parts.footprint import Point, Rect

Align = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class Spot:
    """A part of the cell: the origin of its footprint, and how it is turned."""

    slot: str
    at: Point
    rotation: int

    def moved(self, by: Point) -> "Spot":
        """The same elsewhere."""
        return replace(self, at=(self.at[0] + by[0], self.at[1] + by[1]))


@dataclass(frozen=True, slots=True)
class Label:
    """A text of the silkscreen, centred; `{name}` in it is the cell's name."""

    text: str
    at: Point
    height: int
    rotation: int = 0

    def moved(self, by: Point) -> "Label":
        """The same elsewhere."""
        return replace(self, at=(self.at[0] + by[0], self.at[1] + by[1]))


@dataclass(frozen=True, slots=True)
class Box:
    """Placed things and the room they take."""

    width: int
    height: int
    spots: tuple[Spot, ...] = ()
    labels: tuple[Label, ...] = ()

    def moved(self, by: Point) -> tuple[tuple[Spot, ...], tuple[Label, ...]]:
        """Its contents, elsewhere."""
        return (
            tuple(spot.moved(by) for spot in self.spots),
            tuple(label.moved(by) for label in self.labels),
        )


def space(width: int, height: int) -> Box:
    """Room for nothing."""
    return Box(width, height)


def row(*boxes: Box | None, gap: int, align: Align = "start") -> Box | None:
    """From left to right; None where there is nothing to place.

    Args:
        boxes: those that are None do not exist in this variant of the cell, and take no room.
        gap: between neighbours.
        align: tops, middles or bottoms on one line.
    """
    found = [box for box in boxes if box is not None]
    height = max((box.height for box in found), default=0)
    corners: list[Point] = []
    x = 0
    for box in found:
        corners.append((x, _offset(height - box.height, align)))
        x += box.width + gap
    return _joined(found, corners, x - gap, height)


def column(*boxes: Box | None, gap: int, align: Align = "start") -> Box | None:
    """From top to bottom; `align` puts left sides, middles or right sides on one line."""
    found = [box for box in boxes if box is not None]
    width = max((box.width for box in found), default=0)
    corners: list[Point] = []
    y = 0
    for box in found:
        corners.append((_offset(width - box.width, align), y))
        y += box.height + gap
    return _joined(found, corners, width, y - gap)


def smallest(*boxes: Box | None) -> Box | None:
    """Of several ways to place the same parts, the one that takes the least room."""
    found = [box for box in boxes if box is not None]
    return min(found, key=lambda box: box.width * box.height, default=None)


def around(rects: Iterable[tuple[Rect, Spot]]) -> Box:
    """Parts that already lie beside each other, as one box.

    Args:
        rects: of each part its courtyard, and where it is, in one frame.
    """
    pairs = tuple(rects)
    left = min(rect.left for rect, _ in pairs)
    top = min(rect.top for rect, _ in pairs)
    right = max(rect.right for rect, _ in pairs)
    bottom = max(rect.bottom for rect, _ in pairs)
    spots = tuple(spot.moved((-left, -top)) for _, spot in pairs)
    return Box(right - left, bottom - top, spots)


def _offset(room: int, align: Align) -> int:
    return {"start": 0, "middle": room // 2, "end": room}[align]


def _joined(boxes: list[Box], corners: list[Point], width: int, height: int) -> Box | None:
    if not boxes:
        return None
    spots: list[Spot] = []
    labels: list[Label] = []
    for box, corner in zip(boxes, corners, strict=True):
        moved = box.moved(corner)
        spots.extend(moved[0])
        labels.extend(moved[1])
    return Box(width, height, tuple(spots), tuple(labels))
