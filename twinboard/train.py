"""Commands that train the board of a netlist."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from twinboard.console import app, as_json, progress, show, show_written
from twinboard.options import (
    BoardsFile,
    CutWhen,
    DesignOption,
    Format,
    FormatOption,
    Ideal,
    OutOption,
    Quiet,
    Reader,
    ReaderOption,
    Scheduler,
    Steps,
    Workers,
)

if TYPE_CHECKING:
    from verification.training.result import LearnResult


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
    show_written(paths, quiet or output is Format.JSON)


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
    paths = write_damage_curves(loaded, curves, seeds, ideal, out) if out else ()
    show_written(paths, quiet or output is Format.JSON)
