"""The target tile: headers at the board's edge on the left, then the resistors and the followers.

    [host]  [resistors]  [followers]  [eta digipot]
    [port]
"""

from netgen.board.tiles.box import Box, column, row
from netgen.board.tiles.cell import Cell
from netgen.board.tiles.gaps import BESIDE, BETWEEN


def place(cell: Cell) -> Box:
    """The parts of a target channel."""
    headers = column(cell.header("host"), cell.header("port"), gap=BESIDE)
    names = ("pulldown", "r_desired", "r_free", "r_out")
    resistors = column(*(cell.part(name) for name in names), gap=BESIDE)
    slots = ("driver", "driver_1", "driver_2", "driver_3")
    followers = column(*(cell.chip(slot) for slot in slots), gap=BETWEEN)
    made = row(headers, resistors, followers, cell.chip("eta_digipot"), gap=BETWEEN)
    return cell.titled(made)
