"""Learning: a task trained on the board of a netlist, through its connector pins.

```
netlist, design, task -> Workshop (circuit, machine; once)        seed -> Lesson (samples)
                              +-> Bench (drawn or ideal board) --train--> LearnResult
```
"""

from __future__ import annotations

from collections.abc import Sequence

from designs import Design, edge_name
from parts.catalogue import load_catalogue
from verification.anatomy import Edge
from verification.errors import UsageError
from verification.reading.netlist import Netlist
from verification.simulation.machine import Machine
from verification.training.bench import Bench, Workshop
from verification.training.damage import Damage, choose_cuts
from verification.training.recording import Heading, Recorder
from verification.training.result import Curve, DamageOutcome, LearnResult, Mode
from verification.training.tasks.alone import judge, teach
from verification.training.tasks.lessons import make_lesson
from verification.training.tasks.protocol import (
    Chance,
    Lesson,
    Progress,
    Purpose,
    Run,
    Trainable,
    random_taps,
)


def no_progress(done: int, total: int) -> None:
    """Tells nobody."""
    del done, total


def learn(
    netlist: Netlist,
    design: Design,
    task: str,
    seed: int,
    *,
    ideal: bool = False,
    steps: int | None = None,
    update_probability: float | None = None,
    damage: Damage | None = None,
    recorder: Recorder | None = None,
    progress: Progress = no_progress,
) -> LearnResult:
    """Trains one task once.

    Args:
        netlist: the board.
        design: what it should be; its tables say how to train.
        task: the name of one of the design's tasks.
        seed: draws the board, the start taps, the samples, their order and the enabled edges.
        ideal: nominal component values instead of a drawn board.
        steps: learning steps, instead of the task's own number.
        update_probability: constant probability of an edge's update, instead of the task's own.
        damage: edges to cut, and when.
        recorder: takes everything the board shows while it learns.
        progress: told from time to time; retraining counts as more steps.

    Raises:
        DesignError: no such task.
        UsageError: a setting out of range, a board without the pins that training needs, a netlist
            that is not the design's where its inside is asked for, damage that cannot be done.
    """
    workshop = Workshop(netlist, design, design.task(task), load_catalogue())
    lesson = _lesson(workshop, seed, steps, update_probability)
    return _Training(workshop, lesson, seed, ideal, recorder, progress).carry_out(damage)


def learn_many(
    netlist: Netlist,
    design: Design,
    task: str,
    seeds: Sequence[int],
    *,
    ideal: bool = False,
    steps: int | None = None,
    update_probability: float | None = None,
    progress: Progress = no_progress,
) -> tuple[LearnResult, ...]:
    """Trains one task once for each seed, in order; the circuit is compiled once.

    Arguments and errors are those of `learn`.
    """
    workshop = Workshop(netlist, design, design.task(task), load_catalogue())
    results: list[LearnResult] = []
    for position, seed in enumerate(seeds):
        lesson = _lesson(workshop, seed, steps, update_probability)
        shifted = _shifted(progress, position * lesson.work, len(seeds) * lesson.work)
        training = _Training(workshop, lesson, seed, ideal, None, shifted)
        results.append(training.carry_out(None))
    return tuple(results)


def learn_board(
    workshop: Workshop, machine: Machine, seed: int, steps: int | None = None
) -> LearnResult:
    """Trains the workshop's task on a board that the caller has drawn.

    Args:
        workshop: the task and its netlist.
        machine: its circuit with the board's values (`workshop.intact.with_values`).
        seed: of start taps, samples, their order and the enabled edges.
        steps: learning steps, instead of the task's own number.

    Raises:
        UsageError: as `learn`.
    """
    lesson = _lesson(workshop, seed, steps, None)
    return _Training(workshop, lesson, seed, False, None, no_progress, machine).carry_out(None)


def _lesson(
    workshop: Workshop, seed: int, steps: int | None, update_probability: float | None
) -> Lesson:
    if seed < 0:
        raise UsageError(f"a seed is a whole number from 0 on; given {seed}")
    if steps is not None and steps < 1:
        raise UsageError(f"at least one learning step is needed; given {steps}")
    if update_probability is not None and not 0 < update_probability <= 1:
        raise UsageError(
            f"an update probability is above 0 and at most 1; given {update_probability:g}"
        )
    return make_lesson(workshop.design, workshop.task, seed, steps, update_probability)


