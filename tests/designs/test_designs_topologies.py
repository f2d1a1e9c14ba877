"""Generators: the right counts, connected, simple, and the same network every time."""

import hashlib
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path

import networkx as nx
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from designs import Design, DesignError, DesignGraph
from designs.generators import GENERATORS

ROOT = Path(__file__).resolve().parents[2]


def build(name: str, **arguments: object) -> DesignGraph:
    """Runs a generator; DesignGraph itself refuses what is not connected and simple."""
    graph = GENERATORS[name].model_validate(arguments).build()
    return DesignGraph(graph.nodes, graph.edges, graph.positions)


def degrees(graph: DesignGraph) -> Counter[int]:
    """How many nodes have each number of edges."""
    return Counter(Counter(node for edge in graph.edges for node in edge).values())


def as_networkx(graph: DesignGraph) -> "nx.Graph[str]":
    found: nx.Graph[str] = nx.Graph()
    found.add_edges_from(graph.edges)
    return found


def crossings(graph: DesignGraph) -> int:
    """Pairs of edges without a common node whose drawn lines cross."""
    places = graph.positions or {}

    def side(a: str, b: str, c: str) -> float:
        (ax, ay), (bx, by), (cx, cy) = places[a], places[b], places[c]
        return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)

    return sum(
        side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0
        for i, (a, b) in enumerate(graph.edges)
        for c, d in graph.edges[:i]
        if not {a, b} & {c, d}
    )


small = st.integers(1, 7)


@given(small, small)
def test_square_lattice_is_networkx_grid(rows: int, columns: int) -> None:
    assume(rows * columns > 1)
    graph = build("square_lattice", rows=rows, columns=columns)
    assert len(graph.edges) == rows * (columns - 1) + columns * (rows - 1)
    assert nx.is_isomorphic(as_networkx(graph), nx.grid_2d_graph(rows, columns))


@given(st.integers(3, 7), st.integers(3, 7))
def test_periodic_lattices_have_the_same_degree_everywhere(rows: int, columns: int) -> None:
    nodes = rows * columns
    for name, degree in (("square_lattice", 4), ("triangular_lattice", 6)):
        graph = build(name, rows=rows, columns=columns, periodic=True)
        assert degrees(graph) == {degree: nodes}
        assert len(graph.edges) == nodes * degree // 2


@given(small, small)
def test_triangular_lattice_counts(rows: int, columns: int) -> None:
    assume(rows * columns > 1)
    graph = build("triangular_lattice", rows=rows, columns=columns)
    diagonals = (rows - 1) * (columns - 1)
    assert len(graph.edges) == rows * (columns - 1) + columns * (rows - 1) + diagonals
    assert crossings(graph) == 0


@given(small, small)
def test_hexagonal_lattice_has_the_hexagons_of_networkx(rows: int, columns: int) -> None:
    graph = build("hexagonal_lattice", rows=rows, columns=columns)
    assert len(graph.edges) - len(graph.nodes) + 1 == rows * columns
    # networkx stacks its hexagons in columns where ours stand in rows.
    assert nx.is_isomorphic(as_networkx(graph), nx.hexagonal_lattice_graph(columns, rows))
    assert crossings(graph) == 0


@given(st.sampled_from([2, 4, 6]), st.integers(2, 7))
def test_periodic_hexagonal_lattice_has_three_edges_everywhere(rows: int, columns: int) -> None:
    graph = build("hexagonal_lattice", rows=rows, columns=columns, periodic=True)
    assert degrees(graph) == {3: 2 * rows * columns}


def test_lattice_nodes_are_numbered_row_by_row_with_y_up() -> None:
    graph = build("square_lattice", rows=2, columns=3)
    assert graph.nodes == ("1", "2", "3", "4", "5", "6")
    assert graph.edges == (
        *(("1", "2"), ("1", "4"), ("2", "3"), ("2", "5"), ("3", "6"), ("4", "5"), ("5", "6")),
    )
    assert graph.positions == {
        **{"1": (0, 0), "2": (1, 0), "3": (2, 0)},
        **{"4": (0, -1), "5": (1, -1), "6": (2, -1)},
    }


