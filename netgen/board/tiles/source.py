"""The source tile: headers at the board's edge on the left, then the resistors and the follower.

    [host]  [pull-down]  [follower]  [joins]
    [port]  [guard]
"""

from netgen.board.tiles.box import Box, column, row
from netgen.board.tiles.cell import Cell
from netgen.board.tiles.gaps import BESIDE, BETWEEN


def place(cell: Cell) -> Box:
    """The parts of a source channel."""
    headers = column(cell.header("host"), cell.header("port"), gap=BESIDE)
    resistors = column(cell.part("pulldown"), cell.part("guard"), gap=BESIDE)
    joins = column(cell.part("join_free"), cell.part("join_clamped"), gap=BESIDE)
    made = row(headers, resistors, cell.chip("driver"), joins, gap=BETWEEN)
    return cell.titled(made)
