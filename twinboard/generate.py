"""Commands of the generator: a design becomes netlists."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from twinboard.console import FINDING, PASS, BadInputError, app, as_json, show
from twinboard.options import Format, FormatOption, OutOption, Quiet, Spec

if TYPE_CHECKING:
    from netgen.build import BuildResult


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
