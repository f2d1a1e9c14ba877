"""The inside of a tile, routed once: its own nets, its vias to the planes, and its ways out."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from netgen.board.record import Layer, Track, Via
from netgen.board.routing import Negotiation, NetRequest, Routed, route
from netgen.board.tiles.tile import Tile
from netgen.board.wiring import Wiring, copper_of, problem_of
from parts.footprint import Rect

_WAY_OUT: Layer = "B.Cu"


def route_inside(tile: Tile, outgoing: frozenset[str], wiring: Wiring) -> Tile:
    """The tile with its copper.

    First every net that has several pads in the tile becomes one piece, and every pad of a plane's
    net gets its via. Then each net that leaves the tile is led to the back, where there is room
    between tiles and across them.

    Args:
        tile: placed.
        outgoing: nets of its first cell that other cells have as well.
        wiring: of the board.
    """
    counts = Counter(net for item in tile.placed for _, net in item.nets)
    joined = [
        wiring.request(net)
        for net in sorted(counts)
        if net in wiring.planes or counts[net] > 1
    ]
    first = _routed(tile, (), (), joined, wiring)
    tracks, vias = board_copper(first)
    ways = [
        NetRequest(net, None, _WAY_OUT)
        for net in sorted(outgoing & counts.keys())
        if net not in wiring.planes and net not in wiring.wide
    ]
    second = _routed(tile, tracks, vias, ways, wiring)
    missing = sorted({item.net for item in (*first.missing, *second.missing)})
    return replace(
        tile,
        tracks=tracks,
        vias=vias,
        missing=tuple(missing),
    )


def _routed(
    tile: Tile, tracks: Sequence[Track], vias: Sequence[Via], requests: Sequence[NetRequest],
    wiring: Wiring,
) -> Routed:  # fmt: skip
    # Half the gap on this side of the border, half in the neighbour's tile.
    edge = wiring.rules.space // 2
    copper = copper_of(tile.placed, tracks, vias, wiring.layers)
    area = Rect(0, 0, tile.width, tile.height)
    return route(problem_of(area, edge, wiring, copper, requests), Negotiation())


def board_copper(routed: Routed) -> tuple[tuple[Track, ...], tuple[Via, ...]]:
    """The router's copper as the board's."""
    layers: dict[str, Layer] = {"F.Cu": "F.Cu", "B.Cu": "B.Cu", "In1.Cu": "In1.Cu",
                                "In2.Cu": "In2.Cu"}  # fmt: skip
    return (
        tuple(
            Track(item.net, layers[item.layer], item.width, item.start, item.end)
            for item in routed.tracks
        ),
        tuple(Via(item.net, item.at, item.diameter, item.drill) for item in routed.vias),
    )
