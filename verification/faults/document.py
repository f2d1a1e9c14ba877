"""Document: a netlist's text cut into its entries, so that a fault changes few and the rest stays.

```
text = piece + "(comp ...)" + "(comp ...)" + piece + "(net ...)" + ... + piece
change -> the entries that it touches, written again -> Variant: the whole text; its Netlist
```

A variant's netlist is read from the text of the changed entries only; every other entry is the
object that was read from the original. That is what reading the whole text gives (a test), at a
hundredth of the time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from verification.errors import NetlistError
from verification.reading.netlist import Netlist, PinRef
from verification.reading.netlist_text import parse_netlist

_TOKEN = re.compile(r'[()]|"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_HEAD = re.compile(r'\(\s*"?([^\s()"]+)')
_ATOM = r'("(?:[^"\\]|\\.)*"|[^\s()"]+)'
_SECTIONS = ("components", "nets")


@dataclass(frozen=True)
class Rewire:
    """Each pin leaves its net for another one, by its position in the file; None: for none."""

    moves: tuple[tuple[PinRef, int | None], ...]


@dataclass(frozen=True)
class Merge:
    """Two nets become one, under the name of the first."""

    kept: int
    lost: int


@dataclass(frozen=True)
class Remove:
    """A component, by its position, and its pins are gone."""

    component: int


@dataclass(frozen=True)
class Copy:
    """A component is there again, on the same nets, under another reference and slot."""

    component: int
    refdes: str


@dataclass(frozen=True)
class Restate:
    """A component's value, footprint or fields say something else: (name, text) each."""

    component: int
    stated: tuple[tuple[str, str], ...]


Change: TypeAlias = Rewire | Merge | Remove | Copy | Restate


@dataclass(frozen=True)
class NetText:
    """The text of a net: everything but its nodes, and its nodes in the order of its pins."""

    head: str
    nodes: tuple[str, ...]

    def text(self) -> str:
        """The entry."""
        return f"{self.head}{''.join(self.nodes)})"


@dataclass(frozen=True)
class Variant:
    """A document with some of its pieces replaced, each by any number of entries."""

    document: Document
    replaced: Mapping[int, tuple[str, ...]]

    @property
    def text(self) -> str:
        """The whole file."""
        pieces = self.document.pieces
        return "".join(
            "".join(self.replaced[k]) if k in self.replaced else piece
            for k, piece in enumerate(pieces)
        )

    def netlist(self) -> Netlist:
        """What a reader of the text sees, lines aside. Raises NetlistError as the reader does."""
        base = self.document
        entries = {
            section: [(k, text) for k in places if k in self.replaced for text in self.replaced[k]]
            for section, places in zip(
                _SECTIONS, (base.component_places, base.net_places), strict=True
            )
        }
        joined = [
            f"({section} {''.join(text for _, text in rows)})" for section, rows in entries.items()
        ]
        read = parse_netlist(f"(export {' '.join(joined)})", base.netlist.source)
        parts, nets = iter(read.components), iter(read.nets)
        return Netlist(
            tuple(
                part
                for k, known in zip(base.component_places, base.netlist.components, strict=True)
                for part in (
                    [next(parts) for _ in self.replaced[k]] if k in self.replaced else [known]
                )
            ),
            tuple(
                net
                for k, known in zip(base.net_places, base.netlist.nets, strict=True)
                for net in (
                    [next(nets) for _ in self.replaced[k]] if k in self.replaced else [known]
                )
            ),
            base.netlist.source,
        )


