"""VerifyOptions: what the judge is asked to do, and what of it belongs to which kind of file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from verification.board.reading import is_board
from verification.board.subject import Witnesses
from verification.errors import UsageError
from verification.reading.readers import Reader, read_netlist
from verification.reading.system import is_system

DEFAULT_SEEDS = 20


@dataclass(frozen=True)
class VerifyOptions:
    """What to do.

    Attributes:
        learning: whether every task is learned; False runs every check but that.
        ideal: nominal parts instead of drawn boards.
        seeds: how many boards and starts a task has: seeds 0 to seeds - 1.
        seed: one board and start only; wins over `seeds`.
        steps: learning steps instead of the tasks' own.
        reader: which netlist reader.
        spice: whether ngspice simulates the board as well.
        netlist: for a board file: the netlist that it should be.
        export: for a board file: its IPC-D-356 export, made elsewhere.
        kicad: for board files: whether KiCad makes that export where none is given.
        boards: for a system file: the folder of its board files; the copper is judged then.
    """

    learning: bool = True
    ideal: bool = False
    seeds: int | None = None
    seed: int | None = None
    steps: int | None = None
    reader: Reader = "own"
    spice: bool = False
    netlist: str | Path | None = None
    export: str | Path | None = None
    kicad: bool = True
    boards: str | Path | None = None

    @property
    def all_seeds(self) -> tuple[int, ...]:
        """The seeds that tasks are learned with."""
        return (self.seed,) if self.seed is not None else tuple(range(self.seeds or DEFAULT_SEEDS))


def check_options(path: str | Path, text: str, options: VerifyOptions) -> None:
    """Refuse what belongs to another kind of file than this text.

    Raises:
        UsageError: naming the file and what its kind is.
    """
    if options.boards is not None and not is_system(text):
        raise UsageError(
            f"{path} is no system file; --boards names the boards of one: build writes it beside "
            "the netlists, as <name>-system.json"
        )
    if (options.netlist or options.export) and not is_board(text):
        kind = "system file" if is_system(text) else "netlist"
        raise UsageError(
            f"{path} is a {kind}; a netlist to compare with and an IPC-D-356 export are for a "
            "board file (.kicad_pcb). Compare two netlists with `twinboard diff`"
        )


def witnesses(options: VerifyOptions) -> Witnesses:
    """What a board is held against."""
    given = None if options.netlist is None else read_netlist(options.netlist, options.reader)
    export = None if options.export is None else Path(options.export)
    return Witnesses(given, export, options.kicad)
