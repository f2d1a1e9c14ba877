"""The copper of several boards, and their cables, are judged as one network; damage is named."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from systems import elaborated, several, write_system

from verification.board.networks import CONTACT_OHM, WIRE_OHM_PER_M, joined
from verification.board.resistance import Network
from verification.checks.records import Check, Verdict
from verification.errors import NetlistError, UsageError
from verification.reading.netlist import PinRef, Wire
from verification.report import Report
from verification.verify import VerifyOptions, verify

DESIGN = "two_edge"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The system file of two small boards, everything beside it."""
    return write_system(DESIGN, 2, tmp_path_factory.mktemp("system"))


@pytest.fixture
def files(whole: Path, tmp_path: Path) -> Path:
    """A copy to break."""
    shutil.copytree(whole.parent, tmp_path / "copy")
    return tmp_path / "copy" / whole.name


def judged(system: Path, boards: Path | None = None) -> Report:
    options = VerifyOptions(learning=False, ideal=True, kicad=False, boards=boards or system.parent)
    return verify(system, several(DESIGN, 2), options)


def checks_of(report: Report) -> dict[str, Check]:
    return {check.name: check for check in report.checks}


def test_the_copper_is_the_network(whole: Path) -> None:
    """Every check passes; those of the netlists are the same, the boards' own stand before them."""
    checks = checks_of(judged(whole))
    assert {check.verdict for check in checks.values()} == {Verdict.PASS}
    plain = verify(whole, several(DESIGN, 2), VerifyOptions(learning=False, ideal=True))
    for check in plain.checks:
        assert checks[check.name] == check
    own = [name for name in checks if name not in {check.name for check in plain.checks}]
    assert own == [
        "board_parts", "board_copper", "loose_copper", "board_cuts", "board_names",
        "track_resistance",
    ]  # fmt: skip
    copper = checks["board_copper"].evidence
    assert copper["boards"] == 2
    assert copper["b1_against"] == f"{DESIGN}-b1.net"
    assert copper["b1_nets"] != copper["b2_nets"]
    drops = checks["track_resistance"].evidence
    assert 0 < float(drops["b1_supply_droop_v"]) < 0.05
    assert 0 < float(drops["b2_supply_droop_v"]) < 0.05


def test_a_cut_node_has_its_cable_in_series(whole: Path) -> None:
    """Its resistance is more than a wire's; no other node of so small a board has as much."""
    assert "2" in elaborated(DESIGN, 2).plan.cut_nodes
    ohm = float(checks_of(judged(whole))["track_resistance"].evidence["largest_node_ohm"])
    assert ohm > WIRE_OHM_PER_M * 0.3 + 2 * CONTACT_OHM


def tracks_of(text: str, net: str) -> Iterator[str]:
    """The lines of a board's text that are tracks of a net."""
    number = text.split(f'"{net}")', maxsplit=1)[0].rsplit("(net ", 1)[1].strip()
    for line in text.splitlines(keepends=True):
        if "(segment" in line and f"(net {number})" in line:
            yield line


@pytest.mark.parametrize("board", ["b1", "b2"])
def test_a_cut_track_on_any_board_fails_and_names_its_net(board: str, files: Path) -> None:
    """The net of the cut node, with the board's name, from copper alone."""
    path = files.parent / f"{DESIGN}-{board}.kicad_pcb"
    text = path.read_text(encoding="utf-8")
    for line in list(tracks_of(text, "N2_FREE")):
        text = text.replace(line, "")
    path.write_text(text, encoding="utf-8")
    report = judged(files)
    assert report.verdict == "fail"
    copper = checks_of(report)["board_copper"]
    assert copper.verdict is Verdict.FAIL
    assert {item.net for item in copper.items} == {f"{board}:N2_FREE"}
    assert all(item.refdes.startswith(f"{board}:") for item in copper.items)
    assert all(item.expected.startswith(f"on board {board}, ") for item in copper.items)
    # The assembled network is another one, and the judge of circuits says so as well.
    assert checks_of(report)["analog"].verdict is Verdict.FAIL


def test_a_bridge_names_both_nets(files: Path) -> None:
    path = files.parent / f"{DESIGN}-b2.kicad_pcb"
    text = path.read_text(encoding="utf-8")
    first, second = (next(tracks_of(text, f"N2_{side}")) for side in ("FREE", "CLAMPED"))
    ends = [line.split("(start ")[1].split(")")[0] for line in (first, second)]
    layer = first.split("(layer ")[1].split(")")[0]
    bridge = (
        f"\t(segment (start {ends[0]}) (end {ends[1]}) (width 0.2) (layer {layer}) (net 0)"
        ' (uuid "00000000-0000-4000-8000-000000000001"))\n'
    )
    path.write_text(text.replace(first, first + bridge, 1), encoding="utf-8")
    copper = checks_of(judged(files))["board_copper"]
    assert copper.verdict is Verdict.FAIL
    assert all(item.net.startswith("b2:") for item in copper.items)


