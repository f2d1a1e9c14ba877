"""Changes of a board file that change nothing: no check may mind."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.verification.board.drawn import TrackDrawn
from tests.verification.board.small import checks, small_board, small_netlist, subject
from verification.checks.records import Verdict


def same(text: str) -> None:
    """Every check passes and counts what it counts on the board as it was drawn."""
    found, before = checks(text), checks(small_board().text())
    assert all(check.verdict is Verdict.PASS for check in found.values())
    assert {n: dict(c.evidence) for n, c in found.items()} == {
        n: dict(c.evidence) for n, c in before.items()
    }
    assert subject(text).netlist == subject(small_board().text()).netlist


@pytest.mark.parametrize("seed", range(4))
def test_order_and_identifiers(seed: int) -> None:
    """Items in another order, other UUIDs, other numbers for the nets."""
    same(small_board().text(seed=seed))


@pytest.mark.parametrize("kicad", [8, 9, 10])
def test_dialects(kicad: int) -> None:
    """KiCad 8, 9 and 10."""
    same(small_board().text(kicad))


@pytest.mark.parametrize("shift", [(100.0, -50.0), (-321.987654, 0.000001), (1000.0, 1000.0)])
def test_translation(shift: tuple[float, float]) -> None:
    """The whole board somewhere else."""
    board = small_board()
    board.shift = shift
    same(board.text())


def test_tracks_drawn_the_other_way_or_in_two_pieces() -> None:
    """Direction and division of a track are not copper."""
    board = small_board()
    pieces: list[TrackDrawn] = []
    for track in board.tracks:
        middle = ((track.start[0] + track.end[0]) / 2, (track.start[1] + track.end[1]) / 2)
        second = replace(track)
        track.start, track.end, second.start = middle, track.start, middle
        pieces.append(second)
    board.tracks += pieces
    found = checks(board.text())
    assert all(check.verdict is Verdict.PASS for check in found.values())


def test_pads_that_overlap_their_track_by_little_still_count() -> None:
    """Whatever number of decimals KiCad writes: a nanometre of rounding opens nothing."""
    board = small_board()
    board.shift = (0.0000004, 0.0000004)
    assert all(check.verdict is Verdict.PASS for check in checks(board.text()).values())


def test_fields_that_only_the_netlist_has() -> None:
    """A board without part numbers is completed from the netlist, jumpers included."""
    board = small_board()
    for part in board.parts:
        part.fields.clear()
        part.name = part.name.rpartition(":")[2]
    same(board.text())


def test_texts_of_kicads_libraries() -> None:
    """Description and datasheet are nobody's claim about what is soldered."""
    names = ("Description", "Datasheet")
    components = tuple(
        replace(part, fields=(*part.fields, *((name, "ours") for name in names)))
        for part in small_netlist().components
    )
    board = small_board()
    for part in board.parts:
        part.fields.update(dict.fromkeys(names, "KiCad's"))
    found = checks(board.text(), replace(small_netlist(), components=components))
    assert all(check.verdict is Verdict.PASS for check in found.values())
