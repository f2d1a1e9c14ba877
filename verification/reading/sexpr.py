"""A streaming reader of KiCad's parenthesised files, bounded in time and memory.

A netlist is `(export (section entry entry ...) ...)`, a board `(kicad_pcb entry entry ...)`. Each
entry is handed out as it closes, so that a file is never held as one tree. Nothing recurses: a
hostile file ends in one NetlistError, at the first line that cannot be.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias, Union

from verification.errors import NetlistError

MAX_BYTES = 200_000_000
"""The largest file read; a 5000-edge board has about 50 MB."""
MAX_DEPTH = 100
"""The deepest nesting read; KiCad's netlists reach 8."""
MAX_LISTS = 8_000_000
"""The most lists read, 1.5 us each; a 5000-edge board has about 5 million."""
MAX_LISTS_PER_ENTRY = 2_000_000
"""The most lists in one component or net; ground on a 5000-edge board has about a million."""
MAX_WORDS = 10_000
"""The most words in one list; KiCad's lists have under 10."""

_TOKEN = re.compile(
    r'\(([^\s()"]++)(?:\s++"([^"\\]*+)"\))?+|[()]|"(?:[^"\\]++|\\.)*+"|[^\s()"]+|"', re.DOTALL
)
"""One token; or a list's opening with its head, group 1; or at once a whole list such as
(ref "U1"), with its text as group 2: most of a netlist are those."""
_WHOLE = 2
"""The last group of a match that is a whole list."""
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t"}

Sexpr: TypeAlias = Union[str, list["Sexpr"]]  # noqa: UP007  (a forward reference cannot use |)


@dataclass(frozen=True, slots=True)
class Form:
    """A kind of file: the head of the whole, its name in messages, how deep its entries are."""

    root: str
    noun: str
    depth: int


NETLIST = Form("export", "netlist", 3)
BOARD = Form("kicad_pcb", "board", 2)


@dataclass(frozen=True, slots=True)
class Entry:
    """One list of a section, or the section's opening (`items` is None).

    Attributes:
        section: the head of the list around it: "components", "nets", "kicad_pcb", ...
        line: the line, from 1, on which it opens.
        items: the list, head first; atoms are unescaped strings. None marks the opening of the
            section.
    """

    section: str
    line: int
    items: list[Sexpr] | None


def read_text(path: Path, noun: str = NETLIST.noun) -> str:
    """The file's text; `noun` says in messages what it should be.

    Raises:
        NetlistError: missing, a folder, unreadable, empty, over MAX_BYTES, not UTF-8, binary.
    """
    try:
        if path.is_dir():
            raise NetlistError(f"{path}: this is a folder; give the {noun} file inside it")
        size = path.stat().st_size
        if size > MAX_BYTES:
            limit = f"{MAX_BYTES / 1e6:.0f} MB"
            raise NetlistError(f"{path}: {size / 1e6:.0f} MB; a {noun} of at most {limit} is read")
        data = path.read_bytes()
    except FileNotFoundError:
        raise NetlistError(f"{path}: no such file") from None
    except OSError as error:
        raise NetlistError(f"{path}: cannot be read: {error.strerror or error}") from None
    if not data.strip():
        raise NetlistError(f"{path}: the file is empty; export the {noun} again")
    if b"\0" in data:
        raise NetlistError(f"{path}: binary data, not a KiCad {noun}, which is text")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise NetlistError(
            f"{path}, line {line}: byte 0x{data[error.start]:02x} is not UTF-8 text;"
            f" a KiCad {noun} is UTF-8: export it again"
        ) from None


def unescape(text: str) -> str:
    r"""A quoted string's content with its escapes (`\"`, `\\`, `\n`) resolved."""
    if "\\" not in text:
        return text
    return _ESCAPE.sub(lambda match: _ESCAPED.get(match[1], match[1]), text)


def read_entries(
    text: str, source: str, sections: Collection[str], form: Form = NETLIST
) -> Iterator[Entry]:
    """The opening and the entries of the named sections of an `(export ...)` text, in order.

    The other sections are checked for balance and skipped; a form whose entries stand directly in
    the root has one section, the root. `source` names the file in messages.

    Raises:
        NetlistError: at once for too many lists; while iterating, at the first line that is not
            balanced, named, within the limits, or the end of a file that came too early.
    """
    if text.count("(") > MAX_LISTS:
        raise NetlistError(
            f"{source}: over {MAX_LISTS / 1e6:.0f} million lists;"
            f" a {form.noun} of 5000 edges has about 5 million"
        )
    return _Reader(text, source, sections, form).entries()


