"""The learning graph is found by following wires, and what differs from the design is named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from designs.network import DesignGraph
from tests.verification.checks.boards import Ready, network_of, ready, wired
from tests.verification.checks.mutants import Mutant, drop, move, short, swap
from verification.checks.records import Check, Verdict

READY = (
    "two_edge",
    "dillavou16",
    "dillavou16_throughhole",
    "iris16",
    "lattice4x4",
    "disordered100",
)


def after(board: Ready, mutant: Mutant) -> dict[str, Check]:
    return {check.name: check for check in wired(board, board.with_nets(mutant.nets))}


def places(check: Check) -> set[tuple[str, str]]:
    return {(item.refdes, item.pin) for item in check.items}


@pytest.mark.parametrize("name", READY)
def test_edges_twins_and_nodes_of_every_ready_design_are_found(name: str):
    board = ready(name)
    network = network_of(board)
    graph = board.design.graph
    found = [network.edge_of(twins) for twins in network.twins]
    assert {frozenset(edge or ()) for edge in found} == {frozenset(edge) for edge in graph.edges}
    assert len(network.twins) == len(graph.edges)
    assert all(len(twins.channels) == 2 for twins in network.twins)
    assert len(network.twin_node) == len(graph.nodes)
    assert len(network.components) == 2


def test_a_board_of_another_design_is_refused_by_the_graph_and_by_the_chain():
    """The design has an edge 1-9 where the board has 9-7."""
    board = ready("dillavou16")
    edges = tuple(("1", "9") if edge == ("9", "7") else edge for edge in board.design.graph.edges)
    design = replace(board.design, graph=DesignGraph(board.design.graph.nodes, edges))
    other = replace(board, design=design)
    found = {check.name: check for check in wired(other)}
    assert ("UE9_7_1", "1") in places(found["graph"])
    assert "the edge 1-9: two digipots between nodes 1 and 9" in {
        item.expected for item in found["graph"].items
    }


def test_an_edge_cut_off_its_node_is_named():
    board = ready("dillavou16")
    found = after(board, move(board.nets, ("UE4_7_1", "1"), "N8_FREE"))
    assert ("UE4_7_1", "1") in places(found["graph"])


def test_networks_that_one_digipot_joins_are_told_with_that_digipot():
    board = ready("two_edge")
    found = after(board, move(board.nets, ("UE2_3_1", "1"), "N2_CLAMPED"))
    assert ("UE2_3_1", "1") in places(found["graph"])


def test_twins_turned_against_each_other_are_named():
    board = ready("dillavou16")
    found = after(board, swap(board.nets, ("JPE4_7_5", "1"), ("UE4_7_1", "7")))
    assert places(found["graph"]) >= {("JPE4_7_5", "1"), ("UE4_7_1", "7")}


def test_a_port_at_another_node_is_named():
    board = ready("dillavou16")
    pins = (("JPORT4_1", "1"), ("JPORT5_1", "1"))
    assert places(after(board, swap(board.nets, *pins))["graph"]) >= set(pins)


def test_two_nodes_shorted_are_told_by_their_edge():
    board = ready("dillavou16")
    found = after(board, short(board.nets, "N4_FREE", "N7_FREE"))
    assert ("UE4_7_1", "1") in places(found["graph"])


@pytest.mark.parametrize(
    ("pins", "check"),
    [
        ((("UB1_2", "2"), ("UB1_3", "2")), "control"),  # LATCH and STEP exchanged at the buffers
        ((("UE4_7_17", "2"), ("UE4_7_18", "2")), "control"),  # latch on the enable clock
        ((("UE4_7_18", "1"), ("UE4_2_18", "1")), "enable_chain"),  # two bits' inputs exchanged
        ((("UE4_7_18", "4"), ("UE4_2_18", "4")), "enable_chain"),  # two bits' outputs exchanged
    ],
)
def test_control_lines_and_chain_are_followed_to_their_ends(pins, check):
    board = ready("dillavou16")
    assert places(after(board, swap(board.nets, *pins))[check]) & set(pins)


def test_the_chain_returns_to_the_host():
    board = ready("dillavou16")
    found = after(board, drop(board.nets, ("RCTL_8", "1")))
    assert ("RCTL_8", "1") in places(found["enable_chain"])


@pytest.mark.parametrize(
    ("pin", "net"),
    [
        (("UE1_2_1", "2"), "N2_FREE"),  # the third terminal of a digipot
        (("RNE1_2_6", "1"), "N2_FREE"),  # an averaging resistor on the node itself
        (("UTGT_N2_3", "3"), "edge/2-3/W_FREE"),  # beyond the jumper that cuts the edge
        (("JSRC_N1_1", "1"), "N1_FREE"),  # the host on a node
        (("UE1_2_11", "5"), "edge/1-2/M"),  # an average with two readers
    ],
)
def test_analog_nets_hold_what_their_purpose_allows(pin, net):
    board = ready("two_edge")
    assert pin in places(after(board, move(board.nets, pin, net))["analog"])


def test_an_adjustable_nudge_is_no_edge_of_the_network():
    """Counted apart from the learning channels: see the random designs of the road's tests."""
    network = network_of(ready("dillavou16"))
    assert (len(network.channels), len(network.nudges)) == (32, 0)


def test_checks_of_structure_are_in_a_fixed_order_after_the_static_ones():
    names = [check.name for check in wired(ready("two_edge"))]
    assert names == [
        "components", "pins", "rails", "drivers", "signals", "inputs", "decoupling", "passives",
        "units", "alike", "graph", "analog", "control", "enable_chain", "values",
    ]  # fmt: skip
    assert all(check.verdict is Verdict.PASS for check in wired(ready("two_edge")))
