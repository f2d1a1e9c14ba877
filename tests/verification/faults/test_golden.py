"""KLayout's comparer sees every single fault of the file, and no identity transform."""

from __future__ import annotations

import itertools
import pickle
import random
import sys

import pytest

from tests.verification.checks import mutants
from tests.verification.checks.boards import ready
from verification.errors import MissingToolError
from verification.faults.golden import (
    Difference,
    GoldenComparer,
    compare_with_golden,
    differs,
)
from verification.faults.identity import transforms
from verification.reading.netlist_text import parse_netlist

DRAWN = (mutants.any_swap, mutants.any_move, mutants.any_short)


def is_open(pin: mutants.Pin) -> bool:
    """Whether a pin is alone on its net."""
    nets = ready("dillavou16").nets
    return len(nets[mutants.net_of(nets)[pin]]) == 1


@pytest.mark.parametrize("name", ["two_edge", "dillavou16"])
def test_identity_transforms_are_equal_to_the_golden(name: str):
    board = ready(name)
    compare = GoldenComparer(board.text)
    alarms = [i.name for i in transforms(board.text, board.design, 3, 22) if compare(i.text)]
    assert alarms == []


@pytest.mark.parametrize("operator", DRAWN, ids=lambda operator: operator.__name__)
def test_single_wiring_faults_differ(operator):
    board, draw = ready("dillavou16"), random.Random(operator.__name__)
    equal: list[str] = []
    for _ in range(20):
        mutant = operator(board.nets, draw)
        if operator is mutants.any_swap and all(map(is_open, mutant.pins)):
            continue
        if not differs(board.netlist, board.with_nets(mutant.nets)):
            equal.append(mutant.what)
    assert equal == []


def test_a_part_missing_or_twice_or_of_another_value_differs():
    board = ready("two_edge")
    compare = GoldenComparer(board.text)
    refdes = mutants.references(board.text)[40]
    assert compare(mutants.without_part(board.text, refdes))
    assert compare(mutants.with_part_twice(board.text, refdes))
    assert compare(mutants.with_field(board.text, refdes, "value", "1 % of it"))
    assert compare(mutants.with_field(board.text, refdes, "MPN", "AD5222BRUZ10"))
    assert not compare(mutants.with_field(board.text, refdes, "Slot", "elsewhere"))


def test_two_open_pins_swapped_are_equivalent_and_one_left_out_is_not():
    board = ready("dillavou16")
    pins = [pin for pin in mutants.all_pins(board.nets) if is_open(pin)]
    a, b = next((p, q) for p, q in itertools.pairwise(pins) if p[0] == q[0])
    swapped = mutants.swap(board.nets, a, b)
    assert not differs(board.netlist, board.with_nets(swapped.nets))
    left_out = mutants.drop(board.nets, a)
    assert differs(board.netlist, board.with_nets(left_out.nets))


def test_what_differs_is_told_by_name():
    board = ready("dillavou16")
    (pin, *_), name = board.nets["edge/4-7/UP"], "edge/4-7/UP"
    other = mutants.move(board.nets, pin, "edge/9-7/UP")
    found = compare_with_golden(board.netlist, board.with_nets(other.nets))
    assert not found.equal
    told = {word for item in found.differences for word in (item.golden, item.mutant)}
    assert {name, pin[0]} & told


def test_a_reference_twice_or_a_pin_in_two_nets_is_a_difference_of_the_file():
    board = ready("two_edge")
    names = list(board.nets)
    pin = board.nets[names[3]][0]
    both = {**board.nets, names[0]: (*board.nets[names[0]], pin)}
    found = compare_with_golden(board.netlist, board.with_nets(both))
    assert found.differences == (Difference("file", "", ".".join(pin)),)


def test_the_comparer_can_be_sent_to_a_worker():
    board = ready("two_edge")
    compare = pickle.loads(pickle.dumps(GoldenComparer(board.text)))
    assert not compare(board.text)


def test_without_klayout_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "klayout.db", None)
    netlist = parse_netlist(ready("two_edge").text)
    with pytest.raises(MissingToolError, match=r"pip install twinboard\[golden\]"):
        differs(netlist, netlist)
