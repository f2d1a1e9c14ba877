"""How the host trains a task: every number that a design may leave out stands here.

What is the paper's (Dillavou et al. 2022) and what is ours is said at each key.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from designs.errors import DesignError

ALLOSTERY_STEPS = 300
ALLOSTERY_LAST_STEPS = 50
REGRESSION_STEPS = 1200
REGRESSION_UPDATE_PROBABILITY = (1.0, 0.02)
CLASSIFICATION_EPOCHS = 60
CLASSIFICATION_SPREAD = 1.5
CLASSIFICATION_UPDATE_PROBABILITY = (0.5, 0.02)
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
    """Training of a regression task. The counts and the annealing are ours, not the paper's."""

    train_samples: Count | None = Field(
        default=None,
        description="Inputs drawn once and presented in turn; default: a fresh draw at each step.",
    )
    test_samples: Count = Field(default=200, description="Inputs drawn for the verdict.")
    update_probability: Schedule = Field(
        default=REGRESSION_UPDATE_PROBABILITY,
        description="Probability that an edge is enabled in a step: a number, or [first, last].",
    )
    freeze: RelativeRmsFreeze | None = Field(
        default=None,
        description="Stop learning at the end of a pass over the train_samples that meets this.",
    )


class ClassificationProtocol(SampledProtocol):
    """Training of a classification task.

    Class targets taken anew at each epoch from the free response to the class means are the
    paper's; the spread, the update probability and its annealing are ours.
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
        description="Probability that an edge is enabled in a step: a number, or [first, last].",
    )
    freeze: AccuracyFreeze | None = Field(
        default=None, description="Stop learning at the end of an epoch that meets this."
    )
