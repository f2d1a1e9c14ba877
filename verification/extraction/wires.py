"""Wires: the nets of a file and the pins that are in none, joined into the circuit's nets.

Wire `i` is the file's net `i`; a known pin that is in no net gets a wire of its own after those.
Nets of one name, closed jumpers, fuses and patched functions join wires.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from parts.errors import suggestion
from parts.models import FuseModel, JumperModel
from verification.errors import UsageError
from verification.extraction.elements import CircuitNet, Problem, ProblemKind
from verification.extraction.placing import Placed
from verification.reading.netlist import Netlist, PinRef
from verification.union import Groups

Patch = tuple[str, str]
OPEN = -1
"""The wire of a pin that no net names, until it gets its own."""


@dataclass(frozen=True, slots=True)
class Joined:
    """The wires when all joining is done.

    Attributes:
        nets: in the order of their first wires.
        pin_net: net of every pin that a net names or a part has.
        part_nets: the nets of each placed part's pins, in the record's order.
    """

    nets: tuple[CircuitNet, ...]
    pin_net: dict[PinRef, int]
    part_nets: list[list[int]]


class Wires:
    """The wires of one netlist while they are being joined."""

    def __init__(
        self, netlist: Netlist, placed: tuple[Placed, ...], problems: list[Problem]
    ) -> None:
        self._netlist = netlist
        self._placed = placed
        self._problems = problems
        self._names = [net.name for net in netlist.nets]
        self._pins: list[tuple[PinRef, ...]] = [net.pins for net in netlist.nets]
        self._groups = Groups(len(self._names))
        self._join_names()
        self._wire_of = self._assign_pins()
        wire_of = self._wire_of
        self._part_wires = [[wire_of.get(pin, OPEN) for pin in part.pins()] for part in placed]
        self._once = sum(map(len, self._pins)) == len(wire_of)
        known = sum(len(wires) - wires.count(OPEN) for wires in self._part_wires)
        if known < len(wire_of):
            self._report_strangers()
        self._add_single_pins()

    def join_parts(self, cuts: frozenset[str]) -> None:
        """Closed jumpers and fuses become wire, but for the jumpers in `cuts`.

        Raises:
            UsageError: a cut that is not a jumper.
        """
        jumpers: list[str] = []
        for part, wires in zip(self._placed, self._part_wires, strict=True):
            place = part.shape.place
            for model in part.record.models:
                if isinstance(model, JumperModel):
                    jumpers.append(part.refdes)
                    if not model.closed or part.refdes in cuts:
                        continue
                elif not isinstance(model, FuseModel):
                    continue
                self._groups.join(wires[place[model.a]], wires[place[model.b]])
        for refdes in sorted(cuts - set(jumpers)):
            raise UsageError(
                f'"{refdes}" is not a jumper of the netlist, so it cannot be cut.'
                f"{suggestion(refdes, jumpers)}"
            )

    def join_patches(self, patches: Iterable[Patch]) -> None:
        """Join the nets of each two connector functions, as a cable does."""
        pin_of: dict[str, PinRef] = {}
        for part in self._placed:
            if part.record.kind == "connector":
                for number, function in part.functions.items():
                    pin_of.setdefault(function, PinRef(part.refdes, number))
        for first, second in patches:
            missing = [name for name in (first, second) if pin_of.get(name) not in self._wire_of]
            for function in missing:
                message = (
                    f"no connector pin has the function {function},"
                    f" so the cable {first} to {second} is left out"
                )
                self._problems.append(Problem(ProblemKind.MISSING_FUNCTION, message))
            if not missing:
                self._join(pin_of[first], pin_of[second])

    def freeze(self) -> Joined:
        """The nets, in the order of their first wires, and the net of every pin."""
        find = self._groups.find
        members: dict[int, list[int]] = {}
        for wire in range(len(self._names)):
            members.setdefault(find(wire), []).append(wire)
        net_of = [0] * len(self._names)
        for net, wires in enumerate(members.values()):
            for wire in wires:
                net_of[wire] = net
        return Joined(
            tuple(self._net(wires) for wires in members.values()),
            {pin: net_of[wire] for pin, wire in self._wire_of.items()},
            [[net_of[wire] for wire in wires] for wires in self._part_wires],
        )

    def _net(self, wires: list[int]) -> CircuitNet:
        first = wires[0]
        name = self._names[first]
        if len(wires) == 1 and self._once:
            return CircuitNet(name, (name,), self._pins[first])
        return CircuitNet(
            name,
            tuple(dict.fromkeys(self._names[wire] for wire in wires)),
            tuple(dict.fromkeys(pin for wire in wires for pin in self._pins[wire])),
        )

    def _join(self, first: PinRef, second: PinRef) -> None:
        self._groups.join(self._wire_of[first], self._wire_of[second])

    def _join_names(self) -> None:
        first: dict[str, int] = {}
        for wire, name in enumerate(self._names):
            if first.setdefault(name, wire) == wire:
                continue
            self._groups.join(first[name], wire)
            message = f"net {name} is listed more than once; its pins are taken as one net"
            self._problems.append(Problem(ProblemKind.NET_NAME_TWICE, message, nets=(name,)))

    def _assign_pins(self) -> dict[PinRef, int]:
        """The first wire of every pin that a net names."""
        wire_of: dict[PinRef, int] = {}
        for wire, net in enumerate(self._netlist.nets):
            for pin in net.pins:
                first = wire_of.setdefault(pin, wire)
                if first != wire and self._groups.find(first) != self._groups.find(wire):
                    nets = (self._names[first], net.name)
                    message = f"{pin} is in nets {nets[0]} and {nets[1]}; the first is simulated"
                    self._report(ProblemKind.PIN_IN_TWO_NETS, message, pin, nets)
        return wire_of

    def _report_strangers(self) -> None:
        """Report pins in nets that belong to no component, or that the part does not have."""
        listed = {component.refdes for component in self._netlist.components}
        records = {part.refdes: part.record for part in self._placed}
        known = {pin for part in self._placed for pin in part.pins()}
        for net in self._netlist.nets:
            for pin in net.pins:
                if pin in known or (pin.refdes in listed and pin.refdes not in records):
                    continue
                if pin.refdes in listed:
                    kind = ProblemKind.UNKNOWN_PIN
                    reason = f"{records[pin.refdes].mpn} has no pin {pin.number}"
                else:
                    kind = ProblemKind.UNKNOWN_COMPONENT
                    reason = f"{pin.refdes} is not a component of the file"
                message = f"net {net.name} names {pin}, but {reason}; the pin is ignored"
                self._report(kind, message, pin, (net.name,))

    def _add_single_pins(self) -> None:
        """A wire of its own for every pin of a part that no net names."""
        for part, wires in zip(self._placed, self._part_wires, strict=True):
            if OPEN not in wires:
                continue
            for position, record in enumerate(part.record.pins):
                if wires[position] != OPEN:
                    continue
                pin = PinRef(part.refdes, record.number)
                wires[position] = self._wire_of[pin] = self._groups.add()
                self._names.append(f"unconnected-({pin.refdes}-Pad{pin.number})")
                self._pins.append((pin,))
                if record.optional or record.role == "no_connect" or part.functions:
                    continue
                message = f"{pin} ({record.name} of {part.record.mpn}) is in no net"
                self._report(ProblemKind.UNCONNECTED_PIN, message, pin, ())

    def _report(self, kind: ProblemKind, message: str, pin: PinRef, nets: tuple[str, ...]) -> None:
        self._problems.append(Problem(kind, message, (pin.refdes,), (str(pin),), nets))
