"""Classification: features at the sources; the class is read from the targets' voltages.

A class has no voltage of its own that the board must reach. At each epoch the desired voltages of a
class are the free response to its mean training sample, moved away from the mean of all classes by
the protocol's `spread`; a sample belongs to the class whose response is nearest.
"""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from designs.datasets import Dataset
from designs.schema import Design
from designs.tasks import ClassificationTask
from verification.errors import UsageError
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
    shuffled,
)
from verification.training.tasks.sampled import epoch_orders, follow


@dataclass(frozen=True)
class Samples:
    """Samples as source voltages [N, S] and classes [N], numbered from 0."""

    inputs: Floats
    labels: Ints


@dataclass(frozen=True)
class Classifier:
    """Everything that the host derives from the training samples, and how it answers.

    Attributes:
        training: the training samples.
        means: [C, S] the mean source voltages of each class's training samples.
        spread: factor by which class targets move away from their mean.
        rails: (low, high) volts that a desired voltage may have.
    """

    training: Samples
    means: Floats
    spread: float
    rails: tuple[float, float]

    async def desired(self, board: Learner) -> Floats:
        """[N, K] the desired voltages of the training samples, from the board as it is now."""
        responses = await board.observe(self.means)
        centre = responses.sum(axis=0) / len(responses)
        targets = np.clip(centre + self.spread * (responses - centre), *self.rails)
        return targets[self.training.labels]

    async def classify(self, ask: Ask, inputs: Floats) -> Ints:
        """[N] the class whose mean training sample has the nearest response."""
        responses = await ask(self.means)
        distance = np.square((await ask(inputs))[:, None, :] - responses[None, :, :]).sum(axis=2)
        return np.argmin(distance, axis=1)

    async def separation(self, board: Learner) -> float:
        """How far apart the training samples of different classes are; the greater the better.

        The least over pairs of classes of |u|^4 / mean[((Y - R) . u)^2], with u the difference of
        the two class responses R, and Y the responses to the training samples of the two classes:
        the squared distance of the classes over the scatter along it.
        """
        responses = await board.observe(self.means)
        labels = self.training.labels
        scatter = await board.observe(self.training.inputs) - responses[labels]

        def of_pair(a: int, b: int) -> float:
            u = responses[a] - responses[b]
            along = (scatter[(labels == a) | (labels == b)] * u).sum(axis=1)
            distance, spread = float(np.square(u).sum()) ** 2, float(np.mean(np.square(along)))
            return distance / spread if spread > 0 else (np.inf if distance > 0 else 0.0)

        return min(of_pair(a, b) for a, b in combinations(range(len(responses)), 2))

    async def accuracy(self, ask: Ask, samples: Samples) -> float:
        """The fraction of samples that are classified rightly."""
        found = await self.classify(ask, samples.inputs)
        right = int(np.count_nonzero(found == samples.labels))
        return right / len(samples.labels)


