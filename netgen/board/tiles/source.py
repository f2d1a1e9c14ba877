"""The source tile: headers at the board's edge on the left, then the resistors and the follower.

[host]  [pull-down] [guard]
[port]  [follower] [joins]
"""

from netgen.board.tiles.box import Box, column, row, smallest
from netgen.board.tiles.cell import Cell
from netgen.board.tiles.gaps import BESIDE, BETWEEN


def place(cell: Cell) -> Box:
    """The parts of a source channel."""
    headers = column(cell.header("host"), cell.header("port"), gap=BESIDE)
    joins = column(cell.part("join_free"), cell.part("join_clamped"), gap=BESIDE)
    chips = row(cell.chip("driver"), joins, gap=BETWEEN)
    names = ("pulldown", "guard")
    flat = row(*(cell.part(name) for name in names), gap=BETWEEN)
    upright = column(*(cell.part(name) for name in names), gap=BESIDE)
    made = smallest(
        *(
            row(headers, column(resistors, chips, gap=BETWEEN), gap=BESIDE)
            for resistors in (flat, upright)
        )
    )
    return cell.titled(made)
