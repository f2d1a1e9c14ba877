"""Canvas: filled shapes as pixels, and how two canvases differ.

Gerber files and the board file are painted by the same few strokes, so that a difference comes
from the shapes and not from the painting. Pillow fills the pixels.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy import ndimage

Spot = tuple[float, float]
"""(x, y) in mm, y up."""

Pixels = NDArray[np.bool_]

SCALE = 40
"""Pixels per millimetre."""

WINDOW = 3
"""A difference counts where it covers a square of so many pixels: 0.075 mm.

Rounding to pixels makes differences of one pixel, or two where a corner is met; the narrowest track
and gap that a fab makes is 0.1 mm, four pixels."""

TOLERANCE_MM = WINDOW / SCALE


@dataclass(frozen=True, slots=True)
class Frame:
    """What a canvas shows: a rectangle in mm, y up."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        width, height = self.right - self.left, self.top - self.bottom
        return math.ceil(width * SCALE), math.ceil(height * SCALE)

    def pixel(self, spot: Spot) -> Spot:
        """Column and row, with fractions."""
        return (spot[0] - self.left) * SCALE, (self.top - spot[1]) * SCALE

    def spot(self, column: float, row: float) -> Spot:
        """Where a pixel lies."""
        return self.left + column / SCALE, self.top - row / SCALE


class Canvas:
    """Shapes painted over each other. `dark=False` erases, as Gerber's clear polarity does."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self._image = Image.new("L", frame.size)
        self._draw = ImageDraw.Draw(self._image)

    def disc(self, centre: Spot, radius: float, dark: bool = True) -> None:
        """A filled circle."""
        x, y = self.frame.pixel(centre)
        r = radius * SCALE
        self._draw.ellipse((x - r, y - r, x + r, y + r), fill=_level(dark))

    def polygon(self, corners: Sequence[Spot], dark: bool = True) -> None:
        """A filled polygon."""
        if len(corners) > 2:
            self._draw.polygon([self.frame.pixel(spot) for spot in corners], fill=_level(dark))

    def stroke(self, start: Spot, end: Spot, width: float, dark: bool = True) -> None:
        """A straight line with round ends."""
        for spot in (start, end):
            self.disc(spot, width / 2, dark)
        length = math.dist(start, end)
        if length > 0:
            nx = (start[1] - end[1]) / length * width / 2
            ny = (end[0] - start[0]) / length * width / 2
            corners = [
                (x + sign * nx, y + sign * ny)
                for (x, y), sign in ((start, 1), (end, 1), (end, -1), (start, -1))
            ]
            self.polygon(corners, dark)

    def rounded(self, corners: Sequence[Spot], radius: float) -> None:
        """A polygon grown by a radius: what a line of twice that width along it leaves."""
        self.polygon(corners)
        if radius > 0:
            for start, end in zip(corners, [*corners[1:], corners[0]], strict=True):
                self.stroke(start, end, 2 * radius)

    def pixels(self) -> Pixels:
        """What is dark: rows from the top, columns from the left."""
        return np.asarray(self._image) > 0

    def dark_at(self, spot: Spot) -> bool:
        """Whether the pixel at a place is dark; places beyond the frame are not."""
        column, row = (math.floor(value) for value in self.frame.pixel(spot))
        width, height = self.frame.size
        inside = 0 <= column < width and 0 <= row < height
        return inside and self._image.getpixel((column, row)) != 0


def _level(dark: bool) -> int:
    return 255 if dark else 0


def arc_spots(start: Spot, end: Spot, centre: Spot, clockwise: bool) -> list[Spot]:
    """Points on an arc, ends included, so dense that chords leave it by less than a micrometre."""
    radius = math.dist(start, centre)
    first = math.atan2(start[1] - centre[1], start[0] - centre[0])
    last = math.atan2(end[1] - centre[1], end[0] - centre[0])
    sweep = (first - last if clockwise else last - first) % math.tau or math.tau
    steps = max(8, math.ceil(sweep / (2 * math.acos(max(1 - 1e-3 / max(radius, 1e-3), 0.0)))))
    turn = -sweep / steps if clockwise else sweep / steps
    return [
        (
            centre[0] + radius * math.cos(first + turn * k),
            centre[1] + radius * math.sin(first + turn * k),
        )
        for k in range(steps + 1)
    ]


@dataclass(frozen=True, slots=True)
class Difference:
    """A place where one canvas is dark and the other is not; its extent in mm."""

    at: Spot
    width: float
    height: float
    only: str


def differences(ours: Canvas, theirs: Canvas, names: tuple[str, str]) -> tuple[Difference, ...]:
    """Where two canvases of one frame differ by more than the tolerance, the largest first.

    Args:
        ours: one canvas.
        theirs: the other.
        names: of the two, for `Difference.only`.
    """
    a, b = ours.pixels(), theirs.pixels()
    found: list[Difference] = []
    for name, extra in ((names[0], a & ~b), (names[1], b & ~a)):
        wide = _with_room(extra)
        if not wide.any():
            continue  # labels take four bytes a pixel
        labels, _ = ndimage.label(wide)
        for rows, columns in ndimage.find_objects(labels):
            middle = ours.frame.spot(
                (columns.start + columns.stop) / 2, (rows.start + rows.stop) / 2
            )
            width = (columns.stop - columns.start + WINDOW - 1) / SCALE
            height = (rows.stop - rows.start + WINDOW - 1) / SCALE
            found.append(Difference(middle, width, height, name))
    return tuple(sorted(found, key=lambda item: (-item.width * item.height, item.at)))


def _with_room(extra: Pixels) -> Pixels:
    """Pixels at the corner of a dark square of the window's size."""
    rows, columns = (size - WINDOW + 1 for size in extra.shape)
    found = np.ones((rows, columns), dtype=np.bool_)
    for down in range(WINDOW):
        for right in range(WINDOW):
            found &= extra[down : down + rows, right : right + columns]
    return found


def compared(ours: Canvas, theirs: Canvas, longest: int) -> Image.Image:
    """A picture of two canvases: grey where both are dark, red and blue where one alone is.

    Args:
        ours: red.
        theirs: blue.
        longest: side of the picture in pixels, at most.
    """
    a, b = ours.pixels(), theirs.pixels()
    factor = max(1, math.ceil(max(ours.frame.size) / longest))
    # Each mask is reduced by itself: of a large board no coloured picture at full size would fit.
    picture = np.full((1, 1, 3), 255.0)
    for mask, colour in ((a & b, (96, 96, 96)), (a & ~b, (220, 0, 0)), (b & ~a, (0, 60, 220))):
        share = np.asarray(Image.fromarray(mask).convert("L").reduce(factor)) / 255
        picture = picture - share[..., None] * (255 - np.array(colour))
    return Image.fromarray(np.rint(picture).astype(np.uint8))
