"""Readers: from a netlist file to a Netlist, by the own reader or by kinparse, a second witness."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from verification.errors import UsageError
from verification.reading.netlist import Netlist
from verification.reading.netlist_text import parse_netlist
from verification.reading.sexpr import read_text

Reader = Literal["own", "kinparse"]


def read_netlist(path: str | Path, reader: Reader = "own") -> Netlist:
    """Read a KiCad netlist (the dialects of KiCad 6 to 10).

    Args:
        path: the file.
        reader: "own", or "kinparse": a slower second witness that nobody here wrote.

    Raises:
        NetlistError: what is wrong with the file, and in which line.
        UsageError: a reader that does not exist.
    """
    return parse_with(reader, read_text(Path(path)), str(Path(path)))


def parse_with(reader: Reader, text: str, source: str) -> Netlist:
    """The netlist in a text by a reader; see `read_netlist`."""
    if reader == "own":
        return parse_netlist(text, source)
    if reader == "kinparse":
        from verification.reading.kinparse_reader import parse_with_kinparse  # noqa: PLC0415 (slow to load)

        return parse_with_kinparse(text, source)
    raise UsageError(f'no netlist reader is called "{reader}"; allowed: own, kinparse')
