"""A campaign's journal: what was computed, so that a campaign can be resumed where it stopped.

JSON lines: one heading with the campaign's digest, then one line a result.
"""

from __future__ import annotations

import json
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from verification.errors import UsageError
from verification.files import writing

SCHEMA_VERSION = 1

Result = dict[str, Any]


def line_of(key: str, result: str) -> str:
    """One result in the journal; `result` is JSON already."""
    return f'{{"key": {json.dumps(key)}, "result": {result}}}\n'


@contextmanager
def open_journal(path: Path, digest: str) -> Generator[tuple[dict[str, Result], TextIO]]:
    """The results that a journal has, and the journal open for more.

    A line without its end was torn when the campaign was killed: it is cut off and computed again.
    """
    text = b""
    if path.exists():
        text = path.read_bytes()
    whole = text[: text.rfind(b"\n") + 1]
    known = _read(path, whole.decode("utf-8", errors="replace"), digest)
    if known is None and text and not text.startswith(b'{"schema_version"'):
        raise UsageError(_foreign(path, "is no journal of a campaign"))
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        opened = path.open("r+" if path.exists() else "w", encoding="utf-8", newline="\n")
    with opened as file:
        file.truncate(len(whole))
        file.seek(0, os.SEEK_END)
        if known is None:
            heading = {"schema_version": SCHEMA_VERSION, "digest": digest}
            file.write(json.dumps(heading) + "\n")
            file.flush()
        yield known or {}, file


def _read(path: Path, text: str, digest: str) -> dict[str, Result] | None:
    """Key -> result of a journal's whole lines; None where there is not even a heading."""
    heading, *lines = text.splitlines() or [""]
    if not heading:
        return None
    row = _parsed(heading)
    if row.get("schema_version") != SCHEMA_VERSION or "digest" not in row:
        raise UsageError(_foreign(path, f"is no journal of schema {SCHEMA_VERSION}"))
    if row["digest"] != digest:
        raise UsageError(_foreign(path, "belongs to another netlist, design or other options"))
    known: dict[str, Result] = {}
    for number, line in enumerate(lines, 2):
        row = _parsed(line)
        if "key" not in row or "result" not in row:
            raise UsageError(_foreign(path, f"is damaged in line {number}"))
        known[row["key"]] = row["result"]
    return known


def _parsed(line: str) -> dict[str, Any]:
    """The object on a line; an empty one where there is none."""
    try:
        row = json.loads(line)
    except ValueError:
        return {}
    return row if isinstance(row, dict) else {}


def _foreign(path: Path, what: str) -> str:
    return f"{path}: {what}; delete it, or write to another folder"
