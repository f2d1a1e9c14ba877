"""Circuit keeps its promises, and says which of them a drawing breaks."""

import dataclasses

import pytest
from board_designs import ready

from netgen.circuit import Circuit, Component, Net, Pin, PinFunction, PinRef, assemble, natural_key
from netgen.errors import BuildError
from parts.catalogue import load_catalogue

RESISTOR = load_catalogue().part("RC0603FR-071KL")
BUFFER = load_catalogue().part("SN74LVC1G17DBVR")


def resistor(refdes: str, slot: str, first: str | None, second: str | None) -> Component:
    nets = (first, second)
    pins = tuple(
        Pin(pin.number, pin.name, pin.role, net)
        for pin, net in zip(RESISTOR.pins, nets, strict=True)
    )
    return Component(refdes, RESISTOR, "cell", slot, pins)


def test_circuit_text_has_one_line_per_item():
    circuit = assemble("c", [resistor("R10", "b", "X", "Y"), resistor("R2", "a", "X", "Y")], ["Y"])
    assert circuit.to_text() == (
        "circuit c\n"
        "component R2 RC0603FR-071KL cell a\n"
        "component R10 RC0603FR-071KL cell b\n"
        "net X: R2.1 R10.1\n"
        "supply Y: R2.2 R10.2\n"
    )


def test_circuit_lines_are_in_natural_order():
    assert sorted(["U10", "U2", "UE10_2", "UE2_10", "C3"], key=natural_key) == [
        "C3", "U2", "U10", "UE2_10", "UE10_2",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("components", "message"),
    [
        (
            [resistor("R1", "a", "X", "Y"), resistor("R1", "b", "X", "Y")],
            "reference designator R1 would name two components: cell/a and cell/b; "
            "rename one of the nodes concerned",
        ),
        (
            [resistor("R1", "a", "X", "Y"), resistor("R2", "a", "X", "Y")],
            "cell/a is placed twice, as R1 and R2",
        ),
        (
            [resistor("R1", "a", "X", "X"), resistor("R2", "b", "X", "Y")],
            "net Y has a single pin, R2.2; join it to something or leave the pin open",
        ),
        (
            [resistor("R1", "a", "X", None), resistor("R2", "b", "X", "X")],
            "R1 (cell/a, RC0603FR-071KL): pin 2 (2) is not connected; only outputs and pins that "
            "the record calls optional or no_connect may be left open",
        ),
    ],
)
def test_circuit_refuses(components: list[Component], message: str):
    with pytest.raises(BuildError) as caught:
        assemble("c", components, [])
    assert str(caught.value) == message


def test_circuit_refuses_a_net_on_a_no_connect_pin():
    nets = {"NC": "X", "A": "X", "GND": "X", "Y": "X", "VCC": "X"}
    pins = tuple(Pin(pin.number, pin.name, pin.role, nets[pin.name]) for pin in BUFFER.pins)
    with pytest.raises(BuildError, match=r"pin NC \(1\) is a no_connect pin, but net X is drawn"):
        assemble("c", [Component("U1", BUFFER, "cell", "u", pins)], [])


def test_circuit_refuses_a_function_on_a_pin_that_is_not_there():
    part = dataclasses.replace(
        resistor("R1", "a", "X", "X"), functions=(PinFunction("9", "LATCH", "input"),)
    )
    with pytest.raises(
        BuildError, match="function LATCH is on pin 9, which the part does not have"
    ):
        assemble("c", [part], [])


def test_circuit_refuses_a_supply_without_pins():
    with pytest.raises(BuildError, match=r"^supply net Z has no pin$"):
        assemble("c", [resistor("R1", "a", "X", "X")], ["Z"])


@pytest.mark.parametrize(
    ("nets", "message"),
    [
        (
            (Net("X", (PinRef("R1", "1"), PinRef("R1", "2"))),
             Net("Y", (PinRef("R1", "1"), PinRef("R1", "2")))),
            "pin R1.1 is on two nets, X and Y",
        ),
        (
            (Net("X", (PinRef("R1", "1"), PinRef("R1", "2"))),
             Net("X", (PinRef("R2", "1"), PinRef("R2", "2")))),
            "net X is listed twice",
        ),
        (
            (Net("Z", (PinRef("R1", "1"), PinRef("R1", "2"))),),
            "pin R1.1 is drawn on X, but the net list has it on Z",
        ),
        ((Net("X", ()),), "net X has no pin"),
    ],
)  # fmt: skip
def test_circuit_refuses_nets_that_are_not_those_of_the_pins(nets: tuple[Net, ...], message: str):
    with pytest.raises(BuildError) as caught:
        Circuit("c", (resistor("R1", "a", "X", "X"),), nets)
    assert str(caught.value) == message


def test_circuit_refuses_pins_that_are_not_the_record_s():
    short = dataclasses.replace(resistor("R1", "a", "X", "X"), pins=())
    with pytest.raises(BuildError, match="its pins are not those of the part's record"):
        Circuit("c", (short,), ())


def test_every_pin_of_a_ready_board_is_on_one_net_or_open():
    circuit = ready("dillavou16").circuit
    listed = [ref for net in circuit.nets for ref in net.pins]
    opened = [PinRef(part.refdes, pin.number) for part, pin in circuit.open_pins()]
    every = [PinRef(part.refdes, pin.number) for part in circuit.components for pin in part.pins]
    assert sorted(listed + opened) == sorted(every)
    assert len(set(every)) == len(every)
