"""Whether two netlists are the same board under other names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from designs import Design
from parts.catalogue import Catalogue
from parts.errors import PartError
from parts.models import CapacitorModel, FuseModel, GateModel, JumperModel, ResistorModel
from verification.checks.board import index_board
from verification.faults.equivalence import Canon
from verification.reading.netlist import Netlist, NetlistComponent, PinRef


def same_board(before: Netlist, after: Netlist, design: Design, catalogue: Catalogue) -> bool:
    """Whether two netlists are one board, by one of three proofs.

    Two match components by reference, or by cell and slot: matched ones are the same part with the
    same functions at their pins, and the nets join the same pins whatever their names are. Pins
    that a part's model does not tell apart (the ends of a resistor, the inputs of a gate) may be
    exchanged. The third goes by the names of nets, whatever the parts and their units are called:
    the canonical form of the fault campaign.
    """
    return _same_circuit(before, after, design, catalogue) or any(
        _facts(before, key, catalogue) == _facts(after, key, catalogue)
        for key in (_by_refdes, _by_place)
    )


def _same_circuit(before: Netlist, after: Netlist, design: Design, catalogue: Catalogue) -> bool:
    first, second = (
        Canon.of(index_board(netlist, design, catalogue)) for netlist in (before, after)
    )
    if first is None or second is None or _functions(before) != _functions(after):
        return False
    return Counter(first.parts.values()) == Counter(second.parts.values())


def _functions(netlist: Netlist) -> dict[str, str]:
    """What the pins of connectors and test points are for, by reference."""
    stated = {item.refdes: item.field("PinFunctions") for item in netlist.components}
    return {refdes: text for refdes, text in stated.items() if text}


def _by_refdes(component: NetlistComponent) -> str:
    return component.refdes


def _by_place(component: NetlistComponent) -> str:
    return f"{component.field('Cell')}/{component.field('Slot')}"


def _facts(
    netlist: Netlist, key: Callable[[NetlistComponent], str], catalogue: Catalogue
) -> tuple[object, object]:
    """Parts and wiring in terms of one name for each component."""
    names = {component.refdes: key(component) for component in netlist.components}
    pins = {
        component.refdes: _pins(component.field("MPN"), catalogue)
        for component in netlist.components
    }

    def pin(ref: PinRef) -> tuple[str, str]:
        return names.get(ref.refdes, ""), pins.get(ref.refdes, {}).get(ref.number, ref.number)

    parts = sorted(
        (key(item), item.field("MPN"), item.value, item.footprint, item.field("PinFunctions"))
        for item in netlist.components
    )
    wiring = sorted(sorted(pin(ref) for ref in net.pins) for net in netlist.nets)
    return parts, wiring


def _pins(mpn: str, catalogue: Catalogue) -> dict[str, str]:
    """Pin number -> one name for all pins that are as good as each other, where there are such."""
    try:
        part = catalogue.part(mpn)
    except PartError:
        return {}
    numbers = {pin.name: pin.number for pin in part.pins}
    found: dict[str, str] = {}
    for unit, model in enumerate(part.models):
        match model:
            case ResistorModel() | FuseModel() | JumperModel() | CapacitorModel(polarised=False):
                ends: tuple[str, ...] = (model.a, model.b)
            case GateModel():
                ends = tuple(model.inputs)
            case _:
                ends = ()
        found |= {numbers[end]: f"either end of unit {unit}" for end in ends}
    return found
