"""KiCad's plots: every footprint as the board file has it, whole packages, always the same."""

import csv
import io
import json
import subprocess
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from fab_boards import RULES, made_up_voltages, needs_kicad, ordered

from netgen.bench_docs.guide import bench_documents
from netgen.board.kicad.board import board_text
from netgen.board.kicad.project import project_text
from netgen.board.record import LAYERS, Board, Placed
from netgen.fab.archive import flat_zip
from netgen.fab.board_file import BoardFile
from netgen.fab.checks.gerber import board_frame, check_drills, check_mask, compare_layers
from netgen.fab.checks.record import Check, judged
from netgen.fab.gerber import read_package
from netgen.fab.kicad import Kicad, Plots, Wish, bench, plot
from netgen.fab.make import fabricate, package_names
from netgen.fab.order import Order
from netgen.fab.outcome import Fabricated
from netgen.fab.profile import fab_profile
from netgen.fab.reading import parse_board_file
from parts.footprint import MM, Rect
from parts.footprint_file import load_footprints

QUICK = Wish(pictures=False)
pytestmark = [needs_kicad, pytest.mark.xdist_group("fab")]


def gallery() -> BoardFile:
    """Every footprint in every turn."""
    placed: list[Placed] = []
    x = y = MM
    low = 0
    for turn in (0, 90, 180, 270):
        for number, shape in enumerate(load_footprints().values()):
            court = shape.courtyard.turned(turn)
            if x + court.width > 200 * MM:
                x, y, low = MM, y + low, 0
            at = (x - court.left, y - court.top)
            placed.append(
                Placed(f"X{number}_{turn}", f"g/x{number}/{turn}", shape, at, turn, (), "m", "v")
            )
            x += court.width
            low = max(low, court.height)
    edge = Rect(0, 0, 202 * MM, y + low + MM)
    board = Board("gallery", "All", edge, LAYERS[2], RULES, tuple(placed))
    return parse_board_file(board_text(board), "gallery.kicad_pcb")


def plots_of(board: BoardFile) -> Plots:
    """KiCad's, without a drawing sheet's words."""
    profile, sheet = fab_profile("jlcpcb"), '(kicad_wks (version 20220228) (generator "test"))'
    with bench(board, project_text(board.name, profile.rules)) as path:
        return plot(Kicad.find(), path, board, profile, Wish(pictures=False), sheet)


def test_every_footprint_in_every_turn() -> None:
    """Copper, holes and mask of KiCad's plot are those that we read out of the file."""
    board = gallery()
    read, frame = read_package(flat_zip(plots_of(board).upload)), board_frame(board)
    found = (
        compare_layers(board, read, frame).check,
        check_drills(board, read, frame),
        check_mask(board, read, frame),
    )
    assert [check.findings for check in found] == [(), (), ()]
    assert found[2].count > 1000


@cache
def package(
    profile: str = "jlcpcb",
    wish: Wish = QUICK,
    change: Callable[[str], str] | None = None,
) -> Fabricated:
    """The package of the smallest ready design, made once for each kind."""
    order = ordered("two_edge")
    if change is not None:
        order = replace(
            order, board=parse_board_file(change(order.board.text), "two_edge.kicad_pcb")
        )
    order = replace(order, profile=fab_profile(profile))
    return made(order, wish)


def made(order: Order, wish: Wish) -> Fabricated:
    """Without a simulation: its numbers are no matter here."""
    return fabricate(order, wish, documents(order), (), lambda what, done, total: None)


def documents(order: Order) -> Mapping[str, str]:
    """Of the bench."""
    voltages = made_up_voltages(order.made.design)
    return bench_documents(order.made, voltages, order.places)


def failed(result: Fabricated) -> set[str]:
    """Names of the checks that fail."""
    return {check.name for check in result.outcome.checks if check.verdict == "fail"}


def inside(result: Fabricated) -> dict[str, bytes]:
    """What lies in the zip."""
    with zipfile.ZipFile(io.BytesIO(result.plan.files["two_edge-gerbers.zip"])) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_ready_design_is_order_ready() -> None:
    """Every check passes, each over something."""
    result = package(wish=Wish())
    assert failed(result) == set()
    assert [check.name for check in result.outcome.checks] == [
        "layers", "outline", "size", "drills", "copper", "mask", "painted", "drc", "unconnected",
        "designators", "part_numbers", "placements", "rotations", "zip", "manifest",
    ]  # fmt: skip
    assert all(check.count for check in result.outcome.checks)


def test_the_package_is_complete() -> None:
    """The zip holds what a fab needs, the rest lies beside it."""
    whole = package(wish=Wish())
    names = set(inside(whole))
    assert names == {
        f"two_edge-{name}"
        for name in (
            "F_Cu.gtl", "In1_Cu.g1", "In2_Cu.g2", "B_Cu.gbl", "F_Mask.gts", "B_Mask.gbs",
            "F_Silkscreen.gto", "B_Silkscreen.gbo", "F_Paste.gtp", "B_Paste.gbp", "Edge_Cuts.gm1",
            "PTH.drl", "NPTH.drl",
        )
    }  # fmt: skip
    beside = set(whole.plan.files)
    pictures = {f"two_edge-{layer}.png" for layer in ("F_Cu", "In1_Cu", "In2_Cu", "B_Cu")}
    boards = {"two_edge.kicad_pcb", "two_edge.kicad_pro"}
    assert beside == {*package_names("two_edge"), *pictures, *boards}
    manifest = json.loads(whole.plan.files["manifest.json"])
    assert set(manifest["files"]) == beside - {"manifest.json"}


