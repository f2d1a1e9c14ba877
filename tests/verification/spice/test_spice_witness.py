"""ngspice and our machine agree: on ready boards at rest, on broken boards, and while learning."""

from __future__ import annotations

import random
import re
import shutil
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from designs.load import load_design
from verification.errors import MissingToolError, UsageError
from verification.reading.netlist import Netlist
from verification.reading.netlist_text import parse_netlist
from verification.spice import witness as witness_module
from verification.spice.deck import Deck
from verification.spice.ngspice import SpiceError, run_deck
from verification.spice.report import as_text, spice_check, write_witness
from verification.spice.result import TapDifference, Witness
from verification.spice.witness import WitnessOptions, witness

ROOT = Path(__file__).resolve().parents[3]
sys.path.append(str(ROOT / "tests" / "verification" / "checks"))
from mutants import all_pins, drop, part_swap, read_nets, short, write_nets  # noqa: E402

needs_ngspice = pytest.mark.skipif(
    shutil.which("ngspice") is None, reason="ngspice is not installed: apt-get install ngspice"
)


@cache
def text_of(name: str) -> str:
    return (ROOT / "designs" / name / "golden" / f"{name}.net").read_text(encoding="utf-8")


def board(name: str) -> Netlist:
    return parse_netlist(text_of(name), f"{name}.net")


def ask(name: str, netlist: Netlist | None = None, **options: object) -> Witness:
    chosen = WitnessOptions(**options)  # type: ignore[arg-type]
    return witness(netlist or board(name), load_design(name), chosen)


@needs_ngspice
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("dillavou16", {"ideal": True}),
        ("dillavou16", {"seed": 3}),
        ("dillavou16_throughhole", {"seed": 1}),
        ("iris16", {"seed": 1}),
        ("regression16", {"seed": 2}),
        ("lattice4x4", {"seed": 1}),
    ],
)
def test_every_net_at_rest_agrees(name: str, options: dict[str, object]) -> None:
    """Both edge cells, open collectors, lamps, both nudges: all within 1 uV + 1e-6."""
    found = ask(name, cycles=0, **options)
    assert found.verdict == "pass", as_text(found)
    assert len(found.nets) > 150
    assert not [net for net in found.nets if net.reading in ("loop", "floats")]
    assert found.worst is not None
    assert abs(found.worst.difference_v) < 1e-7
    assert found.gain is not None
    assert 1e-7 < found.gain.change_v < 1e-4


@needs_ngspice
def test_broken_boards_agree_too() -> None:
    """Swapped pins, shorts and open pins are simulated as such by both."""
    text, draw = text_of("two_edge"), random.Random(5)
    nets = read_nets(text)
    compared = 0
    for turn in range(9):
        if turn % 3 == 0:
            mutant = part_swap(nets, draw)
        elif turn % 3 == 1:
            mutant = short(nets, *draw.sample(sorted(nets), 2))
        else:
            mutant = drop(nets, draw.choice(all_pins(nets)))
        broken = parse_netlist(write_nets(text, mutant.nets), "broken.net")
        found = ask("two_edge", broken, seed=turn, cycles=0)
        assert found.verdict == "pass", f"{mutant.what}\n{as_text(found)}"
        compared += sum(net.reading == "agrees" for net in found.nets)
    assert compared > 9 * 35


@needs_ngspice
def test_swapped_pins_move_the_voltages_that_agree() -> None:
    """A miswire is not papered over: the digipot's W and B nets change in both simulators."""
    text = text_of("two_edge")
    nets = read_nets(text)
    free = next(name for name in nets if name == "N2_FREE")
    grounded = short(nets, "GND", free)
    whole = {net.net: net for net in ask("two_edge", cycles=0, ideal=True).nets}
    hurt = {
        net.net: net
        for net in ask(
            "two_edge",
            parse_netlist(write_nets(text, grounded.nets), "short.net"),
            cycles=0,
            ideal=True,
        ).nets
    }
    assert abs(whole["N2_FREE_BUF"].ngspice_v) > 0.1
    assert abs(hurt["N2_FREE_BUF"].ngspice_v) < 1e-6
    assert abs(hurt["N2_FREE_BUF"].ours_v) < 1e-6


