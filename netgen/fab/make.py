"""From a board file and its design to the package that is sent: the pipeline, in order."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PIL import Image

from netgen.bench_docs.guide import bench_documents
from netgen.bench_docs.record import Voltages
from netgen.board.drc import DrcResult, design_rule_check
from netgen.board.kicad.project import project_text
from netgen.build import BuildPlan
from netgen.elaborate import Elaboration
from netgen.errors import ToolError
from netgen.fab.archive import flat_zip
from netgen.fab.assembly import Assembly, assembly
from netgen.fab.board_file import BoardFile
from netgen.fab.checks.assembly import (
    check_designators,
    check_parts,
    check_placements,
    check_rotations,
)
from netgen.fab.checks.gerber import (
    board_frame,
    check_copper,
    check_drills,
    check_layers,
    check_mask,
    check_outline,
    compare_layers,
)
from netgen.fab.checks.kicad import check_rules
from netgen.fab.checks.package import check_manifest, check_zip
from netgen.fab.checks.record import Check
from netgen.fab.gerber import load_reader, read_package
from netgen.fab.html_bom import bom_page
from netgen.fab.kicad import Kicad, Plots, bench, plot
from netgen.fab.manifest import NAME, manifest_text, tools
from netgen.fab.order import Order
from netgen.fab.outcome import Fabricated, Outcome
from netgen.fab.pictures import png, trimmed
from netgen.fab.profile import FabProfile
from netgen.fab.report import report_json, report_text
from netgen.fab.sheet import sheet_text
from netgen.fab.tables import assembly_files
from parts.catalogue import load_catalogue

Tick = Callable[[str, int, int], None]
Witness = Callable[[Path, Path], tuple[Check, ...]]
"""Another judge: given the board file and KiCad's IPC-D-356 of it, what it claims of them."""


def require_tools() -> None:
    """Raise ToolError where KiCad or the Gerber reader is missing: before the work, not after."""
    Kicad.find()
    load_reader()


def fabricate(
    order: Order, x2: bool, voltages: Voltages, witnesses: Sequence[Witness], tick: Tick
) -> Fabricated:
    """Board file -> plots, tables, pages -> checks -> files.

    Args:
        order: the board, its design, and whose rules.
        x2: whether Gerber files carry X2 attributes.
        voltages: of a good board, for the documents of the bench.
        witnesses: asked about the board besides our own checks.
        tick: told how it goes.

    Raises:
        ToolError: KiCad or the Gerber reader is missing or failed.
    """
    kicad = Kicad.find()
    board, made, profile = order.board, order.made, order.profile
    parts = assembly(board, load_catalogue())
    title = made.design.title or board.name
    sheet = sheet_text(board, profile, parts, title)
    with bench(board, project_text(board.name, profile.rules)) as path:
        tick("KiCad plots", 0, 3)
        plots = plot(kicad, path, board, profile, x2, sheet)
        tick("KiCad's rule check", 1, 3)
        drc = _ruled(path)
        export = path.with_suffix(".d356")
        export.write_bytes(plots.beside[".d356"])
        more = tuple(check for witness in witnesses for check in witness(path, export))
    tick("checks", 2, 3)
    tables = assembly_files(board.name, parts)
    texts = {**tables, **bench_documents(made, voltages, order.places), **order.files}
    upload = flat_zip(plots.upload)
    checks, pictures = _checked(board, made, profile, plots, parts, tables, drc, upload)
    files = {
        **_beside(board, plots),
        **{name: text.encode() for name, text in texts.items()},
        **{f"{board.name}-{_plain(layer)}.png": png(image) for layer, image in pictures.items()},
        f"{board.name}-bom.html": bom_page(board, parts, title).encode(),
        f"{board.name}-gerbers.zip": upload,
    }
    used = tools(kicad)
    draft = manifest_text(board, profile.name, "", files, used)
    checks = (*checks, *more, check_zip(upload, plots.upload), check_manifest(draft, files))
    outcome = Outcome(board.name, profile, x2, parts, checks, used)
    return Fabricated(outcome, _plan(board, outcome, files))


def _ruled(path: Path) -> DrcResult:
    drc = design_rule_check(path)
    if drc is None:
        raise ToolError("kicad-cli is gone since it plotted the board")
    return drc


def _checked(
    board: BoardFile, made: Elaboration, profile: FabProfile, plots: Plots, parts: Assembly,
    tables: Mapping[str, str], drc: DrcResult, upload: bytes,
) -> tuple[tuple[Check, ...], Mapping[str, Image.Image]]:  # fmt: skip
    """Our own checks in the order of the checklist, and the pictures of the painted layers."""
    read, frame = read_package(upload), board_frame(board)
    painted = compare_layers(board, read, frame)
    items = len(board.parts) + len(board.tracks) + len(board.vias) + len(board.fills)
    checks = (
        check_layers(board, read, profile),
        check_outline(read),
        check_drills(board, read, frame),
        check_copper(board, read),
        check_mask(board, read, frame),
        painted.check,
        *check_rules(drc, profile.rules, items),
        check_designators(made.circuit, parts, tables),
        check_parts(made.circuit, board, parts),
        check_placements(board, parts, frame, plots.positions),
        check_rotations(parts),
    )
    return checks, painted.pictures


def _beside(board: BoardFile, plots: Plots) -> dict[str, bytes]:
    return {
        f"{board.name}{ending}": trimmed(content) if ending.endswith(".png") else content
        for ending, content in plots.beside.items()
    }


def _plain(layer: str) -> str:
    return layer.replace(".", "_")


def _plan(board: BoardFile, outcome: Outcome, files: Mapping[str, bytes]) -> BuildPlan:
    """The files with the checklist and, last, the manifest of them all."""
    name = outcome.board
    whole = {
        **files,
        f"{name}-checklist.json": (report_json(outcome) + "\n").encode(),
        f"{name}-checklist.txt": (report_text(outcome) + "\n").encode(),
    }
    verdict = "pass" if outcome.passed else "fail"
    text = manifest_text(board, outcome.profile.name, verdict, whole, outcome.tools)
    whole[NAME] = text.encode()
    return BuildPlan({key: whole[key] for key in sorted(whole)})
