"""IPC-D-356 read back: by columns, by place where names are cut, and compared with the netlist."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from parts.catalogue import load_catalogue
from tests.verification.board.drawn import BoardDrawn, PadDrawn, PartDrawn
from tests.verification.board.small import small_board, small_netlist
from verification.board.checks import check_export
from verification.board.ipcd356 import ProbePoint, match_export, parse_ipcd356
from verification.board.reading import parse_board
from verification.board.subject import Witnesses, board_subject
from verification.checks.records import Check, Verdict
from verification.errors import NetlistError, UsageError
from verification.reading.netlist import PinRef

# Written by kicad-cli 9.0.8: a via, a jumper at 30 degrees, a part on the back at 20 degrees.
KICAD9 = """P  CODE 00
P  UNITS CUST 0
P  arrayDim   N
317GND              VIA        MD0118PA00X+041339Y-031496X0236Y0000R000S3
327GND              J1    -1          A01X+039148Y-031624X0394Y0197R330S2
327N/C              U1    -1          A04X+042648Y-032534X0768Y0236R340S1
999
"""


def record(net: str, refdes: str, pin: str, x: float, y: float, drill: float = 0.0) -> str:
    """One line, as KiCad writes it: names cut, 0.1 mil, y up."""
    kind, hole = ("317", f"D{round(drill / 2.54e-3):04d}P") if drill else ("327", " " * 6)
    place = f"X{round(x / 2.54e-3):+07d}Y{round(-y / 2.54e-3):+07d}"
    return (
        f"{kind}{net.upper()[-14:]:14}   {refdes[:6]:6}-{pin[:4]:4} {hole}A{0 if drill else 1:02d}"
        f"{place}X0236Y0236R000S2"
    )


def export(board: BoardDrawn, origin: tuple[float, float] = (0.0, 0.0)) -> str:
    """What KiCad would export of a board that nothing is turned on."""
    lines = ["P  CODE 00", "P  UNITS CUST 0", "P  arrayDim   N"]
    lines += (
        record(via.net, "VIA", "", *via.at, via.drill).replace("-   ", "    ", 1)
        for via in board.vias
    )
    for part in board.parts:
        for pad in part.pads:
            x, y = part.at[0] + pad.at[0] - origin[0], part.at[1] + pad.at[1] - origin[1]
            lines.append(record(pad.net or "N/C", part.refdes, pad.number, x, y, pad.drill))
    return "\n".join([*lines, "999", ""])


def judged(board: BoardDrawn, text: str) -> Check:
    """The check of an export against the netlist."""
    found = match_export(parse_ipcd356(text, "x.d356"), parse_board(board.text(), "b"))
    return check_export(found, small_netlist(), "x.d356")


def test_lines_by_columns() -> None:
    """Vias have no pin; N/C is no net; places are in tenths of a mil, y up."""
    assert parse_ipcd356(KICAD9, "x") == (
        ProbePoint("GND", "J1", "1", (39148, -31624), 1),
        ProbePoint("N/C", "U1", "1", (42648, -32534), 4),
    )


@pytest.mark.parametrize("origin", [(0.0, 0.0), (12.3, -45.6), (1000.0, 1000.0)])
def test_an_export_of_the_board_passes(origin: tuple[float, float]) -> None:
    """Wherever its origin is."""
    board = small_board()
    check = judged(board, export(board, origin))
    assert (check.verdict, check.evidence["pins"]) == (Verdict.PASS, 39)


def test_pins_of_cut_names_are_told_apart_by_place() -> None:
    """UE1_2_1 and UE1_2_2 are both cut to UE1_2_; so are pins of five letters."""
    parts = [
        PartDrawn(f"UE1_2_{k}", "L:U", "u", (10.0 * k, 5.0), [
            PadDrawn("GPIO1", (0, 0), f"A{k}"), PadDrawn("GPIO2", (2, 0), f"B{k}"),
        ])
        for k in (1, 2, 3)
    ]  # fmt: skip
    board = BoardDrawn(parts)
    found = match_export(parse_ipcd356(export(board, (3, 3)), "x"), parse_board(board.text(), "b"))
    assert found.nets == {
        PinRef(f"UE1_2_{k}", pin): f"{net}{k}"
        for k in (1, 2, 3)
        for pin, net in (("GPIO1", "A"), ("GPIO2", "B"))
    }
    assert (found.unknown, found.absent) == ((), ())


def test_two_pins_on_exchanged_nets() -> None:
    """Both are named, with the net that the netlist has and the one that the export has."""
    board = small_board()
    one, two = board.part("U1").pads[0], board.part("U1").pads[2]
    one.net, two.net = two.net, one.net
    check = judged(small_board(), export(board))
    assert [(item.refdes, item.pin, item.net, item.got) for item in check.items] == [
        ("U1", "1", "B", "the export: net A"),
        ("U1", "3", "A", "the export: net B"),
    ]


def test_a_pad_in_another_place_or_left_out() -> None:
    """The export has a point where no pad is, and none where one is."""
    board = small_board()
    board.part("R1").pads[0].at = (-0.5, 3.0)
    del board.part("C1").pads[1]
    check = judged(small_board(), export(board))
    assert [(item.refdes, item.pin, item.expected) for item in check.items] == [
        ("C1", "2", "a test point in the export"),
        ("R1", "1", "a test point in the export"),
        ("R1", "1", "a pad of the board at this place"),
    ]


def test_without_kicad_the_witness_has_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither passed nor failed: not run, and how to get it."""
    monkeypatch.setenv("PATH", "")
    witnesses = Witnesses(small_netlist())
    found = board_subject(small_board().text(), "b", load_catalogue(), witnesses)
    (check,) = (check for check in found.checks if check.name == "ipcd356")
    assert check.verdict is Verdict.NOT_RUN
    assert check.reason.startswith("kicad-cli is not installed; apt-get install")


