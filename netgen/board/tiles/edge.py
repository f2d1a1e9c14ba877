r"""The edge tile.

    surface mount                                   through hole

    [cuts] [digipot] [enable] [lamp]                [cuts] [digipot] [digipot] [averaging] [lamp]
    [averaging] [comparator] [xor] [latch]          [comparator] [xor] [latch] [pull-ups]

The network's side is on the left, the logic's on the right, and the comparison between them reads
from left to right. Where one package is both latch and enable, it stands in the latch's place.
"""

from netgen.board.tiles.box import Box, column, row, space
from netgen.board.tiles.cell import Cell
from netgen.board.tiles.gaps import BESIDE, BETWEEN


def place(cell: Cell) -> Box:
    """The parts of an edge."""
    return cell.titled(_by_hand(cell) if cell.through_hole else _surface(cell))


def _surface(cell: Cell) -> Box | None:
    upper = row(
        _cuts(cell),
        _digipots(cell),
        cell.chip("enable"),
        column(cell.part("led_r"), cell.part("led"), gap=BESIDE),
        gap=BETWEEN,
        align="end",
    )
    # Left of the array is room for the vias of the four nets that enter it there.
    lower = row(
        row(space(BESIDE * 2, 0), cell.part("sum_array"), gap=0),
        column(*_sums(cell), gap=BESIDE),
        *_comparators(cell),
        cell.chip("xor"),
        cell.chip("latch"),
        column(cell.part("pullup_difference"), cell.part("pullup_sign"), gap=BESIDE),
        gap=BETWEEN,
        align="end",
    )
    return column(upper, lower, gap=BETWEEN)


def _by_hand(cell: Cell) -> Box | None:
    upper = row(
        _cuts(cell),
        _digipots(cell),
        column(cell.part("sum_array"), *_sums(cell), gap=BESIDE),
        column(cell.part("led_r", 90), gap=BESIDE),
        column(cell.part("led", 90), cell.chip("enable", 90), gap=BESIDE),
        gap=BETWEEN,
    )
    lower = row(
        *_comparators(cell, 90),
        column(cell.part("pullup_difference"), cell.part("pullup_sign"), gap=BESIDE),
        cell.chip("xor", 90),
        cell.chip("latch", 90),
        gap=BETWEEN,
    )
    return column(upper, lower, gap=BETWEEN)


def _cuts(cell: Cell) -> Box | None:
    return column(cell.part("cut_free"), cell.part("cut_clamped"), gap=BESIDE)


def _digipots(cell: Cell) -> Box | None:
    return row(
        cell.chip("digipot"),
        cell.chip("digipot_free"),
        cell.chip("digipot_clamped"),
        gap=BETWEEN,
        align="end",
    )


def _sums(cell: Cell) -> tuple[Box | None, ...]:
    return tuple(cell.part(f"sum_{number}") for number in range(1, 5))


def _comparators(cell: Cell, angle: int = 0) -> tuple[Box | None, ...]:
    slots = ("comparator", "comparator_difference", "comparator_sign")
    return tuple(cell.chip(slot, angle) for slot in slots)
