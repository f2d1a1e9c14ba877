"""Placed parts: the components of a netlist whose part is in the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from parts.catalogue import Catalogue
from parts.errors import PartError
from parts.record import PartRecord
from verification.extraction.elements import Problem, ProblemKind
from verification.extraction.functions import parse_functions
from verification.reading.netlist import Netlist, NetlistComponent, PinRef


@dataclass(frozen=True, slots=True)
class Placed:
    """A component of a known part.

    Attributes:
        functions: pin number -> function; connectors and test points only.
    """

    component: NetlistComponent
    record: PartRecord
    functions: Mapping[str, str]

    @property
    def refdes(self) -> str:
        """Its reference."""
        return self.component.refdes

    def pin(self, name: str) -> PinRef:
        """The pin that the datasheet calls `name`."""
        return PinRef(self.refdes, self.record.pin_number(name))

    def pins(self) -> tuple[PinRef, ...]:
        """Every pin, in the record's order."""
        return tuple(PinRef(self.refdes, pin.number) for pin in self.record.pins)


def place_parts(
    netlist: Netlist, catalogue: Catalogue, problems: list[Problem]
) -> tuple[Placed, ...]:
    """The components whose part is known, each reference once; the others go to `problems`."""
    file_functions = _pin_functions(netlist)
    records: dict[str, PartRecord | PartError] = {}
    placed: dict[str, Placed] = {}
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
        record = records[mpn]
        if isinstance(record, PartError):
            message = f"{refdes}: {record}; it is left out of the simulation"
            problems.append(Problem(ProblemKind.UNKNOWN_PART, message, (refdes,)))
            continue
        functions: dict[str, str] = {}
        if record.kind in ("connector", "testpoint"):
            stated = component.field("PinFunctions")
            functions = parse_functions(stated) if stated else file_functions.get(refdes, {})
        placed[refdes] = Placed(component, record, functions)
    return tuple(placed.values())


def _record(catalogue: Catalogue, mpn: str) -> PartRecord | PartError:
    if not mpn:
        return PartError("no MPN field says which part it is")
    try:
        return catalogue.part(mpn)
    except PartError as error:
        return error


def _pin_functions(netlist: Netlist) -> dict[str, dict[str, str]]:
    """Reference -> pin number -> KiCad's `pinfunction`, less the empty name of generic pins."""
    found: dict[str, dict[str, str]] = {}
    for net in netlist.nets:
        for pin in net.pins:
            if pin.function and not pin.function.startswith("Pin_"):
                found.setdefault(pin.refdes, {}).setdefault(pin.number, pin.function)
    return found