@dataclass(frozen=True)
class Document:
    """A netlist's text in pieces; joined they are the text.

    Attributes:
        netlist: what the text says.
        pieces: entries of components and nets, and what is between them.
        component_places, net_places: which pieces are components and nets, in the file's order.
    """

    netlist: Netlist
    pieces: tuple[str, ...]
    component_places: tuple[int, ...]
    net_places: tuple[int, ...]

    @classmethod
    def of(cls, text: str, source: str) -> Document:
        """Cut a netlist's text. Raises NetlistError where it is none."""
        netlist = parse_netlist(text, source)
        pieces: list[str] = []
        places: dict[str, list[int]] = {section: [] for section in _SECTIONS}
        done = 0
        for section, begin, end in _entries(text):
            pieces += [text[done:begin], text[begin:end]]
            places[section].append(len(pieces) - 1)
            done = end
        found = [tuple(places[section]) for section in _SECTIONS]
        if [len(found[0]), len(found[1])] != [len(netlist.components), len(netlist.nets)]:
            raise NetlistError(f"{source}: its sections hold more than components and nets")
        return cls(netlist, (*pieces, text[done:]), found[0], found[1])

    @cached_property
    def net_of(self) -> dict[PinRef, int]:
        """Pin -> the position of the first net that it is in."""
        table: dict[PinRef, int] = {}
        for position, net in enumerate(self.netlist.nets):
            for pin in net.pins:
                table.setdefault(pin, position)
        return table

    def changed(self, change: Change) -> Variant:
        """The document after a change."""
        match change:
            case Rewire():
                return Variant(self, self._written(self._rewired(change.moves)))
            case Merge():
                kept, lost = self._net(change.kept), self._net(change.lost)
                joined = NetText(kept.head, (*kept.nodes, *lost.nodes))
                return Variant(self, self._written({change.kept: joined, change.lost: None}))
            case Remove():
                refdes = self.netlist.components[change.component].refdes
                pins = [pin for pin in self.net_of if pin.refdes == refdes]
                nets = self._rewired([(pin, None) for pin in pins])
                place = self.component_places[change.component]
                return Variant(self, {**self._written(nets), place: ()})
            case Copy():
                return self._copied(change)
            case Restate():
                place = self.component_places[change.component]
                text = self.pieces[place]
                for name, value in change.stated:
                    text = _restated(text, name, value)
                return Variant(self, {place: (text,)})

    @cached_property
    def _net_texts(self) -> tuple[NetText, ...]:
        return tuple(cut_net(self.pieces[place]) for place in self.net_places)

    def _net(self, position: int) -> NetText:
        return self._net_texts[position]

    def _written(self, nets: Mapping[int, NetText | None]) -> dict[int, tuple[str, ...]]:
        """Pieces of nets by position; a net that has lost all of its pins is not written."""
        return {
            self.net_places[k]: (net.text(),) if net is not None and net.nodes else ()
            for k, net in nets.items()
        }

    def _rewired(self, moves: Iterable[tuple[PinRef, int | None]]) -> dict[int, NetText | None]:
        """The nets that pins leave and those that they come to, at the end."""
        leaving: dict[int, set[PinRef]] = {}
        coming: dict[int, list[str]] = {}
        for pin, goal in moves:
            home = self.net_of.get(pin)
            if home is None:
                text = _node(pin.refdes, pin.number)
            else:
                leaving.setdefault(home, set()).add(pin)
                text = self._net(home).nodes[self.netlist.nets[home].pins.index(pin)]
            if goal is not None:
                coming.setdefault(goal, []).append(text)
        changed: dict[int, NetText | None] = {}
        for position in sorted({*leaving, *coming}):
            net, gone = self._net(position), leaving.get(position, set())
            pins = self.netlist.nets[position].pins
            kept = [node for pin, node in zip(pins, net.nodes, strict=True) if pin not in gone]
            changed[position] = NetText(net.head, (*kept, *coming.get(position, ())))
        return changed

    def _copied(self, change: Copy) -> Variant:
        place = self.component_places[change.component]
        original = self.netlist.components[change.component]
        text = re.sub(
            rf"(\(\s*ref\s+){_ATOM}",
            lambda match: match[1] + _quoted(change.refdes),
            self.pieces[place],
            count=1,
        )
        text = _restated(text, "Slot", f"{original.field('Slot')}_again")
        nets: dict[int, NetText | None] = {}
        for position in sorted({k for p, k in self.net_of.items() if p.refdes == original.refdes}):
            net = self._net(position)
            more = [
                _node(change.refdes, pin.number)
                for pin in self.netlist.nets[position].pins
                if pin.refdes == original.refdes
            ]
            nets[position] = NetText(net.head, (*net.nodes, *more))
        return Variant(self, {**self._written(nets), place: (self.pieces[place], f"\n    {text}")})


def _entries(text: str) -> Iterator[tuple[str, int, int]]:
    """(section, begin, end) of every entry of the sections."""
    depth, section, begin = 0, "", 0
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token == "(":
            depth += 1
            if depth == 2:
                head = _HEAD.match(text, match.start())
                section = head[1] if head is not None else ""
            elif depth == 3:
                begin = match.start()
        elif token == ")":
            if depth == 3 and section in _SECTIONS:
                yield section, begin, match.end()
            depth -= 1


def cut_net(text: str) -> NetText:
    """The text of a `(net ...)` cut into what it says of itself and its nodes."""
    head: list[str] = []
    nodes: list[str] = []
    depth, done = 0, 0
    is_node = False
    for match in _TOKEN.finditer(text):
        if match[0] == "(":
            depth += 1
            if depth == 2:
                found = _HEAD.match(text, match.start())
                is_node = found is not None and found[1] == "node"
        elif match[0] == ")":
            depth -= 1
            if depth == 1:
                (nodes if is_node else head).append(text[done : match.end()])
                done = match.end()
    return NetText("".join(head), tuple(nodes))


def _node(refdes: str, number: str) -> str:
    """A new node of a net."""
    return f"\n      (node (ref {_quoted(refdes)}) (pin {_quoted(number)}))"


def _quoted(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _restated(text: str, name: str, value: str) -> str:
    """A component's text with another `value` or `footprint`, or other text in a field.

    A field stands once among the fields and, from KiCad 6 on, once more as a property.

    Raises:
        ValueError: the component has no such statement.
    """
    if name in ("value", "footprint"):
        patterns = [rf"(\(\s*{name}\s+){_ATOM}"]
    else:
        key = rf'"?{re.escape(name)}"?'
        patterns = [
            rf"(\(\s*field\s+\(\s*name\s+{key}\s*\)\s*){_ATOM}",
            rf"(\(\s*property\s+\(\s*name\s+{key}\s*\)\s*\(\s*value\s+){_ATOM}",
        ]
    total = 0
    for pattern in patterns:
        text, count = re.subn(pattern, lambda match: match[1] + _quoted(value), text, count=1)
        total += count
    if not total:
        raise ValueError(f"a component without {name}: {text[:60]}")
    return text
