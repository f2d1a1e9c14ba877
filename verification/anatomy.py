"""Anatomy: which nets and digipots of a netlist are which nodes and edges of the design.

Read off the extracted learning network (`structure.py`), never off a name. Learning itself needs
none of it: a host sees connector pins only. It serves what no host can do or see: starting at
random taps, cutting an edge, recording what is inside.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from designs import Design
from parts.catalogue import Catalogue
from verification.checks.board import index_board
from verification.checks.case import Case
from verification.errors import UsageError
from verification.reading.netlist import Netlist
from verification.structure import Channel, LearningNetwork, extract_network

Edge = tuple[str, str]


@dataclass(frozen=True)
class Pot:
    """A digipot channel, named so that any circuit of the netlist knows it: part and wiper pin."""

    refdes: str
    terminal: str


@dataclass(frozen=True)
class Anatomy:
    """The learning network of a netlist, in the design's words and order.

    Attributes:
        nodes: the design's nodes.
        free_nets, clamped_nets: the net of each node in either network.
        edges: the design's edges, which is the order of the enable chain.
        free_pots, clamped_pots: the digipot of each edge in either network.
    """

    nodes: tuple[str, ...]
    free_nets: tuple[str, ...]
    clamped_nets: tuple[str, ...]
    edges: tuple[Edge, ...]
    free_pots: tuple[Pot, ...]
    clamped_pots: tuple[Pot, ...]


def find_anatomy(netlist: Netlist, design: Design, catalogue: Catalogue) -> Anatomy:
    """The anatomy of a netlist.

    Raises:
        UsageError: the netlist does not hold the design's learning network, edge by edge twice.
    """
    return anatomy_of(Case(index_board(netlist, design, catalogue)))


def anatomy_of(case: Case) -> Anatomy:
    """The anatomy of a board; see `find_anatomy`."""
    netlist, design = case.board.netlist, case.board.design
    network = extract_network(case)
    mapping = network.match.mapping or {}
    wire_of = {node: wire for wire, node in mapping.items()}
    pairs = dict(_pairs(network, mapping))
    nodes, edges = design.graph.nodes, design.graph.edges
    twins = [network.twin_node.get(wire_of[node]) for node in nodes if node in wire_of]
    clamped = [wire for wire in twins if wire is not None]
    if len(clamped) < len(nodes) or any(frozenset(edge) not in pairs for edge in edges):
        raise UsageError(
            f"{netlist.source} does not hold the learning network of design {design.name}, so "
            "nothing can be learned on it; `twinboard verify` says what is wrong"
        )
    names = _net_names(netlist, network)
    return Anatomy(
        nodes=nodes,
        free_nets=tuple(names[wire_of[node]] for node in nodes),
        clamped_nets=tuple(names[wire] for wire in clamped),
        edges=edges,
        free_pots=tuple(pairs[frozenset(edge)][0] for edge in edges),
        clamped_pots=tuple(pairs[frozenset(edge)][1] for edge in edges),
    )


def _net_names(netlist: Netlist, network: LearningNetwork) -> dict[int, str]:
    """Node wire -> the net of its node itself: of the nets that jumpers join, the largest."""
    best: dict[int, int] = {}
    for wire, net in enumerate(netlist.nets):
        root = network.node_of.find(wire)
        if root not in best or len(net.pins) > len(netlist.nets[best[root]].pins):
            best[root] = wire
    return {root: netlist.nets[wire].name for root, wire in best.items()}


def _pairs(
    network: LearningNetwork, mapping: Mapping[int, str]
) -> Iterator[tuple[frozenset[str], tuple[Pot, Pot]]]:
    """The digipots of each edge in the free and the clamped network, by the edge's nodes."""
    for twins in network.twins:
        if twins.free is None or twins.clamped is None:
            continue
        a, b = mapping.get(twins.free.node_w), mapping.get(twins.free.node_b)
        if a is not None and b is not None:
            yield frozenset((a, b)), (_pot(twins.free), _pot(twins.clamped))


def _pot(channel: Channel) -> Pot:
    return Pot(channel.placed.refdes, channel.model.w)
