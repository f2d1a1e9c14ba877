"""A design on several boards is packed board by board, with what belongs to all of them."""

import csv
import io
import json
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from fab_boards import made_up_voltages, needs_kicad

from designs import load_design
from netgen.errors import BuildError
from netgen.fab.checks.record import Check, Finding, judged
from netgen.fab.kicad import Wish
from netgen.fab.order import Order, order_board, order_boards
from netgen.fab.outcome import Fabricated
from netgen.fab.whole import (
    WholeOrder,
    check_whole_room,
    fabricate_whole,
    whole_as_dict,
    whole_as_text,
    write_whole,
)
from netgen.system.elaborate import SystemElaboration, elaborate_system
from netgen.system.layout import boards_of
from parts.catalogue import load_catalogue

pytestmark = [needs_kicad, pytest.mark.xdist_group("fab")]
NAMES = ("two_edge-b1", "two_edge-b2")


def silent(what: str, done: int, total: int) -> None:
    """No progress."""


def good(board: Path, export: Path) -> tuple[Check, ...]:
    """A judge of one board that has looked at it."""
    assert board.stem in NAMES
    return (judged("judge", "it is the netlist", export.stat().st_size, {}, ()),)


def whole_judge(system: Path) -> tuple[Check, ...]:
    """A judge of the whole that finds every file beside the system file."""
    table = json.loads(system.read_text(encoding="utf-8"))
    names = [row["netlist"] for row in table["boards"]]
    assert names == [f"{name}.net" for name in NAMES]
    for name in names:
        assert (system.parent / name).is_file()
        assert (system.parent / name).with_suffix(".kicad_pcb").is_file()
    return (judged("judge", "they are the network", len(names), {}, ()),)


@cache
def made() -> SystemElaboration:
    """The smallest ready design on two boards, with cables between channels and nodes."""
    design = load_design("two_edge")
    table = design.board.model_copy(update={"boards": 2, "patching": "cables"})
    return elaborate_system(replace(design, board=table), load_catalogue(), 2)


@cache
def orders() -> tuple[Order, ...]:
    return tuple(
        order for one in boards_of(made()) for order in order_boards((one,), "jlcpcb", silent)
    )


@cache
def packed() -> WholeOrder:
    voltages = made_up_voltages(made().design)
    return fabricate_whole(
        made(), orders(), Wish(pictures=False), voltages, (good, good), whole_judge, silent
    )


def table_of(name: str) -> list[dict[str, str]]:
    text = packed().plan.files[name].decode()
    return list(csv.DictReader(io.StringIO(text)))


def test_everything_is_order_ready() -> None:
    """Each board by its own checklist, and then the whole."""
    order = packed()
    assert order.passed
    assert [package.outcome.board for package in order.boards] == list(NAMES)
    assert [check.name for check in order.checks] == ["packages", "judge", "manifest"]
    text = whole_as_text(order, ())
    assert "two_edge on 2 boards: ORDER-READY" in text.splitlines()
    for name in NAMES:
        assert any(line.startswith(f"{name} for jlcpcb: ORDER-READY") for line in text.splitlines())
    assert [board["board"] for board in whole_as_dict(order, ())["boards"]] == list(NAMES)


def test_the_files_beside_the_packages() -> None:
    """All that the assembled network needs, listed with a hash."""
    files = packed().plan.files
    endings = (
        "-b1.net", "-b2.net", "-bring-up.html", "-bring-up.md", "-cables.csv", "-order.csv",
        "-parts.csv", "-system.json",
    )  # fmt: skip
    names = {f"two_edge{ending}" for ending in endings}
    assert set(files) == {"manifest.json", *names}
    manifest = json.loads(files["manifest.json"])
    assert set(manifest["files"]) == names
    assert set(manifest["packages"]) == set(NAMES)
    assert manifest["verdict"] == "pass"


def test_what_is_bought_is_counted() -> None:
    """Boards with their size, ribbon cables, cables of two wires."""
    rows = table_of("two_edge-order.csv")
    assert [row["Quantity"] for row in rows] == ["1", "1", "1", "3"]
    for row, order, name in zip(rows, orders(), NAMES, strict=False):
        assert row["What"] == f"board {name}"
        places = order.places
        assert row["Figures"].startswith(f"{places.width:g} x {places.height:g} mm, 4 layers")
        assert row["Files"] == f"{name}/{name}-gerbers.zip"
    assert rows[2]["Figures"] == "300 mm, for 1-2/1"
    assert "3 x cable of two wires" in whole_as_text(packed(), ())


