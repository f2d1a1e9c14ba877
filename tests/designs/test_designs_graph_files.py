"""Networks from files: what networkx writes is read back; what is no network is refused."""

import json
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from designs import Design, DesignError, DesignGraph
from designs.graph_files import read_graph
from designs.load import load_design


def read(path: Path) -> DesignGraph:
    graph = read_graph(path)
    return DesignGraph(graph.nodes, graph.edges, graph.positions)


def write(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def message(path: Path) -> str:
    with pytest.raises(DesignError) as caught:
        read(path)
    return str(caught.value)


def pairs(graph: DesignGraph) -> set[frozenset[str]]:
    return {frozenset(edge) for edge in graph.edges}


@st.composite
def connected(draw: st.DrawFn) -> "nx.Graph[int]":
    """A connected graph of 2 to 20 nodes: a drawn tree and some more edges."""
    nodes = draw(st.integers(2, 20))
    graph: nx.Graph[int] = nx.Graph()
    for node in range(1, nodes):
        graph.add_edge(draw(st.integers(0, node - 1)), node)
    for _ in range(draw(st.integers(0, 20))):
        a, b = draw(st.integers(0, nodes - 1)), draw(st.integers(0, nodes - 1))
        if a != b:
            graph.add_edge(a, b)
    return graph


@settings(max_examples=40, deadline=None)
@given(graph=connected())
def test_what_networkx_writes_is_read_back(
    graph: "nx.Graph[int]", tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("graphs")
    expected = {frozenset((str(a), str(b))) for a, b in graph.edges}
    for node in graph:
        graph.nodes[node].update(x=float(node), y=-0.5 * node)
    nx.write_graphml(graph, folder / "a.graphml")
    for key in ("links", "edges"):
        text = json.dumps(nx.node_link_data(graph, edges=key))
        write(folder / f"{key}.json", text)
    nx.write_edgelist(graph, folder / "a.csv", delimiter=",", data=False)
    for name in ("a.graphml", "links.json", "edges.json", "a.csv"):
        found = read(folder / name)
        assert pairs(found) == expected
        if name != "a.csv":
            assert found.nodes == tuple(str(node) for node in graph)
            assert found.positions == {str(n): (float(n), -0.5 * n) for n in graph}


@pytest.mark.parametrize("kind", ["graphml", "json"])
def test_the_nodes_of_a_grid_get_short_names(tmp_path: Path, kind: str) -> None:
    graph = nx.grid_2d_graph(2, 2)
    path = tmp_path / f"grid.{kind}"
    if kind == "graphml":
        nx.write_graphml(graph, path)
    else:
        write(path, json.dumps(nx.node_link_data(graph, edges="links")))
    assert set(read(path).nodes) == {"0_0", "0_1", "1_0", "1_1"}


@pytest.mark.parametrize(
    ("pos", "expected"),
    [
        ([1, 2.5], (1.0, 2.5)),
        ("1, 2.5", (1.0, 2.5)),
        ("(1 2.5)", (1.0, 2.5)),
        ([1], None),
        ("here", None),
        ([1, "inf"], None),
        ([1, [2]], None),
    ],
)
def test_pos_is_a_position_when_it_is_two_numbers(
    tmp_path: Path, pos: object, expected: object
) -> None:
    data = {
        "nodes": [{"id": "a", "pos": pos}, {"id": "b", "x": 3, "y": 4}],
        "links": [{"source": "a", "target": "b"}],
    }
    found = read(write(tmp_path / "a.json", json.dumps(data))).positions
    assert found == (None if expected is None else {"a": expected, "b": (3.0, 4.0)})


@pytest.mark.parametrize(
    "text",
    [
        "1,2\n2,3\n",
        "source,target\n1,2\n2,3\n",
        "Source, Target\n1, 2\n2, 3\n",
        "# a comment\nweight,target,source\n9,2,1\n9,3,2\n",
        "node1,node2\r\n1,2\r\n\r\n2,3\r\n",
        '\ufeff"1","2"\n"2","3"',
        "1,2,0.5\n2,3,0.5\n",
    ],
    ids=["plain", "header", "spaces", "columns", "crlf", "quoted", "weights"],
)
def test_edge_lists_with_and_without_a_header(tmp_path: Path, text: str) -> None:
    graph = read(write(tmp_path / "a.csv", text))
    assert graph.edges == (("1", "2"), ("2", "3"))


def test_a_first_row_of_nodes_called_like_a_header_is_an_edge(tmp_path: Path) -> None:
    graph = read(write(tmp_path / "a.csv", "a,b\nb,c\n"))
    assert graph.edges == (("a", "b"), ("b", "c"))


GRAPHML = """<?xml version="1.0" encoding="UTF-8"?>{doctype}
<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><graph edgedefault="{default}">
<node id="a"/><node id="b"/>{more}<edge source="a" target="b"/></graph></graphml>
"""


def graphml(default: str = "undirected", more: str = "", doctype: str = "") -> str:
    return GRAPHML.format(default=default, more=more, doctype=doctype)


BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
LINK = '{"source": "a", "target": "b"}'


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        (
            "a.gml",
            "graph []",
            "networks are read from .graphml, .json, .csv files; given '.gml'",
        ),
        (
            "a.graphml",
            graphml("directed"),
            "the graph is directed, but a resistor has no direction; save it with "
            'edgedefault="undirected"',
        ),
        (
            "a.graphml",
            graphml(doctype=BOMB),
            "a document type or entity declaration is not accepted; remove it",
        ),
        ("a.graphml", "junk", "not valid XML: syntax error: line 1, column 0"),
        (
            "a.graphml",
            "<a/>",
            "not valid GraphML: file not successfully read as graphml",
        ),
        (
            "a.graphml",
            graphml()[:150],
            "not valid XML: unclosed token: line 3, column 14",
        ),
        (
            "a.graphml",
            b"\x7fELF\0\0",
            "not a text file (byte 4 is zero); a network file is plain text in UTF-8",
        ),
        (
            "a.json",
            "{",
            "not valid JSON: Expecting property name enclosed in double quotes: "
            "line 1 column 2 (char 1)",
        ),
        ("a.json", "[" * 100_000, "nested too deeply to be a network"),
        ("a.json", "[1]", "node-link JSON is an object with nodes and links; given [1]"),
        (
            "a.json",
            "{}",
            'node-link JSON has its edges under exactly one of "links" and "edges"; given neither',
        ),
        (
            "a.json",
            '{"directed": true, "nodes": [], "links": []}',
            "the graph is directed, but a resistor has no direction; save it with "
            '"directed": false',
        ),
        ("a.json", '{"nodes": 3, "links": []}', '"nodes" must be a list; given 3'),
        (
            "a.json",
            '{"nodes": [{"id": "a"}, 5], "links": []}',
            '"nodes", item 2: an object with id is needed',
        ),
        (
            "a.json",
            '{"nodes": [{"id": "a"}], "links": [{"source": "a"}]}',
            '"links", item 1: an object with source, target is needed',
        ),
        (
            "a.json",
            f'{{"nodes": [{{"id": "a"}}], "links": [{LINK}]}}',
            "edge a-b ends at b, which is not a node",
        ),
        (
            "a.json",
            '{"nodes": [{"id": true}], "links": []}',
            "a node is named by a number or a text; given true",
        ),
        ("a.csv", "", "the edge list is empty"),
        ("a.csv", "source,target\n", "the edge list has a header and no edge"),
        (
            "a.csv",
            "1,2\n\n3\n",
            "line 3: an edge is two node names with a comma between them; given '3'",
        ),
        (
            "a.csv",
            "1;2\n",
            "line 1: an edge is two node names with a comma between them; given '1;2'",
        ),
        (
            "a.csv",
            "1,\n",
            "line 1: an edge is two node names with a comma between them; given '1,'",
        ),
        ("a.csv", '1,"2\n', "not valid CSV: unexpected end of data"),
    ],
)
def test_files_that_hold_no_network(
    tmp_path: Path, name: str, content: str | bytes, expected: str
) -> None:
    path = write(tmp_path / name, content)
    assert message(path) == f"{path}: {expected}"


