"""Board: the netlist with each pin joined to its part's record, looked up from either side.

```
NetlistComponent + PartRecord -> Placed --- BoardPin (refdes, number) -> wire -> BoardPin ...
```

A *wire* is a net of the file by its position, so that two nets of one name stay two. A pin that the
file puts on no net gets a wire of its own, so every known pin has exactly one. Names of nets and
references are carried for reports; nothing here looks at them to find out what something is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from designs import Design
from parts.catalogue import Catalogue
from parts.errors import PartError
from parts.models import Model
from parts.record import PartRecord, Pin
from verification.extraction.functions import parse_functions
from verification.reading.assembly import SEPARATOR, qualified
from verification.reading.netlist import Netlist, NetlistComponent, PinRef

ModelT = TypeVar("ModelT", bound=Model)


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """A component of a known part.

    Attributes:
        cell: path of its cell, "edge/4-7", or on one of several boards "b2:edge/4-7"; "" where the
            file has none.
        slot: its name inside the cell.
        pins: pin number -> pin, every pin of the record.
        by_name: the same pins by their names in the datasheet.
    """

    refdes: str
    record: PartRecord
    cell: str
    slot: str
    component: NetlistComponent
    pins: dict[str, BoardPin] = field(default_factory=dict[str, "BoardPin"])
    by_name: dict[str, BoardPin] = field(default_factory=dict[str, "BoardPin"])

    @property
    def board(self) -> str:
        """The board that it is on, "" where there is one."""
        return self.component.board


@dataclass(frozen=True, slots=True, eq=False)
class BoardPin:
    """One pin of a placed part.

    Attributes:
        record: the pin's record: name, role, whether it may stay open.
        function: what it is for, on connectors and test points ("SRC1", "GND"); else "".
        wire: the net it is on.
    """

    placed: Placed
    record: Pin
    function: str
    wire: int

    @property
    def refdes(self) -> str:
        """Reference of the component."""
        return self.placed.refdes

    @property
    def number(self) -> str:
        """Number of the pin."""
        return self.record.number

    @property
    def board(self) -> str:
        """The board that its part is on, "" where there is one."""
        return self.placed.component.board

    @property
    def label(self) -> str:
        """How messages call it: `U3.5 (VCC)`, without the name where it repeats the number."""
        plain = f"{self.placed.refdes}.{self.record.number}"
        name = self.function or self.record.name
        return plain if name in ("", self.record.number) else f"{plain} ({name})"


@dataclass(frozen=True)
class Board:
    """The netlist, indexed: `wires[w]` are the known pins on wire w, `names[w]` its net's name."""

    netlist: Netlist
    design: Design
    placed: dict[str, Placed]
    wires: tuple[tuple[BoardPin, ...], ...]
    names: tuple[str, ...]
    unknown: tuple[tuple[NetlistComponent, str], ...]

    @cached_property
    def pins(self) -> tuple[BoardPin, ...]:
        """Every known pin, components in the file's order, pins in the record's."""
        return tuple(pin for placed in self.placed.values() for pin in placed.pins.values())

    @cached_property
    def functions(self) -> dict[str, tuple[BoardPin, ...]]:
        """Function -> the connector pins that have it; test points are not among them."""
        table: dict[str, list[BoardPin]] = defaultdict(list)
        for pin in self.pins:
            if pin.function and pin.placed.record.kind == "connector":
                table[pin.function].append(pin)
        return {name: tuple(pins) for name, pins in table.items()}

    @cached_property
    def boards(self) -> tuple[str, ...]:
        """Names of the boards; one, "", where the netlist is of one board."""
        return self.netlist.boards or ("",)

    @cached_property
    def cable_pins(self) -> dict[int, tuple[BoardPin, ...]]:
        """Wire -> the connector pins on it that a cable between two boards is plugged into."""
        table: dict[int, dict[BoardPin, None]] = defaultdict(dict)
        for end in (end for wire in self.netlist.wires for end in (wire.first, wire.second)):
            pin = self.pin_at(end)
            if pin is not None and pin.placed.record.kind == "connector":
                table[pin.wire][pin] = None
        return {wire: tuple(pins) for wire, pins in table.items()}

    @cached_property
    def cable_m(self) -> dict[int, float]:
        """Wire -> metres of cable that it passes, of those that cross between boards."""
        table: dict[int, float] = defaultdict(float)
        for wire in self.netlist.wires:
            pin = self.pin_at(wire.first)
            if pin is not None:
                table[pin.wire] += wire.length_m
        return dict(table)

    def pin_at(self, ref: PinRef) -> BoardPin | None:
        """The pin of this reference and number, None where there is no such known pin."""
        placed = self.placed.get(ref.refdes)
        return None if placed is None else placed.pins.get(ref.number)

    @cached_property
    def cells(self) -> dict[str, tuple[Placed, ...]]:
        """Cell path -> its parts, in the file's order; parts without a cell are left out."""
        table: dict[str, list[Placed]] = defaultdict(list)
        for placed in self.placed.values():
            if placed.cell:
                table[placed.cell].append(placed)
        return {cell: tuple(parts) for cell, parts in table.items()}

    def units(self, model_type: type[ModelT]) -> Iterator[tuple[Placed, ModelT]]:
        """Every unit of a type on the board: (part, model)."""
        for placed in self.placed.values():
            for model in placed.record.models:
                if isinstance(model, model_type):
                    yield placed, model

    def net(self, pin: BoardPin) -> str:
        """The name of the pin's net, "" where it is on none."""
        return self.names[pin.wire]

    def mates(self, pin: BoardPin) -> tuple[BoardPin, ...]:
        """The other pins on the pin's wire."""
        return tuple(other for other in self.wires[pin.wire] if other is not pin)


