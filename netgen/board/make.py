"""From an elaborated design to its routed board: the whole pipeline, in order."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from time import monotonic

from netgen.board.fill import empty_zone, fill_zone
from netgen.board.floorplan import FloorPlan, Gaps, plan_floor
from netgen.board.inside import route_inside
from netgen.board.joints import split_at_joints
from netgen.board.mounts import CORNER, mounts_of
from netgen.board.record import LAYERS, Board
from netgen.board.routing import Negotiation, Routed, route
from netgen.board.rules import fab_rules
from netgen.board.tiles.tile import Tile, make_tiles, stamp
from netgen.board.title import title_of
from netgen.board.wiring import Wiring, board_wiring, copper_of, problem_of
from netgen.elaborate import Elaboration
from parts.footprint import MM
from parts.footprint_file import load_footprints

Tick = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


WIDER = (0.6, 0.8, 1.0, 1.3, 1.7, 2.2)
"""Room between tiles, as a multiple, from one attempt to the next."""
FULL = 0.15
"""Share of the two outer layers that wires between tiles may need for a plan to be tried. Boards
of 70 to 80 edges were routed at 0.14 and 0.15 in 18 to 27 rounds, one of 200 at 0.16 in 13."""
_NO_PLANES = 1.44
"""Wires count so much more where supplies run on tracks as well: a board of 46 edges on two layers
needed 36 rounds at 0.116, beside 20 and less up to 0.104."""


def no_tick(what: str, done: int, total: int) -> None:
    """Tells nobody."""
    del what, done, total


@dataclass(frozen=True)
class Made:
    """A board and what is to be said about it.

    Attributes:
        board: placed, routed as far as it went, with its zones filled.
        tiles: routed.
        plan: the floor plan.
        missing: nets that are not in one piece, sorted.
        attempts: floor plans that were routed until one was complete or time was up.
    """

    board: Board
    tiles: tuple[Tile, ...]
    plan: FloorPlan
    missing: tuple[str, ...]
    attempts: int


def make_board(made: Elaboration, seconds: float | None, tick: Tick) -> Made:
    """Circuit -> tiles -> floor plan -> stamped tiles -> routed board -> filled zones.

    Where a board cannot be routed, it is planned anew with more room between the tiles.

    Args:
        made: the design.
        seconds: after which the best board so far is taken; None for no limit.
        tick: told how it goes.

    Raises:
        BuildError: a part without a footprint, or a pinned cell that is not there.
    """
    deadline = None if seconds is None else monotonic() + seconds
    nets = cells_of_nets(made)
    wiring = board_wiring(
        LAYERS[made.design.board.layers], made.nets.ground, made.nets.logic,
        fab_rules(made.design.board.fab), nets,
    )  # fmt: skip
    outgoing = frozenset(net for net, cells in nets.items() if len(cells) > 1)
    tiles = _routed_tiles(made, outgoing, wiring, tick)
    best: Made | None = None
    for attempt, plan in enumerate(_plans(made, tiles, wiring, tick), start=1):
        left = None if deadline is None else deadline - monotonic()
        if best is not None and left is not None and left <= 0:
            break
        found = _attempt(made, tiles, plan, wiring, outgoing, left, tick)
        if best is None or len(found.missing) < len(best.missing):
            best = found
        best = replace(best, attempts=attempt)
        if not best.missing:
            break
    if best is None:
        raise AssertionError("there is at least one attempt")
    return best


def _plans(
    made: Elaboration, tiles: tuple[Tile, ...], wiring: Wiring, tick: Tick
) -> Iterator[FloorPlan]:
    """Floor plans with ever more room, from the first that wires do not fill; the last one always.

    A plan without room to start with would cost a run of the router to find that out.
    """
    for wider in WIDER:
        tick("floor plan", 0, 1)
        pins = made.design.board.pin
        plan = plan_floor(tiles, made.circuit.cells, made.network, pins, _gaps(wider))
        if wider == WIDER[-1] or _need(plan, wiring) <= FULL:
            yield plan


def _need(plan: FloorPlan, wiring: Wiring) -> float:
    """The share of the two outer layers that the plan's wires take; supplies too without planes."""
    pitch = wiring.rules.track + wiring.rules.space
    area = 2 * plan.outline.width * plan.outline.height
    return plan.wire * pitch / area * (1.0 if wiring.planes else _NO_PLANES)


