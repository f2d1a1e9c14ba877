"""Cells that are alike share a tile: which cells those are, and what a tile is.

Two cells are alike when their parts have the same slots and footprints and their pads are joined
alike: nets are numbered in the order in which the pads of a cell meet them, and the numbers are
compared. What differs between the cells are the names, and those are given when a tile is stamped.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from netgen.board.record import FabRules, Placed, SilkText, Track, Via
from netgen.board.tiles import control, edge, link, node, port, relay, source, supply, target
from netgen.board.tiles.box import Box, Label
from netgen.board.tiles.cell import Cell
from netgen.circuit import Component
from netgen.errors import BuildError
from parts.footprint import MM, Footprint, Point, Rect, turned

Program = Callable[[Cell], Box]
_PROGRAMS: Mapping[str, Program] = {
    "control/bank": control.place_bank,
    "control/entry": relay.place_entry,
    "control/eta": control.place_eta,
    "control": control.place,
    "edge": edge.place,
    "link": link.place,
    "node": node.place,
    "port": port.place,
    "relay": relay.place,
    "source": source.place,
    "supply": supply.place,
    "target": target.place,
}
GRID = MM // 5
EDGE_KINDS = ("control", "control/eta", "port", "source", "supply", "target")
"""Kinds of cells with a connector, which stand at the board's edge."""


def kind_of(path: str) -> str:
    """The kind of a cell: the longest program's name that its path begins with."""
    for kind in _PROGRAMS:
        if path.startswith(kind):
            return kind
    raise BuildError(f"no tile for the cell {path}; there are {', '.join(_PROGRAMS)}")


def name_of(path: str) -> str:
    """What the silkscreen calls a cell: ``4-7``, ``4``, ``SRC1``."""
    return path.rpartition("/")[2]


@dataclass(frozen=True)
class Tile:
    """A layout for all cells that are alike, in a frame with its corner top left at (0, 0).

    Attributes:
        kind: of its cells.
        cells: their paths, in the circuit's order.
        width, height: of the room it takes.
        placed: the parts as in its first cell.
        labels: texts, with `{name}` for the cell's name.
        tracks, vias: its own copper, on the nets of its first cell; empty before it is routed.
        missing: nets that could not be routed inside.
    """

    kind: str
    cells: tuple[str, ...]
    width: int
    height: int
    placed: tuple[Placed, ...]
    labels: tuple[Label, ...]
    tracks: tuple[Track, ...] = ()
    vias: tuple[Via, ...] = ()
    missing: tuple[str, ...] = ()


def make_tiles(
    cells: Mapping[str, Sequence[Component]],
    footprints: Mapping[str, Footprint],
    rules: FabRules,
) -> tuple[Tile, ...]:
    """The tiles of a board, placed but not routed, in the order of their first cells."""
    groups: dict[tuple[object, ...], list[str]] = {}
    for path, components in cells.items():
        groups.setdefault((kind_of(path), *_likeness(components)), []).append(path)
    return tuple(
        _placed_tile(tuple(paths), cells[paths[0]], footprints, rules) for paths in groups.values()
    )


def _likeness(components: Sequence[Component]) -> Iterable[object]:
    """What two cells share when one tile serves both."""
    numbers: dict[str, int] = {}
    for component in components:
        yield component.slot
        yield component.part.footprint
        for pin in component.pins:
            if pin.net is None:
                yield None
            elif is_global(pin.net):
                yield pin.net
            else:
                yield numbers.setdefault(pin.net, len(numbers))


def is_global(net: str) -> bool:
    """Whether a net is the same in every cell: ground and the rails, which planes carry."""
    return net == "GND" or net.startswith("+")


