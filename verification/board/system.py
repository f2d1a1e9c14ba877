"""SystemSubject: the boards of a system before the judge: the one netlist that their copper is.

```
system file --- netlist of each board --- what its copper should be
           |                                      |
           |        board file --> conductors --> netlist     (one board: `subject.py`)
           |                                      |
           '--- cables -------------------> assembled netlist --> the same checks as for one
```

What a file says of its own board is asked board by board; a check's findings on all boards are one
check, with the board's name before every part and net.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from parts.catalogue import Catalogue
from verification.board.networks import JoinedNetworks
from verification.board.reading import is_board
from verification.board.subject import BoardSubject, Witnesses, board_subject
from verification.checks.records import Check, Item, Measure, Verdict, surest_first
from verification.errors import NetlistError
from verification.reading.assembly import assemble, qualified
from verification.reading.netlist import Netlist
from verification.reading.readers import Reader, read_netlist
from verification.reading.sexpr import read_text
from verification.reading.system import SystemBoard, SystemFile, netlist_path

ENDING = ".kicad_pcb"
_WORST = (Verdict.FAIL, Verdict.NOT_RUN, Verdict.INCONCLUSIVE, Verdict.WARNING)


@dataclass(frozen=True, eq=False)
class SystemSubject:
    """The boards of a system, read.

    Attributes:
        netlist: what their copper and the cables join.
        networks: the copper of all of them as resistors.
        checks: what each board's file, netlist and export say of each other.
    """

    netlist: Netlist
    networks: JoinedNetworks
    checks: tuple[Check, ...]


def system_subject(
    system: SystemFile, folder: Path, catalogue: Catalogue, reader: Reader, kicad: bool
) -> SystemSubject:
    """Read every board of a system and hold it against its netlist.

    Args:
        system: boards and cables.
        folder: of the board files, see `board_path`.
        catalogue: the part records.
        reader: of the netlists.
        kicad: whether KiCad is asked for an IPC-D-356 export of each board.

    Raises:
        NetlistError: a board or netlist file is missing or not understood.
    """
    subjects: dict[str, BoardSubject] = {}
    for board in system.boards:
        path = board_path(board, folder)
        text = read_text(path, "board file")
        if not is_board(text):
            raise NetlistError(f"{path}: no KiCad board; `twinboard board` writes one")
        wanted = read_netlist(netlist_path(system, board), reader)
        witnesses = Witnesses(wanted, None, kicad)
        subjects[board.name] = board_subject(text, str(path), catalogue, witnesses)
    netlist = assemble(system, {name: one.netlist for name, one in subjects.items()})
    networks = JoinedNetworks(netlist, {name: one.networks for name, one in subjects.items()})
    return SystemSubject(netlist, networks, merged_checks(subjects))


def board_path(board: SystemBoard, folder: Path) -> Path:
    """A board's file: named as its netlist, in the folder, or in one of its own there.

    Raises:
        NetlistError: neither is there.
    """
    stem = Path(board.netlist).stem
    places = (folder / f"{stem}{ENDING}", folder / stem / f"{stem}{ENDING}")
    found = next((place for place in places if place.is_file()), None)
    if found is None:
        raise NetlistError(
            f"{places[0]}: no such file, nor {places[1]}; `twinboard board` writes the boards of a "
            "design, name its folder"
        )
    return found


def merged_checks(subjects: Mapping[str, BoardSubject]) -> tuple[Check, ...]:
    """The boards' checks of one name as one check."""
    named: dict[str, dict[str, Check]] = {}
    for board, subject in subjects.items():
        for check in subject.checks:
            named.setdefault(check.name, {})[board] = check
    return tuple(_merged(checks) for checks in named.values())


def _merged(checks: Mapping[str, Check]) -> Check:
    """The worst verdict, all findings, and every board's figures."""
    first = next(iter(checks.values()))
    verdicts = {check.verdict for check in checks.values()}
    verdict = next((verdict for verdict in _WORST if verdict in verdicts), Verdict.PASS)
    evidence: dict[str, Measure] = {"boards": len(checks)}
    for board, check in checks.items():
        evidence |= {f"{board}_{name}": value for name, value in check.evidence.items()}
    reasons = [f"{board}: {check.reason}" for board, check in checks.items() if check.reason]
    if reasons:
        evidence["reason"] = "; ".join(reasons)
    items = [_on(board, item) for board, check in checks.items() for item in check.items]
    return Check(first.name, first.claim, verdict, evidence, surest_first(items))


def _on(board: str, item: Item) -> Item:
    """A finding with its board."""
    return replace(
        item,
        refdes=item.refdes and qualified(board, item.refdes),
        net=", ".join(qualified(board, net) for net in _nets(item.net)),
        expected=f"on board {board}, {item.expected}",
    )


def _nets(text: str) -> Sequence[str]:
    return [name for name in text.split(", ") if name]
