"""The node tile: the follower, or two of them one below the other."""

from netgen.board.tiles.box import Box, column
from netgen.board.tiles.cell import Cell
from netgen.board.tiles.gaps import BETWEEN


def place(cell: Cell) -> Box:
    """The followers of a node."""
    slots = ("buffer", "buffer_free", "buffer_clamped")
    return cell.titled(column(*(cell.chip(slot) for slot in slots), gap=BETWEEN))
