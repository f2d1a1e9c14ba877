"""Subject: a board file before the judge: the netlist that its copper is, and what only it tells.

```
text -> BoardCopper -> Copper (conductors) --- netlist -> the same checks as for a netlist file
                          |
                          +-- against the netlist file, the stored names, KiCad's IPC-D-356
```
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from parts.catalogue import Catalogue
from verification.board.checks import (
    IPCD356,
    IPCD356_CLAIM,
    check_copper,
    check_export,
    check_loose,
    check_names,
    check_parts,
)
from verification.board.copper import Copper, find_copper
from verification.board.cuts import check_cuts
from verification.board.extract import copper_netlist, stored_netlist
from verification.board.ipcd356 import export_ipcd356, match_export, parse_ipcd356, read_export
from verification.board.loose import loose_ends
from verification.board.networks import BoardNetworks
from verification.board.parts import board_parts
from verification.board.reading import parse_board
from verification.checks.records import Check, not_run
from verification.errors import MissingToolError, UsageError
from verification.reading.netlist import Netlist

STORED = "the net names stored in the board"


@dataclass(frozen=True)
class Witnesses:
    """What else is asked about a board.

    Attributes:
        netlist: what the board should be; None: the names stored in it take its place.
        export: an IPC-D-356 file of the board, made elsewhere.
        kicad: whether KiCad is asked for one where there is no file.
    """

    netlist: Netlist | None = None
    export: Path | None = None
    kicad: bool = True


@dataclass(frozen=True, eq=False)
class BoardSubject:
    """A board that is read.

    Attributes:
        netlist: what its copper joins.
        groups: conductor of each of its nets.
        checks: what the file, the netlist and the export say of each other.
    """

    copper: Copper
    netlist: Netlist
    groups: tuple[int, ...]
    checks: tuple[Check, ...]

    @cached_property
    def networks(self) -> BoardNetworks:
        """Its copper as resistors."""
        return BoardNetworks(self.copper, self.netlist, self.groups)


def board_subject(
    content: str, source: str, catalogue: Catalogue, witnesses: Witnesses
) -> BoardSubject:
    """Read a board and hold it against its witnesses.

    Raises:
        NetlistError: a file that is not understood.
        UsageError: an export that cannot be read; a board that cannot stand for itself.
    """
    board = parse_board(content, source)
    parts = board_parts(board, witnesses.netlist, catalogue)
    if witnesses.netlist is None and not any(part.field("Cell") for part in parts.components):
        raise UsageError(
            f"{source}: no footprint has a field Cell, so the board does not say what its parts "
            "are for; give the netlist that it was made from with --netlist"
        )
    copper = find_copper(board, parts.closed_jumpers())
    ends = loose_ends(copper)
    given = witnesses.netlist
    wanted = given or stored_netlist(board, parts.components)
    checks = [
        check_parts(board, parts, wanted),
        check_copper(copper, ends, parts, wanted, Path(given.source).name if given else STORED),
        check_loose(copper, ends),
        check_cuts(copper),
    ]
    if given:
        checks.append(check_names(board, given))
    if witnesses.export or witnesses.kicad:
        checks.append(_exported(content, copper, wanted, witnesses))
    netlist, groups = copper_netlist(copper, parts.components, wanted)
    return BoardSubject(copper, netlist, groups, tuple(checks))


def _exported(content: str, copper: Copper, wanted: Netlist, witnesses: Witnesses) -> Check:
    """The export's check; without KiCad it has not run, which is not the same as passed."""
    board = copper.board
    if witnesses.export is not None:
        text, source = read_export(witnesses.export), witnesses.export.name
    else:
        try:
            text, source = export_ipcd356(content, board.source), "kicad-cli"
        except MissingToolError as error:
            return not_run(IPCD356, IPCD356_CLAIM, str(error))
    export = match_export(parse_ipcd356(text, source), board)
    return check_export(export, wanted, source)
