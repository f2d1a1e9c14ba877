"""Alone: a lesson for one board that is no part of a squad."""

from __future__ import annotations

from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar

from verification.training.tasks.protocol import (
    Bools,
    Chance,
    Floats,
    Lesson,
    Progress,
    Run,
    Trainable,
)

AnswerT = TypeVar("AnswerT")


@dataclass(frozen=True)
class Alone:
    """A board that answers at once: `Learner`."""

    board: Trainable

    @property
    def edges(self) -> tuple[tuple[str, str], ...]:
        """The edges in the order of the mask's columns."""
        return self.board.edges

    def fork(self) -> Alone:
        """An independent copy of the board as it stands."""
        return Alone(self.board.fork())

    async def respond(self, inputs: Floats) -> Floats:
        """What a copy of the board would show."""
        return self.board.respond(inputs)

    async def observe(self, inputs: Floats) -> Floats:
        """The targets' voltages, without a clock."""
        return self.board.observe(inputs)

    async def train(self, inputs: Floats, desired: Floats, mask: Bools | None) -> Floats:
        """Learning steps; the targets' voltages before each."""
        return self.board.train(inputs, desired, mask)


def at_once(coroutine: Coroutine[Any, Any, AnswerT]) -> AnswerT:
    """What a coroutine returns whose boards all answer at once.

    Raises:
        ValueError: it waits for something else.
    """
    try:
        coroutine.send(None)
    except StopIteration as end:
        return end.value
    coroutine.close()
    raise ValueError("a board of a squad was asked outside of its squad")


def teach(lesson: Lesson, board: Trainable, chance: Chance, progress: Progress) -> Run:
    """One training of a board."""
    return at_once(lesson.run(Alone(board), chance, progress))


def judge(lesson: Lesson, board: Trainable) -> float:
    """The lesson's metric of a board as it is; a copy is asked, so the board does not change."""
    return at_once(lesson.measure(Alone(board)))
