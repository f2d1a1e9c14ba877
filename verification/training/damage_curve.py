"""The damage curve: what a task's metric becomes when k edges are cut, over boards and starts.

```
k edges, drawn by the seed, cut  before training -> train ----------------> "trained around"
                                 after training  -> measure -> train again -> "cut", "retrained"
```

Every seed is another board, another start and other edges; k = 0 is the intact board.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from designs import Design, Task
from verification.campaign import Progress, carry_out, digest_of, no_progress, question_of
from verification.checks.learned import outcome_of
from verification.errors import UsageError
from verification.reading.netlist import Netlist
from verification.report import TaskOutcome
from verification.training.damage import Damage
from verification.training.learn import learn
from verification.training.result import Mode, When

SCHEMA_VERSION = 1
OUTCOMES = ("trained_around", "cut", "retrained")
"""Cut before training, then trained; trained, then cut; the latter, trained again."""


@dataclass(frozen=True)
class DamagePoint:
    """One number of cut edges.

    Attributes:
        cut: how many edges.
        boards: on how many boards it could be done; on the others every draw left a target without
            a path to a source.
        spreads: the metric over boards, in the order of OUTCOMES; empty without boards.
    """

    cut: int
    boards: int
    spreads: tuple[TaskOutcome, ...]


@dataclass(frozen=True)
class DamageCurve:
    """One task.

    Attributes:
        task, kind, metric: which.
        bound: the task's bound, in the metric's unit.
        points: from the intact board on.
    """

    task: str
    kind: str
    metric: str
    bound: float
    points: tuple[DamagePoint, ...]

    def to_json(self) -> dict[str, Any]:
        """One of `damage --format json`'s `tasks`."""
        return {
            "name": self.task,
            "kind": self.kind,
            "metric": self.metric,
            "bound": self.bound,
            "points": [
                {
                    "cut": point.cut,
                    "boards": point.boards,
                    **{
                        outcome: {"median": s.median, "worst": s.worst, "within": s.within}
                        for outcome, s in zip(OUTCOMES, point.spreads, strict=False)
                    },
                }
                for point in self.points
            ],
        }


@dataclass(frozen=True)
class _Job:
    """One training: a task with `cut` edges cut on the board of `seed`."""

    task: str
    cut: int
    when: When
    seed: int


@dataclass(frozen=True)
class _Shared:
    """What all trainings need."""

    netlist: Netlist
    design: Design
    ideal: bool


def damage_curves(
    netlist: Netlist,
    design: Design,
    tasks: Sequence[str],
    *,
    seeds: int,
    most: int | None = None,
    ideal: bool = False,
    journal: Path | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    progress: Progress = no_progress,
) -> tuple[DamageCurve, ...]:
    """Cuts 0, 1, 2 ... edges, before and after training, and trains again.

    Args:
        netlist: the board.
        design: what it should be.
        tasks: names of its tasks; none means all.
        seeds: boards and starts: seeds 0 to seeds - 1.
        most: the most edges that are cut; half of them by default.
        ideal: nominal parts instead of drawn boards.
        journal: as in `campaign.carry_out`, like the three that follow.
        workers: processes.
        scheduler: address of a Dask scheduler.
        progress: told from time to time.

    Raises:
        DesignError: no such task.
        UsageError: more edges than the network has, or what `learn` and `carry_out` refuse.
    """
    edges = len(design.graph.edges)
    last = edges // 2 if most is None else most
    if not 0 <= last <= edges:
        raise UsageError(f"--most is from 0 to the network's {edges} edges; given {last}")
    chosen = [design.task(name) for name in tasks] or list(design.tasks)
    jobs = [
        (f"{job.task}/{job.cut}/{job.when}/{job.seed}", job)
        for task in chosen
        for job in _jobs(task.name, last, seeds)
    ]
    facts = (*question_of(netlist, design), ideal, [key for key, _ in jobs])
    found = carry_out(
        _work,
        _Shared(netlist, design, ideal),
        jobs,
        journal=journal,
        digest=digest_of(facts),
        workers=workers,
        scheduler=scheduler,
        progress=progress,
    )
    answers = {job: answer for (_, job), answer in zip(jobs, found, strict=True)}
    mode: Mode = "ideal" if ideal else "drawn"
    return tuple(_curve(task, mode, last, seeds, answers) for task in chosen)


def _jobs(task: str, last: int, seeds: int) -> list[_Job]:
    """The trainings of a task; the intact board is trained once."""
    ways: tuple[When, ...] = ("before", "after")
    return [
        _Job(task, cut, when, seed)
        for cut in range(last + 1)
        for when in (ways if cut else ways[:1])
        for seed in range(seeds)
    ]


def _work(shared: _Shared, job: _Job) -> dict[str, Any]:
    """The metrics of one training, or why these edges cannot be cut."""
    damage = Damage(random=job.cut, when=job.when) if job.cut else None
    try:
        result = learn(
            shared.netlist, shared.design, job.task, job.seed, ideal=shared.ideal, damage=damage
        )
    except UsageError as error:
        if damage is None:
            raise
        return {"refused": str(error)}
    hurt = result.damage
    return {
        "value": result.value,
        "damaged": result.value if hurt is None else hurt.damaged,
    }


def _curve(
    task: Task, mode: Mode, last: int, seeds: int, answers: dict[_Job, dict[str, Any]]
) -> DamageCurve:
    points: list[DamagePoint] = []
    for cut in range(last + 1):
        first = [answers[_Job(task.name, cut, "before", seed)] for seed in range(seeds)]
        second = first
        if cut:
            second = [answers[_Job(task.name, cut, "after", seed)] for seed in range(seeds)]
        boards = [seed for seed in range(seeds) if "refused" not in first[seed]]
        columns = [
            [first[seed]["value"] for seed in boards],
            [second[seed]["damaged"] for seed in boards],
            [second[seed]["value"] for seed in boards],
        ]
        spreads = tuple(outcome_of(task, mode, boards, values) for values in columns if values)
        points.append(DamagePoint(cut, len(boards), spreads))
    intact = points[0].spreads[0]
    return DamageCurve(task.name, task.kind, intact.metric, intact.bound, tuple(points))