@given(st.integers(3, 40))
def test_regular_shapes(nodes: int) -> None:
    assert degrees(build("path", nodes=nodes)) == {1: 2, 2: nodes - 2}
    assert degrees(build("ring", nodes=nodes)) == {2: nodes}
    assert degrees(build("star", nodes=nodes))[1] == nodes - 1
    assert degrees(build("complete", nodes=nodes)) == {nodes - 1: nodes}


@given(st.lists(st.integers(1, 5), min_size=2, max_size=5))
def test_layers_are_joined_to_the_next_only(layers: list[int]) -> None:
    graph = build("layered", layers=layers)
    assert len(graph.nodes) == sum(layers)
    assert len(graph.edges) == sum(a * b for a, b in pairwise(layers))
    places = graph.positions or {}
    assert all(places[b][0] - places[a][0] == 2 for a, b in graph.edges)


def test_bipartite_is_two_layers() -> None:
    assert build("bipartite", left=3, right=2) == build("layered", layers=[3, 2])


@settings(max_examples=40, deadline=None)
@given(st.integers(4, 30), st.integers(2, 5), st.integers(0, 2**32 - 1))
def test_random_regular(nodes: int, degree: int, seed: int) -> None:
    assume(nodes * degree % 2 == 0 and degree < nodes)
    graph = build("random_regular", nodes=nodes, degree=degree, seed=seed)
    assert degrees(graph) == {degree: nodes}
    assert graph == build("random_regular", nodes=nodes, degree=degree, seed=seed)


def test_nearly_complete_regular_networks_are_drawn_too() -> None:
    """networkx's own generator does not end within minutes here."""
    assert degrees(build("random_regular", nodes=102, degree=100)) == {100: 102}


