"""Circuit: components, their pins and the nets that join them, as frozen records.

A Circuit is checked when it is made and never changes afterwards. Its text form has one line per
item, sorted, so that two circuits can be compared with a diff.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

from netgen.errors import BuildError
from parts.record import DRIVEN_ROLES, PartRecord, Role

Direction = Literal["input", "output", "supply", "port", "probe"]
"""What a connector's pin does, seen from the board: the host drives an input, reads an output,
feeds a supply; a port is joined to another port by a cable; a probe is for looking only."""


class PinRef(NamedTuple):
    """A pin of a component: reference designator and pin number."""

    refdes: str
    number: str


@dataclass(frozen=True, slots=True)
class PinFunction:
    """What a pin of a connector or test point is for: ``SRC1``, ``N4.FREE``, ``LATCH``."""

    number: str
    function: str
    direction: Direction


@dataclass(frozen=True, slots=True)
class Pin:
    """A pin of a component. ``net`` is None where the pin is left open on purpose."""

    number: str
    name: str
    role: Role
    net: str | None


@dataclass(frozen=True, slots=True)
class Component:
    """A part placed in a cell.

    Attributes:
        refdes: reference designator; made of the part's letters, the cell's code and the slot's
            number, never of a counter.
        part: the record of the part.
        cell: path of the cell, ``edge/4-7``.
        slot: name of the component inside its cell, ``xor``.
        pins: every pin of the record, in its order.
        functions: of a connector's or test point's pins, in pin order; empty otherwise.
    """

    refdes: str
    part: PartRecord
    cell: str
    slot: str
    pins: tuple[Pin, ...]
    functions: tuple[PinFunction, ...] = ()

    @property
    def path(self) -> str:
        """Cell and slot: the component's identity on every regeneration."""
        return f"{self.cell}/{self.slot}"

    @property
    def functions_text(self) -> str:
        """The functions of its pins as netlists and boards have them: ``1=SRC1 2=GND``."""
        return " ".join(f"{item.number}={item.function}" for item in self.functions)


@dataclass(frozen=True, slots=True)
class Net:
    """Pins that copper joins. ``supply``: a rail that the board's supply terminal feeds."""

    name: str
    pins: tuple[PinRef, ...]
    supply: bool = False


@dataclass(frozen=True)
class Circuit:
    """All components and nets of a board.

    Components and nets are kept in natural order of their names (``U2`` before ``U10``).

    Raises:
        BuildError: two components of one name or path, a pin that is missing, unknown or wrongly
            left open, a net whose pins and whose components disagree, a net with a single pin.
    """

    name: str
    components: tuple[Component, ...]
    nets: tuple[Net, ...]

    def __post_init__(self) -> None:
        _check_names(self.components)
        for component in self.components:
            _check_pins(component)
        _check_nets(self)

    @cached_property
    def by_refdes(self) -> Mapping[str, Component]:
        """Components by reference designator."""
        return {component.refdes: component for component in self.components}

    @cached_property
    def by_path(self) -> Mapping[str, Component]:
        """Components by cell and slot: ``edge/4-7/xor``."""
        return {component.path: component for component in self.components}

    def open_pins(self) -> Iterable[tuple[Component, Pin]]:
        """Every pin that is left open on purpose, with its component."""
        for component in self.components:
            for pin in component.pins:
                if pin.net is None:
                    yield component, pin

    @cached_property
    def cells(self) -> Mapping[str, tuple[Component, ...]]:
        """Components by cell, in order of first mention."""
        found: dict[str, list[Component]] = {}
        for component in self.components:
            found.setdefault(component.cell, []).append(component)
        return {cell: tuple(components) for cell, components in found.items()}

    def in_cell(self, cell: str) -> tuple[Component, ...]:
        """The components of one cell; none where there is no such cell."""
        return self.cells.get(cell, ())

    def to_text(self) -> str:
        """One line per component, function, net and open pin."""
        lines = [f"circuit {self.name}"]
        for component in self.components:
            name, mpn = component.refdes, component.part.mpn
            lines.append(f"component {name} {mpn} {component.cell} {component.slot}")
            lines.extend(
                f"function {name}.{item.number} {item.function} {item.direction}"
                for item in component.functions
            )
        for net in self.nets:
            kind = "supply" if net.supply else "net"
            pins = " ".join(f"{pin.refdes}.{pin.number}" for pin in net.pins)
            lines.append(f"{kind} {net.name}: {pins}")
        lines.extend(
            f"open {component.refdes}.{pin.number} {pin.name}"
            for component, pin in self.open_pins()
        )
        return "\n".join(lines) + "\n"


