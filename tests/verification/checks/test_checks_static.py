"""Each static check finds the fault it is there for, and names the pin."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.verification.checks.boards import Ready, ready, wired
from tests.verification.checks.mutants import Mutant, drop, isolate, move, short, swap
from verification.checks.records import Check, Verdict
from verification.reading.netlist import Netlist, NetlistNet, PinRef


@pytest.fixture(scope="module")
def board() -> Ready:
    return ready("two_edge")


def after(board: Ready, mutant: Mutant) -> dict[str, Check]:
    return {check.name: check for check in wired(board, board.with_nets(mutant.nets))}


def places(check: Check) -> set[tuple[str, str]]:
    return {(item.refdes, item.pin) for item in check.items}


def test_an_unknown_part_number_is_named(board: Ready):
    first = board.netlist.components[0]
    fields = tuple((k, "NO-SUCH" if k == "MPN" else v) for k, v in first.fields)
    parts = (replace(first, fields=fields), *board.netlist.components[1:])
    found = {c.name: c for c in wired(board, replace(board.netlist, components=parts))}
    item = found["components"].items[0]
    assert (item.refdes, item.expected) == (first.refdes, "a part number of the catalogue")
    assert item.got.startswith('no part "NO-SUCH" in the catalogue')


def test_a_reference_that_two_components_have_is_named(board: Ready):
    parts = (*board.netlist.components, board.netlist.components[3])
    found = {c.name: c for c in wired(board, replace(board.netlist, components=parts))}
    item = found["components"].items[0]
    assert (item.refdes, item.got) == (board.netlist.components[3].refdes, "2 components")


def test_a_pin_in_two_nets_is_named(board: Ready):
    netlist = board.netlist
    pin = netlist.nets[5].pins[0]
    other = replace(netlist.nets[6], pins=(*netlist.nets[6].pins, pin))
    nets = (*netlist.nets[:6], other, *netlist.nets[7:])
    found = {c.name: c for c in wired(board, replace(netlist, nets=nets))}
    item = found["pins"].items[0]
    assert (item.refdes, item.pin, item.got) == (
        pin.refdes,
        pin.number,
        f"also in net {netlist.nets[5].name}",
    )


@pytest.mark.parametrize(
    ("refdes", "number", "got"),
    [("X99", "1", "no component X99"), ("UE1_2_16", "9", "pin 9")],
)
def test_a_pin_of_no_part_and_a_pin_that_a_part_has_not_are_named(board, refdes, number, got):
    net = NetlistNet("extra", (PinRef(refdes, number), PinRef("UE1_2_16", "9")))
    found = {
        c.name: c for c in wired(board, replace(board.netlist, nets=(*board.netlist.nets, net)))
    }
    assert (refdes, number, got) in {(i.refdes, i.pin, i.got) for i in found["pins"].items}


def test_a_used_output_may_not_be_left_open_and_an_unused_one_may(board: Ready):
    """The XOR's output is used; the second amplifier of a source's package is not."""
    found = after(board, isolate(board.nets, ("UE1_2_16", "4")))
    assert ("UE1_2_16", "4") in places(found["pins"])
    assert not any(refdes.startswith("USRC") for refdes, _ in places(found["pins"]))


@pytest.mark.parametrize(
    ("pin", "net"),
    [
        (("UE1_2_16", "5"), "GND"),  # a power pin
        (("UE1_2_16", "3"), "+5V"),  # a ground pin
        (("JSUP_1", "1"), "+5V"),  # round the fuse
        (("JSUP_1", "2"), "LATCH"),  # the terminal's ground
        (("DSUP_3", "1"), "+5V_IN"),  # the clamp before the fuse
    ],
)
def test_supply_pins_fuse_and_clamp_are_where_they_belong(board, pin, net):
    assert pin in places(after(board, move(board.nets, pin, net))["rails"])


def test_a_clamp_the_wrong_way_round_is_named(board: Ready):
    found = after(board, swap(board.nets, ("DSUP_3", "1"), ("DSUP_3", "2")))
    assert places(found["rails"]) >= {("DSUP_3", "1"), ("DSUP_3", "2")}


def test_supply_and_ground_shorted_is_a_finding_about_the_nets(board: Ready):
    found = after(board, short(board.nets, "+5V", "GND"))
    assert found["rails"].verdict is Verdict.FAIL


def test_two_outputs_on_a_net_are_both_named(board: Ready):
    found = after(board, short(board.nets, "edge/1-2/UP", "edge/2-3/UP"))
    assert places(found["drivers"]) == {("UE1_2_16", "4"), ("UE2_3_16", "4")}


def test_an_output_on_a_line_of_the_host_is_named(board: Ready):
    found = after(board, short(board.nets, "LATCH", "edge/2-3/UP"))
    assert places(found["drivers"]) == {("JCTL_1", "1"), ("UE2_3_16", "4")}


def test_an_input_with_other_inputs_only_floats(board: Ready):
    """The latch's data input loses its driver; a capacitor beside it is no driver."""
    lost = dict(drop(board.nets, ("UE1_2_16", "4")).nets)
    lost["edge/1-2/UP"] = (*lost["edge/1-2/UP"], ("CE1_2_28", "1"))
    netlist = board.with_nets(lost)
    found = {check.name: check for check in wired(board, netlist)}
    assert ("UE1_2_17", "1") in places(found["inputs"])


