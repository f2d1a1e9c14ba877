"""Report: what the judge says about one netlist file.

```
Report --- checks (Check ...)          the claims, in order
       `-- tasks  (TaskOutcome ...)    what was learned, over seeds
```
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from verification.checks.records import Check, Verdict, overall
from verification.extraction.drawn import DrawnValue

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class TaskOutcome:
    """One task, learned once for each seed.

    Attributes:
        metric: `rms_v` or `relative_rms` (the smaller the better), or `accuracy` (the larger).
        mode: `ideal` or `drawn` component values.
        values: the metric for each of `seeds`.
        bound: the design's bound on the median.
    """

    name: str
    kind: str
    metric: str
    mode: str
    seeds: tuple[int, ...]
    values: tuple[float, ...]
    bound: float

    @property
    def median(self) -> float:
        """Of the values."""
        return float(median(self.values))

    @property
    def worst(self) -> float:
        """The value of the seed that learned least."""
        return min(self.values) if self.metric == "accuracy" else max(self.values)

    @property
    def within(self) -> int:
        """How many seeds met the bound."""
        return sum(self.met)

    @property
    def met(self) -> tuple[bool, ...]:
        """Which of the seeds met the bound."""
        return tuple(self._meets(value) for value in self.values)

    @property
    def verdict(self) -> Verdict:
        """Whether the median meets the bound."""
        return Verdict.PASS if self._meets(self.median) else Verdict.FAIL

    def _meets(self, value: float) -> bool:
        return value >= self.bound if self.metric == "accuracy" else value <= self.bound


@dataclass(frozen=True, slots=True)
class Report:
    """What the judge says.

    Attributes:
        design: name of the design.
        netlist: name of the file, without its folder.
        mode: `ideal` or `drawn` component values in the simulations.
        learning: whether the tasks were asked for.
        checks: in the order of the pipeline.
        tasks: in the order of the design; empty where they were not asked for or could not run.
        board: what was drawn, where the report is about one drawn board.
    """

    design: str
    netlist: str
    mode: str
    learning: bool
    checks: tuple[Check, ...]
    tasks: tuple[TaskOutcome, ...]
    board: tuple[DrawnValue, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Pass, fail or inconclusive."""
        return overall(self.checks, [task.verdict for task in self.tasks])
