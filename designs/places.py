"""Where in a design file a key stands, for refusals."""

import re
from dataclasses import dataclass
from pathlib import Path

from designs.errors import DesignError

Keys = tuple[str | int, ...]

_KEY = r"""(?:[\w-]+|"[^"\n]*"|'[^'\n]*')"""
_DOTTED = rf"{_KEY}(?:[ \t]*\.[ \t]*{_KEY})*"
_HEADER = re.compile(rf"[ \t]*(\[\[?)[ \t]*({_DOTTED})[ \t]*\]\]?[ \t]*(?:#.*)?")
_ASSIGNMENT = re.compile(rf"[ \t]*({_DOTTED})[ \t]*=")


@dataclass(frozen=True)
class Place:
    """A design file, as far as refusals quote it.

    Attributes:
        path: the file.
        text: its contents.
    """

    path: Path
    text: str

    def refusal(self, message: str, *keys: str | int) -> DesignError:
        """The error for a key: file, line where one is found, and the message."""
        line = line_of(self.text, keys)
        where = str(self.path) if line is None else f"{self.path}, line {line}"
        return DesignError(f"{where}: {message}")


def line_of(text: str, keys: Keys) -> int | None:
    """The line, from 1, on which a key or the nearest table around it is written.

    A scan of headers and assignments, not a parser: inside of strings and lists over several
    lines it may be wrong, which costs a misleading line number and nothing else.
    """
    counts: dict[Keys, int] = {}
    table: Keys = ()
    best: tuple[int, int | None] = (0, None)
    for number, line in enumerate(text.splitlines(), start=1):
        header = _HEADER.fullmatch(line)
        assignment = None if header else _ASSIGNMENT.match(line)
        if header:
            table = path = _table(_split(header[2]), header[1] == "[[", counts)
        elif assignment:
            path = table + _split(assignment[1])
        else:
            continue
        if len(path) > best[0] and keys[: len(path)] == path:
            best = (len(path), number)
    return best[1]


def _split(dotted: str) -> Keys:
    return tuple(part.strip("\"'") for part in re.findall(_KEY, dotted))


def _table(names: Keys, repeated: bool, counts: dict[Keys, int]) -> Keys:
    """The path of a header, with the index of each `[[table]]` on its way."""
    path: Keys = ()
    for i, name in enumerate(names):
        path += (name,)
        last = i == len(names) - 1
        if repeated and last:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path += (counts[path],)
    return path
