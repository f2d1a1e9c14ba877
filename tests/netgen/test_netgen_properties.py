"""For any connected graph the netlist holds exactly that graph, twice."""

import networkx as nx
from board_designs import design_of, made
from hypothesis import given, settings
from hypothesis import strategies as st
from netlist_text import components, nets

from netgen.emit.netlist import emit_netlist
from parts.catalogue import load_catalogue
from parts.models import DigipotModel, JumperModel

NAMES = st.text("abcXYZ0189_.+", min_size=1, max_size=5).filter(lambda name: "__" not in name)


@st.composite
def connected_graphs(draw: st.DrawFn) -> list[tuple[str, str]]:
    """A random tree with random further edges, in random order and orientation."""
    names = draw(st.lists(NAMES, min_size=2, max_size=8, unique=True))
    edges = {(names[draw(st.integers(0, i - 1))], names[i]) for i in range(1, len(names))}
    pairs = [(a, b) for i, a in enumerate(names) for b in names[:i]]
    for a, b in draw(st.lists(st.sampled_from(pairs), max_size=6)):
        if (a, b) not in edges and (b, a) not in edges:
            edges.add((a, b))
    ordered = draw(st.permutations(sorted(edges)))
    return [pair if draw(st.booleans()) else pair[::-1] for pair in ordered]


@settings(max_examples=15, deadline=None)
@given(connected_graphs())
def test_the_netlist_holds_the_graph_twice(edges: list[tuple[str, str]]):
    found = emit_netlist(made(design_of(edges)).circuit)
    assert found.erc.clean
    for twin in ("FREE", "CLAMPED"):
        read = resistor_graph(found.text, twin)
        assert nx.utils.graphs_equal(read, nx.Graph(edges))


def resistor_graph(text: str, twin: str) -> nx.Graph:
    """The graph of one network's digipots, jumpers closed, from the netlist alone."""
    catalogue, net_of = load_catalogue(), {}
    for name, pins in nets(text).items():
        net_of.update(dict.fromkeys(pins, name))
    joined: dict[str, str] = {}
    pots: list[tuple[str, str]] = []
    for ref, record in components(text).items():
        part = catalogue.part(record["MPN"])
        for jumper in part.units(JumperModel):
            ends = [net_of[ref, part.pin_number(pin)] for pin in (jumper.a, jumper.b)]
            joined[ends[1]] = ends[0]
        pots += [
            (net_of[ref, part.pin_number(pot.w)], net_of[ref, part.pin_number(pot.b)])
            for pot in part.units(DigipotModel)
        ]
    ending = f"_{twin}"
    return nx.Graph(
        (joined.get(w, w)[1:].removesuffix(ending), b[1:].removesuffix(ending))
        for w, b in pots
        if b.endswith(ending)
    )
