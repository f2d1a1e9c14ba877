"""Facts: the interface of a board as the documents tell it, each looked up once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from designs import Design
from netgen.bench_docs.record import Places, Voltages
from netgen.bench_docs.words import pin, probe
from netgen.circuit import Component, PinFunction
from netgen.elaborate import Elaboration
from netgen.interface import interface_json
from parts.models import DiodeModel, ResistorModel


@dataclass(frozen=True)
class Facts:
    """What the sections are written from.

    Attributes:
        made: the design and its circuit.
        voltages: computed elsewhere.
        places: of components; None where there is no board yet.
    """

    made: Elaboration
    voltages: Voltages
    places: Places | None

    @cached_property
    def interface(self) -> Mapping[str, Any]:
        """The interface file."""
        return json.loads(interface_json(self.made))

    @property
    def design(self) -> Design:
        """What is brought up."""
        return self.made.design

    @property
    def nodes(self) -> tuple[str, ...]:
        """Of the whole network."""
        return self.made.network.nodes

    @property
    def netlist(self) -> str:
        """The file that the judge reads."""
        return f"{self.design.name}.net"

    @property
    def cables(self) -> bool:
        """Whether channels and nodes are joined by cables."""
        return self.made.design.board.patching == "cables"

    @cached_property
    def connectors(self) -> tuple[Component, ...]:
        """Connectors in natural order."""
        return tuple(c for c in self.made.circuit.components if c.part.kind == "connector")

    @cached_property
    def test_points(self) -> tuple[Component, ...]:
        """Test points in natural order."""
        return tuple(c for c in self.made.circuit.components if c.part.kind == "testpoint")

    def pins(self, *components: Component) -> list[tuple[Component, PinFunction]]:
        """Every pin with a function."""
        return [(component, item) for component in components for item in component.functions]

    @cached_property
    def lamp_a(self) -> float:
        """What all lamps of edges draw when they are on."""
        parts = self.made.parts
        if parts.led is None:
            return 0.0
        forward = parts.led.units(DiodeModel)[0].forward_v
        ohm = parts.led_resistor.units(ResistorModel)[0].ohm
        return len(self.made.network.edges) * max(parts.supply_v - forward, 0.0) / ohm

    def spot(self, place: Mapping[str, str]) -> str:
        """A pin of the interface file, in words."""
        return pin(place["refdes"], place["pin"])

    def host_pin(self, function: str) -> str:
        """Where the host finds a function."""
        return next(
            pin(component.refdes, item.number)
            for component, item in self.pins(*self.connectors)
            if item.function == function
        )

    def near(self, place: Mapping[str, str]) -> str:
        """Where the component of a pin of the interface file stands."""
        return self.where(place["refdes"])

    def probe(self, net: str) -> str:
        """Where a tip reaches a net best."""
        return probe(self.made.circuit, net)

    def where(self, refdes: str) -> str:
        """Where a component stands; "" where there is no board yet."""
        return "" if self.places is None else self.places.where(refdes)
