"""SystemFile: what `<name>-system.json` says of boards and of the cables between them.

```
{"schema_version": 1, "kind": "system", "design": "x",
 "boards": [{"board": "b1", "netlist": "x-b1.net"}, ...],
 "cables": [{"cable": "1-2/1", "length_mm": 300,
             "ends": [{"board": "b1", "refdes": "JL1_2_1"}, {"board": "b2", "refdes": "JL1_2_1"}],
             "wires": [{"from": "1", "to": "1"}, ...]}, ...],
 "enable_chain": {"edges": [{"edge": "4-7"}, ...]}}
```

Other keys are for people and their hosts and are not looked at. The file may be wrong about the
boards, and is believed all the same: a wire that it does not list is not there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from verification.errors import NetlistError

SCHEMA_VERSION = 1
_BOARD = re.compile(r"[A-Za-z0-9_-]{1,24}")
_MOST_MM = 100_000.0


@dataclass(frozen=True, slots=True)
class SystemBoard:
    """One board: what reports call it, and its netlist's path as the file has it."""

    name: str
    netlist: str


@dataclass(frozen=True, slots=True)
class Cable:
    """One cable.

    Attributes:
        name: what reports call it.
        length_m: of it.
        ends: (board, reference of the header) of its two ends.
        wires: (pin of the first end's header, pin of the second's), by number.
    """

    name: str
    length_m: float
    ends: tuple[tuple[str, str], tuple[str, str]]
    wires: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SystemFile:
    """The file.

    Attributes:
        boards: in the file's order, names unique.
        cables: in the file's order, each between two of the boards.
        chain: names of the edges in the order in which ENABLE_DATA passes them.
        source: the file's path.
    """

    boards: tuple[SystemBoard, ...]
    cables: tuple[Cable, ...]
    chain: tuple[str, ...]
    source: str


def is_system(text: str) -> bool:
    """Whether a text is a JSON object rather than a netlist."""
    return text.lstrip("\ufeff \t\r\n").startswith("{")


def parse_system(text: str, source: str) -> SystemFile:
    """The system in a text; `source` names it in messages.

    Raises:
        NetlistError: no JSON, not a system, or a key that is missing or of another shape.
    """
    try:
        table = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NetlistError(f"{source}: not valid JSON: {error}") from None
    return _Reader(source).system(table)


class _Reader:
    """Takes the file apart; every refusal says where."""

    def __init__(self, source: str) -> None:
        self._source = source

    def system(self, table: Any) -> SystemFile:
        """The whole file."""
        if not isinstance(table, dict) or table.get("kind") != "system":
            self._fail('"kind"', 'is not "system": this is no system file; build writes one')
        if table.get("schema_version") != SCHEMA_VERSION:
            self._fail('"schema_version"', f"must be {SCHEMA_VERSION}")
        boards = tuple(
            self._board(entry, where) for entry, where in self._list(table, "boards", "")
        )
        names = [board.name for board in boards]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None or not boards:
            self._fail('"boards"', f"names {twice} twice" if twice else "is empty")
        cables = tuple(
            self._cable(entry, where, names) for entry, where in self._list(table, "cables", "")
        )
        chain = self._of(table, "enable_chain", dict, "")
        edges = tuple(
            str(self._of(entry, "edge", str, where))
            for entry, where in self._list(chain, "edges", "enable_chain.")
        )
        return SystemFile(boards, cables, edges, self._source)

    def _board(self, entry: Any, where: str) -> SystemBoard:
        name = str(self._of(entry, "board", str, where))
        if not _BOARD.fullmatch(name):
            self._fail(f"{where}board", "must be 1 to 24 letters, digits, '_' or '-'")
        return SystemBoard(name, str(self._of(entry, "netlist", str, where)))

    def _cable(self, entry: Any, where: str, boards: list[str]) -> Cable:
        ends = [
            (str(self._of(end, "board", str, at)), str(self._of(end, "refdes", str, at)))
            for end, at in self._list(entry, "ends", where)
        ]
        if len(ends) != 2:
            self._fail(f"{where}ends", "must hold the two ends of the cable")
        for board, _ in ends:
            if board not in boards:
                self._fail(f"{where}ends", f'names board {board}, which is not in "boards"')
        length = self._of(entry, "length_mm", (int, float), where)
        if isinstance(length, bool) or not 0 < length <= _MOST_MM:
            self._fail(f"{where}length_mm", f"must be above 0 and at most {_MOST_MM:g}")
        wires = tuple(
            (str(self._of(wire, "from", str, at)), str(self._of(wire, "to", str, at)))
            for wire, at in self._list(entry, "wires", where)
        )
        name = str(self._of(entry, "cable", str, where))
        return Cable(name, length / 1000, (ends[0], ends[1]), wires)

    def _list(self, table: Any, key: str, where: str) -> Iterator[tuple[Any, str]]:
        """(item, where it stands) of a list."""
        for number, item in enumerate(self._of(table, key, list, where), start=1):
            yield item, f"{where}{key}, item {number}: "

    def _of(self, table: Any, key: str, kind: type | tuple[type, ...], where: str) -> Any:
        """The value of a key."""
        if not isinstance(table, dict) or key not in table:
            self._fail(f"{where}{key}", "is missing")
        value = table[key]
        if not isinstance(value, kind):
            kinds = {list: "a list", dict: "a table", str: "a text"}
            wanted = "a number" if isinstance(kind, tuple) else kinds[kind]
            self._fail(f"{where}{key}", f"must be {wanted}")
        return value

    def _fail(self, where: str, problem: str) -> NoReturn:
        raise NetlistError(f"{self._source}: {where} {problem}")


def netlist_path(system: SystemFile, board: SystemBoard) -> Path:
    """Where a board's netlist is: beside the system file unless the file says otherwise."""
    return Path(system.source).parent / board.netlist
