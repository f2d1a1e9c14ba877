"""A fault report as text: one table, what survived, what is equivalent, one curve."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from verification.faults.mutants import OPERATORS
from verification.faults.summary import (
    PARAMETRIC,
    FaultReport,
    Tally,
    baselines_of,
    curve,
    wilson,
)

MOST_NAMES = 12
"""Names of a kind that are printed; the JSON form has all."""
Row = tuple[str, ...]


def faults_text(report: FaultReport) -> str:
    """The whole report."""
    amount = "every mutant" if report.sample is None else f"at most {report.sample} of an operator"
    lines = [f"{report.netlist} (design {report.design}): {amount}, seed {report.seed}", ""]
    lines += _table(_rows(report))
    for tally in report.tallies:
        lines += _names(tally)
    lines += [*_curve(report), *_identities(report), f"verdict: {_verdict(report)}"]
    return "\n".join(lines)


def _verdict(report: FaultReport) -> str:
    hard = [tally for tally in report.tallies if tally.operator != PARAMETRIC]
    survivors = sum(len(tally.survivors) for tally in hard)
    said = f"{survivors} survivors, {len(report.alarms)} false alarms"
    return f"{'pass' if report.passed else 'fail'} ({said})"


def _rows(report: FaultReport) -> Iterator[Row]:
    """Heading, then one row an operator."""
    baselines = baselines_of(report.tallies)
    behaviour = any(tally.behaviour for tally in report.tallies)
    yield (
        "operator", "", "universe", "tried", "invalid", "equivalent", "faults", "structure",
        *(("behaviour",) if behaviour else ()), *baselines, "survivors", "named", "in first 5",
    )  # fmt: skip
    for tally in report.tallies:
        faults, seen = len(tally.faults), len(tally.by_structure)
        flagged = sum(bool(trial["failed"]) for trial in tally.equivalent)
        equal = len(tally.equivalent)
        yield (
            tally.operator,
            OPERATORS[tally.operator],
            str(tally.universe),
            "all" if tally.exhaustive else str(len(tally.trials)),
            str(len(tally.invalid)),
            f"{equal} ({flagged} flagged)" if equal else "0",
            str(faults),
            _share(seen, faults) + ("" if tally.exhaustive else _interval(seen, faults)),
            *((_share(len(tally.by_behaviour), faults),) if behaviour else ()),
            *(_share(len(tally.by_baseline(name)), faults) for name in baselines),
            str(len(tally.survivors)),
            _share(sum(trial["named"] for trial in tally.by_structure), seen),
            _share(sum(trial["named_first"] for trial in tally.by_structure), seen),
        )


def _share(part: int, whole: int) -> str:
    """`99.2 %`; never rounded up to all, nor down to none."""
    if not whole:
        return "-"
    percent = 100 * part / whole
    if part not in (0, whole):
        percent = min(max(percent, 0.01), 99.99)
    digits = 2 if part != whole and not 0.1 < percent < 99.9 else 1
    return f"{percent:.{digits}f} %"


def _interval(part: int, whole: int) -> str:
    low, high = (100 * end for end in wilson(part, whole))
    return f" [{low:.1f}, {high:.1f}]"


def _table(rows: Iterator[Row]) -> list[str]:
    """Columns as wide as their widest cell, text to the left and figures to the right."""
    cells = list(rows)
    widths = [max(len(row[k]) for row in cells) for k in range(len(cells[0]))]
    return [
        "  ".join(
            cell.ljust(width) if k < 2 else cell.rjust(width)
            for k, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    ]


def _names(tally: Tally) -> Iterator[str]:
    """What survived, what only behaviour shows, what is not located, what is equivalent."""
    letter = tally.operator
    if letter != PARAMETRIC:
        yield from _list(f"{letter}, survivors", tally.survivors)
    late = [t for t in tally.faults if t["behaviour"] and not t["failed"]]
    by_name = [f"{t['name']} ({t['behaviour']})" for t in late]
    yield from _list(f"{letter}, shown by behaviour only", by_name)
    unnamed = [f"{t['name']} ({', '.join(t['failed'])})" for t in tally.by_structure
               if not t["named"]]  # fmt: skip
    yield from _list(f"{letter}, killed but not named", unnamed)
    yield from _list(f"{letter}, invalid", tally.invalid)
    equal = [f"{trial['name']}: {trial['proof']}" for trial in tally.equivalent]
    yield from _list(f"{letter}, equivalent", equal)


def _list(title: str, names: Sequence[str]) -> Iterator[str]:
    if names:
        yield f"\n{title}: {len(names)}"
        yield from (f"  {name}" for name in names[:MOST_NAMES])
        if len(names) > MOST_NAMES:
            yield f"  and {len(names) - MOST_NAMES} more in the JSON form"


def _curve(report: FaultReport) -> Iterator[str]:
    """Detection over deviation."""
    rows = curve(report.tallies)
    if not rows:
        return
    yield "\nD, detection over how far the value is off (E24 steps; 24 are a decade):"
    behaviour = rows[0]["killed_by_behaviour"] is not None
    table: list[Row] = [("steps", "ratio", "faults", "structure", *(("behaviour",) * behaviour))]
    for row in rows:
        shares = [_share(row["killed_by_structure"], row["tried"])]
        if behaviour:
            shares.append(_share(row["killed_by_behaviour"], row["tried"]))
        table.append((f"{row['steps']:+d}", f"{row['ratio']:g}", str(row["tried"]), *shares))
    yield from (f"  {line}" for line in _table(iter(table)))


def _identities(report: FaultReport) -> Iterator[str]:
    if report.identities:
        alarms = [f"{t['name']}: {', '.join(t['alarms'])}" for t in report.alarms]
        yield f"\nidentity transforms: {len(report.identities)}, false alarms: {len(alarms)}"
        yield from (f"  {alarm}" for alarm in alarms[:MOST_NAMES])
    yield ""
