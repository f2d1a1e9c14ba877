"""Every component becomes its models, connected as the file says; oddities are stated as data."""

from __future__ import annotations

import pytest
from core_netlists import SUPPLIES, Sheet, powered

from parts.catalogue import load_catalogue
from verification.errors import UsageError
from verification.extraction.circuit import MixedCircuit, mixed_circuit
from verification.extraction.elements import DriveKind, ProblemKind
from verification.reading.netlist import Netlist, PinRef
from verification.reading.netlist_text import parse_netlist


def divider() -> Sheet:
    """A channel SRC1, a jumper, and a divider whose port is N1.FREE."""
    sheet = powered("SRC1")
    sheet.header("J3", ("CH", "SRC1.FREE"))
    sheet.header("J4", ("IN", "N1.FREE"))
    sheet.part("U1", "MCP6021T-E/OT")
    sheet.wire("U1", {"VIN+": "SRC1", "VIN-": "CH", "VOUT": "CH"})
    sheet.part("JP1", "SOLDER-JUMPER-CLOSED", A="IN", B="TOP")
    sheet.resistor("R1", 10e3, "TOP", "MID")
    sheet.resistor("R2", 10e3, "MID", "GND")
    sheet.part("C1", "GRM21BR61A226ME44L")
    sheet.wire("C1", {"1": "+5V", "2": "GND"})
    sheet.part("D1", "LTST-C191KGKT", A="MID", K="GND")
    return sheet


def messages(circuit: MixedCircuit, kind: ProblemKind) -> list[str]:
    return [problem.message for problem in circuit.problems if problem.kind is kind]


def test_elements_carry_their_nets_supply_and_models() -> None:
    circuit = divider().circuit()
    assert circuit.problems == ()
    (amplifier,) = circuit.amplifiers
    names = [circuit.nets[net].name for net in (amplifier.in_p, amplifier.in_n, amplifier.out)]
    assert names == ["SRC1", "CH", "CH"]
    assert (amplifier.supply.high_v, amplifier.supply.low_v) == (5.0, 0.0)
    assert amplifier.supply.powered
    assert [resistor.model.ohm for resistor in circuit.resistors] == [10e3, 10e3]
    assert [diode.unit.name for diode in circuit.diodes] == ["D1"]
    assert [capacitor.unit.name for capacitor in circuit.capacitors] == ["C1"]
    assert [element.unit.refdes for element in circuit.active] == ["U1"]
    held = {drive.function: (drive.kind, drive.volts) for drive in circuit.drives}
    assert held == {
        "V_SUPPLY": (DriveKind.RAIL, 5.0),
        "GND": (DriveKind.RAIL, 0.0),
        "SRC1": (DriveKind.HOST, 0.0),
    }


def test_a_closed_jumper_and_a_fuse_are_wire_and_a_cut_opens_the_jumper() -> None:
    sheet = divider()
    sheet.part("F1", "MF-MSMF050-2")
    sheet.wire("F1", {"1": "+5V", "2": "RAIL"})
    joined, cut = sheet.circuit(), sheet.circuit(cuts={"JP1"})
    assert joined.net_named("IN") == joined.net_named("TOP")
    assert joined.nets[joined.net_named("TOP")].names == ("IN", "TOP")
    assert joined.net_named("+5V") == joined.net_named("RAIL")
    assert cut.net_named("IN") != cut.net_named("TOP")
    with pytest.raises(UsageError) as refusal:
        sheet.circuit(cuts={"JP2"})
    assert str(refusal.value) == (
        '"JP2" is not a jumper of the netlist, so it cannot be cut. Did you mean JP1?'
    )


def test_a_patch_joins_two_functions_and_a_missing_one_is_stated() -> None:
    sheet = divider()
    patched = sheet.circuit(patches=[("SRC1.FREE", "N1.FREE")])
    assert patched.net_named("CH") == patched.net_named("IN")
    unpatched = sheet.circuit()
    assert unpatched.net_named("CH") != unpatched.net_named("IN")
    lost = sheet.circuit(patches=[("SRC1.FREE", "N2.FREE")])
    assert messages(lost, ProblemKind.MISSING_FUNCTION) == [
        "no connector pin has the function N2.FREE, so the cable SRC1.FREE to N2.FREE is left out"
    ]