@dataclass(frozen=True)
class ClassificationLesson:
    """A classification task, ready to be taught.

    Attributes:
        classifier: made of training samples only.
        test: what the verdict is about.
        steps: learning steps of one training; an epoch is one pass over the training samples.
        schedule: which edges may step; one stage per epoch.
        shuffle: whether the order of the samples is drawn anew in each epoch.
        trainings: how many are tried; the one that separates the training samples best is kept.
        freeze: stop when this fraction of the training samples is classified rightly.
        curve: whether the test samples are asked after each epoch, or at the end alone.
    """

    classifier: Classifier
    test: Samples
    steps: int
    schedule: UpdateSchedule
    shuffle: bool
    trainings: int
    freeze: float | None
    curve: bool = True

    @property
    def metric(self) -> str:
        """The fraction of the test samples that are classified rightly."""
        return "accuracy"

    @property
    def work(self) -> int:
        """The most steps that one training with its rehearsals clocks."""
        return self.steps * (1 if self.trainings == 1 else self.trainings + 1)

    async def measure(self, board: Learner) -> float:
        """The test accuracy of a copy of the board, 0 to 1."""
        return await self.classifier.accuracy(board.respond, self.test)

    async def run(self, board: Learner, chance: Chance, progress: Progress) -> Run:
        """Trains; the curve is the fraction of test samples that are wrong.

        Several trainings are tried on copies of the board; the board itself then repeats the one
        that is kept.
        """
        rehearsed, kept = 0, chance
        if self.trainings > 1:
            rehearsed, kept = await self._rehearse(board, chance, progress)

        async def training() -> AsyncIterator[int]:
            async for done in self._train(board, kept):
                progress(rehearsed + done, self.work)
                yield done
            progress(self.work, self.work)

        async def wrong(learner: Learner) -> float:
            return 1.0 - await self.measure(learner)

        count = len(self.classifier.training.labels)
        run = await follow(board, training(), wrong, self.measure, count, self.curve)
        return dataclasses.replace(run, rehearsed=rehearsed)

    async def _rehearse(
        self, board: Learner, chance: Chance, progress: Progress
    ) -> tuple[int, Chance]:
        """Steps clocked in all trainings, and the draws of the one to keep."""
        best, most, clocked = chance, -np.inf, 0
        for attempt in range(self.trainings):
            draws = dataclasses.replace(chance, attempt=attempt)
            pupil = board.fork()
            done = 0
            async for done in self._train(pupil, draws):
                progress(clocked + done, self.work)
            clocked += done
            separation = await self.classifier.separation(pupil)
            if separation > most:
                best, most = draws, separation
        return clocked, best

    async def _train(self, board: Learner, chance: Chance) -> AsyncIterator[int]:
        """Trains epoch by epoch; yields the steps done. The class targets follow the learning.

        Only this clocks the board, and it knows training samples only.
        """
        orders, masks = chance.stream(Purpose.ORDER), chance.stream(Purpose.MASK)
        inputs, count = self.classifier.training.inputs, len(self.classifier.training.labels)
        epochs = -(-self.steps // count)
        done = 0
        for epoch, picked in enumerate(epoch_orders(count, self.steps, self.shuffle, orders)):
            desired = (await self.classifier.desired(board))[picked]
            stages = np.full(len(picked), epoch)
            mask = self.schedule.mask(masks, stages, epochs, len(board.edges))
            await board.train(inputs[picked], desired, mask)
            done += len(picked)
            yield done
            if await self._good_enough(board):
                return

    async def _good_enough(self, board: Learner) -> bool:
        if self.freeze is None:
            return False
        accuracy = await self.classifier.accuracy(board.observe, self.classifier.training)
        return accuracy >= self.freeze


@dataclass(frozen=True)
class Scaling:
    """Per-feature linear map to volts, fitted to training samples; other samples are clipped.

    Attributes:
        low, high: [F] the least and the greatest training value, in the data's units.
        volts: (low, high) of the map.
    """

    low: Floats
    high: Floats
    volts: tuple[float, float]

    @classmethod
    def fit(cls, training: Floats, volts: tuple[float, float]) -> Scaling:
        """The map that takes the range of the training rows [N, F] to `volts`."""
        return cls(training.min(axis=0), training.max(axis=0), volts)

    def apply(self, rows: Floats) -> Floats:
        """Volts [N, F]; a feature that is constant in training gives the middle of the range."""
        width = self.high - self.low
        part = np.full(rows.shape, 0.5)
        np.divide(rows - self.low, width, out=part, where=width > 0)
        low, high = self.volts
        return low + (high - low) * np.clip(part, 0.0, 1.0)


def stratified_split(
    data: Dataset, per_class: int, stream: np.random.Generator
) -> tuple[Ints, Ints]:
    """Positions of the training samples, `per_class` drawn of each class, and of all others.

    Raises:
        UsageError: a class has too few samples to leave one for the test.
    """
    training: list[int] = []
    for index, name in enumerate(data.classes):
        members = np.array(data.of_class(index))
        if len(members) <= per_class:
            raise UsageError(
                f"class {name!r} has {len(members)} samples; train_per_class = {per_class} leaves "
                f"none to test: use at most {len(members) - 1}"
            )
        training += members[shuffled(stream, len(members))[:per_class]].tolist()
    rest = np.setdiff1d(np.arange(len(data.labels)), training)
    return np.array(training), rest


def classification_lesson(
    design: Design,
    task: ClassificationTask,
    chance: Chance,
    steps: int | None,
    schedule: UpdateSchedule,
    curve: bool,
) -> ClassificationLesson:
    """The lesson of a task for one seed; `steps` replaces the protocol's epochs x samples."""
    data = design.datasets[task.name]
    rows, labels = np.array(data.rows), np.array(data.labels)
    chosen, rest = stratified_split(data, task.train_per_class, chance.stream(Purpose.SAMPLES))
    scaling = Scaling.fit(rows[chosen], design.range_v(task))
    training = Samples(_source_volts(task, data, scaling.apply(rows[chosen])), labels[chosen])
    test = Samples(_source_volts(task, data, scaling.apply(rows[rest])), labels[rest])
    protocol = task.protocol
    classifier = Classifier(
        training,
        _class_means(training, len(data.classes)),
        protocol.spread,
        (0.0, design.electronics.supply_v),
    )
    return ClassificationLesson(
        classifier,
        test,
        steps=protocol.epochs * len(chosen) if steps is None else steps,
        schedule=schedule,
        shuffle=protocol.order == "shuffled",
        trainings=protocol.trainings,
        freeze=None if protocol.freeze is None else protocol.freeze.accuracy,
        curve=curve,
    )


def _class_means(samples: Samples, classes: int) -> Floats:
    members = [samples.inputs[samples.labels == index] for index in range(classes)]
    return np.array([rows.sum(axis=0) / len(rows) for rows in members])


def _source_volts(task: ClassificationTask, data: Dataset, volts: Floats) -> Floats:
    """Source voltages [N, S] from features [N, F]: a feature where one is named, or a constant."""
    columns = [
        volts[:, data.features.index(value)]
        if isinstance(value, str)
        else np.full(len(volts), value)
        for value in task.sources.values()
    ]
    return np.stack(columns, axis=1)
