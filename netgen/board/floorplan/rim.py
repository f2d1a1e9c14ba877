"""The rim: cells with connectors, along the board's edges, each near what it is wired to."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from parts.footprint import Rect

RimSide = Literal["left", "right", "top", "bottom"]
TURNS: Mapping[RimSide, int] = {"left": 0, "right": 180, "top": 270, "bottom": 90}
"""How a tile is turned so that its connectors, on its left, face the edge."""


@dataclass(frozen=True, slots=True)
class RimTile:
    """A cell at the rim.

    Attributes:
        cell: its path.
        length: of the edge that it takes.
        depth: away from the edge.
        towards: the point of the core's frame that it is drawn to.
        pinned: whether the user has pinned it there.
    """

    cell: str
    length: int
    depth: int
    towards: tuple[float, float]
    pinned: bool


@dataclass(frozen=True)
class Rim:
    """Which cells stand at which side, in order, from the top or from the left."""

    sides: Mapping[RimSide, tuple[RimTile, ...]]

    def length(self, side: RimSide, gap: int) -> int:
        """Of the edge that a side's tiles take, with gaps between them."""
        tiles = self.sides.get(side, ())
        return sum(tile.length for tile in tiles) + gap * max(0, len(tiles) - 1)

    def depth(self, side: RimSide) -> int:
        """Of the deepest tile of a side; 0 where there is none."""
        return max((tile.depth for tile in self.sides.get(side, ())), default=0)


def share_out(
    tiles: Sequence[RimTile], sides: Sequence[RimSide], room: Mapping[RimSide, int], core: Rect,
    gap: int,
) -> Rim:  # fmt: skip
    """Give each tile a side: the nearest one that still has room, pinned and long tiles first.

    Where no side has room, the one that is overfull the least takes it, and the board grows.
    """
    left: dict[RimSide, int] = {side: room[side] for side in sides}
    found: dict[RimSide, list[RimTile]] = {side: [] for side in sides}
    for tile in sorted(tiles, key=lambda tile: (not tile.pinned, -tile.length, -tile.depth)):
        ranked = [
            (left[side] < tile.length, _preference(tile, side, core, left[side]), place)
            for place, side in enumerate(sides)
        ]
        side = sides[min(ranked)[-1]]
        left[side] -= tile.length + gap
        found[side].append(tile)
    return Rim({side: tuple(sorted(held, key=_along(side))) for side, held in found.items()})


def _preference(tile: RimTile, side: RimSide, core: Rect, left: int) -> float:
    """The nearest side with room is the best; without room, the one that lacks the least."""
    if left < tile.length:
        return float(-left)
    x, y = tile.towards
    away: dict[RimSide, float] = {
        "left": x - core.left,
        "right": core.right - x,
        "top": y - core.top,
        "bottom": core.bottom - y,
    }
    return away[side]


def axis_of(side: RimSide) -> int:
    """0 where a side runs along x, 1 where along y."""
    return 1 if side in ("left", "right") else 0


def _along(side: RimSide) -> Callable[[RimTile], tuple[float, str]]:
    axis = axis_of(side)
    return lambda tile: (tile.towards[axis], tile.cell)


def spread(
    tiles: Sequence[RimTile], axis: int, offset: int, start: int, end: int, gap: int
) -> tuple[int, ...]:
    """Where each tile of a side begins, in order, each as near to where it is drawn as it gets.

    Args:
        tiles: of the side, in order.
        axis: 0 where the side runs along x, 1 where along y.
        offset: of the core's frame along the side.
        start: of the side.
        end: of the side.
        gap: between tiles.
    """
    begins: list[int] = []
    edge = start
    for tile in tiles:
        begins.append(max(edge, round(tile.towards[axis]) + offset - tile.length // 2))
        edge = begins[-1] + tile.length + gap
    edge = end
    for place in reversed(range(len(tiles))):
        begins[place] = min(begins[place], edge - tiles[place].length)
        edge = begins[place] - gap
    return tuple(begins)
