"""What every kind of task shares: the board as its host sees it, chance, and the update mask.

Nothing here knows a circuit. A host sets source and desired voltages, may disable edges, clocks one
learning step after another, and reads the targets.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

Progress = Callable[[int, int], None]
"""Called with (steps done, steps in all)."""


Ask = Callable[[Floats], Awaitable[Floats]]
"""Volts of the targets [T, K] for those of the sources [T, S]: `observe` or `respond`, awaited."""


class Trainable(Protocol):
    """A twin network behind its connectors. S sources, K targets, in the task's order; E edges.

    T is any number of host steps. Every voltage is within the supply.
    """

    @property
    def edges(self) -> tuple[tuple[str, str], ...]:
        """The edges in the order of the mask's columns."""
        ...

    @property
    def tap_range(self) -> tuple[int, int]:
        """The least and the greatest tap."""
        ...

    def set_taps(self, taps: Ints) -> None:
        """Puts both digipots of each edge on a tap: [E]."""
        ...

    def fork(self) -> Trainable:
        """An independent copy of the board as it stands.

        A simulation copies; a laboratory starts again and replays. What is done to the copy leaves
        no trace on the board, not even in the memory of a comparator's hysteresis.
        """
        ...

    def respond(self, inputs: Floats) -> Floats:
        """What a copy of the board would show: [T, K] for [T, S]; the board stays as it is."""
        ...

    def observe(self, inputs: Floats) -> Floats:
        """The targets' voltages [T, K] for source voltages [T, S]; no clock, nothing is learned."""
        ...

    def train(self, inputs: Floats, desired: Floats, mask: Bools | None) -> Floats:
        """T learning steps: [T, S] sources, [T, K] desired, [T, E] edges that may step (None: all).

        Returns:
            The targets' voltages [T, K] that the host reads before each step.
        """
        ...


class Learner(Protocol):
    """A board as its lesson sees it: `Trainable`, whose answers are awaited.

    A board by itself answers at once (`alone.py`). A board of a squad answers when the others have
    asked as well, so that one compiled run serves all of them (`training.squad`).
    """

    @property
    def edges(self) -> tuple[tuple[str, str], ...]:
        """The edges in the order of the mask's columns."""
        ...

    def fork(self) -> Learner:
        """An independent copy of the board as it stands."""
        ...

    async def respond(self, inputs: Floats) -> Floats:
        """What a copy of the board would show: [T, K] for [T, S]; the board stays as it is."""
        ...

    async def observe(self, inputs: Floats) -> Floats:
        """The targets' voltages [T, K] for source voltages [T, S]; no clock, nothing is learned."""
        ...

    async def train(self, inputs: Floats, desired: Floats, mask: Bools | None) -> Floats:
        """T learning steps; the targets' voltages [T, K] before each."""
        ...


class Purpose(IntEnum):
    """What a random stream is for: one each, so that a change of one choice leaves the others."""

    START = 0
    SAMPLES = 1
    ORDER = 2
    MASK = 3
    CUT = 4
    TEST = 5


@dataclass(frozen=True)
class Chance:
    """All randomness of the host in one run: streams by purpose.

    Only uniform numbers are drawn, since they are the one thing whose values numpy keeps from
    version to version; orders come from sorting them.

    Attributes:
        seed: the run's seed.
        phase: 0 for the first training, 1 for the retraining after damage.
        attempt: which of several trainings from the same start.
    """

    seed: int
    phase: int = 0
    attempt: int = 0

    def stream(self, purpose: Purpose) -> np.random.Generator:
        """A fresh stream; asking twice gives the same numbers."""
        key = (int(purpose), self.phase, self.attempt)
        return np.random.Generator(
            np.random.PCG64(np.random.SeedSequence(self.seed, spawn_key=key))
        )


def shuffled(stream: np.random.Generator, count: int) -> Ints:
    """The integers 0..count-1 in random order."""
    return np.argsort(stream.random(count), kind="stable")


def random_taps(stream: np.random.Generator, tap_range: tuple[int, int], edges: int) -> Ints:
    """Start taps [E], uniform over the middle half of the range (32..95 of 0..127).

    The outer quarters are left out since resistances there are far apart in ratio: an edge that
    starts at a few hundred ohms shorts its ends and keeps the others from learning for long.
    """
    low, high = tap_range
    count = high - low + 1
    return low + np.floor((0.25 + 0.5 * stream.random(edges)) * count).astype(np.int64)


@dataclass(frozen=True)
class UpdateSchedule:
    """The probability that an edge is enabled in a step, from the first stage to the last.

    Attributes:
        first, last: probabilities in (0, 1].
        geometric: equal ratios from stage to stage; otherwise equal differences.
    """

    first: float = 1.0
    last: float = 1.0
    geometric: bool = True

    def probabilities(self, stages: Ints, total: int) -> Floats:
        """The probability in each of some stages, which are numbered 0..total-1."""
        part = stages / (total - 1) if total > 1 else np.zeros(len(stages))
        if self.geometric:
            return self.first * (self.last / self.first) ** part
        return self.first + (self.last - self.first) * part

    def mask(
        self, stream: np.random.Generator, stages: Ints, total: int, edges: int
    ) -> Bools | None:
        """Which edges may step in each of T steps: [T, E], or None where all may in every step.

        Each is drawn on its own.

        Args:
            stream: for masks.
            stages: [T] the stage of each step: its epoch, or its own number.
            total: stages in all.
            edges: E.
        """
        if self.first == 1.0 and self.last == 1.0:
            return None
        return stream.random((len(stages), edges)) < self.probabilities(stages, total)[:, None]


@dataclass(frozen=True)
class Run:
    """What one training gave.

    Attributes:
        steps: learning steps done at each point of the curve; where the best step was kept, the
            curve is the rehearsal's and goes on after it.
        epochs: the same in passes over the training samples; steps where each is presented once.
        errors: volts RMS (allostery), relative RMS (regression) or fraction of the test samples
            that are wrong (classification).
        value: the metric after training.
        taken: steps in which the board was clocked.
        rehearsed: steps before that, on copies of the board, to choose a training or its end.
    """

    steps: tuple[int, ...]
    epochs: tuple[float, ...]
    errors: tuple[float, ...]
    value: float
    taken: int
    rehearsed: int = 0

    @property
    def length(self) -> int:
        """Steps that the curve spans."""
        return max(self.taken, self.steps[-1])


class Lesson(Protocol):
    """A task made ready for one seed: what to present, and how to judge the answer."""

    @property
    def metric(self) -> str:
        """`rms_v`, `relative_rms` or `accuracy`."""
        ...

    @property
    def work(self) -> int:
        """The most steps that one training clocks, rehearsals included."""
        ...

    async def measure(self, board: Learner) -> float:
        """The metric of the board as it is; a copy is asked, so the board does not change."""
        ...

    async def run(self, board: Learner, chance: Chance, progress: Progress) -> Run:
        """One training."""
        ...
