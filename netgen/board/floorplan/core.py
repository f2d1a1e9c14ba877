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
        places: corner top left of each place, from the unit's corner.
    """

    kind: str
    width: int
    height: int
    places: tuple[Point, ...]


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


def make_core(tiles: Sequence[Tile], rows: int, beside: int, between: int) -> Core:
    """Places for every core tile, in so many rows.

    Args:
        tiles: of the board.
        rows: at least 1.
        beside: gap between the units of a row.
        between: gap between rows.
    """
    counts = {
        kind: sum(len(tile.cells) for tile in tiles if tile.kind == kind) for kind in CORE_KINDS
    }
    present = [kind for kind in CORE_KINDS if counts[kind]]
    tallest = max(kind_size(tiles, kind)[1] for kind in present)
    units = {kind: _unit(tiles, kind, tallest) for kind in present}
    lines = _lines(units, counts, rows)
    height = max(unit.height for unit in units.values())
    full = max(_length(line, beside) for line in lines)
    places: dict[str, list[Rect]] = {kind: [] for kind in present}
    for number, line in enumerate(lines):
        spare = full - _length(line, beside)
        x, y = 0, number * (height + between)
        for position, unit in enumerate(line):
            shift = up_to_grid(spare * (position + 1) // (len(line) + 1))
            width, tall = kind_size(tiles, unit.kind)
            for dx, dy in unit.places:
                left, top = x + shift + dx, y + dy
                places[unit.kind].append(Rect(left, top, left + width, top + tall))
            x += unit.width + beside
    return Core(
        full,
        len(lines) * (height + between) - between,
        {kind: tuple(rects) for kind, rects in places.items()},
    )


def _unit(tiles: Sequence[Tile], kind: str, tallest: int) -> Unit:
    """As many places of this kind, one below another, as are no higher than the highest tile."""
    width, height = kind_size(tiles, kind)
    count = max(1, tallest // height)
    step = height if count == 1 else up_to_grid((tallest - height) // (count - 1)) 
    places = tuple((0, number * step) for number in range(count))
    return Unit(kind, width, tallest if count > 1 else height, places)


def _lines(
    units: Mapping[str, Unit], counts: Mapping[str, int], rows: int
) -> list[tuple[Unit, ...]]:
    """The units of each row, each kind spread evenly over rows and over the length of a row."""
    needed = {kind: -(-counts[kind] // len(unit.places)) for kind, unit in units.items()}
    shares: list[dict[str, int]] = [{} for _ in range(rows)]
    lengths = [0] * rows
    for kind, count in needed.items():
        for number in range(rows):
            shares[number][kind] = count // rows
            lengths[number] += units[kind].width * (count // rows)
        for _ in range(count % rows):
            shortest = min(range(rows), key=lambda number: (lengths[number], number))
            shares[shortest][kind] += 1
            lengths[shortest] += units[kind].width
    return [_mixed(units, share) for share in shares if any(share.values())]


def _mixed(units: Mapping[str, Unit], share: Mapping[str, int]) -> tuple[Unit, ...]:
    """The units of one row, every kind spread over its length."""
    spread = [
        ((number + 0.5) / count, order, kind)
        for order, (kind, count) in enumerate(share.items())
        for number in range(count)
    ]
    return tuple(units[kind] for _, _, kind in sorted(spread))


def _length(line: Sequence[Unit], gap: int) -> int:
    return sum(unit.width for unit in line) + gap * (len(line) - 1)
