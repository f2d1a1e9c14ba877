"""Linear regression: each target's desired voltage is a linear function of the inputs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from designs.schema import Design
from designs.tasks import RegressionTask
from verification.tasks.protocol import (
    Chance,
    Floats,
    Ints,
    Progress,
    Purpose,
    Run,
    Trainable,
    UpdateSchedule,
)
from verification.tasks.sampled import Batch, epoch_orders, follow, train_batches

BLOCK_STEPS = 30
"""Steps between two points of the curve where every training sample is new."""


@dataclass(frozen=True)
class Points:
    """Samples of a linear function: source voltages [N, S], desired voltages [N, K]."""

    inputs: Floats
    desired: Floats

    def pick(self, rows: Ints) -> Batch:
        """Some of them, in an order."""
        return self.inputs[rows], self.desired[rows]


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

    @property
    def spans(self) -> Floats:
        """[K] greatest less least desired voltage over the range of the inputs."""
        return np.abs(self.coefficients).sum(axis=1) * (self.high - self.low)

    def draw(self, stream: np.random.Generator, count: int) -> Points:
        """Samples with inputs uniform in the range."""
        inputs = self.coefficients.shape[1]
        x = self.low + (self.high - self.low) * stream.random((count, inputs))
        volts = np.where(self.inputs >= 0, x[:, self.inputs], self.constants)
        return Points(volts, (self.coefficients[None, :, :] * x[:, None, :]).sum(axis=2))


@dataclass(frozen=True)
class RegressionLesson:
    """A regression task, ready to be taught.

    Attributes:
        function: what to learn.
        training: what the host trains on; None draws a new sample at each step.
        test: what the verdict is about.
        steps: learning steps.
        schedule: which edges may step.
        shuffle: whether the order of `training` is drawn anew in each epoch.
        freeze: stop when the relative RMS error on the training samples is at most this.
    """

    function: LinearFunction
    training: Points | None
    test: Points
    steps: int
    schedule: UpdateSchedule
    shuffle: bool
    freeze: float | None

    @property
    def metric(self) -> str:
        """RMS test error over the range of the desired output."""
        return "relative_rms"

    @property
    def total_steps(self) -> int:
        """Learning steps of one training."""
        return self.steps

    def measure(self, board: Trainable) -> float:
        """The relative RMS error over the test samples and targets."""
        return relative_rms(board, self.test, self.function.spans)

    def run(self, board: Trainable, chance: Chance, progress: Progress) -> Run:
        """Trains; the curve has one point before the first epoch and one after each."""
        training = train_batches(
            board, self._batches(chance), self._good_enough, self.schedule, self.steps, chance
        )
        per_epoch = 1 if self.training is None else len(self.training.inputs)
        measure = self.measure
        return follow(board, training, measure, measure, per_epoch, progress, self.steps)

    def _batches(self, chance: Chance) -> Iterator[Batch]:
        if self.training is None:
            stream = chance.stream(Purpose.SAMPLES)
            for begin in range(0, self.steps, BLOCK_STEPS):
                fresh = self.function.draw(stream, min(BLOCK_STEPS, self.steps - begin))
                yield fresh.inputs, fresh.desired
            return
        count, order = len(self.training.inputs), chance.stream(Purpose.ORDER)
        for picked in epoch_orders(count, self.steps, self.shuffle, order):
            yield self.training.pick(picked)

    def _good_enough(self, board: Trainable) -> bool:
        if self.freeze is None or self.training is None:
            return False
        return relative_rms(board, self.training, self.function.spans) <= self.freeze


def relative_rms(board: Trainable, points: Points, spans: Floats) -> float:
    """RMS over samples and targets of (output - desired) / span."""
    error = (board.observe(points.inputs) - points.desired) / spans
    return float(np.sqrt(np.mean(np.square(error))))


def regression_lesson(
    design: Design,
    task: RegressionTask,
    chance: Chance,
    steps: int | None,
    schedule: UpdateSchedule,
) -> RegressionLesson:
    """The lesson of a task for one seed; `steps` replaces the task's own number."""
    protocol = task.protocol
    function = LinearFunction.of(design, task)
    count = protocol.train_samples
    samples = chance.stream(Purpose.SAMPLES)
    return RegressionLesson(
        function=function,
        training=None if count is None else function.draw(samples, count),
        test=function.draw(chance.stream(Purpose.TEST), protocol.test_samples),
        steps=task.steps if steps is None else steps,
        schedule=schedule,
        shuffle=protocol.order == "shuffled",
        freeze=None if protocol.freeze is None else protocol.freeze.relative_rms,
    )
