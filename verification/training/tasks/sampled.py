"""Training on samples: what regression and classification share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from verification.training.tasks.protocol import Ints, Run, Trainable, shuffled


def epoch_orders(
    count: int, total: int, shuffle: bool, stream: np.random.Generator
) -> Iterator[Ints]:
    """The samples of each epoch, 0..count-1 in the order of presentation; `total` in all.

    The last epoch is cut short where `total` is no multiple of `count`.
    """
    for begin in range(0, total, count):
        order = shuffled(stream, count) if shuffle else np.arange(count)
        yield order[: total - begin]


def follow(
    board: Trainable,
    training: Iterable[int],
    error: Callable[[Trainable], float],
    measure: Callable[[Trainable], float],
    per_epoch: int,
) -> Run:
    """Carries a training to its end; judges the board before it and after each epoch.

    This is the only place where a training meets test samples: `error` and `measure` ask copies of
    the board, and what they answer goes into the result and nowhere else.

    Args:
        board: what learns.
        training: yields the steps done after each epoch.
        error: the curve's quantity, on test samples.
        measure: the metric, on test samples.
        per_epoch: steps of an epoch.
    """
    steps, errors = [0], [error(board)]
    for done in training:
        steps.append(done)
        errors.append(error(board))
    return Run(
        steps=tuple(steps),
        epochs=tuple(step / per_epoch for step in steps),
        errors=tuple(errors),
        value=measure(board),
        taken=steps[-1],
    )
