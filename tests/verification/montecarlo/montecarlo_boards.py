"""Ready boards for the yield's tests."""

from functools import cache
from pathlib import Path

from designs import Design
from designs.load import load_design
from parts.catalogue import load_catalogue
from verification.extraction.circuit import MixedCircuit
from verification.reading.netlist import Netlist
from verification.reading.readers import read_netlist
from verification.training.bench import Workshop

DESIGNS = Path(__file__).resolve().parents[3] / "designs"


def golden(name: str) -> Path:
    """The netlist file of a ready design."""
    return DESIGNS / name / "golden" / f"{name}.net"


@cache
def board(name: str) -> tuple[Netlist, Design]:
    """A ready board and its design."""
    return read_netlist(golden(name)), load_design(name)


@cache
def workshop_of(name: str) -> Workshop:
    """Its first task's workshop."""
    netlist, design = board(name)
    return Workshop(netlist, design, design.tasks[0], load_catalogue())


def circuit_of(name: str) -> MixedCircuit:
    """Its circuit, cabled for its first task."""
    return workshop_of(name).intact.circuit