@settings(max_examples=40, deadline=None)
@given(st.integers(4, 30), st.integers(0, 2**32 - 1), st.data())
def test_erdos_renyi_has_the_edges_asked_for(nodes: int, seed: int, data: st.DataObject) -> None:
    edges = data.draw(st.integers(2 * nodes, nodes * (nodes - 1) // 2) if nodes > 5 else st.just(6))
    graph = build("erdos_renyi", nodes=nodes, edges=edges, seed=seed)
    assert (len(graph.nodes), len(graph.edges)) == (nodes, edges)


@settings(max_examples=40, deadline=None)
@given(st.integers(5, 30), st.floats(0, 1), st.integers(0, 2**32 - 1))
def test_watts_strogatz_keeps_the_number_of_edges(nodes: int, rewire: float, seed: int) -> None:
    graph = build("watts_strogatz", nodes=nodes, neighbours=4, rewire_probability=rewire, seed=seed)
    assert len(graph.edges) == 2 * nodes


@settings(max_examples=40, deadline=None)
@given(st.integers(12, 60), st.floats(2.0, 3.5), st.integers(0, 2**32 - 1))
def test_planar_disordered_is_planar_and_of_the_mean_degree_asked_for(
    nodes: int, mean_degree: float, seed: int
) -> None:
    graph = build("planar_disordered", nodes=nodes, mean_degree=mean_degree, seed=seed)
    assert len(graph.edges) == round(nodes * mean_degree / 2)
    assert crossings(graph) == 0
    places = list((graph.positions or {}).values())
    assert places == sorted(places), "nodes are numbered from left to right"


def test_planar_disordered_has_no_loose_end_where_edges_allow() -> None:
    graph = build("planar_disordered", nodes=50, mean_degree=4.0, seed=1)
    assert min(degrees(graph)) == 3


@pytest.mark.parametrize("name", ["random_regular", "watts_strogatz", "planar_disordered"])
def test_another_seed_is_another_network(name: str) -> None:
    arguments: Mapping[str, Mapping[str, object]] = {
        "random_regular": {"nodes": 20, "degree": 3},
        "watts_strogatz": {"nodes": 20, "neighbours": 4, "rewire_probability": 0.5},
        "planar_disordered": {"nodes": 20, "mean_degree": 3.5},
    }
    graphs = [build(name, **arguments[name], seed=seed) for seed in range(4)]
    assert len({graph.edges for graph in graphs}) == 4
    assert build(name, **arguments[name]) == graphs[0], "the seed is 0 when none is given"


# Drawn once and written down: a library or machine that draws otherwise is found here.
DRAWN = {
    "random_regular": ({"nodes": 20, "degree": 3, "seed": 7}, "d785c339e1ed"),
    "erdos_renyi": ({"nodes": 20, "probability": 0.25, "seed": 7}, "7bef78dfa399"),
    "watts_strogatz": (
        {"nodes": 20, "neighbours": 4, "rewire_probability": 0.3, "seed": 7},
        "13e3d6ccebdd",
    ),
    "planar_disordered": ({"nodes": 50, "mean_degree": 4.0, "seed": 1}, "3895ce1b2a74"),
}


def digest(name: str, arguments: Mapping[str, object]) -> str:
    graph = build(name, **arguments)
    return hashlib.sha256(repr((graph.edges, graph.positions)).encode()).hexdigest()[:12]


@pytest.mark.parametrize("name", DRAWN)
def test_a_seed_means_one_network_on_every_machine(name: str) -> None:
    arguments, expected = DRAWN[name]
    assert digest(name, arguments) == expected


def test_the_hash_seed_changes_no_network() -> None:
    code = (
        "from designs import load_design; "
        "print([load_design(n).graph for n in ('disordered100', 'lattice4x4')])"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        (
            "square_lattice",
            {"rows": 2, "columns": 4, "periodic": True},
            "a periodic lattice needs at least 3 rows and 3 columns, or two nodes would be joined "
            "twice; given 2 rows and 4 columns",
        ),
        (
            "hexagonal_lattice",
            {"rows": 2, "columns": 1, "periodic": True},
            "a periodic lattice needs at least 2 rows and 2 columns, or two nodes would be joined "
            "twice; given 2 rows and 1 columns",
        ),
        (
            "hexagonal_lattice",
            {"rows": 3, "columns": 2, "periodic": True},
            "a periodic hexagonal lattice needs an even number of rows; given 3",
        ),
        (
            "square_lattice",
            {"rows": 2000, "columns": 2000},
            "2000 rows and 2000 columns are about 4000000 nodes; at most 20000 are supported",
        ),
        (
            "layered",
            {"layers": [300, 300, 300]},
            "these layers are joined by 180000 edges; at most 100000 are supported",
        ),
        (
            "erdos_renyi",
            {"nodes": 5000, "probability": 0.5},
            "probability = 0.5 means about 6.25e+06 edges; at most 100000 are supported",
        ),
        (
            "random_regular",
            {"nodes": 9, "degree": 3},
            "nodes x degree must be even, since every edge has two ends; given 9 x 3",
        ),
        (
            "random_regular",
            {"nodes": 4, "degree": 5},
            "degree must be below the number of nodes, 4; given 5",
        ),
        ("erdos_renyi", {"nodes": 9}, "needs exactly one of probability and edges"),
        (
            "erdos_renyi",
            {"nodes": 40, "probability": 0.01},
            "none of 200 draws joined all 40 nodes; ask for more edges",
        ),
        (
            "erdos_renyi",
            {"nodes": 9, "edges": 7},
            "edges must be 8 to 36 for 9 nodes to be connected and no pair joined twice; given 7",
        ),
        (
            "watts_strogatz",
            {"nodes": 9, "neighbours": 3, "rewire_probability": 0.1},
            "neighbours must be even and below the number of nodes, 9; given 3",
        ),
        (
            "planar_disordered",
            {"nodes": 50, "mean_degree": 5.9},
            "mean_degree must be 1.96 to 5.52 for these 50 nodes and this seed; given 5.9",
        ),
    ],
)
def test_arguments_that_do_not_go_together(
    name: str, arguments: Mapping[str, object], expected: str
) -> None:
    with pytest.raises(DesignError) as caught:
        build(name, **arguments)
    assert str(caught.value) == expected


NETWORK = "edges = [[1, 2], [2, 3], [3, 4], [4, 1]]"


@pytest.mark.parametrize(
    ("network", "expected"),
    [
        (
            'generator = "square_latice"',
            "my.toml, line 5: network.generator 'square_latice' is not known (did you mean "
            "'square_lattice'?); the generators are square_lattice, triangular_lattice, "
            "hexagonal_lattice, path, ring, star, complete, layered, bipartite, random_regular, "
            "erdos_renyi, watts_strogatz, planar_disordered",
        ),
        (
            'generator = "square_lattice"\narguments = { rows = 2, colums = 4 }',
            "my.toml, line 6: network.arguments.colums is not a known key (did you mean "
            "'columns'?); known here: rows, columns, periodic\n(and 1 more problem in this file)",
        ),
        (
            'generator = "square_lattice"\narguments = { rows = 2 }',
            "my.toml, line 6: network.arguments.columns is missing",
        ),
        (
            'generator = "square_lattice"\narguments = { rows = "2", columns = 2 }',
            "my.toml, line 6: network.arguments.rows must be a whole number; given '2'",
        ),
        (
            'generator = "ring"\narguments = { nodes = 1 }',
            "my.toml, line 6: network.arguments.nodes must be at least 3; given 1",
        ),
        (
            'generator = "complete"\narguments = { nodes = 5000 }',
            "my.toml, line 6: network.arguments.nodes must be at most 400; given 5000",
        ),
        (
            'generator = "layered"\narguments = { layers = [3, 2, true] }',
            "my.toml, line 6: network.arguments.layers, item 3 must be a whole number; given true",
        ),
        (
            'generator = "random_regular"\narguments = { nodes = 9, degree = 3 }',
            "my.toml, line 6: network.arguments of random_regular: nodes x degree must be even, "
            "since every edge has two ends; given 9 x 3",
        ),
        (
            'generator = "ring"\narguments = { nodes = 4 }\nseed = 1',
            "my.toml, line 7: network.seed is given, but ring draws nothing: remove it",
        ),
        (
            'generator = "random_regular"\narguments = { nodes = 8, degree = 3, seed = 1 }\n'
            "seed = 1",
            "my.toml, line 7: network.seed and network.arguments.seed are both given; keep one",
        ),
    ],
)
def test_refusals_in_the_design_file(
    refusal: Callable[..., str], network: str, expected: str
) -> None:
    assert refusal(NETWORK, network) == expected


def test_the_seed_may_stand_in_either_place(loaded: Callable[[str], Design], small: str) -> None:
    beside = 'generator = "random_regular"\narguments = { nodes = 8, degree = 3 }\nseed = 5'
    inside = 'generator = "random_regular"\narguments = { nodes = 8, degree = 3, seed = 5 }'
    one, two = (loaded(small.replace(NETWORK, text)).graph for text in (beside, inside))
    assert one == two


@given(
    st.sampled_from(sorted(GENERATORS)),
    st.dictionaries(
        st.sampled_from(
            ["nodes", "rows", "columns", "degree", "seed", "edges", "layers", "periodic"]
        ),
        st.one_of(st.integers(-3, 12), st.booleans(), st.floats(), st.text(max_size=3)),
    ),
)
@settings(max_examples=150, deadline=None)
def test_any_arguments_are_used_or_refused(name: str, arguments: Mapping[str, object]) -> None:
    try:
        build(name, **arguments)
    except (DesignError, ValidationError) as error:
        assert str(error)
