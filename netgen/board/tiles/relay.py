"""The relay tiles: buffers, resistors and pull-downs of the lines between boards."""

from netgen.board.tiles.box import Box, column, row
from netgen.board.tiles.cell import Cell
from netgen.board.tiles.gaps import BESIDE, BETWEEN

_LINES = ("latch", "step", "enable_data", "enable_clock", "chain")


def place(cell: Cell) -> Box:
    """The buffers one below another, the resistors beside them."""
    buffers = column(*(cell.chip(slot) for slot in ("buffers", *_LINES)), gap=BETWEEN)
    resistors = column(
        *(cell.part(f"r_{line}") for line in _LINES),
        *(cell.part(f"pull_{line}") for line in _LINES),
        gap=BESIDE,
    )
    return cell.titled(row(buffers, resistors, gap=BETWEEN))


def place_entry(cell: Cell) -> Box:
    """The trigger before a board's first edge."""
    return cell.titled(cell.chip("buffer"))
