"""The solver obeys the laws of resistive networks, and agrees with three independent ones."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from verification.errors import UsageError
from verification.simulation.solve.outcome import Floating, Solution
from verification.simulation.solve.plan import make_plan
from verification.simulation.solve.problem import Excitation, ResistiveNetwork
from verification.simulation.solve.reference import ReferenceMethod
from verification.simulation.solve.tape import TapeMethod

Floats = NDArray[np.float64]
METHODS = [TapeMethod, ReferenceMethod]


@st.composite
def networks(draw: st.DrawFn) -> tuple[ResistiveNetwork, Floats, np.random.Generator]:
    """A connected network with parallel branches, conductances over the digipots' whole range."""
    count = draw(st.integers(2, 14))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    tree = [(int(rng.integers(0, node)), node) for node in range(1, count)]
    extra = rng.integers(0, count, (draw(st.integers(0, 20)), 2))
    branches = [*tree, *((int(a), int(b)) for a, b in extra if a != b)]
    driven = sorted({int(node) for node in rng.integers(0, count, draw(st.integers(1, 4)))})
    codes = rng.choice([0, 1, 2, 64, 127], len(branches))
    siemens = 1 / (codes * 781.25 + 40.0)
    return ResistiveNetwork.of(count, branches, driven), siemens, rng


def dense(network: ResistiveNetwork, siemens: Floats, driven_v: Floats, into: Floats) -> Floats:
    """A dense nodal solve with every node an unknown and the held ones as extra equations."""
    n, d = network.node_count, len(network.driven)
    matrix = np.zeros((n + d, n + d))
    for a, b, g in zip(network.branch_a, network.branch_b, siemens, strict=True):
        matrix[[a, b], [a, b]] += g
        matrix[[a, b], [b, a]] -= g
    for k, node in enumerate(network.driven):
        matrix[n + k, node] = matrix[node, n + k] = 1.0
    return np.linalg.solve(matrix, np.concatenate((into, driven_v)))[:n]


def solve(method: type, network: ResistiveNetwork, *values: Floats) -> Solution:
    outcome = method(network).solve(Excitation.of(network, *values))
    assert isinstance(outcome, Solution)
    return outcome


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=60, deadline=None)
@given(networks())
def test_voltages_agree_with_a_dense_nodal_solve_and_kirchhoff_holds(
    method: type, case: tuple[ResistiveNetwork, Floats, np.random.Generator]
) -> None:
    network, siemens, rng = case
    driven_v = rng.uniform(0, 5, len(network.driven))
    into = rng.uniform(-1e-6, 1e-6, network.node_count)
    found = solve(method, network, siemens, driven_v, into)
    expected = dense(network, siemens, driven_v, into)
    np.testing.assert_allclose(found.node_v, expected, rtol=1e-9, atol=1e-12)
    # The sources deliver exactly what the injected currents do not.
    assert found.driven_a.sum() + into.sum() == pytest.approx(0, abs=1e-12 * siemens.max() + 1e-15)
    power = siemens @ (found.node_v[network.branch_a] - found.node_v[network.branch_b]) ** 2
    supplied = found.driven_a @ driven_v + into @ found.node_v
    assert supplied == pytest.approx(power, rel=1e-6, abs=1e-14)


@settings(max_examples=40, deadline=None)
@given(networks())
def test_resistance_between_two_nodes_is_networkx_resistance_distance(
    case: tuple[ResistiveNetwork, Floats, np.random.Generator],
) -> None:
    network, siemens, rng = case
    graph = nx.MultiGraph()
    for a, b, g in zip(network.branch_a, network.branch_b, siemens, strict=True):
        graph.add_edge(int(a), int(b), weight=1 / g)
    first, second = (int(x) for x in rng.choice(network.node_count, 2, replace=False))
    held = ResistiveNetwork.of(
        network.node_count,
        list(zip(network.branch_a.tolist(), network.branch_b.tolist(), strict=True)),
        [first, second],
    )
    volts = np.asarray([1.0, 0.0] if first < second else [0.0, 1.0])
    current = np.abs(solve(TapeMethod, held, siemens, volts).driven_a).max()
    expected = nx.resistance_distance(graph, first, second, weight="weight", invert_weight=True)
    assert 1 / current == pytest.approx(expected, rel=1e-6)


