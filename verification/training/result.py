"""What one training of a task gave, as a record and as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

SCHEMA_VERSION = 1

Mode = Literal["ideal", "drawn"]
When = Literal["before", "after"]


@dataclass(frozen=True)
class Curve:
    """How the error went; equally long tuples.

    Attributes:
        steps: learning steps done.
        epochs: the same in passes over the training samples (allostery: in steps).
        error: `rms_v` volts, `relative_rms`, or for `accuracy` the fraction of test samples wrong.
    """

    steps: tuple[int, ...]
    epochs: tuple[float, ...]
    error: tuple[float, ...]


@dataclass(frozen=True)
class DamageOutcome:
    """Edges that were cut, and the metric on both sides of it.

    Attributes:
        cut: names of the edges.
        jumpers: the solder jumpers that were opened.
        when: before the training, or after it and then retrained.
        step: where on the curve they were cut, in learning steps.
        intact: the metric just before the cut.
        damaged: the metric just after it; the result's `value` is after (re)training.
    """

    cut: tuple[str, ...]
    jumpers: tuple[str, ...]
    when: When
    step: int
    intact: float
    damaged: float


@dataclass(frozen=True)
class LearnResult:
    """One task, learned once.

    Attributes:
        design, task, kind: what was learned.
        seed: of the run.
        mode: ideal or drawn component values.
        metric: `rms_v`, `relative_rms` or `accuracy`.
        initial: the metric before the first step.
        value: the metric after training (allostery: over the last steps).
        steps: learning steps that led to the value; fewer than asked for where the protocol froze
            or kept the best.
        rehearsed: further steps, clocked on copies of the board to choose a training or its end.
        curve: the error on the way.
        within_rounding: comparator decisions of these steps nearer to a tie than rounding can tell;
            they count as low. Drawn boards have none, unless a fault makes twins equal.
        damage: None where nothing was cut.
    """

    design: str
    task: str
    kind: str
    seed: int
    mode: Mode
    metric: str
    initial: float
    value: float
    steps: int
    rehearsed: int
    curve: Curve
    within_rounding: int = 0
    damage: DamageOutcome | None = None

    def to_json(self) -> dict[str, Any]:
        """The contract of `learn --format json`."""
        body: dict[str, Any] = {
            "schema_version": SCHEMA_VERSION,
            "design": self.design,
            "task": self.task,
            "kind": self.kind,
            "seed": self.seed,
            "mode": self.mode,
            "metric": self.metric,
            "value": self.value,
            "initial": self.initial,
            "steps": self.steps,
            "rehearsed": self.rehearsed,
            "within_rounding": self.within_rounding,
            "curve": {
                "steps": list(self.curve.steps),
                "epochs": list(self.curve.epochs),
                "error": list(self.curve.error),
            },
        }
        if self.damage is not None:
            body["damage"] = {
                "cut": list(self.damage.cut),
                "jumpers": list(self.damage.jumpers),
                "when": self.damage.when,
                "step": self.damage.step,
                "intact": self.damage.intact,
                "damaged": self.damage.damaged,
                "retrained": self.value,
            }
        return body
