"""More vias where the whole current of a supply goes from a pad to its plane.

The router gives every pad on a plane one via, which carries about an ampere. The large pads of a
supply tile, of fuse, clamp and bulk capacitor, get as many more as find room beside them.
"""

from collections.abc import Iterator
from dataclasses import replace

import shapely
from shapely.geometry.base import BaseGeometry

from netgen.board.fill import geometry
from netgen.board.record import FabRules, Track, Via
from netgen.board.routing import Copper, Shape
from netgen.board.tiles.tile import GRID, Tile
from netgen.board.wiring import VIA_TO_SOLDER, Wiring, copper_of
from parts.footprint import MM, Point, Rect

_LARGE = 3 * MM * MM
_MORE = 3


def stitched(tile: Tile, wiring: Wiring) -> Tile:
    """The routed tile with more vias at its large surface pads on planes."""
    tracks, vias = list(tile.tracks), list(tile.vias)
    for item in tile.placed:
        for pad, rect, net in item.pads():
            large = rect.width * rect.height >= _LARGE
            if net is None or net not in wiring.planes or pad.drill is not None or not large:
                continue
            added = 0
            for spot in _around(rect, wiring.rules):
                via = Via(net, spot, wiring.rules.via, wiring.rules.drill)
                track = Track(net, "F.Cu", wiring.rules.rail, _within(rect, spot), spot)
                copper = copper_of(tile.placed, tracks, vias, wiring.layers)
                if added < _MORE and _fits(tile, via, track, copper, wiring.rules):
                    vias.append(via)
                    tracks.append(track)
                    added += 1
    return replace(tile, tracks=tuple(tracks), vias=tuple(vias))


def _around(pad: Rect, rules: FabRules) -> Iterator[Point]:
    """Grid points beside a pad, as near as a via may come to solder."""
    ring = pad.grown(rules.via // 2 + VIA_TO_SOLDER)
    left, top = (-(-value // GRID) * GRID for value in (ring.left, ring.top))
    for x in range(left - GRID, ring.right + GRID + 1, GRID):
        for y in (top - GRID, -(-ring.bottom // GRID) * GRID):
            if pad.left <= x <= pad.right:
                yield x, y
    for y in range(top - GRID, ring.bottom + GRID + 1, GRID):
        for x in (left - GRID, -(-ring.right // GRID) * GRID):
            if pad.top <= y <= pad.bottom:
                yield x, y


def _within(pad: Rect, spot: Point) -> Point:
    """The point of a pad that is nearest to a spot, some way inside."""
    inner = pad.grown(-min(pad.width, pad.height) // 4)
    x = min(max(spot[0], inner.left), inner.right)
    return x, min(max(spot[1], inner.top), inner.bottom)


def _fits(tile: Tile, via: Via, track: Track, copper: list[Copper], rules: FabRules) -> bool:
    """Whether a via and the track to it keep the rules against everything in the tile."""
    area = Rect(0, 0, tile.width, tile.height).grown(-rules.space // 2)
    x, y = via.at
    reach = via.diameter // 2
    if not area.holds(Rect(x - reach, y - reach, x + reach, y + reach)):
        return False
    disc = geometry(Shape.disc(via.at, via.diameter))
    line = geometry(Shape.segment(track.start, track.end, track.width))
    hole = geometry(Shape.disc(via.at, via.drill))
    return all(_clear(item, via.net, disc, line, hole, rules) for item in copper)


def _clear(
    item: Copper, net: str, disc: BaseGeometry, line: BaseGeometry, hole: BaseGeometry,
    rules: FabRules,
) -> bool:  # fmt: skip
    shape = geometry(item.shape)
    if item.hole is not None:
        drilled = geometry(item.hole)
        if shapely.distance(drilled, hole) < rules.hole_to_hole:
            return False
        if item.net != net and shapely.distance(drilled, line) < rules.hole_space:
            return False
    if item.solder and shapely.distance(shape, disc) < VIA_TO_SOLDER:
        return False
    if item.net == net:
        return True
    apart = shapely.distance(shape, disc)
    if "F.Cu" in item.layers:
        apart = min(apart, shapely.distance(shape, line))
    return bool(apart >= rules.space and shapely.distance(shape, hole) >= rules.hole_space)