def test_the_same_board_gives_the_same_bytes() -> None:
    """Every file, pictures and PDF among them."""
    again = made(ordered("two_edge"), Wish())
    first, second = package(wish=Wish()).plan.files, again.plan.files
    assert [name for name in first if first[name] != second[name]] == []


OSHPARK = ("oshpark", Wish(x2=False, pictures=False))


def test_x2_is_a_choice() -> None:
    """Attributes in the one, none in the other, and both are read alike."""
    assert b"%TF.FileFunction,Copper,L1,Top*%" in inside(package())["two_edge-F_Cu.gtl"]
    plain = package(*OSHPARK)
    assert b"%TF." not in inside(plain)["two_edge-F_Cu.gtl"]
    assert failed(plain) == set()


def test_oshpark_wants_one_drill_file_and_no_paste() -> None:
    """By its own rules, which are stricter."""
    result = package(*OSHPARK)
    names = set(inside(result))
    assert {name for name in names if name.endswith(".drl")} == {"two_edge.drl"}
    assert not any("Paste" in name for name in names)
    assert failed(result) == set()


def track_of(text: str, layer: str) -> str:
    """The first track of a layer, as it stands in the file."""
    lines = text.splitlines(keepends=True)
    return next(line for line in lines if "(segment" in line and f'(layer "{layer}")' in line)


def cut(text: str) -> str:
    """A track is missing."""
    return text.replace(track_of(text, "F.Cu"), "", 1)


def renamed(text: str) -> str:
    """A part of another number than the netlist's."""
    return text.replace(
        '(property "MPN" "CC0603KRX7R9BB104"', '(property "MPN" "RC0603FR-0710KL"', 1
    )


def moved(text: str) -> str:
    """A connector away from its board, with everything that KiCad says about that."""
    board = parse_board_file(text, "b")
    part = next(part for part in board.parts if part.refdes == "JCTL_1")
    x, y = part.at[0] / 1e6, part.at[1] / 1e6
    return text.replace(f"(at {x:g} {y:g}", f"(at {x + 80:g} {y:g}", 1)


@pytest.mark.parametrize(
    ("change", "names"),
    [(cut, {"drc", "unconnected"}), (renamed, {"part_numbers"}), (moved, {"placements", "drills"})],
)
def test_a_damaged_board_is_not_order_ready(change: Callable[[str], str], names: set[str]) -> None:
    """And the check that fails is the one about the damage."""
    assert names <= failed(package(change=change))


def test_witnesses_are_asked_with_kicads_export() -> None:
    """Their claims stand in the checklist, and their findings count."""

    def witness(board: object, export: object) -> tuple[Check, ...]:
        assert Path(str(board)).read_text(encoding="utf-8") == ordered("two_edge").board.text
        assert "P  CODE 00" in Path(str(export)).read_text(encoding="utf-8")
        return (judged("judge", "it is the netlist", 0, {}, ()),)

    order = ordered("two_edge")
    result = fabricate(order, QUICK, documents(order), (witness,), lambda *_: None)
    assert failed(result) == {"judge"}
    assert not result.outcome.passed


SYSTEM = Path("/usr/bin/python3")
RESAVE = """
import sys, pcbnew
board = pcbnew.LoadBoard(sys.argv[1])
board.FindFootprintByReference("RCTL_2").SetDNP(True)
pcbnew.SaveBoard(sys.argv[2], board)
"""


@pytest.mark.skipif(
    not SYSTEM.exists()
    or subprocess.run([SYSTEM, "-c", "import pcbnew"], capture_output=True, check=False).returncode,
    reason="the system's Python has no pcbnew; it comes with KiCad's package",
)
def test_a_board_that_kicad_has_saved(tmp_path: Path) -> None:
    """In KiCad's own format of today, with a part that somebody will not fit."""
    order, before, after = ordered("two_edge"), tmp_path / "a.kicad_pcb", tmp_path / "b.kicad_pcb"
    before.write_text(order.board.text, encoding="utf-8")
    command = [SYSTEM, "-c", RESAVE, before, after]
    subprocess.run(command, check=True, capture_output=True)
    board = parse_board_file(after.read_text(encoding="utf-8"), "two_edge.kicad_pcb")
    assert '(generator "pcbnew")' in board.text
    result = made(replace(order, board=board), QUICK)
    assert failed(result) == set()
    assert ("RCTL_2", "do not populate") in result.outcome.parts.left_out


def test_our_origins_are_kicads() -> None:
    """Placement, drill and Gerber from the same corner: every part lies on the rectangle."""
    text = package().plan.files["two_edge-placement-generic.csv"].decode()
    frame = board_frame(ordered("two_edge").board)
    assert (frame.left, frame.bottom) == (-1, -1)
    for row in csv.DictReader(io.StringIO(text)):
        assert 0 < float(row["Mid X"]) < frame.right - 1
        assert 0 < float(row["Mid Y"]) < frame.top - 1
