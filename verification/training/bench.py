"""Bench: the board of a netlist, cabled for one task, with its host and an eye on its inside.

```
netlist + cables of the task + cuts -> circuit -> machine -> host   [what learns: pins only]
netlist -> anatomy                                                   [what no host sees: taps, nets]
```
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from designs import Design, Task, channels, edge_name, task_patches
from parts.catalogue import Catalogue
from parts.models import DigipotModel
from verification.anatomy import Anatomy, Edge, Pot, find_anatomy
from verification.checks.interface import design_interface
from verification.errors import UsageError
from verification.extraction.circuit import Patch, mixed_circuit
from verification.extraction.functions import GROUND
from verification.extraction.values import drawn, ideal
from verification.reading.netlist import Netlist
from verification.simulation.machine import Machine
from verification.simulation.partition import partition
from verification.simulation.tables import State
from verification.training.damage import series_jumpers
from verification.training.host import Host
from verification.training.recording import Trace
from verification.training.tasks.protocol import Bools, Floats, Ints


def task_cables(design: Design, task: Task) -> tuple[Patch, ...]:
    """What is plugged in for a task, as pairs of connector functions.

    A two-wire cable from each channel in use to its node, and a shunt to ground on each target
    channel that is not, whose input would float. Nothing where copper joins channels and nodes.
    """
    if design.board.patching == "fixed":
        return ()
    patches = task_patches(design, task)
    used = {patch.channel for patch in patches}
    cables = [
        (f"{patch.channel}.{side}", f"N{patch.node}.{side}")
        for patch in patches
        for side in ("FREE", "CLAMPED")
    ]
    idle = [name for name in channels(design).targets if name not in used]
    return (*cables, *((f"{name}.FREE", GROUND) for name in idle))


@dataclass(frozen=True)
class Workshop:
    """Everything about one task on one netlist that does not depend on a seed.

    Attributes:
        netlist: the file.
        design: what it should be.
        task: one of the design's.
        catalogue: the part records.
    """

    netlist: Netlist
    design: Design
    task: Task
    catalogue: Catalogue

    @cached_property
    def anatomy(self) -> Anatomy:
        """Raises UsageError where the netlist does not hold the design's learning network."""
        return find_anatomy(self.netlist, self.design, self.catalogue)

    @cached_property
    def supplies(self) -> dict[str, float]:
        """Volts by supply function."""
        return design_interface(self.design).supplies

    @cached_property
    def intact(self) -> Machine:
        """The board with nominal values and nothing cut."""
        return self._machine(())

    @cached_property
    def channels(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The source and the target channels of the task, in its order."""
        names = [patch.channel for patch in task_patches(self.design, self.task)]
        count = len(self.task.sources)
        return tuple(names[:count]), tuple(names[count:])

    def jumpers_of(self, cut: Collection[Edge]) -> tuple[str, ...]:
        """The jumpers to open so that these edges are cut.

        Raises:
            UsageError: an edge has a digipot without a jumper in series.
        """
        anatomy = self.anatomy
        found = series_jumpers(self.netlist, self.catalogue, self.supplies)
        chosen: list[str] = []
        for edge, *twins in zip(
            anatomy.edges, anatomy.free_pots, anatomy.clamped_pots, strict=True
        ):
            for pot in twins if edge in cut else ():
                if not found[pot]:
                    raise UsageError(
                        f"edge {edge_name(edge)} cannot be cut: no jumper is in series with "
                        f"terminals {pot.terminal} or B of {pot.refdes}"
                    )
                chosen += found[pot]
        return tuple(dict.fromkeys(chosen))

    def machine(self, seed: int | None, jumpers: tuple[str, ...] = ()) -> Machine:
        """A board: drawn from a seed, or ideal for None; with these jumpers open."""
        base = self._machine(jumpers) if jumpers else self.intact
        return base if seed is None else base.with_values(drawn(base.circuit, seed))

    def _machine(self, jumpers: tuple[str, ...]) -> Machine:
        circuit = mixed_circuit(
            self.netlist,
            self.catalogue,
            supplies=self.supplies,
            patches=task_cables(self.design, self.task),
            cuts=jumpers,
        )
        return Machine(partition(circuit), ideal(circuit))


class Bench:
    """A board under power, patched for a task: `verification.training.recording.Traceable`.

    Args:
        workshop: the task and its netlist.
        machine: one of the workshop's.
        cut: edges whose jumpers are open in the machine.
        state: a state of the machine to go on from; None for power-on.
    """

    def __init__(
        self,
        workshop: Workshop,
        machine: Machine,
        cut: Collection[Edge] = (),
        state: State | None = None,
    ) -> None:
        self._workshop = workshop
        self._machine = machine
        self._cut = frozenset(cut)
        sources, targets = workshop.channels
        self.host = Host(
            machine,
            sources=sources,
            targets=targets,
            chain=len(self.edges),
            state=state,
        )

    @classmethod
    def power_on(
        cls,
        workshop: Workshop,
        machine: Machine,
        cut: Collection[Edge] = (),
        codes: Ints | None = None,
    ) -> Bench:
        """A board that wakes up, with its digipots at `codes` or where they wake up by themselves.

        An adjustable nudge is turned to the task's eta; a fixed one already has it.
        """
        board = cls(workshop, machine, cut, None if codes is None else machine.start(codes))
        design = workshop.design
        if design.electronics.nudge == "adjustable":
            pot = workshop.catalogue.part(design.electronics.digipot).units(DigipotModel)[0]
            code = round(design.eta(workshop.task) * pot.divisor)
            board.host.set_eta(pot, min(max(code, pot.code_min), pot.code_max))
        return board

    def fork(self) -> Bench:
        """An independent copy of the board as it stands."""
        return Bench(self._workshop, self._machine, self._cut, self.host.fork())

    @property
    def edges(self) -> tuple[Edge, ...]:
        """The design's edges, in whose order the enable chain runs."""
        return self._workshop.design.graph.edges

    @property
    def nodes(self) -> tuple[str, ...]:
        """The design's nodes."""
        return self._workshop.design.graph.nodes

    @property
    def tap_range(self) -> tuple[int, int]:
        """The least and the greatest tap that all of the edges' digipots have."""
        models = [self._machine.circuit.digipots[k].model for k in self._pots.ravel()]
        return max(m.code_min for m in models), min(m.code_max for m in models)

    def set_taps(self, taps: Ints) -> None:
        """Puts both digipots of each edge on a tap: [E]."""
        codes = self.host.codes
        codes[self._pots] = taps
        self.host.set_codes(codes)

    def respond(self, inputs: Floats) -> Floats:
        """The targets' voltages [T, K] that a copy of the board would show."""
        return self.host.respond(inputs)

    def observe(self, inputs: Floats) -> Floats:
        """The targets' voltages [T, K], as the host reads them."""
        return self.host.observe(inputs).outputs_v

    def train(self, inputs: Floats, desired: Floats, mask: Bools | None) -> Floats:
        """Learning steps; the targets' voltages [T, K] before each."""
        return self.host.train(inputs, desired, mask).outputs_v

    def trace(self, inputs: Floats, desired: Floats, mask: Bools | None) -> Trace:
        """Learning steps, with everything that the simulated board shows."""
        before = self.host.codes[None, :]
        seen = self.host.train(inputs, desired, mask, watch=self._nets, record_codes=True)
        codes = np.concatenate((before, seen.codes))[: len(inputs)]
        return self._shown(seen.outputs_v, seen.net_v, codes)

    def show(self, inputs: Floats, desired: Floats) -> Trace:
        """What a copy of the board shows for a sample, [S] and [K], without a step: one row."""
        host = self.fork().host
        sources, targets = self._workshop.channels
        host.set_pins(dict(zip(sources, inputs.tolist(), strict=True)))
        wanted = (f"{target}.DESIRED" for target in targets)
        host.set_pins(dict(zip(wanted, desired.tolist(), strict=True)))
        outputs = np.array([[host.read(f"{target}.OUT") for target in targets]])
        return self._shown(outputs, host.node_v[None, self._nets], host.codes[None, :])

    def _shown(self, outputs: Floats, net_v: Floats, codes: Ints) -> Trace:
        """A trace from outputs [T, K], the volts of `_nets` and the codes of all digipots."""
        free, clamped = self._pots
        count = len(self.nodes)
        return Trace(
            outputs,
            net_v[:, :count],
            net_v[:, count:],
            codes[:, free],
            codes[:, clamped],
            self._ohm(codes, free),
            self._ohm(codes, clamped),
        )

    @cached_property
    def _pots(self) -> Ints:
        """[2, E] positions of the edges' digipots, free and clamped, among the circuit's."""
        anatomy, circuit = self._workshop.anatomy, self._machine.circuit
        place = {Pot(pot.unit.refdes, pot.model.w): k for k, pot in enumerate(circuit.digipots)}
        return np.array(
            [[place[p] for p in pots] for pots in (anatomy.free_pots, anatomy.clamped_pots)]
        )

    @cached_property
    def _nets(self) -> tuple[int, ...]:
        """The nets of the free, then of the clamped nodes."""
        anatomy, circuit = self._workshop.anatomy, self._machine.circuit
        return tuple(circuit.net_named(n) for n in (*anatomy.free_nets, *anatomy.clamped_nets))

    def _ohm(self, codes: Ints, pots: Ints) -> Floats:
        """[T, E] resistances from the codes of all digipots."""
        values = self._machine.values
        ohm = codes[:, pots] * values.digipot_step_ohm[pots] + values.digipot_wiper_ohm[pots]
        ohm[:, [edge in self._cut for edge in self.edges]] = np.inf
        return ohm
