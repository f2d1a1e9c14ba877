"""Boards drawn by hand, as text in the dialects of KiCad 8, 9 and 10; lengths in mm."""

from __future__ import annotations

import copy
import random
import uuid
from dataclasses import dataclass, field

Spot = tuple[float, float]
VERSIONS = {8: 20240108, 9: 20241229, 10: 20260101}
OTHER_LAYERS = (
    '(25 "Edge.Cuts" user) (5 "F.SilkS" user "F.Silkscreen") (1 "F.Mask" user) (3 "B.Mask" user) '
    '(13 "F.Paste" user) (35 "F.Fab" user)'
)


@dataclass
class PadDrawn:
    """A pad in its footprint's frame; `drill` 0 is a surface pad."""

    number: str
    at: Spot
    net: str = ""
    size: Spot = (0.6, 0.6)
    shape: str = "rect"
    drill: float = 0.0
    layers: str = ""
    extra: str = ""
    kind: str = ""


@dataclass
class PartDrawn:
    """A footprint."""

    refdes: str
    name: str
    value: str
    at: Spot
    pads: list[PadDrawn]
    fields: dict[str, str] = field(default_factory=dict)
    rotation: float = 0.0
    bridge: tuple[float, float, float, float] | None = None
    extra: str = ""


@dataclass
class TrackDrawn:
    """A straight track, or an arc where `mid` is given."""

    net: str
    layer: str
    start: Spot
    end: Spot
    width: float = 0.2
    mid: Spot | None = None


@dataclass
class ViaDrawn:
    """A via."""

    net: str
    at: Spot
    size: float = 0.5
    drill: float = 0.25
    layers: tuple[str, str] = ("F.Cu", "B.Cu")
    kind: str = ""


@dataclass
class ZoneDrawn:
    """A zone with its filled polygons."""

    net: str
    layer: str
    fills: list[list[Spot]]
    outline: list[Spot] = field(default_factory=lambda: [(0, 0), (1, 0), (1, 1)])


@dataclass
class BoardDrawn:
    """A board."""

    parts: list[PartDrawn] = field(default_factory=list)
    tracks: list[TrackDrawn] = field(default_factory=list)
    vias: list[ViaDrawn] = field(default_factory=list)
    zones: list[ZoneDrawn] = field(default_factory=list)
    layers: tuple[str, ...] = ("F.Cu", "B.Cu")
    extra: list[str] = field(default_factory=list)
    shift: Spot = (0.0, 0.0)
    edge: tuple[Spot, Spot] | None = None

    def copy(self) -> BoardDrawn:
        """A copy to damage."""
        return copy.deepcopy(self)

    def part(self, refdes: str) -> PartDrawn:
        """The footprint of that reference."""
        return next(part for part in self.parts if part.refdes == refdes)

    def nets(self) -> list[str]:
        """Names of all nets, sorted."""
        pads = {pad.net for part in self.parts for pad in part.pads}
        copper = {item.net for item in (*self.tracks, *self.vias, *self.zones)}
        return sorted((pads | copper) - {""})

    def text(self, kicad: int = 9, seed: int | None = None) -> str:
        """The file; a seed shuffles the items and draws the UUIDs."""
        return _Writer(self, kicad, seed).text()


