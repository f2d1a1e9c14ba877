"""Boards broken on purpose: the judge fails each, and names the nets."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.verification.board.crossbar import plane
from tests.verification.board.drawn import BoardDrawn, TrackDrawn
from tests.verification.board.small import (
    checks,
    failed,
    items,
    small_board,
    small_netlist,
    subject,
)
from verification.checks.records import Check, Verdict
from verification.reading.netlist import Netlist, PinRef

Found = dict[str, Check]


def row(board: BoardDrawn, net: str) -> TrackDrawn:
    """The track of a net on the front."""
    return next(t for t in board.tracks if t.net == net and t.layer == "F.Cu")


def damaged(damage: Callable[[BoardDrawn], None]) -> Found:
    board = small_board()
    damage(board)
    return checks(board.text())


def said(found: Found, name: str) -> str:
    """Everything that a check says of its items."""
    return "\n".join(
        f"{item.refdes}.{item.pin} [{item.net}] {item.expected} | {item.got}"
        for item in items(found, name)
    )


def test_the_intact_board_passes() -> None:
    """Nothing below is a false alarm; every check has looked at something."""
    found = checks(small_board().text())
    assert {name: check.verdict for name, check in found.items()} == {
        "board_parts": Verdict.PASS,
        "board_copper": Verdict.PASS,
        "loose_copper": Verdict.PASS,
        "board_cuts": Verdict.PASS,
        "board_names": Verdict.PASS,
    }
    evidence = found["board_copper"].evidence
    assert (evidence["pads"], evidence["nets"], evidence["conductors"]) == (39, 13, 13)


def test_a_cut_track() -> None:
    """Net, the pins on both sides, and where the copper ends."""

    def cut(board: BoardDrawn) -> None:
        track = row(board, "A")
        x, y = (track.start[0] + track.end[0]) / 2, track.start[1]
        board.tracks.append(TrackDrawn("A", "F.Cu", (x + 0.2, y), track.end))
        track.end = (x - 0.2, y)

    found = damaged(cut)
    assert failed(found) == ["board_copper"]
    assert said(found, "board_copper") == (
        "R1.2 [A] all pins of net A on one conductor | R1.2 cut off from U1.3, U1.5; "
        "copper ends freely at (25.2, 16) and (24.8, 16)"
    )
    assert found["loose_copper"].verdict is Verdict.WARNING


def bridged(board: BoardDrawn) -> None:
    a, b = row(board, "A"), row(board, "B")
    x = max(a.start[0], b.start[0]) + 0.5
    board.tracks.append(TrackDrawn("A", "F.Cu", (x, a.start[1]), (x, b.start[1])))


def test_two_nets_bridged_by_a_track() -> None:
    """Both nets, and the place where the track of one meets the other."""
    found = damaged(bridged)
    assert failed(found) == ["board_copper"]
    text = said(found, "board_copper")
    assert text.startswith("U1.1 [A, B] nets A and B apart | one conductor: track on F.Cu")
    assert text.endswith("at (12.5, 17)")


def test_a_bridge_that_bears_no_name() -> None:
    """Where all names are erased the place is on the way between the two nets' pads."""
    board = small_board()
    bridged(board)
    for item in (*board.tracks, *board.vias):
        item.net = ""
    for part in board.parts:
        for pad in part.pads:
            pad.net = ""
    found = checks(board.text())
    assert "[A, B] nets A and B apart | one conductor: " in said(found, "board_copper")
    assert found["board_copper"].evidence["shorts"] == 1


@pytest.mark.parametrize(
    ("refdes", "turn"), [("U1", 180), ("U1", 90), ("U2", 270), ("R1", 180), ("C2", 180)]
)
def test_a_turned_footprint(refdes: str, turn: int) -> None:
    """Its nets are open or shorted, and it is named as turned, by how much."""
    found = damaged(lambda board: setattr(board.part(refdes), "rotation", float(turn)))
    assert failed(found) == ["board_copper"]
    named = [item for item in items(found, "board_copper") if "stands" in item.got]
    assert [item.refdes for item in named] == [refdes]
    assert named[0].got.startswith(f"it stands turned by {turn} degrees (at {turn} degrees): ")
    nets = {net for part in small_board().parts if part.refdes == refdes
            for net in (pad.net for pad in part.pads)}  # fmt: skip
    text = said(found, "board_copper")
    assert all(net in text for net in nets)


