"""Fleet: many drawn boards that learn an allostery task side by side, as lanes of one loop.

In an allostery task the host does the same on every board, whatever it answers: boards need not be
trained one by one. Each goes through what `learn_board` does with it alone.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from designs.tasks import AllosteryTask
from verification.anatomy import Pot
from verification.extraction.values import Values
from verification.simulation.lowered.boards import LoweredBoards
from verification.simulation.lowered.circuit import LoweredCircuit
from verification.simulation.lowered.fill import fill_in_lowered
from verification.training.bench import Workshop
from verification.training.tasks.allostery import AllosteryLesson
from verification.training.tasks.lessons import make_lesson
from verification.training.tasks.protocol import Chance, Ints, Purpose, random_taps

FLEET = 8
"""Boards side by side: their lanes fill two or four of a processor's vectors."""


class Fleet:
    """A task that many boards can learn side by side.

    Args:
        workshop: the task and its netlist.
        circuit: its circuit, lowered.
        lesson: what is taught.
    """

    def __init__(
        self, workshop: Workshop, circuit: LoweredCircuit, lesson: AllosteryLesson
    ) -> None:
        self._workshop, self._circuit, self._lesson = workshop, circuit, lesson
        machine = workshop.intact.circuit
        sources, targets = workshop.channels
        functions = (*sources, *(f"{target}.DESIRED" for target in targets))
        self._set = [machine.function_net(name) for name in functions]
        self._outputs = tuple(machine.function_net(f"{target}.OUT") for target in targets)

    @classmethod
    def of(cls, workshop: Workshop, steps: int | None) -> Fleet | None:
        """None where boards have to be trained one by one.

        That is for tasks in which the host reacts, masks that differ from board to board, nudges
        that the host sets, and circuits that are not lowered or do not show their outputs.
        """
        task = workshop.task
        if not isinstance(task, AllosteryTask):
            return None
        lesson = make_lesson(workshop.design, task, 0, steps)
        masked = task.protocol.update_probability != (1.0, 1.0)
        circuit = workshop.intact.lowered
        adjustable = workshop.design.electronics.nudge == "adjustable"
        if masked or adjustable or circuit is None or not isinstance(lesson, AllosteryLesson):
            return None
        fleet = cls(workshop, circuit, lesson)
        able = circuit.settable.issuperset(fleet._set) and circuit.sights.shows(fleet._outputs)
        return fleet if able else None

    def train(self, boards: Sequence[Values], seeds: Sequence[int]) -> tuple[float, ...]:
        """The task's metric for each board, started from the taps that its seed draws."""
        machine, lowered = self._workshop.intact, self._circuit.lowered
        rest = machine.power_on_codes
        filled = [fill_in_lowered(lowered, machine.cut, values, rest) for values in boards]
        used = np.where(lowered.pot >= 0, lowered.pot, 0)
        fleet = LoweredBoards(self._circuit, filled, np.stack([rest[used]] * len(boards)))
        idle, nobody = np.zeros((1, len(lowered.pins))), np.zeros(0, dtype=np.int64)
        begin = np.zeros(1, dtype=np.uint32)
        fleet.run(begin, idle, clocked=False, watch=nobody)
        if self._workshop.task.start == "random":
            fleet.set_codes(np.stack([self._taps(seed)[used] for seed in seeds]))
            fleet.run(begin, idle, clocked=False, watch=nobody)
        pins = idle.copy()
        columns = [lowered.pins.index(net) for net in self._set]
        pins[0, columns] = (*self._lesson.sources, *self._lesson.desired)
        row_of = np.zeros(self._lesson.steps, dtype=np.uint32)
        watcher = self._circuit.watcher(self._outputs)
        seen = fleet.run(row_of, pins, clocked=True, watch=watcher.nodes)
        volts = (
            watcher.on(values).volts(seen.node_v[:, k], seen.columns[:, k], row_of)
            for k, values in enumerate(filled)
        )
        return tuple(self._lesson.error_of(outputs) for outputs in volts)

    def _taps(self, seed: int) -> Ints:
        """Codes of all digipots at the start."""
        machine, anatomy = self._workshop.intact, self._workshop.anatomy
        place = {
            Pot(pot.unit.refdes, pot.model.w): k for k, pot in enumerate(machine.circuit.digipots)
        }
        pots = [[place[p] for p in twin] for twin in (anatomy.free_pots, anatomy.clamped_pots)]
        models = [machine.circuit.digipots[k].model for twin in pots for k in twin]
        ends = max(m.code_min for m in models), min(m.code_max for m in models)
        codes = machine.power_on_codes.copy()
        stream = Chance(seed).stream(Purpose.START)
        codes[np.asarray(pots)] = random_taps(stream, ends, len(pots[0]))
        return codes
