"""twinboard: the command line, the only module that sees both the generator and the judge.

Every command is a thin call. Imports stand inside the commands, so that `--help` answers at once.
Exit codes: 0 pass, 1 the design has a finding, 2 usage or bad input, 3 a tool or dependency is
missing, 4 internal error, 5 inconclusive.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import shutil
import signal
import sys
import traceback
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from netgen.bench_docs.record import Voltages
    from netgen.build import BuildResult
    from netgen.elaborate import Elaboration
    from netgen.fab.make import Witness
    from verification.report import Report
    from verification.training.result import LearnResult

PASS, FINDING, BAD_INPUT, MISSING, INTERNAL, INCONCLUSIVE = range(6)

app = typer.Typer(
    name="twinboard",
    help="Write the board of a self-learning twin resistor network, and prove from its netlist "
    "that it will learn.",
    epilog="Exit codes: 0 pass, 1 the design has a finding, 2 usage or bad input, 3 a tool is "
    "missing, 4 internal error, 5 inconclusive.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


class BadInputError(ValueError):
    """Bad input that only the command line sees."""


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


def show(text: str, quiet: bool) -> None:
    """Print a result; errors do not come this way."""
    if not quiet:
        print(text)


def as_json(data: object) -> str:
    """The one JSON form of every command."""
    return json.dumps(data, indent=2, ensure_ascii=False)


@contextmanager
def progress(quiet: bool) -> Generator[Callable[[str, int, int], None]]:
    """A bar on a terminal; nothing elsewhere. The callback takes (what, done, total)."""
    if quiet or not sys.stderr.isatty():
        yield lambda what, done, total: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda what, done, total: bar.update(
            task, description=what, completed=done, total=total
        )


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="The new design's name: its folder is made here.")],
    quiet: Quiet = False,
) -> None:
    """Start a design: a folder here with a commented design.toml."""
    from designs.new import template

    text = template(name)
    folder = Path(name)
    try:
        folder.mkdir()
        (folder / "design.toml").write_text(text, encoding="utf-8")
    except OSError as error:
        reason = "exists already" if folder.exists() else f"cannot be made ({error.strerror})"
        raise BadInputError(f"{folder}: {reason}; choose another name or folder") from error
    show(f"Wrote {folder / 'design.toml'}.\nNext: twinboard build {name}", quiet)


@app.command()
def build(
    design: Spec,
    out: OutOption = None,
    output: FormatOption = Format.TEXT,
    quiet: Quiet = False,
) -> None:
    """Write netlist, ERC, BOM, interface and drawing of a design (default folder: out/<name>)."""
    from designs.load import load_design
    from netgen.system.build import build as build_design

    loaded = load_design(design)
    result = build_design(loaded, out or Path("out") / loaded.name)
    if output is Format.JSON:
        show(as_json(built_as_dict(result)), quiet)
    else:
        show(built_as_text(result), quiet)
    raise typer.Exit(PASS if result.erc.clean else FINDING)


@app.command()
def board(
    design: Spec,
    out: OutOption = None,
    time_limit: Annotated[
        float | None,
        typer.Option("--time-limit", min=1.0, metavar="S", help="Seconds; a partial board then."),
    ] = None,
    drc: Annotated[bool, typer.Option(help="Ask KiCad, where it is installed.")] = True,
    output: FormatOption = Format.TEXT,
    quiet: Quiet = False,
) -> None:
    """Place and route the board of a design; write KiCad files (default folder: out/<name>)."""
    from designs.load import load_design
    from netgen.board.write import board_report, write_board

    loaded = load_design(design)
    with progress(quiet) as tick:
        written = write_board(loaded, out or Path("out") / loaded.name, time_limit, drc, tick)
    report = board_report(written)
    show(as_json(report.as_dict()) if output is Format.JSON else report.as_text(), quiet)
    raise typer.Exit({"pass": PASS, "fail": FINDING, "inconclusive": INCONCLUSIVE}[report.verdict])


@app.command()
def fab(
    board: Annotated[
        str, typer.Argument(metavar="DESIGN_OR_BOARD", help="A design, or a .kicad_pcb file.")
    ],
    design: Annotated[
        str | None, typer.Option("--design", metavar="DESIGN", help="What a board file should be.")
    ] = None,
    out: OutOption = None,
    profile: Annotated[
        FabName | None, typer.Option("--profile", help="The fab; the design's by default.")
    ] = None,
    x2: Annotated[bool, typer.Option(help="Gerber X2 attributes.")] = True,
    pictures: Annotated[
        bool, typer.Option(help="Renders, drawings, 3D model: most of the time.")
    ] = True,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Write the files even where a check fails.")
    ] = False,
    output: FormatOption = Format.TEXT,
    quiet: Quiet = False,
) -> None:
    """Make what a fab and an assembler are sent, and check it (default folder: out/<name>)."""
    from designs.load import load_design
    from netgen.build import check_room, write_plan
    from netgen.fab.kicad import Wish
    from netgen.fab.make import fabricate, package_names, require_tools
    from netgen.fab.order import is_board, order_board, order_design
    from netgen.fab.report import written_as_dict, written_as_text

    if is_board(board) != (design is not None):
        raise BadInputError(
            f"{board}: a board file (.kicad_pcb) needs --design, the design that it should be; "
            "a design stands alone"
        )
    loaded = load_design(design or board)
    require_tools()
    folder = out or Path("out") / loaded.name
    check_room(package_names(loaded.name), folder)  # before the work, not after it
    with progress(quiet) as tick:
        asked = profile.value if profile else loaded.board.fab
        order = (
            order_board(Path(board), loaded, asked) if design else order_design(loaded, asked, tick)
        )
        voltages = expected_voltages(order.made)
        judge = board_witness(order.made)
        result = fabricate(order, Wish(x2, pictures), voltages, (judge,), tick)
    passed = result.outcome.passed
    paths = write_plan(result.plan, folder) if passed or anyway else ()
    if output is Format.JSON:
        show(as_json(written_as_dict(result, paths)), quiet)
    else:
        show(written_as_text(result, paths), quiet)
    raise typer.Exit(PASS if passed else FINDING)


def board_witness(made: Elaboration) -> Witness:
    """The judge, for `fab`: copper and KiCad's export are the netlist, all checks but the tasks."""
    from netgen.emit.netlist import emit_netlist
    from netgen.fab.checks.record import Check, Finding, judged
    from verification.checks.records import Verdict
    from verification.verify import VerifyOptions
    from verification.verify import verify as judge

    def ask(board: Path, export: Path) -> tuple[Check, ...]:
        netlist = board.with_suffix(".net")
        netlist.write_text(emit_netlist(made.circuit, made.design.erc_waivers).text, "utf-8")
        options = VerifyOptions(learning=False, netlist=netlist, export=export)
        report = judge(board, made.design, options)
        bad = [c for c in report.checks if c.verdict not in (Verdict.PASS, Verdict.WARNING)]
        findings = [
            Finding(
                f"{check.name}: {item.refdes}.{item.pin} on {item.net}: expected {item.expected}, "
                f"got {item.got}",
                item.fix,
            )
            for check in bad
            for item in check.items
        ]
        findings += [
            Finding(f"{check.name} is {check.verdict}", "see `twinboard verify` of the board")
            for check in bad
            if not check.items
        ]
        evidence = {check.name: str(check.verdict) for check in report.checks}
        claim = "the judge reads the netlist out of the copper and out of KiCad's IPC-D-356"
        return (judged("judge", claim, len(report.checks), evidence, findings),)

    return ask


