"""The frame: core, rim and the board's outline, fitted together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from netgen.board.floorplan.core import CORE_KINDS, Core
from netgen.board.floorplan.rim import TURNS, Rim, RimSide, RimTile, axis_of, share_out, spread
from netgen.board.tiles.tile import Stand, Tile, up_to_grid
from parts.footprint import MM, Rect

Floats = npt.NDArray[np.float64]
Pins = Mapping[str, tuple[float, float]]
"""Where the user wants cells: (x, y) in nm."""


@dataclass(frozen=True, slots=True)
class Gaps:
    """Room for tracks, nm.

    Attributes:
        beside: between the tiles of a row.
        between: between rows.
        rim: between core and rim.
        along: between the tiles of the rim.
        edge: between tiles and the board's edge.
        corner: side of the square at each corner of the board where no tile may stand.
    """

    beside: int
    between: int
    rim: int
    along: int
    edge: int
    corner: int


@dataclass(frozen=True)
class Frame:
    """A core with its rim inside of an outline.

    Attributes:
        core: its places, in a frame of its own.
        rim: who stands at which side.
        inner: what the rims on the left and on the right leave free, from edge to edge.
        place: of the core on the board.
        outline: of the board.
    """

    core: Core
    rim: Rim
    inner: Rect
    place: Rect
    outline: Rect

    @property
    def corner(self) -> Floats:
        """The core's corner top left on the board."""
        return np.array([self.place.left, self.place.top], dtype=np.float64)

    def on_board(self, rect: Rect) -> Rect:
        """A place of the core, on the board."""
        return rect.moved((self.place.left, self.place.top))


def make_frame(
    core: Core, sides: tuple[RimSide, ...], tiles: Sequence[RimTile], gaps: Gaps
) -> Frame:
    """The smallest outline around a core and the tiles of its rim.

    Args:
        core: the core.
        sides: on which tiles may stand.
        tiles: of the rim, drawn to points of the core's own frame.
        gaps: room for tracks.
    """
    rect = Rect(0, 0, core.width, core.height)
    room: dict[RimSide, int] = dict.fromkeys(
        ("left", "right"), core.height - 2 * (gaps.corner - gaps.edge)
    )
    room |= dict.fromkeys(("top", "bottom"), core.width)
    rim = share_out(tiles, sides, room, rect, gaps.along)
    depth = {side: gaps.edge + (rim.depth(side) + gaps.rim) * (rim.depth(side) > 0)
             for side in TURNS}  # fmt: skip
    # The corners lie beside the core, never above or below it.
    depth |= {side: max(depth[side], gaps.corner) for side in TURNS if axis_of(side)}
    lengths = {side: rim.length(side, gaps.along) for side in TURNS}
    wide = max(core.width, lengths["top"], lengths["bottom"])
    tall = max(core.height + depth["top"] + depth["bottom"],
               lengths["left"] + 2 * gaps.corner, lengths["right"] + 2 * gaps.corner)  # fmt: skip
    # A grid step more, since places are moved up to the grid.
    outline = Rect(0, 0, _round_up(depth["left"] + wide + depth["right"] + _STEP),
                   _round_up(tall + _STEP))  # fmt: skip
    spare = outline.height - core.height - depth["top"] - depth["bottom"] - _STEP
    left = up_to_grid(depth["left"] + (wide - core.width) // 2)
    top = up_to_grid(depth["top"] + spare // 2)
    inner = Rect(depth["left"], 0, outline.right - depth["right"], outline.bottom)
    return Frame(core, rim, inner, rect.moved((left, top)), outline)


_STEP = MM // 5


def _round_up(value: int) -> int:
    """To the next millimetre, so that the board has round sizes."""
    return -(-value // MM) * MM


def rim_tiles(
    tiles: Sequence[Tile], paths: Sequence[str], weights: Floats, at: Floats, core: Core, pins: Pins
) -> list[RimTile]:
    """The cells of the rim with the middle of what each is wired to; pinned ones come first.

    Args:
        tiles: of the board.
        paths: of all cells.
        weights: how strongly cells pull each other.
        at: where every cell is, in the core's frame.
        core: the core; what is wired to nothing is drawn to its corner bottom left.
        pins: where cells are pinned, in the core's frame.
    """
    found: list[RimTile] = []
    for tile in tiles:
        if tile.kind in CORE_KINDS:
            continue
        for cell in tile.cells:
            pull = weights[paths.index(cell)]
            x, y = (pull @ at) / pull.sum() if pull.any() else (0.0, float(core.height))
            x, y = pins.get(cell, (float(x), float(y)))
            found.append(RimTile(cell, tile.height, tile.width, (x, y), cell in pins))
    return found


def rim_stands(frame: Frame, gaps: Gaps) -> list[tuple[Stand, Rect]]:
    """Where the cells of the rim stand."""
    edge, corner, board = gaps.edge, gaps.corner, frame.outline
    found: list[tuple[Stand, Rect]] = []
    for side, tiles in frame.rim.sides.items():
        axis = axis_of(side)
        start, end = frame.inner.left, frame.inner.right
        if axis:
            start, end = corner, board.bottom - corner
        offset = frame.place.top if axis else frame.place.left
        begins = spread(tiles, axis, offset, start, end, gaps.along)
        for tile, begin in zip(tiles, map(up_to_grid, begins), strict=True):
            far = (board.right if axis else board.bottom) - edge - tile.depth
            across = edge if side in ("left", "top") else far
            rect = (
                Rect(across, begin, across + tile.depth, begin + tile.length)
                if axis
                else Rect(begin, across, begin + tile.length, across + tile.depth)
            )
            found.append((Stand(tile.cell, (rect.left, rect.top), TURNS[side]), rect))
    return found
