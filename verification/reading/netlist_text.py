"""The own reader of netlists: a KiCad netlist file's text, as KiCad 6 to 10 and SKiDL write it.

```
(export (version "E") (design ...)
  (components (comp (ref "U1") (value "MCP6562") (footprint "...")
                    (fields (field (name "MPN") "MCP6562-E/SN")) ...))
  (nets (net (code 1) (name "N4_FREE") (node (ref "U1") (pin "3")) ...)))
```
"""

from __future__ import annotations

from verification.errors import NetlistError
from verification.reading.netlist import Netlist, NetlistComponent, NetlistNet, PinRef
from verification.reading.sexpr import Entry, Sexpr, read_entries


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
