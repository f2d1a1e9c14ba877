"""Elements: each model of each placed part, with the nets of its pins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from parts.models import (
    AmplifierModel,
    AnyModel,
    CapacitorModel,
    ComparatorModel,
    DigipotModel,
    DiodeModel,
    FlipFlopModel,
    GateModel,
    ResistorModel,
)
from parts.record import ACTIVE_KINDS
from verification.extraction.elements import (
    Amplifier,
    Capacitor,
    CircuitNet,
    Comparator,
    Digipot,
    Diode,
    Element,
    FlipFlop,
    Gate,
    Problem,
    ProblemKind,
    Resistor,
    Supply,
    Unit,
)
from verification.extraction.placing import Placed
from verification.reading.netlist import PinRef


def stamp_elements(
    placed: tuple[Placed, ...],
    nets: tuple[CircuitNet, ...],
    pin_net: Mapping[PinRef, int],
    rails: Mapping[int, float],
    problems: list[Problem],
) -> tuple[Element, ...]:
    """The elements of every part, in order. `rails` holds the volts of each rail's net.

    An active part whose supply pins are not all on rails goes to `problems`; it is simulated with
    its outputs at 0 V.
    """
    return tuple(
        element for part in placed for element in _elements(part, nets, pin_net, rails, problems)
    )


def _elements(
    part: Placed,
    nets: tuple[CircuitNet, ...],
    pin_net: Mapping[PinRef, int],
    rails: Mapping[int, float],
    problems: list[Problem],
) -> Iterator[Element]:
    supply = _supply(part, pin_net, rails)
    if part.record.kind in ACTIVE_KINDS and not supply.powered:
        problems.append(_unpowered(part, nets, pin_net, rails))
    net_of = {name.name: pin_net[part.pin(name.name)] for name in part.record.pins}
    component = part.component
    for position, model in enumerate(part.record.models):
        unit = Unit(
            part.refdes,
            position,
            len(part.record.models),
            component.field("Cell"),
            component.field("Slot"),
        )
        element = _element(unit, part, model, supply, net_of)
        if element is not None:
            yield element


def _element(  # noqa: PLR0911  (one return per type of model)
    unit: Unit, part: Placed, model: AnyModel, supply: Supply, net: Mapping[str, int]
) -> Element | None:
    """The element of a model; None for jumpers and fuses, which became wire."""
    record = part.record

    def optional(name: str | None) -> int | None:
        return None if name is None else net[name]

    match model:
        case ResistorModel():
            return Resistor(unit, record, model, net[model.a], net[model.b])
        case DigipotModel():
            ends = (net[model.a], net[model.w], net[model.b])
            logic = (net[model.clk], net[model.up_down], net[model.cs])
            return Digipot(unit, record, model, supply, *ends, *logic)
        case AmplifierModel():
            pins = (net[model.in_p], net[model.in_n], net[model.out])
            return Amplifier(unit, record, model, supply, *pins)
        case ComparatorModel():
            pins = (net[model.in_p], net[model.in_n], net[model.out])
            return Comparator(unit, record, model, supply, *pins)
        case GateModel():
            inputs = tuple(net[name] for name in model.inputs)
            return Gate(unit, record, model, supply, inputs, net[model.output])
        case FlipFlopModel():
            pins = (net[model.d], net[model.clk], net[model.q])
            extra = (optional(model.q_n), optional(model.set_n), optional(model.reset_n))
            return FlipFlop(unit, record, model, supply, *pins, *extra)
        case DiodeModel():
            return Diode(unit, record, model, net[model.anode], net[model.cathode])
        case CapacitorModel():
            return Capacitor(unit, record, model, net[model.a], net[model.b])
        case _:
            return None


def _supply_nets(part: Placed, pin_net: Mapping[PinRef, int], role: str) -> tuple[int, ...]:
    pins = zip(part.pins(), part.record.pins, strict=True)
    return tuple(pin_net[pin] for pin, record in pins if record.role == role)


def _supply(part: Placed, pin_net: Mapping[PinRef, int], rails: Mapping[int, float]) -> Supply:
    positive = _supply_nets(part, pin_net, "power")
    negative = _supply_nets(part, pin_net, "ground")
    if not positive or not all(net in rails for net in (*positive, *negative)):
        return Supply(positive, negative, 0.0, 0.0, powered=False)
    high = min(rails[net] for net in positive)
    low = max((rails[net] for net in negative), default=0.0)
    if high <= low:
        return Supply(positive, negative, 0.0, 0.0, powered=False)
    return Supply(positive, negative, high, low, powered=True)


def _unpowered(
    part: Placed,
    nets: tuple[CircuitNet, ...],
    pin_net: Mapping[PinRef, int],
    rails: Mapping[int, float],
) -> Problem:
    pins = zip(part.pins(), part.record.pins, strict=True)
    supply_pins = [(pin, record) for pin, record in pins if record.role in ("power", "ground")]
    wrong = [pair for pair in supply_pins if pin_net[pair[0]] not in rails] or supply_pins
    said = ", ".join(f"{pin} ({record.name}) on {nets[pin_net[pin]].name}" for pin, record in wrong)
    return Problem(
        ProblemKind.UNPOWERED,
        f"{part.refdes} has no supply: {said}; it is simulated with its outputs at 0 V",
        (part.refdes,),
        tuple(str(pin) for pin, _ in wrong),
        tuple(nets[pin_net[pin]].name for pin, _ in wrong),
    )
