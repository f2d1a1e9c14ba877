"""The cells are drawn as their pages say, for every choice of parts."""

import itertools
from dataclasses import replace

import pytest
from board_designs import READY, design_of, made, ready, without

from netgen.budget import rail_currents
from netgen.cells import control, edge
from netgen.circuit import Circuit, Component
from netgen.elaborate import elaborate
from netgen.errors import BuildError
from netgen.names import Nets, code
from netgen.page import Drawing
from parts.catalogue import load_catalogue
from parts.models import CapacitorModel, ComparatorModel, FuseModel
from parts.record import ACTIVE_KINDS

CATALOGUE = load_catalogue()


def unit_nets(circuit: Circuit, path: str, unit: int = 0) -> dict[str, object]:
    """Nets of a unit of the component at a path, by the keywords of its model."""
    component = circuit.by_path[path]
    nets = {pin.name: pin.net for pin in component.pins}
    found: dict[str, object] = {}
    for keyword, name in component.part.models[unit].pin_names():
        given = found.get(keyword)
        found[keyword] = nets[name] if given is None else (given, nets[name])
    return found


def test_the_edge_of_a_ready_board_is_its_page():
    circuit = ready("dillavou16").circuit
    cell = "edge/4-7"
    text = {
        "cut_free": {"a": "N4_FREE", "b": f"{cell}/W_FREE"},
        "cut_clamped": {"a": "N4_CLAMPED", "b": f"{cell}/W_CLAMPED"},
        "xor": {"inputs": (f"{cell}/C>F", f"{cell}/F<0"), "output": f"{cell}/UP"},
        "led_r": {"a": f"{cell}/UP_LATCHED", "b": f"{cell}/LED"},
        "led": {"anode": f"{cell}/LED", "cathode": "GND"},
        "latch": {"d": f"{cell}/UP", "clk": "control/bank1/LATCH", "q": f"{cell}/UP_LATCHED"},
        "enable": {
            "d": "edge/4-2/DISABLE", "clk": "control/bank1/ENABLE_CLOCK", "q": f"{cell}/DISABLE",
        },
    }  # fmt: skip
    for slot, wanted in text.items():
        assert unit_nets(circuit, f"{cell}/{slot}") == wanted
    sums = [unit_nets(circuit, f"{cell}/sum_array", unit) for unit in range(4)]
    assert sums == [
        {"a": "N4_CLAMPED_BUF", "b": f"{cell}/P"},
        {"a": "N7_FREE_BUF", "b": f"{cell}/P"},
        {"a": "N4_FREE_BUF", "b": f"{cell}/M"},
        {"a": "N7_CLAMPED_BUF", "b": f"{cell}/M"},
    ]
    assert unit_nets(circuit, f"{cell}/comparator", 0) == {
        "in_p": f"{cell}/P", "in_n": f"{cell}/M", "out": f"{cell}/C>F",
    }  # fmt: skip
    assert unit_nets(circuit, f"{cell}/comparator", 1) == {
        "in_p": "N7_FREE_BUF", "in_n": "N4_FREE_BUF", "out": f"{cell}/F<0",
    }  # fmt: skip
    for unit, twin in enumerate(("FREE", "CLAMPED")):
        assert unit_nets(circuit, f"{cell}/digipot", unit) == {
            "a": None, "w": f"{cell}/W_{twin}", "b": f"N7_{twin}", "clk": "control/bank1/STEP",
            "up_down": f"{cell}/UP_LATCHED", "cs": f"{cell}/DISABLE",
        }  # fmt: skip


@pytest.mark.parametrize("name", READY)
def test_every_supply_pin_of_every_chip_has_its_capacitor(name: str):
    circuit = ready(name).circuit
    for component in circuit.components:
        if component.part.kind not in ACTIVE_KINDS:
            continue
        pins = [pin for pin in component.pins if pin.role == "power"]
        beside = [
            other
            for other in circuit.in_cell(component.cell)
            if other.slot.startswith(f"c_{component.slot}")
            and other.slot in (f"c_{component.slot}", f"c_{component.slot}_2")
        ]
        assert len(beside) == len(pins), component.path
        for capacitor, pin in zip(beside, pins, strict=True):
            assert capacitor.part.units(CapacitorModel)[0].farad == pytest.approx(100e-9)
            assert {end.net for end in capacitor.pins} == {pin.net, "GND"}