def natural_key(text: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key by which digits count as numbers: ``U2`` before ``U10``."""
    return tuple(
        (0, int(piece), piece) if piece.isascii() and piece.isdigit() else (1, 0, piece)
        for piece in re.split(r"([0-9]+)", text)
        if piece
    )


def assemble(name: str, components: Iterable[Component], supplies: Iterable[str]) -> Circuit:
    """The circuit of these components: their pins' nets collected and everything sorted.

    Args:
        name: of the circuit.
        components: in any order.
        supplies: names of the nets that the supply terminal feeds.
    """
    ordered = sorted(components, key=lambda component: natural_key(component.refdes))
    pins: dict[str, list[PinRef]] = {}
    for component in ordered:
        for pin in component.pins:
            if pin.net is not None:
                pins.setdefault(pin.net, []).append(PinRef(component.refdes, pin.number))
    rails = set(supplies)
    unknown = sorted(rails - pins.keys())
    if unknown:
        raise BuildError(f"supply net {unknown[0]} has no pin")
    nets = tuple(Net(net, tuple(pins[net]), net in rails) for net in sorted(pins, key=natural_key))
    return Circuit(name, tuple(ordered), nets)


def _check_names(components: tuple[Component, ...]) -> None:
    names: dict[str, Component] = {}
    paths: dict[str, Component] = {}
    for component in components:
        first = names.setdefault(component.refdes, component)
        if first is not component:
            raise BuildError(
                f"reference designator {component.refdes} would name two components: "
                f"{first.path} and {component.path}; rename one of the nodes concerned"
            )
        first = paths.setdefault(component.path, component)
        if first is not component:
            raise BuildError(
                f"{component.path} is placed twice, as {first.refdes} and {component.refdes}"
            )


def _check_pins(component: Component) -> None:
    where = f"{component.refdes} ({component.path}, {component.part.mpn})"
    given = tuple((pin.number, pin.name, pin.role) for pin in component.pins)
    wanted = tuple((pin.number, pin.name, pin.role) for pin in component.part.pins)
    if given != wanted:
        raise BuildError(f"{where}: its pins are not those of the part's record")
    for pin, record in zip(component.pins, component.part.pins, strict=True):
        may_be_open = record.optional or record.role in (*DRIVEN_ROLES, "no_connect")
        if pin.net is None and not may_be_open:
            raise BuildError(
                f"{where}: pin {pin.name} ({pin.number}) is not connected; only outputs and pins "
                "that the record calls optional or no_connect may be left open"
            )
        if pin.net is not None and record.role == "no_connect":
            raise BuildError(
                f"{where}: pin {pin.name} ({pin.number}) is a no_connect pin, but net {pin.net} "
                "is drawn to it"
            )
    numbers = {pin.number for pin in component.pins}
    for function in component.functions:
        if function.number not in numbers:
            raise BuildError(f"{where}: function {function.function} is on pin {function.number}, "
                             "which the part does not have")  # fmt: skip


def _check_nets(circuit: Circuit) -> None:
    listed: dict[PinRef, str] = {}
    names: set[str] = set()
    for net in circuit.nets:
        if net.name in names:
            raise BuildError(f"net {net.name} is listed twice")
        names.add(net.name)
        if len(net.pins) < 2:
            raise BuildError(
                f"net {net.name} has a single pin, {net.pins[0].refdes}.{net.pins[0].number}; "
                "join it to something or leave the pin open"
                if net.pins
                else f"net {net.name} has no pin"
            )
        for ref in net.pins:
            if ref in listed:
                raise BuildError(
                    f"pin {ref.refdes}.{ref.number} is on two nets, {listed[ref]} and {net.name}"
                )
            listed[ref] = net.name
    drawn = {
        PinRef(component.refdes, pin.number): pin.net
        for component in circuit.components
        for pin in component.pins
        if pin.net is not None
    }
    if drawn != listed:
        ref = min(set(drawn.items()) ^ set(listed.items()))[0]
        raise BuildError(
            f"pin {ref.refdes}.{ref.number} is drawn on {drawn.get(ref)}, "
            f"but the net list has it on {listed.get(ref)}"
        )
