"""Case: everything the static checks look at, each part computed once and only when asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from parts.models import DigipotModel, FuseModel, JumperModel, Model, ResistorModel
from verification.checks.board import Board, BoardPin
from verification.checks.interface import SIDES, Interface, design_interface
from verification.checks.rails import Rails, find_rails

DRIVING = ("output", "analog_output")
SENSING = ("input", "analog_input")


class End(StrEnum):
    """What is on a wire, as a resistor's end there sees it."""

    GROUND = "ground"
    RAIL = "a supply"
    CONTROL = "a logic line that the host drives"
    HOST = "an analog line that the host drives"
    READ = "an analog line that the host reads"
    RETURN = "a logic line that the host reads"
    LINE = "a logic line that comes over a cable from another board"
    COLLECTOR = "an open collector"
    LAMP = "a light"
    LOGIC = "a logic output"
    AMPLIFIER = "an amplifier's output"
    COMPARE = "a comparator's input"
    FOLLOW = "an amplifier's input"
    NODE = "a node of the network"
    OTHER = "nothing that drives or senses"


@dataclass(frozen=True, slots=True)
class Bond:
    """Two pins that a current can pass between: a resistor, a digipot's terminals, a bridge."""

    a: BoardPin
    b: BoardPin
    kind: str

    def other(self, wire: int) -> BoardPin:
        """The end that is not on `wire`; b where both are."""
        return self.a if self.b.wire == wire != self.a.wire else self.b


@dataclass(frozen=True, slots=True)
class Line:
    """Where the level of a wire is made.

    Attributes:
        root: the output or connector pin that makes it, behind buffers; None where nothing does.
        function: of the root, where it is a connector's pin; else "".
        path: the pins passed on the way back, from the wire to the root, the root included.
        inverted: whether an odd number of inverters lies between.
    """

    root: BoardPin | None
    function: str
    path: tuple[BoardPin, ...]
    inverted: bool


