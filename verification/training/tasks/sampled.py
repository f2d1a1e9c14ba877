"""Training on samples: what regression and classification share."""

from __future__ import annotations

from collections.abc import AsyncIterable, Awaitable, Callable, Iterator

import numpy as np

from verification.training.tasks.protocol import Ints, Learner, Run, shuffled


def epoch_orders(
    count: int, total: int, shuffle: bool, stream: np.random.Generator
) -> Iterator[Ints]:
    """The samples of each epoch, 0..count-1 in the order of presentation; `total` in all.

    The last epoch is cut short where `total` is no multiple of `count`.
    """
    for begin in range(0, total, count):
        order = shuffled(stream, count) if shuffle else np.arange(count)
        yield order[: total - begin]


async def follow(
    board: Learner,
    training: AsyncIterable[int],
    error: Callable[[Learner], Awaitable[float]],
    measure: Callable[[Learner], Awaitable[float]],
    per_epoch: int,
    curve: bool,
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
        curve: whether there is one; otherwise the board is judged at the end alone.
    """
    steps: list[int] = []
    errors: list[float] = []

    async def look(done: int) -> None:
        steps.append(done)
        errors.append(await error(board))

    done = 0
    if curve:
        await look(done)
    async for done in training:
        if curve:
            await look(done)
    if not curve:
        await look(done)
    return Run(
        steps=tuple(steps),
        epochs=tuple(step / per_epoch for step in steps),
        errors=tuple(errors),
        value=await measure(board),
        taken=steps[-1],
    )