def expected_voltages(made: Elaboration) -> Voltages:
    """What a meter shows on a good board: the judge's simulation of the netlist, for `fab`."""
    from netgen.bench_docs.record import Level, Moment, Voltages
    from netgen.emit.netlist import emit_netlist
    from parts.catalogue import load_catalogue
    from verification.reading.netlist import parse_netlist
    from verification.training.first_power import BOARDS, first_power

    text = emit_netlist(made.circuit, made.design.erc_waivers).text
    found = first_power(parse_netlist(text), made.design, load_catalogue())
    moments = (
        Moment(
            moment.task,
            moment.pins,
            tuple(Level(item.what, item.volts, item.low, item.high) for item in moment.levels),
            moment.supply_a,
        )
        for moment in found
    )
    return Voltages(tuple(moments), BOARDS)


def built_as_dict(result: BuildResult) -> dict[str, Any]:
    """`build --format json`."""
    return {
        "schema_version": 1,
        "verdict": "pass" if result.erc.clean else "fail",
        "design": result.design,
        "nodes": result.nodes,
        "edges": result.edges,
        "components": result.components,
        "nets": result.nets,
        "erc": [finding.message for finding in result.erc.open_findings],
        "unused_waivers": [waiver.where for waiver in result.erc.unused_waivers],
        **({"boards": [asdict(board) for board in result.boards]} if result.boards else {}),
        "digest": result.digest,
        "files": [path.as_posix() for path in result.files],
    }