def test_functions_come_from_the_field_or_from_kicads_pinfunction() -> None:
    sheet = divider()
    text = sheet.text()
    field = ' (field (name "PinFunctions") "1=SRC1.FREE")'
    assert field in text
    text = text.replace(field, "").replace(
        '(node (ref "J3") (pin "1"))', '(node (ref "J3") (pin "1") (pinfunction "SRC1.FREE"))'
    )
    circuit = mixed_circuit(parse_netlist(text), load_catalogue(), supplies=SUPPLIES)
    assert circuit.functions == sheet.circuit().functions
    with pytest.raises(UsageError) as refusal:
        circuit.function_net("SRC1.FRE")
    assert str(refusal.value) == (
        'no connector pin of the netlist has the function "SRC1.FRE".'
        " Did you mean SRC1.FREE, SRC1, N1.FREE?"
    )
    with pytest.raises(UsageError) as refusal:
        circuit.net_named("MIDD")
    assert str(refusal.value) == 'no net "MIDD" in the netlist. Did you mean MID?'


def test_probes_win_over_everything_but_a_rail() -> None:
    sheet = divider()
    circuit = sheet.circuit(probes=["CH", "MID", "SRC1"])
    kinds = {circuit.nets[drive.net].name: drive.kind for drive in circuit.drives}
    assert {kinds[name] for name in ("CH", "MID", "SRC1")} == {DriveKind.PROBE}
    assert circuit.problems == ()
    shorted = sheet.circuit(probes=["GND"])
    assert messages(shorted, ProblemKind.DRIVES_IN_CONFLICT) == [
        "net GND is held by GND and by GND; it is simulated at the voltage of GND"
    ]
    with pytest.raises(UsageError) as refusal:
        sheet.circuit(probes=["MIDD"])
    assert str(refusal.value) == (
        'no net "MIDD" in the netlist to hold with a probe. Did you mean MID?'
    )


def test_a_supply_that_is_no_voltage_is_refused() -> None:
    with pytest.raises(UsageError) as refusal:
        divider().circuit(supplies={"V_SUPPLY": 0.0})
    assert str(refusal.value) == "supply V_SUPPLY is 0 V; it must be above 0 and below 1000"


def test_what_the_file_says_twice_is_decided_for_the_first_and_stated() -> None:
    text = divider().text()
    text = text.replace(
        "(nets\n", '(nets\n(net (code "9") (name "MID") (node (ref "R9") (pin "1")))\n'
    )
    text = text.replace("(components\n", '(components\n(comp (ref "R1") (value "x"))\n')
    text = text.replace('(name "TOP")', '(name "TOP") (node (ref "R2") (pin "2"))')
    text = text.replace('(name "IN")', '(name "IN") (node (ref "R2") (pin "8"))')
    circuit = mixed_circuit(parse_netlist(text), load_catalogue(), supplies=SUPPLIES)
    assert messages(circuit, ProblemKind.NET_NAME_TWICE) == [
        "net MID is listed more than once; its pins are taken as one net"
    ]
    assert messages(circuit, ProblemKind.DUPLICATE_COMPONENT) == [
        "R1 is listed more than once; the first is simulated"
    ]
    assert messages(circuit, ProblemKind.UNKNOWN_PART) == [
        "R1: no MPN field says which part it is; it is left out of the simulation"
    ]
    assert messages(circuit, ProblemKind.UNKNOWN_COMPONENT) == [
        "net MID names R9.1, but R9 is not a component of the file; the pin is ignored"
    ]
    assert messages(circuit, ProblemKind.UNKNOWN_PIN) == [
        "net IN names R2.8, but RT0603BRD0710KL has no pin 8; the pin is ignored"
    ]
    assert messages(circuit, ProblemKind.PIN_IN_TWO_NETS) == [
        "R2.2 is in nets GND and TOP; the first is simulated"
    ]
    assert circuit.pin_net[PinRef("R2", "2")] == circuit.net_named("GND")


