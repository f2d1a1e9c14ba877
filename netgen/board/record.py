"""The board as records: what the pipeline hands on and what the writer turns into a file."""

from dataclasses import dataclass
from typing import Literal

from parts.footprint import Footprint, Pad, Point, Rect, turned

Layer = Literal["F.Cu", "In1.Cu", "In2.Cu", "In3.Cu", "In4.Cu", "B.Cu"]
LAYERS: dict[int, tuple[Layer, ...]] = {
    2: ("F.Cu", "B.Cu"),
    4: ("F.Cu", "In1.Cu", "In2.Cu", "B.Cu"),
    6: ("F.Cu", "In1.Cu", "In2.Cu", "In3.Cu", "In4.Cu", "B.Cu"),
}
"""Copper layers from the front to the back, by their number."""


@dataclass(frozen=True, slots=True)
class FabRules:
    """What a fab asks for at least, and what a board is drawn with; lengths in nm.

    Attributes:
        name: of the profile, as the design file has it.
        date: when the fab's figures were read, YYYY-MM.
        source: where.
        track_min, space_min: the narrowest track and gap that the fab makes.
        drill_min, via_min: smallest hole of a via, and its pad.
        annular_min: copper around a hole.
        edge: copper to the board's outline.
        hole_to_hole: between the walls of two holes.
        hole_space: from the wall of a hole to copper of another net.
        silk_line, silk_height: thinnest line and lowest text of the silkscreen.
        track, space, via, drill: what we draw with.
        rail: width of a track that carries a supply.
        feed: width of a track between a supply's terminal and its fuse.
        largest: long and short side of the largest board that the fab makes.
        largest_source: who says so, and when it was read.
    """

    name: str
    date: str
    source: str
    track_min: int
    space_min: int
    drill_min: int
    via_min: int
    annular_min: int
    edge: int
    hole_to_hole: int
    hole_space: int
    silk_line: int
    silk_height: int
    track: int
    space: int
    via: int
    drill: int
    rail: int
    feed: int
    largest: Point
    largest_source: str


@dataclass(frozen=True, slots=True)
class Placed:
    """A component on the board.

    Attributes:
        path: cell and slot, `edge/4-7/xor`: its identity on every regeneration.
        at: where its footprint's origin lies.
        rotation: 0, 90, 180 or 270.
        nets: net of each connected pad, by number, in the order of the footprint's pads.
        mpn, value: for the fields of the footprint.
        functions: what a connector's or test point's pins are for, `1=SRC1 2=GND`.
    """

    refdes: str
    path: str
    footprint: Footprint
    at: Point
    rotation: int
    nets: tuple[tuple[str, str], ...]
    mpn: str
    value: str
    functions: str = ""

    @property
    def fields(self) -> dict[str, str]:
        """What the netlist says of the component too, so that the board can stand for itself."""
        cell, _, slot = self.path.rpartition("/")
        found = {"MPN": self.mpn, "Cell": cell, "Slot": slot}
        return found | ({"PinFunctions": self.functions} if self.functions else {})

    def spot(self, point: Point) -> Point:
        """Where a point of the footprint's frame lies on the board."""
        x, y = turned(point, self.rotation)
        return x + self.at[0], y + self.at[1]

    def area(self, rect: Rect) -> Rect:
        """Where a rectangle of the footprint's frame lies on the board."""
        return rect.turned(self.rotation).moved(self.at)

    @property
    def courtyard(self) -> Rect:
        """What no other part may enter, on the board."""
        return self.area(self.footprint.courtyard)

    def net(self, number: str) -> str | None:
        """The net of a pad; None where the pin is open."""
        return next((net for pad, net in self.nets if pad == number), None)

    def pads(self) -> tuple[tuple[Pad, Rect, str | None], ...]:
        """Each pad, its extent on the board, and its net."""
        nets = dict(self.nets)
        return tuple(
            (pad, self.area(pad.rect), nets.get(pad.number)) for pad in self.footprint.pads
        )


@dataclass(frozen=True, slots=True)
class Track:
    """A straight piece of copper with round ends."""

    net: str
    layer: Layer
    width: int
    start: Point
    end: Point


@dataclass(frozen=True, slots=True)
class Via:
    """A plated hole through all layers."""

    net: str
    at: Point
    diameter: int
    drill: int


@dataclass(frozen=True, slots=True)
class Mount:
    """An unplated hole for a screw; nothing else may be within the width of its head."""

    at: Point
    drill: int
    head: int


@dataclass(frozen=True, slots=True)
class Zone:
    """An area of copper that keeps away from everything of another net.

    Attributes:
        outline: corners of what the zone may cover.
        clearance: to copper of other nets.
        min_width: of the copper that is left.
        plane: whether the net's pads hang on it. They are joined to it on all sides, those with
            holes by four spokes across a gap, so that they can be soldered by hand. A zone that is
            no plane joins tracks and vias only, and keeps away from pads.
        thermal_gap, spoke: around and to the pads with holes of a plane.
        priority: the higher zone takes what two zones would cover.
        fill: outlines of the copper, without holes: a hole is joined to the outside by a cut of no
            width. Empty where it has not been computed.
    """

    net: str
    layer: Layer
    outline: tuple[Point, ...]
    clearance: int
    min_width: int
    plane: bool
    thermal_gap: int
    spoke: int
    priority: int = 0
    fill: tuple[tuple[Point, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class SilkText:
    """A text on the front's silkscreen, centred at `at`."""

    text: str
    at: Point
    height: int
    rotation: int = 0


@dataclass(frozen=True, slots=True)
class Board:
    """All of a board.

    Attributes:
        name: of the design.
        title: for the title block.
        outline: its rectangle; the corner top left is (0, 0).
        layers: copper layers from the front to the back.
        rules: the fab's profile.
        placed, mounts, tracks, vias, zones, texts: what is on it, each in the order it is written.
    """

    name: str
    title: str
    outline: Rect
    layers: tuple[Layer, ...]
    rules: FabRules
    placed: tuple[Placed, ...]
    tracks: tuple[Track, ...] = ()
    vias: tuple[Via, ...] = ()
    zones: tuple[Zone, ...] = ()
    texts: tuple[SilkText, ...] = ()
    mounts: tuple[Mount, ...] = ()

    def nets(self) -> tuple[str, ...]:
        """Names of all nets, sorted; the same in the file as in the netlist."""
        return tuple(sorted({net for item in self.placed for _, net in item.nets}))