def test_nodes_listed_twice_and_nodes_without_an_edge(tmp_path: Path) -> None:
    again = graphml(more='<edge source="b" target="a"/>')
    assert message(write(tmp_path / "a.graphml", again)).startswith(
        "nodes a and b are joined twice"
    )
    twice = f'{{"nodes": [{{"id": "a"}}, {{"id": "a"}}, {{"id": "b"}}], "links": [{LINK}]}}'
    assert message(write(tmp_path / "a.json", twice)) == "node a is listed twice"
    lone = graphml(more='<node id="lone"/>')
    assert message(write(tmp_path / "a.graphml", lone)) == (
        "node lone has no edge; connect it or remove it"
    )


def test_a_file_of_fifty_megabytes_is_not_parsed(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", b"(" * 50_000_000)
    assert message(path) == f"{path}: over 16 MB, the most that a network file may have"


def test_a_design_names_its_network_file(
    tmp_path: Path, small: str, loaded: Callable[[str], Design]
) -> None:
    old = "edges = [[1, 2], [2, 3], [3, 4], [4, 1]]"
    path = write(tmp_path / "design.toml", small.replace(old, 'file = "ring.csv"'))
    with pytest.raises(DesignError) as caught:
        load_design(path)
    ring = tmp_path / "ring.csv"
    assert str(caught.value) == f"{path}, line 5: network.file: {ring}: no such network file"
    write(ring, "1,2\n2,3\n3,4\n4,1\n")
    assert load_design(tmp_path).graph == loaded(small).graph


@settings(max_examples=150, deadline=None)
@given(ending=st.sampled_from([".graphml", ".json", ".csv"]), data=st.data())
def test_a_damaged_file_is_read_or_refused(
    ending: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    whole = {
        ".graphml": graphml(more='<node id="c"/>'),
        ".json": f'{{"nodes": [{{"id": "a", "x": 1}}, {{"id": "b"}}], "links": [{LINK}]}}',
        ".csv": "source,target\na,b\nb,c\n",
    }[ending]
    start = data.draw(st.integers(0, len(whole)))
    length = data.draw(st.integers(0, 20))
    put = data.draw(st.text(max_size=6))
    path = tmp_path_factory.mktemp("damaged") / f"a{ending}"
    write(path, (whole[:start] + put + whole[start + length :]).encode("utf-8", "replace"))
    try:
        read(path)
    except DesignError as error:
        assert str(error)