def stand_in(folder: Path, body: str) -> None:
    """A program of KiCad's name."""
    tool = folder / "kicad-cli"
    tool.write_text(f"#!{sys.executable}\nimport sys\n{body}\n", encoding="utf-8")
    tool.chmod(0o755)


def export_of(board: BoardDrawn) -> Check:
    found = board_subject(board.text(), "b", load_catalogue(), Witnesses(small_netlist()))
    return next(check for check in found.checks if check.name == "ipcd356")


def test_kicad_is_asked_for_an_export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It gets a copy of the board and the place to write to, and is believed to have read it."""
    board = small_board()
    (tmp_path / "ready").write_text(export(board), encoding="utf-8")
    stand_in(tmp_path, (
        "verbs, out, board = sys.argv[1:4], sys.argv[5], sys.argv[6]\n"
        "assert verbs == ['pcb', 'export', 'ipcd356'] and open(board).read(10) == '(kicad_pcb'\n"
        f"open(out, 'w').write(open({str(tmp_path / 'ready')!r}).read())"
    ))  # fmt: skip
    monkeypatch.setenv("PATH", str(tmp_path))
    check = export_of(board)
    assert (check.verdict, check.evidence["from"]) == (Verdict.PASS, "kicad-cli")


def test_a_kicad_that_does_not_read_the_board_is_no_witness(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An older KiCad and a newer board: not run, with what it said."""
    stand_in(tmp_path, "sys.exit('Failed to load board')")
    monkeypatch.setenv("PATH", str(tmp_path))
    check = export_of(small_board())
    assert check.verdict is Verdict.NOT_RUN
    assert check.reason == "kicad-cli cannot export IPC-D-356 of b: Failed to load board"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no test point of a pad"),
        ("P  UNITS CUST 1\n", "x, line 1: units other than CUST 0"),
        ("P  UNITS CUST 0\nhello\n", "x, line 2: no test point of IPC-D-356"),
    ],
)
def test_what_is_no_export_is_refused(text: str, message: str) -> None:
    """With the line."""
    with pytest.raises(NetlistError, match=re.escape(message)):
        parse_ipcd356(text, "x")


def test_an_export_that_is_missing_is_named(tmp_path: Path) -> None:
    """The user chose the file."""
    witnesses = Witnesses(small_netlist(), tmp_path / "none.d356")
    with pytest.raises(UsageError, match=r"none\.d356: cannot be read"):
        board_subject(small_board().text(), "b", load_catalogue(), witnesses)
