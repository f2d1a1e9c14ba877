"""Units of duals and quads go where the cell wants them; what is left over is strapped."""

import pytest

from netgen.circuit import Circuit, Component
from netgen.errors import BuildError
from netgen.page import Contact, Drawing, wire
from parts.catalogue import load_catalogue

CATALOGUE = load_catalogue()
SLOTS = ("u", "u_1", "u_2", "j", "c_u", "c_u_1", "c_u_2")


def placed(
    mpn: str, *units: dict[str, object], slot: object = ("u", "u_1", "u_2")
) -> list[Component]:
    drawing = Drawing(CATALOGUE.part("CC0603KRX7R9BB104"))
    page = drawing.page("cell", "X", SLOTS)
    page.place(slot, CATALOGUE.part(mpn), *(wire(**unit) for unit in units), power="+5V")
    return list(drawing.components)


def nets(component: Component) -> dict[str, str | None]:
    return {pin.name: pin.net for pin in component.pins}


FIRST = {"in_p": "A", "in_n": "B", "out": "C"}
SECOND = {"in_p": "D", "in_n": "E", "out": "F"}


def test_two_units_share_a_dual_and_its_capacitor():
    dual, capacitor = placed("MCP6562", FIRST, SECOND)
    assert (dual.refdes, dual.slot) == ("UX_1", "u")
    assert nets(dual) == {
        "OUTA": "C", "-INA": "B", "+INA": "A", "VSS": "GND",
        "+INB": "D", "-INB": "E", "OUTB": "F", "VDD": "+5V",
    }  # fmt: skip
    assert (capacitor.refdes, capacitor.slot, nets(capacitor)) == (
        "CX_5", "c_u", {"1": "+5V", "2": "GND"},
    )  # fmt: skip


def test_two_units_take_two_singles_each_with_a_capacitor():
    parts = placed("MCP6561", FIRST, SECOND)
    assert [(part.refdes, part.slot) for part in parts] == [
        ("UX_2", "u_1"), ("CX_6", "c_u_1"), ("UX_3", "u_2"), ("CX_7", "c_u_2"),
    ]  # fmt: skip


def test_idle_units_of_a_quad_are_strapped_and_their_outputs_open():
    quad = placed("SN74HC86N", {"inputs": ("A", "B"), "output": "C"}, slot="u")[0]
    assert nets(quad) == {
        "1A": "A", "1B": "B", "1Y": "C", "2A": "GND", "2B": "GND", "2Y": None, "GND": "GND",
        "3Y": None, "3A": "GND", "3B": "GND", "4Y": None, "4A": "GND", "4B": "GND", "VCC": "+5V",
    }  # fmt: skip


def test_an_idle_amplifier_follows_ground():
    dual = placed("OPA2350UA", FIRST, slot="u")[0]
    assert {pin: net for pin, net in nets(dual).items() if pin.endswith("B")} == {
        "+INB": "GND", "-INB": "cell/u/OUTB", "OUTB": "cell/u/OUTB",
    }  # fmt: skip


def test_an_idle_potentiometer_is_refused_since_its_wiper_would_float():
    drawing = Drawing(CATALOGUE.part("CC0603KRX7R9BB104"))
    page = drawing.page("cell", "X", SLOTS)
    wires = wire(w="W", b="W", clk="W", up_down="W", cs="W")
    page.place("u", CATALOGUE.part("AD5222BRUZ100"), wires, power="+5V")
    with pytest.raises(BuildError, match=r"pin W2 \(5\) is not connected"):
        drawing.circuit("c")


@pytest.mark.parametrize(
    ("mpn", "units", "slot", "message"),
    [
        ("MCP6561", (FIRST, SECOND), "u",
         "cell: MCP6561T-E/OT has 1 units a package; 2 units do not fit the slots u"),
        ("MCP6562", ({"in_p": "A", "plus": "B"},), "u",
         "cell/u: MCP6562-E/SN has no plus to wire; it has in_n, in_p, out"),
        ("SN74HC86N", ({"inputs": ("A", "B", "C")},), "u",
         "cell/u: inputs of SN74HC86N has 2 pins, given 3 nets"),
        ("CD74HC175E", ({"d": "A", "clk": "X", "q": "C"}, {"d": "A", "clk": "Y", "q": "D"}), "u",
         "cell/u: pin CP of CD74HC175E is shared by its units, but is drawn to X and to Y"),
        ("MCP6562", (FIRST,), "v", "cell has no slot v; it has u, u_1, u_2, j, c_u, c_u_1, c_u_2"),
    ],
)  # fmt: skip
def test_page_refuses(mpn: str, units: tuple[dict[str, object], ...], slot: str, message: str):
    with pytest.raises(BuildError) as caught:
        placed(mpn, *units, slot=slot)
    assert str(caught.value) == message


def test_a_chip_needs_a_rail():
    page = Drawing(CATALOGUE.part("CC0603KRX7R9BB104")).page("cell", "X", SLOTS)
    with pytest.raises(BuildError) as caught:
        page.place("u", CATALOGUE.part("MCP6562"), wire(**FIRST))
    assert str(caught.value) == (
        "cell/u: pin VDD of MCP6562-E/SN needs a supply, and none is drawn"
    )


def test_a_connector_has_a_contact_for_every_pin():
    page = Drawing(CATALOGUE.part("CC0603KRX7R9BB104")).page("cell", "X", SLOTS)
    with pytest.raises(BuildError) as caught:
        page.connector("j", CATALOGUE.with_value("M20-999", 3), Contact("A", "LATCH", "input"))
    assert str(caught.value) == "cell/j: M20-9990346 has 3 pins, but 1 contacts are drawn"


def test_a_closed_drawing_is_a_circuit():
    drawing = Drawing(CATALOGUE.part("CC0603KRX7R9BB104"))
    page = drawing.page("cell", "X", SLOTS)
    page.place("u_1", CATALOGUE.part("RC0603FR-071KL"), wire(a="A", b="B"))
    page.place("u_2", CATALOGUE.part("RC0603FR-071KL"), wire(a="A", b="B"))
    drawing.supply("B")
    circuit = drawing.circuit("c")
    assert isinstance(circuit, Circuit)
    assert [net.supply for net in circuit.nets] == [False, True]
