"""What `fab` says: the checklist, the table of angles, the files."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from netgen.fab.outcome import Fabricated, Outcome
from netgen.fab.rotation import corrections

SCHEMA_VERSION = 1


def report_dict(result: Outcome) -> dict[str, Any]:
    """`fab --format json`, but for the paths that were written."""
    rules = result.profile.rules
    return {
        "schema_version": SCHEMA_VERSION,
        "verdict": "pass" if result.passed else "fail",
        "board": result.board,
        "profile": {
            "name": rules.name,
            "source": rules.source,
            "date": rules.date,
            "x2": result.x2,
        },
        "tools": dict(result.tools),
        "parts": len(result.parts.placements),
        "lines": len(result.parts.lines),
        "left_out": [{"refdes": name, "why": why} for name, why in result.parts.left_out],
        "rotations": [
            {
                "footprint": name,
                "jlcpcb_degrees": None if row is None else row.degrees,
                "source": None if row is None else row.source,
            }
            for name, row in corrections(item.footprint for item in result.parts.placements)
        ],
        "checks": [check.as_dict() for check in result.checks],
    }


def report_json(result: Outcome) -> str:
    """The text of `<name>-checklist.json`."""
    return json.dumps(report_dict(result), indent=2, ensure_ascii=False)


def report_text(result: Outcome) -> str:
    """The text of `<name>-checklist.txt`."""
    rules = result.profile.rules
    passed = sum(check.verdict == "pass" for check in result.checks)
    verdict = "ORDER-READY" if result.passed else "NOT ORDER-READY"
    lines = [
        f"{result.board} for {rules.name}: {verdict}, {passed} of {len(result.checks)} checks pass",
        f"figures of {rules.name}: {rules.source}, read {rules.date}; Gerber "
        f"{'X2' if result.x2 else 'without X2'}",
        *(check.as_text() for check in result.checks),
        "JLCPCB's angles (added to KiCad's; look at its placement preview before you pay):",
        *_rotation_lines(result),
        *_left_out_lines(result),
    ]
    return "\n".join(lines)


def written_as_dict(result: Fabricated, paths: Sequence[Path]) -> dict[str, Any]:
    """`fab --format json`; no files where nothing was written."""
    return {
        **report_dict(result.outcome),
        "digest": result.plan.digest,
        "files": [path.as_posix() for path in paths],
    }


def written_as_text(result: Fabricated, paths: Sequence[Path]) -> str:
    """What `fab` says."""
    return "\n".join([report_text(result.outcome), *written_lines(paths)])


def written_lines(paths: Sequence[Path]) -> list[str]:
    """The files, or what to do where there are none."""
    if paths:
        return [f"wrote {path}" for path in paths]
    return [
        "nothing was written: mend what is marked with ! and run fab again, or look at the files "
        "with --anyway"
    ]


def _rotation_lines(result: Outcome) -> list[str]:
    table = corrections(item.footprint for item in result.parts.placements)
    width = max((len(name) for name, _ in table), default=0)
    return [
        f"  {name:<{width}}  " + ("unknown" if row is None else f"{row.degrees:+4d}  {row.source}")
        for name, row in table
    ]


def _left_out_lines(result: Outcome) -> list[str]:
    """How many are not mounted, by reason; names of those that a user took out."""
    reasons: dict[str, list[str]] = {}
    for name, why in result.parts.left_out:
        reasons.setdefault(why, []).append(name)
    return [
        f"not mounted, {why}: "
        + (f"{len(names)}" if why == "copper of the board" else ", ".join(names))
        for why, names in reasons.items()
    ]
