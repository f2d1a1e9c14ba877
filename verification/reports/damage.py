"""A damage curve as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from designs import Design
from verification.files import write_whole
from verification.plots.damage import write_damage
from verification.reports.words import metric_text
from verification.training.damage_curve import SCHEMA_VERSION, DamageCurve, DamagePoint

_HEADER = ("edges cut", "boards", "cut, then trained", "trained, then cut", "retrained")


def damage_json(
    design: Design, curves: Sequence[DamageCurve], seeds: int, ideal: bool
) -> dict[str, Any]:
    """`damage --format json`."""
    return {
        "schema_version": SCHEMA_VERSION,
        "design": design.name,
        "mode": "ideal" if ideal else "drawn",
        "seeds": seeds,
        "tasks": [curve.to_json() for curve in curves],
    }


def damage_text(design: Design, curves: Sequence[DamageCurve], seeds: int, ideal: bool) -> str:
    """What `damage` says: a table per task, median (worst; boards within the bound)."""
    parts = "ideal" if ideal else "drawn"
    lines = [f"{design.name}: {parts} parts, seeds 0 to {seeds - 1}; median (worst; within bound)"]
    for curve in curves:
        bound = metric_text(curve.metric, curve.bound)
        lines += ["", f"task {curve.task} ({curve.kind}), {curve.metric}, bound {bound}"]
        rows = [_HEADER, *(damage_row(curve, point) for point in curve.points)]
        widths = [max(len(row[k]) for row in rows) for k in range(len(_HEADER))]
        lines += [
            "  " + "  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip()
            for row in rows
        ]
    return "\n".join(lines)


def damage_row(curve: DamageCurve, point: DamagePoint) -> tuple[str, ...]:
    """One row of the table; an intact board has one training only."""
    cells = [
        f"{metric_text(curve.metric, s.median)} "
        f"({metric_text(curve.metric, s.worst)}; {s.within} of {point.boards})"
        for s in point.spreads
    ]
    if point.cut == 0:
        cells = [*cells[:1], "", ""]
    return (str(point.cut), str(point.boards), *(cells or ("", "", "")))


def write_damage_curves(
    design: Design, curves: Sequence[DamageCurve], seeds: int, ideal: bool, folder: Path
) -> tuple[Path, ...]:
    """Write the curves as `.json`, `.svg` and `.png`, each whole or not at all.

    Raises:
        UsageError: the folder cannot be written.
    """
    paths = [folder / f"{design.name}-damage.{ending}" for ending in ("json", "svg", "png")]
    body = damage_json(design, curves, seeds, ideal)
    parts = "ideal" if ideal else "drawn"
    detail = f"medians of {seeds} {parts} boards, each with other edges cut"
    write_whole(paths[0], (json.dumps(body, indent=2) + "\n").encode())
    write_damage(paths[1:], f"{design.name}: edges cut", detail, curves)
    return tuple(paths)
