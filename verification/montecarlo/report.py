"""A measured yield as a record and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from verification.montecarlo.groups import Group
from verification.report import TaskOutcome
from verification.statistics import paired_gain, quantile, wilson_interval

SCHEMA_VERSION = 1
PARTS = {"best_quarter": 0.25, "median": 0.5, "three_quarters": 0.75, "nine_tenths": 0.9}
"""The quantiles of a task's metric, as the fraction of boards that do at least as well."""

# Of fifteen groups that do nothing, at two standard errors one in three rankings would accuse one;
# at three, one in fifty.
SURE = 3


@dataclass(frozen=True)
class Fraction:
    """A counted fraction with its 95 % interval."""

    hits: int
    trials: int

    @property
    def value(self) -> float:
        """hits/trials."""
        return self.hits / self.trials

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's, 95 %."""
        return wilson_interval(self.hits, self.trials)

    def to_json(self) -> dict[str, Any]:
        """Count, fraction and interval."""
        low, high = self.interval
        return {"within": self.hits, "boards": self.trials, "yield": self.value, "low": low,
                "high": high}  # fmt: skip


def task_yield(task: TaskOutcome) -> Fraction:
    """The boards that meet the bound of a task."""
    return Fraction(task.within, len(task.values))


def joint_yield(tasks: Sequence[TaskOutcome]) -> Fraction:
    """The boards that meet the bounds of all tasks."""
    rows = [all(row) for row in zip(*(task.met for task in tasks), strict=True)]
    return Fraction(sum(rows), len(rows))


def quantiles(task: TaskOutcome) -> dict[str, float]:
    """The metric that each fraction of the boards reaches at least, and the worst board's."""
    better = task.metric == "accuracy"
    found = {
        name: quantile(task.values, part, larger_is_better=better) for name, part in PARTS.items()
    }
    return {**found, "worst": task.worst}


@dataclass(frozen=True)
class Effect:
    """The same boards, as drawn and with one group made perfect.

    Attributes:
        group: what was made perfect.
        before, after: the tasks as drawn and with the group perfect, on the same boards.
    """

    group: Group
    before: tuple[TaskOutcome, ...]
    after: tuple[TaskOutcome, ...]

    @property
    def gain(self) -> tuple[float, float]:
        """The yield gained in the mean over tasks, and the standard error of that.

        A board counts with all its tasks at once, since they share its parts.
        """
        boards = len(self.before[0].values)
        net = [0.0] * boards
        for before, after in zip(self.before, self.after, strict=True):
            for board, (was, is_now) in enumerate(zip(before.met, after.met, strict=True)):
                net[board] += (is_now - was) / len(self.before)
        mean = sum(net) / boards
        spread = sum((change - mean) ** 2 for change in net) / boards
        return mean, (spread / boards) ** 0.5

    @property
    def error_ratio(self) -> float:
        """The error that nine tenths of the boards stay below, after over before: mean of tasks."""
        ratios = [
            _error(after) / max(_error(before), 1e-12)
            for before, after in zip(self.before, self.after, strict=True)
        ]
        return sum(ratios) / len(ratios)

    @property
    def significant(self) -> bool:
        """Whether the yield gained is more than SURE standard errors."""
        mean, error = self.gain
        return mean > SURE * error

    def to_json(self) -> dict[str, Any]:
        """The group, its gain, and every task."""
        mean, error = self.gain
        rows: list[dict[str, Any]] = []
        for before, after in zip(self.before, self.after, strict=True):
            net, deviation = paired_gain(before.met, after.met)
            rows.append(
                {
                    "name": before.name,
                    "within_before": before.within,
                    "within_after": after.within,
                    "gain": net,
                    "standard_error": deviation,
                    "before": quantiles(before),
                    "after": quantiles(after),
                }
            )
        return {
            "group": self.group.name,
            "quantity": self.group.quantity.value,
            "parts": list(self.group.parts),
            "elements": self.group.elements,
            "gain": mean,
            "standard_error": error,
            "error_ratio": self.error_ratio,
            "tasks": rows,
        }


def _error(task: TaskOutcome) -> float:
    """What nine tenths of the boards stay below: the metric, for an accuracy what is wrong."""
    value = quantiles(task)["nine_tenths"]
    return 1 - value if task.metric == "accuracy" else value


def ranked(effects: Sequence[Effect]) -> tuple[Effect, ...]:
    """The largest gain of yield first; equal gains by the fall of the error."""
    return tuple(sorted(effects, key=lambda effect: (-effect.gain[0], effect.error_ratio)))


@dataclass(frozen=True)
class YieldReport:
    """What was measured.

    Attributes:
        design, netlist: the design's name, the file's name without its folder.
        seeds: of the boards.
        low_c, high_c: between which the boards' temperatures were drawn, degrees Celsius.
        tasks: every board's metric.
        effects: of the groups, the strongest first; empty where none was asked for.
        perfect: everything made perfect at once; None where no group was asked for.
        advice: what to change, in sentences.
        at_least: the yield that was asked for; None where none was.
    """

    design: str
    netlist: str
    seeds: tuple[int, ...]
    low_c: float
    high_c: float
    tasks: tuple[TaskOutcome, ...]
    effects: tuple[Effect, ...]
    perfect: Effect | None
    advice: tuple[str, ...]
    at_least: float | None = None

    @property
    def short(self) -> tuple[str, ...]:
        """The tasks whose whole interval is below the yield that was asked for."""
        if self.at_least is None:
            return ()
        return tuple(
            task.name for task in self.tasks if task_yield(task).interval[1] < self.at_least
        )

    @property
    def verdict(self) -> str:
        """`pass` or `fail` where a yield was asked for, else `measured`."""
        if self.at_least is None:
            return "measured"
        return "fail" if self.short else "pass"

    def to_json(self) -> dict[str, Any]:
        """The contract of `yield --format json`."""
        sensitivity = [effect.to_json() for effect in self.effects]
        return {
            "schema_version": SCHEMA_VERSION,
            "verdict": self.verdict,
            "design": self.design,
            "netlist": self.netlist,
            "boards": len(self.seeds),
            "seeds": list(self.seeds),
            "temperature_c": [self.low_c, self.high_c],
            "at_least": self.at_least,
            "tasks": [
                {
                    "name": task.name,
                    "kind": task.kind,
                    "metric": task.metric,
                    "bound": task.bound,
                    **task_yield(task).to_json(),
                    "quantiles": quantiles(task),
                    "values": list(task.values),
                }
                for task in self.tasks
            ],
            "joint": joint_yield(self.tasks).to_json(),
            "sensitivity": {
                "boards": len(self.perfect.before[0].values) if self.perfect else 0,
                "groups": sensitivity,
                "everything": self.perfect.to_json() if self.perfect else None,
            },
            "advice": list(self.advice),
        }
