"""Each corner has a hole for a screw, and its head touches nothing."""

import re

import pytest
from board_layouts import lists, ready
from shapely import Polygon
from shapely.geometry import Point as Spot

from netgen.board.fill import geometry
from netgen.board.kicad.board import board_text
from netgen.board.lettering import text_area
from netgen.board.make import make_board
from netgen.board.record import Board
from netgen.board.wiring import copper_of
from parts.footprint import MM, Rect


@pytest.fixture(scope="module")
def board() -> Board:
    return make_board(ready("two_edge"), None, lambda *_: None).board


def test_there_is_a_hole_in_each_corner(board: Board) -> None:
    width, height = board.outline.width, board.outline.height
    corners = {(x, y) for x in (4 * MM, width - 4 * MM) for y in (4 * MM, height - 4 * MM)}
    assert {mount.at for mount in board.mounts} == corners
    assert {mount.drill for mount in board.mounts} == {3_200_000}


def test_nothing_lies_under_a_head(board: Board) -> None:
    copper = copper_of(board.placed, board.tracks, board.vias, board.layers)
    fills = [Polygon(points) for zone in board.zones for points in zone.fill]
    assert fills
    for mount in board.mounts:
        head = Spot(mount.at).buffer(mount.head / 2)
        square = Rect(*mount.at, *mount.at).grown(mount.head // 2)
        assert not any(head.intersects(geometry(item.shape)) for item in copper)
        assert not any(head.intersects(fill) for fill in fills)
        assert not any(square.overlaps(item.courtyard) for item in board.placed)
        assert not any(
            square.overlaps(text_area(text.text, text.at, text.height, text.rotation != 0))
            for text in board.texts
        )


def test_the_file_has_them_as_footprints_that_no_netlist_knows(board: Board) -> None:
    found = [
        item for item in lists(board_text(board))
        if isinstance(item, list) and item[0] == "footprint" and item[1].startswith("Mounting")
    ]  # fmt: skip
    assert len(found) == 4
    for item in found:
        assert ["attr", "board_only", "exclude_from_pos_files", "exclude_from_bom"] in item
        (pad,) = [clause for clause in item if clause[0] == "pad"]
        assert pad[1:4] == ["", "np_thru_hole", "circle"]
    names = re.findall(r'"Reference" "(H\d)"', board_text(board))
    assert names == ["H1", "H2", "H3", "H4"]
