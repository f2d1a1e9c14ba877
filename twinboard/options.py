"""Arguments and options that commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    """Of what a command prints."""

    TEXT = "text"
    JSON = "json"


class ReportFormat(StrEnum):
    """Of a verdict."""

    TEXT = "text"
    JSON = "json"
    JUNIT = "junit"
    SARIF = "sarif"
    HTML = "html"


class FabName(StrEnum):
    """Whose rules and file names."""

    JLCPCB = "jlcpcb"
    PCBWAY = "pcbway"
    OSHPARK = "oshpark"


class CutWhen(StrEnum):
    """When edges are cut."""

    BEFORE = "before"
    AFTER = "after"


class Reader(StrEnum):
    """Which reader reads the netlist."""

    OWN = "own"
    KINPARSE = "kinparse"


Spec = Annotated[str, typer.Argument(metavar="DESIGN", help="Ready design, folder or design.toml.")]
DesignOption = Annotated[
    str, typer.Option("--design", metavar="DESIGN", help="Ready design, folder or design.toml.")
]
NetlistFile = Annotated[Path, typer.Argument(metavar="NETLIST", help="A KiCad netlist file.")]
BoardsFile = Annotated[
    Path,
    typer.Argument(metavar="NETLIST", help="A KiCad netlist file, or a system file of several."),
]
OutOption = Annotated[Path | None, typer.Option("-o", "--out", metavar="DIR", help="Write here.")]
FormatOption = Annotated[Format, typer.Option("--format", help="What to print.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")]
Ideal = Annotated[bool, typer.Option("--ideal", help="Nominal parts instead of drawn ones.")]
Steps = Annotated[int | None, typer.Option(min=1, help="Learning steps instead of the task's.")]
Seed = Annotated[int | None, typer.Option(min=0, help="One board and one start: this seed.")]
Workers = Annotated[int | None, typer.Option(min=1, help="Processes; one a core by default.")]
Scheduler = Annotated[
    str | None, typer.Option(metavar="ADDRESS", help="A Dask scheduler instead of this machine.")
]
ReaderOption = Annotated[Reader, typer.Option("--reader", help="Which netlist reader.")]
