"""BoardFile: a `.kicad_pcb` file as records, for everything that is made from the file itself.

The file and not the records that it was written from is what a fab builds, and a user may have
moved things in KiCad since. Lengths are integer nanometres, axes KiCad's: x right, y down; angles
are degrees counter-clockwise as seen on the screen.
"""

from dataclasses import dataclass
from typing import Literal

from parts.footprint import Point

GraphicKind = Literal["line", "rect", "circle", "arc", "poly"]


@dataclass(frozen=True, slots=True)
class FilePad:
    """A pad where it lies on the board.

    Attributes:
        shape: "rect", "roundrect", "circle" or "oval".
        angle: of the copper, on the board.
        drill: (width, height) of its hole; None for none.
        plated: whether the hole is.
        layers: names as the file has them, "*.Cu" among them.
    """

    number: str
    shape: str
    at: Point
    size: Point
    angle: float
    drill: Point | None
    plated: bool
    layers: tuple[str, ...]
    round_ratio: float
    net: str

    @property
    def copper(self) -> bool:
        """Whether the drill leaves any: an unplated hole as large as its pad is a hole only."""
        if self.plated or self.drill is None:
            return True
        return any(drill < size for drill, size in zip(self.drill, self.size, strict=True))

    def on(self, layer: str) -> bool:
        """Whether it is on a layer."""
        return layer in self.layers or f"*.{layer.partition('.')[2]}" in self.layers


@dataclass(frozen=True, slots=True)
class FileGraphic:
    """A line, rectangle, circle, arc or polygon, on the board.

    Attributes:
        points: line: both ends; rect: two corners; circle: centre and a point on it; arc: start,
            middle, end; poly: corners.
        width: of the line drawn along it.
        filled: whether its inside is drawn too.
    """

    kind: GraphicKind
    layer: str
    points: tuple[Point, ...]
    width: int
    filled: bool


@dataclass(frozen=True, slots=True)
class FilePart:
    """A footprint on the board.

    Attributes:
        footprint: name without its library.
        at: its origin.
        side: "top" or "bottom".
        through_hole: whether KiCad counts it as one.
        in_bom, placed, fitted: not excluded from the bill of materials and from placement files,
            and not marked "do not populate".
    """

    refdes: str
    value: str
    mpn: str
    path: str
    footprint: str
    at: Point
    angle: float
    side: Literal["top", "bottom"]
    through_hole: bool
    in_bom: bool
    placed: bool
    fitted: bool
    pads: tuple[FilePad, ...]
    graphics: tuple[FileGraphic, ...]

    @property
    def mounted(self) -> bool:
        """Whether an assembler puts something here."""
        return self.in_bom and self.placed and self.fitted

    @property
    def centre(self) -> Point:
        """Where a machine takes it: the middle of its pads; of surface mount parts, the origin.

        The footprint of a through-hole part has its origin on pin 1.
        """
        if not self.through_hole or not self.pads:
            return self.at
        xs, ys = [pad.at[0] for pad in self.pads], [pad.at[1] for pad in self.pads]
        return (min(xs) + max(xs)) // 2, (min(ys) + max(ys)) // 2


@dataclass(frozen=True, slots=True)
class FileTrack:
    """A track; `middle` makes it an arc."""

    layer: str
    start: Point
    end: Point
    width: int
    middle: Point | None = None


@dataclass(frozen=True, slots=True)
class FileVia:
    """A via on all copper layers from its first to its last."""

    at: Point
    diameter: int
    drill: int
    layers: tuple[str, str]


@dataclass(frozen=True, slots=True)
class FileFill:
    """One filled polygon of a zone."""

    layer: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Hole:
    """A hole that is drilled: where, how large, plated or not."""

    at: Point
    size: Point
    plated: bool


@dataclass(frozen=True)
class BoardFile:
    """A board file.

    Attributes:
        name: of the file, without its ending.
        text: all of it.
        copper: names of the copper layers from the front to the back.
        origin: of coordinates in drill and placement files.
        graphics: of the board itself, its outline on Edge.Cuts among them.
    """

    name: str
    text: str
    copper: tuple[str, ...]
    origin: Point
    parts: tuple[FilePart, ...]
    tracks: tuple[FileTrack, ...]
    vias: tuple[FileVia, ...]
    fills: tuple[FileFill, ...]
    graphics: tuple[FileGraphic, ...]

    def holes(self) -> tuple[Hole, ...]:
        """Every hole of pads and vias."""
        vias = [Hole(via.at, (via.drill, via.drill), True) for via in self.vias]
        pads = [
            Hole(pad.at, pad.drill, pad.plated)
            for part in self.parts
            for pad in part.pads
            if pad.drill is not None
        ]
        return (*vias, *pads)

    def local(self, point: Point) -> tuple[float, float]:
        """A point as Gerber, drill and placement files have it: mm from the origin, y up."""
        return (point[0] - self.origin[0]) / 1e6, (self.origin[1] - point[1]) / 1e6
