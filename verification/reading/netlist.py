"""Netlist: what a KiCad netlist file says, and nothing more.

The file may be wrong as a circuit - one reference twice, a pin in two nets, a net name twice - and
still be a netlist: everything is kept in the file's order, and `NetlistIndex` answers what stands
where. Judging is for the checks.

```
(export (version "E") (design ...)
  (components (comp (ref "U1") (value "MCP6562") (footprint "...")
                    (fields (field (name "MPN") "MCP6562-E/SN")) ...))
  (nets (net (code 1) (name "N4_FREE") (node (ref "U1") (pin "3")) ...)))
```
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

from verification.errors import NetlistError, UsageError
from verification.reading.sexpr import Entry, Sexpr, read_entries, read_text

Reader = Literal["own", "kinparse"]


class PinRef(NamedTuple):
    """One pin of one component as a net names it. A tuple, since a large board has millions.

    Attributes:
        refdes: the component's reference.
        number: the pin's number, as text ("3", "A1").
    """

    refdes: str
    number: str

    def __str__(self) -> str:
        return f"{self.refdes}.{self.number}"


@dataclass(frozen=True, slots=True)
class NetlistComponent:
    """One component.

    Attributes:
        fields: (name, value) in the file's order: `(fields ...)`, then each `(property ...)` not
            yet named.
        sheetpath: the names of the sheets above it, "/" at the top.
        tstamp: KiCad's ids, joined by spaces.
        line: where the file states it, from 1; 0 where the reader does not know.
    """

    refdes: str
    value: str
    footprint: str
    fields: tuple[tuple[str, str], ...]
    sheetpath: str
    tstamp: str
    line: int = field(default=0, compare=False)

    def field(self, name: str, default: str = "") -> str:
        """The value of a field, compared without letter case; `default` where there is none."""
        folded = name.casefold()
        for key, value in self.fields:
            if key == name or key.casefold() == folded:
                return value
        return default


@dataclass(frozen=True, slots=True)
class NetlistNet:
    """One net.

    Attributes:
        pins: in the file's order.
        line: where the file states it, from 1; 0 where the reader does not know.
        functions: KiCad's `pinfunction` of each pin, "" where it has none; () where none has one.
    """

    name: str
    pins: tuple[PinRef, ...]
    line: int = field(default=0, compare=False)
    functions: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Netlist:
    """A netlist file. Two are equal when components and nets are; the source does not count."""

    components: tuple[NetlistComponent, ...]
    nets: tuple[NetlistNet, ...]
    source: str = field(default="", compare=False)

    def index(self) -> NetlistIndex:
        """Every way to look something up, built anew; keep it where it is used more than once."""
        return NetlistIndex.of(self)


@dataclass(frozen=True, slots=True)
class NetlistIndex:
    """What stands where; each answer is a tuple because a wrong file may answer twice.

    Attributes:
        components: reference -> the components of that name.
        nets: net name -> the nets of that name.
        pin_nets: pin -> the nets it is in, as positions in `netlist.nets`, each once, ascending.
        pins: reference -> its pins that appear in nets, in the file's order, each once.
    """

    netlist: Netlist
    components: dict[str, tuple[NetlistComponent, ...]]
    nets: dict[str, tuple[NetlistNet, ...]]
    pin_nets: dict[PinRef, tuple[int, ...]]
    pins: dict[str, tuple[PinRef, ...]]

    @classmethod
    def of(cls, netlist: Netlist) -> NetlistIndex:
        """Index a netlist in one pass."""
        components: dict[str, list[NetlistComponent]] = defaultdict(list)
        for component in netlist.components:
            components[component.refdes].append(component)
        nets: dict[str, list[NetlistNet]] = defaultdict(list)
        pin_nets: dict[PinRef, dict[int, None]] = defaultdict(dict)
        pins: dict[str, dict[PinRef, None]] = defaultdict(dict)
        for position, net in enumerate(netlist.nets):
            nets[net.name].append(net)
            for pin in net.pins:
                pin_nets[pin][position] = None
                pins[pin.refdes][pin] = None
        return cls(
            netlist,
            {refdes: tuple(found) for refdes, found in components.items()},
            {name: tuple(found) for name, found in nets.items()},
            {pin: tuple(found) for pin, found in pin_nets.items()},
            {refdes: tuple(found) for refdes, found in pins.items()},
        )

    def component(self, refdes: str) -> NetlistComponent | None:
        """The first component of that reference."""
        return next(iter(self.components.get(refdes, ())), None)

    def net_of(self, refdes: str, number: str) -> NetlistNet | None:
        """The first net that the pin is in."""
        positions = self.pin_nets.get(PinRef(refdes, number), ())
        return self.netlist.nets[positions[0]] if positions else None


def read_netlist(path: str | Path, reader: Reader = "own") -> Netlist:
    """Read a KiCad netlist (the dialects of KiCad 6 to 10).

    Args:
        path: the file.
        reader: "own", or "kinparse": a slower second witness that nobody here wrote.

    Raises:
        NetlistError: what is wrong with the file, and in which line.
        UsageError: a reader that does not exist.
    """
    return parse_with(reader, read_text(Path(path)), str(Path(path)))


def parse_with(reader: Reader, text: str, source: str) -> Netlist:
    """The netlist in a text by a reader; see `read_netlist`."""
    if reader == "own":
        return parse_netlist(text, source)
    if reader == "kinparse":
        from verification.reading.kinparse_reader import parse_with_kinparse  # noqa: PLC0415 (slow to load)

        return parse_with_kinparse(text, source)
    raise UsageError(f'no netlist reader is called "{reader}"; allowed: own, kinparse')


def parse_netlist(text: str, source: str = "netlist") -> Netlist:
    """The netlist in a text; `source` names it in messages. Raises NetlistError."""
    components: list[NetlistComponent] = []
    nets: list[NetlistNet] = []
    seen: set[str] = set()
    for entry in read_entries(text, source, ("components", "nets")):
        if entry.items is None:
            seen.add(entry.section)
        elif entry.section == "components":
            components.append(_component(entry, source))
        else:
            nets.append(_net(entry, source))
    for section in ("components", "nets"):
        if section not in seen:
            raise NetlistError(
                f"{source}: no '({section} ...)' section; this is not a complete KiCad netlist:"
                " export it again"
            )
    return Netlist(tuple(components), tuple(nets), source)


def _component(entry: Entry, source: str) -> NetlistComponent:
    parts = _by_head(_expect(entry, "comp", source))
    refdes = _text(parts, "ref")
    if not refdes:
        raise NetlistError(f"{source}, line {entry.line}: a component without a '(ref ...)'")
    fields: dict[str, str] = {}
    for holder in parts.get("fields", ()):
        for child in _by_head(holder).get("field", ()):
            fields.setdefault(_texts(child).get("name", ""), _last_atom(child))
    for child in parts.get("property", ()):
        stated = _texts(child)
        fields.setdefault(stated.get("name", ""), stated.get("value", ""))
    sheetpath = _by_head(next(iter(parts.get("sheetpath", ())), []))
    return NetlistComponent(
        refdes,
        _text(parts, "value"),
        _text(parts, "footprint"),
        tuple(fields.items()),
        _text(sheetpath, "names") or _text(sheetpath, "name"),
        _text(parts, "tstamps") or _text(parts, "tstamp"),
        entry.line,
    )


def _net(entry: Entry, source: str) -> NetlistNet:
    parts = _by_head(_expect(entry, "net", source))
    name = _text(parts, "name")
    if not name:
        raise NetlistError(f"{source}, line {entry.line}: a net without a '(name ...)'")
    pins: list[PinRef] = []
    functions: list[str] = []
    for node in parts.get("node", ()):
        stated = _texts(node)
        refdes, number = stated.get("ref", ""), stated.get("pin", "")
        if not (refdes and number):
            raise NetlistError(
                f'{source}, line {entry.line}: net "{name}" has a node without a "ref" or a "pin"'
            )
        pins.append(PinRef(refdes, number))
        functions.append(stated.get("pinfunction", ""))
    return NetlistNet(name, tuple(pins), entry.line, tuple(functions) if any(functions) else ())


def _expect(entry: Entry, head: str, source: str) -> list[Sexpr]:
    items = entry.items or []
    if not items or items[0] != head:
        found = items[0] if items and isinstance(items[0], str) else "?"
        raise NetlistError(
            f"{source}, line {entry.line}: '({found}' where section '({entry.section}'"
            f" has '({head}' only"
        )
    return items


def _by_head(items: list[Sexpr]) -> dict[str, list[list[Sexpr]]]:
    """The lists among `items` by their first atom, in order."""
    found: dict[str, list[list[Sexpr]]] = {}
    for item in items:
        if isinstance(item, list) and item and isinstance(item[0], str):
            found.setdefault(item[0], []).append(item)
    return found


def _text(parts: dict[str, list[list[Sexpr]]], head: str) -> str:
    """The atoms of the first list of that head, joined by spaces; "" where there is none."""
    found = parts.get(head)
    return "" if found is None else _joined(found[0])


def _texts(items: list[Sexpr]) -> dict[str, str]:
    """The atoms of each list among `items`, joined by spaces, by head; the first of a head wins."""
    found: dict[str, str] = {}
    for item in items:
        if isinstance(item, list) and item and isinstance(item[0], str) and item[0] not in found:
            found[item[0]] = _joined(item)
    return found


def _joined(items: list[Sexpr]) -> str:
    """The atoms behind a head, joined by spaces."""
    if len(items) == 2 and isinstance(items[1], str):
        return items[1]
    return " ".join(atom for atom in items[1:] if isinstance(atom, str))


def _last_atom(items: list[Sexpr]) -> str:
    return next((item for item in reversed(items[1:]) if isinstance(item, str)), "")
