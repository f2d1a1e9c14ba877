"""What the witness says: two lists of voltages, two trajectories of taps, and where they differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

SCHEMA_VERSION = 1
TOLERANCE_V = 1e-6
RELATIVE_TOLERANCE = 1e-6
RESOLUTION_V = 1e-6
"""Below this margin a comparator's decision is taken as open: rounding may turn it either way.

It is the absolute tolerance of the operating point, and a thousandth of the offset that the best
comparator of the catalogue has.
"""

Reading = Literal["agrees", "differs", "undecided", "loop", "floats"]


@dataclass(frozen=True, slots=True)
class NetVoltage:
    """One net at rest.

    Attributes:
        net: its name.
        ngspice_v, ours_v: what either found.
        reading: `undecided` where it differs and hangs on a comparator whose margin is within its
            hysteresis and the resolution; `loop` where it differs and signals run in a loop, so
            that more than one state at rest may hold; `floats` where nothing holds the net.
    """

    net: str
    ngspice_v: float
    ours_v: float
    reading: Reading

    @property
    def difference_v(self) -> float:
        """What ngspice found minus ours."""
        return self.ngspice_v - self.ours_v


@dataclass(frozen=True, slots=True)
class TapDifference:
    """A digipot that stepped differently, both boards having stood on the same taps.

    Attributes:
        cycle: clock cycle, from 1.
        pot, refdes: the channel and its component.
        before, ngspice, ours: its tap before the step, and after it on either side.
        comparator: of those that steer it, the one nearest to its trip point; "" for none.
        margin_v: how far, in ngspice: in_p - in_n + offset, hysteresis included; nan for none.
    """

    cycle: int
    pot: str
    refdes: str
    before: int
    ngspice: int
    ours: int
    comparator: str
    margin_v: float

    @property
    def open(self) -> bool:
        """Whether the margin lies below the resolution, so that both are right."""
        return bool(abs(self.margin_v) < RESOLUTION_V)


@dataclass(frozen=True, eq=False)
class TapRun:
    """A learning run.

    Attributes:
        cycles: clock cycles.
        pots: names of all digipot channels.
        ngspice: taps before the first and after every cycle, shape (cycles + 1, pots).
        ours: the same of our machine; after a difference it goes on from ngspice's taps.
        differences: in order.
        least_margin_v: the smallest margin of any comparator that steers a digipot, all cycles.
    """

    cycles: int
    pots: tuple[str, ...]
    ngspice: NDArray[np.int64]
    ours: NDArray[np.int64]
    differences: tuple[TapDifference, ...]
    least_margin_v: float


@dataclass(frozen=True, slots=True)
class GainEffect:
    """What the records' finite open-loop gain does to the board at rest: the net it moves most."""

    net: str
    change_v: float


@dataclass(frozen=True, eq=False)
class Witness:
    """What ngspice and our simulation say about one board.

    Attributes:
        design, netlist, task: what was simulated.
        seed: of the drawn board, None for the ideal one.
        start: where the taps started, in words.
        nets: every net that joins two pins or more, in the circuit's order.
        single_pins: how many pins are on no net, which nothing can be compared at.
        gain: effect of the finite open-loop gain, None where no voltage moves.
        run: of learning, None where it was not asked for.
        decks: the decks and their tables, text by file name.
    """

    design: str
    netlist: str
    task: str
    seed: int | None
    start: str
    nets: tuple[NetVoltage, ...]
    single_pins: int
    gain: GainEffect | None
    run: TapRun | None
    decks: dict[str, str]

    @property
    def worst(self) -> NetVoltage | None:
        """The net that differs most of those that must agree."""
        judged = [net for net in self.nets if net.reading in ("agrees", "differs")]
        return max(judged, key=lambda net: abs(net.difference_v), default=None)

    @property
    def faults(self) -> int:
        """Nets and steps that differ without an excuse."""
        steps = self.run.differences if self.run else ()
        wrong = sum(net.reading == "differs" for net in self.nets)
        return wrong + sum(not each.open for each in steps)

    @property
    def verdict(self) -> str:
        """`pass` or `fail`; nothing compared is a failure."""
        return "pass" if self.nets and not self.faults else "fail"

    def to_json(self) -> dict[str, Any]:
        """The report, without the tables that have files of their own."""
        worst = self.worst
        count = {
            reading: sum(net.reading == reading for net in self.nets)
            for reading in ("agrees", "differs", "undecided", "loop", "floats")
        }
        return {
            "schema_version": SCHEMA_VERSION,
            "verdict": self.verdict,
            "design": self.design,
            "netlist": self.netlist,
            "task": self.task,
            "seed": self.seed,
            "start": self.start,
            "operating_point": {
                "tolerance_v": TOLERANCE_V,
                "relative_tolerance": RELATIVE_TOLERANCE,
                "nets": len(self.nets),
                **count,
                "single_pins": self.single_pins,
                "largest_difference_v": abs(worst.difference_v) if worst else None,
                "largest_difference_net": worst.net if worst else None,
                "finite_gain_change_v": self.gain.change_v if self.gain else 0.0,
                "finite_gain_net": self.gain.net if self.gain else None,
                "items": [_net_json(net) for net in self.nets if net.reading != "agrees"],
            },
            "learning": _run_json(self.run) if self.run else None,
        }


def _net_json(net: NetVoltage) -> dict[str, Any]:
    return {
        "net": net.net,
        "ngspice_v": net.ngspice_v,
        "ours_v": net.ours_v,
        "reading": net.reading,
    }


def _run_json(run: TapRun) -> dict[str, Any]:
    return {
        "resolution_v": RESOLUTION_V,
        "cycles": run.cycles,
        "digipots": len(run.pots),
        "differences": len(run.differences),
        "open_differences": sum(each.open for each in run.differences),
        "least_margin_v": run.least_margin_v,
        "items": [
            {
                "cycle": each.cycle,
                "refdes": each.refdes,
                "pot": each.pot,
                "before": each.before,
                "ngspice": each.ngspice,
                "ours": each.ours,
                "comparator": each.comparator,
                "margin_v": each.margin_v if each.comparator else None,
                "below_resolution": each.open,
            }
            for each in run.differences
        ],
    }