def test_a_pin_in_no_net_gets_a_net_of_its_own_and_is_stated_unless_it_may_stay_open() -> None:
    sheet = divider()
    sheet.move("R1", "2", None)
    sheet.part("U2", "AD5220BNZ100", W1="MID", B1="GND", CLK="GND", **{"U/D": "GND", "CS": "GND"})
    circuit = sheet.circuit()
    assert messages(circuit, ProblemKind.UNCONNECTED_PIN) == [
        "R1.2 (2 of RT0603BRD0710KL) is in no net"
    ]
    assert circuit.nets[circuit.pin_net[PinRef("R1", "2")]].name == "unconnected-(R1-Pad2)"


def test_a_part_off_its_rails_is_unpowered_and_holds_its_outputs_at_0_v() -> None:
    sheet = divider()
    sheet.move("U1", "VDD", "MID")
    machine = sheet.machine()
    assert messages(machine.circuit, ProblemKind.UNPOWERED) == [
        "U1 has no supply: U1.5 (VDD) on MID; it is simulated with its outputs at 0 V"
    ]
    state = machine.start()
    machine.run(state, [machine.circuit.function_net("SRC1")], [[3.0]])
    assert state.net_v[machine.circuit.net_named("CH")] == 0.0


def test_two_holders_of_one_net_are_named_and_the_first_wins() -> None:
    sheet = divider()
    sheet.part("U2", "SN74LVC1G17DBVR", A="SRC1", Y="CH")
    sheet.nets["SRC1"].append(("J1", "2"))
    sheet.nets["GND"].remove(("J1", "2"))
    cut = sheet.partition()
    found = [problem for problem in cut.problems if problem.kind is ProblemKind.OUTPUTS_IN_CONFLICT]
    assert [(problem.message, problem.refdes, problem.pins) for problem in found] == [
        (
            "output U2.4 is on net CH, which U1.1 holds; it is simulated without effect",
            ("U1", "U2"),
            ("U1.1", "U2.4"),
        )
    ]
    assert messages(cut.circuit, ProblemKind.DRIVES_IN_CONFLICT) == [
        "net SRC1 is held by GND and by SRC1; it is simulated at the voltage of GND"
    ]


def test_one_function_on_two_nets_names_both_pins() -> None:
    sheet = divider()
    sheet.header("J9", ("MID", "N1.FREE"))
    assert messages(sheet.circuit(), ProblemKind.FUNCTION_ON_TWO_NETS) == [
        "pins J4.1 and J9.1 both have the function N1.FREE but are on different nets"
    ]


def test_a_sensed_net_that_nothing_holds_is_named_with_its_inputs() -> None:
    sheet = powered("SRC1")
    sheet.part("U1", "MCP6022-I/SN")
    sheet.wire("U1", {"VINA+": "N7", "VINA-": "A", "VOUTA": "A"})
    sheet.wire("U1", {"VINB+": "N8", "VINB-": "B", "VOUTB": "B"})
    sheet.resistor("R1", 10e3, "N7", "N8")
    sheet.part("D1", "LTST-C191KGKT", A="SRC1", K="K")
    sheet.resistor("R2", 10e3, "K", "GND")
    assert [problem.message for problem in sheet.partition().problems] == [
        "nets N7, N8 float: no resistive path to a driven net; U1.3, U1.5 read 0 V"
    ]
    sheet.wire("U1", {})
    sheet.part("U2", "SN74LVC1G17DBVR", A="K", Y="Y")
    assert sheet.partition().problems[-1].message == (
        "diode D1 is on the sensed net K; it is taken as open"
    )


def test_an_empty_netlist_is_an_empty_circuit() -> None:
    circuit = mixed_circuit(Netlist((), ()), load_catalogue(), supplies={})
    assert (circuit.nets, circuit.elements, circuit.drives) == ((), (), ())
    assert circuit.logic_high_v == 0.0