def _routed_tiles(
    made: Elaboration, outgoing: frozenset[str], wiring: Wiring, tick: Tick
) -> tuple[Tile, ...]:
    placed = make_tiles(made.circuit.cells, load_footprints(), wiring.rules)
    routed: list[Tile] = []
    for number, tile in enumerate(placed):
        tick("tiles", number, len(placed))
        routed.append(route_inside(tile, outgoing, wiring))
    return tuple(routed)


def _attempt(
    made: Elaboration, tiles: tuple[Tile, ...], plan: FloorPlan, wiring: Wiring,
    outgoing: frozenset[str], seconds: float | None, tick: Tick,
) -> Made:  # fmt: skip
    """One floor plan, routed as far as it goes."""
    board = stamped_board(made, tiles, plan, wiring)
    answer = _routed(board, outgoing, wiring, seconds, tick)
    joined = split_at_joints((*board.tracks, *answer.tracks))
    board = replace(board, tracks=joined, vias=board.vias + answer.vias)
    tick("zones", 0, 1)
    board, apart = with_zones(board, wiring)
    inside = {net for tile in tiles for net in tile.missing}
    missing = sorted({item.net for item in answer.missing} | apart | inside)
    return Made(board, tiles, plan, tuple(missing), 1)


def cells_of_nets(made: Elaboration) -> Mapping[str, frozenset[str]]:
    """The cells that each net touches."""
    found: dict[str, set[str]] = {}
    for component in made.circuit.components:
        for pin in component.pins:
            if pin.net is not None:
                found.setdefault(pin.net, set()).add(component.cell)
    return {net: frozenset(cells) for net, cells in found.items()}


def _gaps(wider: float) -> Gaps:
    """Room for tracks between tiles; `wider` grows where routing did not find its way."""

    def room(millimetres: float) -> int:
        return round(millimetres * wider * 5) * MM // 5

    return Gaps(
        beside=room(1.4), between=room(3), rim=room(3), along=MM * 4 // 5, edge=MM, corner=CORNER
    )


def stamped_board(
    made: Elaboration, tiles: Sequence[Tile], plan: FloorPlan, wiring: Wiring
) -> Board:
    """Every cell's tile at its place, holes for screws, and the board's name."""
    of = {cell: tile for tile in tiles for cell in tile.cells}
    stamps = [
        stamp(of[stand.cell], stand, made.circuit.in_cell(stand.cell)) for stand in plan.stands
    ]
    board = Board(
        name=made.design.name,
        title=made.design.title or made.design.name,
        outline=plan.outline,
        layers=wiring.layers,
        rules=wiring.rules,
        placed=tuple(item for one in stamps for item in one.placed),
        tracks=tuple(item for one in stamps for item in one.tracks),
        vias=tuple(item for one in stamps for item in one.vias),
        texts=tuple(item for one in stamps for item in one.texts),
        mounts=mounts_of(plan.outline),
    )
    return replace(board, texts=board.texts + title_of(board))


def _routed(
    board: Board, outgoing: frozenset[str], wiring: Wiring, seconds: float | None, tick: Tick
) -> Routed:
    """What joins the tiles."""
    copper = copper_of(board.placed, board.tracks, board.vias, board.layers, board.mounts)
    requests = [wiring.request(net) for net in sorted(outgoing)]
    problem = problem_of(board.outline, wiring.rules.edge, wiring, copper, requests, grain=True)
    return route(
        problem,
        Negotiation(seconds=seconds),
        lambda step: tick("routing", step.tasks - step.conflicts, step.tasks),
    )


def with_zones(board: Board, wiring: Wiring) -> tuple[Board, frozenset[str]]:
    """The board with its planes, and the nets that a plane does not hold together."""
    copper = copper_of(board.placed, board.tracks, board.vias, board.layers, board.mounts)
    edge = board.outline.grown(-board.rules.edge)
    corners = (
        (edge.left, edge.top), (edge.right, edge.top),
        (edge.right, edge.bottom), (edge.left, edge.bottom),
    )  # fmt: skip
    planes = [
        fill_zone(empty_zone(net, layer, corners, board.rules, True), copper, board.rules)
        for net, layer in wiring.planes.items()
    ]
    pours = [
        fill_zone(empty_zone(net, layer, corners, board.rules, False), copper, board.rules)
        for net, layer in wiring.pours
    ]
    apart = frozenset(item.zone.net for item in planes if item.apart)
    return replace(board, zones=tuple(item.zone for item in (*planes, *pours))), apart
