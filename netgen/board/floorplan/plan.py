"""From tiles and a network to the place of every tile."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from netgen.board.floorplan.assign import Block, length, settle
from netgen.board.floorplan.core import CORE_KINDS, Core, make_core
from netgen.board.floorplan.links import link_weights
from netgen.board.floorplan.rim import TURNS, Rim, RimSide, RimTile, axis_of, share_out, spread
from netgen.board.floorplan.start import starts
from netgen.board.tiles.tile import Stand, Tile, up_to_grid
from netgen.circuit import Component
from netgen.network import LearningNetwork
from parts.footprint import MM, Rect

Floats = npt.NDArray[np.float64]
_SIDES: tuple[tuple[RimSide, ...], ...] = (
    ("left", "right"),
    ("left", "right", "bottom"),
    ("left", "right", "top", "bottom"),
)
LONGEST = 2.0
"""A board is at most so many times as long as it is wide, where that can be had."""


@dataclass(frozen=True, slots=True)
class Gaps:
    """Room for tracks, nm.

    Attributes:
        beside: between the tiles of a row.
        between: between rows.
        rim: between core and rim.
        along: between the tiles of the rim.
        edge: between tiles and the board's edge.
    """

    beside: int
    between: int
    rim: int
    along: int
    edge: int


@dataclass(frozen=True)
class FloorPlan:
    """Where everything stands.

    Attributes:
        outline: of the board; its corner top left is (0, 0).
        stands: one for each cell, in the circuit's order.
        rows: of the core.
        wire: length of the wires between tiles, along x and y, nm.
    """

    outline: Rect
    stands: tuple[Stand, ...]
    rows: int
    wire: int


def plan_floor(
    tiles: Sequence[Tile],
    cells: Mapping[str, Sequence[Component]],
    network: LearningNetwork,
    pins: Mapping[str, tuple[float, float]],
    gaps: Gaps,
) -> FloorPlan:
    """The floor plan of the least area, and on it the shortest wires found.

    Args:
        tiles: of the board.
        cells: components of each cell.
        network: for where the nodes are drawn.
        pins: (x, y) in mm that a cell shall be near, from the board's corner top left.
        gaps: room for tracks.
    """
    weights = link_weights(cells)
    paths = tuple(cells)
    frame = _smallest(tiles, paths, weights, network, gaps)
    best: tuple[float, Floats, _Frame] | None = None
    for start in starts(network):
        at = _wanted(paths, start, weights, frame.core_rect)
        at, settled = _settled(frame, tiles, paths, weights, at, pins, gaps)
        found = length(at, weights)
        if best is None or found < best[0] - 1e-6:
            best = (found, at, settled)
    if best is None:
        raise AssertionError("a network has at least one start")
    return _finished(best[2], tiles, paths, best[1], round(best[0]), gaps)


@dataclass(frozen=True)
class _Frame:
    """Core, rim and outline that fit together; the core's corner lies inside the outline."""

    core: Core
    rows: int
    sides: tuple[RimSide, ...]
    rim: Rim
    core_rect: Rect
    outline: Rect


def _smallest(
    tiles: Sequence[Tile], paths: Sequence[str], weights: Floats, network: LearningNetwork,
    gaps: Gaps,
) -> _Frame:  # fmt: skip
    """The number of rows and the sides in use that make the smallest board."""
    start = starts(network)[0]
    found: list[tuple[float, int, _Frame]] = []
    for rows in range(1, sum(len(tile.cells) for tile in tiles if tile.kind in CORE_KINDS) + 1):
        core = make_core(tiles, rows, gaps.beside, gaps.between)
        for sides in _SIDES:
            rect = Rect(0, 0, core.width, core.height)
            at = _wanted(paths, start, weights, rect)
            frame = _framed(core, rows, sides, tiles, paths, weights, at, gaps)
            width, height = frame.outline.width, frame.outline.height
            longer, shorter = max(width, height), min(width, height)
            excess = max(1.0, longer / shorter / LONGEST)
            found.append((width * height * excess, len(found), frame))
        if core.height > 3 * core.width:
            break
    return min(found)[2]


