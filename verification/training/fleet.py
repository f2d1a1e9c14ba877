"""Fleet: many drawn boards that learn a task side by side, as lanes of one loop.

Each goes through what `learn_board` does with it alone, with the same codes after every step. Its
metric is the same to the last digit where one board is solved as many are (`solve.choice`), and
trained in runs of the eight steps and more from which on `Machine` does not interpret it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from verification.anatomy import Pot
from verification.extraction.values import Values
from verification.simulation.lowered.circuit import LoweredCircuit
from verification.simulation.lowered.fill import fill_in_lowered
from verification.simulation.solve.crowd import WIDE, crowd_of
from verification.training.bench import Workshop
from verification.training.rendezvous import meet
from verification.training.squad import Ports, Squad
from verification.training.tasks.lessons import make_lesson
from verification.training.tasks.protocol import Chance, Ints, Purpose, random_taps

FLEET = WIDE
"""The most boards side by side."""


class Fleet:
    """A task that many boards can learn side by side.

    Args:
        workshop: the task and its netlist.
        circuit: its circuit, lowered.
        ports: where its host is connected.
        steps: learning steps, instead of the task's own number.
        width: boards side by side, at most FLEET.
    """

    def __init__(
        self,
        workshop: Workshop,
        circuit: LoweredCircuit,
        ports: Ports,
        steps: int | None,
        width: int,
    ) -> None:
        self._workshop, self._circuit, self._ports = workshop, circuit, ports
        self._steps, self._width = steps, width

    @classmethod
    def of(cls, workshop: Workshop, steps: int | None) -> Fleet | None:
        """None where boards have to be trained one by one.

        That is for nudges that the host sets, and circuits that are not lowered, do not show their
        outputs, need a mask and have no place for it, or are so large that one board is solved
        sooner by another method (`solve.crowd`).
        """
        circuit = workshop.intact.lowered
        if circuit is None or workshop.design.electronics.nudge == "adjustable":
            return None
        ports = _ports(workshop)
        able = circuit.settable.issuperset((*ports.sources, *ports.desired))
        masked = workshop.task.protocol.update_probability != (1.0, 1.0)
        maskable = not masked or len(circuit.lowered.chain) == len(ports.edges)
        if not (able and maskable and circuit.sights.shows(ports.outputs)):
            return None
        width = crowd_of(circuit.lowered.twins)
        return None if width == 1 else cls(workshop, circuit, ports, steps, width)

    def train(self, boards: Sequence[Values], seeds: Sequence[int]) -> tuple[float, ...]:
        """The task's metric for each board, started from its seed's taps."""
        values = dict[int, float]()
        for alike in _alike(boards):
            for begin in range(0, len(alike), self._width):
                squad = alike[begin : begin + self._width]
                found = self._train([boards[k] for k in squad], [seeds[k] for k in squad])
                values |= zip(squad, found, strict=True)
        return tuple(values[k] for k in range(len(boards)))

    def _train(self, boards: Sequence[Values], seeds: Sequence[int]) -> list[float]:
        """The metric of each of at most `width` boards that are alike."""
        design, task = self._workshop.design, self._workshop.task
        squad = self.squad(boards, seeds)
        lessons = [make_lesson(design, task, seed, self._steps, curve=False) for seed in seeds]
        runs = meet(
            [
                lesson.run(lane, Chance(seed), _no_progress)
                for lesson, lane, seed in zip(lessons, squad.lanes, seeds, strict=True)
            ],
            squad.answer,
        )
        return [run.value for run in runs]

    def squad(self, boards: Sequence[Values], seeds: Sequence[int]) -> Squad:
        """At most `width` boards that are alike, powered on, with their seeds' taps."""
        lowered, machine = self._circuit.lowered, self._workshop.intact
        rest = machine.power_on_codes
        values = [fill_in_lowered(lowered, machine.cut, board, rest) for board in boards]
        used = np.where(lowered.pot >= 0, lowered.pot, 0)
        squad = Squad(self._circuit, self._ports, values, rest[used], self._width)
        if self._workshop.task.start == "random":
            squad.start([self._taps(seed)[used] for seed in seeds])
        return squad

    def _taps(self, seed: int) -> Ints:
        """Codes of all digipots at the start."""
        machine, pots = self._workshop.intact, self._pots
        codes = machine.power_on_codes.copy()
        models = [machine.circuit.digipots[k].model for k in pots.ravel()]
        ends = max(m.code_min for m in models), min(m.code_max for m in models)
        codes[pots] = random_taps(Chance(seed).stream(Purpose.START), ends, pots.shape[1])
        return codes

    @cached_property
    def _pots(self) -> Ints:
        """[2, E] positions of the edges' digipots, free and clamped, among the circuit's."""
        anatomy, circuit = self._workshop.anatomy, self._workshop.intact.circuit
        place = {Pot(pot.unit.refdes, pot.model.w): k for k, pot in enumerate(circuit.digipots)}
        twins = (anatomy.free_pots, anatomy.clamped_pots)
        return np.array([[place[pot] for pot in pots] for pots in twins])


def _alike(boards: Sequence[Values]) -> list[list[int]]:
    """Which boards have the same hysteresis and swing, which the lanes of a loop share."""
    found = dict[tuple[bytes, bytes], list[int]]()
    for k, board in enumerate(boards):
        key = board.comparator_hysteresis_v.tobytes(), board.amplifier_swing_v.tobytes()
        found.setdefault(key, []).append(k)
    return list(found.values())


def _ports(workshop: Workshop) -> Ports:
    """Where the host of a workshop's task is connected."""
    circuit = workshop.intact.circuit
    sources, targets = workshop.channels
    return Ports(
        workshop.design.graph.edges,
        tuple(circuit.function_net(name) for name in sources),
        tuple(circuit.function_net(f"{target}.DESIRED") for target in targets),
        tuple(circuit.function_net(f"{target}.OUT") for target in targets),
    )


def _no_progress(done: int, total: int) -> None:
    """Tells nobody."""
    del done, total