def _placed_tile(
    paths: tuple[str, ...],
    components: Sequence[Component],
    footprints: Mapping[str, Footprint],
    rules: FabRules,
) -> Tile:
    kind = kind_of(paths[0])
    names = tuple(map(name_of, paths))
    cell = Cell(paths[0], tuple(components), footprints, rules, names)
    box = _PROGRAMS[kind](cell)
    left_out = sorted(set(cell.by_slot) - {spot.slot for spot in box.spots})
    if left_out:
        raise BuildError(f"{paths[0]}: its tile has no place for {left_out[0]}")
    margin = rules.space
    placed = tuple(
        placed_part(
            cell.by_slot[spot.slot],
            cell.footprint(spot.slot),
            (spot.at[0] + margin, spot.at[1] + margin),
            spot.rotation,
        )
        for spot in box.spots
    )
    labels = tuple(label.moved((margin, margin)) for label in box.labels)
    return Tile(
        kind, paths, up_to_grid(box.width + 2 * margin), up_to_grid(box.height + 2 * margin),
        placed, labels,
    )  # fmt: skip


def up_to_grid(value: int) -> int:
    """The next length on the grid that tiles stand on, so that stamped copper is on it too."""
    return -(-value // GRID) * GRID


def placed_part(component: Component, shape: Footprint, at: Point, rotation: int) -> Placed:
    """A component on the board."""
    numbers = {pad.number for pad in shape.pads}
    unknown = [pin.number for pin in component.pins if pin.number not in numbers]
    if unknown:
        raise BuildError(
            f"{component.refdes} ({component.part.mpn}): pin {unknown[0]} has no pad in "
            f"{shape.name}; mend the part's footprint"
        )
    nets = tuple((pin.number, pin.net) for pin in component.pins if pin.net is not None)
    return Placed(
        component.refdes, component.path, shape, at, rotation, nets,
        component.part.mpn, component.part.value, component.functions_text,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a cell's tile stands: its corner top left after turning, and the angle."""

    cell: str
    at: Point
    rotation: int


def stand_area(tile: Tile, stand: Stand) -> Rect:
    """The room that the tile takes on the board."""
    return _turned_area(tile, stand.rotation)[0].moved(stand.at)


def _turned_area(tile: Tile, rotation: int) -> tuple[Rect, Point]:
    """The tile's extent after turning with its corner at the origin, and the move for that."""
    rect = Rect(0, 0, tile.width, tile.height).turned(rotation)
    by = (-rect.left, -rect.top)
    return rect.moved(by), by


@dataclass(frozen=True)
class Stamped:
    """One cell's parts, copper and texts on the board."""

    placed: tuple[Placed, ...]
    tracks: tuple[Track, ...]
    vias: tuple[Via, ...]
    texts: tuple[SilkText, ...]


def stamp(tile: Tile, stand: Stand, components: Sequence[Component]) -> Stamped:
    """The tile at its place, with the names of one of its cells.

    Args:
        tile: routed or not.
        stand: the cell and its place.
        components: of that cell.
    """
    by = _turned_area(tile, stand.rotation)[1]
    move = (by[0] + stand.at[0], by[1] + stand.at[1])

    def spot(point: Point) -> Point:
        x, y = turned(point, stand.rotation)
        return x + move[0], y + move[1]

    nets = _names(tile, components)
    by_slot = {component.slot: component for component in components}
    placed = tuple(
        placed_part(
            by_slot[item.path.rpartition("/")[2]],
            item.footprint,
            spot(item.at),
            (item.rotation + stand.rotation) % 360,
        )
        for item in tile.placed
    )
    name = name_of(stand.cell)
    return Stamped(
        placed,
        tuple(
            Track(nets[item.net], item.layer, item.width, spot(item.start), spot(item.end))
            for item in tile.tracks
        ),
        tuple(Via(nets[item.net], spot(item.at), item.diameter, item.drill) for item in tile.vias),
        tuple(
            SilkText(
                label.text.replace("{name}", name), spot(label.at), label.height,
                (label.rotation + stand.rotation) % 180,
            )
            for label in tile.labels
        ),
    )  # fmt: skip


def _names(tile: Tile, components: Sequence[Component]) -> Mapping[str, str]:
    """From the nets of a tile's first cell to those of one that is alike."""
    by_slot = {component.slot: component for component in components}
    names: dict[str, str] = {}
    for item in tile.placed:
        mine = {pin.number: pin.net for pin in by_slot[item.path.rpartition("/")[2]].pins}
        for number, net in item.nets:
            names[net] = mine[number] or ""
    return names
