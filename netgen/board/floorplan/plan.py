"""From tiles and a network to the place of every tile."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from designs.words import listed, suggestion
from netgen.board.floorplan.assign import Block, Ints, length, settle
from netgen.board.floorplan.core import CORE_KINDS, Core, make_core
from netgen.board.floorplan.frame import (
    Floats,
    Frame,
    Gaps,
    Pins,
    make_frame,
    rim_stands,
    rim_tiles,
)
from netgen.board.floorplan.links import WIRE, link_weights
from netgen.board.floorplan.rim import RimSide
from netgen.board.floorplan.start import Start, starts
from netgen.board.tiles.tile import Stand, Tile, kind_of
from netgen.circuit import Component
from netgen.errors import BuildError
from netgen.network import LearningNetwork
from parts.footprint import MM, Rect

_SIDES: tuple[tuple[RimSide, ...], ...] = (
    ("left", "right"),
    ("left", "right", "bottom"),
    ("left", "right", "top", "bottom"),
)
_LONGEST = 2.0
"""A board is at most so many times as long as it is wide, where that can be had."""
_TURNS = 5
"""The core is planned so many times, each time with places where its cells have come to stand."""


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


@dataclass(frozen=True)
class _Task:
    """What is planned, see `plan_floor`: `paths` are the cells', `weights` how they pull."""

    tiles: Sequence[Tile]
    paths: tuple[str, ...]
    weights: Floats
    pins: Pins
    gaps: Gaps


