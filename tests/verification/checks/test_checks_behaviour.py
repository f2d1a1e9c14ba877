"""What the extracted machine must do, and what the parts must bear."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from designs import Design
from designs.load import design_from_text
from parts.catalogue import load_catalogue
from tests.verification.checks.boards import Ready, case_of, checked, ready, rig_of
from tests.verification.checks.mutants import swap
from verification.checks import budget, channels, conductances, protocol, ranges, rule, timing
from verification.checks.records import Check, Verdict
from verification.reading.netlist import Netlist
from verification.structure import FREE
from verification.verify import VerifyOptions, judge, no_tick

TASK = """
[[task]]
name = "t"
kind = "allostery"
sources = { a = 5.0, c = 0.0 }
targets = { b = 2.5 }
bound = { rms_v = 0.1 }
"""


def with_electronics(board: Ready, **changes: object) -> Ready:
    """The same netlist, judged for a design with other electronics."""
    electronics = board.design.electronics.model_copy(update=changes)
    return replace(board, design=replace(board.design, electronics=electronics))


def design_on(edges: str, task: str = TASK) -> Design:
    return design_from_text(
        f'schema = 1\nname = "g"\n[network]\nedges = {edges}\n{task}', "g/design.toml"
    )


def places(check: Check) -> set[tuple[str, str]]:
    return {(item.refdes, item.pin) for item in check.items}


# ---- the local rule ----


@pytest.mark.parametrize("name", ["two_edge", "dillavou16", "dillavou16_throughhole"])
def test_every_edge_of_a_good_board_decides_rightly_over_all_signs(name: str):
    board = ready(name)
    check = rule.check_rule(rig_of(board), None)
    assert check.verdict is Verdict.PASS
    assert check.evidence["edges"] == len(board.design.graph.edges)
    assert check.evidence["wrong"] == 0
    assert int(check.evidence["decisions"]) >= 64 * len(board.design.graph.edges)


def test_the_grid_holds_drops_of_all_four_sign_pairs_for_every_edge():
    rig = rig_of(ready("dillavou16"))
    machine = rig.held_nodes
    edges = tuple(rule._edges(rig, machine, rig.network.twins))
    grid = rule._grid(rig, edges)
    for edge in edges:
        clamped, free = grid.drops(edge)
        pairs = {(bool(c > 0), bool(f > 0)) for c, f in zip(clamped, free, strict=True)}
        assert len(pairs) == 4
    assert grid.volts.min() >= 0 and grid.volts.max() <= 5.0


@pytest.mark.parametrize(
    ("pins", "said"),
    [
        ((("UE4_7_11", "2"), ("UE4_7_11", "3")), "stepped the wrong way"),  # difference reversed
        ((("UE4_7_11", "5"), ("UE4_7_11", "6")), "stepped the wrong way"),  # sign reversed
        ((("UE4_7_1", "11"), ("UE4_7_1", "12")), "did not step"),  # U/D and CLK
    ],
)
def test_a_miswired_decision_is_reported_with_the_edge_and_its_pins(pins, said):
    board = ready("dillavou16")
    netlist = board.with_nets(swap(board.nets, *pins).nets)
    check = rule.check_rule(rig_of(board, netlist), None)
    assert check.verdict is Verdict.FAIL
    assert any("edge 4-7" in item.expected and said in item.got for item in check.items)
    assert places(check) & set(pins)


def test_outputs_of_two_gates_exchanged_are_found_by_behaviour_and_named():
    """Nothing static sees it on a board of two edges: every net still has one driver."""
    board = ready("two_edge")
    pins = (("UE1_2_16", "4"), ("UE2_3_16", "4"))
    netlist = board.with_nets(swap(board.nets, *pins).nets)
    check = rule.check_rule(rig_of(board, netlist), None)
    assert check.verdict is Verdict.FAIL
    assert places(check) & set(pins)


def test_the_few_masks_of_a_large_board_find_any_two_edges_that_select_each_other(
    monkeypatch: pytest.MonkeyPatch,
):
    """Each edge is disabled in some mask, and no two of them in the same masks."""
    monkeypatch.setattr(rule, "MASKED_EDGES", 0)
    board = ready("dillavou16")
    rig = rig_of(board)
    assert rule.check_rule(rig, None).verdict is Verdict.PASS
    selects = [twins.channels[0].pin("cs") for twins in rig.network.twins]
    for first, second in itertools.combinations(selects[5:9], 2):
        pins = ((first.refdes, first.number), (second.refdes, second.number))
        netlist = board.with_nets(swap(board.nets, *pins).nets)
        check = rule.check_rule(rig_of(board, netlist), None)
        assert check.verdict is Verdict.FAIL
        assert any("stepped while disabled" in item.got for item in check.items)
        assert places(check) >= set(pins)


def test_a_drawn_board_has_a_margin_and_an_ideal_one_none():
    rig = rig_of(ready("two_edge"))
    drawn = rule.check_rule(rig, 0).evidence
    assert 0 < float(drawn["margin_worst_v"]) <= 0.1
    assert float(drawn["margin_median_v"]) <= float(drawn["margin_worst_v"])
    assert "margin_worst_v" not in rule.check_rule(rig, None).evidence


# ---- connectors ----


@pytest.mark.parametrize("name", ["two_edge", "dillavou16", "iris16"])
def test_connectors_of_a_good_board_do_what_they_say(name: str):
    check = channels.check_interface(rig_of(ready(name)))
    assert check.verdict is Verdict.PASS
    assert float(check.evidence["eta_min"]) == pytest.approx(0.5, abs=1e-6)


def test_a_missing_function_is_named():
    board = ready("two_edge")
    parts = tuple(
        replace(
            part,
            fields=tuple((k, v.replace("1=LATCH", "1=OTHER")) for k, v in part.fields),
        )
        for part in board.netlist.components
    )
    check = channels.check_interface(rig_of(board, replace(board.netlist, components=parts)))
    wanted = {item.expected for item in check.items}
    assert "a connector pin with the function LATCH" in wanted
    assert any(item.got == "unknown function OTHER" for item in check.items)


def test_two_sources_exchanged_at_their_amplifiers_are_named():
    board = ready("dillavou16")
    pins = (("USRC1_4", "3"), ("USRC2_4", "3"))
    netlist = board.with_nets(swap(board.nets, *pins).nets)
    assert places(channels.check_interface(rig_of(board, netlist))) & set(pins)


def test_a_board_with_another_eta_than_the_design_says_so():
    board = with_electronics(ready("dillavou16"), eta=0.1)
    check = channels.check_interface(rig_of(board))
    assert {item.got for item in check.items} == {"eta 0.500"}


# ---- timing ----


def test_the_slowest_mode_is_that_of_an_independent_calculation():
    """Two digipots in series, both ends held: C at the middle, both at their highest taps."""
    rig = rig_of(ready("two_edge"))
    nodes = conductances.nodes_of(rig, FREE)
    task = rig.case.board.design.tasks[0]
    held = conductances.held_wires(rig, task, FREE)
    model = rig.network.channels[0].model
    ohm = model.code_max * model.step_ohm * (1 + model.tolerance) + model.wiper_max_ohm
    middle = next(k for k, wire in enumerate(nodes.wires) if wire not in held)
    expected = nodes.farads[middle] / (2 / ohm)
    assert conductances.slowest_s(nodes, held) == pytest.approx(expected, rel=1e-12)


def test_a_clock_that_electronics_cannot_follow_fails_and_one_too_fast_for_the_network_warns():
    board = ready("dillavou16")
    slow = timing.check_timing(rig_of(board))
    assert slow.verdict is Verdict.PASS
    limit = float(slow.evidence["clock_max_hz"])
    assert board.design.electronics.clock_hz <= limit
    warned = timing.check_timing(rig_of(with_electronics(board, clock_hz=1.1 * limit)))
    assert warned.verdict is Verdict.WARNING
    assert f"lower clock_hz to {limit:.4g}" in {item.fix for item in warned.items}
    electronics = float(slow.evidence["clock_max_electronics_hz"])
    failed = timing.check_timing(rig_of(with_electronics(board, clock_hz=1.1 * electronics)))
    assert failed.verdict is Verdict.FAIL


def test_the_limit_of_the_clock_is_exact():
    board = ready("two_edge")
    limit = float(timing.check_timing(rig_of(board)).evidence["clock_max_hz"])
    at = timing.check_timing(rig_of(with_electronics(board, clock_hz=limit * (1 - 1e-9))))
    assert at.verdict is Verdict.PASS


# ---- currents, ranges, loading ----


def test_supply_current_is_the_parts_own_and_the_lights_and_the_network():
    found = checked(ready("dillavou16"))["currents"]
    case = case_of(ready("dillavou16"))
    quiescent = sum(
        placed.record.ratings.supply_current_a or 0.0 for placed in case.board.placed.values()
    )
    drawn = float(found.evidence["supply_a"])
    assert quiescent < drawn < quiescent + 17 * 0.002 + 0.02


def test_a_small_fuse_is_named():
    board = ready("dillavou16")
    case = case_of(board)
    assert next(iter(budget._fuses(case, {"supply": 100.0}))).refdes == "FSUP_2"


def test_a_part_outside_its_input_range_is_named():
    """An LM339's inputs end 1.5 V below its supply: 9 V will do, 5 V will not."""
    board = ready("dillavou16_throughhole")
    assert ranges.check_ranges(rig_of(board)).verdict is Verdict.PASS
    low = with_electronics(board, comparator_supply_v=5.5)
    check = ranges.check_ranges(rig_of(low))
    assert check.verdict is Verdict.FAIL
    assert all("between 0 and 4 V" in item.expected for item in check.items)


