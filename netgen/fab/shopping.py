"""What is bought for a design on several boards: boards, cables, and the parts of all of them."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from netgen.fab.assembly import BomLine
from netgen.fab.checks.gerber import board_size
from netgen.fab.order import Order
from netgen.fab.outcome import Fabricated
from netgen.fab.tables import csv_text
from netgen.system.elaborate import SystemElaboration

_ORDER = ("Quantity", "What", "Figures", "Files")
_CABLES = (
    "Cable", "From board", "From header", "From place", "To board", "To header", "To place", "Ways",
    "Length mm", "Ground wires",
)  # fmt: skip
_PARTS = ("MPN", "Manufacturer", "Value", "Footprint", "Type", "Description")


def order_csv(made: SystemElaboration, orders: Sequence[Order], system: str) -> str:
    """`<name>-order.csv`: how many of what, for one network."""
    table = json.loads(system)
    return csv_text(_ORDER, [*_boards(orders), *_cables(table), *_patches(made, table)])


def _boards(orders: Sequence[Order]) -> Iterator[Sequence[object]]:
    for order in orders:
        board = order.board
        width, height = board_size(board)
        figures = f"{width:g} x {height:g} mm, {len(board.copper)} layers, 1.6 mm, 1 oz"
        name = board.name
        yield 1, f"board {name}", figures, f"{name}/{name}-gerbers.zip"


def _cables(table: Any) -> Iterator[Sequence[object]]:
    """Ribbon cables of one kind together."""
    kinds: dict[tuple[int, int], list[str]] = {}
    for cable in table["cables"]:
        kinds.setdefault((cable["ways"], cable["length_mm"]), []).append(cable["cable"])
    for (ways, length), names in kinds.items():
        what = f"ribbon cable of {ways} ways, 1.27 mm, with an IDC socket of 2.54 mm at either end"
        yield len(names), what, f"{length} mm, for {', '.join(names)}", ""


def _patches(made: SystemElaboration, table: Any) -> Iterator[Sequence[object]]:
    """Two-wire cables and shunts, as many as the task that needs most."""
    if made.design.board.patching != "cables":
        return
    most = max(len(task["patches"]) for task in table["tasks"])
    what = "cable of two wires of two colours, with 0.1 inch sockets of one way at either end"
    yield most, what, "", ""
    shunts = max(len(task["shunted"]) for task in table["tasks"])
    if shunts:
        yield shunts, "shunt of 0.1 inch", "", ""


def cables_csv(orders: Sequence[Order], system: str) -> str:
    """`<name>-cables.csv`: which header each cable goes to, and where that is on its board."""
    table = json.loads(system)
    boards = {row["board"]: order for row, order in zip(table["boards"], orders, strict=True)}
    rows: list[Sequence[object]] = []
    for cable in table["cables"]:
        ends = [
            (boards[end["board"]].board.name, end["refdes"],
             boards[end["board"]].places.where(end["refdes"]))
            for end in cable["ends"]
        ]  # fmt: skip
        rows.append(
            (cable["cable"], *ends[0], *ends[1], cable["ways"], cable["length_mm"],
             cable["grounds"])
        )  # fmt: skip
    return csv_text(_CABLES, rows)


def parts_csv(packages: Sequence[Fabricated]) -> str:
    """`<name>-parts.csv`: every part, how many on each board, and in all."""
    found: dict[tuple[str, str, str], tuple[BomLine, list[int]]] = {}
    for number, package in enumerate(packages):
        for line in package.outcome.parts.lines:
            key = line.mpn, line.value, line.footprint
            counts = found.setdefault(key, (line, [0] * len(packages)))[1]
            counts[number] += len(line.designators)
    names = [package.outcome.board for package in packages]
    rows = (
        (sum(counts), *counts, line.mpn, "" if line.part is None else line.part.maker, line.value,
         line.footprint, "through hole" if line.through_hole else "SMD",
         line.value if line.part is None else line.part.title)
        for line, counts in found.values()
    )  # fmt: skip
    return csv_text(("Quantity", *names, *_PARTS), rows)
