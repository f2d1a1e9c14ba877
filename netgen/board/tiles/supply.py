"""The supply tiles: a terminal at the board's edge on the left, then fuse, clamp and capacitor."""

from netgen.board.tiles.box import Box, column, row
from netgen.board.tiles.cell import Cell
from netgen.board.tiles.gaps import BESIDE, BETWEEN

_TOWARDS_THE_EDGE = 270
"""Turns the terminal so that wires enter from the left."""


def place(cell: Cell) -> Box:
    """Terminal, fuses, clamps, bulk capacitors, lamp and test points; of a further feed, its own."""
    rails = (
        row(
            *(cell.part(f"{slot}{rail}") for slot in ("fuse", "tvs", "bulk")),
            gap=BETWEEN,
            align="middle",
        )
        for rail in ("", "_comparator")
    )
    lamp = row(
        cell.part("lamp_r"),
        cell.part("lamp"),
        *(cell.probe(f"tp_{net}") for net in ("supply", "ground", "comparator")),
        gap=BETWEEN,
        align="middle",
    )
    terminal = cell.header("terminal", _TOWARDS_THE_EDGE)
    return cell.titled(
        row(terminal, column(*rails, lamp, gap=BETWEEN), gap=BESIDE, align="middle")
    )
