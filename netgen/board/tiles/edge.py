r"""The edge tile.

    surface mount                                   through hole

    [cuts] [digipot] [enable] [lamp]                [cuts] [digipot] [averaging] [c] [x] [l]
    [averaging] [comparator] [xor] [latch]          [lamp] [digipot] [pull-ups]  [c] [x] [l]

The network's side is on the left, the logic's on the right, and the comparison between them reads
from left to right. Where one package is both latch and enable, it stands in the latch's place.
"""

from netgen.board.tiles.box import Box, column, row, space
from netgen.board.tiles.cell import Cell, Side
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
    array = cell.part("sum_array")
    lower = row(
        None if array is None else row(space(BESIDE * 2, 0), array, gap=0),
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
    passives = column(
        cell.part("sum_array"),
        *_sums(cell),
        cell.part("pullup_difference"),
        cell.part("pullup_sign"),
        cell.part("led_r"),
        gap=BESIDE,
    )
    slots = ("digipot", "digipot_free", "digipot_clamped")
    upright: tuple[Side, ...] = ("top", "bottom")
    return row(
        column(_cuts(cell), cell.part("led", 90), gap=BETWEEN),
        column(*(cell.chip(slot, sides=("right",)) for slot in slots), gap=BESIDE),
        passives,
        *_comparators(cell),
        cell.chip("xor", sides=upright),
        cell.chip("latch", sides=upright),
        cell.chip("enable", sides=upright),
        gap=BETWEEN,
    )


def _cuts(cell: Cell) -> Box | None:
    return column(cell.part("cut_free"), cell.part("cut_clamped"), gap=BESIDE)


def _digipots(cell: Cell) -> Box | None:
    slots = ("digipot", "digipot_free", "digipot_clamped")
    return row(*(cell.chip(slot) for slot in slots), gap=BETWEEN, align="end")


def _sums(cell: Cell) -> tuple[Box | None, ...]:
    return tuple(cell.part(f"sum_{number}") for number in range(1, 5))


def _comparators(cell: Cell) -> tuple[Box | None, ...]:
    slots = ("comparator", "comparator_difference", "comparator_sign")
    return tuple(cell.chip(slot) for slot in slots)