@dataclass(frozen=True)
class Case:
    """A board before the judge."""

    board: Board

    @cached_property
    def interface(self) -> Interface:
        """The connector functions that the design asks for."""
        return design_interface(self.board.design)

    @cached_property
    def rails(self) -> Rails:
        """Ground and supplies."""
        return find_rails(self.board, self.interface)

    @cached_property
    def outputs(self) -> dict[int, tuple[BoardPin, ...]]:
        """Wire -> the output pins on it that push and pull."""
        return _by_wire(pin for pin in self.board.pins if pin.record.role in DRIVING)

    @cached_property
    def collectors(self) -> dict[int, tuple[BoardPin, ...]]:
        """Wire -> the open-collector pins on it."""
        return _by_wire(pin for pin in self.board.pins if pin.record.role == "open_collector")

    @cached_property
    def unit_of(self) -> dict[BoardPin, Model]:
        """Output pin -> the unit that it is an output of."""
        table: dict[BoardPin, Model] = {}
        for placed in self.board.placed.values():
            for model in placed.record.models:
                for _, name in model.pin_names():
                    pin = placed.by_name[name]
                    if pin.record.role in (*DRIVING, "open_collector"):
                        table[pin] = model
        return table

    @cached_property
    def senses(self) -> dict[int, tuple[BoardPin, ...]]:
        """Wire -> the input pins on it."""
        return _by_wire(pin for pin in self.board.pins if pin.record.role in SENSING)

    @cached_property
    def traced(self) -> dict[int, Line]:
        """Wire -> where its level is made, of the wires that have been asked for."""
        return {}

    @cached_property
    def host_driven(self) -> dict[int, tuple[BoardPin, ...]]:
        """Wire -> the connector pins on it that the host drives."""
        return self._with_functions(self.interface.host_driven)

    @cached_property
    def control_lines(self) -> dict[int, tuple[BoardPin, ...]]:
        """Wire -> the connector pins on it that the host drives with logic levels."""
        return self._with_functions(frozenset(self.interface.controls))

    @cached_property
    def host_read(self) -> dict[int, tuple[BoardPin, ...]]:
        """Wire -> the connector pins on it that the host reads."""
        return self._with_functions(
            frozenset((*self.interface.outputs.values(), self.interface.enable_return))
        )

    @cached_property
    def returns(self) -> dict[int, tuple[BoardPin, ...]]:
        """Wire -> the pins on it by which the enable chain returns to the host."""
        return self._with_functions(frozenset((self.interface.enable_return,)))

    @cached_property
    def node_ports(self) -> dict[int, tuple[BoardPin, ...]]:
        """Wire -> the node ports' pins on it: a cable may hold such a wire."""
        return self._with_functions(frozenset(self.interface.node_ports))

    @cached_property
    def sense_ports(self) -> dict[int, tuple[BoardPin, ...]]:
        """Wire -> the pins of target channels' free side, which a cable joins to a node."""
        targets = self.interface.desired
        return self._with_functions(frozenset(f"{name}.{SIDES[0]}" for name in targets))

    @cached_property
    def bonds(self) -> dict[int, tuple[Bond, ...]]:
        """Wire -> the bonds with an end on it."""
        table: dict[int, list[Bond]] = defaultdict(list)
        for bond in _bonds(self.board):
            table[bond.a.wire].append(bond)
            if bond.b.wire != bond.a.wire:
                table[bond.b.wire].append(bond)
        return {wire: tuple(bonds) for wire, bonds in table.items()}

    @cached_property
    def ends(self) -> tuple[End, ...]:
        """What a resistor sees on each wire."""
        lamps = {p.wire for p in self.board.pins if p.placed.record.kind == "led"}
        return tuple(self._end(wire, lamps) for wire in range(len(self.board.wires)))

    def _end(self, wire: int, lamps: set[int]) -> End:
        """What is on a wire; the first use that fits wins."""
        if wire in lamps and not self.rails.fixed(wire):
            return End.LAMP if len(self.board.wires[wire]) == 2 else End.OTHER
        lines = (
            (self.rails.supplies, End.RAIL),
            (self.control_lines, End.CONTROL),
            (self.host_driven, End.HOST),
            (self.returns, End.RETURN),
            (self.host_read, End.READ),
            (self.collectors, End.COLLECTOR),
        )
        if wire == self.rails.ground:
            return End.GROUND
        known = next((end for wires, end in lines if wire in wires), None)
        return self._circuit_end(wire) if known is None else known

    def _circuit_end(self, wire: int) -> End:
        """What is on a wire that is no supply and no line of the host."""
        if wire in self.outputs:
            analog = self.outputs[wire][0].record.role == "analog_output"
            return End.AMPLIFIER if analog else End.LOGIC
        bonds = self.bonds.get(wire, ())
        if wire in self.node_ports or any(bond.kind == "digipot" for bond in bonds):
            return End.NODE
        if self.is_line(wire):
            return End.LINE
        kinds = {sense.placed.record.kind for sense in self.senses.get(wire, ())}
        if kinds == {"comparator"}:
            return End.COMPARE
        return End.FOLLOW if kinds == {"amplifier"} else End.OTHER

    def is_line(self, wire: int) -> bool:
        """Whether a wire is a logic line between boards: a cable, and logic inputs at its end."""
        if wire not in self.board.cable_pins or self.rails.fixed(wire):
            return False
        return any(pin.record.role == "input" for pin in self.senses.get(wire, ()))

    def siemens_at(self, wire: int) -> float:
        """The conductance of all resistors on a wire together, S."""
        return sum(
            1 / model.ohm
            for bond in self.bonds.get(wire, ())
            if bond.kind == "resistor"
            for model in bond.a.placed.record.units(ResistorModel)
            if bond.a.record.name == model.a
        )

    def _with_functions(self, names: frozenset[str]) -> dict[int, tuple[BoardPin, ...]]:
        return _by_wire(
            pin for name, pins in self.board.functions.items() if name in names for pin in pins
        )


def _by_wire(pins: Iterable[BoardPin]) -> dict[int, tuple[BoardPin, ...]]:
    table: dict[int, list[BoardPin]] = defaultdict(list)
    for pin in pins:
        table[pin.wire].append(pin)
    return {wire: tuple(found) for wire, found in table.items()}


def _bonds(board: Board) -> Iterable[Bond]:
    for placed in board.placed.values():
        name = placed.by_name
        for model in placed.record.models:
            match model:
                case ResistorModel():
                    yield Bond(name[model.a], name[model.b], "resistor")
                case DigipotModel():
                    yield Bond(name[model.w], name[model.b], "digipot")
                    yield Bond(name[model.a], name[model.w], "digipot")
                case JumperModel(closed=True):
                    yield Bond(name[model.a], name[model.b], "jumper")
                case FuseModel():
                    yield Bond(name[model.a], name[model.b], "fuse")
                case _:
                    pass
