"""Commands of the judge: is this netlist, or this board, the network that learns?"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from twinboard.console import FINDING, PASS, app, as_json, exit_code, progress, show, show_written
from twinboard.options import (
    BoardsFile,
    DesignOption,
    Format,
    FormatOption,
    Ideal,
    OutOption,
    Quiet,
    Reader,
    ReaderOption,
    ReportFormat,
    Seed,
    Steps,
)


@app.command()
def verify(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="A KiCad netlist, a board (.kicad_pcb), or a system file of several.",
        ),
    ],
    design: DesignOption,
    netlist: Annotated[
        Path | None, typer.Option("--netlist", metavar="NETLIST", help="What a board should be.")
    ] = None,
    ipcd356: Annotated[
        Path | None,
        typer.Option(
            "--ipcd356", metavar="EXPORT", help="A board's IPC-D-356, instead of KiCad's."
        ),
    ] = None,
    kicad: Annotated[bool, typer.Option(help="Ask KiCad for a board's IPC-D-356.")] = True,
    boards: Annotated[
        Path | None,
        typer.Option("--boards", metavar="DIR", help="A system's board files: judge their copper."),
    ] = None,
    learning: Annotated[
        bool, typer.Option(help="Train every task, or run the checks only.")
    ] = True,
    ideal: Ideal = False,
    seeds: Annotated[int | None, typer.Option(min=1, help="Boards and starts a task.")] = None,
    seed: Seed = None,
    steps: Steps = None,
    spice: Annotated[bool, typer.Option("--spice", help="Ask ngspice as well.")] = False,
    reader: ReaderOption = Reader.OWN,
    out: OutOption = None,
    output: Annotated[ReportFormat, typer.Option("--format", help="What to print.")] = (
        ReportFormat.TEXT
    ),
    quiet: Quiet = False,
) -> None:
    """Judge a netlist, a board, or several boards as one: structure, electrics, rule, learning.

    A board file is judged by its copper: what the tracks really join is the netlist.
    --netlist names the netlist that it was made from; --boards the boards of a system.
    """
    from designs.load import load_design
    from verification.reports.forms import render, write_reports
    from verification.verify import VerifyOptions
    from verification.verify import verify as judge

    options = VerifyOptions(
        learning=learning, ideal=ideal, seeds=seeds, seed=seed, steps=steps, reader=reader.value,
        spice=spice, netlist=netlist, export=ipcd356, kicad=kicad,
        boards=boards,
    )  # fmt: skip
    with progress(quiet) as tick:
        report = judge(file, load_design(design), options, tick)
    show(render(report, output.value), quiet)
    if out is not None:
        show_written(write_reports(report, out), quiet or output is not ReportFormat.TEXT)
    raise typer.Exit(exit_code(report.verdict))


@app.command()
def spice(
    netlist: BoardsFile,
    design: DesignOption,
    task: Annotated[
        str | None, typer.Option("--task", metavar="T", help="Default: the first allostery task.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of board and start taps.")] = 0,
    ideal: Ideal = False,
    cycles: Annotated[
        int | None, typer.Option(min=0, help="Of learning [100]; 0: operating point alone.")
    ] = None,
    timeout: Annotated[
        float, typer.Option(min=1, metavar="SECONDS", help="For one run of ngspice.")
    ] = 900.0,
    reader: ReaderOption = Reader.OWN,
    out: OutOption = None,
    output: FormatOption = Format.TEXT,
    quiet: Quiet = False,
) -> None:
    """Simulate the board of a netlist with ngspice as well, and compare voltages and taps."""
    from designs.load import load_design
    from verification.built import read_built
    from verification.spice.report import as_text, write_witness
    from verification.spice.witness import WitnessOptions, witness

    options = WitnessOptions(task, seed, ideal, cycles, timeout)
    built = read_built(netlist, load_design(design), reader.value)
    with progress(quiet) as tick:
        found = witness(*built, options, tick)
    show(as_json(found.to_json()) if output is Format.JSON else as_text(found), quiet)
    paths = write_witness(found, out) if out is not None else ()
    show_written(paths, quiet or output is Format.JSON)
    raise typer.Exit(PASS if found.verdict == "pass" else FINDING)


@app.command()
def diff(
    before: Annotated[Path, typer.Argument(metavar="A", help="A netlist or a system file.")],
    after: Annotated[Path, typer.Argument(metavar="B", help="Another one.")],
    output: FormatOption = Format.TEXT,
    quiet: Quiet = False,
) -> None:
    """Compare two netlists by what they join; exit 1 where they differ."""
    from verification.reading.assembly import read_boards
    from verification.reading.compare import compare

    found = compare(read_boards(before), read_boards(after))
    if output is Format.JSON:
        rows = [asdict(difference) for difference in found]
        show(as_json({"schema_version": 1, "differences": rows}), quiet)
    else:
        show("\n".join(map(str, found)) or "no difference", quiet)
    raise typer.Exit(FINDING if found else PASS)
