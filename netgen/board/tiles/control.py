"""The control tiles: the host's headers at the board's edge on the left, and the banks' buffers."""

from netgen.board.tiles.box import Box, column, row, smallest
from netgen.board.tiles.cell import Cell
from netgen.board.tiles.gaps import BESIDE, BETWEEN

_LINES = ("latch", "step", "enable_data", "enable_clock")
_ETA_LINES = ("eta_step", "eta_up", "eta_select")


def place(cell: Cell) -> Box:
    """The clock lines' header, their pull-downs and test points, the enable chain's ends.

    Each test point is abreast of its pin, so that one label names both.
    """
    pulls = column(
        *(cell.part(f"pull_{line}") for line in _LINES),
        cell.part("r_return"),
        gap=BESIDE,
    )
    points = tuple(f"tp_{line}" for line in (*_LINES, "enable_return"))
    header = cell.header("host", points=points)
    chip = cell.chip("enable_data")
    made = smallest(
        row(header, column(pulls, chip, gap=BETWEEN), gap=BETWEEN),
        row(header, pulls, chip, gap=BETWEEN),
    )
    return cell.titled(made)


def place_eta(cell: Cell) -> Box:
    """The header of the adjustable nudge and its buffers."""
    pulls = column(*(cell.part(f"pull_{line}") for line in _ETA_LINES), gap=BESIDE)
    slots = ("eta_buffers", *_ETA_LINES)
    buffers = row(*(cell.chip(slot) for slot in slots), gap=BETWEEN)
    return cell.titled(row(cell.header("eta_host"), pulls, buffers, gap=BETWEEN))


def place_bank(cell: Cell) -> Box:
    """The buffers of a bank, one below another, the bank's capacitor beside them."""
    slots = ("buffers", "latch", "step", "enable_clock")
    buffers = column(*(cell.chip(slot) for slot in slots), gap=BETWEEN)
    return cell.titled(row(buffers, cell.part("bulk", 90), gap=BETWEEN))