class _Writer:
    def __init__(self, board: BoardDrawn, kicad: int, seed: int | None) -> None:
        self.board, self.kicad, self.random = board, kicad, random.Random(seed)
        self.seed = seed
        names = board.nets()
        if seed is not None:
            self.random.shuffle(names)
        self.codes = {name: k for k, name in enumerate(names, 1)}

    def text(self) -> str:
        board = self.board
        items = [
            *(self.part(part) for part in board.parts),
            *(self.track(track) for track in board.tracks),
            *(self.via(via) for via in board.vias),
            *(self.zone(zone) for zone in board.zones),
            *board.extra,
        ]
        if board.edge:
            start, end = (self.xy(spot) for spot in board.edge)
            items.append(
                f"(gr_rect (start {start}) (end {end}) (stroke (width 0.1) (type solid)) (fill no) "
                f'(layer "Edge.Cuts") {self.id()})'
            )
        if self.seed is not None:
            self.random.shuffle(items)
        numbers = [0, *range(4, 4 + 2 * (len(board.layers) - 2), 2), 2]
        layers = " ".join(
            f'({n} "{name}" signal)' for n, name in zip(numbers, board.layers, strict=True)
        )
        head = [
            f'(kicad_pcb (version {VERSIONS[self.kicad]}) (generator "pcbnew")',
            f'(generator_version "{self.kicad}.0") (general (thickness 1.6)) (paper "A4")',
            f"(layers {layers} {OTHER_LAYERS})",
            "(setup (pad_to_mask_clearance 0))",
        ]
        if self.kicad < 10:
            head += ['(net 0 "")', *(f'(net {code} "{name}")' for name, code in self.codes.items())]
        return "\n".join([*head, *items, ")"]) + "\n"

    def xy(self, spot: Spot) -> str:
        moved = (a + b for a, b in zip(spot, self.board.shift, strict=True))
        return " ".join(f"{round(number, 6):.10g}" for number in moved)

    def id(self) -> str:
        return f'(uuid "{uuid.UUID(int=self.random.getrandbits(128), version=4)}")'

    def net(self, name: str, pad: bool = False) -> str:
        if not name:
            return "" if pad or self.kicad >= 10 else "(net 0)"
        if self.kicad >= 10:
            return f'(net "{name}")'
        return f'(net {self.codes[name]} "{name}")' if pad else f"(net {self.codes[name]})"

    def part(self, part: PartDrawn) -> str:
        lines = [
            f'(footprint "{part.name}" (layer "F.Cu") {self.id()}',
            f" (at {self.xy(part.at)} {part.rotation:g})",
        ]
        fields = {"Reference": part.refdes, "Value": part.value, **part.fields}
        for name, value in fields.items():
            said = value.replace("\\", "\\\\").replace('"', '\\"')
            lines.append(f' (property "{name}" "{said}" (at 0 0) (layer "F.Fab") {self.id()})')
        if part.bridge:
            x, y, u, v = part.bridge
            lines.append(
                f' (net_tie_pad_groups "1, 2") (fp_poly (pts (xy {x} {y}) (xy {u} {y}) (xy {u} {v})'
                f" (xy {x} {v})) (stroke (width 0) (type solid)) (fill yes)"
                f' (layer "F.Cu") {self.id()})'
            )
        lines.append(f" {part.extra}")
        lines += [self.pad(pad, part) for pad in part.pads]
        return "\n".join([*lines, ")"])

    def pad(self, pad: PadDrawn, part: PartDrawn) -> str:
        through = pad.drill > 0
        kind = pad.kind or ("thru_hole" if through else "smd")
        layers = pad.layers or ('"*.Cu" "*.Mask"' if through else '"F.Cu" "F.Mask" "F.Paste"')
        drill = f"(drill {pad.drill:g})" if through else ""
        x, y = pad.at
        return (
            f' (pad "{pad.number}" {kind} {pad.shape} (at {x:g} {y:g} {part.rotation:g}) '
            f"(size {pad.size[0]:g} {pad.size[1]:g}) {drill} (layers {layers}) {pad.extra} "
            f"{self.net(pad.net, pad=True)} {self.id()})"
        )

    def track(self, track: TrackDrawn) -> str:
        head = "segment" if track.mid is None else f"arc (mid {self.xy(track.mid)})"
        return (
            f"({head} (start {self.xy(track.start)}) (end {self.xy(track.end)}) "
            f'(width {track.width:g}) (layer "{track.layer}") {self.net(track.net)} {self.id()})'
        )

    def via(self, via: ViaDrawn) -> str:
        kind = f" {via.kind}" if via.kind else ""
        return (
            f"(via{kind} (at {self.xy(via.at)}) (size {via.size:g}) (drill {via.drill:g}) "
            f'(layers "{via.layers[0]}" "{via.layers[1]}") {self.net(via.net)} {self.id()})'
        )

    def zone(self, zone: ZoneDrawn) -> str:
        def points(spots: list[Spot]) -> str:
            return "(pts " + " ".join(f"(xy {self.xy(spot)})" for spot in spots) + ")"

        name = f'(net_name "{zone.net}")' if self.kicad < 10 else ""
        thickness = "(filled_areas_thickness no)" if self.kicad < 10 else ""
        fills = "\n".join(
            f'  (filled_polygon (layer "{zone.layer}") {points(fill)})' for fill in zone.fills
        )
        return (
            f'(zone {self.net(zone.net)} {name} (layer "{zone.layer}") {self.id()} (hatch edge 0.5)'
            f" (connect_pads yes (clearance 0.2)) (min_thickness 0.2) {thickness} (fill yes)\n"
            f"  (polygon {points(zone.outline)})\n{fills})"
        )
