"""The floor plan: nothing overlaps, connectors are at the edge, pins hold, wires are short."""

import random
from pathlib import Path

import numpy as np
import pytest
from board_layouts import MACHINES, design_with, elaborated, placed_tiles, printed_by, ready

from netgen.board.floorplan import FloorPlan, Gaps, plan_floor
from netgen.board.floorplan.assign import Block, length, settle
from netgen.board.floorplan.core import CORE_KINDS
from netgen.board.floorplan.links import WIRE, link_weights
from netgen.board.floorplan.rim import RimTile, share_out, spread
from netgen.board.floorplan.start import starts
from netgen.board.tiles.tile import GRID, stand_area
from netgen.elaborate import Elaboration
from netgen.errors import BuildError
from netgen.network import LearningNetwork
from parts.footprint import MM, Rect

GAPS = Gaps(beside=MM, between=3 * MM, rim=3 * MM, along=MM, edge=MM, corner=8 * MM)
DESIGNS = ("two_edge", "iris16", "dillavou16", "dillavou16_throughhole", "lattice4x4")


def planned(made: Elaboration, pins: dict[str, tuple[float, float]] | None = None) -> FloorPlan:
    return plan_floor(placed_tiles(made), made.circuit.cells, made.network, pins or {}, GAPS)


def areas(made: Elaboration, plan: FloorPlan) -> dict[str, Rect]:
    of = {cell: tile for tile in placed_tiles(made) for cell in tile.cells}
    return {stand.cell: stand_area(of[stand.cell], stand) for stand in plan.stands}


@pytest.mark.parametrize("name", DESIGNS)
def test_tiles_stand_apart_inside_of_the_outline_and_on_the_grid(name: str) -> None:
    made = ready(name)
    plan = planned(made)
    found = areas(made, plan)
    assert found.keys() == made.circuit.cells.keys()
    inside = plan.outline.grown(-GAPS.edge)
    rects = list(found.values())
    side, board = GAPS.corner, plan.outline
    rects += [Rect(x, y, x + side, y + side) for x in (0, board.right - side)
              for y in (0, board.bottom - side)]  # fmt: skip
    for place, rect in enumerate(rects):
        assert not any(rect.overlaps(other) for other in rects[:place])
    for rect in found.values():
        assert inside.holds(rect)
        assert rect.left % GRID == rect.top % GRID == 0