@settings(max_examples=40, deadline=None)
@given(networks())
def test_superposition_and_reciprocity(
    case: tuple[ResistiveNetwork, Floats, np.random.Generator],
) -> None:
    network, siemens, rng = case
    size = len(network.driven)
    one, other = rng.uniform(0, 5, (2, size))
    both = solve(TapeMethod, network, siemens, one + 2 * other).node_v
    parts = [solve(TapeMethod, network, siemens, volts).node_v for volts in (one, other)]
    np.testing.assert_allclose(both, parts[0] + 2 * parts[1], rtol=1e-9, atol=1e-12)
    transfer = np.stack([solve(TapeMethod, network, siemens, row).driven_a for row in np.eye(size)])
    np.testing.assert_allclose(transfer, transfer.T, rtol=1e-9, atol=1e-9 * siemens.max())


@pytest.mark.parametrize("codes", [0, 127])
def test_a_lattice_agrees_to_one_in_a_billion_at_both_ends_of_the_taps(codes: int) -> None:
    """40 ohm everywhere and 99 kohm everywhere, 100 nodes."""
    graph = nx.convert_node_labels_to_integers(nx.grid_2d_graph(10, 10, periodic=True))
    network = ResistiveNetwork.of(100, [(int(a), int(b)) for a, b in graph.edges], [0, 37, 81])
    siemens = np.full(200, 1 / (codes * 781.25 + 40.0))
    volts = np.asarray([5.0, 0.0, 2.0])
    found = solve(TapeMethod, network, siemens, volts).node_v
    np.testing.assert_allclose(found, dense(network, siemens, volts, np.zeros(100)), rtol=1e-9)


def test_mixed_ends_of_the_taps_agree_with_the_reference_on_a_large_lattice() -> None:
    graph = nx.convert_node_labels_to_integers(nx.grid_2d_graph(16, 16, periodic=True))
    network = ResistiveNetwork.of(256, [(int(a), int(b)) for a, b in graph.edges], [0, 100])
    siemens = 1 / (np.random.default_rng(1).choice([0, 127], 512) * 781.25 + 40.0)
    found = [solve(method, network, siemens, np.asarray([5.0, 0.0])).node_v for method in METHODS]
    np.testing.assert_allclose(found[0], found[1], rtol=1e-9)


def test_the_order_of_elimination_keeps_a_lattices_factor_sparse() -> None:
    """A 16 x 16 torus: 2.7 thousand entries; an order as given would have 3.8 thousand or more."""
    graph = nx.convert_node_labels_to_integers(nx.grid_2d_graph(16, 16, periodic=True))
    network = ResistiveNetwork.of(256, [(int(a), int(b)) for a, b in graph.edges], [0])
    assert len(make_plan(network).row) < 3000


@pytest.mark.parametrize("method", METHODS)
def test_what_floats_is_named_in_circuit_words(method: type) -> None:
    network = ResistiveNetwork.of(5, [(0, 1), (2, 3)], [0])
    outcome = method(network).solve(Excitation.of(network, [1.0, 1.0], [5.0]))
    assert isinstance(outcome, Floating)
    names = ["N0", "N1", "N2", "N3", "N4"]
    assert outcome.explain(names.__getitem__) == (
        "nets N2, N3 float: no resistive path to a driven net;"
        " net N4 floats: no resistive path to a driven net"
    )
    cut = ResistiveNetwork.of(2, [(0, 1)], [0])
    outcome = method(cut).solve(Excitation.of(cut, [0.0], [5.0]))
    assert isinstance(outcome, Floating)
    assert outcome.groups == ((1,),)


def test_bad_problems_are_refused_in_words() -> None:
    for call, message in (
        (lambda: ResistiveNetwork.of(2, [(0, 2)], [0]), "a branch node is outside 0..1"),
        (lambda: ResistiveNetwork.of(2, [(0, 1)], [5]), "a driven node is outside 0..1"),
        (
            lambda: ResistiveNetwork.of(2, [(1, 1)], [0]),
            "a branch joins a node to itself; leave it out",
        ),
        (
            lambda: Excitation.of(ResistiveNetwork.of(2, [(0, 1)], [0]), [1.0, 2.0], [0.0]),
            "(siemens, driven_v, injected_a) have the shapes ((2,), (1,), (2,)), not"
            " ((1,), (1,), (2,))",
        ),
        (
            lambda: Excitation.of(ResistiveNetwork.of(2, [(0, 1)], [0]), [-1.0], [0.0]),
            "a conductance is negative or not a number",
        ),
    ):
        with pytest.raises(UsageError) as refusal:
            call()
        assert str(refusal.value) == message
