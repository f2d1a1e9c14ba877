"""The graph's invariants, each naming the culprit, and the names of nodes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designs import DesignError, DesignGraph, edge_name
from designs.network import NODE_NAME, node_name, unique_names

PATH = (("1", "2"), ("2", "3"))


def message(nodes: tuple[str, ...], edges: tuple[tuple[str, str], ...], **kwargs: object) -> str:
    with pytest.raises(DesignError) as caught:
        DesignGraph(nodes, edges, **kwargs)  # pyright: ignore[reportArgumentType]
    return str(caught.value)


def test_nodes_and_edges_keep_the_order_and_orientation_of_the_design() -> None:
    graph = DesignGraph.from_edges([("6", "3"), ("6", "4"), ("3", "4")])
    assert graph.nodes == ("6", "3", "4")
    assert [edge_name(edge) for edge in graph.edges] == ["6-3", "6-4", "3-4"]


@pytest.mark.parametrize(
    ("nodes", "edges", "expected"),
    [
        (("1", "2", "1"), PATH, "node 1 is listed twice"),
        (("1", "2", "3"), (), "the network has no edge; at least one is needed"),
        (("1", "2"), PATH, "edge 2-3 ends at 3, which is not a node"),
        (
            ("1", "2", "3"),
            (*PATH, ("2", "2")),
            "edge 2-2 is a self-loop: node 2 is joined to itself; remove it",
        ),
        (
            ("1", "2", "3"),
            (*PATH, ("2", "1")),
            "nodes 2 and 1 are joined twice (edges 1-2 and 2-1); at most one edge may join two "
            "nodes: remove one",
        ),
        (
            ("1", "2", "3"),
            (*PATH, ("1", "2")),
            "nodes 1 and 2 are joined twice (edges 1-2 and 1-2); at most one edge may join two "
            "nodes: remove one",
        ),
        (("1", "2", "3", "9"), PATH, "node 9 has no edge; connect it or remove it"),
        (
            ("1", "2", "3", "8", "9"),
            PATH,
            "nodes 8, 9 have no edge; connect them or remove them",
        ),
        (
            ("1", "2", "3", "8", "9"),
            (*PATH, ("8", "9")),
            "the network is in separate parts: nothing joins 8, 9 to node 1; add an edge between "
            "them or remove one part",
        ),
        (
            ("1", "2", "a b"),
            (("1", "2"), ("2", "a b")),
            "node name 'a b' is not allowed: 1 to 24 letters, digits, '_', '.' or '+'",
        ),
    ],
)
def test_a_graph_that_is_no_network_is_refused(
    nodes: tuple[str, ...], edges: tuple[tuple[str, str], ...], expected: str
) -> None:
    assert message(nodes, edges) == expected


def test_positions_are_of_all_nodes_and_no_others() -> None:
    nodes = ("1", "2", "3")
    places = {"1": (0.0, 0.0), "2": (1.0, 0.0)}
    assert message(nodes, PATH, positions=places) == (
        "positions are given, but not for 3; give every node's or none"
    )
    assert message(nodes, PATH, positions={**places, "3": (2.0, 0.0), "4": (3.0, 0.0)}) == (
        "a position is given for 4, which no edge mentions"
    )


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        *[(7, "7"), (-7, "7"), ("N_1.a+", "N_1.a+"), ("(0, 1)", "0_1"), (" a  b ", "a_b")],
        *[("_a", "_a"), ("Knoten-é!", "Knoten"), ("a" * 24, "a" * 24)],
    ],
)
def test_names_keep_letters_digits_and_three_signs(raw: object, name: str) -> None:
    assert node_name(raw) == name


@given(st.text(min_size=1, max_size=24))
def test_a_normalised_name_is_usable_and_stays(raw: str) -> None:
    try:
        name = node_name(raw)
    except DesignError:
        return
    assert NODE_NAME.fullmatch(name)
    assert node_name(name) == name


def test_two_spellings_of_one_name_are_refused() -> None:
    with pytest.raises(DesignError, match="rename one of them") as caught:
        unique_names(["a-b", "c", "a b"])
    assert "nodes 'a-b' and 'a b' would both be called 'a_b'" in str(caught.value)


@pytest.mark.parametrize("raw", [True, 1.5, None, [1], ""])
def test_what_is_no_name_is_refused(raw: object) -> None:
    with pytest.raises(DesignError):
        node_name(raw)