def test_boards_in_each_others_place_fail(files: Path) -> None:
    one, two = (files.parent / f"{DESIGN}-b{k}.kicad_pcb" for k in (1, 2))
    first = one.read_bytes()
    one.write_bytes(two.read_bytes())
    two.write_bytes(first)
    checks = checks_of(judged(files))
    assert checks["board_parts"].verdict is Verdict.FAIL


def test_boards_may_lie_in_folders_of_their_own(files: Path) -> None:
    """As `fab` leaves them."""
    for path in list(files.parent.glob("*.kicad_pcb")):
        folder = files.parent / "made" / path.stem
        folder.mkdir(parents=True)
        path.rename(folder / path.name)
    assert judged(files, files.parent / "made").verdict == "pass"


def test_a_board_that_is_not_there_is_named(files: Path) -> None:
    board = files.parent / f"{DESIGN}-b2.kicad_pcb"
    board.unlink()
    with pytest.raises(NetlistError) as caught:
        judged(files)
    assert str(caught.value) == (
        f"{board}: no such file, nor {board.with_suffix('') / board.name}; `twinboard board` "
        "writes the boards of a design, name its folder"
    )


def test_a_netlist_is_no_board(files: Path) -> None:
    board = files.parent / f"{DESIGN}-b2.kicad_pcb"
    board.write_bytes(board.with_suffix(".net").read_bytes())
    with pytest.raises(NetlistError) as caught:
        judged(files)
    assert str(caught.value) == f"{board}: no KiCad board; `twinboard board` writes one"


def test_boards_belong_to_a_system_file(whole: Path) -> None:
    file = whole.parent / f"{DESIGN}-b1.net"
    with pytest.raises(UsageError) as caught:
        judged(file, whole.parent)
    assert str(caught.value) == (
        f"{file} is no system file; --boards names the boards of one: build writes it beside the "
        "netlists, as <name>-system.json"
    )


def test_one_board_of_several_is_refused(whole: Path) -> None:
    file = whole.parent / f"{DESIGN}-b1.kicad_pcb"
    with pytest.raises(UsageError) as caught:
        verify(file, several(DESIGN, 2), VerifyOptions(kicad=False))
    assert str(caught.value) == (
        f"design {DESIGN} is on 2 boards, and {file} is one of them; give the system file instead, "
        f"which joins them: {DESIGN}-system.json (with --boards DIR, the folder of their board "
        "files)"
    )


def test_an_export_is_of_one_board(whole: Path) -> None:
    with pytest.raises(UsageError, match=r"-system\.json is a system file; a netlist to compare"):
        verify(whole, several(DESIGN, 2), VerifyOptions(export="x.d356"))


def resistor(name: str, ohm: float) -> Network:
    """Two pins with a resistor between them."""
    pins = {PinRef(name, "1"): 0, PinRef(name, "2"): 1}
    return Network(2, pins, np.array([[0, 1]]), np.array([ohm]))


def test_copper_on_two_boards_and_a_wire_are_in_series() -> None:
    """R1 on b1, half a metre, R2 on b2; a second wire beside the first halves it."""
    ends = PinRef("b1:R1", "2"), PinRef("b2:R2", "1")
    pieces = [("b1", resistor("R1", 2.0)), ("b2", resistor("R2", 3.0))]
    wire = Wire("1-2/1", *ends, 0.5)
    cable = 0.5 * WIRE_OHM_PER_M + 2 * CONTACT_OHM
    for wires, between in (((wire,), cable), ((wire, wire), cable / 2)):
        found = joined(pieces, wires)
        assert found is not None
        ohm = found.between([PinRef("b1:R1", "1"), PinRef("b2:R2", "2")])[0, 1]
        assert ohm == pytest.approx(2 + 3 + between)


def test_copper_of_no_piece_is_none() -> None:
    assert joined([], ()) is None
    (alone,) = (joined([("b1", resistor("R1", 2.0))], ()),)
    assert alone is not None
    assert set(alone.node_of) == {PinRef("b1:R1", "1"), PinRef("b1:R1", "2")}
