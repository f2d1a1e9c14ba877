"""The inside of a tile, routed once: its own nets, its vias to the planes, and its ways out."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from netgen.board.record import Layer
from netgen.board.routing import Negotiation, NetRequest, Routed, route
from netgen.board.stitch import stitched
from netgen.board.tiles.tile import Tile
from netgen.board.wiring import Wiring, copper_of, problem_of
from parts.footprint import Rect

_WAY_OUT: Layer = "B.Cu"


def route_inside(tile: Tile, outgoing: frozenset[str], wiring: Wiring) -> Tile:
    """The tile with its copper.

    Every net that has several pads in the tile becomes one piece, and every pad of a plane's net
    gets its via. Together with them every other pad whose net leaves the tile is led to the back,
    so that nothing walls it in; that copper is not kept, since not every cell needs all of it.

    Args:
        tile: placed.
        outgoing: nets of its first cell that other cells have as well.
        wiring: of the board.
    """
    counts = Counter(net for item in tile.placed for _, net in item.nets)
    leaving = outgoing - wiring.planes.keys() - wiring.wide
    single = [net for net in sorted(leaving) if counts[net] == 1]
    joined = [net for net in sorted(counts) if net in wiring.planes or counts[net] > 1]
    requests = [
        *(wiring.request(net) for net in joined),
        *(NetRequest(net, None, _WAY_OUT) for net in single),
    ]
    routed = _routed(tile, requests, wiring)
    missing = sorted({item.net for item in routed.missing})
    made = replace(
        tile,
        tracks=tuple(item for item in routed.tracks if item.net not in single),
        vias=tuple(item for item in routed.vias if item.net not in single),
        missing=tuple(missing),
    )
    return stitched(made, wiring) if tile.kind == "supply" else made


def _routed(tile: Tile, requests: Sequence[NetRequest], wiring: Wiring) -> Routed:
    copper = copper_of(tile.placed, (), (), wiring.layers)
    area = Rect(0, 0, tile.width, tile.height)
    # Half the gap on this side of the border, half in the neighbour's tile.
    edge = wiring.rules.space // 2
    return route(problem_of(area, edge, wiring, copper, requests, grain=False), Negotiation())
