"""The s-expressions that KiCad's files are written in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from netgen.errors import BuildError
from parts.footprint import MM, Point

_TOKEN = re.compile(r'[()]|"(?:[^"\\]|\\.)*"|[^\s()"]+')


@dataclass(frozen=True, slots=True)
class Element:
    """One list of the file: its first word, its other words in order, and its lists in order."""

    name: str
    words: tuple[str, ...]
    lists: "tuple[Element, ...]"

    def all(self, name: str) -> "Iterator[Element]":
        """The lists of this name."""
        return (item for item in self.lists if item.name == name)

    def first(self, name: str) -> "Element | None":
        """The first list of this name."""
        return next(self.all(name), None)

    def word(self, name: str, default: str = "") -> str:
        """The first word of the first list of this name."""
        found = self.first(name)
        return found.words[0] if found is not None and found.words else default

    def length(self, name: str, default: int = 0) -> int:
        """The first word of a list as a length: millimetres become nm."""
        text = self.word(name)
        return nanometres(text) if text else default

    def point(self, name: str) -> Point:
        """The first two words of a list as a point in nm; the origin where there is no list."""
        found = self.first(name)
        return (0, 0) if found is None else found.xy

    @property
    def xy(self) -> Point:
        """Its own first two words as a point in nm."""
        return nanometres(self.words[0]), nanometres(self.words[1])

    def flag(self, name: str) -> bool:
        """Whether it says `name` or `(name yes)`."""
        return name in self.words or self.word(name) == "yes"


def nanometres(text: str) -> int:
    """A number of millimetres in nm."""
    return round(float(text) * MM)


def parse(text: str, source: str) -> Element:
    """The one list that a file holds.

    Raises:
        BuildError: brackets that do not match, or something beside the list.
    """
    open_lists: list[tuple[list[str], list[Element]]] = []
    found: Element | None = None
    for token in _TOKEN.findall(text):
        if not open_lists and (token != "(" or found is not None):
            raise BuildError(f"{source}: {token} stands outside of brackets; it is no KiCad file")
        if token == "(":
            open_lists.append(([], []))
        elif token == ")":
            words, lists = open_lists.pop()
            made = Element(words[0] if words else "", tuple(words[1:]), tuple(lists))
            if open_lists:
                open_lists[-1][1].append(made)
            else:
                found = made
        else:
            open_lists[-1][0].append(_plain(token))
    if open_lists or found is None:
        raise BuildError(f"{source}: a bracket is not closed; it is no KiCad file, or cut off")
    return found


def _plain(token: str) -> str:
    """A word without its quotes."""
    if not token.startswith('"'):
        return token
    inner = token[1:-1]
    return re.sub(r"\\(.)", r"\1", inner) if "\\" in inner else inner
