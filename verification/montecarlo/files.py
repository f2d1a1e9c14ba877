"""The files of a yield: journal, yield.json, the report's text, the errors' picture."""

from __future__ import annotations

import json
from pathlib import Path

from verification.files import write_whole
from verification.montecarlo.picture import write_errors
from verification.montecarlo.report import YieldReport
from verification.montecarlo.text import render

JOURNAL = "yield-journal.jsonl"


def write_yield(report: YieldReport, folder: Path) -> tuple[Path, ...]:
    """Writes what was measured; the journal is written while it is."""
    data = json.dumps(report.to_json(), indent=2) + "\n"
    write_whole(folder / "yield.json", data.encode())
    write_whole(folder / "yield.txt", (render(report) + "\n").encode())
    write_errors(folder / "yield.svg", report)
    return tuple(folder / name for name in ("yield.json", "yield.txt", "yield.svg"))