def built_as_text(result: BuildResult) -> str:
    """What `build` says."""
    erc = result.erc
    lines = [
        f"{result.design}: {result.nodes} nodes, {result.edges} edges -> "
        f"{result.components} components, {result.nets} nets",
        *(
            f"  {board.name}: {board.nodes} nodes, {board.edges} edges -> "
            f"{board.components} components, {board.nets} nets"
            for board in result.boards
        ),
        f"ERC {'pass' if erc.clean else 'fail'}: {len(erc.open_findings)} findings over "
        f"{erc.checked_nets} nets and {erc.checked_pins} pins",
    ]
    lines += [f"  {finding.severity}: {finding.message}" for finding in erc.open_findings]
    lines += [
        f"  waiver without a finding: {waiver.rule} at {waiver.where}; remove it from the design"
        for waiver in erc.unused_waivers
    ]
    return "\n".join([*lines, *(f"wrote {path}" for path in result.files)])


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

    A board file is judged by its copper: what the tracks really join is the netlist. --netlist
    holds it against the netlist that it was made from.
    """
    from designs.load import load_design
    from verification.reports.forms import render, write_reports
    from verification.verify import VerifyOptions
    from verification.verify import verify as judge

    options = VerifyOptions(
        learning=learning, ideal=ideal, seeds=seeds, seed=seed, steps=steps, reader=reader.value,
        spice=spice, netlist=netlist, export=ipcd356, kicad=kicad,
    )  # fmt: skip
    with progress(quiet) as tick:
        report = judge(file, load_design(design), options, tick)
    show(render(report, output.value), quiet)
    if out is not None:
        for path in write_reports(report, out):
            show(f"wrote {path}", quiet or output is not ReportFormat.TEXT)
    raise typer.Exit(exit_code(report))


def exit_code(report: Report) -> int:
    """The verdict as an exit code."""
    return {"pass": PASS, "fail": FINDING, "inconclusive": INCONCLUSIVE}[report.verdict]


@app.command()
def learn(
    netlist: BoardsFile,
    design: DesignOption,
    task: Annotated[str, typer.Option("--task", metavar="T", help="Name of one of its tasks.")],
    seed: Annotated[int, typer.Option(min=0, help="Of board, start taps, samples, masks.")] = 0,
    ideal: Ideal = False,
    steps: Steps = None,
    update_probability: Annotated[
        float | None, typer.Option(help="Of each edge in each step, 0 < p <= 1.")
    ] = None,
    cut: Annotated[str, typer.Option(metavar="E1,E2", help="Edges to cut, as in 4-7,6-3.")] = "",
    cut_random: Annotated[int, typer.Option(min=0, metavar="K", help="Edges to cut by lot.")] = 0,
    cut_when: Annotated[
        CutWhen, typer.Option(help="Before training, or after it and then train again.")
    ] = CutWhen.AFTER,
    reader: ReaderOption = Reader.OWN,
    out: OutOption = None,
    output: FormatOption = Format.TEXT,
    quiet: Quiet = False,
) -> None:
    """Train one task on the board of a netlist; with -o write curve, voltages, taps, pictures."""
    from designs.load import load_design
    from verification.built import read_built
    from verification.training.damage import Damage
    from verification.training.learn import learn as train
    from verification.training.recording import Recorder

    boards, loaded = read_built(netlist, load_design(design), reader.value)
    names = tuple(name.strip() for name in cut.split(",") if name.strip())
    damage = Damage(names, cut_random, cut_when.value) if names or cut_random else None
    recorder = None if out is None else Recorder()
    with progress(quiet) as tick:
        result = train(
            boards, loaded, task, seed, ideal=ideal, steps=steps,
            update_probability=update_probability, damage=damage, recorder=recorder,
            progress=lambda done, total: tick(f"task {task}", done, total),
        )  # fmt: skip
    paths: tuple[Path, ...] = ()
    if out and recorder:
        from verification.training.learn_files import write_learning  # loads matplotlib

        paths = write_learning(result, recorder, loaded, out)
    show(as_json(result.to_json()) if output is Format.JSON else learned_as_text(result), quiet)
    for path in paths:
        show(f"wrote {path}", quiet or output is Format.JSON)


def learned_as_text(result: LearnResult) -> str:
    """What `learn` says."""
    from verification.reports.words import metric_text

    def said(value: float) -> str:
        return metric_text(result.metric, value)

    lines = [
        f"{result.design}, task {result.task} ({result.kind}), seed {result.seed}, "
        f"{result.mode} parts",
        f"{result.metric}: {said(result.initial)} before, {said(result.value)} after "
        f"{result.steps} steps",
    ]
    if result.damage is not None:
        hurt = result.damage
        lines.append(
            f"cut {', '.join(hurt.cut)} {hurt.when} training (jumpers {', '.join(hurt.jumpers)}): "
            f"{said(hurt.intact)} -> {said(hurt.damaged)}, trained {said(result.value)}"
        )
    return "\n".join(lines)


@app.command()
def damage(
    netlist: BoardsFile,
    design: DesignOption,
    task: Annotated[
        list[str] | None, typer.Option("--task", metavar="T", help="Only this task; repeatable.")
    ] = None,
    seeds: Annotated[int, typer.Option(min=1, help="Boards and starts: seeds 0 to N - 1.")] = 20,
    most: Annotated[
        int | None, typer.Option(min=0, metavar="K", help="Most edges cut; half by default.")
    ] = None,
    ideal: Ideal = False,
    workers: Workers = None,
    scheduler: Scheduler = None,
    out: OutOption = None,
    output: FormatOption = Format.TEXT,
    quiet: Quiet = False,
) -> None:
    """Train with ever more edges cut; with -o write table and picture, and resume from there."""
    from designs.load import load_design
    from verification.built import read_built
    from verification.reports.damage import damage_json, damage_text, write_damage_curves
    from verification.training.damage_curve import damage_curves

    boards, loaded = read_built(netlist, load_design(design))
    with progress(quiet) as tick:
        curves = damage_curves(
            boards, loaded, task or [], seeds=seeds, most=most, ideal=ideal,
            journal=out and out / f"{loaded.name}-damage.jsonl",
            workers=workers, scheduler=scheduler,
            progress=lambda done, total: tick("damage", done, total),
        )  # fmt: skip
    body = damage_json(loaded, curves, seeds, ideal)
    said = as_json(body) if output is Format.JSON else damage_text(loaded, curves, seeds, ideal)
    show(said, quiet)
    for path in write_damage_curves(loaded, curves, seeds, ideal, out) if out else ():
        show(f"wrote {path}", quiet or output is Format.JSON)


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
        show(f"wrote {path}", quiet or output is Format.JSON)
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
    for path in write_yield(report, out) if out is not None else ():
        show(f"wrote {path}", quiet or output is Format.JSON)
    raise typer.Exit(FINDING if report.short else PASS)


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
    for path in write_witness(found, out) if out is not None else ():
        show(f"wrote {path}", quiet or output is Format.JSON)
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


@app.command()
def doctor(output: FormatOption = Format.TEXT, quiet: Quiet = False) -> None:
    """Say what is installed here, what is missing, and how to get it."""
    rows = [*map(installed_package, PACKAGES), *map(installed_tool, TOOLS)]
    healthy = all(row["found"] or row["optional"] for row in rows)
    if output is Format.JSON:
        show(as_json({"schema_version": 1, "healthy": healthy, "items": rows}), quiet)
    else:
        lines = [
            f"{'ok     ' if row['found'] else 'missing'} {row['name']:12} "
            f"{row['found'] or row['install']}  ({row['use']})"
            for row in rows
        ]
        show("\n".join([f"Python {sys.version.split()[0]}, {sys.executable}", *lines]), quiet)
    raise typer.Exit(PASS if healthy else MISSING)


# (distribution, what to install where it is optional, what it is for), and (program, how to install
# it, what it is for).
PACKAGES = (
    ("skidl", "", "writes netlists"),
    ("kinparse", "", "second netlist reader"),
    ("networkx", "", "graphs"),
    ("numpy", "", "numbers"),
    ("scipy", "", "reference solver"),
    ("numba", "", "compiled simulation"),
    ("pydantic", "", "reads designs and parts"),
    ("matplotlib", "", "plots"),
    ("distributed", "", "campaigns on all cores"),
    ("klayout", "twinboard[golden]", "optional: a comparer of netlists, `faults --golden`"),
    ("gerbonara", "twinboard[fab]", "optional: reads Gerber files back, `fab`"),
)
TOOLS = (
    (
        "kicad-cli",
        "apt-get install -t bookworm-backports kicad",
        "optional: judges boards, `board`, and plots them, `fab`; not needed to write them",
    ),
    ("ngspice", "apt-get install ngspice", "optional: a second simulator, `spice`"),
)


def installed_package(package: tuple[str, str, str]) -> dict[str, Any]:
    """One row of `doctor`: a Python distribution and its version."""
    from importlib.metadata import PackageNotFoundError, version

    name, extra, use = package
    try:
        found = version(name)
    except PackageNotFoundError:
        found = ""
    return {
        "name": name,
        "found": found,
        "optional": bool(extra),
        "install": f"pip install '{extra}'" if extra else f"pip install {name}",
        "use": use,
    }


def installed_tool(tool: tuple[str, str, str]) -> dict[str, Any]:
    """One row of `doctor`: a program and where it is."""
    name, install, use = tool
    found = shutil.which(name) or ""
    return {"name": name, "found": found, "optional": True, "install": install, "use": use}


def main() -> None:
    """Run a command; turn what it raises into one message and an exit code."""
    # Loading a compiler and a plotter makes many objects and next to no garbage; to look for it
    # after every 700th, and again when all ends anyway, takes a third of a short command's time.
    gc.set_threshold(30_000)
    atexit.register(gc.freeze)
    try:
        app()
    except KeyboardInterrupt:
        fail("interrupted; nothing was left half-written", 128 + signal.SIGINT)
    except BrokenPipeError:
        # The reader of our output has gone; Python would complain once more when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(PASS)
    except ModuleNotFoundError as error:
        fail(f"the Python package {error.name} is missing; pip install twinboard", MISSING)
    except Exception as error:  # the last one to see it: whatever it is has an exit code
        if is_bad_input(error):
            fail(str(error), BAD_INPUT)
        if is_missing_tool(error):
            fail(str(error), MISSING)
        traceback.print_exc()
        fail("internal error, shown above; please report it with your design file", INTERNAL)


def is_bad_input(error: Exception) -> bool:
    """Whether an error is the user's to mend: each package names its own kinds."""
    from designs.errors import DesignError
    from netgen.errors import BuildError
    from parts.errors import PartError
    from verification.errors import NetlistError, UsageError

    return isinstance(
        error, (BadInputError, BuildError, DesignError, NetlistError, PartError, UsageError)
    )


def is_missing_tool(error: Exception) -> bool:
    """Whether a command needs something that is not installed."""
    from netgen.errors import ToolError
    from verification.errors import MissingToolError

    return isinstance(error, MissingToolError | ToolError)


def fail(message: str, code: int) -> NoReturn:
    """One message on standard error, no traceback."""
    print(f"twinboard: {message}", file=sys.stderr)
    sys.exit(code)


if __name__ == "__main__":
    main()
