"""The yield of a design: boards drawn, each trained on each task, and what limits them.

```
netlist, design --structural checks--> boards seed .. seed + N - 1, as drawn       -> yields
                                       the first K again, one group perfect each   -> ranking
```
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from designs import Design
from parts.catalogue import Catalogue, load_catalogue
from verification.campaign import (
    Progress,
    carry_out_together,
    digest_of,
    no_progress,
    question_of,
)
from verification.checks.learned import outcome_of
from verification.checks.records import Verdict
from verification.errors import UsageError
from verification.extraction.circuit import MixedCircuit
from verification.montecarlo.advice import advise
from verification.montecarlo.groups import Group, everything, find_groups
from verification.montecarlo.report import Effect, YieldReport, ranked
from verification.montecarlo.work import BoardJob, Laboratory, train_boards
from verification.reading.netlist import Netlist
from verification.report import TaskOutcome
from verification.training.bench import Workshop
from verification.training.fleet import FLEET
from verification.verify import wired_checks

DEFAULT_BOARDS = 200
DEFAULT_SENSITIVITY = 100
BENCH_C = (15.0, 35.0)
"""A laboratory at 20 to 23 C and a board that warms itself, with room on both sides."""
LIMITS_C = (-40.0, 85.0)
"""The industrial range that the records' parts are made for."""


@dataclass(frozen=True)
class YieldOptions:
    """What to measure.

    Attributes:
        boards: how many.
        seed: of the first board.
        tasks: names; empty: all.
        low_c, high_c: temperatures are drawn uniformly between these, degrees Celsius.
        sensitivity: how many of the boards are trained again for each group; 0: none.
        steps: learning steps instead of the tasks' own.
        at_least: a yield that every task's interval must reach; None: only measure.
        workers, scheduler: see `verification.campaign.carry_out_together`.
    """

    boards: int = DEFAULT_BOARDS
    seed: int = 0
    tasks: tuple[str, ...] = ()
    low_c: float = BENCH_C[0]
    high_c: float = BENCH_C[1]
    sensitivity: int = DEFAULT_SENSITIVITY
    steps: int | None = None
    at_least: float | None = None
    workers: int | None = None
    scheduler: str | None = None

    @property
    def seeds(self) -> tuple[int, ...]:
        """Of the boards."""
        return tuple(range(self.seed, self.seed + self.boards))

    @property
    def again(self) -> tuple[int, ...]:
        """Of the boards that are trained again for each group."""
        return self.seeds[: self.sensitivity]


def measure_yield(
    netlist: Netlist,
    design: Design,
    options: YieldOptions,
    *,
    journal: Path | None = None,
    progress: Progress = no_progress,
) -> YieldReport:
    """Draws boards, trains each on each task, and ranks what limits them.

    Args:
        netlist: the board's file.
        design: what it should be.
        options: what to measure.
        journal: a file to resume from and to append to; more boards or groups go on from it.
        progress: told (trainings done, in all).

    Raises:
        UsageError: options out of range, a netlist that is not the design's board, a journal of
            something else.
        DesignError: no such task.
    """
    _check_options(options)
    catalogue = load_catalogue()
    _check_structure(netlist, design, catalogue)
    names = tuple(dict.fromkeys(options.tasks)) or tuple(task.name for task in design.tasks)
    workshop = Workshop(netlist, design, design.task(names[0]), catalogue)
    circuit = workshop.intact.circuit
    groups = find_groups(circuit, workshop.anatomy, options.low_c, options.high_c)
    whole = everything(circuit)
    laboratory = Laboratory(
        netlist,
        design,
        names,
        options.low_c,
        options.high_c,
        options.steps,
        {group.name: group for group in (*groups, whole)},
    )
    results = _Results(laboratory, _trained(laboratory, circuit, options, journal, progress))
    again = options.again
    effects = ranked([results.effect(group, again) for group in groups]) if again else ()
    perfect = results.effect(whole, again) if again else None
    return YieldReport(
        design=design.name,
        netlist=Path(netlist.source).name,
        seeds=options.seeds,
        low_c=options.low_c,
        high_c=options.high_c,
        tasks=results.outcomes(options.seeds),
        effects=effects,
        perfect=perfect,
        advice=() if perfect is None else advise(effects, perfect, circuit, design, catalogue),
        at_least=options.at_least,
    )


