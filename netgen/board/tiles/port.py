"""The port of a node: its header, at the board's edge on the left."""

from netgen.board.tiles.box import Box
from netgen.board.tiles.cell import Cell


def place(cell: Cell) -> Box:
    """The header."""
    return cell.titled(cell.header("port"))
