"""What a meter shows before anything is learned: closed forms, order of ranges, currents."""

from functools import cache

import pytest

from designs import load_design
from parts.catalogue import load_catalogue
from tests.goldens import golden_netlist
from verification.reading.readers import read_netlist
from verification.training.bench import Workshop
from verification.training.first_power import Moment, first_power, held_pins

CATALOGUE = load_catalogue()


@cache
def moments(name: str) -> tuple[Moment, ...]:
    design = load_design(name)
    return first_power(read_netlist(golden_netlist(name)), design, CATALOGUE, boards=12)


def volts(moment: Moment) -> dict[str, float]:
    return {level.what: level.volts for level in moment.levels}


def test_a_divider_in_closed_form() -> None:
    """Two equal digipots between 5 V and 0: half; nudged by eta = 0.5 towards 3 V: 2.75 V."""
    idle, task = moments("two_edge")
    assert idle.pins == {}
    assert all(abs(level.volts) < 1e-9 for level in idle.levels if level.what != "V_SUPPLY")
    assert task.pins == {"SRC-N1": 5.0, "SRC-N3": 0.0, "TGT-N2.DESIRED": 3.0}
    found = volts(task)
    assert found["node 2 FREE"] == pytest.approx(2.5, abs=1e-4)
    assert found["TGT-N2.OUT"] == pytest.approx(2.5, abs=1e-4)
    assert found["node 2 CLAMPED"] == pytest.approx(2.75, abs=1e-4)
    assert found["V_SUPPLY"] == 5.0


@pytest.mark.parametrize("name", ["two_edge", "dillavou16"])
def test_ranges_hold_the_nominal_board(name: str) -> None:
    """And are wide where tolerances matter, as at a node between digipots."""
    for moment in moments(name):
        for level in moment.levels:
            assert level.low <= level.volts <= level.high
    wide = {level.what: level.high - level.low for level in moments(name)[-1].levels}
    assert wide["node 2 FREE" if name == "two_edge" else "node 7 FREE"] > 0.02


def test_every_function_and_every_node_is_there() -> None:
    """As many as the design has."""
    design = load_design("dillavou16")
    names = [level.what for level in moments("dillavou16")[1].levels]
    assert len(names) == len(set(names))
    for node in design.graph.nodes:
        assert f"node {node} FREE" in names
        assert f"node {node} CLAMPED" in names
    assert {"LATCH", "ENABLE_RETURN", "TGT1.OUT", "N4.FREE", "V_SUPPLY"} <= set(names)


def test_one_moment_a_task_and_the_idle_one_first() -> None:
    """In the order of the design."""
    assert [moment.task for moment in moments("dillavou16")] == ["i", "i", "ii", "iii", "iv", "v"]


def test_sampled_inputs_are_spread() -> None:
    """Equal voltages would not show a wrong wire."""
    design = load_design("dillavou16")
    netlist = read_netlist(golden_netlist("dillavou16"))
    pins = held_pins(Workshop(netlist, design, design.task("i"), CATALOGUE))
    assert pins == {
        "SRC1": 1.0, "SRC2": 2.0, "SRC3": 3.0, "SRC4": 4.0, "SRC5": 2.5,
        "TGT1.DESIRED": 2.5, "TGT2.DESIRED": 2.5, "TGT3.DESIRED": 2.5,
    }  # fmt: skip


def test_current_grows_with_the_board() -> None:
    """Sixteen edges draw more than two, and a driven network more than an idle one."""
    idle, task = moments("two_edge")
    assert 0.01 < idle.supply_a["V_SUPPLY"] < task.supply_a["V_SUPPLY"]
    assert moments("dillavou16")[0].supply_a["V_SUPPLY"] > 2 * idle.supply_a["V_SUPPLY"]