Metrics = dict[BoardJob, list[float]]
"""The metric of each task, by job."""


@dataclass(frozen=True)
class _Results:
    """What all jobs gave."""

    laboratory: Laboratory
    metrics: Metrics

    def outcomes(self, seeds: tuple[int, ...], group: str = "") -> tuple[TaskOutcome, ...]:
        """The tasks on some boards, with a group of that name perfect."""
        columns = zip(*(self.metrics[BoardJob(seed, group)] for seed in seeds), strict=True)
        design = self.laboratory.design
        return tuple(
            outcome_of(design.task(name), "drawn", seeds, column)
            for name, column in zip(self.laboratory.tasks, columns, strict=True)
        )

    def effect(self, group: Group, seeds: tuple[int, ...]) -> Effect:
        """Some boards before and after."""
        return Effect(group, self.outcomes(seeds), self.outcomes(seeds, group.name))


def _trained(
    laboratory: Laboratory,
    circuit: MixedCircuit,
    options: YieldOptions,
    journal: Path | None,
    progress: Progress,
) -> Metrics:
    """Every board as drawn, and the first of them again with each group perfect."""
    jobs = [BoardJob(seed) for seed in options.seeds]
    jobs += [BoardJob(seed, name) for name in laboratory.groups for seed in options.again]
    rows = carry_out_together(
        train_boards,
        laboratory,
        [(job.key, job) for job in jobs],
        FLEET,
        journal=journal,
        digest=_digest(laboratory, circuit),
        workers=options.workers,
        scheduler=options.scheduler,
        progress=progress,
    )
    return {job: row["values"] for job, row in zip(jobs, rows, strict=True)}


def parse_temperature(text: str) -> tuple[float, float]:
    """The (low, high) degrees Celsius of `15..35`, or of one number.

    Raises:
        UsageError: anything else.
    """
    low, dots, high = text.partition("..")
    try:
        found = float(low), float(high if dots else low)
    except ValueError as error:
        raise UsageError(
            f'a temperature is LOW..HIGH in degrees Celsius, as in 15..35; given "{text}"'
        ) from error
    return found


def _check_options(options: YieldOptions) -> None:
    if options.boards < 1:
        raise UsageError(f"a yield needs at least 1 board; given {options.boards}")
    if options.seed < 0 or options.sensitivity < 0:
        raise UsageError(
            "a seed and a number of boards to train again are whole numbers from 0 on; given "
            f"{options.seed} and {options.sensitivity}"
        )
    low, high = LIMITS_C
    if not low <= options.low_c <= options.high_c <= high:
        raise UsageError(
            f"temperatures go from low to high within {low:g}..{high:g} degrees Celsius; given "
            f"{options.low_c:g}..{options.high_c:g}"
        )
    if options.at_least is not None and not 0 <= options.at_least <= 1:
        raise UsageError(f"a yield is a fraction from 0 to 1; given {options.at_least:g}")


def _check_structure(netlist: Netlist, design: Design, catalogue: Catalogue) -> None:
    """Boards of a wrong netlist would be drawn and trained, and mean nothing."""
    _, _, checks = wired_checks(netlist, design, catalogue)
    failed = [check.name for check in checks if check.verdict is Verdict.FAIL]
    if failed:
        plural = "s" if len(failed) > 1 else ""
        raise UsageError(
            f"{netlist.source}: the check{plural} {', '.join(failed)} failed, so its boards would "
            f"not be those of design {design.name}; run `twinboard verify` on it first"
        )


def _digest(laboratory: Laboratory, circuit: MixedCircuit) -> str:
    """Of all that decides one board's result; not of how many boards or groups are asked for."""
    records = {element.record.mpn: repr(element.record) for element in circuit.elements}
    return digest_of(
        {
            "campaign": "yield",
            "question": question_of(laboratory.netlist, laboratory.design),
            "parts": records,
            "tasks": laboratory.tasks,
            "temperature_c": [laboratory.low_c, laboratory.high_c],
            "steps": laboratory.steps,
        }
    )
