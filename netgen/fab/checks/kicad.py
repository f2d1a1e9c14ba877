"""Claims that KiCad's design rule check makes."""

from netgen.board.drc import DrcResult
from netgen.board.record import FabRules
from netgen.fab.checks.record import Check, Finding, judged

_OPEN = "open the board in KiCad, run its rule check and mend what it shows"


def check_rules(result: DrcResult, rules: FabRules, items: int) -> tuple[Check, Check]:
    """No violation of any severity by the fab's rules, and nothing unconnected.

    Args:
        result: KiCad's.
        rules: that it judged by.
        items: footprints, tracks, vias and zones that it looked at.
    """
    count = 0 if result.failure is not None else items
    broken = (
        []
        if result.failure is None
        else [Finding(f"KiCad could not judge: {result.failure}", _OPEN)]
    )
    violations = [
        Finding(f"{number} of {kind}", _OPEN) for kind, number in result.violations.items()
    ]
    evidence = {
        "KiCad": result.version,
        "rules": f"{rules.name}, {rules.source}, read {rules.date}",
        "items": items,
        "violations": sum(result.violations.values()),
    }
    missing = (
        [
            Finding(
                f"{result.unconnected} connections are missing",
                "route them: give `twinboard board` more time or layers",
            )
        ]
        if result.unconnected
        else []
    )
    return (
        judged(
            "drc",
            "KiCad finds no violation of any severity by the fab's rules",
            count,
            evidence,
            [*broken, *violations],
        ),
        judged(
            "unconnected",
            "KiCad finds nothing that is not connected",
            count,
            {"unconnected": result.unconnected},
            [*broken, *missing],
        ),
    )
