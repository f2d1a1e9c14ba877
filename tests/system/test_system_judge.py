"""Several boards are judged as the one network that their cables make; a wrong cable is named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from systems import System, Table, cable_of, elaborated, several, system, system_of

from netgen.elaborate import elaborate
from netgen.system.elaborate import elaborate_system
from parts.catalogue import load_catalogue
from tests.large_boards import as_read
from verification.checks.records import Check, Verdict
from verification.training.learn import learn
from verification.verify import VerifyOptions, judge, no_tick

SYSTEMS = {
    "two boards, cables": ("dillavou16", 2),
    "three boards, cables": ("dillavou16", 3),
    "copper to a board without the node": ("iris16", 2),
    "four boards, copper": ("iris16", 4),
    "through hole": ("dillavou16_throughhole", 2),
    "several banks": ("disordered100", 2),
}


def whole(made: System) -> dict[str, Check]:
    """Every check but the tasks, with nominal parts."""
    netlist, design = made.assembled()
    options = VerifyOptions(learning=False, ideal=True)
    report = judge(netlist, design, load_catalogue(), options, no_tick)
    return {check.name: check for check in report.checks}


@pytest.mark.parametrize("name", SYSTEMS)
def test_good_systems_pass_every_check(name: str) -> None:
    design, boards = SYSTEMS[name]
    checks = whole(system(design, boards))
    bad = {name for name, check in checks.items() if check.verdict is Verdict.FAIL}
    assert not bad
    assert all(check.verdict is not Verdict.NOT_RUN for check in checks.values())
    assert checks["cables"].evidence["boards"] == boards
    edges = len(system(design, boards).design.graph.edges)
    assert checks["graph"].evidence["edges"] == edges
    assert checks["enable_chain"].evidence["bits"] == edges


def test_an_adjustable_nudge_needs_no_line_to_other_boards() -> None:
    design = several("iris16", 3)
    electronics = design.electronics.model_copy(update={"nudge": "adjustable"})
    made = elaborate_system(replace(design, electronics=electronics), load_catalogue(), 3)
    checks = whole(system_of(made))
    assert not [name for name, check in checks.items() if check.verdict is Verdict.FAIL]


@pytest.mark.parametrize("task", ["ii", "iv", "i"])
def test_a_system_learns_as_one_board_with_the_same_chain_does(task: str) -> None:
    """Ideal parts: the same steps of every digipot, with an update mask too (task i)."""
    netlist, design = system("dillavou16", 3).assembled()
    alone = replace(design, board=design.board.model_copy(update={"boards": 1}))
    single = as_read(elaborate(alone, load_catalogue()).circuit)
    steps = None if task == "i" else 60
    mine, its = (learn(one, design, task, 5, ideal=True, steps=steps) for one in (netlist, single))
    assert mine.value == pytest.approx(its.value, rel=1e-9)
    assert mine.initial != mine.value
    assert np.allclose(mine.curve.error, its.curve.error, rtol=1e-9)


def test_every_board_has_supplies_of_its_own() -> None:
    checks = whole(system("dillavou16_throughhole", 2))
    figures = checks["currents"].evidence
    names = {f"{board}_{rail}_a" for board in ("b1", "b2") for rail in ("supply", "comparator")}
    assert names <= set(figures)
    assert all(float(figures[name]) > 0 for name in names)
    one = elaborated("dillavou16_throughhole", 2).boards
    fuses = [
        [part.part.mpn for part in made.circuit.components if part.part.kind == "fuse"]
        for made in one
    ]
    assert fuses[0] == fuses[1]
    assert len(fuses[0]) == 2


def swap(first: str, second: str, cable: str = "1-2/1") -> Callable[[Table], None]:
    """Two wires of a cable change places at its second end."""

    def change(table: Table) -> None:
        wires = cable_of(table, cable)["wires"]
        a, b = (next(w for w in wires if w["carries"] == name) for name in (first, second))
        a["to"], b["to"] = b["to"], a["to"]

    return change


def drop(*names: str, cable: str = "1-2/1") -> Callable[[Table], None]:
    """Wires are missing."""

    def change(table: Table) -> None:
        found = cable_of(table, cable)
        found["wires"] = [wire for wire in found["wires"] if wire["carries"] not in names]

    return change


# What is done to the cables of dillavou16 on two boards, and the checks that see it without the
# names of pins: all of them, with the one that goes by these names left out.
MISWIRED = {
    "twins of a node swapped": (swap("N4.FREE", "N4.CLAMPED"), "graph"),
    "two nodes swapped in one network": (swap("N3.FREE", "N4.FREE"), "graph"),
    "latch and step swapped": (swap("LATCH", "STEP"), "control"),
    "clock and data swapped": (swap("ENABLE_CLOCK", "ENABLE_DATA"), "control"),
    "a line swapped with a node": (swap("STEP", "N4.FREE"), "signals"),
    "a node swapped with ground": (swap("N1.FREE", "GND"), "analog"),
    "no wire for a node's twin": (drop("N4.CLAMPED"), "graph"),
    "no wire for a node": (drop("N3.FREE", "N3.CLAMPED"), "graph"),
    "no latch": (drop("LATCH"), "control"),
    "no step": (drop("STEP"), "control"),
    "no clock": (drop("ENABLE_CLOCK"), "control"),
    "no chain": (drop("CHAIN"), "enable_chain"),
    "no data": (drop("ENABLE_DATA"), "enable_chain"),
    "no ground": (drop("GND"), "rails"),
}


@pytest.mark.parametrize("name", MISWIRED)
def test_a_miswired_cable_fails_by_itself_and_is_named(name: str) -> None:
    change, seen_by = MISWIRED[name]
    good = system("dillavou16", 2)
    checks = good.plugged(change).checks()
    assert checks[seen_by].verdict is Verdict.FAIL
    named = checks["cables"]
    assert named.verdict is Verdict.FAIL
    changed = good.plugged(change).cable("1-2/1")["wires"]
    wrong = [wire for wire in good.cable("1-2/1")["wires"] if wire not in changed]
    assert wrong
    for wire in wrong:
        for board in ("b1", "b2"):
            pins = (wire["from"], wire["to"])
            assert any(
                item.refdes == f"{board}:JL1_2_1" and item.pin in pins for item in named.items
            )


def test_every_single_missing_wire_is_named() -> None:
    """Grounds too: one is enough for the circuit, but not for the cable."""
    good = system("dillavou16", 2)
    for position in range(len(good.cable("1-2/1")["wires"])):

        def change(table: Table, position: int = position) -> None:
            del cable_of(table, "1-2/1")["wires"][position]

        items = good.plugged(change).cables().items
        assert {(item.refdes, item.pin) for item in items} == {
            ("b1:JL1_2_1", str(position + 1)),
            ("b2:JL1_2_1", str(position + 1)),
        }


def test_a_cable_at_another_boards_header_is_named() -> None:
    def change(table: Table) -> None:
        cable_of(table, "1-2/1")["ends"][1] = {"board": "b2", "refdes": "JL2_3_1"}

    broken = system("dillavou16", 3).plugged(change)
    checks = broken.checks()
    assert {"graph", "control"} <= set(broken.failed())
    first = checks["cables"].items[0]
    assert (first.refdes, first.pin) == ("b1:JL1_2_1", "2")
    assert first.expected == (
        "b1:JL1_2_1.2 (LINK.1-2.LATCH) joined to a pin of its own function by cable 1-2/1"
    )
    assert first.got == "joined to LINK.2-3.LATCH"
    left_open = [item for item in checks["cables"].items if item.refdes == "b2:JL1_2_1"]
    assert len(left_open) == 40
    assert left_open[0].got == "no wire"


@pytest.mark.parametrize(("a", "b"), [(0, 1), (1, 2), (0, 2)])
def test_exchanged_boards_are_named(a: int, b: int) -> None:
    good = system("dillavou16", 3)
    names = [good.table["boards"][k]["board"] for k in (a, b)]
    netlists = {**good.netlists, names[0]: good.netlists[names[1]],
                names[1]: good.netlists[names[0]]}  # fmt: skip
    broken = replace(good, netlists=netlists)
    items = broken.checks()["cables"].items
    assert len(set(broken.failed()) - {"cables"}) > 1
    missing = {item.refdes: item for item in items if item.expected.startswith("a header")}
    lost = next(iter(missing.values()))
    board, refdes = lost.refdes.split(":")
    assert board in names
    other = names[1 - names.index(board)]
    assert lost.expected.startswith(f"a header {refdes} on board {board}, for cable ")
    assert lost.got.startswith("none: it is on ")
    assert other in lost.got


def test_one_board_twice_is_named() -> None:
    good = system("dillavou16", 2)
    twice = replace(good, netlists=dict.fromkeys(("b1", "b2"), good.netlists["b1"]))
    assert {"graph", "enable_chain", "cables"} <= set(twice.failed())
    (item,) = twice.cables().items
    assert item.expected == "other edges on board b2 than on board b1"
    assert item.got == "8 of the same name"


def test_rails_of_two_boards_that_are_joined_are_named() -> None:
    good = system("dillavou16", 2)
    spare = ("JL1_2_1", "40")
    joined = good.rewired("b1", {spare: "+5V"}).rewired("b2", {spare: "+5V"})
    check = joined.checks()["rails"]
    assert check.verdict is Verdict.FAIL
    assert any("separate nets" in item.expected for item in check.items)


def test_each_board_needs_a_follower_for_its_edges() -> None:
    """The buffered nets do not cross: a node without a follower on one board fails there."""
    good = system("dillavou16", 2)
    follower = good.pin("b2", "node/4/buffer", "3")
    check = good.rewired("b2", {follower: "GND"}).checks()["analog"]
    assert check.verdict is Verdict.FAIL
    assert any(item.refdes.startswith("b2:") for item in check.items)


def test_a_line_without_its_pull_down_floats_when_the_cable_is_unplugged() -> None:
    good = system("dillavou16", 2)
    pull = good.pin("b2", "relay/back/pull_latch", "1")
    check = good.rewired("b2", {pull: "GND"}).checks()["inputs"]
    assert check.verdict is Verdict.FAIL
    assert check.items[0].expected.endswith("to ground on board b2")


def test_each_board_has_test_points_of_its_own() -> None:
    good = system("dillavou16", 2)
    point = good.pin("b2", "supply/tp_supply", "1")
    check = good.rewired("b2", {point: "GND"}).checks()["passives"]
    assert check.verdict is Verdict.FAIL
    assert check.items[0].refdes == f"b2:{point[0]}"


def test_cells_of_all_boards_are_compared_with_each_other() -> None:
    """Eight edges of either board are sixteen alike."""
    good = system("dillavou16", 2)
    gate = [good.pin("b2", "edge/4-7/xor", number) for number in ("1", "2")]
    nets = [next(net.name for net in good.netlists["b2"].nets if pin in net.pins) for pin in gate]
    swapped = good.rewired("b2", dict(zip(gate, reversed(nets), strict=True)))
    check = swapped.checks()["alike"]
    assert check.verdict is Verdict.FAIL
    assert f"b2:{gate[0][0]}" in {item.refdes for item in check.items}


def test_pinned_edges_are_looked_for_on_their_board() -> None:
    good = system("dillavou16", 2)
    boards = {row["edge"]: row["board"] for row in good.table["enable_chain"]["edges"]}
    edge, on = next(iter(boards.items()))
    wrong = {"b1": 2, "b2": 1}[on]
    board = good.design.board.model_copy(update={"on_board": {f"edge/{edge}": wrong}})
    check = replace(good, design=replace(good.design, board=board)).cables()
    assert check.verdict is Verdict.FAIL
    assert check.items[0].expected == f"edge {edge} on board {wrong}, where the design pins it"
    assert check.items[0].got == f"on {on}"


def test_the_number_of_boards_is_the_designs() -> None:
    good = system("dillavou16", 2)
    more = replace(good, design=several("dillavou16", 3))
    assert more.cables().items[0].expected == "3 boards, as the design asks for"
    assert replace(good, design=several("dillavou16", "auto")).cables().verdict is Verdict.PASS


def test_a_chain_that_is_not_the_designs_is_named() -> None:
    def change(table: Table) -> None:
        edges = table["enable_chain"]["edges"]
        edges[0] = edges[1]

    failed = system("dillavou16", 2).plugged(change)
    assert any("enable chain" in item.expected for item in failed.cables().items)


def test_a_chain_in_another_order_than_the_copper_fails() -> None:
    def change(table: Table) -> None:
        edges = table["enable_chain"]["edges"]
        edges[2], edges[3] = edges[3], edges[2]

    assert system("dillavou16", 2).plugged(change).failed() == ["enable_chain"]


def test_cables_slow_the_network_and_the_chain() -> None:
    def longer(table: Table) -> None:
        for cable in table["cables"]:
            cable["length_mm"] = 10 * cable["length_mm"]

    good = system("disordered100", 2)
    near, far = (whole(one)["timing"].evidence for one in (good, good.plugged(longer)))
    for figure in ("network_time_constant_s", "shift_s", "latch_to_step_s"):
        assert float(far[figure]) > float(near[figure])
    clock = good.table["clock"]
    assert float(near["shift_s"]) < clock["enable_half_period_min_s"]
    assert float(near["latch_to_step_s"]) <= clock["latch_to_step_min_s"]
