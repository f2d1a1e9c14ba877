"""Commands of the board: a design becomes copper and what a fab is sent."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from twinboard.console import FINDING, PASS, BadInputError, app, as_json, exit_code, progress, show
from twinboard.options import FabName, Format, FormatOption, OutOption, Quiet, Spec
from twinboard.packages import Asked, fab_board, fab_system


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
    """Place and route a design's board or boards; write KiCad files (default: out/<name>)."""
    from designs.load import load_design
    from netgen.system.write import write_boards

    loaded = load_design(design)
    with progress(quiet) as tick:
        report = write_boards(loaded, out or Path("out") / loaded.name, time_limit, drc, tick)
    show(as_json(report.as_dict()) if output is Format.JSON else report.as_text(), quiet)
    raise typer.Exit(exit_code(report.verdict))


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
    from netgen.fab.make import require_tools
    from netgen.fab.order import is_board
    from netgen.system.choose import elaborate_boards
    from netgen.system.elaborate import SystemElaboration
    from parts.catalogue import load_catalogue

    if is_board(board) != (design is not None):
        raise BadInputError(
            f"{board}: a board file (.kicad_pcb) needs --design, the design that it should be; "
            "a design stands alone"
        )
    loaded = load_design(design or board)
    require_tools()
    made = elaborate_boards(loaded, load_catalogue())
    asked = Asked(
        out or Path("out") / loaded.name, profile.value if profile else loaded.board.fab, x2,
        pictures, anyway,
    )  # fmt: skip
    with progress(quiet) as tick:
        if isinstance(made, SystemElaboration) and design is None:
            done = fab_system(made, asked, tick)
        else:
            done = fab_board(made, Path(board) if design else None, asked, tick)
    show(as_json(done.table) if output is Format.JSON else done.text, quiet)
    raise typer.Exit(PASS if done.passed else FINDING)
