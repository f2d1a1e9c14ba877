"""A digipot of an adjustable nudge on wrong nets is named, and so is a pull-up on a wrong rail."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from designs.load import design_from_text
from netgen.emit.netlist import emit_netlist
from tests.netgen.board_designs import made
from tests.verification.checks.boards import Ready, wired
from tests.verification.checks.mutants import Pin, isolate, move, net_of, read_nets, swap
from verification.checks.records import Item, Verdict
from verification.reading.netlist_text import parse_netlist

BOARDS = [
    ("clocked_digipot", "cables"),
    ("clocked_digipot", "fixed"),
    ("dillavou2022", "cables"),
    ("dillavou2022", "fixed"),
]
TERMINALS = ("a", "w", "b")


@cache
def board(edge_cell: str, patching: str) -> Ready:
    """Three edges and two targets whose nudge is set by digipots."""
    text = f"""
schema = 1
name = "nudged"
[network]
edges = [[1, 2], [2, 3], [4, 2]]
[electronics]
edge_cell = "{edge_cell}"
nudge = "adjustable"
[[task]]
name = "t"
kind = "allostery"
sources = {{ 1 = 5.0, 4 = 0.5 }}
targets = {{ 2 = 2.0, 3 = 1.0 }}
bound = {{ rms_v = 0.05 }}
[board]
patching = "{patching}"
"""
    design = design_from_text(text, Path("nudged.toml"))
    netlist = emit_netlist(made(design).circuit).text
    return Ready("nudged", netlist, design, parse_netlist(netlist), read_nets(netlist))


def on_net(of: Ready, net: str, start: str) -> Pin:
    """The pin on a net whose part's reference begins so."""
    return next(pin for pin in of.nets[net] if pin[0].startswith(start))


def digipot(of: Ready, target: int = 2) -> dict[str, Pin]:
    """The pins of the target's digipot: of its first channel where it has two."""
    cell = f"target/TGT-N{target}" if f"target/TGT-N{target}/MID" in of.nets else (
        f"target/TGT{target - 1}"
    )  # fmt: skip
    parts = {
        part.refdes
        for part in of.netlist.components
        if (part.field("Cell"), part.field("Slot")) == (cell, "eta_digipot")
    }
    nets = {
        "a": f"{cell}/DESIRED_BUF",
        "w": f"{cell}/MID",
        "b": f"{cell}/SENSE",
        "clk": "control/ETA_STEP",
        "up_down": "control/ETA_UP",
        "cs": "control/ETA_SELECT",
    }
    (refdes,) = parts
    return {key: on_net(of, net, refdes) for key, net in nets.items()}


def found(of: Ready, nets: dict[str, tuple[Pin, ...]]) -> set[Pin]:
    """The pins that the checks name."""
    return {(item.refdes, item.pin) for item in faults_of(of, nets)}


def faults_of(of: Ready, nets: dict[str, tuple[Pin, ...]]) -> list[Item]:
    return [
        item
        for check in wired(of, of.with_nets(nets))
        if check.verdict is Verdict.FAIL
        for item in check.items
    ]


@pytest.mark.parametrize("kind", BOARDS)
def test_good_boards_with_an_adjustable_nudge_pass(kind: tuple[str, str]) -> None:
    assert {check.name: check.items for check in wired(board(*kind)) if check.items} == {}


@pytest.mark.parametrize("kind", BOARDS)
@pytest.mark.parametrize("pair", [("a", "w"), ("a", "b"), ("b", "w"), ("clk", "up_down")])
def test_two_exchanged_pins_of_the_digipot_are_named(
    kind: tuple[str, str], pair: tuple[str, str]
) -> None:
    of = board(*kind)
    one, other = (digipot(of)[key] for key in pair)
    assert {one, other} <= found(of, swap(of.nets, one, other).nets)


@pytest.mark.parametrize("kind", BOARDS)
@pytest.mark.parametrize("terminal", [*TERMINALS, "clk", "up_down", "cs"])
def test_an_open_pin_of_the_digipot_is_named(kind: tuple[str, str], terminal: str) -> None:
    of = board(*kind)
    pin = digipot(of)[terminal]
    assert pin in found(of, isolate(of.nets, pin).nets)


@pytest.mark.parametrize("kind", BOARDS)
@pytest.mark.parametrize("terminal", TERMINALS)
def test_terminals_of_two_targets_exchanged_are_named(kind: tuple[str, str], terminal: str) -> None:
    of = board(*kind)
    one, other = digipot(of, 2)[terminal], digipot(of, 3)[terminal]
    assert {one, other} <= found(of, swap(of.nets, one, other).nets)


@pytest.mark.parametrize("terminal", ["clk", "up_down", "cs"])
def test_an_inverted_line_of_eta_is_named(terminal: str) -> None:
    of = board("dillavou2022", "cables")
    pin = digipot(of)[terminal]
    inverse = f"{net_of(of.nets)[pin]}_N"
    assert pin in found(of, move(of.nets, pin, inverse).nets)


@pytest.mark.parametrize("output", ["C>F", "F<0"])
def test_a_pull_up_to_the_comparators_rail_is_named_where_gates_have_a_lower_one(
    output: str,
) -> None:
    of = board("dillavou2022", "cables")
    net = f"edge/1-2/{output}"
    refdes, near = on_net(of, net, "RE")
    end = (refdes, "1" if near == "2" else "2")
    items = faults_of(of, move(of.nets, end, "+9V").nets)
    assert (items[0].refdes, items[0].pin) == end
    assert "own supply" in items[0].expected
    assert "9 V" in items[0].got


def test_a_line_of_the_host_is_pulled_up_to_its_buffers_supply() -> None:
    of = board("dillavou2022", "fixed")
    refdes, near = on_net(of, "ETA_SELECT", "R")
    end = (refdes, "1" if near == "2" else "2")
    assert end in found(of, move(of.nets, end, "+9V").nets)
