"""The elements of a MixedCircuit: one per model of each component, with the nets it connects.

Nets are integers: positions in `MixedCircuit.nets`. Each element keeps the model of its part
record, so that ratings and tolerances are looked up where they are needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias, TypeVar

from parts.models import (
    AmplifierModel,
    CapacitorModel,
    ComparatorModel,
    DigipotModel,
    DiodeModel,
    FlipFlopModel,
    GateModel,
    ResistorModel,
)
from parts.record import PartRecord
from verification.reading.netlist import PinRef


@dataclass(frozen=True, slots=True)
class Unit:
    """Which model of which component an element is.

    Attributes:
        refdes: the component's reference.
        position: of the model in the part's record, from 0.
        count: how many models the part has.
        cell: path of the component's cell in the file ("edge/4-7"), for reports.
        slot: the component's name inside the cell, for reports.
    """

    refdes: str
    position: int
    count: int
    cell: str = ""
    slot: str = ""

    @property
    def name(self) -> str:
        """`U3`, or `U3/2` for the second unit of a part with several."""
        return self.refdes if self.count == 1 else f"{self.refdes}/{self.position + 1}"


@dataclass(frozen=True, slots=True)
class Supply:
    """What feeds an active part, from its power and ground pins.

    Attributes:
        positive: nets of its power pins, in the record's order.
        negative: nets of its ground pins.
        high_v: volts of its rail; 0 where it is not powered.
        low_v: volts of its ground; 0 where it is not powered.
        powered: whether every such pin is on a rail, and the positive one above the negative.
    """

    positive: tuple[int, ...]
    negative: tuple[int, ...]
    high_v: float
    low_v: float
    powered: bool

    @property
    def threshold_v(self) -> float:
        """Half-way level that logic inputs of the part are read against."""
        return (self.high_v + self.low_v) / 2


@dataclass(frozen=True, slots=True)
class Resistor:
    """A resistor between nets a and b."""

    unit: Unit
    record: PartRecord
    model: ResistorModel
    a: int
    b: int


@dataclass(frozen=True, slots=True)
class Digipot:
    """A digital potentiometer channel: terminals a, w, b and its logic inputs."""

    unit: Unit
    record: PartRecord
    model: DigipotModel
    supply: Supply
    a: int
    w: int
    b: int
    clk: int
    up_down: int
    cs: int


@dataclass(frozen=True, slots=True)
class Amplifier:
    """An operational amplifier."""

    unit: Unit
    record: PartRecord
    model: AmplifierModel
    supply: Supply
    in_p: int
    in_n: int
    out: int


@dataclass(frozen=True, slots=True)
class Comparator:
    """A comparator, push-pull or open collector."""

    unit: Unit
    record: PartRecord
    model: ComparatorModel
    supply: Supply
    in_p: int
    in_n: int
    out: int

    @property
    def open_collector(self) -> bool:
        """Whether its output only pulls down."""
        return self.model.output == "open_collector"


@dataclass(frozen=True, slots=True)
class Gate:
    """A combinational gate."""

    unit: Unit
    record: PartRecord
    model: GateModel
    supply: Supply
    inputs: tuple[int, ...]
    output: int


@dataclass(frozen=True, slots=True)
class FlipFlop:
    """A D flip-flop; pins that the part lacks are None."""

    unit: Unit
    record: PartRecord
    model: FlipFlopModel
    supply: Supply
    d: int
    clk: int
    q: int
    q_n: int | None
    set_n: int | None
    reset_n: int | None


@dataclass(frozen=True, slots=True)
class Diode:
    """A light-emitting diode or a clamp."""

    unit: Unit
    record: PartRecord
    model: DiodeModel
    anode: int
    cathode: int


@dataclass(frozen=True, slots=True)
class Capacitor:
    """A capacitor; open in the simulation, counted by the settling check."""

    unit: Unit
    record: PartRecord
    model: CapacitorModel
    a: int
    b: int


Active: TypeAlias = Digipot | Amplifier | Comparator | Gate | FlipFlop
Element: TypeAlias = Active | Resistor | Diode | Capacitor
ElementT = TypeVar("ElementT", bound=Element)


@dataclass(frozen=True, slots=True)
class CircuitNet:
    """One net after joining: nets of one name, closed jumpers, fuses and patches make one.

    Attributes:
        name: the first file net's name; for a pin that is in no net, `unconnected-(REF-PadN)`.
        names: all file names that were joined, in the file's order.
        pins: every pin on it, in the file's order.
    """

    name: str
    names: tuple[str, ...]
    pins: tuple[PinRef, ...]


@dataclass(frozen=True, slots=True)
class HostPin:
    """A connector pin or test point with a function.

    Attributes:
        function: "SRC1", "TGT1.OUT", "LATCH", "GND", "N4.FREE", ...
        pin: which pin.
        net: the net it is on.
        connector: False for a test point, which the host only looks at.
    """

    function: str
    pin: PinRef
    net: int
    connector: bool


class DriveKind(StrEnum):
    """Who holds a net at a voltage."""

    RAIL = "rail"
    HOST = "host"
    PROBE = "probe"


@dataclass(frozen=True, slots=True)
class Drive:
    """A net held from outside: a supply, a host pin, or a probe of the bench.

    Attributes:
        net: which net.
        kind: who holds it.
        function: the connector function, or the probed net's name.
        volts: its voltage for rails; its voltage at the start (0) for the others.
    """

    net: int
    kind: DriveKind
    function: str
    volts: float


class ProblemKind(StrEnum):
    """What can be odd about a circuit that is simulated all the same."""

    DUPLICATE_COMPONENT = "duplicate_component"
    UNKNOWN_PART = "unknown_part"
    UNKNOWN_COMPONENT = "unknown_component"
    UNKNOWN_PIN = "unknown_pin"
    UNCONNECTED_PIN = "unconnected_pin"
    PIN_IN_TWO_NETS = "pin_in_two_nets"
    NET_NAME_TWICE = "net_name_twice"
    MISSING_FUNCTION = "missing_function"
    FUNCTION_ON_TWO_NETS = "function_on_two_nets"
    DRIVES_IN_CONFLICT = "drives_in_conflict"
    OUTPUTS_IN_CONFLICT = "outputs_in_conflict"
    UNPOWERED = "unpowered"
    FLOATING = "floating"
    NO_PULL_UP = "no_pull_up"
    LOOP = "loop"
    DIODE_IGNORED = "diode_ignored"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something odd, in circuit words; the simulation goes on in the way that `message` says.

    Attributes:
        kind: what sort of problem.
        message: the whole sentence.
        pins: the pins concerned ("U3.5"), in the file's order.
        nets: names of the nets concerned.
    """

    kind: ProblemKind
    message: str
    refdes: tuple[str, ...] = ()
    pins: tuple[str, ...] = ()
    nets: tuple[str, ...] = ()
