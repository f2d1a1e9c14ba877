"""Elements: each model of each placed part, with the nets of its pins."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

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
from parts.record import ACTIVE_KINDS, PartRecord
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

Maker: TypeAlias = Callable[[Unit, Supply, Sequence[int]], Element]
"""Makes the element of one model of one part from the nets of the component's pins."""


def stamp_elements(
    placed: tuple[Placed, ...],
    part_nets: Sequence[Sequence[int]],
    nets: tuple[CircuitNet, ...],
    rails: Mapping[int, float],
    problems: list[Problem],
) -> tuple[Element, ...]:
    """The elements of every part, in order.

    An active part whose supply pins are not all on rails goes to `problems`; it is simulated with
    its outputs at 0 V.

    Args:
        placed: the parts.
        part_nets: the nets of each part's pins, in the record's order.
        nets: for messages.
        rails: volts of each rail's net.
        problems: what is found is added here.
    """
    makers: dict[str, list[Maker | None]] = {}
    supplies: dict[tuple[tuple[int, ...], tuple[int, ...]], Supply] = {}
    elements: list[Element] = []
    for part, own in zip(placed, part_nets, strict=True):
        record, shape = part.record, part.shape
        if record.mpn not in makers:
            makers[record.mpn] = [_maker(record, model, shape.place) for model in record.models]
        fed = tuple([own[k] for k in shape.power]), tuple([own[k] for k in shape.ground])
        supply = supplies.get(fed)
        if supply is None:
            supply = supplies[fed] = _supply(*fed, rails)
        if record.kind in ACTIVE_KINDS and not supply.powered:
            problems.append(_unpowered(part, own, nets, rails))
        known = makers[record.mpn]
        cell, slot = part.component.field("Cell"), part.component.field("Slot")
        for position, make in enumerate(known):
            if make is not None:
                unit = Unit(part.refdes, position, len(known), cell, slot)
                elements.append(make(unit, supply, own))
    return tuple(elements)


def _maker(record: PartRecord, model: AnyModel, place: Mapping[str, int]) -> Maker | None:
    """How a model becomes an element; None for jumpers and fuses, which became wire."""
    match model:
        case ResistorModel() | CapacitorModel() | DiodeModel():
            return _two_pins(record, model, place)
        case AmplifierModel() | ComparatorModel():
            return _three_pins(record, model, place)
        case DigipotModel():
            names = (model.a, model.w, model.b, model.clk, model.up_down, model.cs)
            places = [place[name] for name in names]
            return lambda unit, supply, nets: Digipot(
                unit, record, model, supply, *[nets[k] for k in places]
            )
        case GateModel():
            inputs, output = [place[name] for name in model.inputs], place[model.output]
            return lambda unit, supply, nets: Gate(
                unit, record, model, supply, tuple([nets[k] for k in inputs]), nets[output]
            )
        case FlipFlopModel():
            return _flipflop(record, model, place)
        case _:
            return None


def _two_pins(
    record: PartRecord, model: ResistorModel | CapacitorModel | DiodeModel, place: Mapping[str, int]
) -> Maker:
    if isinstance(model, DiodeModel):
        anode, cathode = place[model.anode], place[model.cathode]
        return lambda unit, _, nets: Diode(unit, record, model, nets[anode], nets[cathode])
    a, b = place[model.a], place[model.b]
    if isinstance(model, ResistorModel):
        return lambda unit, _, nets: Resistor(unit, record, model, nets[a], nets[b])
    return lambda unit, _, nets: Capacitor(unit, record, model, nets[a], nets[b])


def _three_pins(
    record: PartRecord, model: AmplifierModel | ComparatorModel, place: Mapping[str, int]
) -> Maker:
    p, n, out = place[model.in_p], place[model.in_n], place[model.out]
    if isinstance(model, AmplifierModel):
        return lambda unit, supply, nets: Amplifier(
            unit, record, model, supply, nets[p], nets[n], nets[out]
        )
    return lambda unit, supply, nets: Comparator(
        unit, record, model, supply, nets[p], nets[n], nets[out]
    )


def _flipflop(record: PartRecord, model: FlipFlopModel, place: Mapping[str, int]) -> Maker:
    d, clk, q = place[model.d], place[model.clk], place[model.q]
    extra = [None if name is None else place[name]
             for name in (model.q_n, model.set_n, model.reset_n)]  # fmt: skip

    def make(unit: Unit, supply: Supply, nets: Sequence[int]) -> FlipFlop:
        optional = [None if k is None else nets[k] for k in extra]
        return FlipFlop(unit, record, model, supply, nets[d], nets[clk], nets[q], *optional)

    return make


def _supply(
    positive: tuple[int, ...], negative: tuple[int, ...], rails: Mapping[int, float]
) -> Supply:
    if not positive or not all(net in rails for net in (*positive, *negative)):
        return Supply(positive, negative, 0.0, 0.0, powered=False)
    high = min(rails[net] for net in positive)
    low = max((rails[net] for net in negative), default=0.0)
    if high <= low:
        return Supply(positive, negative, 0.0, 0.0, powered=False)
    return Supply(positive, negative, high, low, powered=True)


def _unpowered(
    part: Placed,
    own: Sequence[int],
    nets: tuple[CircuitNet, ...],
    rails: Mapping[int, float],
) -> Problem:
    pins = zip(part.pins(), part.record.pins, own, strict=True)
    fed = [(pin, record, net) for pin, record, net in pins if record.role in ("power", "ground")]
    wrong = [found for found in fed if found[2] not in rails] or fed
    said = ", ".join(f"{pin} ({record.name}) on {nets[net].name}" for pin, record, net in wrong)
    return Problem(
        ProblemKind.UNPOWERED,
        f"{part.refdes} has no supply: {said}; it is simulated with its outputs at 0 V",
        (part.refdes,),
        tuple(str(pin) for pin, _, _ in wrong),
        tuple(nets[net].name for _, _, net in wrong),
    )
