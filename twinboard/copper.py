"""Commands of the board: a design becomes copper and what a fab is sent."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from twinboard.console import FINDING, PASS, BadInputError, app, as_json, exit_code, progress, show
from twinboard.options import FabName, Format, FormatOption, OutOption, Quiet, Spec
from twinboard.witness import board_witness, expected_voltages


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
