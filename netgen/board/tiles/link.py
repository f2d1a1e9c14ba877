"""The link tile: the headers of the cables to another board, at the board's edge on the left.

Each bears the name of its cable, which is on the header at the other end as well: `1-2/1`.
"""

from collections.abc import Iterator

from netgen.board.tiles.box import Box, column, row
from netgen.board.tiles.cell import Cell
from netgen.board.tiles.gaps import BETWEEN


def place(cell: Cell) -> Box:
    """The headers, one below another."""
    box = column(*_headers(cell), gap=BETWEEN)
    return cell.titled(box) if box is None else box


def _headers(cell: Cell) -> Iterator[Box | None]:
    for number, component in enumerate(cell.components, start=1):
        name = cell.label(f"{{name}}/{number}", angle=90)
        yield row(cell.part(component.slot), name, gap=0, align="middle")