def _framed(
    core: Core, rows: int, sides: tuple[RimSide, ...], tiles: Sequence[Tile],
    paths: Sequence[str], weights: Floats, at: Floats, gaps: Gaps,
) -> _Frame:  # fmt: skip
    """The rim around a core whose cells are at `at`, in the core's frame, and the board's size."""
    rect = Rect(0, 0, core.width, core.height)
    drawn = _rim_tiles(tiles, paths, weights, at, rect)
    room: dict[RimSide, int] = {side: core.height for side in ("left", "right")}
    room |= {side: core.width for side in ("top", "bottom")}
    rim = share_out(drawn, sides, room, rect, gaps.along)
    depth = {
        side: gaps.edge + (rim.depth(side) + gaps.rim if rim.depth(side) else 0) for side in TURNS
    }
    tall = max(core.height, rim.length("left", gaps.along), rim.length("right", gaps.along))
    wide = max(core.width, rim.length("top", gaps.along), rim.length("bottom", gaps.along))
    left = up_to_grid(depth["left"] + (wide - core.width) // 2)
    top = up_to_grid(depth["top"] + (tall - core.height) // 2)
    outline = Rect(0, 0, _up(MM + depth["left"] + wide + depth["right"]),
                   _up(MM + depth["top"] + tall + depth["bottom"]))  # fmt: skip
    return _Frame(core, rows, sides, rim, rect.moved((left, top)), outline)


def _up(value: int) -> int:
    """To the next millimetre, so that the board has round sizes."""
    return -(-value // MM) * MM


def _rim_tiles(
    tiles: Sequence[Tile], paths: Sequence[str], weights: Floats, at: Floats, core: Rect
) -> list[RimTile]:
    """The cells of the rim with the middle of what each is wired to."""
    found: list[RimTile] = []
    for tile in tiles:
        if tile.kind in CORE_KINDS:
            continue
        for cell in tile.cells:
            pull = weights[paths.index(cell)]
            if pull.sum() > 0:
                x, y = (pull @ at) / pull.sum()
            else:
                x, y = core.left, core.bottom
            found.append(RimTile(cell, tile.height, tile.width, (float(x), float(y))))
    return found


def _wanted(
    paths: Sequence[str], start: Mapping[str, tuple[float, float]], weights: Floats, core: Rect
) -> Floats:
    """Where every cell would be if places did not matter: nodes as drawn, the others between."""
    at = np.full((len(paths), 2), np.nan)
    for number, path in enumerate(paths):
        if path.startswith("node/"):
            x, y = start[path.removeprefix("node/")]
            at[number] = (core.left + x * core.width, core.top + y * core.height)
    known = ~np.isnan(at[:, 0])
    filled = np.where(known[:, None], at, 0.0)
    middle = np.array([(core.left + core.right) / 2, (core.top + core.bottom) / 2])
    # Twice, since a bank is known by its edges and those by their nodes.
    for _ in range(2):
        pull = weights * known[None, :]
        total = pull.sum(axis=1)
        mean = np.divide(pull @ filled, total[:, None], out=np.tile(middle, (len(paths), 1)),
                         where=total[:, None] > 0)  # fmt: skip
        filled = np.where(np.isnan(at), mean, at)
        known = np.ones(len(paths), dtype=bool)
    return filled


def _settled(
    frame: _Frame, tiles: Sequence[Tile], paths: Sequence[str], weights: Floats, at: Floats,
    pins: Mapping[str, tuple[float, float]], gaps: Gaps,
) -> tuple[Floats, _Frame]:  # fmt: skip
    """Core and rim by turns, twice; positions on the board, and the frame with the final rim."""
    for _ in range(2):
        blocks, spots = _blocks(frame, paths, pins)
        at, taken = settle(blocks, weights, at)
        del spots, taken
        shifted = at - np.array([frame.core_rect.left, frame.core_rect.top])
        frame = _framed(frame.core, frame.rows, frame.sides, tiles, paths, weights, shifted, gaps)
        at = shifted + np.array([frame.core_rect.left, frame.core_rect.top])
        for stand, rect in _rim_stands(frame, gaps):
            at[paths.index(stand.cell)] = rect.centre
    return at, frame


def _blocks(
    frame: _Frame, paths: Sequence[str], pins: Mapping[str, tuple[float, float]]
) -> tuple[list[Block], None]:
    blocks: list[Block] = []
    corner = (frame.core_rect.left, frame.core_rect.top)
    for kind, rects in frame.core.places.items():
        cells = [number for number, path in enumerate(paths) if path.startswith(f"{kind}")]
        spots = np.array([rect.moved(corner).centre for rect in rects], dtype=np.float64)
        held: dict[int, int] = {}
        for path, (x, y) in pins.items():
            number = paths.index(path)
            if number in cells:
                away = np.abs(spots - np.array([x * MM, y * MM])).sum(axis=1)
                away[list(held.values())] = np.inf
                held[number] = int(np.argmin(away))
        blocks.append(Block(np.array(cells, dtype=np.int64), spots, held))
    return blocks, None


def _rim_stands(frame: _Frame, gaps: Gaps) -> list[tuple[Stand, Rect]]:
    """Where the cells of the rim stand."""
    edge, board = gaps.edge, frame.outline
    found: list[tuple[Stand, Rect]] = []
    for side, tiles in frame.rim.sides.items():
        axis = axis_of(side)
        start, end = (edge, board.bottom - edge) if axis else (edge, board.right - edge)
        if axis == 0:
            start, end = frame.core_rect.left, frame.core_rect.right
        begins = [up_to_grid(begin) for begin in spread(tiles, axis, start, end, gaps.along)]
        for tile, begin in zip(tiles, begins, strict=True):
            if axis:
                left = edge if side == "left" else board.right - edge - tile.depth
                rect = Rect(left, begin, left + tile.depth, begin + tile.length)
            else:
                top = edge if side == "top" else board.bottom - edge - tile.depth
                rect = Rect(begin, top, begin + tile.length, top + tile.depth)
            found.append((Stand(tile.cell, (rect.left, rect.top), TURNS[side]), rect))
    return found


def _finished(
    frame: _Frame, tiles: Sequence[Tile], paths: Sequence[str], at: Floats, wire: int, gaps: Gaps
) -> FloorPlan:
    stands = {stand.cell: stand for stand, _ in _rim_stands(frame, gaps)}
    corner = (frame.core_rect.left, frame.core_rect.top)
    for rects in frame.core.places.values():
        middles = {rect.moved(corner).centre: rect.moved(corner) for rect in rects}
        for number, path in enumerate(paths):
            x, y = at[number]
            rect = middles.get((round(float(x)), round(float(y))))
            if rect is not None and path not in stands:
                stands[path] = Stand(path, (rect.left, rect.top), 0)
    return FloorPlan(frame.outline, tuple(stands[path] for path in paths), frame.rows, wire)
