"""Parts that are there twice, missing or the wrong sort are found and named on lone cells too."""

from __future__ import annotations

import pytest

from parts.catalogue import load_catalogue
from tests.verification.checks.boards import faults, ready, wired
from tests.verification.checks.mutants import (
    short,
    with_field,
    with_part_twice,
    without_part,
)
from verification.checks.records import Item
from verification.reading.netlist import Netlist
from verification.reading.netlist_text import parse_netlist

BOARD = "two_edge"


def _of(cell: str, slot: str) -> str:
    """The reference of the part that is a slot of a cell."""
    netlist = ready(BOARD).netlist
    return next(
        part.refdes
        for part in netlist.components
        if (part.field("Cell"), part.field("Slot")) == (cell, slot)
    )


def _replaced(refdes: str, mpn: str) -> Netlist:
    """The board with another part, whose value and footprint fit its number."""
    record = load_catalogue().part(mpn)
    text = ready(BOARD).text
    for name, value in (
        ("MPN", mpn),
        ("value", record.value),
        ("footprint", record.footprint),
    ):
        text = with_field(text, refdes, name, value)
    return parse_netlist(text)


def _found(netlist: Netlist) -> list[Item]:
    return list(faults(wired(ready(BOARD), netlist)))


@pytest.mark.parametrize(("cell", "slot"), [("supply", "bulk"), ("control/bank1", "bulk")])
def test_a_second_bulk_capacitor_under_another_slot_is_named(cell: str, slot: str) -> None:
    refdes = _of(cell, slot)
    text = with_part_twice(ready(BOARD).text, refdes)
    netlist = parse_netlist(with_field(text, f"{refdes}_AGAIN", "Slot", "another"))
    assert {refdes, f"{refdes}_AGAIN"} <= {item.refdes for item in _found(netlist)}


@pytest.mark.parametrize(
    ("cell", "slot", "mpn"),
    [
        ("supply", "fuse", "MF-RHT100"),
        ("supply", "lamp", "WP710A10SGD"),
        ("supply", "terminal", "M20-9990246"),
        ("supply", "lamp_r", "RC0603FR-07100KL"),
        ("control", "c_enable_data", "UVR1C101MDD"),
        ("control", "c_enable_data", "GRM21BR61E106KA73L"),
    ],
)
def test_a_part_of_another_sort_is_named(cell: str, slot: str, mpn: str) -> None:
    refdes = _of(cell, slot)
    assert refdes in {item.refdes for item in _found(_replaced(refdes, mpn))}


def test_the_two_resistors_that_set_eta_have_one_tolerance() -> None:
    netlist = ready(BOARD).netlist
    exact = [part for part in netlist.components if part.field("MPN").startswith("RT0603BRD07")]
    assert len(exact) == 2
    for part in exact:
        found = _found(_replaced(part.refdes, "RC0603FR-0710KL"))
        assert found[0].refdes == part.refdes
        assert "one tolerance" in found[0].expected


@pytest.mark.parametrize(
    ("cell", "slot", "near"),
    [
        ("supply", "bulk", "JSUP_1"),
        ("supply", "tvs", "JSUP_1"),
        ("control", "tp_enable_data", "JCTL_1"),
    ],
)
def test_what_should_join_a_missing_part_is_named(cell: str, slot: str, near: str) -> None:
    text = without_part(ready(BOARD).text, _of(cell, slot))
    assert near in {item.refdes for item in _found(parse_netlist(text))}


def test_a_signal_shorted_to_a_rail_names_the_rail_too() -> None:
    board = ready(BOARD)
    signal = next(name for name in sorted(board.nets) if name.endswith("C>F"))
    mutant = short(board.nets, "+5V", signal)
    assert "JSUP_1" in {item.refdes for item in _found(board.with_nets(mutant.nets))}
