"""No single wiring fault passes, and each is named by reference and pin.

A mutant is *killed* when some check fails and *named* when an item of a failed check has the
reference and the pin that was touched. Equivalents, which nothing can see, are excepted by a rule
stated here and checked against the records, not by a list of names.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from parts.catalogue import load_catalogue
from tests.verification.checks import mutants
from tests.verification.checks.boards import Ready, case_of, checked, faults, names, ready, wired
from tests.verification.checks.mutants import Mutant, Pin
from verification.checks.components import check_components
from verification.checks.pins import check_pins
from verification.checks.records import Item
from verification.reading.netlist_text import parse_netlist
from verification.verify import VerifyOptions, verify


def is_equivalent(board: Ready, pins: tuple[Pin, ...]) -> bool:
    """Whether swapping two pins leaves the board what it was.

    Two open pins; the two ends of a part that has no polarity; the same end of two equal parts
    whose other ends are on one net.
    """
    case = case_of(board)
    first, second = (case.board.placed[refdes].pins[number] for refdes, number in pins)
    if not case.board.mates(first) and not case.board.mates(second):
        return True
    kinds = ("resistor", "capacitor", "fuse", "jumper")
    plain = all(
        pin.placed.record.kind in kinds and not getattr(pin.placed.record.models[0], "polarised", 0)
        for pin in (first, second)
    )
    if not plain or first.placed.record.mpn != second.placed.record.mpn:
        return False
    if first.placed is second.placed:
        return True
    others = [next(p for p in pin.placed.pins.values() if p is not pin) for pin in (first, second)]
    return others[0].wire == others[1].wire


def survivors(board: Ready, faulty: Iterator[Mutant] | list[Mutant], *, deep: bool) -> list[str]:
    """Mutants that pass or are not named, but for equivalents."""
    bad: list[str] = []
    for mutant in faulty:
        netlist = board.with_nets(mutant.nets)
        checks = wired(board, netlist)
        if deep and not names(checks, mutant.pins):
            checks = list(checked(board, netlist).values())
        if names(checks, mutant.pins):
            continue
        swapped = mutant.operator in "PX" and len(mutant.pins) == 2
        if not swapped or any(faults(checks)) or not is_equivalent(board, mutant.pins):
            bad.append(mutant.what)
    return bad


@pytest.mark.parametrize("name", ["two_edge", "dillavou16"])
def test_every_pin_that_is_dropped_is_named_first_by_the_check_of_pins(name: str):
    board = ready(name)
    for mutant in mutants.all_drops(board.nets):
        case = case_of(board, board.with_nets(mutant.nets))
        found = [item for check in (check_components, check_pins) for item in check(case).items]
        assert (found[0].refdes, found[0].pin) == mutant.pins[0], mutant.what


@pytest.mark.parametrize("operator", ["any_swap", "part_swap", "any_move", "any_short"])
@pytest.mark.parametrize(("name", "count"), [("two_edge", 60), ("dillavou16", 25)])
def test_wiring_faults_drawn_at_random_are_killed_and_named(name: str, count: int, operator: str):
    board, draw = ready(name), random.Random(f"{name} {operator}")
    drawn = [getattr(mutants, operator)(board.nets, draw) for _ in range(count)]
    assert survivors(board, drawn, deep=True) == []


@pytest.mark.parametrize(("name", "count"), [("two_edge", 28), ("dillavou16", 40)])
def test_a_free_pin_exchanged_with_its_clamped_twin_is_named(name: str, count: int):
    board = ready(name)
    swaps = list(mutants.twin_swaps(board.nets))
    drawn = random.Random(name).sample(swaps, min(count, len(swaps)))
    assert survivors(board, drawn, deep=True) == []


def test_swaps_that_change_nothing_electrically_are_named_inside_repeated_cells():
    """The two inputs of an XOR gate, among sixteen edges that all have them the other way."""
    board = ready("dillavou16")
    pins = [("UE4_7_16", "1"), ("UE4_7_16", "2")]
    mutant = mutants.swap(board.nets, pins[0], pins[1])
    checks = wired(board, board.with_nets(mutant.nets))
    assert {check.name for check in checks if any(faults([check]))} == {"alike"}
    assert {(item.refdes, item.pin) for item in faults(checks)} >= set(pins)


def test_a_fault_put_into_the_file_by_hand_fails_the_whole_road(tmp_path):
    """The text is changed as an editor would; `verify` reads the file."""
    board = ready("dillavou16")
    swap = mutants.swap(board.nets, ("UE4_7_11", "2"), ("UE4_7_11", "3"))
    path = tmp_path / "broken.net"
    path.write_text(mutants.write_nets(board.text, swap.nets), encoding="utf-8")
    report = verify(path, board.design, VerifyOptions(learning=False))
    assert report.verdict == "fail"
    assert names(report.checks, swap.pins)
    first = next(check for check in report.checks if check.items)
    assert (first.name, first.items[0].refdes) == ("alike", "UE4_7_11")


@pytest.mark.parametrize("name", ["two_edge", "dillavou16"])
def test_a_part_that_is_missing_or_there_twice_is_found(name: str):
    board, draw = ready(name), random.Random(name)
    for refdes in draw.sample(mutants.references(board.text), 12):
        for change in (mutants.without_part, mutants.with_part_twice):
            checks = wired(board, parse_netlist(change(board.text, refdes), "x.net"))
            assert any(faults(checks)), f"{change.__name__} {refdes}"
            if change is mutants.with_part_twice:
                assert any(item.refdes.startswith(refdes) for item in faults(checks)), refdes


@pytest.mark.parametrize(
    ("refdes", "mpn", "check"),
    [
        ("RCTL_2", "RC0603FR-0710KL", "values"),  # a pull-down unlike the others
        ("RE4_7_20", "RC0603FR-0710RL", "values"),  # a light that takes too much
        ("UE4_7_1", "AD5222BRUZ10", "values"),  # not the design's digipot
        ("DSUP_3", "SMBJ12A", "values"),  # a clamp that comes too late
        ("CE4_7_21", "CC0603KRX7R9BB102", "values"),  # a hundredth of the decoupling
        ("FSUP_2", "2920L300/15DR", "currents"),  # a fuse that never opens
    ],
)
def test_a_wrong_part_is_found_where_value_and_footprint_agree_with_it(refdes, mpn, check):
    board, record = ready("dillavou16"), load_catalogue().part(mpn)
    text = mutants.with_field(board.text, refdes, "MPN", mpn)
    text = mutants.with_field(text, refdes, "value", record.value)
    text = mutants.with_field(text, refdes, "footprint", record.footprint)
    found = checked(board, parse_netlist(text, "x.net"))
    assert found["components"].verdict == "pass"
    assert found[check].items[0].refdes == refdes


def test_a_value_that_is_not_that_of_the_part_number_is_found():
    board = ready("dillavou16")
    text = mutants.with_field(board.text, "RCTL_2", "value", "10k")
    found = checked(board, parse_netlist(text, "x.net"))
    assert found["components"].items == (
        Item(
            "RCTL_2",
            expected="value 100k, as RC0603FR-07100KL has",
            got="value 10k",
            fix="correct the value or the field MPN: one of the two is wrong",
        ),
    )
