"""No false alarm: names, numbers and orders of a good netlist mean nothing to the judge."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.verification.checks.boards import Ready, checked, network_of, ready, wired
from verification.checks.records import Verdict
from verification.reading.netlist import Netlist, NetlistComponent, NetlistNet, PinRef

Transform = Callable[[Netlist, random.Random], Netlist]


def nets_renamed(netlist: Netlist, draw: random.Random) -> Netlist:
    """Every net gets a number instead of its name."""
    numbers = list(range(len(netlist.nets)))
    draw.shuffle(numbers)
    named = zip(netlist.nets, numbers, strict=True)
    return replace(netlist, nets=tuple(replace(net, name=f"Net-{k}") for net, k in named))


def references_renumbered(netlist: Netlist, draw: random.Random) -> Netlist:
    """R1, R2, ... in a random order."""
    order = list(netlist.components)
    draw.shuffle(order)
    new = {part.refdes: f"{part.refdes[0]}{k + 1}" for k, part in enumerate(order)}
    return Netlist(
        tuple(replace(part, refdes=new[part.refdes]) for part in netlist.components),
        tuple(
            replace(net, pins=tuple(PinRef(new[pin.refdes], pin.number) for pin in net.pins))
            for net in netlist.nets
        ),
        netlist.source,
    )


def everything_shuffled(netlist: Netlist, draw: random.Random) -> Netlist:
    """Parts, nets and pins in another order."""

    def mixed(items: tuple) -> tuple:
        return tuple(draw.sample(items, len(items)))

    nets = tuple(replace(net, pins=mixed(net.pins)) for net in mixed(netlist.nets))
    return Netlist(mixed(netlist.components), nets, netlist.source)


def cells_called_otherwise(netlist: Netlist, draw: random.Random) -> Netlist:
    """The cells of nodes and edges under each other's names: hints that lead astray."""
    cells = sorted({part.field("Cell") for part in netlist.components})
    new = dict(zip(cells, cells, strict=True))
    for kind in ("node/", "edge/"):
        some = [cell for cell in cells if cell.startswith(kind)]
        new.update(zip(some, draw.sample(some, len(some)), strict=True))

    def renamed(part: NetlistComponent) -> NetlistComponent:
        fields = tuple((k, new[v] if k == "Cell" else v) for k, v in part.fields)
        return replace(part, fields=fields)

    return replace(netlist, components=tuple(map(renamed, netlist.components)))


def nets_reordered_only(netlist: Netlist, draw: random.Random) -> Netlist:
    """The last net first."""
    del draw
    return replace(netlist, nets=tuple(reversed(netlist.nets)))


TRANSFORMS = (
    nets_renamed,
    references_renumbered,
    everything_shuffled,
    cells_called_otherwise,
    nets_reordered_only,
)


@pytest.mark.parametrize("transform", TRANSFORMS)
@pytest.mark.parametrize("name", ["two_edge", "dillavou16"])
def test_a_board_under_other_names_and_in_another_order_passes(name: str, transform: Transform):
    board = ready(name)
    draw = random.Random(transform.__name__)
    found = checked(board, transform(board.netlist, draw))
    # The error budget and the edges that a task cannot teach are remarks on the design.
    odd = {k: v.verdict for k, v in found.items() if v.verdict is not Verdict.PASS}
    assert odd.keys() <= {"error_budget", "task_edges"}
    assert set(odd.values()) <= {Verdict.WARNING}


@pytest.mark.parametrize("seed", range(8))
def test_all_transforms_one_after_the_other_change_no_verdict(seed: int):
    board, draw = ready("lattice4x4"), random.Random(seed)
    netlist = board.netlist
    for transform in TRANSFORMS:
        netlist = transform(netlist, draw)
    assert [c.name for c in wired(board, netlist) if c.verdict is not Verdict.PASS] == []


@pytest.mark.parametrize(
    "name",
    ["dillavou16_throughhole", "iris16", "lattice4x4", "regression16", "disordered100"],
)
def test_every_ready_design_passes_each_check_of_its_wiring(name: str):
    assert {c.name: c.verdict for c in wired(ready(name)) if c.verdict is not Verdict.PASS} == {}


def test_nodes_are_known_by_the_graph_where_no_name_helps():
    """Hints mixed up, so that only ports and colour refinement can tell the nodes."""
    board: Ready = ready("lattice4x4")
    netlist = cells_called_otherwise(
        nets_renamed(board.netlist, random.Random(1)), random.Random(2)
    )
    network = network_of(board, netlist)
    assert network.match.mapping is not None
    found = {frozenset(network.edge_of(t) or ("", "")) for t in network.twins}
    assert found == {frozenset(edge) for edge in board.design.graph.edges}


def test_a_net_twice_under_one_name_is_an_alarm_and_not_a_merge():
    board = ready("two_edge")
    first, second = board.netlist.nets[0], board.netlist.nets[1]
    nets = (first, NetlistNet(first.name, second.pins), *board.netlist.nets[2:])
    found = {c.name: c for c in wired(board, replace(board.netlist, nets=nets))}
    assert [item.net for item in found["pins"].items] == [first.name]
