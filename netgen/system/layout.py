"""The boards of a design, laid out side by side, one process a core.

A board is a function of its circuit alone, so it is the same whoever makes it, and in what order.
"""

import os
import signal
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import replace
from multiprocessing import active_children, get_context
from time import monotonic

from designs.words import listed, suggestion
from netgen.board.make import Made, Tick, make_board, no_tick
from netgen.elaborate import Elaboration
from netgen.errors import BuildError
from netgen.system.elaborate import SystemElaboration

Pin = tuple[float, float]
OF = ":"
"""Between a board and its cell, as in reports: `b2:supply`."""


def boards_of(made: Elaboration | SystemElaboration) -> tuple[Elaboration, ...]:
    """The boards, each with what of `board.pin` is its own.

    A cell that is on several boards, such as `supply`, is pinned on all of them; `b2:supply` names
    one, and wins.

    Raises:
        BuildError: a cell is pinned that no board has.
    """
    if isinstance(made, Elaboration):
        return (made,)
    named = tuple(zip(made.plan.boards, made.boards, strict=True))
    _check_pins(made.design.board.pin, {plan.name: one for plan, one in named})
    return tuple(_pinned(one, plan.name) for plan, one in named)


def _pinned(made: Elaboration, board: str) -> Elaboration:
    """A board with its own pins only."""
    found: dict[str, Pin] = {}
    for before in ("", f"{board}{OF}"):
        for cell, at in made.design.board.pin.items():
            own = cell.removeprefix(before)
            if cell.startswith(before) and own in made.circuit.cells:
                found[own] = at
    table = made.design.board.model_copy(update={"pin": found})
    return replace(made, design=replace(made.design, board=table))


def _check_pins(pins: Mapping[str, Pin], boards: Mapping[str, Elaboration]) -> None:
    cells = {name: tuple(made.circuit.cells) for name, made in boards.items()}
    plain = list(dict.fromkeys(cell for own in cells.values() for cell in own))
    named = [f"{name}{OF}{cell}" for name, own in cells.items() for cell in own]
    for cell in pins:
        if cell not in {*plain, *named}:
            raise BuildError(
                f"board.pin: no board has a cell {cell!r}{suggestion(cell, [*plain, *named])}; "
                f"the boards are {listed(cells)}, their cells {listed(plain)}"
            )


def lay_out(boards: Sequence[Elaboration], seconds: float | None, tick: Tick) -> tuple[Made, ...]:
    """Place and route every board.

    Args:
        boards: of a design.
        seconds: after which every board is taken as it is; None for no limit.
        tick: told how it goes: of one board its steps, of several how many are done.

    Raises:
        BuildError: as `make_board`.
    """
    workers = min(len(boards), os.cpu_count() or 1)
    if len(boards) == 1:
        return (make_board(boards[0], seconds, tick),)
    deadline = None if seconds is None else monotonic() + seconds
    tick("boards", 0, len(boards))
    # The interrupt of a terminal goes to all processes; here one answers it, for all.
    quiet = signal.SIGINT, signal.SIG_IGN
    with ProcessPoolExecutor(workers, get_context("spawn"), signal.signal, quiet) as pool:
        try:
            running = [pool.submit(_lay_out, board, deadline) for board in boards]
            for done, future in enumerate(as_completed(running), start=1):
                future.result()
                tick("boards", done, len(boards))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for worker in active_children():
                worker.terminate()
                worker.join()
            raise
        return tuple(future.result() for future in running)


def _lay_out(board: Elaboration, deadline: float | None) -> Made:
    """One board, in a process of its own; the clock of deadlines is the machine's."""
    left = None if deadline is None else max(0.0, deadline - monotonic())
    return make_board(board, left, no_tick)