def test_the_shift_by_an_input_current_is_current_times_resistance():
    rig = rig_of(ready("two_edge"))
    nodes = conductances.nodes_of(rig, FREE)
    held = conductances.held_wires(rig, rig.case.board.design.tasks[0], FREE)
    shift = conductances.shifts_v(nodes, held, np.full(len(nodes.wires), 1e-6))
    model = rig.network.channels[0].model
    ohm = model.code_max * model.step_ohm * (1 + model.tolerance) + model.wiper_max_ohm
    assert shift == pytest.approx([1e-6 * ohm / 2])


def test_bounds_of_a_task_are_those_of_what_it_holds():
    design = ready("dillavou16").design
    assert ranges.task_range_v(design, design.task("iii")) == (0.0, 4.0)
    assert ranges.task_range_v(design, design.task("i")) == (0.0, 5.0)


# ---- protocol ----


def test_a_dead_end_cannot_learn_and_is_a_note():
    """d hangs on b alone: no current can flow to it."""
    check = protocol.check_learners(design_on('[["a", "b"], ["b", "c"], ["b", "d"]]'))
    assert check.verdict is Verdict.WARNING
    assert [item.expected for item in check.items] == ["a current through edge b-d in some task"]


def test_a_loop_behind_one_node_cannot_learn_either():
    edges = '[["a", "b"], ["b", "c"], ["b", "d"], ["d", "e"], ["e", "b"]]'
    check = protocol.check_learners(design_on(edges))
    assert check.evidence["idle_edges"] == 3


