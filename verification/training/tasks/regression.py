"""Linear regression: each target's desired voltage is a linear function of the inputs."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from designs.schema import Design
from designs.tasks import RegressionTask
from verification.training.tasks.protocol import (
    Ask,
    Chance,
    Floats,
    Ints,
    Learner,
    Progress,
    Purpose,
    Run,
    UpdateSchedule,
)
from verification.training.tasks.sampled import epoch_orders, follow


@dataclass(frozen=True)
class Points:
    """Samples of a linear function: source voltages [N, S], desired voltages [N, K]."""

    inputs: Floats
    desired: Floats


@dataclass(frozen=True)
class LinearFunction:
    """What the board has to learn, and where its inputs come from.

    Attributes:
        coefficients: [K, I] of each target and input.
        low, high: volts between which inputs are drawn.
        inputs: [S] the input at each source, or -1 where it is held at `constants`.
        constants: [S] volts.
    """

    coefficients: Floats
    low: float
    high: float
    inputs: Ints
    constants: Floats

    @classmethod
    def of(cls, design: Design, task: RegressionTask) -> LinearFunction:
        """The function of a task."""
        rows = [[row.get(name, 0.0) for name in task.inputs] for row in task.targets.values()]
        volts = tuple(task.sources.values())
        return cls(
            np.array(rows),
            *design.range_v(task),
            np.array([task.inputs.index(v) if isinstance(v, str) else -1 for v in volts]),
            np.array([0.0 if isinstance(v, str) else v for v in volts]),
        )

    @cached_property
    def spans(self) -> Floats:
        """[K] greatest less least desired voltage over the range of the inputs."""
        return np.abs(self.coefficients).sum(axis=1) * (self.high - self.low)

    def draw(self, stream: np.random.Generator, count: int) -> Points:
        """Samples with inputs uniform in the range."""
        inputs = self.coefficients.shape[1]
        x = self.low + (self.high - self.low) * stream.random((count, inputs))
        volts = np.where(self.inputs >= 0, x[:, self.inputs], self.constants)
        return Points(volts, (self.coefficients[None, :, :] * x[:, None, :]).sum(axis=2))


@dataclass
class _Best:
    """The step after which a look found the least training error."""

    step: int
    error: float = np.inf

    def see(self, step: int, error: float | None) -> None:
        """Notes a look."""
        if error is not None and error < self.error:
            self.step, self.error = step, error


@dataclass(frozen=True)
class RegressionLesson:
    """A regression task, ready to be taught.

    Attributes:
        function: what to learn.
        training: what the host trains on.
        test: what the verdict is about.
        steps: learning steps.
        schedule: which edges may step; one stage per step.
        shuffle: whether the order of `training` is drawn anew in each epoch.
        check_every: steps between two looks at the training error, of which the least is kept; None
            keeps the last taps.
        freeze: stop at the end of an epoch whose training error is at most this.
        curve: whether the test samples are asked after each epoch, or at the end alone.
    """

    function: LinearFunction
    training: Points
    test: Points
    steps: int
    schedule: UpdateSchedule
    shuffle: bool
    check_every: int | None
    freeze: float | None
    curve: bool = True

    @property
    def metric(self) -> str:
        """RMS test error over the range of the desired output."""
        return "relative_rms"

    @property
    def work(self) -> int:
        """The most steps that one training clocks."""
        return self.steps if self.check_every is None else 2 * self.steps

    async def measure(self, board: Learner) -> float:
        """The relative RMS error over the test samples and targets, of a copy of the board."""
        return await relative_rms(board.respond, self.test, self.function.spans)

    async def run(self, board: Learner, chance: Chance, progress: Progress) -> Run:
        """Trains; the curve has one point before the first epoch and one after each.

        Where the best taps are kept, a copy of the board goes through the whole training, which
        gives the curve; the board itself then repeats it as far as the best step.
        """
        count = len(self.training.inputs)
        if self.check_every is None:
            best = _Best(self.steps)
            training = self._epochs(board, chance, best, progress)
            return await follow(board, training, self.measure, self.measure, count, self.curve)
        best, pupil = _Best(self.steps), board.fork()
        training = self._epochs(pupil, chance, best, progress)
        rehearsal = await follow(pupil, training, self.measure, self.measure, count, self.curve)
        async for done, _ in self._train(board, chance, best.step):
            progress(self.steps + done, self.work)
        progress(self.work, self.work)
        return dataclasses.replace(
            rehearsal, value=await self.measure(board), taken=best.step, rehearsed=rehearsal.taken
        )

    async def _epochs(
        self, board: Learner, chance: Chance, best: _Best, progress: Progress
    ) -> AsyncIterator[int]:
        """A whole training; yields the steps done after each epoch and notes the best look."""
        count = len(self.training.inputs)
        async for done, error in self._train(board, chance, self.steps):
            best.see(done, error)
            progress(done, self.work)
            if done % count == 0 or done == self.steps:
                yield done

    async def _train(
        self, board: Learner, chance: Chance, last: int
    ) -> AsyncIterator[tuple[int, float | None]]:
        """Trains as far as step `last`; yields the steps done and, after a look, the error.

        Only this clocks the board, and it knows training samples only. A look presents the samples
        to the board itself, in a rehearsal as in its repetition.
        """
        orders, masks = chance.stream(Purpose.ORDER), chance.stream(Purpose.MASK)
        count = len(self.training.inputs)
        done = 0
        for picked in epoch_orders(count, self.steps, self.shuffle, orders):
            for piece in self._pieces(picked, done):
                stages = np.arange(done, done + len(piece))
                mask = self.schedule.mask(masks, stages, self.steps, len(board.edges))
                await board.train(self.training.inputs[piece], self.training.desired[piece], mask)
                done += len(piece)
                error = await self._look(board, done)
                yield done, error
                if done == last:
                    return
            if self.freeze is not None and await self._error(board) <= self.freeze:
                return

    def _pieces(self, picked: Ints, done: int) -> list[Ints]:
        """An epoch cut where the host looks."""
        if self.check_every is None:
            return [picked]
        first = -done % self.check_every
        cuts = [cut for cut in range(first, len(picked), self.check_every) if cut > 0]
        return np.split(picked, cuts)

    async def _look(self, board: Learner, done: int) -> float | None:
        if self.check_every is None or (done % self.check_every and done != self.steps):
            return None
        return await self._error(board)

    async def _error(self, board: Learner) -> float:
        return await relative_rms(board.observe, self.training, self.function.spans)


async def relative_rms(ask: Ask, points: Points, spans: Floats) -> float:
    """RMS over samples and targets of (output - desired) / span."""
    error = (await ask(points.inputs) - points.desired) / spans
    return float(np.sqrt(np.mean(np.square(error))))


def regression_lesson(
    design: Design,
    task: RegressionTask,
    chance: Chance,
    steps: int | None,
    schedule: UpdateSchedule,
    curve: bool,
) -> RegressionLesson:
    """The lesson of a task for one seed; `steps` replaces the task's own number."""
    protocol = task.protocol
    function = LinearFunction.of(design, task)
    return RegressionLesson(
        function=function,
        training=function.draw(chance.stream(Purpose.SAMPLES), protocol.train_samples),
        test=function.draw(chance.stream(Purpose.TEST), protocol.test_samples),
        steps=task.steps if steps is None else steps,
        schedule=schedule,
        shuffle=protocol.order == "shuffled",
        check_every=protocol.check_every if protocol.keep_best else None,
        freeze=None if protocol.freeze is None else protocol.freeze.relative_rms,
        curve=curve,
    )