@pytest.mark.parametrize("name", READY)
def test_open_collector_outputs_and_only_they_are_pulled_up(name: str):
    circuit = ready(name).circuit
    pulled = {part.slot for part in circuit.components if part.slot.startswith("pullup")}
    comparators = {
        part.part.units(ComparatorModel)[0].output
        for part in circuit.components
        if part.part.kind == "comparator"
    }
    expected = {"pullup_difference", "pullup_sign"} if comparators == {"open_collector"} else set()
    assert pulled == expected


@pytest.mark.parametrize("name", READY)
def test_the_enable_chain_follows_the_order_of_the_edges(name: str):
    elaboration = ready(name)
    previous: object = "control/ENABLE_DATA"
    for a, b in elaboration.network.edges:
        cell = f"edge/{a}-{b}"
        path = f"{cell}/enable"
        unit = 0
        if path not in elaboration.circuit.by_path:
            path, unit = f"{cell}/latch", 1
        found = unit_nets(elaboration.circuit, path, unit)
        assert (found["d"], found["q"]) == (previous, f"{cell}/DISABLE")
        previous = found["q"]
    assert unit_nets(elaboration.circuit, "control/r_return")["a"] == previous


def test_the_chain_s_clock_runs_from_the_last_bank_to_the_first():
    edges = [(i, i + 1) for i in range(1, 71)]
    circuit = made(design_of(edges)).circuit
    assert control.bank_count(70) == 3
    clocks = [unit_nets(circuit, f"control/bank{n}/enable_clock") for n in (1, 2, 3)]
    assert [clock["inputs"] for clock in clocks] == [
        "control/bank2/ENABLE_CLOCK", "control/bank3/ENABLE_CLOCK", "ENABLE_CLOCK",
    ]  # fmt: skip
    banks = [unit_nets(circuit, f"edge/{a}-{b}/latch")["clk"] for a, b in edges]
    assert [len(list(group)) for _, group in itertools.groupby(banks)] == [32, 32, 6]


def test_cables_end_in_ports_and_copper_in_jumpers():
    cables = made(design_of([(1, 2), (2, 3)])).circuit
    assert [part.cell for part in cables.components if part.slot == "port"] == [
        "port/N1", "port/N2", "source/SRC1", "target/TGT1",
    ]  # fmt: skip
    assert [f.function for f in cables.by_path["target/TGT1/port"].functions] == [
        "TGT1.CLAMPED", "TGT1.FREE", "GND",
    ]  # fmt: skip
    copper = made(design_of([(1, 2), (2, 3)], patching="fixed")).circuit
    assert not [part for part in copper.components if part.slot == "port"]
    assert unit_nets(copper, "source/SRC-N1/join_free") == {
        "a": "source/SRC-N1/OUT",
        "b": "N1_FREE",
    }
    assert unit_nets(copper, "source/SRC-N1/join_clamped")["b"] == "N1_CLAMPED"
    driver = copper.by_path["target/TGT-N2/driver"]
    assert {"N2_FREE", "N2_CLAMPED"} <= {pin.net for pin in driver.pins}


def test_an_adjustable_nudge_has_a_digipot_between_two_followers():
    circuit = made(design_of([(1, 2)], electronics='nudge = "adjustable"')).circuit
    cell = "target/TGT1"
    for unit in (0, 1):
        assert unit_nets(circuit, f"{cell}/eta_digipot", unit) == {
        "a": f"{cell}/DESIRED_BUF", "w": f"{cell}/MID", "b": f"{cell}/SENSE",
        "clk": "control/ETA_STEP", "up_down": "control/ETA_UP", "cs": "control/ETA_SELECT",
    }  # fmt: skip
    select = circuit.by_path["control/eta/pull_eta_select"]
    assert {pin.net for pin in select.pins} == {"ETA_SELECT", "+5V"}
    assert {f"{cell}/driver_1", f"{cell}/driver_2"} <= circuit.by_path.keys()


