"""Damage: which edges may be cut, and the jumpers found from the wiring alone."""

from __future__ import annotations

import pytest
from numpy_twin import DILLAVOU_EDGES

from parts.catalogue import load_catalogue
from parts.models import DigipotModel
from verification.anatomy import Pot
from verification.errors import UsageError
from verification.reading.netlist import Netlist, NetlistComponent, NetlistNet, PinRef
from verification.training.damage import Damage, choose_cuts, series_jumpers
from verification.training.tasks.protocol import Chance, Purpose


def cuts(damage: Damage, seed: int = 0) -> tuple[tuple[str, str], ...]:
    stream = Chance(seed).stream(Purpose.CUT)
    return choose_cuts(damage, DILLAVOU_EDGES, ("3", "9"), ("4", "8"), stream)


def refusal(damage: Damage) -> str:
    with pytest.raises(UsageError) as caught:
        cuts(damage)
    return str(caught.value)


def test_edges_are_named_from_either_end_and_come_in_the_order_of_the_design() -> None:
    assert cuts(Damage(("7-4", "6-3", "4-7"))) == (("6", "3"), ("4", "7"))


def test_random_cuts_repeat_with_the_seed_and_are_added_to_the_named_ones() -> None:
    drawn = cuts(Damage(("4-7",), random=3), seed=5)
    assert len(drawn) == 4 and ("4", "7") in drawn
    assert drawn == cuts(Damage(("4-7",), random=3), seed=5)
    assert len({cuts(Damage(random=3), seed) for seed in range(10)}) > 5


def test_random_cuts_leave_every_target_a_path_to_a_source() -> None:
    """Of 16 edges, 12 cut at random nearly always cut a target off; here never."""
    for seed in range(20):
        cut = cuts(Damage(random=12), seed)
        left = {frozenset(edge) for edge in DILLAVOU_EDGES if edge not in cut}
        fed = {"3", "9"}
        while grown := {n for edge in left if edge & fed for n in edge} - fed:
            fed |= grown
        assert {"4", "8"} <= fed


def test_an_unknown_edge_is_refused_with_the_nearest() -> None:
    assert refusal(Damage(("4-9",))) == (
        "no edge '4-9' to cut; an edge is written as its two nodes, such as 6-3. "
        "Did you mean 4-7, 4-2, 4-1?"
    )


def test_cutting_a_target_off_is_refused_with_its_name() -> None:
    assert refusal(Damage(("6-8", "1-8", "8-5"))) == (
        "cutting 6-8, 1-8, 8-5 leaves target 8 without a path to a source"
    )


def test_too_many_random_cuts_are_refused() -> None:
    assert refusal(Damage(random=17)) == ("17 edges cannot be cut at random: the network has 16")
    assert refusal(Damage(("4-7",), random=16)) == (
        "16 edges cannot be cut at random: the network has 15 others"
    )
    assert refusal(Damage(random=15)) == (
        "in 1000 draws, cutting 15 edges at random always left a target without a path to a "
        "source: cut fewer"
    )


def component(refdes: str, mpn: str) -> NetlistComponent:
    return NetlistComponent(refdes, "", "", (("MPN", mpn),), "", "")


def test_jumpers_in_series_are_found_from_the_wiring_and_not_from_names() -> None:
    """W1 through two jumpers in a row, B1 straight; W2 with a resistor beside the jumper."""
    components = [component("A1", "AD5222BRUZ100"), component("A2", "RC0603FR-0710KL")]
    components += [component(f"Z{i}", "SOLDER-JUMPER-CLOSED") for i in range(4)]
    record = load_catalogue().part("AD5222BRUZ100")
    pins = {pin.name: PinRef("A1", pin.number) for pin in record.pins}
    first, second = record.units(DigipotModel)
    jumper = [(PinRef(f"Z{i}", "1"), PinRef(f"Z{i}", "2")) for i in range(4)]
    wires = {
        "near": (pins[first.w], jumper[0][1]),
        "middle": (jumper[0][0], jumper[1][0]),
        "far": (jumper[1][1], PinRef("A2", "2"), jumper[3][0]),
        "straight": (pins[first.b], jumper[3][1], PinRef("A2", "1")),
        "crowded": (pins[second.w], jumper[2][0], PinRef("A2", "1")),
    }
    nets = tuple(NetlistNet(name, refs) for name, refs in wires.items())
    found = series_jumpers(Netlist(tuple(components), nets), load_catalogue(), {"V_SUPPLY": 5.0})
    assert found == {Pot("A1", first.w): ("Z0", "Z1"), Pot("A1", second.w): ()}