def test_an_eta_that_the_resistors_do_not_make_is_a_finding():
    board = ready("dillavou16")
    tasks = tuple(
        task.model_copy(update={"eta": 0.2}) if task.name == "ii" else task
        for task in board.design.tasks
    )
    rig = rig_of(replace(board, design=replace(board.design, tasks=tasks)))
    check = protocol.check_protocol(rig, {})
    assert "eta 0.2 for task ii" in {item.expected for item in check.items}


# ---- the pipeline ----


def test_measures_of_the_whole_board_do_not_run_on_a_broken_one():
    board = ready("two_edge")
    netlist = board.with_nets(swap(board.nets, ("UE1_2_16", "5"), ("UE1_2_16", "3")).nets)
    found = checked(board, netlist)
    assert found["currents"].verdict is Verdict.NOT_RUN
    assert found["currents"].reason.startswith("the checks rails, ")
    assert found["rule"].verdict is Verdict.FAIL


@pytest.mark.parametrize("cells", ["source/", "target/", "control", "supply", "node/"])
def test_a_board_without_its_cells_of_a_kind_is_judged_and_fails(cells: str):
    """However much is missing, the answer is a verdict and not an error of the judge."""
    board = ready("two_edge")
    gone = {
        part.refdes for part in board.netlist.components if part.field("Cell").startswith(cells)
    }
    left = Netlist(
        tuple(part for part in board.netlist.components if part.refdes not in gone),
        tuple(
            replace(net, pins=tuple(pin for pin in net.pins if pin.refdes not in gone))
            for net in board.netlist.nets
            if any(pin.refdes not in gone for pin in net.pins)
        ),
    )
    options = VerifyOptions(learning=False, ideal=True)
    report = judge(left, board.design, load_catalogue(), options, no_tick)
    assert gone
    assert report.verdict is Verdict.FAIL


def test_every_check_runs_on_a_good_board_in_a_fixed_order():
    found = checked(ready("two_edge"))
    assert {check.verdict for check in found.values()} == {Verdict.PASS}
    assert list(found)[15:] == [
        "interface", "rule", "partition", "timing", "currents", "loading", "ranges",
        "error_budget", "protocol", "learning_edges", "task_edges",
    ]  # fmt: skip
