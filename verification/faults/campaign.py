"""A fault campaign: universes, samples, trials on all cores, and what they say together."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from designs import Design
from verification.campaign import Progress, carry_out, digest_of, no_progress, question_of
from verification.errors import UsageError
from verification.faults.behaviour import lessons
from verification.faults.mutants import OPERATORS
from verification.faults.summary import FaultReport, Tally
from verification.faults.trial import IDENTITY, Baseline, Job, Subject, attempt, refusals


@dataclass(frozen=True)
class FaultOptions:
    """What to try.

    Attributes:
        operators: letters of OPERATORS.
        sample: the most mutants tried of each operator; None: all of them.
        seed: of samples and identity transforms.
        identity: how many identity transforms.
        behaviour: whether each mutant's local rule and learning are looked at as well.
        baselines: other checkers, picklable, by the name of their column.
        references: texts that the baselines depend on, so that a journal of others is refused.
        workers: processes; None: one a core.
        scheduler: address of a Dask scheduler to use instead.
        journal: file to keep results in and to resume from; None: nothing is kept.
    """

    operators: str = "".join(OPERATORS)
    sample: int | None = None
    seed: int = 0
    identity: int = 0
    behaviour: bool = True
    baselines: Mapping[str, Baseline] = field(default_factory=dict[str, Baseline])
    references: tuple[str, ...] = ()
    workers: int | None = None
    scheduler: str | None = None
    journal: Path | None = None


def find_faults(
    text: str,
    source: str,
    design: Design,
    options: FaultOptions,
    progress: Progress = no_progress,
) -> FaultReport:
    """Put faults into a netlist's text, one at a time, and see which the judge sees.

    Args:
        text: a netlist that the judge passes.
        source: its name.
        design: what it should be.
        options: what to try.
        progress: told (trials done, trials in all).

    Raises:
        NetlistError: the text is no netlist.
        UsageError: options out of range, a netlist that does not pass, nothing to try.
    """
    _refuse_options(options)
    subject = Subject(text, source, design, None, options.baselines, options.seed)
    _refuse_faulty(subject)
    netlist = subject.original.document.netlist
    plan = lessons(netlist, design) if options.behaviour else None
    jobs = [*_drawn(subject, options), *((IDENTITY, k) for k in range(options.identity))]
    if not any(operator != IDENTITY for operator, _ in jobs):
        raise UsageError(
            f"{source} has nothing that operators {options.operators} could change; give others "
            f"of {''.join(OPERATORS)}: a campaign over no mutant proves nothing"
        )
    results = carry_out(
        attempt,
        Subject(text, source, design, plan, options.baselines, options.seed),
        [(f"{operator} {position}", (operator, position)) for operator, position in jobs],
        journal=options.journal,
        digest=_digest(subject, plan, options),
        workers=options.workers,
        scheduler=options.scheduler,
        progress=progress,
    )
    found = list(zip(jobs, results, strict=True))
    tallies = tuple(
        Tally(
            operator,
            subject.universes[operator].size,
            tuple(result for job, result in found if job[0] == operator),
            options.behaviour,
        )
        for operator in OPERATORS
        if operator in options.operators
    )
    identities = tuple(result for job, result in found if job[0] == IDENTITY)
    return FaultReport(design.name, source, options.seed, options.sample, tallies, identities)


def _refuse_options(options: FaultOptions) -> None:
    unknown = [letter for letter in options.operators if letter not in OPERATORS]
    if unknown or not options.operators or len(set(options.operators)) < len(options.operators):
        known = ", ".join(f"{letter} ({what})" for letter, what in OPERATORS.items())
        raise UsageError(
            f'operators are letters out of {known}, each once; given "{options.operators}"'
        )
    for what, value, least in (("sample", options.sample, 1), ("identity", options.identity, 0)):
        if value is not None and value < least:
            raise UsageError(f"--{what} is a whole number from {least} on; given {value}")


def _refuse_faulty(subject: Subject) -> None:
    """A campaign on a netlist that fails by itself would find every mutant killed."""
    failed = refusals(subject.original.document.netlist, subject.design)
    if failed:
        raise UsageError(
            f"{subject.source} fails the checks {', '.join(check.name for check in failed)} before "
            "any fault is put into it, so that it would seem to show every fault; run `twinboard "
            "verify` and mend it, or give the design that it belongs to"
        )


def _drawn(subject: Subject, options: FaultOptions) -> Iterator[Job]:
    """The mutants to try: all of a class, or a sample without repetition."""
    for operator in OPERATORS:
        if operator not in options.operators:
            continue
        size = subject.universes[operator].size
        chosen = range(size)
        if options.sample is not None and options.sample < size:
            draw = random.Random(f"faults {options.seed} {operator}")
            chosen = sorted(draw.sample(chosen, options.sample))
        yield from ((operator, position) for position in chosen)


def _digest(subject: Subject, plan: object, options: FaultOptions) -> str:
    """Of what a trial depends on; which trials are asked for may change between two runs."""
    return digest_of(
        {
            "text": subject.text,
            "question": question_of(subject.original.document.netlist, subject.design),
            "lessons": repr(plan),
            "baselines": sorted(options.baselines),
            "references": options.references,
            "identity_seed": subject.identity_seed,
        }
    )
