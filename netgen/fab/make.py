"""From a board file and its design to the package that is sent: the pipeline, in order."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from netgen.board.drc import DrcResult, design_rule_check
from netgen.board.kicad.project import project_text
from netgen.build import BuildPlan
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
    check_size,
    compare_layers,
)
from netgen.fab.checks.kicad import check_rules
from netgen.fab.checks.package import check_manifest, check_zip
from netgen.fab.checks.record import Check
from netgen.fab.gerber import load_reader, read_package
from netgen.fab.html_bom import bom_page
from netgen.fab.kicad import Kicad, Plots, Wish, bench, plot
from netgen.fab.manifest import NAME, board_head, manifest_text, tools
from netgen.fab.order import Order
from netgen.fab.outcome import Fabricated, Outcome
from netgen.fab.pictures import png, trimmed
from netgen.fab.report import report_json, report_text
from netgen.fab.sheet import sheet_text
from netgen.fab.tables import assembly_files
from parts.catalogue import load_catalogue

_ENDINGS = (
    "-3d.png", "-back.svg", "-bom-generic.csv", "-bom-jlcpcb.csv", "-bom-pcbway.csv", "-bom.html",
    "-bottom.png", "-bring-up.html", "-bring-up.md", "-checklist.json", "-checklist.txt",
    "-drawing.pdf", "-front.svg", "-gerbers.zip", "-placement-generic.csv",
    "-placement-jlcpcb.csv", "-placement-pcbway.csv", "-top.png", ".d356", ".step",
)  # fmt: skip
Tick = Callable[[str, int, int], None]
Witness = Callable[[Path, Path], tuple[Check, ...]]
"""Another judge: given the board file and KiCad's IPC-D-356 of it, what it claims of them."""


def require_tools() -> None:
    """Raise ToolError where KiCad or the Gerber reader is missing: before the work, not after."""
    Kicad.find()
    load_reader()


def package_names(board: str) -> tuple[str, ...]:
    """Files that a package has whatever is on the board, pictures of its layers aside."""
    return (NAME, *(f"{board}{ending}" for ending in _ENDINGS))


def fabricate(
    order: Order, wish: Wish, documents: Mapping[str, str], witnesses: Sequence[Witness], tick: Tick
) -> Fabricated:
    """Board file -> plots, tables, pages -> checks -> files.

    Args:
        order: the board, its design, and whose rules.
        wish: what is asked of KiCad.
        documents: of the bench, by name.
        witnesses: asked about the board besides our own checks.
        tick: told how it goes.

    Raises:
        ToolError: KiCad or the Gerber reader is missing or failed.
    """
    board, profile = order.board, order.profile
    parts = assembly(board, load_catalogue())
    kicad = Kicad.find()
    asked = _ask_kicad(kicad, order, parts, wish, witnesses, tick)
    tick("checks", 2, 3)
    tables = assembly_files(board.name, parts)
    upload = flat_zip(asked.plots.upload)
    checks, pictures = _checked(order, asked, parts, tables, upload)
    texts = {
        **tables,
        **documents,
        **order.files,
        f"{board.name}-bom.html": bom_page(board, parts, order.title),
    }
    files = {
        **_beside(board, asked.plots),
        **{name: text.encode() for name, text in texts.items()},
        **{f"{board.name}-{_plain(layer)}.png": png(image) for layer, image in pictures.items()},
        f"{board.name}-gerbers.zip": upload,
    }
    used = tools(kicad)
    draft = manifest_text(board_head(board), profile.name, "", files, used)
    checks += (check_zip(upload, asked.plots.upload), check_manifest(draft, files))
    outcome = Outcome(board.name, profile, wish.x2, parts, checks, used)
    return Fabricated(outcome, _plan(board, outcome, files))


@dataclass(frozen=True)
class _Asked:
    """What KiCad plots and says, and what the witnesses say."""

    plots: Plots
    rules: DrcResult
    more: tuple[Check, ...]


def _ask_kicad(
    kicad: Kicad,
    order: Order,
    parts: Assembly,
    wish: Wish,
    witnesses: Sequence[Witness],
    tick: Tick,
) -> _Asked:
    board, profile = order.board, order.profile
    sheet = sheet_text(board, profile, parts, order.title)
    with bench(board, project_text(board.name, profile.rules)) as path:
        tick("KiCad plots", 0, 3)
        plots = plot(kicad, path, board, profile, wish, sheet)
        tick("KiCad's rule check", 1, 3)
        rules = design_rule_check(path)
        export = path.with_suffix(".d356")
        export.write_bytes(plots.beside[".d356"])
        more = tuple(check for witness in witnesses for check in witness(path, export))
    if rules is None:
        raise ToolError("kicad-cli is gone since it plotted the board")
    return _Asked(plots, rules, more)


def _checked(
    order: Order, asked: _Asked, parts: Assembly, tables: Mapping[str, str], upload: bytes
) -> tuple[tuple[Check, ...], Mapping[str, Image.Image]]:
    """The checks in the order of the checklist, and the pictures of the painted layers."""
    board, circuit = order.board, order.made.circuit
    read, frame = read_package(upload), board_frame(board)
    painted = compare_layers(board, read, frame)
    items = len(board.parts) + len(board.tracks) + len(board.vias) + len(board.fills)
    checks = (
        check_layers(board, read, order.profile),
        check_outline(read),
        check_size(board, order.profile.rules),
        check_drills(board, read, frame),
        check_copper(board, read),
        check_mask(board, read, frame),
        painted.check,
        *check_rules(asked.rules, order.profile.rules, items),
        *asked.more,
        check_designators(circuit, parts, tables),
        check_parts(circuit, board, parts),
        check_placements(board, parts, frame, asked.plots.positions),
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
    text = manifest_text(board_head(board), outcome.profile.name, verdict, whole, outcome.tools)
    whole[NAME] = text.encode()
    return BuildPlan({key: whole[key] for key in sorted(whole)})