def index_board(netlist: Netlist, design: Design, catalogue: Catalogue) -> Board:
    """The board of a netlist. A wrong circuit is no error: what is unknown is listed."""
    wire_of, names = _wires(netlist)
    placed: dict[str, Placed] = {}
    unknown: list[tuple[NetlistComponent, str]] = []
    members: list[list[BoardPin]] = [[] for _ in names]
    records: dict[str, tuple[PartRecord | None, str]] = {}
    for component in netlist.components:
        fields = {name.casefold(): value for name, value in component.fields}
        mpn = fields.get("mpn", "")
        if mpn not in records:
            records[mpn] = find_record(mpn, catalogue)
        record, reason = records[mpn]
        if record is None:
            unknown.append((component, reason))
            continue
        if component.refdes in placed:
            continue
        cell = fields.get("cell", "")
        if cell and component.board:
            cell = qualified(component.board, cell)
        part = Placed(component.refdes, record, cell, fields.get("slot", ""), component)
        placed[component.refdes] = part
        functions = parse_functions(fields.get("pinfunctions", ""))
        for pin in record.pins:
            wire = wire_of.get((component.refdes, pin.number))
            if wire is None:
                wire = len(names)
                names.append("")
                members.append([])
            made = BoardPin(part, pin, functions.get(pin.number, ""), wire)
            part.pins[pin.number] = part.by_name[pin.name] = made
            members[wire].append(made)
    return Board(
        netlist,
        design,
        placed,
        tuple(tuple(pins) for pins in members),
        tuple(names),
        tuple(unknown),
    )


def find_record(mpn: str, catalogue: Catalogue) -> tuple[PartRecord | None, str]:
    """The record of a part number, or None and why there is none."""
    if not mpn:
        return None, "it has no field MPN"
    try:
        return catalogue.part(mpn), ""
    except PartError as error:
        return None, str(error)


def cell_path(cell: str) -> str:
    """A cell without the board that it is on: "b2:edge/4-7" -> "edge/4-7"."""
    return cell.rpartition(SEPARATOR)[2]


def cell_type(cell: str) -> str:
    """What kind of cell a path is: "edge/4-7" -> "edge", "control/bank2" -> "control/bank".

    The headers of a cable between two boards are a kind of their own at either end.
    """
    head, _, rest = cell_path(cell).partition("/")
    if head == "link":
        return cell
    if head in ("edge", "node", "source", "target", "port"):
        return head
    return f"{head}/{rest.rstrip('0123456789')}" if rest else head


def _wires(netlist: Netlist) -> tuple[dict[tuple[str, str], int], list[str]]:
    """(pin -> first net it is in, net names by position)."""
    wire_of: dict[tuple[str, str], int] = {}
    for position, net in enumerate(netlist.nets):
        for pin in net.pins:
            wire_of.setdefault((pin.refdes, pin.number), position)
    return wire_of, [net.name for net in netlist.nets]
