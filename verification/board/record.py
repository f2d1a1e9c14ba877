"""BoardCopper: what a KiCad board file says of copper, parts and outline, in nanometres.

```
BoardCopper --- footprints (Footprint --- pads (Pad --- areas), graphics)
            |-- tracks, vias, graphics
            |-- zones (Zone --- fills)
            `-- outline
```

Axes are KiCad's: x to the right, y down; angles in degrees, counter-clockwise as seen on the
screen. Net names are kept as the file has them; nothing here believes them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

Point = tuple[int, int]
"""x, y in nm."""


@dataclass(frozen=True, slots=True)
class Area:
    """A connected piece of copper: every place within half of `pen` of a core.

    ```
    one point: a disk     points: a line, round pen     filled: a polygon, its rim drawn so
          ( o )                  (o=====o)                       [#####]
    ```

    Attributes:
        points: the core's corners, at least one; a filled core's outline closes by itself.
        pen: diameter of the pen, nm.
        filled: whether the core is the polygon's inside as well (even-odd), and not its outline
            alone.
    """

    points: tuple[Point, ...]
    pen: int
    filled: bool = False


@dataclass(frozen=True, slots=True)
class Pad:
    """One pad.

    Attributes:
        number: "" where the pad belongs to no pin.
        kind: KiCad's `smd`, `connect`, `thru_hole` or `np_thru_hole`.
        shape, size: as the file names and gives them.
        local: centre of hole or pad in the footprint's own frame.
        at: the same on the board.
        rotation: of the shape, on the board.
        layers: copper layers that it has copper on, from front to back.
        areas: its copper, the same on each of the layers.
        drill: width and height of its hole, (0, 0) where it has none.
        net: name in the file, not believed.
        function: name of the pin, as KiCad copied it from the schematic.
    """

    number: str
    kind: str
    shape: str
    size: Point
    local: Point
    at: Point
    rotation: float
    layers: tuple[str, ...]
    areas: tuple[Area, ...]
    drill: Point
    net: str
    function: str

    @property
    def plated(self) -> bool:
        """Whether its hole joins its layers."""
        return self.kind == "thru_hole"

    def turn(self, footprint: float) -> float:
        """Its rotation in a footprint of this rotation; half turns of symmetric shapes are none."""
        whole = 360.0 if self.shape in ("custom", "trapezoid") else 180.0
        return round((self.rotation - footprint) % whole, 3) % whole


@dataclass(frozen=True, slots=True)
class Graphic:
    """Lines, circles and polygons drawn on copper."""

    layer: str
    areas: tuple[Area, ...]
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Footprint:
    """One footprint.

    Attributes:
        name: library and name, "Package_SO:SOIC-8_3.9x4.9mm_P1.27mm".
        fields: (name, value) of its properties but reference and value, in the file's order.
        side: "front" or "back".
        board_only: whether KiCad knows it as no part of the schematic.
        path: KiCad's ids of its symbol, "/" before each; "" where it has none.
        sheet: name of its sheet.
        graphics: what it draws on copper.
        line: where the file states it, from 1.
    """

    refdes: str
    value: str
    name: str
    fields: tuple[tuple[str, str], ...]
    at: Point
    rotation: float
    side: str
    board_only: bool
    path: str
    sheet: str
    pads: tuple[Pad, ...]
    graphics: tuple[Graphic, ...]
    line: int = field(default=0, compare=False)

    @property
    def pattern(self) -> tuple[tuple[object, ...], ...]:
        """Its pads in its own frame, to compare footprints wherever they stand."""
        rows = [
            (pad.number, pad.local, pad.kind, pad.shape, pad.size, pad.turn(self.rotation),
             pad.drill, pad.layers)
            for pad in self.pads
        ]  # fmt: skip
        return (("side", self.side), *sorted(rows))

    def field(self, name: str) -> str:
        """The value of a field, compared without letter case; "" where there is none."""
        folded = name.casefold()
        return next((value for key, value in self.fields if key.casefold() == folded), "")


@dataclass(frozen=True, slots=True)
class Track:
    """A track; arcs are chains of chords, no farther than ARC_ERROR_NM from the arc."""

    layer: str
    points: tuple[Point, ...]
    width: int
    net: str


@dataclass(frozen=True, slots=True)
class Via:
    """A via: copper on each of the layers, front to back, joined by its hole."""

    at: Point
    diameter: int
    drill: int
    layers: tuple[str, ...]
    net: str


@dataclass(frozen=True, slots=True)
class Fill:
    """One filled polygon of a zone."""

    layer: str
    area: Area


@dataclass(frozen=True, slots=True)
class Zone:
    """A copper zone; one without fills is an outline and no copper."""

    layers: tuple[str, ...]
    fills: tuple[Fill, ...]
    net: str
    line: int = field(default=0, compare=False)

    @property
    def unfilled(self) -> tuple[str, ...]:
        """Layers of the zone that no fill is on."""
        there = {fill.layer for fill in self.fills}
        return tuple(layer for layer in self.layers if layer not in there)


@dataclass(frozen=True, slots=True)
class BoardCopper:
    """A board file.

    Attributes:
        layers: copper layers from front to back.
        thickness: of the whole board, nm.
        outline: chains of points on Edge.Cuts, as drawn.
        source: name of the file in messages; does not count when two boards are compared.
    """

    layers: tuple[str, ...]
    thickness: int
    footprints: tuple[Footprint, ...]
    tracks: tuple[Track, ...]
    vias: tuple[Via, ...]
    zones: tuple[Zone, ...]
    graphics: tuple[Graphic, ...]
    outline: tuple[tuple[Point, ...], ...]
    source: str = field(default="", compare=False)
