"""Tiles: placed by rule for every choice of parts, routed once, stamped alike."""

import math
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from board_layouts import VARIANTS, design_with, elaborated, placed_tiles, ready, routed_tiles

from netgen.board.lettering import text_area
from netgen.board.record import Placed
from netgen.board.rules import fab_rules
from netgen.board.tiles.box import Box, Spot, column, row, smallest, space
from netgen.board.tiles.tile import GRID, Stand, Tile, make_tiles, name_of, placed_part, stamp
from netgen.circuit import Component, Pin
from netgen.elaborate import Elaboration
from netgen.errors import BuildError
from parts.footprint import MM, Rect, turned
from parts.footprint_file import load_footprints
from parts.record import ACTIVE_KINDS

NEAR = 4.0 * MM
"""A decoupling capacitor's pad is within this of its supply pin; parts with leads need it."""


@pytest.fixture(scope="module", params=VARIANTS, ids=str)
def variant(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Elaboration:
    return elaborated(design_with(tmp_path_factory.mktemp("design"), VARIANTS[request.param]))


def test_every_part_of_every_cell_is_placed_once(variant: Elaboration) -> None:
    tiles = placed_tiles(variant)
    assert sorted(cell for tile in tiles for cell in tile.cells) == sorted(variant.circuit.cells)
    for tile in tiles:
        for cell in tile.cells:
            slots = sorted(item.slot for item in variant.circuit.in_cell(cell))
            assert sorted(item.path.rpartition("/")[2] for item in tile.placed) == slots


def test_parts_keep_apart_and_inside(variant: Elaboration) -> None:
    for tile in placed_tiles(variant):
        room = Rect(0, 0, tile.width, tile.height)
        courts = [item.courtyard for item in tile.placed]
        for place, court in enumerate(courts):
            assert room.holds(court)
            assert not any(court.overlaps(other) for other in courts[:place])


def test_decoupling_sits_at_its_pin(variant: Elaboration) -> None:
    checked = 0
    for tile in placed_tiles(variant):
        parts = {item.path: item for item in tile.placed}
        for component in variant.circuit.in_cell(tile.cells[0]):
            if component.part.kind in ACTIVE_KINDS:
                for count, pin in enumerate(component.part.pins_with_role("power"), start=1):
                    suffix = "" if count == 1 else f"_{count}"
                    capacitor = parts[f"{component.cell}/c_{component.slot}{suffix}"]
                    chip = parts[component.path]
                    apart = math.dist(pad_at(chip, pin.number), pad_at(capacitor, "1"))
                    assert apart <= NEAR, (component.path, apart / MM)
                    checked += 1
    assert checked >= 10


def pad_at(item: Placed, number: str) -> tuple[int, int]:
    return item.spot(item.footprint.pad(number).at)


def test_texts_keep_off_parts_and_off_each_other(variant: Elaboration) -> None:
    for tile in placed_tiles(variant):
        areas = list(text_areas(tile))
        courts = [item.courtyard for item in tile.placed]
        for place, area in enumerate(areas):
            assert not any(area.overlaps(other) for other in [*courts, *areas[:place]]), tile.kind


def text_areas(tile: Tile) -> Iterator[Rect]:
    """What the texts cover, with the longest of the cells' names."""
    longest = max((name_of(cell) for cell in tile.cells), key=len)
    for label in tile.labels:
        text = label.text.replace("{name}", longest)
        yield text_area(text, label.at, label.height, label.rotation != 0)


def test_a_tile_says_what_it_is(variant: Elaboration) -> None:
    for tile in placed_tiles(variant):
        assert any("{name}" in label.text for label in tile.labels), tile.kind


def test_cells_that_are_alike_share_a_tile() -> None:
    made = ready("lattice4x4")
    counts = {tile.kind: len(tile.cells) for tile in placed_tiles(made)}
    assert counts["edge"] == 32
    assert counts["node"] == 16


def test_cells_that_are_wired_otherwise_do_not(tmp_path: Path) -> None:
    made = elaborated(design_with(tmp_path, ""))
    cells = dict(made.circuit.cells)
    odd = "edge/1-2"
    cells[odd] = tuple(swapped(item) if item.slot == "led_r" else item for item in cells[odd])
    tiles = make_tiles(cells, load_footprints(), fab_rules("jlcpcb"))
    assert [tile.cells for tile in tiles if tile.kind == "edge"] == [("edge/1-2",), ("edge/2-3",)]


def swapped(item: Component) -> Component:
    """A resistor the other way round: the same nets, but not at the same pads."""
    first, second = item.pins
    pins = (Pin(first.number, first.name, first.role, second.net),
            Pin(second.number, second.name, second.role, first.net))  # fmt: skip
    return Component(item.refdes, item.part, item.cell, item.slot, pins)


@cache
def routed() -> tuple[Elaboration, tuple[Tile, ...]]:
    made = ready("two_edge")
    return made, routed_tiles(made)


@pytest.mark.parametrize("angle", [0, 90, 180, 270])
def test_stamped_copper_is_the_tiles_moved_and_turned(angle: int) -> None:
    made, tiles = routed()
    tile = next(tile for tile in tiles if tile.kind == "edge")
    assert len(tile.cells) == 2
    assert tile.tracks and tile.vias and not tile.missing
    first, second = (
        stamp(tile, Stand(cell, at, angle), made.circuit.in_cell(cell))
        for cell, at in zip(tile.cells, ((0, 0), (50 * GRID, 70 * GRID)), strict=True)
    )
    moved = [
        (item.layer, item.width, *(tuple(a + b for a, b in zip(end, (50 * GRID, 70 * GRID),
         strict=True)) for end in (item.start, item.end)))
        for item in first.tracks
    ]  # fmt: skip
    assert [(item.layer, item.width, item.start, item.end) for item in second.tracks] == moved
    spans = [(item.end[0] - item.start[0], item.end[1] - item.start[1]) for item in tile.tracks]
    assert [turned(span, angle) for span in spans] == [
        (item.end[0] - item.start[0], item.end[1] - item.start[1]) for item in first.tracks
    ]
    assert not {item.net for item in second.tracks} & {"edge/1-2/UP", "N1_FREE"}
    assert {item.refdes for item in second.placed} == {
        item.refdes for item in made.circuit.in_cell("edge/2-3")
    }


def test_stamped_parts_carry_their_own_nets() -> None:
    made, tiles = routed()
    for tile in tiles:
        for cell in tile.cells:
            for item in stamp(tile, Stand(cell, (0, 0), 180), made.circuit.in_cell(cell)).placed:
                pins = made.circuit.by_refdes[item.refdes].pins
                assert item.nets == tuple((pin.number, pin.net) for pin in pins if pin.net)


def test_a_tile_joins_its_own_nets_and_leaves_room_to_its_border() -> None:
    _, tiles = routed()
    for tile in tiles:
        assert not tile.missing, tile.kind
        room = Rect(0, 0, tile.width, tile.height)
        for item in tile.tracks:
            for x, y in (item.start, item.end):
                half = item.width // 2
                assert room.holds(Rect(x - half, y - half, x + half, y + half))


def test_a_part_without_a_pad_for_its_pin_is_refused() -> None:
    component = ready("two_edge").circuit.by_path["edge/1-2/xor"]
    shape = load_footprints()["Resistor_SMD:R_0603_1608Metric"]
    with pytest.raises(BuildError, match=r"UE1_2_16 .*: pin 3 has no pad in Resistor_SMD"):
        placed_part(component, shape, (0, 0), 0)


def test_boxes_stand_beside_and_below_each_other() -> None:
    a = Box(4, 2, (Spot("a", (1, 1), 0),))
    b = Box(6, 8, (Spot("b", (0, 0), 90),))
    beside = row(a, None, b, gap=3, align="end")
    assert beside is not None
    assert (beside.width, beside.height) == (13, 8)
    assert [(spot.slot, spot.at) for spot in beside.spots] == [("a", (1, 7)), ("b", (7, 0))]
    below = column(a, b, gap=1, align="middle")
    assert below is not None
    assert (below.width, below.height) == (6, 11)
    assert [spot.at for spot in below.spots] == [(2, 1), (0, 3)]
    assert row(None, gap=1) is None
    assert smallest(beside, None, below) is below
    assert column(space(5, 5), gap=0) == Box(5, 5)
