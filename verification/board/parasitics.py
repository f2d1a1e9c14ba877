"""Does the resistance of copper matter? Nodes against the edges' resistances, rails against droop.

**Nodes.** In series with an edge are the copper from its terminals to their nodes and, at worst,
the longest way through each of its two nodes, together R_c. An edge of resistance R across the
whole supply V carries V / R, which shifts what its comparator sees by R_c V / R. That exceeds the
comparator's offset V_o below

    R* = R_c V / V_o,

so R* is held against the resistances that the edge's taps give, and R_c itself against the least of
them. The two twins of an edge have about the same copper, so what is left of the shift is less.

**Rails.** See `droop.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from parts.models import ComparatorModel
from verification.board.droop import Droop, droops
from verification.board.networks import Networks
from verification.board.resistance import SHEET_OHM
from verification.checks.case import Case
from verification.checks.records import Check, Item, Measure, judged
from verification.structure import Channel, LearningNetwork

NAME = "track_resistance"
CLAIM = (
    "the resistance of tracks and vias is small beside every edge's smallest resistance, shifts a "
    "decision by more than a comparator's offset at low taps only, and leaves every part its supply"
)
LARGEST_PART = 0.25
"""Of an edge's smallest resistance: copper beyond it changes what the edge can be."""
LOW_TAPS = 0.1
"""The part of an edge's taps where copper may matter more than an offset without a remark."""
DROOP_NOTE, DROOP_FAULT = 0.01, 0.05
"""Of the supply: above the first a remark, above the second a fault."""
OFFSET_PARTS = 0.002
"""Of the supply, where the board has no comparator to ask."""


@dataclass(frozen=True, slots=True, eq=False)
class EdgeCopper:
    """What is in series with an edge.

    Attributes:
        ohm: R_c.
        wire: the net that has most of it.
        below_ohm: R*.
    """

    channel: Channel
    ohm: float
    wire: int
    below_ohm: float

    @property
    def taps(self) -> float:
        """How many taps are below R*."""
        model = self.channel.model
        return (self.below_ohm - model.resistance_ohm(model.code_min)) / model.step_ohm


class Parasitics:
    """The copper of one board, seen as resistors.

    Args:
        networks: the copper of the board, or of several.
        case: the netlist that was extracted from it, before the judge.
        learning: the learning network in it.
    """

    def __init__(self, networks: Networks, case: Case, learning: LearningNetwork) -> None:
        self.case, self.learning = case, learning
        self._networks = networks

    def greatest_ohm(self, wire: int) -> float:
        """The greatest resistance between two pins of a net, on whichever boards they are."""
        network = self._networks.network_of(wire)
        pins = sorted(network.node_of) if network else []
        return float(network.between(pins).max()) if network and len(pins) > 1 else 0.0

    @cached_property
    def nodes(self) -> dict[int, float]:
        """Node wire -> the greatest resistance in its main net, the one of most pins."""
        return {node: self.greatest_ohm(wire) for node, wire in self._main.items()}

    @cached_property
    def edges(self) -> tuple[EdgeCopper, ...]:
        """Every edge's copper, that which matters most first."""
        supply = self.case.board.design.electronics.supply_v
        found: list[EdgeCopper] = []
        for channel in self.learning.channels:
            ohms = {self._main[node]: self.nodes[node] for node in (channel.node_w, channel.node_b)}
            for pin in (channel.w, channel.b):
                if pin.wire not in ohms:
                    ohms[pin.wire] = self.greatest_ohm(pin.wire)
            total = sum(ohms.values())
            most = max(ohms, key=lambda wire: ohms[wire])
            found.append(EdgeCopper(channel, total, most, total * supply / self.offset_v))
        return tuple(sorted(found, key=lambda edge: -edge.ohm))

    @cached_property
    def offset_v(self) -> float:
        """The typical offset of the best comparator on the board."""
        offsets = [model.offset_typ_v for _, model in self.case.board.units(ComparatorModel)]
        supply = self.case.board.design.electronics.supply_v
        return min((volts for volts in offsets if volts > 0), default=OFFSET_PARTS * supply)

    @cached_property
    def _main(self) -> dict[int, int]:
        """Node wire -> of the wires that jumpers join to it, the one with most pins."""
        wires: dict[int, list[int]] = defaultdict(list)
        for wire in range(len(self.case.board.wires)):
            wires[self.learning.node_of.find(wire)].append(wire)
        nodes = {node for c in self.learning.channels for node in (c.node_w, c.node_b)}
        return {
            node: max(wires[node], key=lambda wire: (len(self.case.board.wires[wire]), -wire))
            for node in sorted(nodes)
        }