def test_a_digipot_that_goes_up_on_a_low_level_gets_the_other_sign():
    record = CATALOGUE.part("AD5222BRUZ100")
    models = tuple(model.model_copy(update={"up_level": "low"}) for model in record.models)
    inverted = record.model_copy(update={"models": models})
    plain = ready("two_edge")
    drawing = Drawing(plain.parts.decoupling)
    edge.draw(drawing, replace(plain.parts, digipot=inverted), plain.nets, ("1", "2"), "b", "p")
    comparator = next(part for part in drawing.components if part.slot == "comparator")
    nets = {pin.name: pin.net for pin in comparator.pins}
    assert (nets["INB+"], nets["INB-"]) == ("N1_FREE_BUF", "N2_FREE_BUF")


@pytest.mark.parametrize("name", READY)
def test_the_fuses_hold_a_quarter_more_than_the_computed_current(name: str):
    elaboration = ready(name)
    rails = {"+5V": 5.0, elaboration.nets.comparator: elaboration.parts.comparator_supply_v}
    currents = rail_currents(elaboration.circuit.components, rails)
    for rail, current in currents.items():
        hold = sum(
            part.part.units(FuseModel)[0].hold_a
            for part in elaboration.circuit.components
            if part.part.kind == "fuse" and rail in {pin.net for pin in part.pins}
        )
        assert current > 0
        assert hold >= 1.25 * current


def test_a_board_that_no_single_fuse_holds_has_several_feeds():
    edges = [(a, a + 1) for a in range(1, 201)]
    circuit = elaborate(design_of(edges), without("fuse", ["MF-MSMF050-2"])).circuit
    feeds = [cell for cell in circuit.cells if cell.startswith("supply")]
    assert feeds == ["supply", "supply/feed2", "supply/feed3"]
    for feed in feeds:
        slots = {part.slot: part for part in circuit.in_cell(feed)}
        assert {pin.net for pin in slots["fuse"].pins} == {"+5V_IN", "+5V"}
        assert [pin.net for pin in slots["terminal"].pins] == ["+5V_IN", "GND"]


def test_an_inserted_edge_changes_no_other_name():
    before = made(design_of([(1, 2), (2, 3), (3, 1)])).circuit
    after = made(design_of([(1, 2), (2, 10), (10, 3), (2, 3), (3, 1)])).circuit
    names = {part.path: part.refdes for part in after.components}
    assert {part.path: part.refdes for part in before.components}.items() <= names.items()


def test_codes_of_names_with_underscores_stay_apart():
    assert [code("E", "4", "7"), code("E", "1_2", "3"), code("E", "1", "2_3")] == [
        "E4_7", "E1_2__3", "E1__2_3",
    ]  # fmt: skip
    assert code("", "SRC-N8") == "SRC_N8"


def test_names_that_cannot_be_told_apart_are_refused_with_both_cells():
    edges = [("a", "b__c"), ("a__b", "c"), ("a", "c"), ("a__b", "b__c")]
    with pytest.raises(BuildError) as caught:
        made(design_of(edges))
    assert str(caught.value).startswith("reference designator ")
    assert "edge/a-b__c/" in str(caught.value)
    assert "edge/a__b-c/" in str(caught.value)


def test_the_nets_of_a_node():
    nets = Nets("+5V", "+9V", "GND")
    assert [nets.node("4", "FREE"), nets.buffered("4", "CLAMPED")] == ["N4_FREE", "N4_CLAMPED_BUF"]


def test_assumptions_are_figures_with_a_reason():
    for name in ("dillavou16", "dillavou16_throughhole"):
        for item in ready(name).assumptions:
            assert (item.low, item.high) != (None, None)
            assert item.unit in ("V", "A", "ohm", "s")
            assert item.reason
            if item.low is not None and item.high is not None:
                assert item.low < item.high


def test_components_of_a_cell_are_found_by_its_path():
    circuit = ready("two_edge").circuit
    cell = circuit.in_cell("node/2")
    assert [type(part) for part in cell] == [Component, Component]
    assert circuit.in_cell("node/9") == ()
