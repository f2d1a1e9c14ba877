"""A real board: generated, filled and saved by KiCad 9.0.8; and what becomes of damaged text."""

from __future__ import annotations

import gzip
import random
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from parts.catalogue import load_catalogue
from tests.verification.board.small import small_board
from verification.board.checks import check_copper, check_loose
from verification.board.copper import find_copper
from verification.board.extract import stored_netlist
from verification.board.loose import loose_ends
from verification.board.parts import BoardParts, board_parts
from verification.board.reading import parse_board
from verification.board.record import BoardCopper
from verification.checks.records import Check, Verdict
from verification.errors import NetlistError
from verification.reading.netlist import Netlist

PATH = Path(__file__).parent / "data" / "two_edge-kicad9.kicad_pcb.gz"


@cache
def real() -> tuple[BoardCopper, BoardParts, Netlist]:
    """The board of the ready design two_edge, its parts, and the netlist of its stored names."""
    board = parse_board(gzip.decompress(PATH.read_bytes()).decode(), "two_edge.kicad_pcb")
    parts = board_parts(board, None, load_catalogue())
    return board, parts, stored_netlist(board, parts.components)


def judged(board: BoardCopper) -> tuple[Check, Check]:
    """Copper and loose copper."""
    _, parts, netlist = real()
    copper = find_copper(board, parts.closed_jumpers())
    ends = loose_ends(copper)
    return check_copper(copper, ends, parts, netlist, "names"), check_loose(copper, ends)


def test_a_board_that_kicad_has_saved_passes() -> None:
    """Its fills with thermal spokes, its jumpers, its four layers."""
    copper, loose = judged(real()[0])
    assert (copper.verdict, loose.verdict) == (Verdict.PASS, Verdict.PASS)
    assert copper.items == loose.items == ()
    kinds = ("layers", "pads", "tracks", "vias", "fills", "conductors")
    assert [copper.evidence[kind] for kind in kinds] == [4, 284, 697, 154, 2, 65]


def without(board: BoardCopper, kind: str, position: int) -> tuple[BoardCopper, str]:
    """The board without one of its tracks or vias, and the net of that."""
    items = list(getattr(board, kind))
    gone = items.pop(position)
    return replace(board, **{kind: tuple(items)}), gone.net


@pytest.mark.parametrize(("kind", "least"), [("tracks", 14), ("vias", 18)])
def test_a_piece_taken_away_opens_its_own_net_or_nothing(kind: str, least: int) -> None:
    """Twenty pieces, one at a time. KiCad's rules agree on which of them are spare: they lie in
    pads or beside another way, and nothing is unconnected without them."""
    board = real()[0]
    opened = 0
    for position in random.Random(5).sample(range(len(getattr(board, kind))), 20):
        damaged, net = without(board, kind, position)
        check, _ = judged(damaged)
        assert {item.net for item in check.items} <= {net}
        opened += check.verdict is Verdict.FAIL
    assert opened >= least


@pytest.mark.parametrize("seed", range(5))
def test_tracks_swollen_until_they_meet_are_shorts(seed: int) -> None:
    """A track five times as wide: what it now reaches is named with its own net."""
    board = real()[0]
    position = random.Random(seed).randrange(len(board.tracks))
    tracks = list(board.tracks)
    wide = replace(tracks[position], width=5 * tracks[position].width)
    tracks[position] = wide
    check, _ = judged(replace(board, tracks=tuple(tracks)))
    assert all(wide.net in item.net.split(", ") for item in check.items)
    assert (check.verdict is Verdict.FAIL) == bool(check.evidence["shorts"])


@pytest.mark.parametrize("seed", range(5))
def test_damaged_text_is_read_or_refused(seed: int) -> None:
    """Characters lost, doubled and exchanged: a NetlistError, or a board; nothing else."""
    rng = random.Random(seed)
    text = small_board().text(rng.choice((8, 9, 10)))
    refused = 0
    for _ in range(60):
        letters = list(text)
        for _ in range(rng.randrange(1, 4)):
            at = rng.randrange(len(letters))
            letters[at] = rng.choice(("", letters[at] * 2, rng.choice('()" 0xF.-'), "(a", ")"))
        try:
            find_copper(parse_board("".join(letters), "b"))
        except NetlistError as error:
            refused += 1
            assert str(error).startswith("b")
    assert refused
