"""Pages: how the cells place parts and wire their units.

A cell draws on a Page, which gives every component its identity (cell path, slot, reference
designator) and every unit of a package its nets. A unit is wired by what its pins *do*
(``wire(in_p=..., in_n=..., out=...)``), so that a dual, a quad or two singles can stand in the same
slot; the record says which pins of the datasheet those are, how mode pins are strapped, and where
the inputs of units that are left over go.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from netgen.circuit import Circuit, Component, Direction, Pin, PinFunction, assemble
from netgen.errors import BuildError
from parts.models import Model
from parts.record import PartRecord

GROUND = "GND"

Wires = Mapping[str, str | tuple[str, ...]]
"""The nets of one unit, by the keywords of its model. A keyword that is missing stays open."""


def wire(**nets: str | tuple[str, ...]) -> Wires:
    """The nets of one unit: ``wire(a="N4_FREE", b="GND")``; a gate's inputs are a tuple."""
    return nets


@dataclass(frozen=True, slots=True)
class Contact:
    """One pin of a connector or test point: its net, its function, and who drives it."""

    net: str
    function: str
    direction: Direction


class Drawing:
    """Collects the pages of a board. `circuit` closes it.

    Args:
        decoupling: the capacitor that goes to every supply pin of every chip.
    """

    def __init__(self, decoupling: PartRecord) -> None:
        self.decoupling = decoupling
        self._components: list[Component] = []
        self._supplies: dict[str, None] = {}

    def page(self, cell: str, code: str, slots: Sequence[str]) -> "Page":
        """An empty page for the cell at this path.

        Args:
            cell: path, ``edge/4-7``.
            code: its letters in reference designators, ``E4_7``.
            slots: every slot that the cell may use; a slot's number is its place in this tuple.
        """
        return Page(self, cell, code, {slot: n for n, slot in enumerate(slots, start=1)})

    def add(self, component: Component) -> None:
        """Put a component on the board."""
        self._components.append(component)

    def supply(self, net: str) -> None:
        """Declare that the board's supply terminal feeds this net."""
        self._supplies[net] = None

    @property
    def components(self) -> tuple[Component, ...]:
        """What has been placed so far."""
        return tuple(self._components)

    def circuit(self, name: str) -> Circuit:
        """The finished circuit.

        Raises:
            BuildError: what was drawn breaks a rule of `Circuit`.
        """
        return assemble(name, self._components, self._supplies)


class Page:
    """One cell's sheet. See `Drawing.page`."""

    def __init__(self, drawing: Drawing, cell: str, code: str, numbers: Mapping[str, int]) -> None:
        self.cell = cell
        self._drawing = drawing
        self._code = code
        self._numbers = numbers

    def net(self, name: str) -> str:
        """The name of a net that does not leave this cell."""
        return f"{self.cell}/{name}"

    def place(
        self,
        slot: str | tuple[str, ...],
        part: PartRecord,
        *units: Wires,
        power: str | None = None,
        ground: str = GROUND,
    ) -> None:
        """Place as many packages as these units need, and decouple their supply pins.

        Args:
            slot: its name; or (name, names...) where one package may hold all units or where each
                package of fewer units gets a name of the others.
            part: the record.
            units: nets of each unit wanted, by the keywords of the part's model.
            power: net of the part's power pins; None for a part that has none.
            ground: net of its ground pins.
        """
        per_package = len(part.models)
        slots = (slot,) if isinstance(slot, str) else slot
        names = slots[:1] if per_package >= len(units) else slots[1:]
        if len(names) * per_package < len(units):
            raise BuildError(
                f"{self.cell}: {part.mpn} has {per_package} units a package; "
                f"{len(units)} units do not fit the slots {', '.join(slots)}"
            )
        for index, name in enumerate(names):
            taken = units[index * per_package : (index + 1) * per_package]
            if taken:
                nets = _package_nets(self.net(name), part, taken, power, ground)
                self._add(name, part, nets)
                self._decouple(name, part, power, ground)

    def connector(self, slot: str, part: PartRecord, *contacts: Contact) -> None:
        """Place a connector or test point; contacts in the order of the part's pins."""
        if len(contacts) != len(part.pins):
            raise BuildError(
                f"{self.cell}/{slot}: {part.mpn} has {len(part.pins)} pins, "
                f"but {len(contacts)} contacts are drawn"
            )
        pairs = list(zip(part.pins, contacts, strict=True))
        nets = {pin.name: contact.net for pin, contact in pairs}
        functions = tuple(
            PinFunction(pin.number, contact.function, contact.direction) for pin, contact in pairs
        )
        self._add(slot, part, nets, functions)

    def _add(
        self,
        slot: str,
        part: PartRecord,
        nets: Mapping[str, str],
        functions: tuple[PinFunction, ...] = (),
    ) -> None:
        number = self._numbers.get(slot)
        if number is None:
            raise BuildError(f"{self.cell} has no slot {slot}; it has {', '.join(self._numbers)}")
        pins = tuple(Pin(pin.number, pin.name, pin.role, nets.get(pin.name)) for pin in part.pins)
        refdes = f"{part.prefix}{self._code}_{number}"
        self._drawing.add(Component(refdes, part, self.cell, slot, pins, functions))

    def _decouple(self, slot: str, part: PartRecord, power: str | None, ground: str) -> None:
        for count, _ in enumerate(part.pins_with_role("power"), start=1):
            name = f"c_{slot}" if count == 1 else f"c_{slot}_{count}"
            capacitor = self._drawing.decoupling
            wires = wire(a=power or "", b=ground)
            self._add(name, capacitor, _package_nets("", capacitor, (wires,), None, ground))


