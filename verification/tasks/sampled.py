"""Training on samples: what regression and classification share."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from verification.tasks.protocol import (
    Chance,
    Floats,
    Ints,
    Progress,
    Purpose,
    Run,
    Trainable,
    UpdateSchedule,
    shuffled,
)

Batch = tuple[Floats, Floats]
"""Source voltages [N, S] and desired voltages [N, K] of N steps."""


def epoch_orders(
    count: int, total: int, shuffle: bool, stream: np.random.Generator
) -> Iterator[Ints]:
    """The samples of each epoch, 0..count-1 in the order of presentation; `total` in all.

    The last epoch is cut short where `total` is no multiple of `count`.
    """
    for begin in range(0, total, count):
        order = shuffled(stream, count) if shuffle else np.arange(count)
        yield order[: total - begin]


def train_batches(
    board: Trainable,
    batches: Iterator[Batch],
    good_enough: Callable[[Trainable], bool],
    schedule: UpdateSchedule,
    total: int,
    chance: Chance,
) -> Iterator[int]:
    """Trains on batches, one sample per step; yields the number of steps done after each.

    This is the only code that clocks a board in sampled tasks, and it is given training samples
    only: nothing computed from a test sample can reach a tap.

    Args:
        board: what learns.
        batches: training samples, asked for one batch after the other, so that a batch may depend
            on what the board has learned from those before it.
        good_enough: asked after each batch; when true the host stops clocking.
        schedule: which edges may step.
        total: steps in all.
        chance: the run's streams.
    """
    masks = chance.stream(Purpose.MASK)
    done = 0
    for inputs, desired in batches:
        end = done + len(inputs)
        board.train(inputs, desired, schedule.mask(masks, done, end, total, len(board.edges)))
        done = end
        yield done
        if good_enough(board):
            return


def follow(
    board: Trainable,
    training: Iterator[int],
    error: Callable[[Trainable], float],
    measure: Callable[[Trainable], float],
    per_epoch: int,
    progress: Progress,
    total: int,
) -> Run:
    """Carries a training to its end; judges the board before it and after each batch.

    Args:
        board: what learns; `error` and `measure` observe it and clock nothing.
        training: yields the steps done after each batch.
        error: the curve's quantity, on test samples.
        measure: the metric, on test samples.
        per_epoch: steps of an epoch.
        progress: told after each batch.
        total: steps in all.
    """
    steps, errors = [0], [error(board)]
    for done in training:
        steps.append(done)
        errors.append(error(board))
        progress(done, total)
    return Run(
        steps=tuple(steps),
        epochs=tuple(step / per_epoch for step in steps),
        errors=tuple(errors),
        value=measure(board),
        taken=steps[-1],
    )
