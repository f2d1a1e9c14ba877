"""What the machine makes of single parts, clocks, loops and miswires."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from core_netlists import CONTROLS, powered, twin_sheet

from verification.errors import UsageError
from verification.extraction.values import ideal
from verification.simulation.machine import Machine
from verification.simulation.tables import State
from verification.training.host import Host


def put(machine: Machine, state: State, volts: Mapping[str, float]) -> None:
    nets = [machine.circuit.function_net(name) for name in volts]
    machine.run(state, nets, [list(volts.values())])


def level(machine: Machine, state: State, net: str) -> bool:
    return bool(state.net_v[machine.circuit.net_named(net)] > 2.5)


@pytest.mark.parametrize(
    ("mpn", "pins", "output", "truth"),
    [
        ("SN74LVC1G86DBVR", {"A": "A", "B": "B"}, "Y", (0, 1, 1, 0)),
        ("SN74LVC1G17DBVR", {"A": "A"}, "Y", (0, 0, 1, 1)),
        ("SN74HC14N", {"1A": "A"}, "1Y", (1, 1, 0, 0)),
        ("SN74HC86N", {"2A": "A", "2B": "B"}, "2Y", (0, 1, 1, 0)),
    ],
)
def test_gates_give_their_truth_table(
    mpn: str, pins: dict[str, str], output: str, truth: tuple[int, ...]
) -> None:
    sheet = powered("SRC1", "SRC2")
    names = {"A": "SRC1", "B": "SRC2"}
    sheet.part("U1", mpn, **{pin: names[net] for pin, net in pins.items()}, **{output: "Y"})
    machine = sheet.machine()
    state = machine.start()
    for row, expected in enumerate(truth):
        put(machine, state, {"SRC1": 5.0 * (row // 2), "SRC2": 5.0 * (row % 2)})
        assert level(machine, state, "Y") == bool(expected)


def test_a_shift_register_moves_one_place_a_clock_edge_whatever_the_order_of_its_parts() -> None:
    """All flip-flops sample before any output changes."""
    for order in (1, -1):
        sheet = powered("ENABLE_DATA", "ENABLE_CLOCK")
        chain = ["ENABLE_DATA", "Q1", "Q2", "Q3"]
        for k in range(3):
            sheet.part(f"U{k}", "SN74LVC1G79DBVR", D=chain[k], CLK="ENABLE_CLOCK", Q=chain[k + 1])
        machine = sheet.machine(order=order)
        state = machine.start()
        seen = []
        for bit in (5.0, 0.0, 0.0, 0.0):
            put(machine, state, {"ENABLE_DATA": bit})
            put(machine, state, {"ENABLE_CLOCK": 5.0})
            put(machine, state, {"ENABLE_CLOCK": 0.0})
            seen.append([level(machine, state, name) for name in chain[1:]])
        assert seen == [
            [True, False, False],
            [False, True, False],
            [False, False, True],
            [False] * 3,
        ]


def test_set_and_reset_act_at_once_and_win_over_the_clock() -> None:
    sheet = powered("SRC1", "SRC2", "SRC3", "SRC4")
    pins = {"1D": "SRC1", "1CLK": "SRC2", "1PRE": "SRC3", "1CLR": "SRC4", "1Q": "Q", "1Q_N": "QN"}
    sheet.part("U1", "SN74HC74N", **pins)
    machine = sheet.machine()
    state = machine.start()

    def outputs(**volts: float) -> tuple[bool, bool]:
        put(machine, state, volts)
        return level(machine, state, "Q"), level(machine, state, "QN")

    assert outputs(SRC3=5.0, SRC4=0.0) == (False, True)
    assert outputs(SRC3=0.0, SRC4=5.0) == (True, False)
    assert outputs(SRC1=0.0, SRC2=5.0) == (True, False)
    assert outputs(SRC2=0.0, SRC3=5.0) == (True, False)
    assert outputs(SRC2=5.0) == (False, True)
    assert outputs(SRC1=5.0) == (False, True)
    assert outputs(SRC3=0.0, SRC4=0.0) == (True, True)


def test_a_divider_by_two_ripples_through_the_next_stage_in_one_change() -> None:
    sheet = powered("SRC1")
    sheet.part(
        "U1", "SN74HC74N",
        **{
            "1D": "N1", "1CLK": "SRC1", "1PRE": "+5V", "1CLR": "+5V", "1Q": "Q1", "1Q_N": "N1",
            "2D": "N2", "2CLK": "N1", "2PRE": "+5V", "2CLR": "+5V", "2Q": "Q2", "2Q_N": "N2",
        },
    )  # fmt: skip
    machine = sheet.machine()
    state = machine.start()
    counted = []
    for _ in range(4):
        put(machine, state, {"SRC1": 5.0})
        put(machine, state, {"SRC1": 0.0})
        counted.append(2 * level(machine, state, "Q2") + level(machine, state, "Q1"))
    assert counted == [1, 2, 3, 0]


def test_a_digipot_steps_on_its_falling_edge_while_selected_and_its_resistance_follows() -> None:
    sheet = powered("SRC1", "STEP", "LATCH", "ENABLE_DATA")
    sheet.part("U1", "AD5220BNZ100")
    sheet.wire(
        "U1",
        {"CLK": "STEP", "U/D": "LATCH", "CS": "ENABLE_DATA", "A1": "X", "B1": "GND", "W1": "W"},
    )
    sheet.resistor("R1", 100e3, "SRC1", "W")
    sheet.part("U2", "MCP6021T-E/OT")
    sheet.wire("U2", {"VIN+": "W", "VIN-": "OUT", "VOUT": "OUT"})
    machine = sheet.machine()
    model = machine.circuit.digipots[0].model
    state = machine.start()
    expected = model.power_on_code
    for up, deselected, move in ((5.0, 0.0, 1), (5.0, 5.0, 0), (0.0, 0.0, -1), (0.0, 0.0, -1)):
        put(machine, state, {"SRC1": 3.0, "LATCH": up, "ENABLE_DATA": deselected})
        put(machine, state, {"STEP": 5.0})
        assert state.codes[0] == expected
        put(machine, state, {"STEP": 0.0})
        expected += move
        assert state.codes[0] == expected
        ohm = model.resistance_ohm(expected)
        volts = state.net_v[machine.circuit.net_named("OUT")]
        assert volts == pytest.approx(3.0 * ohm / (ohm + 100e3), rel=1e-12)


def test_channels_that_step_together_both_hold_at_the_stop_of_one() -> None:
    sheet = powered("STEP", "LATCH", "ENABLE_DATA")
    sheet.part("U1", "AD5222BRUZ100")
    sheet.wire("U1", {"CLK": "STEP", "U/D": "LATCH", "CS": "ENABLE_DATA"})
    machine = sheet.machine()
    state = machine.start([126, 100])
    for _ in range(3):
        put(machine, state, {"LATCH": 5.0, "STEP": 5.0})
        put(machine, state, {"STEP": 0.0})
    assert state.codes.tolist() == [127, 101]


def test_a_potentiometer_with_three_used_terminals_divides_at_every_code() -> None:
    sheet = powered("SRC1", "SRC2")
    sheet.part("U1", "AD5220BNZ100", A1="SRC1", B1="SRC2", W1="W")
    sheet.part("U2", "MCP6021T-E/OT")
    sheet.wire("U2", {"VIN+": "W", "VIN-": "OUT", "VOUT": "OUT"})
    machine = sheet.machine()
    for code in (0, 1, 64, 127):
        state = machine.start([code])
        put(machine, state, {"SRC1": 4.0, "SRC2": 1.0})
        volts = state.net_v[machine.circuit.net_named("OUT")]
        assert volts == pytest.approx(1.0 + 3.0 * code / 128, rel=1e-12)


def test_an_open_collector_needs_its_pull_up_and_two_on_a_net_are_anded() -> None:
    sheet = powered("SRC1", "SRC2")
    sheet.part("U1", "LM339AN/NOPB")
    sheet.wire("U1", {"1IN+": "SRC1", "1IN-": "REF", "1OUT": "OUT"})
    sheet.wire("U1", {"2IN+": "SRC2", "2IN-": "REF", "2OUT": "OUT"})
    sheet.resistor("R1", 10e3, "+5V", "REF")
    sheet.resistor("R2", 10e3, "REF", "GND")
    sheet.part("U2", "SN74LVC1G17DBVR", A="OUT", Y="Y")
    without = sheet.partition()
    assert [problem.message for problem in without.problems if "OUT" in problem.nets] == [
        "net OUT has open-collector outputs and no resistor to pull up; U2.2 reads 0 V"
    ]
    sheet.resistor("R3", 10e3, "+5V", "OUT")
    machine = sheet.machine()
    state = machine.start()
    for first, second in ((0, 0), (0, 1), (1, 0), (1, 1)):
        put(machine, state, {"SRC1": 2.0 + first, "SRC2": 2.0 + second})
        assert level(machine, state, "Y") == bool(first and second)


def test_hysteresis_keeps_a_comparators_last_decision_inside_the_band() -> None:
    sheet = powered("SRC1", "SRC2")
    sheet.part("U1", "MCP6561T-E/OT")
    sheet.wire("U1", {"+IN": "SRC1", "-IN": "SRC2", "OUT": "OUT"})
    machine = sheet.machine()
    values = ideal(machine.circuit)
    values.comparator_hysteresis_v[:] = 0.01
    machine = machine.with_values(values)
    state = machine.start()
    seen = []
    for volts in (2.0, 2.004, 2.006, 1.996, 1.994, 2.004):
        put(machine, state, {"SRC1": volts, "SRC2": 2.0})
        seen.append(level(machine, state, "OUT"))
    assert seen == [False, False, True, True, False, False]


def test_an_amplifier_without_feedback_goes_to_a_rail_and_a_follower_clips_there() -> None:
    sheet = powered("SRC1", "SRC2")
    sheet.part("U1", "MCP6022-I/SN")
    sheet.wire("U1", {"VINA+": "SRC1", "VINA-": "SRC2", "VOUTA": "OPEN"})
    sheet.wire("U1", {"VINB+": "SRC1", "VINB-": "FOLLOWS", "VOUTB": "FOLLOWS"})
    machine = sheet.machine()
    state = machine.start()
    for volts, open_loop, follows in ((3.0, 5.0, 3.0), (1.0, 0.0, 1.0), (9.0, 5.0, 5.0)):
        put(machine, state, {"SRC1": volts, "SRC2": 2.0})
        assert state.net_v[machine.circuit.net_named("OPEN")] == open_loop
        assert state.net_v[machine.circuit.net_named("FOLLOWS")] == follows


def test_a_loop_of_followers_settles_where_it_contracts_and_is_given_up_where_it_swings() -> None:
    sheet = powered("SRC1")
    sheet.resistor("R1", 10e3, "SRC1", "MID")
    sheet.resistor("R2", 10e3, "OUT", "MID")
    sheet.part("U1", "MCP6021T-E/OT")
    sheet.wire("U1", {"VIN+": "MID", "VIN-": "OUT", "VOUT": "OUT"})
    machine = sheet.machine()
    state = machine.start()
    put(machine, state, {"SRC1": 3.0})
    assert state.net_v[machine.circuit.net_named("OUT")] == pytest.approx(3.0, rel=1e-12)
    assert machine.unsettled(state) == 0
    assert [problem.message for problem in machine.cut.problems] == [
        "signal loop through U1 on nets MID, OUT:"
        " it is evaluated again until it settles or a limit is reached"
    ]

    ring = powered("SRC1")
    ring.part("U1", "SN74HC14N", **{"1A": "Y", "1Y": "Y"})
    machine = ring.machine()
    assert machine.unsettled(machine.start()) == 1


@pytest.mark.parametrize("pin", CONTROLS)
def test_a_control_line_wired_to_a_network_node_runs_all_the_same(pin: str) -> None:
    sheet = twin_sheet([(1, 2), (2, 3), (1, 3), (3, 4)], [1, 4], [2])
    number = 1 + CONTROLS.index(pin)
    sheet.nets[pin].remove(("J2", str(number)))
    sheet.nets["2F"].append(("J2", str(number)))
    machine = sheet.machine()
    host = Host(machine, sources=["SRC1", "SRC2"], targets=["TGT1"], chain=4)
    recording = host.train(np.tile([4.0, 1.0], (30, 1)), np.full((30, 1), 2.0))
    assert np.isfinite(recording.outputs_v).all()


def test_cutting_one_edge_leaves_the_rest_solved() -> None:
    sheet = powered("SRC1")
    sheet.part("JP1", "SOLDER-JUMPER-CLOSED", A="SRC1", B="IN")
    sheet.resistor("R1", 10e3, "IN", "MID")
    sheet.resistor("R2", 10e3, "MID", "GND")
    sheet.part("U1", "MCP6021T-E/OT")
    sheet.wire("U1", {"VIN+": "MID", "VIN-": "OUT", "VOUT": "OUT"})
    for cuts, expected in (((), 2.0), (("JP1",), 0.0)):
        machine = sheet.machine(cuts=cuts)
        state = machine.start()
        put(machine, state, {"SRC1": 4.0})
        assert state.net_v[machine.circuit.net_named("OUT")] == pytest.approx(expected, abs=1e-12)


def test_refusals_name_the_net_the_digipot_and_the_shape() -> None:
    sheet = twin_sheet([(1, 2), (2, 3)], [1], [3])
    machine = sheet.machine()
    state = machine.start()
    gnd = machine.circuit.net_named("GND")
    with pytest.raises(UsageError) as refusal:
        machine.run(state, [gnd], [[1.0]])
    assert str(refusal.value) == "net GND is held neither by the host nor by a probe"
    with pytest.raises(UsageError) as refusal:
        machine.start([64, 64, 128, 64])
    assert str(refusal.value) == "code 128 of UP2_3/1 is outside 0..127"
    with pytest.raises(UsageError) as refusal:
        machine.set_codes(state, [64])
    assert str(refusal.value) == "1 codes for a circuit of 4 digipots; give one for each"
    with pytest.raises(UsageError) as refusal:
        machine.run(state, [], np.zeros(3))
    assert str(refusal.value) == "inputs have the shape (3,), not (steps, 0)"
    with pytest.raises(UsageError) as refusal:
        machine.run(state, [], np.zeros((3, 0)), bits=np.zeros((2, 4), dtype=np.uint8))
    assert str(refusal.value) == "bits have the shape (2, 4), not (3, chain)"
