"""How the host trains a task: every number that a design may leave out stands here.

What is the paper's (Dillavou et al. 2022) and what is ours is said at each key.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from designs.errors import DesignError

ALLOSTERY_STEPS = 300
ALLOSTERY_LAST_STEPS = 50
REGRESSION_STEPS = 4800
REGRESSION_SAMPLES = 30
REGRESSION_UPDATE_PROBABILITY = (1.0, 0.1)
REGRESSION_CHECK_STEPS = 10
CLASSIFICATION_EPOCHS = 60
CLASSIFICATION_SPREAD = 1.5
CLASSIFICATION_UPDATE_PROBABILITY = (0.5, 0.005)
CLASSIFICATION_TRAININGS = 3
TRAIN_PER_CLASS = 10

Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Count = Annotated[int, Field(strict=True, ge=1, le=1_000_000)]


class Model(BaseModel):
    """What every table of a design file has in common: no unknown key, no change after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _schedule(value: object) -> object:
    """A number p stands for [p, p]; anything else than one or two numbers in (0, 1] is refused."""
    ends = list(value) if isinstance(value, list | tuple) else [value, value]
    good = [
        float(p)
        for p in ends
        if isinstance(p, int | float) and not isinstance(p, bool) and 0 < p <= 1
    ]
    if len(ends) != 2 or len(good) != 2:
        raise DesignError("must be one probability, or [first, last], each above 0 and at most 1")
    return (good[0], good[1])


_PROBABILITY = {"type": "number", "exclusiveMinimum": 0, "maximum": 1}
Schedule = Annotated[
    tuple[float, float],
    BeforeValidator(_schedule),
    WithJsonSchema(
        {
            "anyOf": [
                _PROBABILITY,
                {"type": "array", "items": _PROBABILITY, "minItems": 2, "maxItems": 2},
            ]
        }
    ),
]


class Protocol(Model):
    """What the host does in every kind of task."""

    update_probability: Schedule = Field(
        default=(1.0, 1.0),
        description="Probability that an edge is enabled in a step: a number, or [first, last].",
    )
    annealing: Literal["geometric", "linear"] = Field(
        default="geometric",
        description="How the update probability goes from its first to its last value.",
    )


class AllosteryProtocol(Protocol):
    """Allostery: one sample, presented at every step, as in the paper."""


class AccuracyFreeze(Model):
    """Stop learning when the training samples are classified this well."""

    accuracy: Number = Field(gt=0, le=1, description="Fraction of training samples, 0 to 1.")


class RelativeRmsFreeze(Model):
    """Stop learning when the training samples are met this well."""

    relative_rms: Number = Field(gt=0, le=1, description="RMS error over the output range.")


class SampledProtocol(Protocol):
    """Regression and classification: training samples, presented one per step."""

    order: Literal["shuffled", "given"] = Field(
        default="shuffled",
        description="Order of the training samples in an epoch: drawn anew, or always the same.",
    )


class RegressionProtocol(SampledProtocol):
    """Training of a regression task. Counts, annealing and the choice of taps are ours.

    With `keep_best` the host looks at the training samples every `check_every` steps, without a
    clock, and ends on the taps that met them best. A board cannot go back: its host replays the
    training from the same start, with the same draws, and stops clocking at the best step.
    """

    train_samples: Count = Field(
        default=REGRESSION_SAMPLES, description="Inputs drawn for training, one per step."
    )
    test_samples: Count = Field(default=200, description="Inputs drawn for the verdict.")
    update_probability: Schedule = Field(
        default=REGRESSION_UPDATE_PROBABILITY,
        description="Probability that an edge is enabled in a step: a number, or [first, last].",
    )
    keep_best: Annotated[bool, Field(strict=True)] = Field(
        default=True, description="End on the taps with the least error on the training samples."
    )
    check_every: Count = Field(
        default=REGRESSION_CHECK_STEPS, description="Steps between two looks of keep_best."
    )
    freeze: RelativeRmsFreeze | None = Field(
        default=None, description="Stop learning at the end of an epoch that meets this."
    )


class ClassificationProtocol(SampledProtocol):
    """Training of a classification task.

    Class targets taken anew at each epoch from the free response to the class means are the
    paper's; the spread, the update probability, its annealing from epoch to epoch, and the choice
    among several trainings are ours. A board's host replays the chosen training from the same
    start, with the same draws.
    """

    epochs: Count = Field(
        default=CLASSIFICATION_EPOCHS, description="Passes over the training samples."
    )
    spread: Number = Field(
        default=CLASSIFICATION_SPREAD,
        gt=0,
        le=10,
        description="Factor by which class targets are moved away from their mean; 1 is the paper.",
    )
    update_probability: Schedule = Field(
        default=CLASSIFICATION_UPDATE_PROBABILITY,
        description="Probability that an edge is enabled in an epoch: a number, or [first, last].",
    )
    trainings: Annotated[int, Field(strict=True, ge=1, le=100)] = Field(
        default=CLASSIFICATION_TRAININGS,
        description="Trainings from the same start with other draws; the one that separates the "
        "training samples best is kept.",
    )
    freeze: AccuracyFreeze | None = Field(
        default=None, description="Stop learning at the end of an epoch that meets this."
    )