def test_a_mirrored_footprint() -> None:
    """Its pads are not those of its siblings, and its nets are shorted."""

    def mirror(board: BoardDrawn) -> None:
        for pad in board.part("U1").pads:
            pad.at = (-pad.at[0], pad.at[1])

    found = damaged(mirror)
    assert failed(found) == ["board_copper", "board_parts"]
    assert [item.refdes for item in items(found, "board_parts")] == ["U1"]


def test_one_mirrored_pad() -> None:
    """The pad lands on another: a short where it is, an open where it was."""

    def mirror(board: BoardDrawn) -> None:
        pad = board.part("U1").pads[0]
        pad.at = (-pad.at[0], pad.at[1])

    found = damaged(mirror)
    assert failed(found) == ["board_copper", "board_parts"]
    text = said(found, "board_copper")
    assert "U1.1 [VCC, B] nets VCC and B apart" in text
    assert "U1.1 [B] all pins of net B on one conductor | U1.1 cut off" in text


def test_a_moved_footprint() -> None:
    """By half a pitch: no pad meets its via any more."""

    def move(board: BoardDrawn) -> None:
        part = board.part("U2")
        part.at = (part.at[0], part.at[1] - 2.0)

    found = damaged(move)
    assert failed(found) == ["board_copper"]
    text = said(found, "board_copper")
    assert all(f"[{net}]" in text for net in ("D", "E", "K", "VCC", "GND"))


def test_a_zone_removed_or_without_its_fill() -> None:
    """Each pin of GND is alone; an unfilled zone is a fault of its own."""
    gone = damaged(lambda board: board.zones.clear())
    assert failed(gone) == ["board_copper"]
    assert {item.net for item in items(gone, "board_copper")} == {"GND"}
    assert len(items(gone, "board_copper")) == 6
    empty = damaged(lambda board: board.zones[0].fills.clear())
    assert failed(empty) == ["board_copper", "loose_copper"]
    assert items(empty, "loose_copper")[0].net == "GND"


def test_a_hole_in_the_plane_that_a_via_falls_through() -> None:
    """A fill with a hole where it should meet a via of its own net: that pin is open."""
    board = small_board()
    via = next(v for v in board.vias if v.net == "GND")
    via.net = "elsewhere"
    fill = small_board().zones[0].fills
    right, bottom = max(x for x, _ in fill[0]), max(y for _, y in fill[0])
    board.zones[0].fills = [plane(board, "GND", right, bottom)]
    found = checks(board.text())
    assert [(item.refdes, item.net) for item in items(found, "board_copper")] == [("U1", "GND")]


def test_a_via_deleted_or_shifted_off_its_track() -> None:
    """The pin behind it is cut off."""

    def delete(board: BoardDrawn) -> None:
        board.vias.remove(next(v for v in board.vias if v.net == "E"))

    def shift(board: BoardDrawn) -> None:
        via = [v for v in board.vias if v.net == "E"][1]
        via.at = (via.at[0], via.at[1] + 0.36)

    for damage in (delete, shift):
        found = damaged(damage)
        assert failed(found) == ["board_copper"]
        assert "U2.1 [E] all pins of net E on one conductor" in said(found, "board_copper")


def test_names_exchanged_in_the_file_do_not_fool_the_copper() -> None:
    """All names of A and B exchanged: the copper is right, and the names are called wrong."""
    swap = {"A": "B", "B": "A"}

    def exchange(board: BoardDrawn) -> None:
        for item in (*board.tracks, *board.vias, *(p for q in board.parts for p in q.pads)):
            item.net = swap.get(item.net, item.net)

    found = damaged(exchange)
    assert found["board_copper"].verdict is Verdict.PASS
    assert failed(found) == ["board_names"]
    assert {item.net for item in items(found, "board_names")} == {"A", "B"}


def test_names_that_agree_with_broken_copper_do_not_hide_it() -> None:
    """A footprint turned and the names of its pads with it: the file agrees with its copper."""

    def agree(board: BoardDrawn) -> None:
        part = board.part("R1")
        part.rotation = 180.0
        one, two = part.pads
        one.net, two.net = two.net, one.net

    found = damaged(agree)
    assert failed(found) == ["board_copper", "board_names"]
    assert "R1" in said(found, "board_names")