def check_resistance(networks: Networks, case: Case, learning: LearningNetwork) -> Check:
    """The check; nodes and rails are those that the structure shows, whatever they are called."""
    found = Parasitics(networks, case, learning)
    drops = droops(case, networks.network_of)
    evidence: dict[str, Measure] = {
        "sheet_ohm": SHEET_OHM,
        "nodes": len(found.nodes),
        "largest_node_ohm": max(found.nodes.values(), default=0.0),
        "comparator_offset_v": found.offset_v,
    }
    if found.edges:
        edge = found.edges[0]
        model = edge.channel.model
        evidence |= {
            "largest_edge_ohm": edge.ohm,
            "smallest_edge_resistance_ohm": model.resistance_ohm(model.code_min),
            "matters_below_ohm": edge.below_ohm,
        }
    evidence |= {f"{drop.name}_droop_v": drop.volts for drop in drops}
    faults = [*_large_items(found), *_droop_items(case, drops, DROOP_FAULT, 1.0)]
    notes = [*_shift_items(found), *_droop_items(case, drops, DROOP_NOTE, DROOP_FAULT)]
    return judged(NAME, CLAIM, len(found.edges) + len(drops), evidence, faults, notes)


def _large_items(found: Parasitics) -> Iterator[Item]:
    """Edges whose copper is no longer small beside their own smallest resistance."""
    for edge in found.edges:
        model = edge.channel.model
        smallest = model.resistance_ohm(model.code_min)
        if edge.ohm > LARGEST_PART * smallest:
            text = (
                f"copper below {100 * LARGEST_PART:g} % of {edge.channel.name}'s {smallest:g} ohm"
            )
            yield _edge_item(found, edge, text, f"{edge.ohm:.3g} ohm of copper", 0.8)


def _shift_items(found: Parasitics) -> Iterator[Item]:
    """Edges whose copper shifts decisions at more than the low taps."""
    for edge in found.edges:
        if edge.taps > LOW_TAPS * edge.channel.model.positions:
            text = f"copper that matters at {100 * LOW_TAPS:g} % of {edge.channel.name}'s taps"
            got = (
                f"{edge.ohm:.2g} ohm of copper: below {edge.below_ohm:.3g} ohm, {edge.taps:.0f} "
                f"taps, it may shift a decision by over {1e3 * found.offset_v:.2g} mV"
            )
            yield _edge_item(found, edge, text, got, 0.6)


def _edge_item(found: Parasitics, edge: EdgeCopper, expected: str, got: str, weight: float) -> Item:
    return Item(
        edge.channel.placed.refdes,
        edge.channel.w.number,
        found.case.board.names[edge.wire],
        expected=expected,
        got=got,
        fix="widen or shorten the tracks of this net, or pour it as a zone",
        weight=weight,
    )


def _droop_items(
    case: Case, drops: tuple[Droop, ...], above: float, up_to: float
) -> Iterator[Item]:
    """Rails that droop by more than one part of the supply and by at most another."""
    for drop in drops:
        if not above * drop.rail_v < drop.volts <= up_to * drop.rail_v or drop.pin is None:
            continue
        yield Item(
            drop.pin.refdes,
            drop.pin.number,
            case.board.net(drop.pin),
            expected=f"a droop of at most {100 * above:g} % at {drop.pin.label}",
            got=f"{1e3 * drop.volts:.3g} mV at {drop.amperes:.2g} A",
            fix="widen the tracks of the supply or pour it as a zone",
            weight=0.6,
        )
