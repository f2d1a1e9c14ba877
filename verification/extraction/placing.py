"""Placed parts: the components of a netlist whose part is in the catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from parts.catalogue import Catalogue
from parts.errors import PartError
from parts.record import PartRecord
from verification.extraction.elements import Problem, ProblemKind
from verification.extraction.functions import parse_functions
from verification.reading.netlist import Netlist, NetlistComponent, PinRef

_NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class RecordPins:
    """The pins of a record, looked up once for all components of that part.

    Attributes:
        numbers: in the record's order.
        place: name in the datasheet -> position in `numbers`.
        power, ground: positions of the supply's pins.
    """

    numbers: tuple[str, ...]
    place: Mapping[str, int]
    power: tuple[int, ...]
    ground: tuple[int, ...]

    @classmethod
    def of(cls, record: PartRecord) -> RecordPins:
        """The pins of a record."""
        roles = [pin.role for pin in record.pins]
        return cls(
            tuple(pin.number for pin in record.pins),
            {pin.name: position for position, pin in enumerate(record.pins)},
            tuple(position for position, role in enumerate(roles) if role == "power"),
            tuple(position for position, role in enumerate(roles) if role == "ground"),
        )


@dataclass(frozen=True, slots=True)
class Placed:
    """A component of a known part.

    Attributes:
        refdes: its reference.
        shape: the pins of its record.
        functions: pin number -> function; connectors and test points only.
    """

    component: NetlistComponent
    refdes: str
    record: PartRecord
    shape: RecordPins
    functions: Mapping[str, str]

    def pins(self) -> Iterator[PinRef]:
        """Every pin, in the record's order."""
        refdes = self.refdes
        return (PinRef(refdes, number) for number in self.shape.numbers)


def place_parts(
    netlist: Netlist, catalogue: Catalogue, problems: list[Problem]
) -> tuple[Placed, ...]:
    """The components whose part is known, each reference once; the others go to `problems`."""
    file_functions = _pin_functions(netlist)
    records: dict[str, tuple[PartRecord, RecordPins] | PartError] = {}
    placed: list[Placed] = []
    seen: set[str] = set()
    for component in netlist.components:
        refdes = component.refdes
        if refdes in seen:
            message = f"{refdes} is listed more than once; the first is simulated"
            problems.append(Problem(ProblemKind.DUPLICATE_COMPONENT, message, (refdes,)))
            continue
        seen.add(refdes)
        mpn = component.field("MPN")
        if mpn not in records:
            records[mpn] = _record(catalogue, mpn)
        known = records[mpn]
        if isinstance(known, PartError):
            message = f"{refdes}: {known}; it is left out of the simulation"
            problems.append(Problem(ProblemKind.UNKNOWN_PART, message, (refdes,)))
            continue
        record, shape = known
        functions = _NONE
        if record.kind in ("connector", "testpoint"):
            stated = component.field("PinFunctions")
            functions = parse_functions(stated) if stated else file_functions.get(refdes, {})
        placed.append(Placed(component, refdes, record, shape, functions))
    return tuple(placed)


def _record(catalogue: Catalogue, mpn: str) -> tuple[PartRecord, RecordPins] | PartError:
    if not mpn:
        return PartError("no MPN field says which part it is")
    try:
        record = catalogue.part(mpn)
    except PartError as error:
        return error
    return record, RecordPins.of(record)


def _pin_functions(netlist: Netlist) -> dict[str, dict[str, str]]:
    """Reference -> pin number -> KiCad's `pinfunction`, less the empty name of generic pins."""
    found: dict[str, dict[str, str]] = {}
    for net in netlist.nets:
        for pin, function in zip(net.pins, net.functions, strict=False):
            if function and not function.startswith("Pin_"):
                found.setdefault(pin.refdes, {}).setdefault(pin.number, function)
    return found
