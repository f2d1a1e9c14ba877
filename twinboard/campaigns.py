"""Campaigns: many broken netlists, many drawn boards."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from twinboard.console import FINDING, PASS, app, as_json, progress, show, show_written
from twinboard.options import (
    BoardsFile,
    DesignOption,
    Format,
    FormatOption,
    NetlistFile,
    OutOption,
    Quiet,
    Scheduler,
    Steps,
    Workers,
)


@app.command()
def faults(
    netlist: NetlistFile,
    design: DesignOption,
    operators: Annotated[
        str, typer.Option("--operators", metavar="LETTERS", help="Out of OSRPXMVTD.")
    ] = "OSRPXMVTD",
    sample: Annotated[
        int, typer.Option(min=1, help="The most mutants of an operator that are tried.")
    ] = 200,
    exhaustive: Annotated[bool, typer.Option("--exhaustive", help="Try every mutant.")] = False,
    seed: Annotated[int, typer.Option(min=0, help="Of samples and identity transforms.")] = 0,
    identity: Annotated[
        int, typer.Option(min=0, metavar="K", help="Identity transforms beside them.")
    ] = 0,
    golden: Annotated[
        Path | None, typer.Option(metavar="NETLIST", help="A column: KLayout against this one.")
    ] = None,
    erc: Annotated[bool, typer.Option("--erc", help="A column: SKiDL's electrical rules.")] = False,
    behaviour: Annotated[bool, typer.Option(help="Drive and train each mutant as well.")] = True,
    workers: Workers = None,
    scheduler: Scheduler = None,
    out: OutOption = None,
    output: FormatOption = Format.TEXT,
    quiet: Quiet = False,
) -> None:
    """Put faults into a netlist, one at a time, and see that the judge sees them."""
    from time import perf_counter

    from designs.load import load_design
    from verification.faults.campaign import FaultOptions, find_faults
    from verification.faults.text import faults_text
    from verification.files import write_whole
    from verification.reading.sexpr import read_text

    begin, text = perf_counter(), read_text(netlist)
    reference = "" if golden is None else read_text(golden)
    options = FaultOptions(
        operators, None if exhaustive else sample, seed, identity, behaviour,
        fault_baselines(text, reference, erc), (reference,), workers, scheduler,
        out / "faults.jsonl" if out else None,
    )  # fmt: skip
    with progress(quiet) as tick:
        report = find_faults(
            text, netlist.name, load_design(design), options,
            lambda done, total: tick("mutants", done, total),
        )  # fmt: skip
    seconds, forms = perf_counter() - begin, (as_json(report.as_dict()), faults_text(report))
    show(forms[output is Format.TEXT], quiet)
    if not quiet:
        print(f"{report.trials} trials, {report.trials / seconds:.1f} a second", file=sys.stderr)
    paths = (out / "faults.json", out / "faults.txt") if out else ()
    for path, form in zip(paths, forms, strict=False):
        write_whole(path, f"{form}\n".encode())
    show_written(paths, quiet or output is Format.JSON)
    raise typer.Exit(PASS if report.passed else FINDING)


def fault_baselines(text: str, golden: str, erc: bool) -> dict[str, Callable[[str], bool]]:
    """The other checkers that `faults` asks, by the name of their column."""
    found: dict[str, Callable[[str], bool]] = {}
    if erc:
        from netgen.emit.baseline import SkidlBaseline

        rules = SkidlBaseline.of(text)
        found = {"ERC errors": rules.killed_by_errors, "ERC all": rules.killed_by_warnings}
    if golden:
        from verification.faults.golden import GoldenComparer

        found["golden"] = GoldenComparer(golden)
    return found


@app.command("yield")
def measure(
    netlist: BoardsFile,
    design: DesignOption,
    boards: Annotated[int, typer.Option(help="How many boards to draw.")] = 200,
    seed: Annotated[int, typer.Option(help="Of the first board.")] = 0,
    task: Annotated[
        list[str] | None, typer.Option("--task", metavar="T", help="A task; default: all.")
    ] = None,
    temperature: Annotated[
        str, typer.Option(metavar="LOW..HIGH", help="Degrees Celsius; one is drawn a board.")
    ] = "15..35",
    sensitivity: Annotated[
        int, typer.Option(metavar="K", help="Boards trained again for each group; 0: none.")
    ] = 100,
    at_least: Annotated[
        float | None, typer.Option(metavar="FRACTION", help="Fail below this yield.")
    ] = None,
    steps: Steps = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    out: OutOption = None,
    output: FormatOption = Format.TEXT,
    quiet: Quiet = False,
) -> None:
    """Draw boards from the parts' tolerances, train each, say how many learn and what limits."""
    from designs.load import load_design
    from verification.built import read_built
    from verification.montecarlo.files import JOURNAL, write_yield
    from verification.montecarlo.measure import YieldOptions, measure_yield, parse_temperature
    from verification.montecarlo.text import render

    low_c, high_c = parse_temperature(temperature)
    options = YieldOptions(
        boards, seed, tuple(task or ()), low_c, high_c, sensitivity, steps, at_least, workers,
        scheduler,
    )  # fmt: skip
    built = read_built(netlist, load_design(design))
    with progress(quiet) as tick:
        report = measure_yield(
            *built, options,
            journal=None if out is None else out / JOURNAL,
            progress=lambda done, total: tick("boards", done, total),
        )  # fmt: skip
    show(as_json(report.to_json()) if output is Format.JSON else render(report), quiet)
    paths = write_yield(report, out) if out is not None else ()
    show_written(paths, quiet or output is Format.JSON)
    raise typer.Exit(FINDING if report.short else PASS)
