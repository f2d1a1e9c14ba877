"""Networks from files: GraphML, node-link JSON and CSV edge lists.

A resistor has no direction, so directed graphs are refused rather than guessed at. Node attributes
`x` and `y`, or `pos`, become positions when every node has them. All other attributes are ignored.
"""

import csv
import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from xml.etree.ElementTree import ParseError

import networkx as nx

from designs.errors import DesignError
from designs.network import Position, UncheckedGraph, unique_names
from designs.source import read_text
from designs.words import listed, shown

GRAPH_LIMIT_BYTES = 16_000_000

_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_HEADER_PAIRS = (
    ("source", "target"),
    ("from", "to"),
    ("node1", "node2"),
    ("node_a", "node_b"),
    ("a", "b"),
    ("u", "v"),
    ("src", "dst"),
)


def read_graph(path: Path) -> UncheckedGraph:
    """The network in a file; the format follows the file's ending.

    Raises:
        DesignError: unknown ending, unreadable or malformed file, a directed graph.
    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise DesignError(
            f"{path}: networks are read from {listed(_READERS)} files; given {path.suffix!r}"
        )
    text = read_text(path, "network file", GRAPH_LIMIT_BYTES)
    try:
        return reader(text)
    except RecursionError:
        raise DesignError(f"{path}: nested too deeply to be a network") from None
    except DesignError as error:
        raise DesignError(f"{path}: {error}") from None


def _graphml(text: str) -> UncheckedGraph:
    # Entities can blow a small file up to gigabytes; GraphML has no use for them.
    if "<!doctype" in text.lower() or "<!entity" in text.lower():
        raise DesignError("a document type or entity declaration is not accepted; remove it")
    try:
        # The text is decoded already; a declaration of another encoding would undo that check.
        graph = nx.read_graphml(BytesIO(_DECLARATION.sub("", text, count=1).encode()))
    except ParseError as error:
        raise DesignError(f"not valid XML: {error}") from None
    except (nx.NetworkXError, KeyError, ValueError, TypeError, AttributeError) as error:
        raise DesignError(f"not valid GraphML: {_reason(error)}") from None
    if graph.is_directed():
        raise DesignError(
            "the graph is directed, but a resistor has no direction; save it with "
            'edgedefault="undirected"'
        )
    nodes: list[tuple[object, Mapping[str, object]]] = list(graph.nodes(data=True))
    return _network(nodes, list(graph.edges()))


def _reason(error: Exception) -> str:
    text = str(error).strip("'\"") or type(error).__name__
    return text if len(text) <= 120 else text[:117] + "..."


def _node_link(text: str) -> UncheckedGraph:
    try:
        data: object = json.loads(text)
    except json.JSONDecodeError as error:
        raise DesignError(f"not valid JSON: {error}") from None
    except ValueError as error:  # an integer of thousands of digits
        raise DesignError(f"not usable JSON: {error}") from None
    if not isinstance(data, dict):
        raise DesignError(f"node-link JSON is an object with nodes and links; given {shown(data)}")
    if data.get("directed"):
        raise DesignError(
            'the graph is directed, but a resistor has no direction; save it with "directed": false'
        )
    keys = [key for key in ("links", "edges") if key in data]
    if len(keys) != 1:
        raise DesignError(
            'node-link JSON has its edges under exactly one of "links" and "edges"; '
            f"given {listed(keys) or 'neither'}"
        )
    nodes = [(node["id"], node) for node in _records(data, "nodes", ("id",))]
    links = _records(data, keys[0], ("source", "target"))
    return _network(nodes, [(link["source"], link["target"]) for link in links])


def _records(
    data: Mapping[str, object], key: str, needed: tuple[str, ...]
) -> list[dict[str, object]]:
    """The list of objects under a key, each with what it needs."""
    items = data.get(key)
    if not isinstance(items, list):
        raise DesignError(f'"{key}" must be a list; given {shown(items)}')
    for i, item in enumerate(items, start=1):
        missing = needed if not isinstance(item, dict) else [k for k in needed if k not in item]
        if missing:
            raise DesignError(f'"{key}", item {i}: an object with {listed(needed)} is needed')
    return items


def _edge_list(text: str) -> UncheckedGraph:
    """Two columns of node names; a header may name them, and `#` starts a comment line."""
    lines = [(i, line) for i, line in enumerate(text.splitlines(), start=1) if line.strip()]
    lines = [(i, line) for i, line in lines if not line.lstrip().startswith("#")]
    try:
        rows = [next(csv.reader([line], skipinitialspace=True, strict=True)) for _, line in lines]
    except csv.Error as error:
        raise DesignError(f"not valid CSV: {error}") from None
    if not rows:
        raise DesignError("the edge list is empty")
    first, second = _columns(rows[0]) or (0, 1)
    start = 0 if _columns(rows[0]) is None or _names_nodes(rows, first, second) else 1
    pairs: list[tuple[object, object]] = []
    for (number, line), row in list(zip(lines, rows, strict=True))[start:]:
        ends = [cell.strip() for cell in row]
        if len(ends) <= max(first, second) or not (ends[first] and ends[second]):
            raise DesignError(
                f"line {number}: an edge is two node names with a comma between them; "
                f"given {shown(line.strip())}"
            )
        pairs.append((ends[first], ends[second]))
    if not pairs:
        raise DesignError("the edge list has a header and no edge")
    names = dict.fromkeys(end for pair in pairs for end in pair)
    return _network([(name, {}) for name in names], pairs)


def _columns(header: list[str]) -> tuple[int, int] | None:
    """Where a header line has the two ends of an edge; None when it is no header."""
    cells = [cell.strip().lower() for cell in header]
    for a, b in _HEADER_PAIRS:
        if a in cells and b in cells:
            return cells.index(a), cells.index(b)
    return None


def _names_nodes(rows: list[list[str]], first: int, second: int) -> bool:
    """Whether a first row such as `a,b` is an edge: its words occur as nodes further down."""
    words = {rows[0][first].strip(), rows[0][second].strip()}
    later = {cell.strip() for row in rows[1:] for cell in row[:2]}
    return bool(words & later)


def _network(
    nodes: Iterable[tuple[object, Mapping[str, object]]],
    edges: Iterable[tuple[object, object]],
) -> UncheckedGraph:
    """The network of what a file holds, under normalised names."""
    listed_nodes = [(_text(raw), attributes) for raw, attributes in nodes]
    names = unique_names(text for text, _ in listed_nodes)
    pairs = [(_text(a), _text(b)) for a, b in edges]
    for pair in pairs:
        for end in pair:
            if end not in names:
                raise DesignError(f"edge {pair[0]}-{pair[1]} ends at {end}, which is not a node")
    positions = {names[text]: place for text, data in listed_nodes if (place := _position(data))}
    return UncheckedGraph(
        tuple(names[text] for text, _ in listed_nodes),
        tuple((names[a], names[b]) for a, b in pairs),
        positions if len(positions) == len(names) else None,
    )


def _text(raw: object) -> str:
    """A node of a file as text: a grid's [0, 1] is read like networkx's (0, 1)."""
    if isinstance(raw, list | tuple):
        return "_".join(_text(part) for part in raw)
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        raise DesignError(f"a node is named by a number or a text; given {shown(raw)}")
    return str(raw)


def _position(attributes: Mapping[str, object]) -> Position | None:
    """(x, y) from `x` and `y`, or from `pos` as a pair or as the text "x, y"."""
    place: object = attributes.get("pos")
    if "x" in attributes and "y" in attributes:
        place = [attributes["x"], attributes["y"]]
    if isinstance(place, str):
        place = place.strip("()[]").replace(",", " ").split()
    if not isinstance(place, list | tuple) or len(place) != 2:
        return None
    try:
        x, y = (float(part) for part in place if isinstance(part, int | float | str))
    except (ValueError, OverflowError):
        return None
    return (x, y) if math.isfinite(x) and math.isfinite(y) else None


_READERS: Mapping[str, Callable[[str], UncheckedGraph]] = MappingProxyType(
    {".graphml": _graphml, ".json": _node_link, ".csv": _edge_list}
)
