"""Bodies: the board's copper as pieces that are each connected in themselves.

A plated pad and a via are one body on all of their layers; any other copper is one body a layer.
What cuts copper is listed with it, on all layers, and joins nothing: unplated holes and the board's
edge.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from verification.board.geometry import placed
from verification.board.record import Area, BoardCopper, Footprint, Pad, Point
from verification.reading.netlist import PinRef

Kind = Literal["pad", "track", "via", "fill", "drawing", "hole", "edge"]
CUTTING: tuple[Kind, ...] = ("hole", "edge")
"""What is no copper and takes it away."""
NM_PER_MM = 1e6


@dataclass(frozen=True, slots=True)
class Body:
    """One connected piece of copper.

    Attributes:
        kind: what it is in the file.
        layers: positions in the board's stack, ascending.
        area: its copper, the same on each layer.
        net: name in the file, for places in reports only.
        pin: the pin it belongs to, None where it belongs to none.
        footprint: position of its footprint on the board, -1 where it is part of none.
        drill: diameter of its plated hole, nm; 0 where it has none.
    """

    kind: Kind
    layers: tuple[int, ...]
    area: Area
    net: str
    pin: PinRef | None = None
    footprint: int = -1
    drill: int = 0

    @property
    def at(self) -> Point:
        """A place in it."""
        return self.area.points[0]


def board_bodies(board: BoardCopper) -> tuple[Body, ...]:
    """All copper of a board: pads and drawings of footprints, tracks, vias, fills, drawings."""
    level = {name: k for k, name in enumerate(board.layers)}
    found: list[Body] = []
    for position, footprint in enumerate(board.footprints):
        for pad in footprint.pads:
            found += _pad_bodies(footprint, position, pad, level)
            found += _hole(position, pad, len(level))
        for drawing in footprint.graphics:
            layers = (level[drawing.layer],)
            found += (
                Body("drawing", layers, area, "", footprint=position) for area in drawing.areas
            )
    for track in board.tracks:
        found.append(
            Body("track", (level[track.layer],), Area(track.points, track.width), track.net)
        )
    for via in board.vias:
        layers = tuple(level[name] for name in via.layers)
        found.append(Body("via", layers, Area((via.at,), via.diameter), via.net, drill=via.drill))
    for zone in board.zones:
        found += (Body("fill", (level[fill.layer],), fill.area, zone.net) for fill in zone.fills)
    for drawing in board.graphics:
        found += (Body("drawing", (level[drawing.layer],), area, "") for area in drawing.areas)
    everywhere = tuple(range(len(level)))
    found += (Body("edge", everywhere, Area(chain, 0), "") for chain in board.outline)
    return tuple(found)


def describe(body: Body, board: BoardCopper) -> str:
    """What a body is and where, in mm: "track on F.Cu from (1.2, 3) to (4, 3)"."""
    at, ends = place_text(body.at), body.area.points
    on = "/".join(board.layers[k] for k in body.layers)
    refdes = board.footprints[body.footprint].refdes if body.footprint >= 0 else ""
    match body.kind:
        case "pad":
            return f"pad {body.pin or f'of {refdes} without a number'} at {at}"
        case "track":
            return f"track on {on} from {place_text(ends[0])} to {place_text(ends[-1])}"
        case "fill":
            return f"zone fill on {on} at {at}"
        case "drawing":
            return f"drawing{f' of {refdes}' if refdes else ''} on {on} at {at}"
        case "hole" | "edge":
            return f"the board's {body.kind} at {at}"
        case "via":
            return f"via at {at}"


def place_text(at: tuple[float, float]) -> str:
    """A place in mm, as KiCad shows it."""
    return f"({at[0] / NM_PER_MM:.10g}, {at[1] / NM_PER_MM:.10g})"


def _pad_bodies(
    footprint: Footprint, position: int, pad: Pad, level: dict[str, int]
) -> Iterator[Body]:
    """One for each area, and for each layer where no plated hole joins them."""
    layers = tuple(level[name] for name in pad.layers)
    pin = PinRef(footprint.refdes, pad.number) if pad.number else None
    for area in pad.areas:
        if pad.plated:
            yield Body("pad", layers, area, pad.net, pin, position, min(pad.drill))
            continue
        for layer in layers:
            yield Body("pad", (layer,), area, pad.net, pin, position)


def _hole(position: int, pad: Pad, layers: int) -> Iterator[Body]:
    """The unplated hole of a pad: a disk, or a slot as long as it is wide."""
    if pad.kind != "np_thru_hole" or not min(pad.drill):
        return
    (width, height), pen = pad.drill, min(pad.drill)
    half = (width - pen) / 2, (height - pen) / 2
    ends = tuple(placed((s * half[0], s * half[1]), pad.at, pad.rotation) for s in (-1, 1))
    area = Area(ends if ends[0] != ends[1] else ends[:1], pen)
    yield Body("hole", tuple(range(layers)), area, "", footprint=position)
