"""The target tile: headers at the board's edge on the left, then the resistors and the followers.

[host]  [resistors]
[port]  [followers]  [eta digipot]
"""

from netgen.board.tiles.box import Box, column, row
from netgen.board.tiles.cell import Cell
from netgen.board.tiles.gaps import BESIDE, BETWEEN


def place(cell: Cell) -> Box:
    """The parts of a target channel."""
    headers = column(cell.header("host"), cell.header("port"), gap=BESIDE)
    resistors = row(
        column(cell.part("pulldown"), cell.part("r_desired"), gap=BESIDE),
        column(cell.part("r_out"), cell.part("r_free"), gap=BESIDE),
        gap=BETWEEN,
    )
    slots = ("driver", "driver_1", "driver_2", "driver_3")
    followers = tuple(cell.chip(slot) for slot in slots)
    chips = column(row(*followers[:2], gap=BETWEEN), row(*followers[2:], gap=BETWEEN), gap=BETWEEN)
    right = column(resistors, chips, cell.chip("eta_digipot"), gap=BETWEEN)
    return cell.titled(row(headers, right, gap=BESIDE))
