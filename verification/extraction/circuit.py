"""MixedCircuit: every component of a netlist replaced by the models of its part.

No pattern is looked for. A component becomes its models, connected as the file says, so that a
miswire is simulated as a miswire. What cannot be (an unknown part, a pin in two nets) is left out
or decided in a fixed way, and stated as a Problem.

```
Netlist -> placed parts -> wires -> nets -> host pins, drives -> elements
           (catalogue)     joined: nets of one name, closed jumpers, fuses, patches
```
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from parts.catalogue import Catalogue
from parts.errors import suggestion
from verification.errors import UsageError
from verification.extraction.drives import find_drives, find_host_pins
from verification.extraction.elements import (
    Active,
    Amplifier,
    Capacitor,
    CircuitNet,
    Comparator,
    Digipot,
    Diode,
    Drive,
    DriveKind,
    Element,
    ElementT,
    FlipFlop,
    Gate,
    HostPin,
    Problem,
    Resistor,
)
from verification.extraction.placing import place_parts
from verification.extraction.stamp import stamp_elements
from verification.extraction.wires import Patch, Wires
from verification.reading.netlist import Netlist, PinRef


@dataclass(frozen=True)
class MixedCircuit:
    """The circuit of a netlist, frozen.

    Attributes:
        nets: what the `int` nets of everything else index.
        elements: in the file's order of components, units in the record's order.
        drives: nets held from outside, one per net, ascending by net.
        host_pins: connector pins and test points with a function, in the file's order.
        supplies: volts by supply function, as given.
        pin_net: net of every known pin.
        problems: what is odd about the file, in the file's order.
    """

    nets: tuple[CircuitNet, ...]
    elements: tuple[Element, ...]
    drives: tuple[Drive, ...]
    host_pins: tuple[HostPin, ...]
    supplies: Mapping[str, float]
    pin_net: Mapping[PinRef, int]
    problems: tuple[Problem, ...]

    def of_type(self, element_type: type[ElementT]) -> tuple[ElementT, ...]:
        """The elements of one type, in order."""
        return tuple(element for element in self.elements if isinstance(element, element_type))

    @cached_property
    def resistors(self) -> tuple[Resistor, ...]:
        """Resistors; `Values.resistor_ohm` is in this order."""
        return self.of_type(Resistor)

    @cached_property
    def digipots(self) -> tuple[Digipot, ...]:
        """Digipots; codes are in this order."""
        return self.of_type(Digipot)

    @cached_property
    def amplifiers(self) -> tuple[Amplifier, ...]:
        """Amplifiers, in order."""
        return self.of_type(Amplifier)

    @cached_property
    def comparators(self) -> tuple[Comparator, ...]:
        """Comparators, in order."""
        return self.of_type(Comparator)

    @cached_property
    def gates(self) -> tuple[Gate, ...]:
        """Gates, in order."""
        return self.of_type(Gate)

    @cached_property
    def flipflops(self) -> tuple[FlipFlop, ...]:
        """Flip-flops, in order."""
        return self.of_type(FlipFlop)

    @cached_property
    def diodes(self) -> tuple[Diode, ...]:
        """Diodes, in order."""
        return self.of_type(Diode)

    @cached_property
    def capacitors(self) -> tuple[Capacitor, ...]:
        """Capacitors, in order."""
        return self.of_type(Capacitor)

    @cached_property
    def active(self) -> tuple[Active, ...]:
        """The elements that have a supply, in order."""
        passive = (Resistor, Diode, Capacitor)
        return tuple(element for element in self.elements if not isinstance(element, passive))

    @cached_property
    def functions(self) -> dict[str, tuple[int, ...]]:
        """Connector function -> the nets it is on, each once, in the file's order."""
        found: dict[str, dict[int, None]] = {}
        for pin in self.host_pins:
            if pin.connector:
                found.setdefault(pin.function, {})[pin.net] = None
        return {function: tuple(nets) for function, nets in found.items()}

    @cached_property
    def net_of_name(self) -> dict[str, int]:
        """File net name -> net."""
        return {name: index for index, net in enumerate(self.nets) for name in net.names}

    @cached_property
    def logic_high_v(self) -> float:
        """The host's high level: the supply of the logic."""
        return self.supplies.get("V_SUPPLY", max(self.supplies.values(), default=0.0))

    def net_named(self, name: str) -> int:
        """The net of a name. UsageError with the nearest names when there is none."""
        found = self.net_of_name.get(name)
        if found is None:
            raise UsageError(f'no net "{name}" in the netlist.{suggestion(name, self.net_of_name)}')
        return found

    def function_net(self, function: str) -> int:
        """The net of a connector function. UsageError with the nearest functions when missing."""
        nets = self.functions.get(function)
        if not nets:
            raise UsageError(
                f'no connector pin of the netlist has the function "{function}".'
                f"{suggestion(function, self.functions)}"
            )
        return nets[0]


def mixed_circuit(
    netlist: Netlist,
    catalogue: Catalogue,
    *,
    supplies: Mapping[str, float],
    patches: Iterable[Patch] = (),
    cuts: Collection[str] = (),
    probes: Iterable[str] = (),
) -> MixedCircuit:
    """The circuit of a netlist.

    Args:
        netlist: the file.
        catalogue: the part records.
        supplies: volts of each supply function ("V_SUPPLY", "V_COMPARATOR"); "GND" is 0 V.
        patches: pairs of connector functions that a cable joins: ("SRC1.FREE", "N4.FREE").
        cuts: references of jumpers that are opened.
        probes: names of nets that the bench holds at a voltage, whatever else drives them.

    Raises:
        UsageError: a cut of something that is no jumper, a probe on a net that is not there, a
            supply that is not finite and positive.
    """
    for function, volts in supplies.items():
        if not 0 < volts < 1000:
            raise UsageError(f"supply {function} is {volts:g} V; it must be above 0 and below 1000")
    problems: list[Problem] = []
    placed = place_parts(netlist, catalogue, problems)
    wires = Wires(netlist, placed, problems)
    wires.join_parts(frozenset(cuts))
    wires.join_patches(patches)
    joined = wires.freeze()
    nets, pin_net = joined.nets, joined.pin_net
    host_pins = find_host_pins(placed, pin_net, problems)
    drives = find_drives(nets, host_pins, supplies, probes, problems)
    rails = {drive.net: drive.volts for drive in drives if drive.kind is DriveKind.RAIL}
    elements = stamp_elements(placed, joined.part_nets, nets, rails, problems)
    return MixedCircuit(nets, elements, drives, host_pins, dict(supplies), pin_net, tuple(problems))
