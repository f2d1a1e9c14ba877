"""Packages for a fab: of one board, or of all boards of a system."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twinboard.witness import board_witness, copper_witness, expected_voltages, system_witness

if TYPE_CHECKING:
    from netgen.elaborate import Elaboration
    from netgen.system.elaborate import SystemElaboration

Tick = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Asked:
    """What `fab` is asked: folder, profile, options."""

    folder: Path
    profile: str
    x2: bool
    pictures: bool
    anyway: bool


@dataclass(frozen=True)
class Said:
    """What `fab` says, in both forms."""

    passed: bool
    text: str
    table: dict[str, Any]


def fab_board(
    made: Elaboration | SystemElaboration, path: Path | None, asked: Asked, tick: Tick
) -> Said:
    """The package of one board: of a file, or laid out here.

    Args:
        made: the design; of several boards the file is one.
        path: the board file; None where there is none yet.
        asked: the options.
        tick: told how it goes.
    """
    from netgen.bench_docs.guide import bench_documents
    from netgen.bench_docs.system import board_documents
    from netgen.build import check_room, write_plan
    from netgen.fab.kicad import Wish
    from netgen.fab.make import fabricate, package_names
    from netgen.fab.order import order_board, order_boards
    from netgen.fab.report import written_as_dict, written_as_text
    from netgen.system.layout import boards_of

    boards = boards_of(made)
    check_room(package_names(path.stem if path else made.design.name), asked.folder)
    (order,) = (
        order_boards(boards, asked.profile, tick)
        if path is None
        else (order_board(path, boards, asked.profile),)
    )
    if len(boards) == 1:
        judge = board_witness(order.made)
        documents = bench_documents(order.made, expected_voltages(order.made), order.places)
    else:
        judge = copper_witness(order.made)
        documents = board_documents(order.made, made.design.name, order.places)
    result = fabricate(order, Wish(asked.x2, asked.pictures), documents, (judge,), tick)
    passed = result.outcome.passed
    paths = write_plan(result.plan, asked.folder) if passed or asked.anyway else ()
    return Said(passed, written_as_text(result, paths), written_as_dict(result, paths))


def fab_system(made: SystemElaboration, asked: Asked, tick: Tick) -> Said:
    """The packages of all boards of a system, and what belongs to all of them."""
    from netgen.fab.kicad import Wish
    from netgen.fab.order import order_boards
    from netgen.fab.whole import (
        check_whole_room,
        fabricate_whole,
        whole_as_dict,
        whole_as_text,
        write_whole,
    )
    from netgen.system.layout import boards_of

    boards = boards_of(made)
    names = [board.design.name for board in boards]
    check_whole_room(names, made.design.name, asked.folder)  # before the work, not after it
    result = fabricate_whole(
        made, order_boards(boards, asked.profile, tick), Wish(asked.x2, asked.pictures),
        expected_voltages(made), [copper_witness(board) for board in boards],
        system_witness(made.design), tick,
    )  # fmt: skip
    paths = write_whole(result, asked.folder) if result.passed or asked.anyway else ()
    return Said(result.passed, whole_as_text(result, paths), whole_as_dict(result, paths))