def test_every_cable_says_where_its_headers_are() -> None:
    (row,) = table_of("two_edge-cables.csv")
    assert (row["Cable"], row["Ways"], row["Length mm"]) == ("1-2/1", "40", "300")
    assert (row["From board"], row["To board"]) == NAMES
    assert (row["From header"], row["To header"]) == ("JL1_2_1", "JL1_2_1")
    for order, column in zip(orders(), ("From place", "To place"), strict=True):
        assert row[column] == order.places.where("JL1_2_1")


def test_the_parts_of_all_boards_are_added_up() -> None:
    """By the boards' own BOM files."""
    bought: Counter[str] = Counter()
    for package, name in zip(packed().boards, NAMES, strict=True):
        text = package.plan.files[f"{name}-bom-generic.csv"].decode()
        for row in csv.DictReader(io.StringIO(text)):
            bought[row["MPN"]] += int(row["Quantity"])
    rows = table_of("two_edge-parts.csv")
    assert Counter({row["MPN"]: int(row["Quantity"]) for row in rows}) == bought
    for row in rows:
        assert int(row["Quantity"]) == sum(int(row[name]) for name in NAMES)


def test_the_bench_is_told_of_the_system_and_of_each_board() -> None:
    """Cables with their places; readings of every node, on the board that has it."""
    text = packed().plan.files["two_edge-bring-up.md"].decode()
    assert "b1 `JL1_2_1`, " in text
    assert "b2 `JL1_2_1`, " in text
    assert "## Ribbon cables" in text
    assert "node `2`" in text
    assert "twinboard learn two_edge-system.json --design two_edge" in text
    # A header under its plug is no place for a tip.
    assert "`JL1_2_1` pin" not in text
    assert {"### Board b1", "### Board b2"} <= set(text.splitlines())
    for package, name in zip(packed().boards, NAMES, strict=True):
        own = package.plan.files[f"{name}-bring-up.md"].decode()
        assert own.startswith(f"# Board {name}\n")
        assert "`two_edge-bring-up.html`" in own
        assert "`JL1_2_1`" in own


def test_a_finding_of_the_whole_is_no_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """The boards are good, and what they make is not."""
    known = {package.outcome.board: package for package in packed().boards}

    def found(order: Order, *rest: object) -> Fabricated:
        del rest
        return known[order.board.name]

    monkeypatch.setattr("netgen.fab.whole.fabricate", found)

    def bad(system: Path) -> tuple[Check, ...]:
        del system
        return (judged("judge", "they are the network", 1, {}, [Finding("graph: no", "mend it")]),)

    voltages = made_up_voltages(made().design)
    order = fabricate_whole(
        made(), orders(), Wish(pictures=False), voltages, (good, good), bad, silent
    )
    assert not order.passed
    assert whole_as_dict(order, ())["verdict"] == "fail"
    text = whole_as_text(order, ())
    assert "two_edge on 2 boards: NOT ORDER-READY" in text
    assert "! graph: no; mend it" in text
    assert text.splitlines()[-1].startswith("nothing was written: ")
    # Everything else is the same again: the same bytes.
    again = {**order.plan.files, "manifest.json": b""}
    assert again == {**packed().plan.files, "manifest.json": b""}


def test_every_board_lies_in_a_folder_of_its_own(tmp_path: Path) -> None:
    """Written twice over; a file of somebody else in one of the folders is said before the work."""
    write_whole(packed(), tmp_path / "out")
    paths = write_whole(packed(), tmp_path / "out")
    assert sorted(paths) == sorted(path for path in (tmp_path / "out").rglob("*") if path.is_file())
    for name in NAMES:
        assert (tmp_path / "out" / name / f"{name}-gerbers.zip").is_file()
    check_whole_room(NAMES, "two_edge", tmp_path / "out")
    mine = tmp_path / "out" / NAMES[1] / f"{NAMES[1]}-bom-jlcpcb.csv"
    mine.write_text("mine", encoding="utf-8")
    with pytest.raises(BuildError, match=r"two_edge-b2-bom-jlcpcb\.csv exists and is not the work"):
        check_whole_room(NAMES, "two_edge", tmp_path / "out")


def test_a_board_file_says_by_its_name_which_board_it_is(tmp_path: Path) -> None:
    boards = boards_of(made())
    path = tmp_path / "two_edge-b2.kicad_pcb"
    path.write_text(orders()[1].board.text, encoding="utf-8")
    assert order_board(path, boards, "jlcpcb").made == boards[1]
    other = path.rename(tmp_path / "edited.kicad_pcb")
    with pytest.raises(BuildError) as caught:
        order_board(other, boards, "jlcpcb")
    assert str(caught.value) == (
        f"{other}: which board is it? Call the file two_edge-b1.kicad_pcb or two_edge-b2.kicad_pcb"
    )
