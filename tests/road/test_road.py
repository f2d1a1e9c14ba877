"""The whole road on graphs that nobody drew: graph -> netlist file -> read back -> the same graph.

The oracles are independent of the project: networkx's resistance distance, and a dense nodal solve
written here from the design's own edge list.
"""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from designs.load import design_from_text
from designs.schema import Design
from netgen.build import plan_build
from netgen.elaborate import elaborate
from parts.catalogue import load_catalogue
from parts.models import DigipotModel
from verification.reading.netlist_text import parse_netlist
from verification.report import Report
from verification.training.learn import heading, learn
from verification.training.recording import Recorder, Recording
from verification.verify import VerifyOptions, judge, no_tick

CELLS = ("clocked_digipot", "dillavou2022")


def make_design(graph: nx.Graph, sources: dict[int, float], target: int, lines: str = "") -> Design:
    """A one-task design on a graph."""
    edges = [[int(a), int(b)] for a, b in graph.edges]
    volts = ", ".join(f"{node} = {value}" for node, value in sources.items())
    text = (
        f'schema = 1\nname = "g"\n[network]\nedges = {edges}\n{lines}\n'
        f'[[task]]\nname = "t"\nkind = "allostery"\nsources = {{ {volts} }}\n'
        f"targets = {{ {target} = 2.0 }}\nbound = {{ rms_v = 5.0 }}\n"
    )
    return design_from_text(text, Path("g/design.toml"))


def netlist_text(design: Design) -> str:
    """What `build` writes."""
    plan, erc = plan_build(elaborate(design, load_catalogue()))
    assert erc.clean
    return plan.files["g.net"].decode()


def checked(design: Design, text: str) -> Report:
    """What `verify --no-learning --ideal` says."""
    options = VerifyOptions(learning=False, ideal=True)
    return judge(parse_netlist(text, "g.net"), design, load_catalogue(), options, no_tick)


def first_step(design: Design, text: str) -> Recording:
    """Voltages and taps of the extracted board at its first step, ideal parts."""
    recorder = Recorder()
    result = learn(
        parse_netlist(text, "g.net"), design, "t", 5, ideal=True, steps=1, recorder=recorder
    )
    return recorder.recording(heading(result, design))


@st.composite
def graphs(draw: st.DrawFn) -> nx.Graph:
    """A connected simple graph of 2 to 14 nodes: a random tree and some more edges."""
    n = draw(st.integers(2, 14))
    graph = nx.Graph()
    graph.add_node(0)
    for node in range(1, n):
        graph.add_edge(node, draw(st.integers(0, node - 1)))
    pairs = [(a, b) for a in range(n) for b in range(a) if not graph.has_edge(a, b)]
    if pairs:
        graph.add_edges_from(draw(st.lists(st.sampled_from(pairs), max_size=n, unique=True)))
    return graph


@given(graph=graphs(), cell=st.sampled_from(CELLS), patching=st.sampled_from(("cables", "fixed")))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_connected_graph_is_found_in_its_netlist(
    graph: nx.Graph, cell: str, patching: str
) -> None:
    """Structure, rule and electrical checks pass on the netlist of any connected graph."""
    lines = (
        f'[electronics]\nedge_cell = "{cell}"\nclock_hz = 50.0\n[board]\npatching = "{patching}"'
    )
    design = make_design(graph, {0: 5.0}, len(graph) - 1, lines)
    report = checked(design, netlist_text(design))
    bad = [(check.name, check.items) for check in report.checks if check.verdict == "fail"]
    assert not bad
    found = next(check for check in report.checks if check.name == "graph")
    assert found.evidence["edges"] == graph.number_of_edges()


def nodal_solve(
    edges: np.ndarray, ohm: np.ndarray, held: dict[str, float], nodes: list[str]
) -> np.ndarray:
    """Node voltages of a resistor network with some nodes held, by dense linear algebra."""
    laplacian = np.zeros((len(nodes), len(nodes)))
    for (a, b), resistance in zip(edges, ohm, strict=True):
        i, j = nodes.index(a), nodes.index(b)
        laplacian[[i, j], [i, j]] += 1 / resistance
        laplacian[[i, j], [j, i]] -= 1 / resistance
    volts = np.array([held.get(node, 0.0) for node in nodes])
    free = [i for i, node in enumerate(nodes) if node not in held]
    fixed = [i for i, node in enumerate(nodes) if node in held]
    volts[free] = np.linalg.solve(
        laplacian[np.ix_(free, free)], -laplacian[np.ix_(free, fixed)] @ volts[fixed]
    )
    return volts


@given(graph=graphs(), high=st.sampled_from((5.0, 3.3)))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_node_voltages_equal_a_dense_nodal_solve(graph: nx.Graph, high: float) -> None:
    """The extracted free network solves Kirchhoff's law of the design's graph, to 1e-9 relative."""
    graph.add_edge(len(graph), 0)
    held = {0: high, len(graph) - 1: 0.0} if len(graph) > 2 else {0: high}
    design = make_design(graph, held, 1 if 1 not in held else 2)
    run = first_step(design, netlist_text(design)).arrays
    edges = np.array([name.split("-") for name in run["edges"]])
    nodes = [str(node) for node in run["nodes"]]
    expected = nodal_solve(
        edges, run["resistance_free_ohm"][0], {str(k): v for k, v in held.items()}, nodes
    )
    np.testing.assert_allclose(run["voltages_free"][0], expected, rtol=1e-9, atol=1e-12)
    pot = load_catalogue().part("AD5222BRUZ100").units(DigipotModel)[0]
    ohm = run["taps_free"][0] * pot.end_to_end_ohm / 128 + pot.wiper_ohm
    np.testing.assert_allclose(run["resistance_free_ohm"][0], ohm, rtol=1e-12)


def test_voltages_follow_resistance_distance() -> None:
    """V_x = V_source (1 - R-distances) on the published network: networkx as the oracle."""
    design = design_from_text(
        (Path(__file__).parents[2] / "designs/dillavou16/design.toml").read_text(encoding="utf-8"),
        Path("g/design.toml"),
    )
    text = plan_build(elaborate(design, load_catalogue()))[0].files["dillavou16.net"].decode()
    recorder = Recorder()
    result = learn(
        parse_netlist(text, "g.net"), design, "ii", 0, ideal=True, steps=1, recorder=recorder
    )
    run = recorder.recording(heading(result, design)).arrays
    graph = nx.Graph()
    for name, ohm in zip(run["edges"], run["resistance_free_ohm"][0], strict=True):
        graph.add_edge(*name.split("-"), r=float(ohm))
    distance = nx.resistance_distance(graph, weight="r", invert_weight=True)
    for node, volts in zip(run["nodes"], run["voltages_free"][0], strict=True):
        # Source 8 at 5 V, 9 at 0 V: the potential of a node from effective resistances.
        up, down, across = distance["9"][node], distance["8"][node], distance["8"]["9"]
        assert volts == pytest.approx(5.0 * (up + across - down) / (2 * across), abs=1e-9)


@pytest.mark.parametrize("graph", [nx.cycle_graph(60), nx.star_graph(40), nx.complete_graph(12)])
def test_extreme_graphs_pass(graph: nx.Graph) -> None:
    """Long rings, high degrees and dense graphs are boards as well."""
    design = make_design(graph, {0: 5.0, 1: 0.0}, 2, "[electronics]\nclock_hz = 20.0")
    report = checked(design, netlist_text(design))
    assert not [check.name for check in report.checks if check.verdict == "fail"]
