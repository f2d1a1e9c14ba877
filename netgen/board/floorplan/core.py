"""The core: rows of places for the tiles without connectors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from netgen.board.tiles.tile import Tile, up_to_grid
from parts.footprint import Point, Rect

CORE_KINDS = ("edge", "node", "control/bank")


@dataclass(frozen=True, slots=True)
class Unit:
    """What stands in a row: one tile, or some that are lower, one below another.

    Attributes:
        kind: of the cells that it has places for.
        width, height: of all of it.
        tile_height: of each place.
        places: corner top left of each place, from the unit's corner.
        wanted: about where its cells would be if places did not matter.
    """

    kind: str
    width: int
    height: int
    tile_height: int
    places: tuple[Point, ...]
    wanted: tuple[float, float]


@dataclass(frozen=True)
class Core:
    """Places for cells, in a frame with its corner top left at (0, 0).

    Attributes:
        width, height: of all rows.
        places: of each kind, the room of every place.
    """

    width: int
    height: int
    places: Mapping[str, tuple[Rect, ...]]


def kind_size(tiles: Sequence[Tile], kind: str) -> tuple[int, int]:
    """Width and height that every tile of a kind fits into."""
    found = [tile for tile in tiles if tile.kind == kind]
    return max(tile.width for tile in found), max(tile.height for tile in found)


def make_core(
    tiles: Sequence[Tile], wanted: Mapping[str, tuple[float, float]], rows: int, beside: int,
    between: int,
) -> Core:  # fmt: skip
    """Places for every core tile, in so many rows, of each kind where cells of it are wanted.

    Args:
        tiles: of the board.
        wanted: (x, y) of every cell of the core, in any unit.
        rows: at least 1.
        beside: gap between the units of a row.
        between: gap between rows.
    """
    lines = _lines(_units(tiles, wanted), rows, beside)
    height = max(unit.height for line in lines for unit in line)
    full = max(_length(line, beside) for line in lines)
    places: dict[str, list[Rect]] = {}
    for number, line in enumerate(lines):
        spare = full - _length(line, beside)
        x, y = 0, number * (height + between)
        for position, unit in enumerate(line):
            shift = up_to_grid(spare * (position + 1) // (len(line) + 1))
            for dx, dy in unit.places:
                left, top = x + shift + dx, y + dy
                rect = Rect(left, top, left + unit.width, top + unit.tile_height)
                places.setdefault(unit.kind, []).append(rect)
            x += unit.width + beside
    return Core(
        full,
        len(lines) * (height + between) - between,
        {kind: tuple(rects) for kind, rects in places.items()},
    )


def _units(tiles: Sequence[Tile], wanted: Mapping[str, tuple[float, float]]) -> list[Unit]:
    """Every unit, with as many lower tiles one below another as are no higher than the highest."""
    kinds = [kind for kind in CORE_KINDS if any(tile.kind == kind for tile in tiles)]
    sizes = {kind: kind_size(tiles, kind) for kind in kinds}
    tallest = max(height for _, height in sizes.values())
    units: list[Unit] = []
    for kind in kinds:
        width, height = sizes[kind]
        count = max(1, tallest // height)
        step = height if count == 1 else up_to_grid((tallest - height) // (count - 1))
        places = tuple((0, number * step) for number in range(count))
        full = places[-1][1] + height
        spots = [wanted[cell] for tile in tiles if tile.kind == kind for cell in tile.cells]
        units += [
            Unit(kind, width, full, height, places, middle) for middle in _grouped(spots, count)
        ]
    return units


def _grouped(spots: Sequence[tuple[float, float]], count: int) -> list[tuple[float, float]]:
    """The middles of groups of so many points that lie near each other."""
    left = sorted(spots)
    middles: list[tuple[float, float]] = []
    while left:
        x, y = left[0]
        left.sort(key=lambda spot: ((spot[0] - x) ** 2 + (spot[1] - y) ** 2, spot))
        group, left = left[:count], sorted(left[count:])
        middles.append(
            (sum(a for a, _ in group) / len(group), sum(b for _, b in group) / len(group))
        )
    return middles


def _lines(units: Sequence[Unit], rows: int, gap: int) -> list[list[Unit]]:
    """The units of each row: from top to bottom as they are wanted, rows of about one length."""
    total = sum(unit.width + gap for unit in units)
    lines: list[list[Unit]] = [[] for _ in range(rows)]
    passed = 0
    for unit in sorted(units, key=lambda unit: (unit.wanted[1], unit.wanted[0], unit.kind)):
        middle = passed + (unit.width + gap) // 2
        lines[min(rows - 1, rows * middle // total)].append(unit)
        passed += unit.width + gap
    return [
        sorted(line, key=lambda unit: (unit.wanted[0], unit.wanted[1], unit.kind))
        for line in lines
        if line
    ]


def _length(line: Sequence[Unit], gap: int) -> int:
    return sum(unit.width for unit in line) + gap * (len(line) - 1)