def _package_nets(
    where: str, part: PartRecord, units: Sequence[Wires], power: str | None, ground: str
) -> dict[str, str]:
    """The net of each pin, by pin name, of one package; open pins are left out."""
    rails = {"power": power, "ground": ground}
    nets: dict[str, str] = {}

    def join(pin: str, net: str | None) -> None:
        if net is None:
            raise BuildError(f"{where}: pin {pin} of {part.mpn} needs a supply, and none is drawn")
        first = nets.setdefault(pin, net)
        if first != net:
            raise BuildError(
                f"{where}: pin {pin} of {part.mpn} is shared by its units, "
                f"but is drawn to {first} and to {net}"
            )

    for pin in part.pins:
        if pin.role in rails:
            join(pin.name, rails[pin.role])
        elif pin.name in part.ties:
            join(pin.name, rails[part.ties[pin.name]])
    for model, wires in zip_longest(part.models, units):
        if wires is not None:
            for pin_name, net in _unit_nets(where, part, model, wires):
                join(pin_name, net)
    for model in part.models[len(units) :]:
        for pin_name, target in _straps(part, model, nets):
            join(pin_name, rails.get(target, f"{where}/{target}"))
    return nets


def _unit_nets(where: str, part: PartRecord, model: Model, wires: Wires) -> list[tuple[str, str]]:
    """(pin name, net) of a unit in use."""
    found: list[tuple[str, str]] = []
    known: dict[str, list[str]] = {}
    for keyword, name in model.pin_names():
        known.setdefault(keyword, []).append(name)
    unknown = sorted(wires.keys() - known.keys())
    if unknown:
        raise BuildError(
            f"{where}: {part.mpn} has no {unknown[0]} to wire; it has {', '.join(sorted(known))}"
        )
    for keyword, pins in sorted(known.items()):
        nets = wires.get(keyword, ())
        given = (nets,) if isinstance(nets, str) else nets
        if given and len(given) != len(pins):
            raise BuildError(
                f"{where}: {keyword} of {part.mpn} has {len(pins)} pins, given {len(given)} nets"
            )
        found.extend(zip(pins, given, strict=False))
    return found


def _straps(part: PartRecord, model: Model, nets: Mapping[str, str]) -> list[tuple[str, str]]:
    """(pin name, "power", "ground" or an output's pin name) of a unit that is left over."""
    found: list[tuple[str, str]] = []
    for _, name in model.pin_names():
        target = part.unused.get(name)
        if target is not None and name not in nets:
            found.append((name, target))
            if target not in ("power", "ground"):
                found.append((target, target))
    return found