@pytest.mark.parametrize("name", DESIGNS)
def test_every_connector_is_at_an_edge_and_faces_it(name: str) -> None:
    made = ready(name)
    plan = planned(made)
    tiles = {cell: tile for tile in placed_tiles(made) for cell in tile.cells}
    turns = {0: "left", 180: "right", 270: "top", 90: "bottom"}
    checked = 0
    for stand in plan.stands:
        tile = tiles[stand.cell]
        if tile.kind in CORE_KINDS:
            continue
        side = turns[stand.rotation]
        rect, board = stand_area(tile, stand), plan.outline
        to_edge = {"left": rect.left, "right": board.right - rect.right,
                   "top": rect.top, "bottom": board.bottom - rect.bottom}[side]  # fmt: skip
        assert to_edge <= GAPS.edge + MM, stand.cell
        connectors = [item for item in tile.placed if "Header" in item.footprint.name
                      or "Terminal" in item.footprint.name]  # fmt: skip
        assert connectors and all(item.courtyard.left <= MM // 2 for item in connectors)
        checked += 1
    assert checked >= 4


def test_the_plan_is_the_same_every_time() -> None:
    assert planned(ready("lattice4x4")) == planned(ready("lattice4x4"))


def test_wires_are_much_shorter_than_on_a_board_filled_by_lot() -> None:
    made = ready("lattice4x4")
    plan = planned(made)
    found = areas(made, plan)
    weights = link_weights(made.circuit.cells)
    at = np.array([found[cell].centre for cell in made.circuit.cells], dtype=np.float64)
    assert length(at, weights) / WIRE == pytest.approx(plan.wire, rel=0.02)
    lot = random.Random(1)
    kinds = [cell.partition("/")[0] for cell in made.circuit.cells]
    by_lot: list[float] = []
    for _ in range(10):
        mixed = at.copy()
        for kind in ("edge", "node"):
            numbers = [number for number, other in enumerate(kinds) if other == kind]
            mixed[numbers] = at[lot.sample(numbers, len(numbers))]
        by_lot.append(length(mixed, weights) / WIRE)
    assert plan.wire < 0.65 * min(by_lot)


def test_pinned_cells_take_the_nearest_place() -> None:
    made = ready("lattice4x4")
    free = areas(made, planned(made))
    far = max(free, key=lambda cell: (free[cell].left * cell.startswith("edge/"), cell))
    pins = {far: (40.0, 20.0), "source/SRC1": (200.0, 60.0)}
    plan = planned(made, pins)
    found = areas(made, plan)
    away = {cell: distance(rect, pins[far]) for cell, rect in found.items() if "edge/" in cell}
    assert min(away, key=lambda cell: away[cell]) == far
    assert away[far] < distance(free[far], pins[far])
    assert found["source/SRC1"].right == plan.outline.right - GAPS.edge
    assert plan == planned(made, pins)


def distance(rect: Rect, point: tuple[float, float]) -> float:
    x, y = rect.centre
    return abs(x - point[0] * MM) + abs(y - point[1] * MM)


def test_two_cells_pinned_to_one_place_stand_side_by_side() -> None:
    made = ready("lattice4x4")
    pins = {"edge/1-2": (60.0, 30.0), "edge/2-3": (60.0, 30.0)}
    found = areas(made, planned(made, pins))
    others = sorted(distance(rect, (60.0, 30.0)) for cell, rect in found.items() if "edge/" in cell)
    assert distance(found["edge/1-2"], (60.0, 30.0)) == others[0]
    assert distance(found["edge/2-3"], (60.0, 30.0)) == others[1]


def test_an_unknown_pinned_cell_is_refused(tmp_path: Path) -> None:
    made = elaborated(design_with(tmp_path, ""))
    with pytest.raises(BuildError) as refusal:
        planned(made, {"edge/1-3": (0.0, 0.0)})
    assert str(refusal.value) == (
        "board.pin: the board has no cell 'edge/1-3' (did you mean 'edge/2-3'?); its cells are "
        "control/bank1, control, edge/1-2, edge/2-3, node/1, node/2, node/3, source/SRC1, "
        "source/SRC2, supply, target/TGT1, port/N1 and 2 more"
    )


def test_the_links_are_the_wires_between_cells() -> None:
    made = ready("two_edge")
    cells = list(made.circuit.cells)
    weights = link_weights(made.circuit.cells)
    pull = {(a, b): weights[cells.index(a), cells.index(b)] for a in cells for b in cells}
    assert pull["node/2", "edge/1-2"] == pull["node/2", "edge/2-3"] == 4 * WIRE
    assert pull["node/1", "edge/2-3"] == 0.0
    assert pull["source/SRC-N1", "node/1"] == 2 * WIRE
    assert pull["supply", "control"] == 0.0
    assert np.array_equal(weights, weights.T)
    assert np.array_equal(weights, np.rint(weights))


def test_settling_finds_the_best_of_all_orders() -> None:
    """Six cells in a chain on six places: the chain in its own order, one way or the other."""
    weights = np.zeros((7, 7))
    for cell in range(6):
        weights[cell, cell + 1] = weights[cell + 1, cell] = 1.0
    spots = np.array([[10.0 * place, 0.0] for place in range(6)])
    wanted = np.array([[30.0, 0.0], [0.0, 0.0], [50.0, 0.0], [20.0, 0.0], [10.0, 0.0],
                       [40.0, 0.0], [60.0, 0.0]])  # fmt: skip
    block = Block(np.arange(6), spots, {})
    at, (places,) = settle([block], weights, wanted)
    assert length(at, weights) < length(wanted, weights)
    assert sorted(places.tolist()) == list(range(6))
    held = Block(np.arange(6), spots, {3: 0})
    _, (kept,) = settle([held], weights, wanted)
    assert kept[3] == 0


def test_the_rim_fills_the_nearest_side_first_and_then_the_other() -> None:
    core = Rect(0, 0, 100, 20)
    tiles = [RimTile(f"c{k}", 8, 5, (10.0, 4.0 * k), False) for k in range(4)]
    rim = share_out(tiles, ("left", "right"), {"left": 20, "right": 20}, core, 1)
    assert [tile.cell for tile in rim.sides["left"]] == ["c0", "c1"]
    assert [tile.cell for tile in rim.sides["right"]] == ["c2", "c3"]
    assert rim.length("left", 1) == 17
    assert rim.depth("right") == 5
    pinned = RimTile("p", 8, 5, (95.0, 0.0), True)
    more = share_out([*tiles, pinned], ("left", "right"), {"left": 20, "right": 20}, core, 1)
    assert "p" in [tile.cell for tile in more.sides["right"]]


def test_the_rim_is_spread_without_overlap() -> None:
    tiles = [RimTile(f"c{k}", 8, 5, (0.0, 3.0), False) for k in range(3)]
    assert spread(tiles, 1, 100, 90, 130, 2) == (99, 109, 119)
    assert spread(tiles, 1, 100, 90, 118, 2) == (90, 100, 110)


TORUS = (
    tuple(str(k) for k in range(20)),
    tuple((str(k), str(other)) for k in range(20)
          for other in (k // 5 * 5 + (k + 1) % 5, (k + 5) % 20)),
)  # fmt: skip


@pytest.mark.parametrize("machine", MACHINES)
def test_symmetric_networks_are_drawn_the_same_everywhere(machine: str) -> None:
    """The slowest modes of a torus are degenerate: an eigensolver returns any mixture of them."""
    code = (
        "from netgen.board.floorplan.start import starts; "
        "from netgen.network import LearningNetwork; "
        f"print(starts(LearningNetwork(*{TORUS}, {{}}, {{}}, None)))"
    )
    assert printed_by(code, machine) == str(starts(LearningNetwork(*TORUS, {}, {}, None)))


def test_drawings_fill_the_unit_square() -> None:
    for drawing in starts(ready("lattice4x4").network):
        assert drawing.keys() == set(ready("lattice4x4").network.nodes)
        for axis in (0, 1):
            values = [place[axis] for place in drawing.values()]
            assert min(values) == 0.0
            assert max(values) in (0.0, 1.0)
