"""The tasks of a design, as `[[task]]` tables state them: one model per kind."""

import math
import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from designs.errors import DesignError
from designs.network import node_name, unique_names
from designs.protocol import (
    ALLOSTERY_LAST_STEPS,
    ALLOSTERY_STEPS,
    REGRESSION_STEPS,
    TRAIN_PER_CLASS,
    AllosteryProtocol,
    ClassificationProtocol,
    Count,
    Model,
    Number,
    RegressionProtocol,
)

TASK_NAME = re.compile(r"[A-Za-z0-9_.+-]{1,40}")


def _named(value: object) -> object:
    if isinstance(value, str) and not TASK_NAME.fullmatch(value):
        raise DesignError("must be 1 to 40 letters, digits, '_', '.', '+' or '-'")
    return value


def _node_table(value: object) -> object:
    """Normalises the node names that are the keys of a table."""
    if not isinstance(value, Mapping):
        raise DesignError("must be a table such as { 3 = 4.0, 9 = 0.0 }, from node to value")
    if not value:
        raise DesignError("must name at least one node")
    names = unique_names(value)
    return {names[str(key)]: item for key, item in value.items()}


def _node_list(value: object) -> object:
    if not isinstance(value, list | tuple):
        raise DesignError("must be a list of nodes such as [1, 4, 6]")
    if not value:
        raise DesignError("must name at least one node")
    nodes = tuple(node_name(item) for item in value)
    twice = [node for i, node in enumerate(nodes) if node in nodes[:i]]
    if twice:
        raise DesignError(f"names node {twice[0]} twice")
    return nodes


def _source_value(value: object) -> object:
    """Volts as a float, or the name of a feature or input."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise DesignError("must be a number of volts or the name of a feature or input")
    if isinstance(value, float) and not math.isfinite(value):
        raise DesignError("must be a finite number of volts")
    if isinstance(value, int) and abs(value) > 10**6:
        raise DesignError("must be a number of volts within the supply")
    return value if isinstance(value, str) else float(value)


def _range(value: tuple[float, float]) -> tuple[float, float]:
    if value[0] >= value[1]:
        raise DesignError("must be [low, high] with low below high")
    return value


def _inputs(value: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(value)) < len(value):
        raise DesignError("must name each input once")
    return value


TaskName = Annotated[str, BeforeValidator(_named)]
Volts = Annotated[float, Field(strict=True, allow_inf_nan=False)]
SourceValue = Annotated[
    float | str,
    BeforeValidator(_source_value),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string"}]}),
]
VoltRange = Annotated[tuple[Volts, Volts], AfterValidator(_range)]
NodeTable = BeforeValidator(_node_table)
NodeList = Annotated[
    tuple[str, ...],
    BeforeValidator(_node_list),
    WithJsonSchema(
        {
            "type": "array",
            "items": {"anyOf": [{"type": "integer"}, {"type": "string"}]},
            "minItems": 1,
        }
    ),
]
Start = Annotated[
    Literal["random", "middle"],
    Field(description="Taps at the start: drawn from the seed, or the power-on mid scale."),
]


class RmsBound(Model):
    """Allostery: median over seeds of the RMS target error over the last steps."""

    rms_v: Number = Field(gt=0, description="Volts.")


class RelativeRmsBound(Model):
    """Regression: median over seeds of the test RMS error over the range of the desired output."""

    relative_rms: Number = Field(gt=0, description="A fraction: 0.02 is 2 % of the output range.")


class AccuracyBound(Model):
    """Classification: median over seeds of the test accuracy."""

    accuracy: Number = Field(gt=0, le=1, description="A fraction: 0.95 is 95 %.")


class _Task(Model):
    """What every kind of task states."""

    name: TaskName = Field(description="Unique in the design; used in reports and as `--task`.")
    eta: Number | None = Field(
        default=None, gt=0, le=1, description="Nudge of this task; default: electronics.eta."
    )


class AllosteryTask(_Task):
    """Fixed sources, fixed desired voltages at the targets."""

    kind: Literal["allostery"]
    sources: Annotated[Mapping[str, Volts], NodeTable] = Field(description="Node = volts.")
    targets: Annotated[Mapping[str, Volts], NodeTable] = Field(description="Node = desired volts.")
    steps: Count = Field(default=ALLOSTERY_STEPS, description="Learning steps.")
    last_steps: Count = Field(
        default=ALLOSTERY_LAST_STEPS,
        description="The verdict is over this many last steps, or all.",
    )
    start: Start = "random"
    protocol: AllosteryProtocol = Field(default_factory=AllosteryProtocol)
    bound: RmsBound

    @property
    def target_nodes(self) -> tuple[str, ...]:
        """The targets, in the order of the file."""
        return tuple(self.targets)


class RegressionTask(_Task):
    """Each target's desired voltage is a linear function of the inputs."""

    kind: Literal["regression"]
    inputs: Annotated[tuple[TaskName, ...], AfterValidator(_inputs)] = Field(
        min_length=1, description="Names of the inputs."
    )
    range_v: VoltRange | None = Field(
        default=None,
        description="Inputs are drawn uniformly from [low, high] volts; default [0, supply_v].",
    )
    sources: Annotated[Mapping[str, SourceValue], NodeTable] = Field(
        description="Node = an input's name, or volts."
    )
    targets: Annotated[Mapping[str, Mapping[str, Number]], NodeTable] = Field(
        description="Node = { input = coefficient }."
    )
    steps: Count = Field(default=REGRESSION_STEPS, description="Learning steps, one sample each.")
    start: Start = "random"
    protocol: RegressionProtocol = Field(default_factory=RegressionProtocol)
    bound: RelativeRmsBound

    @property
    def target_nodes(self) -> tuple[str, ...]:
        """The targets, in the order of the file."""
        return tuple(self.targets)


class ClassificationTask(_Task):
    """Features of a data set at the sources; the class is read from the targets' voltages."""

    kind: Literal["classification"]
    data: Annotated[str, Field(min_length=1)] = Field(
        description='"iris" (bundled), or a CSV file, relative to the design file.'
    )
    label: str | None = Field(
        default=None, description="Column that holds the class; default: the last one."
    )
    range_v: VoltRange | None = Field(
        default=None,
        description="Features are scaled to [low, high] volts from the training samples; "
        "default [0, supply_v].",
    )
    sources: Annotated[Mapping[str, SourceValue], NodeTable] = Field(
        description="Node = a feature's name, or volts."
    )
    targets: NodeList = Field(description="Nodes at which the answer is read.")
    train_per_class: Count = Field(
        default=TRAIN_PER_CLASS, description="Training samples drawn of each class."
    )
    start: Start = "middle"
    protocol: ClassificationProtocol = Field(default_factory=ClassificationProtocol)
    bound: AccuracyBound

    @property
    def target_nodes(self) -> tuple[str, ...]:
        """The targets, in the order of the file."""
        return self.targets


Task = AllosteryTask | RegressionTask | ClassificationTask
AnyTask = Annotated[Task, Field(discriminator="kind")]