def test_a_line_of_the_host_without_its_pull_down_has_no_level(board: Ready):
    found = after(board, isolate(board.nets, ("RCTL_2", "1")))
    assert ("JCTL_1", "1") in places(found["inputs"])


def test_an_open_collector_needs_its_pull_up():
    board = ready("dillavou16_throughhole")
    pull = next(
        part.refdes
        for part in board.netlist.components
        if (part.field("Cell"), part.field("Slot")) == ("edge/4-7", "pullup_sign")
    )
    found = after(board, isolate(board.nets, (pull, "1")))
    assert any("a pull-up resistor" in item.expected for item in found["inputs"].items)


@pytest.mark.parametrize(
    ("pin", "net"), [(("CE1_2_21", "1"), "N2_FREE"), (("CE1_2_21", "2"), "+5V")]
)
def test_a_capacitor_off_its_supply_is_named(board, pin, net):
    assert pin[0] in {r for r, _ in places(after(board, move(board.nets, pin, net))["decoupling"])}


@pytest.mark.parametrize(
    ("pins", "check"),
    [
        ((("DE1_2_19", "1"), ("DE1_2_19", "2")), "passives"),  # a light reversed
        ((("RE1_2_20", "1"), ("UE1_2_16", "1")), "passives"),  # its resistor on another signal
        ((("TPCTL_9", "1"), ("TPCTL_10", "1")), "passives"),  # test points exchanged
        ((("UE1_2_1", "9"), ("UE1_2_1", "14")), "units"),  # a mode pin at the supply
        ((("UN2_1", "2"), ("UN2_1", "3")), "units"),  # a follower's inputs
        ((("UE1_2_16", "4"), ("UN2_1", "1")), "signals"),  # logic on an analog net
    ],
)
def test_a_swap_of_two_pins_is_seen_by_the_check_of_its_kind(board, pins, check):
    assert places(after(board, swap(board.nets, *pins))[check]) & set(pins)


def test_a_bypassed_jumper_is_named(board: Ready):
    found = after(board, short(board.nets, "N1_FREE", "edge/1-2/W_FREE"))
    assert places(found["passives"]) >= {("JPE1_2_4", "1"), ("JPE1_2_4", "2")}


def test_a_line_that_the_host_reads_is_behind_its_resistor(board: Ready):
    found = after(board, move(board.nets, ("JTGT_N2_1", "2"), "target/TGT-N2/SENSE"))
    assert ("JTGT_N2_1", "2") in places(found["signals"])


def test_an_empty_netlist_fails_every_check_and_never_crashes(board: Ready):
    checks = wired(board, Netlist((), (), "empty.net"))
    assert {check.verdict for check in checks} == {Verdict.FAIL}
