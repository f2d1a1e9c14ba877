"""Sheet: the lines of an ngspice deck while it is written, and who holds which net.

Every net of the circuit is an analog node `n<k>`. A net that a digital output holds is also a
digital node `d<k>`; a bridge joins the two. A digital input reads `d<k>` where the output's levels
lie on both sides of its threshold, else a bridge that compares `n<k>` with the threshold.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from verification.extraction.circuit import MixedCircuit
from verification.extraction.elements import Active, Supply
from verification.simulation.signals import outputs

RISE_S = 1e-9
"""How long a bridge's output takes from one level to the other."""


def number(value: float) -> str:
    """The shortest decimal that reads back as the same double, on every machine."""
    return repr(float(value))


def pin_of(element: Active, name: str) -> str:
    """A pin as the file has it: "U3.7"."""
    return f"{element.unit.refdes}.{element.record.pin_number(name)}"


def node(net: int) -> str:
    """The analog node of a net."""
    return f"n{net}"


@dataclass
class Sheet:
    """A deck in the making.

    Attributes:
        circuit: what is written.
        lines: elements, in order.
        models: `.model` lines by what follows `.model NAME`; each is written once.
        levels: (low, high) volts of each net that a digital output holds.
        holder: who holds each net: a drive, else the first output in the file's order. An output
            that comes too late is left out, as the extraction's list of problems says.
        readers: bridges from analog nodes to digital ones, by (net, threshold).
        spare: how many outputs lead nowhere.
    """

    circuit: MixedCircuit
    lines: list[str] = field(default_factory=list[str])
    models: dict[str, str] = field(default_factory=dict[str, str])
    levels: dict[int, tuple[float, float]] = field(default_factory=dict[int, tuple[float, float]])
    holder: dict[int, str] = field(default_factory=dict[int, str])
    readers: dict[tuple[int, float], str] = field(default_factory=dict[tuple[int, float], str])
    spare: int = 0

    def add(self, line: str) -> None:
        """Write one line."""
        self.lines.append(line)

    def model(self, text: str) -> str:
        """The name of a model with this text."""
        return self.models.setdefault(text, f"m{len(self.models)}")

    def __post_init__(self) -> None:
        for drive in self.circuit.drives:
            self.holder.setdefault(drive.net, "")
        for element in self.circuit.elements:
            for signal in outputs(element):
                self.holder.setdefault(signal.net, signal.pin)

    def holds(self, net: int, pin: str) -> bool:
        """Whether an output pin ("U3.7"), or "" for a drive from outside, holds the net."""
        return self.holder.get(net) == pin

    def drive(self, net: int, source: str) -> None:
        """An ideal source holds a net."""
        self.add(f"v{node(net)} {node(net)} 0 {source}")

    def output(self, net: int, pin: str, supply: Supply) -> str:
        """The digital node for an output on a net; one that leads nowhere if it lost the net.

        An unpowered part's output is at 0 V.
        """
        if self.holds(net, pin) and not supply.powered:
            self.drive(net, "dc 0.0")
        elif self.holds(net, pin):
            self.levels[net] = (supply.low_v, supply.high_v)
            low, high = number(supply.low_v), number(supply.high_v)
            rise = number(RISE_S)
            bridge = self.model(
                f"dac_bridge(out_low={low} out_high={high} out_undef={low}"
                f" t_rise={rise} t_fall={rise})"
            )
            self.add(f"adac{net} [d{net}] [{node(net)}] {bridge}")
            return f"d{net}"
        self.spare += 1
        return f"spare{self.spare}"

    def level(self, net: int, threshold_v: float) -> str:
        """The digital node that tells whether a net is above a threshold."""
        low, high = self.levels.get(net, (0.0, 0.0))
        if low < threshold_v < high:
            return f"d{net}"
        known = self.readers.get((net, threshold_v))
        if known is None:
            known = f"r{len(self.readers)}"
            self.readers[net, threshold_v] = known
            self.add(f"a{known} [{node(net)}] [{known}] {self.threshold(threshold_v, RISE_S)}")
        return known

    def threshold(self, volts: float, delay_s: float) -> str:
        """The model of a bridge that is high above `volts`, `delay_s` later."""
        at, late = number(volts), number(delay_s)
        return self.model(
            f"adc_bridge(in_low={at} in_high={at} rise_delay={late} fall_delay={late})"
        )
