"""The copper of zones, computed here so that a board is whole without KiCad.

A zone covers its outline except what lies within the clearance of other nets' copper. Around a
plane's own pads with holes a gap is left, which four spokes cross, so that they can be soldered by
hand; its own vias, and pads on the surface, it joins on all sides. A zone that is no plane keeps
away from all pads. Copper narrower than the zone's least width goes, and so does a piece that holds
none of the net's copper.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from netgen.board.record import FabRules, Layer, Zone
from netgen.board.routing import Copper, Shape
from parts.footprint import Point

_ARCS = 4
"""Corners of a quarter circle."""
_ROUND = 1 / math.cos(math.pi / (4 * _ARCS))
"""By this much a many-sided figure around a circle is larger than the circle."""
_SLACK = 2_000
"""Added to every clearance, for what rounding to nanometres may take away, nm."""


@dataclass(frozen=True)
class Filled:
    """A zone with its copper.

    Attributes:
        zone: with its fill.
        apart: for each piece of copper beyond the first, a place in it: the zone's net is in
            several pieces there, unless other copper joins them.
    """

    zone: Zone
    apart: tuple[Point, ...]


def fill_zone(zone: Zone, copper: Sequence[Copper], rules: FabRules) -> Filled:
    """The zone with its copper.

    Args:
        zone: without.
        copper: everything else on the board.
        rules: the fab's, for the gap between holes and copper.
    """
    here = [item for item in copper if zone.layer in item.layers]
    own = [item for item in here if item.net == zone.net and (zone.plane or not item.solder)]
    others = [item for item in copper if item.net != zone.net or (item.solder and not zone.plane)]
    pads = [item for item in own if item.hole is not None and item.solder]
    blocked = shapely.union_all(_keep_away(others, zone, rules))
    area = Polygon(zone.outline).difference(blocked)
    rings = shapely.union_all([_grown(pad.shape, zone.thermal_gap) for pad in pads])
    spokes = shapely.union_all([spoke for pad in pads for spoke in _spokes(pad, zone)])
    open_area = area.difference(rings).union(spokes.intersection(area))
    solid = _opened(open_area, zone.min_width)
    pieces = _held(_polygons(solid), own)
    pieces.sort(key=lambda piece: (-piece.area, piece.bounds))
    fill = tuple(_without_holes(piece) for piece in pieces)
    apart = tuple(_point_in(piece) for piece in pieces[1:])
    return Filled(replace(zone, fill=fill), apart)


def _keep_away(others: Iterable[Copper], zone: Zone, rules: FabRules) -> list[BaseGeometry]:
    """What copper of other nets, and every hole of another net, keeps the zone out of."""
    found: list[BaseGeometry] = []
    for item in others:
        if zone.layer in item.layers:
            found.append(_grown(item.shape, zone.clearance + _SLACK))
        if item.hole is not None:
            found.append(_grown(item.hole, max(zone.clearance, rules.hole_space) + _SLACK))
    return found


def geometry(shape: Shape) -> BaseGeometry:
    """A shape as shapely has it; round parts come out a little too large."""
    return _grown(shape, 0)


def _grown(shape: Shape, by: int) -> BaseGeometry:
    """A shape and what lies within a distance of it, at least."""
    if len(shape.core) == 1:
        core: BaseGeometry = shapely.Point(shape.core[0])
    elif len(shape.core) == 2:
        core = shapely.LineString(shape.core)
    else:
        core = Polygon(shape.core)
    return core.buffer((shape.radius + by) * _ROUND, quad_segs=_ARCS)


def _spokes(pad: Copper, zone: Zone) -> list[BaseGeometry]:
    """Two bars crossing the middle of a pad, out to where the zone begins."""
    x, y = pad.shape.centre
    left, top, right, bottom = pad.shape.extent()
    half, reach = zone.spoke // 2, zone.thermal_gap + zone.min_width
    return [
        shapely.box(left - reach, y - half, right + reach, y + half),
        shapely.box(x - half, top - reach, x + half, bottom + reach),
    ]


def _opened(area: BaseGeometry, width: int) -> BaseGeometry:
    """What a disc of this width reaches inside of the area."""
    shrunk = area.buffer(-width / 2, quad_segs=_ARCS)
    return shrunk.buffer(width / 2 - _SLACK / 4, quad_segs=_ARCS).simplify(_SLACK / 4)


def _polygons(area: BaseGeometry) -> list[Polygon]:
    parts = shapely.get_parts(area)
    return [part for part in parts.tolist() if isinstance(part, Polygon) and part.area > 0]


def _held(pieces: Sequence[Polygon], own: Sequence[Copper]) -> list[Polygon]:
    """The pieces that touch copper of the zone's net."""
    if not own or not pieces:
        return []
    tree = shapely.STRtree(pieces)
    touched = tree.query([_grown(item.shape, 0) for item in own], predicate="intersects")[1]
    return [pieces[number] for number in sorted(set(touched.tolist()))]


def _point_in(piece: Polygon) -> Point:
    point = piece.representative_point()
    return round(point.x), round(point.y)


def _without_holes(piece: Polygon) -> tuple[Point, ...]:
    """The outline, every hole joined to it by a cut of no width.

    From the leftmost corner of each hole a cut runs to the left, to the outline or to a hole that
    has been joined already; holes are taken from left to right, so that there is always one.
    """
    outline = _corners(piece.exterior.coords)
    holes = [_corners(ring.coords) for ring in piece.interiors]
    starts = [int(np.lexsort((hole[:, 1], hole[:, 0]))[0]) for hole in holes]
    order = sorted(range(len(holes)), key=lambda k: tuple(holes[k][starts[k]].tolist()))
    for number in order:
        outline = _joined(outline, np.roll(holes[number], -starts[number], axis=0))
    return tuple((int(x), int(y)) for x, y in outline.tolist())


Corners = npt.NDArray[np.int64]


def _corners(coords: Iterable[Sequence[float]]) -> Corners:
    """A ring's corners in nanometres, the last not repeated, none twice in a row."""
    points = np.rint(np.array(list(coords))[:, :2]).astype(np.int64)[:-1]
    return points[np.any(points != np.roll(points, 1, axis=0), axis=1)]


def _joined(outline: Corners, hole: Corners) -> Corners:
    """The outline with a hole cut into it, the cut from the hole's first corner to the left."""
    x, y = hole[0]
    following = np.roll(outline, -1, axis=0)
    low = np.minimum(outline[:, 1], following[:, 1])
    high = np.maximum(outline[:, 1], following[:, 1])
    crossing = np.flatnonzero((low <= y) & (y <= high) & (low != high))
    a, b = outline[crossing], following[crossing]
    at = a[:, 0] + (b[:, 0] - a[:, 0]) * ((y - a[:, 1]) / (b[:, 1] - a[:, 1]))
    at = np.where(at <= x, at, -np.inf)
    nearest = int(np.argmax(at))
    meeting = np.array([[round(float(at[nearest])), y]], dtype=np.int64)
    cut = int(crossing[nearest]) + 1
    return np.concatenate([outline[:cut], meeting, hole, hole[:1], meeting, outline[cut:]])


def empty_zone(
    net: str, layer: Layer, outline: Sequence[Point], rules: FabRules, plane: bool
) -> Zone:
    """A zone by the fab's rules, not filled yet."""
    return Zone(
        net=net,
        layer=layer,
        outline=tuple(outline),
        clearance=rules.space,
        min_width=rules.track * 5 // 4,
        plane=plane,
        thermal_gap=rules.space * 3 // 2,
        spoke=rules.track * 2,
    )