def _shifted(progress: Progress, begin: int, total: int) -> Progress:
    """Progress of a part of a longer work."""
    return lambda done, _: progress(begin + done, total)


class _Training:
    """One task, one seed: from power-on to the result."""

    def __init__(
        self,
        workshop: Workshop,
        lesson: Lesson,
        seed: int,
        ideal: bool,
        recorder: Recorder | None,
        progress: Progress,
        machine: Machine | None = None,
    ) -> None:
        self._workshop = workshop
        self._given = machine
        self._lesson = lesson
        self._seed = seed
        self._mode: Mode = "ideal" if ideal else "drawn"
        self._recorder = recorder
        self._progress = progress

    def carry_out(self, damage: Damage | None) -> LearnResult:
        """Train; with damage, cut before it, or after it and train again."""
        cut = self._cuts(damage)
        board = Bench.power_on(self._workshop, self._machine(()))
        self._start(board)
        initial = judge(self._lesson, board)
        runs: list[Run] = []
        outcome, ties = None, 0
        trainings = 2 if damage is not None and damage.when == "after" else 1
        if trainings == 2:
            runs.append(self._run(board, 0, trainings))
        if damage is not None:
            intact = runs[0].value if runs else initial
            jumpers = self._workshop.jumpers_of(cut)
            ties = board.host.within_rounding
            board = Bench.power_on(self._workshop, self._machine(jumpers), cut, board.host.codes)
            outcome = DamageOutcome(
                tuple(edge_name(edge) for edge in cut),
                jumpers,
                damage.when,
                sum(run.length for run in runs),
                intact,
                judge(self._lesson, board),
            )
        runs.append(self._run(board, len(runs), trainings))
        return self._result(initial, runs, ties + board.host.within_rounding, outcome)

    def _cuts(self, damage: Damage | None) -> tuple[Edge, ...]:
        if damage is None:
            return ()
        task = self._workshop.task
        return choose_cuts(
            damage,
            self._workshop.design.graph.edges,
            tuple(task.sources),
            task.target_nodes,
            Chance(self._seed).stream(Purpose.CUT),
        )

    def _machine(self, jumpers: tuple[str, ...]) -> Machine:
        if self._given is not None:
            return self._given
        return self._workshop.machine(None if self._mode == "ideal" else self._seed, jumpers)

    def _start(self, board: Bench) -> None:
        """Random taps, or where the digipots wake up."""
        if self._workshop.task.start == "random":
            stream = Chance(self._seed).stream(Purpose.START)
            board.set_taps(random_taps(stream, board.tap_range, len(board.edges)))

    def _run(self, board: Bench, phase: int, phases: int) -> Run:
        work = self._lesson.work
        watched: Trainable = board if self._recorder is None else self._recorder.watch(board)
        progress = _shifted(self._progress, phase * work, phases * work)
        return teach(self._lesson, watched, Chance(self._seed, phase), progress)

    def _result(
        self, initial: float, runs: Sequence[Run], ties: int, damage: DamageOutcome | None
    ) -> LearnResult:
        task = self._workshop.task
        return LearnResult(
            design=self._workshop.design.name,
            task=task.name,
            kind=task.kind,
            seed=self._seed,
            mode=self._mode,
            metric=self._lesson.metric,
            initial=initial,
            value=runs[-1].value,
            steps=sum(run.taken for run in runs),
            rehearsed=sum(run.rehearsed for run in runs),
            curve=_joined(runs),
            within_rounding=ties,
            damage=damage,
        )


def _joined(runs: Sequence[Run]) -> Curve:
    """The curves of trainings, one after the other."""
    steps: list[int] = []
    epochs: list[float] = []
    errors: list[float] = []
    step, epoch = 0, 0.0
    for run in runs:
        steps += [step + more for more in run.steps]
        epochs += [epoch + more for more in run.epochs]
        errors += run.errors
        step += run.length
        epoch += run.length * (run.epochs[-1] / run.steps[-1] if run.steps[-1] else 1.0)
    return Curve(tuple(steps), tuple(epochs), tuple(errors))


def heading(result: LearnResult, design: Design) -> Heading:
    """The heading of a recording of a result."""
    task = design.task(result.task)
    return Heading(
        design.name,
        result.task,
        result.kind,
        result.seed,
        result.mode,
        tuple(task.sources),
        task.target_nodes,
    )