def test_two_names_of_pads_exchanged() -> None:
    """The pins whose names are wrong, and what they are called."""

    def exchange(board: BoardDrawn) -> None:
        one, two = board.part("U1").pads[0], board.part("U1").pads[2]
        one.net, two.net = two.net, one.net

    found = damaged(exchange)
    assert failed(found) == ["board_names"]
    assert said(found, "board_names") == (
        "U1.1 [B] net B | the board file: net A\nU1.3 [A] net A | the board file: net B"
    )


def test_parts_missing_extra_or_others() -> None:
    """By reference: what is missing, what is there twice, what is another part."""

    def change(board: BoardDrawn) -> None:
        board.parts.remove(board.part("C2"))
        board.part("C1").value = "220nF"
        board.part("R2").name = "Resistor_SMD:R_0805_2012Metric"
        board.part("R3").fields["MPN"] = "other"
        board.parts.append(board.part("J1"))

    found = damaged(change)
    assert failed(found) == ["board_parts"]
    assert [(item.refdes, item.got) for item in items(found, "board_parts")] == [
        ("C1", "value 220nF"),
        ("C2", "no such footprint on the board"),
        ("J1", "2 footprints"),
        ("R2", "Resistor_SMD:R_0805_2012Metric"),
        ("R3", "MPN other"),
    ]


def test_a_missing_pad() -> None:
    """A footprint without one of its pads: the pin and its net."""
    found = damaged(lambda board: board.part("J1").pads.pop())
    assert failed(found) == ["board_copper"]
    assert "J1.3 [IN] a pad 3 on net IN | no pad of this number" in said(found, "board_copper")


def test_a_jumper_that_is_open_or_bridged_beside_its_strip() -> None:
    """Without its strip it is open; a track between its pads joins what the netlist keeps apart;
    a track over its strip touches both."""
    opened = damaged(lambda board: setattr(board.part("JP1"), "bridge", None))
    assert failed(opened) == ["board_copper"]
    assert "JP1.1 [] a closed jumper" in said(opened, "board_copper")

    def beside(board: BoardDrawn) -> None:
        x, y = board.part("JP1").at
        board.tracks.append(TrackDrawn("", "F.Cu", (x - 0.5, y), (x + 0.5, y)))

    assert "[D, C]" in said(damaged(beside), "board_copper")

    def over(board: BoardDrawn) -> None:
        x, y = board.part("JP1").at
        board.tracks.append(TrackDrawn("", "F.Cu", (x, y - 1), (x, y), 0.1))

    found = damaged(over)
    assert "JP1. [] a strip that joins its own pads and nothing else" in said(found, "board_copper")


def test_a_drawing_of_another_part_is_no_jumper() -> None:
    """Only a part whose record is a closed jumper has a strip; copper between a resistor's pads
    shorts them, whatever the file calls it."""

    def draw(board: BoardDrawn) -> None:
        board.part("R1").bridge = (-0.3, -0.2, 0.3, 0.2)

    assert "[A, IN]" in said(damaged(draw), "board_copper")


def test_the_netlist_of_a_damaged_board_is_what_its_copper_joins() -> None:
    """The rest of the judge sees the bridge as one net, and nothing by name."""
    board = small_board()
    assert subject(board.text()).netlist == Netlist(
        subject(board.text()).netlist.components, small_netlist().nets
    )
    bridged(board)
    netlist = subject(board.text()).netlist
    (joined,) = (net for net in netlist.nets if PinRef("U1", "1") in net.pins)
    assert {PinRef("U1", "3"), PinRef("R2", "1")} <= set(joined.pins)
    assert len(netlist.nets) == len(small_netlist().nets) - 1


def test_pieces_of_a_net_have_names_of_their_own() -> None:
    """Nets of one name are joined by the judge; pieces of a cut net must not be."""
    board = small_board()
    board.zones.clear()
    names = [net.name for net in subject(board.text()).netlist.nets]
    assert len(names) == len(set(names))
    assert names.count("GND") == 1
    assert "GND (piece 2)" in names
