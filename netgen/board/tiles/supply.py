"""The supply tiles: a terminal at the board's edge on the left, then fuse, clamp and capacitor.

[terminal]  [fuse] [clamp]             once more where comparators have a rail of their own
            [bulk] [lamp, test points]
"""

from netgen.board.tiles.box import Box, column, row
from netgen.board.tiles.cell import Cell
from netgen.board.tiles.gaps import BESIDE, BETWEEN

_TOWARDS_THE_EDGE = 270
"""Turns the terminal so that wires enter from the left."""


def place(cell: Cell) -> Box:
    """Terminal, fuses, clamps, capacitors, lamp, test points; of a further feed what it has."""
    small = column(
        row(cell.part("lamp_r"), cell.part("lamp"), gap=BESIDE),
        *(cell.probe(f"tp_{net}") for net in ("supply", "ground", "comparator")),
        gap=BESIDE,
    )
    parts = column(
        row(cell.part("fuse"), cell.part("tvs"), gap=BETWEEN),
        row(cell.part("fuse_comparator"), cell.part("tvs_comparator"), gap=BETWEEN),
        row(cell.part("bulk"), cell.part("bulk_comparator"), small, gap=BETWEEN, align="middle"),
        gap=BETWEEN,
    )
    return cell.titled(row(cell.header("terminal", _TOWARDS_THE_EDGE), parts, gap=BESIDE))