@needs_ngspice
def test_a_hundred_cycles_learn_the_same_taps(tmp_path: Path) -> None:
    """LATCH and STEP clock the counters; every tap after every step is ours, and the files say."""
    found = ask("two_edge", seed=1)
    run = found.run
    assert run is not None
    assert run.cycles == 100
    assert found.verdict == "pass", as_text(found)
    assert not run.differences
    assert np.array_equal(run.ngspice, run.ours)
    assert np.abs(np.diff(run.ngspice, axis=0)).sum() > 200, "nothing moved"
    names = {path.name for path in write_witness(found, tmp_path)}
    assert {"two_edge.cir", "two_edge-op.cir", "two_edge-op.csv", "two_edge-taps.csv"} <= names
    rows = (tmp_path / "two_edge-taps.csv").read_text().splitlines()
    assert len(rows) == 102
    assert spice_check(found).evidence["taps"] == 400


@needs_ngspice
def test_a_cut_step_wire_stops_the_counters_in_ngspice() -> None:
    """The counters are clocked by the netlist's nets: a digipot without STEP keeps its taps."""
    text = text_of("two_edge")
    nets = read_nets(text)
    clocked = next(name for name, pins in nets.items() if name.endswith("bank1/STEP"))
    pin = next(pin for pin in nets[clocked] if re.fullmatch(r"UE\d+_\d+_\d+", pin[0]))
    broken = parse_netlist(write_nets(text, drop(nets, pin).nets), "broken.net")
    found = ask("two_edge", broken, seed=1, cycles=4)
    assert found.run is not None
    still = [k for k, pot in enumerate(found.run.pots) if pot.startswith(pin[0])]
    assert len(still) == 2
    moved = found.run.ngspice[-1] != found.run.ngspice[0]
    assert not moved[still].any()
    assert moved.any()
    assert found.verdict == "pass", as_text(found)


@needs_ngspice
def test_the_deck_is_the_same_text_every_time() -> None:
    """Two runs, one text; and no word of where it ran."""
    first, second = (ask("two_edge", seed=4, cycles=1).decks for _ in range(2))
    assert first == second
    assert "/tmp" not in "".join(first.values())


@needs_ngspice
def test_a_deck_that_ngspice_refuses_ends_with_its_last_lines() -> None:
    loop = "* two sources\nv1 a 0 1\nv2 a 0 2\nr1 a 0 1\n.op\n.end\n"
    with pytest.raises(SpiceError, match=r"(?s)^ngspice .*Its last lines:\n  "):
        run_deck(Deck(loop, {}, ("a",)))
    unread = "* a part without a model\nr1 a 0 1\nq1 a a 0 nothing\n.op\n.end\n"
    with pytest.raises(SpiceError, match=r"(?s)^ngspice .*Its last lines:\n  "):
        run_deck(Deck(unread, {}, ("a",)))


@needs_ngspice
def test_a_run_that_takes_too_long_is_stopped() -> None:
    slow = "* slow\nv1 a 0 sin(0 1 1k)\nr1 a b 1k\nc1 b 0 1n\n.tran 1p 1\n.end\n"
    with pytest.raises(SpiceError, match=r"was stopped after 0\.5 s"):
        run_deck(Deck(slow, {}, ("b",)), 1.0, 0.5)


def test_without_ngspice_the_message_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(MissingToolError, match="apt-get install ngspice"):
        ask("two_edge", cycles=0)


def test_a_program_that_fails_is_reported(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake = tmp_path / "ngspice"
    fake.write_text("#!/bin/sh\necho 'Error: out of order'\nexit 7\n")
    fake.chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda name: str(fake))
    with pytest.raises(SpiceError, match=r"(?s)ended with code 7.*Error: out of order"):
        run_deck(Deck("", {}, ()))
    fake.write_text("#!/bin/sh\nexit 0\n")
    with pytest.raises(SpiceError, match="wrote no result"):
        run_deck(Deck("", {}, ()))


def test_tasks_that_are_not_allostery_are_refused_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(witness_module, "find_ngspice", lambda: "ngspice")
    with pytest.raises(UsageError, match=r"task i is classification; choose .* --cycles 0"):
        ask("dillavou16", task="i", cycles=5)


@pytest.mark.parametrize(("margin_v", "excused"), [(5e-7, True), (-5e-7, True), (2e-6, False),
                                                    (float("nan"), False)])  # fmt: skip
def test_a_step_is_excused_below_the_resolution_only(margin_v: float, excused: bool) -> None:
    """A digipot that no comparator steers has no margin, and no excuse."""
    step = TapDifference(3, "U1/1", "U1", 60, 61, 59, "U9", margin_v)
    assert step.open is excused
