"""Shape: everything within a radius of a core.

    one point        two points          three or more
      ( o )         ( o------o )        +----------+
                                        | o------o |
      a disc         a track,           | |filled| |   a rectangle (radius 0), a rounded
                     an oval            | o------o |   rectangle, a polygon
                                        +----------+

The distance of two shapes is that of their cores less both radii, exactly, whatever their
orientation. Turned corners are rounded to a nanometre.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from netgen.errors import BuildError

Point = tuple[int, int]
"""(x, y) in nanometres, y down."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A core of one point, two points or a simple polygon, and what lies within a radius of it.

    Raises:
        BuildError: no point at all, a negative radius, or a core and radius without extent.
    """

    core: tuple[Point, ...]
    radius: int

    def __post_init__(self) -> None:
        if not self.core or self.radius < 0 or (len(self.core) < 3 and self.radius == 0):
            raise BuildError(
                f"a shape of {len(self.core)} points and a radius of {self.radius} nm has no "
                "extent; give a positive radius, or a polygon of three points or more"
            )

    @property
    def centre(self) -> Point:
        """The middle of the core's extent."""
        left, top, right, bottom = self.extent(0)
        return (left + right) // 2, (top + bottom) // 2

    def extent(self, margin: int | None = None) -> tuple[int, int, int, int]:
        """Left, top, right and bottom, of the core grown by a margin (by default the radius)."""
        grow = self.radius if margin is None else margin
        across = [x for x, _ in self.core]
        down = [y for _, y in self.core]
        return min(across) - grow, min(down) - grow, max(across) + grow, max(down) + grow

    @staticmethod
    def disc(at: Point, diameter: int) -> Shape:
        """A round pad, a via, a hole."""
        return Shape((at,), diameter // 2)

    @staticmethod
    def segment(start: Point, end: Point, width: int) -> Shape:
        """A track with its round ends."""
        return Shape((start,) if start == end else (start, end), width // 2)

    @staticmethod
    def rectangle(at: Point, size: Point, degrees: float = 0.0, corner: int = 0) -> Shape:
        """A rectangle about its centre.

        Args:
            at: its centre.
            size: along x and along y, before it is turned.
            degrees: counter-clockwise as seen with y down, as KiCad has it.
            corner: radius of the rounded corners.
        """
        across, down = size[0] / 2 - corner, size[1] / 2 - corner
        if across <= 0 or down <= 0:
            return Shape.oval(at, size, degrees)
        corners = ((-across, -down), (across, -down), (across, down), (-across, down))
        return Shape(tuple(_turned(corners, degrees, at)), corner)

    @staticmethod
    def oval(at: Point, size: Point, degrees: float = 0.0) -> Shape:
        """A rectangle whose shorter sides are half circles; a disc where the sides are equal."""
        radius = min(size) // 2
        across, down = size[0] / 2 - radius, size[1] / 2 - radius
        if across < 1 and down < 1:
            return Shape((at,), radius)
        return Shape(tuple(_turned(((-across, -down), (across, down)), degrees, at)), radius)


def _turned(points: Iterable[tuple[float, float]], degrees: float, about: Point) -> Iterable[Point]:
    """Points turned about the origin, then moved; quarter turns are exact."""
    quarter = {0: (1.0, 0.0), 90: (0.0, 1.0), 180: (-1.0, 0.0), 270: (0.0, -1.0)}
    angle = degrees % 360
    cos, sin = quarter.get(angle) or (math.cos(math.radians(angle)), math.sin(math.radians(angle)))  # type: ignore[call-overload]
    for x, y in points:
        yield round(about[0] + x * cos + y * sin), round(about[1] - x * sin + y * cos)
