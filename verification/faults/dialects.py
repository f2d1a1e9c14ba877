"""Writing a Netlist as the versions of KiCad export it.

What differs between them, from `netlist_exporter_xml.cpp` of KiCad's eeschema and its exports:

```
version  words         ids             fields                          nets
5  "D"   bare          (tstamp 1A2B)   user's                          (node (ref U1) (pin 3))
6  "E"   quoted        (tstamps "..")  user's, and each a (property)   + pinfunction, pintype
7        + ki_keywords and ki_fp_filters as properties
8        + Footprint, Datasheet, Description among the fields, (description ..)
9        + (component_classes ..)                                      + (class "Default")
10       + (units ..) of each component, (groups), (variants)
```

"skidl" is the KiCad 8 form of SKiDL, without libparts. The judge must read every one of them as the
same board.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from parts.catalogue import Catalogue
from parts.errors import PartError
from parts.record import PartRecord, Role
from verification.reading.netlist import Netlist, NetlistComponent, NetlistNet, PinRef

Dialect = Literal["skidl", "kicad5", "kicad6", "kicad7", "kicad8", "kicad9", "kicad10"]
DIALECTS: tuple[Dialect, ...] = (
    "skidl", "kicad5", "kicad6", "kicad7", "kicad8", "kicad9", "kicad10",
)  # fmt: skip
_VERSIONS: dict[Dialect, tuple[int, str, str]] = {
    "skidl": (8, "D", "SKiDL (3.0.0)"),
    "kicad5": (5, "D", "Eeschema 5.1.12"),
    "kicad6": (6, "E", "Eeschema 6.0.11"),
    "kicad7": (7, "E", "Eeschema 7.0.11"),
    "kicad8": (8, "E", "Eeschema 8.0.9"),
    "kicad9": (9, "E", "Eeschema 9.0.8"),
    "kicad10": (10, "E", "Eeschema 10.0.7"),
}
_PIN_TYPES: dict[Role, str] = {
    "power": "power_in",
    "ground": "power_in",
    "input": "input",
    "output": "output",
    "open_collector": "open_collector",
    "analog_input": "input",
    "analog_output": "output",
    "passive": "passive",
    "no_connect": "no_connect",
}
_OWN_FIELDS = ("Footprint", "Datasheet", "Description")
"""Fields that KiCad has on every symbol; from KiCad 8 on they stand among the others."""
_SPECIAL = frozenset(' ()"\\\n\t\r')
_SPACE = uuid.UUID("6c4f2d1e-3f0a-5b53-9d0e-5d2f5a1b7c90")


def write_netlist(
    netlist: Netlist, dialect: Dialect, catalogue: Catalogue, codes: Sequence[int] = ()
) -> str:
    """The text of a netlist in a dialect.

    Args:
        netlist: components and nets, written in their order.
        dialect: whose.
        catalogue: names and kinds of pins come from the part records; parts that it does not know
            have none.
        codes: the number of each net; 1, 2, ... by default.
    """
    version, letter, tool = _VERSIONS[dialect]
    writer = _Writer(dialect, version, netlist, catalogue)
    q = writer.quoted
    lines = [f"(export (version {q(letter)})", *writer.design(tool), "  (components"]
    for component in netlist.components:
        lines += writer.component(component)
    lines[-1] += ")"
    if version >= 10:
        lines += ["  (groups)", "  (variants)"]
    if dialect != "skidl":
        lines += writer.libraries()
    lines.append("  (nets")
    numbers = codes or range(1, len(netlist.nets) + 1)
    for code, net in zip(numbers, netlist.nets, strict=True):
        lines += writer.net(code, net)
    lines[-1] += "))"
    return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class _Known:
    """What is written of a pin whose part is known."""

    name: str
    kind: str


class _Writer:
    """One netlist being written in one dialect."""

    def __init__(
        self, dialect: Dialect, version: int, netlist: Netlist, catalogue: Catalogue
    ) -> None:
        self._bare = version <= 5
        self._skidl = dialect == "skidl"
        self._version = version
        self._netlist = netlist
        self._records: dict[str, PartRecord | None] = {}
        self._pins: dict[PinRef, _Known] = {}
        for component in netlist.components:
            mpn = component.field("MPN")
            if mpn not in self._records:
                self._records[mpn] = _record(mpn, catalogue)
            record = self._records[mpn]
            for pin in record.pins if record is not None else ():
                known = _Known(pin.name, _PIN_TYPES[pin.role])
                self._pins[PinRef(component.refdes, pin.number)] = known

    def quoted(self, word: str) -> str:
        """A word as the dialect writes it: KiCad 5 quotes what it must only."""
        if self._bare and word and not _SPECIAL.intersection(word):
            return word
        escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return f'"{escaped}"'

    def design(self, tool: str) -> Iterator[str]:
        """The head of the file, with its sheets."""
        q = self.quoted
        yield "  (design"
        yield f"    (source {q('board.kicad_sch')})"
        yield f"    (date {q('2026-01-01T00:00:00+0000')})"
        yield f"    (tool {q(tool)})"
        paths = sorted({"/", *(part.sheetpath or "/" for part in self._netlist.components)})
        for number, path in enumerate(paths, start=1):
            end = "))))" if number == len(paths) else ")))"
            yield f"    (sheet (number {q(str(number))}) (name {q(path)}) (tstamps {q(_id(path))})"
            yield (
                f"      (title_block (title) (company) (rev) (date) (source {q('board.kicad_sch')})"
                f" (comment (number {q('1')}) (value {q('')}){end}"
            )

    def component(self, part: NetlistComponent) -> Iterator[str]:
        """One `(comp ...)`."""
        q, version = self.quoted, self._version
        record = self._records[part.field("MPN")]
        name = record.mpn if record is not None else part.value
        description = part.field("Description")
        yield f"    (comp (ref {q(part.refdes)})"
        yield f"      (value {q(part.value)})"
        yield f"      (footprint {q(part.footprint)})"
        if part.field("Datasheet"):
            yield f"      (datasheet {q(part.field('Datasheet'))})"
        if version >= 8 and description:
            yield f"      (description {q(description)})"
        own = [(key, value) for key, value in part.fields if key not in _OWN_FIELDS]
        shown = part.fields if version >= 8 else own
        yield "      (fields"
        for key, value in shown:
            yield f"        (field (name {q(key)}) {q(value)})"
        yield "      )"
        source = f"(lib {q('twinboard')}) (part {q(name)}) (description {q(description)})"
        yield f"      (libsource {source})"
        yield from self._properties(part, own)
        path = part.sheetpath or "/"
        yield f"      (sheetpath (names {q(path)}) (tstamps {q(_id(path))}))"
        if version >= 9:
            yield f"      (component_classes (class {q('Default')}))"
        yield self._stamp(part) + ("" if version >= 10 else ")")
        if version >= 10:
            pins = "".join(f" (pin (num {q(p.number)}))" for p in record.pins) if record else ""
            yield f"      (units (unit (name {q('A')}) (pins{pins}))))"

    def _stamp(self, part: NetlistComponent) -> str:
        if self._bare:
            return f"      (tstamp {part.tstamp.replace('-', '')[:8].upper() or '0'})"
        return f"      (tstamps {self.quoted(part.tstamp)})"

    def _properties(self, part: NetlistComponent, own: Sequence[tuple[str, str]]) -> Iterator[str]:
        q = self.quoted
        if self._bare or self._skidl:
            return
        for key, value in own:
            yield f"      (property (name {q(key)}) (value {q(value)}))"
        sheet = part.sheetpath.strip("/").rpartition("/")[2]
        yield f"      (property (name {q('Sheetname')}) (value {q(sheet)}))"
        yield f"      (property (name {q('Sheetfile')}) (value {q('board.kicad_sch')}))"
        if self._version >= 7:
            yield f"      (property (name {q('ki_keywords')}) (value {q('twin network')}))"
            yield f"      (property (name {q('ki_fp_filters')}) (value {q('*')}))"

    def libraries(self) -> Iterator[str]:
        """`(libparts ...)` and `(libraries ...)`."""
        q = self.quoted
        yield "  (libparts"
        for record in self._records.values():
            if record is None:
                continue
            yield f"    (libpart (lib {q('twinboard')}) (part {q(record.mpn)})"
            yield f"      (description {q(record.title)})"
            yield "      (fields"
            yield f"        (field (name {q('Reference')}) {q(record.prefix)})"
            yield f"        (field (name {q('Value')}) {q(record.value)}))"
            yield "      (pins"
            for pin in record.pins:
                kind = _PIN_TYPES[pin.role]
                yield f"        (pin (num {q(pin.number)}) (name {q(pin.name)}) (type {q(kind)}))"
            yield "      ))"
        yield "  )"
        yield "  (libraries"
        yield f"    (library (logical {q('twinboard')}) (uri {q('twinboard.kicad_sym')})))"

    def net(self, code: int, net: NetlistNet) -> Iterator[str]:
        """One `(net ...)`."""
        q = self.quoted
        of_class = f" (class {q('Default')})" if self._version >= 9 or self._skidl else ""
        yield f"    (net (code {q(str(code))}) (name {q(net.name)}){of_class}"
        lonely = "+no_connect" if len(net.pins) == 1 else ""
        for pin in net.pins:
            known = self._pins.get(pin)
            more = ""
            if known is not None and not self._bare:
                kind = known.kind + (lonely if known.kind != "no_connect" else "")
                name = "" if self._skidl else f" (pinfunction {q(known.name)})"
                more = f"{name} (pintype {q(kind)})"
            yield f"      (node (ref {q(pin.refdes)}) (pin {q(pin.number)}){more})"
        yield "    )"


def _record(mpn: str, catalogue: Catalogue) -> PartRecord | None:
    try:
        return catalogue.part(mpn)
    except PartError:
        return None


def _id(path: str) -> str:
    """A sheet's path of ids."""
    names = [name for name in path.split("/") if name]
    return "/" + "".join(f"{uuid.uuid5(_SPACE, name)}/" for name in names)