@dataclass(frozen=True)
class _Settled:
    """A frame, where every cell's middle is on the board, its stand, and the length of wire."""

    frame: Frame
    at: Floats
    stands: Mapping[str, Stand]
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

    Raises:
        BuildError: a cell is pinned that the board does not have.
    """
    paths = tuple(cells)
    _check_pins(pins, paths)
    fixed = {cell: (x * MM, y * MM) for cell, (x, y) in pins.items()}
    task = _Task(tiles, paths, link_weights(cells), fixed, gaps)
    drawings = starts(network)
    rows, sides = _smallest(task, drawings[0])
    settled = [_settled(task, drawing, rows, sides) for drawing in drawings]
    best = min(settled, key=lambda one: one.wire)
    return FloorPlan(
        best.frame.outline, tuple(best.stands[path] for path in paths), rows, best.wire
    )


def _check_pins(pins: Mapping[str, tuple[float, float]], paths: Sequence[str]) -> None:
    for cell in pins:
        if cell not in paths:
            raise BuildError(
                f"board.pin: the board has no cell {cell!r}{suggestion(cell, paths)}; "
                f"its cells are {listed(paths)}"
            )


def _smallest(task: _Task, drawing: Start) -> tuple[int, tuple[RimSide, ...]]:
    """The number of rows and the sides in use that make the smallest board."""
    found: list[tuple[float, int, int, tuple[RimSide, ...]]] = []
    wanted = _wanted(task, drawing)
    count = sum(len(tile.cells) for tile in task.tiles if tile.kind in CORE_KINDS)
    for rows in range(1, count + 1):
        core = _core(task, wanted, rows)
        at = np.rint(wanted * np.array([core.width, core.height]))
        drawn = rim_tiles(task.tiles, task.paths, task.weights, at, core, {})
        for sides in _SIDES:
            outline = make_frame(core, sides, drawn, task.gaps).outline
            width, height = outline.width, outline.height
            excess = max(1.0, max(width, height) / min(width, height) / _LONGEST)
            found.append((width * height * excess, len(found), rows, sides))
        if core.height > 3 * core.width:
            break
    return min(found)[2:]


def _core(task: _Task, wanted: Floats, rows: int) -> Core:
    """A core with places where cells are wanted, in the unit square."""
    spots = {path: (float(x), float(y)) for path, (x, y) in zip(task.paths, wanted, strict=True)}
    return make_core(task.tiles, spots, rows, task.gaps.beside, task.gaps.between)


def _wanted(task: _Task, drawing: Start) -> Floats:
    """Where every cell would be if places did not matter: nodes as drawn, the others between.

    Shape (cells, 2), in the unit square; rounded, so that the last bits of a sum decide nothing.
    """
    at = np.full((len(task.paths), 2), np.nan)
    for number, path in enumerate(task.paths):
        if kind_of(path) == "node":
            at[number] = drawing[path.removeprefix("node/")]
    known = ~np.isnan(at[:, 0])
    filled = np.where(known[:, None], at, 0.0)
    # Twice, since a bank is known by its edges and those by their nodes.
    for _ in range(2):
        pull = task.weights * known[None, :]
        total = pull.sum(axis=1)[:, None]
        mean = np.divide(pull @ filled, total, out=np.full_like(at, 0.5), where=total > 0)
        filled = np.where(np.isnan(at), mean, at)
        known = np.ones(len(at), dtype=bool)
    return np.rint(filled * 1e9) / 1e9


def _settled(task: _Task, drawing: Start, rows: int, sides: tuple[RimSide, ...]) -> _Settled:
    """Core and rim by turns, each drawn to where the other has come; the best turn counts."""
    at = _wanted(task, drawing)
    pins: Pins = {}
    best: _Settled | None = None
    for _ in range(_TURNS):
        core = _core(task, at, rows)
        at = np.rint(at * np.array([core.width, core.height]))
        drawn = rim_tiles(task.tiles, task.paths, task.weights, at, core, pins)
        frame = make_frame(core, sides, drawn, task.gaps)
        found = _placed(task, frame, at + frame.corner, sides)
        if best is None or found.wire < best.wire:
            best = found
        frame = found.frame
        at = (found.at - frame.corner) / np.array([core.width, core.height])
        pins = _from_corner(task.pins, frame)
    if best is None:
        raise AssertionError("there is at least one turn")
    return best


def _placed(task: _Task, frame: Frame, at: Floats, sides: tuple[RimSide, ...]) -> _Settled:
    """Every cell of the core at its place, then the rim around them."""
    blocks = _blocks(task, frame)
    rooms = list(frame.core.places.values())
    at, taken = settle(blocks, task.weights, at)
    pins = _from_corner(task.pins, frame)
    drawn = rim_tiles(task.tiles, task.paths, task.weights, at - frame.corner, frame.core, pins)
    moved = make_frame(frame.core, sides, drawn, task.gaps)
    at = at - frame.corner + moved.corner
    stands = _core_stands(task, moved, blocks, rooms, taken)
    for stand, rect in rim_stands(moved, task.gaps):
        at[task.paths.index(stand.cell)] = rect.centre
        stands[stand.cell] = stand
    return _Settled(moved, at, stands, round(length(at, task.weights) / WIRE))


def _from_corner(pins: Pins, frame: Frame) -> Pins:
    """Pins in the core's frame instead of the board's."""
    return {cell: (x - frame.place.left, y - frame.place.top) for cell, (x, y) in pins.items()}


def _blocks(task: _Task, frame: Frame) -> list[Block]:
    """The cells of the core by kind, with the places of that kind."""
    blocks: list[Block] = []
    for kind, rects in frame.core.places.items():
        cells = [number for number, path in enumerate(task.paths) if kind_of(path) == kind]
        spots = np.array([frame.on_board(rect).centre for rect in rects], dtype=np.float64)
        held: dict[int, int] = {}
        for path, point in task.pins.items():
            number = task.paths.index(path)
            if number in cells:
                away = np.abs(spots - np.array(point)).sum(axis=1)
                away[list(held.values())] = np.inf
                held[number] = int(np.argmin(away))
        blocks.append(Block(np.array(cells, dtype=np.int64), spots, held))
    return blocks


def _core_stands(
    task: _Task, frame: Frame, blocks: Sequence[Block], rooms: Sequence[tuple[Rect, ...]],
    taken: Sequence[Ints],
) -> dict[str, Stand]:  # fmt: skip
    stands: dict[str, Stand] = {}
    for block, rects, places in zip(blocks, rooms, taken, strict=True):
        for cell, place in zip(block.cells.tolist(), places.tolist(), strict=True):
            rect = frame.on_board(rects[place])
            path = task.paths[cell]
            stands[path] = Stand(path, (rect.left, rect.top), 0)
    return stands
