"""A netlist of ten parts, and its crossbar board: what the damage tests break."""

from __future__ import annotations

from functools import cache

from parts.catalogue import load_catalogue
from tests.verification.board.crossbar import crossbar
from tests.verification.board.drawn import BoardDrawn
from verification.board.subject import BoardSubject, Witnesses, board_subject
from verification.checks.records import Check, Item, Verdict
from verification.reading.netlist import Netlist, NetlistComponent, NetlistNet, PinRef

JUMPER = "Jumper:SolderJumper-2_P1.3mm_Bridged_RoundedPad1.0x1.5mm"
PARTS = {
    "U1": ("Package_SO:SOIC-8_3.9x4.9mm_P1.27mm", "MCP6022", "MCP6022-I/SN"),
    "U2": ("Package_SO:SOIC-8_3.9x4.9mm_P1.27mm", "MCP6022", "MCP6022-I/SN"),
    "U3": ("Package_SO:SOIC-8_3.9x4.9mm_P1.27mm", "MCP6022", "MCP6022-I/SN"),
    "R1": ("Resistor_SMD:R_0603_1608Metric", "1k", "RC0603FR-071KL"),
    "R2": ("Resistor_SMD:R_0603_1608Metric", "1k", "RC0603FR-071KL"),
    "R3": ("Resistor_SMD:R_0603_1608Metric", "1k", "RC0603FR-071KL"),
    "C1": ("Capacitor_SMD:C_0603_1608Metric", "100nF", "CC0603KRX7R9BB104"),
    "C2": ("Capacitor_SMD:C_0603_1608Metric", "100nF", "CC0603KRX7R9BB104"),
    "JP1": (JUMPER, "jumper", "SOLDER-JUMPER-CLOSED"),
    "J1": ("Connector_PinHeader_2.54mm:PinHeader_1x03_P2.54mm_Vertical", "header", "M20-9990346"),
}
NETS = {
    "GND": "U1.4 U2.4 U3.4 C1.2 C2.2 J1.1 R3.2",
    "VCC": "U1.8 U2.8 U3.8 C1.1 C2.1 J1.2",
    "IN": "J1.3 R1.1",
    "A": "R1.2 U1.3 U1.5",
    "B": "U1.1 U1.2 R2.1",
    "C": "R2.2 JP1.1",
    "D": "JP1.2 U2.3 U2.5",
    "E": "U2.1 U2.2 U3.3 R3.1",
    "F": "U3.1 U3.2",
    "H": "U1.6 U1.7",
    "K": "U2.6 U2.7 U3.5",
    "unconnected-(U3-Pad6)": "U3.6",
    "unconnected-(U3-Pad7)": "U3.7",
}


@cache
def small_netlist() -> Netlist:
    """Three amplifiers, three resistors, two capacitors, a jumper, a header."""
    parts = tuple(
        NetlistComponent(refdes, value, name, (("MPN", mpn),), "/", "")
        for refdes, (name, value, mpn) in PARTS.items()
    )
    nets = tuple(
        NetlistNet(name, tuple(PinRef(*pin.split(".")) for pin in pins.split()))
        for name, pins in NETS.items()
    )
    return Netlist(parts, nets, "small.net")


def small_board() -> BoardDrawn:
    """Its board: GND is a plane on In1.Cu, the rest is tracks."""
    return crossbar(small_netlist(), planes=("GND",))


def subject(text: str, netlist: Netlist | None = None) -> BoardSubject:
    """A board before the judge, without KiCad."""
    given = small_netlist() if netlist is None else netlist
    return board_subject(text, "small.kicad_pcb", load_catalogue(), Witnesses(given, kicad=False))


def checks(text: str, netlist: Netlist | None = None) -> dict[str, Check]:
    """What the judge says of a board file, by the name of the check."""
    return {check.name: check for check in subject(text, netlist).checks}


def failed(found: dict[str, Check]) -> list[str]:
    """Names of the checks that fail, sorted."""
    return sorted(name for name, check in found.items() if check.verdict is Verdict.FAIL)


def items(found: dict[str, Check], name: str) -> tuple[Item, ...]:
    """The items of one check."""
    return found[name].items
