"""What a drawing of a cell shows: one block per unit in use, and notes about all other pins."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from netgen.circuit import Circuit, Component, Pin, natural_key
from parts.models import AnyModel, GateModel
from parts.record import DRIVEN_ROLES

Shape = Literal[
    "box",
    "triangle",
    "gate",
    "buffer",
    "inverter",
    "resistor",
    "capacitor",
    "diode",
    "jumper",
    "fuse",
    "probe",
]
PITCH = 22.0  # between two pins of one side
TWO_TERMINAL = ("resistor", "capacitor", "diode", "jumper", "fuse")

# The symbol of each type of model, and which of its pins leave on the right.
_SYMBOLS: Mapping[str, tuple[Shape, tuple[str, ...]]] = {
    "digipot": ("box", ("a", "w", "b")),
    "flipflop": ("box", ("q", "q_n")),
    "comparator": ("triangle", ("out",)),
    "amplifier": ("triangle", ("out",)),
    "gate": ("box", ("output",)),
    "diode": ("diode", ("cathode",)),
    "resistor": ("resistor", ("b",)),
    "capacitor": ("capacitor", ("b",)),
    "jumper": ("jumper", ("b",)),
    "fuse": ("fuse", ("b",)),
}
_GATES: Mapping[str, Shape] = {"xor": "gate", "buffer": "buffer", "not": "inverter"}


@dataclass(frozen=True, slots=True)
class Port:
    """A pin of a block: where it leaves, and what it is joined to.

    Attributes:
        name, number: of the pin; a connector's name is its function.
        net: None where it is open.
        drives: whether it drives its net.
        y: below the block's top, px.
    """

    name: str
    number: str
    net: str | None
    drives: bool
    y: float


@dataclass(frozen=True, slots=True)
class Block:
    """One unit of a component. `left` and `right` are its ports by side, top to bottom."""

    refdes: str
    value: str
    shape: Shape
    left: tuple[Port, ...]
    right: tuple[Port, ...]
    width: float
    height: float

    @property
    def ports(self) -> tuple[Port, ...]:
        """All ports."""
        return self.left + self.right

    def turned(self) -> "Block":
        """The block with its sides exchanged."""
        return Block(
            self.refdes, self.value, self.shape, self.right, self.left, self.width, self.height
        )


@dataclass(frozen=True, slots=True)
class Page:
    """A cell taken apart.

    Attributes:
        blocks: units in use, in order of reference designators.
        notes: per chip a line on its supply pins, straps, idle units and capacitors.
        joined: nets that more than one block touches, but for ground and rails.
        inner: nets that no other cell touches.
    """

    blocks: tuple[Block, ...]
    notes: tuple[str, ...]
    joined: frozenset[str]
    inner: frozenset[str]


def take_apart(circuit: Circuit, cell: str) -> Page:
    """The blocks and notes of a cell."""
    components = circuit.in_cell(cell)
    own = {component.refdes for component in components}
    inner = frozenset(
        net.name for net in circuit.nets if all(pin.refdes in own for pin in net.pins)
    )
    rails = {net.name for net in circuit.nets if net.supply} - inner
    driven = frozenset(
        pin.net for component in components for pin in component.pins
        if pin.net and pin.role in DRIVEN_ROLES
    )  # fmt: skip
    ordered = sorted(components, key=lambda component: natural_key(component.refdes))
    blocks: list[Block] = []
    notes: list[str] = []
    capacitors = [part for part in ordered if part.slot.startswith("c_")]
    for component in ordered:
        if component in capacitors:
            continue
        made = list(_blocks(component, driven))
        blocks += made
        note = _note(component, made, capacitors)
        if note:
            notes.append(note)
    touched = Counter(net for block in blocks for net in {port.net for port in block.ports} if net)
    joined = frozenset(net for net, count in touched.items() if count > 1 and net not in rails)
    return Page(tuple(blocks), tuple(notes), joined, inner)


def _blocks(component: Component, driven: frozenset[str]) -> Iterable[Block]:
    pins = {pin.name: pin for pin in component.pins}
    if component.functions:
        yield _connector(component, pins, driven)
    for model in component.part.models:
        if not _idle(component, model, pins):
            yield _unit(component, model, pins)


def _connector(component: Component, pins: dict[str, Pin], driven: frozenset[str]) -> Block:
    """A connector; what the cell drives comes in on the left."""
    by_number = {pin.number: pin for pin in pins.values()}
    if component.part.kind == "testpoint":
        item = component.functions[0]
        probe = Port(item.function, item.number, by_number[item.number].net, False, PITCH / 2)
        return Block(component.refdes, "", "probe", (probe,), (), 14.0, PITCH)
    left: list[Port] = []
    right: list[Port] = []
    for row, item in enumerate(component.functions):
        net = by_number[item.number].net
        drives = item.direction in ("input", "supply")
        side = left if item.direction == "output" or net in driven else right
        side.append(Port(item.function, item.number, net, drives, PITCH * (row + 1)))
    width = 44 + 6.2 * max(len(item.function) for item in component.functions)
    height = PITCH * (len(component.functions) + 1)
    value = component.part.value
    return Block(component.refdes, value, "box", tuple(left), tuple(right), width, height)


def _idle(component: Component, model: AnyModel, pins: dict[str, Pin]) -> bool:
    """Whether every input of a unit is strapped as the record says for one that nothing uses."""
    straps = {
        name: component.part.unused[name]
        for _, name in model.pin_names()
        if name in component.part.unused
    }
    rails = {
        role: {pin.net for pin in component.pins if pin.role == role}
        for role in ("power", "ground")
    }
    return bool(straps) and all(
        pins[name].net in (rails[target] if target in rails else {pins[target].net})
        for name, target in straps.items()
    )


def _unit(component: Component, model: AnyModel, pins: dict[str, Pin]) -> Block:
    """The block of one unit: its inputs on the left, its outputs on the right."""
    shape, outputs = _SYMBOLS[model.type]
    if isinstance(model, GateModel):
        shape = _GATES.get(model.function, shape)
    ties = component.part.ties
    shown = [(key, pins[name]) for key, name in model.pin_names() if name not in ties]
    inputs = [pin for key, pin in shown if key not in outputs]
    driven = [pin for key, pin in shown if key in outputs and (pin.net or key != "q_n")]
    if shape in TWO_TERMINAL:
        width, height = 34.0, PITCH
    else:
        width = {"digipot": 104.0, "flipflop": 84.0}.get(model.type, 50.0)
        height = PITCH * (max(len(inputs), len(driven)) + 1)
    drives = shape not in TWO_TERMINAL and model.type != "digipot"
    return Block(
        refdes=component.refdes,
        value=component.part.value,
        shape=shape,
        left=_spread(inputs, height, False),
        right=_spread(driven, height, drives),
        width=width,
        height=height,
    )


def _spread(pins: list[Pin], height: float, drives: bool) -> tuple[Port, ...]:
    """Ports at equal distances, centred on a side."""
    top = height / 2 - PITCH * (len(pins) - 1) / 2
    return tuple(
        Port(pin.name, pin.number, pin.net, drives, top + PITCH * row)
        for row, pin in enumerate(pins)
    )


def _note(component: Component, blocks: list[Block], capacitors: list[Component]) -> str:
    """`UE4_7_11 MCP6562: VDD 8 = +5V, VSS 4 = GND; 100n CE4_7_24`."""
    shown = {port.number for block in blocks for port in block.ports}
    rest = [pin for pin in component.pins if pin.number not in shown]
    if not rest:
        return ""
    joined = ", ".join(f"{pin.name} {pin.number} = {pin.net or 'open'}" for pin in rest)
    beside = [
        f"{part.part.value} {part.refdes}"
        for part in capacitors
        if part.slot in (f"c_{component.slot}", f"c_{component.slot}_2")
    ]
    return f"{component.refdes} {component.part.value}: {joined}" + "".join(
        f"; {c}" for c in beside
    )
