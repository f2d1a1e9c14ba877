"""The SKiDL baseline counts what SKiDL's own checker prints, and kills no renamed file."""

from __future__ import annotations

import pickle
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from netgen.emit import netlist as emit
from netgen.emit.baseline import ErcCount, SkidlBaseline, erc_findings
from netgen.errors import BuildError
from parts.catalogue import load_catalogue
from parts.record import PartRecord
from tests.verification.checks import mutants
from tests.verification.checks.boards import ready
from verification.faults.identity import transforms

HOST = ("LATCH", "STEP", "ENABLE_DATA", "ENABLE_CLOCK")


def drive_of(record: PartRecord, function: str) -> Any:
    """The drive that a function of a connector or test point gives its pin; None: its kind's."""
    if record.kind in ("connector", "testpoint") and function in ("GND", "V_SUPPLY", "+5V"):
        return emit.pin_drives.POWER
    if record.kind != "connector":
        return None
    if function in HOST or function.endswith(".DESIRED") or function.startswith("SRC-"):
        return emit.pin_drives.PUSHPULL
    return None


def counted_by_skidl(nets: mutants.Nets) -> ErcCount:
    """SKiDL itself, wired pin by pin and asked to check: its counts of errors and warnings."""
    from skidl import SKIDL, Circuit, Net, Part, Pin
    from skidl.logger import erc_logger

    board = ready("two_edge")
    circuit = Circuit()
    circuit.no_files = True
    parts: dict[str, Any] = {}
    for component in board.netlist.components:
        record = load_catalogue().part(component.field("MPN"))
        words = component.field("PinFunctions").split()
        functions = dict(word.split("=") for word in words)
        pins = [Pin(num=p.number, name=p.name, func=emit.PIN_TYPES[p.role]) for p in record.pins]
        part = Part(name=record.mpn, tool=SKIDL, circuit=circuit, ref=component.refdes, pins=pins)
        for pin in part.pins:
            pin.drive = drive_of(record, functions.get(pin.num, "")) or pin.drive
        parts[component.refdes] = part
    for name, nodes in nets.items():
        net = Net(name, circuit=circuit)
        for refdes, number in nodes:
            net += parts[refdes][number]
    circuit.ERC()
    return ErcCount(erc_logger.error.count, erc_logger.warning.count)


def drivers_shorted() -> mutants.Mutant:
    """Two flip-flops' outputs on one net."""
    nets = ready("two_edge").nets
    return mutants.short(nets, "edge/1-2/UP_LATCHED", "edge/2-3/UP_LATCHED")


def clock_cut() -> mutants.Mutant:
    """A gate's input that no net names."""
    nets = ready("two_edge").nets
    return mutants.drop(nets, nets["edge/1-2/UP"][0])


def any_fault() -> mutants.Mutant:
    """Some pin on some other net."""
    return mutants.any_move(ready("two_edge").nets, random.Random("baseline"))


@pytest.mark.parametrize("fault", [drivers_shorted, clock_cut, any_fault])
def test_the_counts_are_those_of_skidls_own_checker(
    fault: Callable[[], mutants.Mutant], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    nets = fault().nets
    text = mutants.write_nets(ready("two_edge").text, nets)
    found = erc_findings(text, load_catalogue())
    assert found == counted_by_skidl(nets)
    assert found.warnings > 0


def test_a_short_of_two_outputs_is_an_error_and_an_open_pin_a_warning():
    board = ready("two_edge")
    baseline = SkidlBaseline.of(board.text)
    shorted = mutants.write_nets(board.text, drivers_shorted().nets)
    cut = mutants.write_nets(board.text, clock_cut().nets)
    assert baseline.killed_by_errors(shorted)
    assert baseline.killed_by_warnings(shorted)
    assert not baseline.killed_by_errors(cut)
    assert baseline.killed_by_warnings(cut)


def test_a_free_pin_exchanged_with_its_twin_is_nothing_to_skidl():
    """What the rules of a board of any kind cannot see."""
    board = ready("two_edge")
    baseline = SkidlBaseline.of(board.text)
    mutant = next(mutants.twin_swaps(board.nets))
    assert not baseline.killed_by_warnings(mutants.write_nets(board.text, mutant.nets))


@pytest.mark.parametrize("name", ["two_edge", "dillavou16_throughhole"])
def test_identity_transforms_are_not_killed_in_any_dialect(name: str):
    board = ready(name)
    baseline = SkidlBaseline.of(board.text)
    drawn = transforms(board.text, board.design, 3, 22)
    assert [i.name for i in drawn if baseline.killed_by_warnings(i.text)] == []


def test_the_unmutated_board_has_no_error():
    found = erc_findings(ready("dillavou16").text, load_catalogue())
    assert found.errors == 0


def test_a_part_or_pin_that_the_catalogue_does_not_know_is_an_error():
    board = ready("two_edge")
    baseline = SkidlBaseline.of(board.text)
    refdes = mutants.references(board.text)[40]
    assert baseline.killed_by_errors(mutants.with_field(board.text, refdes, "MPN", "XYZ1"))
    nets = {**board.nets, "odd": ((refdes, "99"),)}
    assert baseline.killed_by_errors(mutants.write_nets(board.text, nets))


def test_the_baseline_can_be_sent_to_a_worker():
    board = ready("two_edge")
    killed = pickle.loads(pickle.dumps(SkidlBaseline.of(board.text).killed_by_warnings))
    assert not killed(board.text)


@pytest.mark.parametrize("text", ["", "(export (nets))", "(export (components) (nets (net "])
def test_what_is_no_netlist_is_refused(text: str):
    with pytest.raises(BuildError, match="export it again"):
        erc_findings(text, load_catalogue())
