"""Our side of the comparison: the same board, at rest and learning, on our own machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from designs import Design
from parts.models import DigipotModel
from verification.errors import UsageError
from verification.simulation.currents import find_currents
from verification.simulation.machine import Machine
from verification.simulation.tables import State
from verification.spice.hostlines import EtaSetting
from verification.training.bench import Bench, Workshop
from verification.training.host import Host
from verification.training.tasks.protocol import Chance, Purpose, random_taps

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Bools = NDArray[np.bool_]


def start_codes(workshop: Workshop, machine: Machine, seed: int) -> tuple[Integers, str]:
    """Codes of all digipots before learning, as `learn` draws them, and what they are in words.

    A board that does not hold the design's learning network starts where its digipots wake up.
    """
    if workshop.task.start != "random":
        return machine.power_on_codes, "power-on taps"
    bench = Bench(workshop, machine)
    try:
        taps = random_taps(Chance(seed).stream(Purpose.START), bench.tap_range, len(bench.edges))
    except UsageError:
        return (
            machine.power_on_codes,
            "power-on taps, since the netlist does not hold the design's learning network",
        )
    bench.set_taps(taps)
    return bench.host.codes, f"taps drawn from seed {seed}"


def eta_setting(workshop: Workshop) -> EtaSetting | None:
    """What the host turns an adjustable nudge to for the task; None where copper fixes it."""
    design = workshop.design
    if design.electronics.nudge != "adjustable":
        return None
    pot = workshop.catalogue.part(design.electronics.digipot).units(DigipotModel)[0]
    code = round(design.eta(workshop.task) * pot.divisor)
    return EtaSetting(pot, min(max(code, pot.code_min), pot.code_max))


def powered(machine: Machine, codes: Integers, pins: Mapping[str, float]) -> State:
    """The board after power-on with the digipots at `codes` and these host pins set."""
    state = machine.start(codes)
    nets = [
        (net, volts)
        for function, volts in pins.items()
        if machine.settable(net := machine.circuit.function_net(function))
    ]
    row = np.array([[volts for _, volts in nets]]).reshape(1, -1)
    machine.run(state, [net for net, _ in nets], row)
    return state


def resting_v(machine: Machine, codes: Integers, pins: Mapping[str, float]) -> Floats:
    """Volts of every net of the board at rest, lamps included."""
    state = powered(machine, codes, pins)
    return find_currents(machine.cut, machine.values, state.net_v, codes).net_v


@dataclass(frozen=True, eq=False)
class Step:
    """One learning step of our machine.

    Attributes:
        margin_v: of every comparator just before LATCH: in_p - in_n + offset.
        codes: of every digipot after it.
    """

    margin_v: Floats
    codes: Integers


class Learner:
    """Our machine with its host, learning one sample step by step.

    Args:
        workshop: the task and its netlist.
        machine: the board.
        state: the board as `powered` left it; the host then enables all edges and sets the nudge.
        sample: volts of the sources and the desired volts of the targets, in the task's order.
    """

    def __init__(
        self,
        workshop: Workshop,
        machine: Machine,
        state: State,
        sample: tuple[Floats, Floats],
    ) -> None:
        sources, targets = workshop.channels
        self._machine = machine
        self._sources, self._desired = (row[None, :] for row in sample)
        self._host = Host(
            machine,
            sources=sources,
            targets=targets,
            chain=chain_length(workshop.design),
            state=state,
        )
        eta = eta_setting(workshop)
        if eta is not None:
            self._host.set_eta(eta.pot, eta.code)
        comparators = machine.circuit.comparators
        self._watch = (
            *(element.in_p for element in comparators),
            *(element.in_n for element in comparators),
        )

    @property
    def codes(self) -> Integers:
        """Where the digipots stand."""
        return self._host.codes

    def set_codes(self, codes: Integers) -> None:
        """Put every digipot on a code."""
        self._host.set_codes(codes)

    def step(self, held: Sequence[bool]) -> Step:
        """One step; `held` are the edges that may not move, () where all may."""
        mask = ~np.asarray([held], dtype=np.bool_) if held else None
        seen = self._host.train(
            self._sources, self._desired, mask, watch=self._watch, record_codes=True
        )
        count = len(self._watch) // 2
        margin = seen.net_v[0, :count] - seen.net_v[0, count:]
        return Step(margin + self._machine.values.comparator_offset_v, seen.codes[0])


def chain_length(design: Design) -> int:
    """Bits of the enable chain: one an edge."""
    return len(design.graph.edges)
