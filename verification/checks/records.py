"""What a check says: its claim, its verdict, what it looked at, and where the claim does not hold.

```
Report --- Check "drivers" --- claim      "no two outputs share a net"
       |                   |-- verdict    pass | warning | fail | not_run | inconclusive
       |                   |-- evidence   {"nets": 312, "driven_nets": 201}
       |                   `-- items      Item(refdes, pin, net, expected, got, fix), surest first
       `-- TaskResult ...
```
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

Measure = int | float | str
"""One figure of a check's evidence."""


class Verdict(StrEnum):
    """The answer to one claim, or to a whole netlist."""

    PASS = "pass"
    WARNING = "warning"
    FAIL = "fail"
    NOT_RUN = "not_run"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, slots=True)
class Item:
    """One place where a claim does not hold.

    Attributes:
        refdes: the component, "" where the finding is about a net or the whole board.
        pin: the pin's number as the file has it, "" where the finding is about a whole component.
        net: the net's name in the file, "" where the pin is on none.
        expected: what the claim asks for.
        got: what the file has.
        fix: what to do about it.
        weight: how surely this place is the culprit, 0 to 1. Items are sorted by it; not printed.
    """

    refdes: str = ""
    pin: str = ""
    net: str = ""
    expected: str = ""
    got: str = ""
    fix: str = ""
    weight: float = field(default=0.5, compare=False)


@dataclass(frozen=True, slots=True)
class Check:
    """One claim about a netlist, judged.

    Attributes:
        name: short and stable, for machines ("drivers").
        claim: one sentence that is true of a good board.
        verdict: PASS, WARNING, FAIL, NOT_RUN (evidence holds the reason) or INCONCLUSIVE.
        evidence: what was counted or measured, by name, units in the name.
        items: where the claim does not hold, the surest culprit first.
    """

    name: str
    claim: str
    verdict: Verdict
    evidence: Mapping[str, Measure]
    items: tuple[Item, ...] = ()

    @property
    def reason(self) -> str:
        """Why the check did not run, "" if it did."""
        return str(self.evidence.get("reason", ""))


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key that puts R2 before R10."""
    return tuple(
        (0, int(piece), "") if piece.isdecimal() else (1, 0, piece)
        for piece in re.split(r"(\d+)", text)
        if piece
    )


def judged(
    name: str,
    claim: str,
    looked_at: int,
    evidence: Mapping[str, Measure],
    faults: Iterable[Item],
    notes: Iterable[Item] = (),
) -> Check:
    """The check that these findings make.

    Args:
        name: the check's name.
        claim: its claim.
        looked_at: how many things the claim was tried on; none at all is a failure, because a
            claim about nothing is no evidence.
        evidence: figures for the report.
        faults: where the claim does not hold; one is enough to fail.
        notes: remarks that make a warning of a check without faults.

    Returns:
        FAIL with the faults, WARNING with the notes, or PASS without items.
    """
    bad = surest_first(faults)
    if not looked_at and not bad:
        bad = (
            Item(
                expected="something to check",
                got="nothing of that kind in the netlist",
                fix="a check over nothing proves nothing: is this the right netlist?",
            ),
        )
    if bad:
        return Check(name, claim, Verdict.FAIL, dict(evidence), bad)
    remarks = surest_first(notes)
    return Check(name, claim, Verdict.WARNING if remarks else Verdict.PASS, dict(evidence), remarks)


def not_run(name: str, claim: str, reason: str) -> Check:
    """The check that could not be tried, and why."""
    return Check(name, claim, Verdict.NOT_RUN, {"reason": reason})


def surest_first(items: Iterable[Item]) -> tuple[Item, ...]:
    """Items without repetition, the surest culprit first, then by refdes and pin."""
    best: dict[Item, Item] = {}
    for item in items:
        known = best.get(item)
        if known is None or known.weight < item.weight:
            best[item] = item
    return tuple(
        sorted(
            best.values(),
            key=lambda item: (-item.weight, natural(item.refdes), natural(item.pin), item.net),
        )
    )


def overall(checks: Sequence[Check], tasks: Sequence[Verdict] = ()) -> Verdict:
    """Fail if anything failed, inconclusive if anything stayed open, else pass.

    A check that did not run because an earlier one failed leaves the verdict at fail; one that
    did not run for another reason than the user's own choice leaves it open.
    """
    verdicts = [check.verdict for check in checks] + list(tasks)
    if Verdict.FAIL in verdicts or not checks:
        return Verdict.FAIL
    if Verdict.INCONCLUSIVE in verdicts or Verdict.NOT_RUN in verdicts:
        return Verdict.INCONCLUSIVE
    return Verdict.PASS
