"""Droop of the supplies over tracks and vias: Kirchhoff's laws on the copper of rail and ground.

Every part draws its greatest quiescent current, and an equal share of all lights, at its supply
pins on the rail, and returns it at its ground pins. The rail is held where its fuse feeds it,
ground where its terminal is; the way from the terminal to the fuse carries the sum.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from verification.board.resistance import Network
from verification.checks.board import BoardPin
from verification.checks.budget import lights_a
from verification.checks.case import Case
from verification.checks.interface import GROUND
from verification.checks.rails import Rail, fuses_on
from verification.reading.netlist import PinRef

NetworkOf = Callable[[int], Network | None]


@dataclass(frozen=True, slots=True, eq=False)
class Droop:
    """What the farthest part of a rail lacks.

    Attributes:
        name: of the rail, "supply".
        rail_v: its voltage.
        amperes: drawn in all.
        volts: lost on the way there and back.
        pin: the supply pin where most is lost, None where there is none.
    """

    name: str
    rail_v: float
    amperes: float
    volts: float
    pin: BoardPin | None


def droops(case: Case, network_of: NetworkOf) -> tuple[Droop, ...]:
    """The droop of every rail of a board; rails that are not one conductor are left out."""
    return tuple(found for rail in case.rails.rails for found in _droop(case, rail, network_of))


def _droop(case: Case, rail: Rail, network_of: NetworkOf) -> Iterator[Droop]:
    if rail.wire is None:
        return
    amperes = _drawn(case, rail, rail.wire)
    pins = {part: _pins(case, part, rail.wire, "power") for part in amperes}
    source = _source(case, rail)
    network = network_of(rail.wire)
    if network is None or source is None or _ref(source) not in network.node_of:
        return
    there = _lost(network, source, pins, amperes)
    back = _returned(case, network_of, rail.board, amperes)
    total = sum(amperes.values())
    feed = sum(_longest_ohm(network_of(wire)) * total for wire in rail.feed if wire != rail.wire)
    worst = max(
        ((volts + back.get(pin.refdes, 0.0), pin) for pin, volts in there.items()),
        key=lambda row: row[0],
        default=(0.0, None),
    )
    yield Droop(rail.label, rail.volts, total, worst[0] + feed, worst[1])


def _drawn(case: Case, rail: Rail, wire: int) -> dict[str, float]:
    """Part on a rail -> amperes that it draws, its share of the lights included."""
    found: dict[str, float] = {}
    for pin in case.board.wires[wire]:
        current = pin.placed.record.ratings.supply_current_a
        if pin.record.role == "power" and current is not None:
            found[pin.refdes] = current
    share = lights_a(case, rail.board) / len(found) if found else 0.0
    return {part: current + share for part, current in found.items()}


def _returned(
    case: Case, network_of: NetworkOf, board: str, amperes: Mapping[str, float]
) -> dict[str, float]:
    """Part -> volts that its ground is above that of its board's own terminal."""
    ground = case.rails.ground
    entries = case.board.functions.get(GROUND, ())
    network = None if ground is None else network_of(ground)
    own = (pin for pin in entries if pin.wire == ground and pin.board == board)
    source = next(own, None)
    if ground is None or network is None or source is None:
        return {}
    pins = {part: _pins(case, part, ground, "ground") for part in amperes}
    found: dict[str, float] = {}
    for pin, volts in _lost(network, source, pins, amperes).items():
        found[pin.refdes] = max(volts, found.get(pin.refdes, 0.0))
    return found


def _lost(
    network: Network,
    source: BoardPin,
    pins: Mapping[str, tuple[BoardPin, ...]],
    amperes: Mapping[str, float],
) -> dict[BoardPin, float]:
    """Volts between the source and each pin; a part's current is shared by its pins."""
    fed = np.zeros(network.nodes)
    known = {
        part: [pin for pin in found if _ref(pin) in network.node_of] for part, found in pins.items()
    }
    for part, found in known.items():
        for pin in found:
            fed[network.node_of[_ref(pin)]] += amperes[part] / len(found)
    if _ref(source) not in network.node_of:
        return {}
    volts = network.voltages(_ref(source), fed)
    return {
        pin: float(volts[network.node_of[_ref(pin)]]) for found in known.values() for pin in found
    }


def _source(case: Case, rail: Rail) -> BoardPin | None:
    """The pin that feeds a rail: a fuse's, or the terminal's own."""
    for placed, fuse in fuses_on(case.board, rail.wire):
        for name in (fuse.a, fuse.b):
            if placed.by_name[name].wire == rail.wire:
                return placed.by_name[name]
    return next((pin for pin in rail.entries if pin.wire == rail.wire), None)


def _longest_ohm(network: Network | None) -> float:
    pins = sorted(network.node_of) if network else []
    return float(network.between(pins).max()) if network and len(pins) > 1 else 0.0


def _pins(case: Case, refdes: str, wire: int, role: str) -> tuple[BoardPin, ...]:
    placed = case.board.placed[refdes]
    return tuple(
        pin for pin in placed.pins.values() if pin.wire == wire and pin.record.role == role
    )


def _ref(pin: BoardPin) -> PinRef:
    return PinRef(pin.refdes, pin.number)
