"""Currents balance at every net, and add up to what the supplies deliver."""

from __future__ import annotations

import numpy as np
import pytest
from core_netlists import powered, twin_sheet

from verification.errors import UsageError
from verification.extraction.values import drawn, ideal
from verification.simulation.currents import find_currents, supply_currents
from verification.training.host import Host


def test_outputs_and_drives_deliver_what_the_inputs_take() -> None:
    """The sum over all holders equals the sum of input bias currents; no net keeps a charge."""
    machine = twin_sheet([(1, 2), (2, 3), (1, 3), (3, 4)], [1], [4]).machine()
    machine = machine.with_values(drawn(machine.circuit, 2))
    host = Host(machine, sources=["SRC1"], targets=["TGT1"], chain=4)
    nets = range(len(machine.circuit.nets))
    before = host.codes
    recording = host.train(np.linspace(1, 4, 6)[:, None], np.full((6, 1), 2.0), watch=nets,
                           record_codes=True)  # fmt: skip
    codes = np.concatenate((before[None], recording.codes[:-1]))
    found = find_currents(machine.cut, machine.values, recording.net_v, codes)
    total = found.drive_a.sum(axis=-1) + sum(found.output_a.values())
    bias = machine.values.amplifier_bias_a.sum() + machine.values.comparator_bias_a.sum()
    np.testing.assert_allclose(total, bias, atol=1e-15)
    np.testing.assert_allclose(found.digipot_a.sum(axis=-1), 0, atol=1e-18)
    pot = machine.circuit.digipots[0]
    ohm = codes[:, 0] * machine.values.digipot_step_ohm[0] + machine.values.digipot_wiper_ohm[0]
    drop = recording.net_v[:, pot.w] - recording.net_v[:, pot.b]
    np.testing.assert_allclose(found.digipot_a[:, 0, 1], drop / ohm, rtol=1e-9)


def test_a_lamps_current_follows_from_its_resistor_and_forward_voltage() -> None:
    sheet = powered("SRC1")
    sheet.part("U1", "SN74LVC1G17DBVR", A="SRC1", Y="Y")
    sheet.resistor("R1", 4.7e3, "Y", "LAMP")
    sheet.part("D1", "LTST-C191KGKT", A="LAMP", K="GND")
    machine = sheet.machine()
    forward = machine.circuit.diodes[0].model.forward_v
    state = machine.start()
    lamp, source = (machine.circuit.net_named(name) for name in ("LAMP", "SRC1"))
    quiescent = machine.circuit.gates[0].record.ratings.supply_current_a
    assert quiescent is not None
    for level, expected in ((0.0, 0.0), (5.0, (5.0 - forward) / (4.7e3 + 1.0))):
        machine.run(state, [source], [[level]])
        found = find_currents(machine.cut, machine.values, state.net_v, state.codes)
        assert found.diode_a[0] == pytest.approx(expected, rel=1e-6, abs=1e-15)
        assert found.resistor_a[0] == pytest.approx(expected, rel=1e-6, abs=1e-15)
        assert found.output_a["U1.4"] == pytest.approx(expected, rel=1e-6, abs=1e-11)
        assert found.net_v[lamp] == pytest.approx(forward + expected if level else 0.0, abs=1e-6)
        drawn_a = supply_currents(machine.cut, found)
        rail = machine.circuit.function_net("V_SUPPLY")
        assert drawn_a[rail] == pytest.approx(quiescent + expected, rel=1e-6)
        assert list(drawn_a) == [rail]


def test_two_lamps_in_series_share_one_current_and_one_backwards_carries_none() -> None:
    sheet = powered("SRC1")
    sheet.resistor("R1", 1e3, "SRC1", "A1")
    sheet.part("D1", "LTST-C191KGKT", A="A1", K="A2")
    sheet.part("D2", "LTST-C191KGKT", A="A2", K="GND")
    sheet.part("D3", "LTST-C191KGKT", A="GND", K="A1")
    machine = sheet.machine()
    state = machine.start()
    machine.run(state, [machine.circuit.net_named("SRC1")], [[5.0]])
    found = find_currents(machine.cut, machine.values, state.net_v, state.codes)
    forward = machine.circuit.diodes[0].model.forward_v
    expected = (5.0 - 2 * forward) / 1002.0
    assert found.diode_a.tolist() == pytest.approx([expected, expected, 0.0], rel=1e-6, abs=1e-15)


def test_an_open_collector_sinks_what_its_pull_up_brings() -> None:
    sheet = powered("SRC1", "SRC2")
    sheet.part("U1", "LM339AN/NOPB")
    sheet.wire("U1", {"1IN+": "SRC1", "1IN-": "SRC2", "1OUT": "OUT"})
    sheet.resistor("R1", 10e3, "+5V", "OUT")
    sheet.part("U2", "SN74LVC1G17DBVR", A="OUT", Y="Y")
    machine = sheet.machine()
    state = machine.start()
    nets = [machine.circuit.net_named(name) for name in ("SRC1", "SRC2")]
    machine.run(state, nets, [[1.0, 2.0]])
    found = find_currents(machine.cut, ideal(machine.circuit), state.net_v, state.codes)
    through = 5.0 / (10e3 + 50.0)
    assert found.resistor_a[0] == pytest.approx(through, rel=1e-6)
    ground = [drive.function for drive in machine.circuit.drives].index("GND")
    assert found.drive_a[ground] == pytest.approx(-through, rel=1e-6)


def test_voltages_of_another_circuit_are_refused() -> None:
    machine = powered("SRC1").machine()
    with pytest.raises(UsageError) as refusal:
        find_currents(machine.cut, machine.values, np.zeros(2), [])
    assert str(refusal.value) == "net_v has the shape (2,), not (..., 4)"