class _Reader:
    """The state of one pass over a text: the lists that are open, and the entry being built."""

    def __init__(self, text: str, source: str, sections: Collection[str], form: Form) -> None:
        self._text = text
        self._source = source
        self._form = form
        self._sections = frozenset(sections)
        self._counted = 0
        self._line = 1
        self._depth = 0
        self._heads: list[str] = []
        self._head_due = False
        self._wanted = False
        self._building: list[list[Sexpr]] = []
        self._entry_line = 0
        self._words = 0

    def entries(self) -> Iterator[Entry]:
        """Yield each wanted entry as it closes.

        The branch for tokens inside an entry is written out: it sees nearly all of them.
        """
        building = self._building
        deepest = MAX_DEPTH - 2
        lists = 0
        for match in _TOKEN.finditer(self._text):
            token = match[0]
            if not building:
                lists = 1
                headed = match.lastindex is not None
                found = self._headed(match) if headed else self._outline(token, match.start())
                if found:
                    yield found
            elif token[0] == "(":
                lists += 1
                if not building[-1] or len(building) >= deepest or lists > MAX_LISTS_PER_ENTRY:
                    raise self._refusal(match.start())
                if match.lastindex == _WHOLE:
                    building[-1].append([match[1], match[2]])
                    continue
                fresh: list[Sexpr] = [match[1]] if match.lastindex else []
                building[-1].append(fresh)
                building.append(fresh)
            elif token == ")":
                if not building[-1]:
                    raise self._error_at(match.start(), "an empty list '()'")
                closed = building.pop()
                if not building:
                    self._depth -= 1
                    yield Entry(self._heads[-1], self._entry_line, closed)
            elif len(building[-1]) > MAX_WORDS and isinstance(building[-1][-1], str):
                raise self._too_wordy(match.start())
            else:
                building[-1].append(
                    token if token[0] != '"' else self._quoted(token, match.start())
                )
        self._end()

    def _refusal(self, at: int) -> NetlistError:
        """Why a list may not open here, inside an entry."""
        if not self._building[-1]:
            return self._error_at(at, "a list without a name: '(' directly after '('")
        if self._depth + len(self._building) > MAX_DEPTH:
            return self._too_deep(at)
        return self._error(self._entry_line, f"one entry holds over {MAX_LISTS_PER_ENTRY} lists")

    def _headed(self, match: re.Match[str]) -> Entry | None:
        """A list's opening with its head, or a whole list, outside the wanted entries."""
        at = match.start()
        self._words = 0
        self._open(at)
        found: Entry | None = None
        if self._building:
            self._building[-1].append(match[1])
        else:
            found = self._outline(match[1], at)
        if match.lastindex != _WHOLE:
            return found
        if not self._building:
            self._outline(f'"{match[2]}"', match.start(2))
            self._close(match.end() - 1)
            return found
        self._building.clear()
        self._depth -= 1
        return Entry(self._heads[-1], self._entry_line, [match[1], match[2]])

    def _outline(self, token: str, at: int) -> Entry | None:
        """A token outside the wanted entries: the frame, section names, skipped sections."""
        if token in "()":
            self._words = 0
        if token == "(":
            self._open(at)
            return None
        if token == ")":
            self._close(at)
            return None
        if self._depth == 0:
            raise self._error_at(
                at,
                f"'{_shown(token)}' outside of '({self._form.root} ...)': "
                f"not a KiCad {self._form.noun}",
            )
        atom = self._quoted(token, at) if token[0] == '"' else token
        self._words += 1
        if self._words > MAX_WORDS:
            raise self._too_wordy(at)
        if not self._head_due:
            return None
        self._head_due = False
        return self._name(atom, at) if self._depth < self._form.depth else None

    def _open(self, at: int) -> None:
        if self._head_due:
            raise self._error_at(at, "a list without a name: '(' directly after '('")
        if self._depth == 0 and self._heads:
            raise self._error_at(at, f"a second list after the end of '({self._form.root} ...)'")
        if self._depth >= MAX_DEPTH:
            raise self._too_deep(at)
        self._depth += 1
        if self._depth == self._form.depth and self._wanted:
            self._entry_line = self._line_at(at)
            self._building.append([])
        else:
            self._head_due = True

    def _close(self, at: int) -> None:
        if self._depth == 0:
            raise self._error_at(at, "a ')' that closes nothing")
        if self._head_due:
            raise self._error_at(at, "an empty list '()'")
        self._depth -= 1

    def _name(self, name: str, at: int) -> Entry | None:
        """The head of the whole text or of a section."""
        form = self._form
        if self._depth == 1 and name != form.root:
            raise self._error_at(
                at,
                f"a KiCad {form.noun} starts with '({form.root}', this file with '({_shown(name)}'",
            )
        self._heads[self._depth - 1 :] = [name]
        self._wanted = self._depth == form.depth - 1 and name in self._sections
        return Entry(name, self._line_at(at), None) if self._wanted else None

    def _quoted(self, token: str, at: int) -> str:
        if len(token) == 1:
            raise self._error_at(at, "a quoted text that never ends: the file is truncated")
        return unescape(token[1:-1])

    def _end(self) -> None:
        if not self._heads:
            raise self._error_at(
                len(self._text),
                f"no '({self._form.root} ...)': not a KiCad {self._form.noun}",
            )
        depth = self._depth + max(len(self._building) - 1, 0)
        if depth:
            inside = f" inside '({_shown(self._heads[-1])}'" if depth > 1 else ""
            missing = f"{depth} list{'s' if depth > 1 else ''} still open"
            raise self._error_at(
                len(self._text),
                f"the file ends{inside} with {missing}: it is truncated, export it again",
            )

    def _line_at(self, at: int) -> int:
        self._line += self._text.count("\n", self._counted, at)
        self._counted = at
        return self._line

    def _too_deep(self, at: int) -> NetlistError:
        return self._error_at(
            at, f"lists nested over {MAX_DEPTH} deep; KiCad's {self._form.noun}s nest under 10 deep"
        )

    def _too_wordy(self, at: int) -> NetlistError:
        return self._error_at(at, f"one list holds over {MAX_WORDS} words")

    def _error_at(self, at: int, message: str) -> NetlistError:
        return self._error(self._line_at(at), message)

    def _error(self, line: int, message: str) -> NetlistError:
        return NetlistError(f"{self._source}, line {line}: {message}")


def _shown(token: str) -> str:
    """The start of a token, printable, for a message."""
    clean = token[:24].encode("ascii", "backslashreplace").decode()
    return clean + ("..." if len(token) > 24 else "")
