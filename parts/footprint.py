"""Footprint: the copper, outline and marks of a package, in its own frame, in nanometres.

Axes are KiCad's: x to the right, y down. The files of `parts/footprints/` hold the same in
millimetres, see `parts.footprint_file`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from parts.errors import PartError

Point = tuple[int, int]
"""(x, y) in nanometres."""

Shape = Literal["rect", "roundrect", "circle", "oval"]
Quarter = Literal[0, 90, 180, 270]
"""An angle in degrees, counter-clockwise as seen on the screen."""

MM = 1_000_000
"""Nanometres in a millimetre."""


@dataclass(frozen=True, slots=True)
class Rect:
    """An upright rectangle: left <= right, top <= bottom, y down."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """Extent along x."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Extent along y."""
        return self.bottom - self.top

    @property
    def centre(self) -> Point:
        """The middle, rounded down to a nanometre."""
        return (self.left + self.right) // 2, (self.top + self.bottom) // 2

    def moved(self, by: Point) -> Rect:
        """The same rectangle elsewhere."""
        x, y = by
        return Rect(self.left + x, self.top + y, self.right + x, self.bottom + y)

    def grown(self, by: int) -> Rect:
        """Larger by this much on every side."""
        return Rect(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def turned(self, angle: int) -> Rect:
        """Turned about the origin."""
        ends = turned((self.left, self.top), angle), turned((self.right, self.bottom), angle)
        return Rect(
            min(x for x, _ in ends), min(y for _, y in ends),
            max(x for x, _ in ends), max(y for _, y in ends),
        )  # fmt: skip

    def overlaps(self, other: Rect) -> bool:
        """Whether the two share more than a border."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def holds(self, other: Rect) -> bool:
        """Whether the other lies inside, borders included."""
        return (
            self.left <= other.left
            and self.top <= other.top
            and self.right >= other.right
            and self.bottom >= other.bottom
        )


def turned(point: Point, angle: int) -> Point:
    """A point turned about the origin by quarter turns, counter-clockwise on the screen.

    Raises:
        PartError: the angle is no multiple of 90.
    """
    x, y = point
    if angle % 90:
        raise PartError(f"an angle of {angle} degrees: footprints are turned by quarters only")
    for _ in range(angle % 360 // 90):
        x, y = y, -x
    return x, y


@dataclass(frozen=True, slots=True)
class Pad:
    """A pad, before its footprint is turned.

    Attributes:
        number: as the part's record numbers its pins.
        shape: of the copper; `oval` has round ends along its longer side.
        at: its centre.
        size: (x, y) of the copper.
        drill: diameter of its plated hole; None for a pad on the front only.
        round_ratio: of a `roundrect`, corner radius over the shorter side.
        paste: whether solder paste is printed on it.
    """

    number: str
    shape: Shape
    at: Point
    size: Point
    drill: int | None = None
    round_ratio: float = 0.25
    paste: bool = True

    @property
    def rect(self) -> Rect:
        """The smallest rectangle around the copper."""
        (x, y), (w, h) = self.at, self.size
        return Rect(x - w // 2, y - h // 2, x - w // 2 + w, y - h // 2 + h)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the silkscreen."""

    start: Point
    end: Point


@dataclass(frozen=True, slots=True)
class Footprint:
    """A package on the board.

    Attributes:
        name: KiCad's, `Package_SO:SOIC-8_3.9x4.9mm_P1.27mm`.
        source: the drawing or standard that the numbers come from.
        through_hole: whether it is soldered from the other side.
        pads: in the order of their file.
        courtyard: what no other part may enter.
        body: outline of the package's body.
        silk: outline, pin 1 and polarity, clear of every pad.
        bridge: copper that joins all pads, of a solder jumper that is closed when made; a cut
            through it opens the jumper.
        model: path of the 3D model inside KiCad's folder of models, without its ending.
        in_bom: whether something is bought and placed.
    """

    name: str
    source: str
    through_hole: bool
    pads: tuple[Pad, ...]
    courtyard: Rect
    body: Rect
    silk: tuple[Line, ...]
    bridge: Rect | None = None
    model: str | None = None
    in_bom: bool = True

    def pad(self, number: str) -> Pad:
        """The pad of this number.

        Raises:
            PartError: it has none.
        """
        for pad in self.pads:
            if pad.number == number:
                return pad
        numbers = ", ".join(pad.number for pad in self.pads)
        raise PartError(f'{self.name} has no pad numbered "{number}"; it has {numbers}')
