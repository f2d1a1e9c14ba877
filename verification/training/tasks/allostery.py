"""Allostery: fixed sources, fixed desired voltages; the same sample at every step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from designs.tasks import AllosteryTask
from verification.training.tasks.protocol import (
    Chance,
    Floats,
    Learner,
    Progress,
    Purpose,
    Run,
    UpdateSchedule,
)

BLOCK_STEPS = 50
"""Steps between two reports of progress."""


@dataclass(frozen=True)
class AllosteryLesson:
    """An allostery task, ready to be taught.

    Attributes:
        sources: [S] volts.
        desired: [K] volts.
        steps: learning steps.
        last_steps: the metric is the RMS over this many last steps.
        schedule: which edges may step; one stage per step.
    """

    sources: Floats
    desired: Floats
    steps: int
    last_steps: int
    schedule: UpdateSchedule

    @property
    def metric(self) -> str:
        """RMS target error in volts."""
        return "rms_v"

    @property
    def work(self) -> int:
        """Steps of one training."""
        return self.steps

    async def measure(self, board: Learner) -> float:
        """RMS over the targets of a copy of the board, in volts."""
        return _rms(await board.respond(self.sources[None, :]) - self.desired)

    def error_of(self, outputs: Floats) -> float:
        """RMS error over the last steps of a training, volts, from the targets' volts [T, K]."""
        return _rms((outputs - self.desired)[-self.last_steps :])

    async def run(self, board: Learner, chance: Chance, progress: Progress) -> Run:
        """Trains; the curve has one point per step, taken before the step."""
        outputs = np.empty((self.steps, len(self.desired)))
        masks = chance.stream(Purpose.MASK)
        for begin in range(0, self.steps, BLOCK_STEPS):
            end = min(begin + BLOCK_STEPS, self.steps)
            stages = np.arange(begin, end)
            mask = self.schedule.mask(masks, stages, self.steps, len(board.edges))
            outputs[begin:end] = await board.train(
                np.tile(self.sources, (end - begin, 1)),
                np.tile(self.desired, (end - begin, 1)),
                mask,
            )
            progress(end, self.steps)
        errors = outputs - self.desired
        return Run(
            steps=tuple(range(self.steps)),
            epochs=tuple(map(float, range(self.steps))),
            errors=tuple(np.sqrt(np.mean(np.square(errors), axis=1)).tolist()),
            value=self.error_of(outputs),
            taken=self.steps,
        )


def allostery_lesson(
    task: AllosteryTask, steps: int | None, schedule: UpdateSchedule
) -> AllosteryLesson:
    """The lesson of a task; `steps` replaces the task's own number."""
    return AllosteryLesson(
        np.array(tuple(task.sources.values())),
        np.array(tuple(task.targets.values())),
        task.steps if steps is None else steps,
        task.last_steps,
        schedule,
    )


def _rms(error: Floats) -> float:
    return float(np.sqrt(np.mean(np.square(error))))
