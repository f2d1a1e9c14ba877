"""The learning graph of a design: nodes, edges and, where known, where to draw them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from designs.errors import DesignError
from designs.words import listed, shown

NODE_NAME = re.compile(r"[A-Za-z0-9_.+]{1,24}")
MAX_EDGES = 100_000

Edge = tuple[str, str]
Position = tuple[float, float]


def node_name(raw: object) -> str:
    """The name of a node as every net, port and report spells it.

    Integers become their digits. Characters outside `A-Z a-z 0-9 _ . +` become `_`, so that the
    `(0, 1)` of a networkx grid is `0_1`.

    Raises:
        DesignError: not an integer or a string, nothing left of the name, or over 24 characters.
    """
    if isinstance(raw, bool) or not isinstance(raw, int | str):
        raise DesignError(
            f"a node name is an integer or a string; given {shown(raw)} ({type(raw).__name__})"
        )
    text = str(raw)
    name = text if NODE_NAME.fullmatch(text) else re.sub(r"[^A-Za-z0-9.+]+", "_", text).strip("_")
    if not name:
        raise DesignError(
            f"node name {shown(text)} has no usable character: "
            "letters, digits, '_', '.' and '+' are"
        )
    if len(name) > 24:
        raise DesignError(f"node name {shown(text)} is too long: at most 24 characters are allowed")
    return name


def unique_names(raw_names: Iterable[object]) -> dict[str, str]:
    """Maps each spelling of a node (`str(raw)`) to its name.

    Raises:
        DesignError: two different spellings become one name.
    """
    names: dict[str, str] = {}
    spelling: dict[str, str] = {}
    for raw in raw_names:
        name = node_name(raw)
        text = str(raw)
        first = spelling.setdefault(name, text)
        if first != text:
            raise DesignError(
                f"nodes {shown(first)} and {shown(text)} would both be called {name!r}, "
                "since only letters, digits, '_', '.' and '+' are kept; rename one of them"
            )
        names[text] = name
    return names


@dataclass(frozen=True)
class UncheckedGraph:
    """A network as a file or a generator states it; `DesignGraph` is the one to work with."""

    nodes: tuple[str, ...]
    edges: tuple[Edge, ...]
    positions: Mapping[str, Position] | None = None

    @classmethod
    def from_edges(
        cls, edges: Iterable[Edge], positions: Mapping[str, Position] | None = None
    ) -> Self:
        """A graph whose nodes are those of its edges, in order of first mention."""
        pairs = tuple(edges)
        return cls(tuple(dict.fromkeys(node for pair in pairs for node in pair)), pairs, positions)

    def parts(self) -> dict[str, str]:
        """Which part of the network each node is in; a part is called by its first node."""
        others: dict[str, list[str]] = {node: [] for node in self.nodes}
        for a, b in self.edges:
            others[a].append(b)
            others[b].append(a)
        part: dict[str, str] = {}
        for first in self.nodes:
            stack = [] if first in part else [first]
            part.setdefault(first, first)
            while stack:
                fresh = [node for node in others[stack.pop()] if node not in part]
                part.update(dict.fromkeys(fresh, first))
                stack.extend(fresh)
        return part


@dataclass(frozen=True)
class DesignGraph(UncheckedGraph):
    """A connected simple graph, in the order of the design.

    Attributes:
        nodes: names, in the order in which the design mentions them.
        edges: pairs of names in the design's order and orientation; the enable chain follows it.
        positions: (x, y) of every node with y up, for drawings only; None where not known.

    Raises:
        DesignError: a bad or repeated name, an edge to an unknown node, a self-loop, a repeated
            edge, a node or part that nothing connects, a position missing or of no node.
    """

    def __post_init__(self) -> None:
        _check_nodes(self.nodes)
        _check_edges(self.nodes, self.edges)
        _check_connected(self)
        if self.positions is not None:
            _check_positions(self.nodes, self.positions)


def edge_name(edge: Edge) -> str:
    """The name of an edge in paths and reports: `4-7`."""
    return f"{edge[0]}-{edge[1]}"


def _check_nodes(nodes: tuple[str, ...]) -> None:
    seen: set[str] = set()
    for node in nodes:
        if not NODE_NAME.fullmatch(node):
            raise DesignError(
                f"node name {shown(node)} is not allowed: 1 to 24 letters, digits, '_', '.' or '+'"
            )
        if node in seen:
            raise DesignError(f"node {node} is listed twice")
        seen.add(node)


def _check_edges(nodes: tuple[str, ...], edges: tuple[Edge, ...]) -> None:
    if not edges:
        raise DesignError("the network has no edge; at least one is needed")
    if len(edges) > MAX_EDGES:
        raise DesignError(f"the network has {len(edges)} edges; at most {MAX_EDGES} are supported")
    known = set(nodes)
    seen: dict[frozenset[str], Edge] = {}
    for edge in edges:
        a, b = edge
        for node in edge:
            if node not in known:
                raise DesignError(f"edge {edge_name(edge)} ends at {node}, which is not a node")
        if a == b:
            raise DesignError(
                f"edge {edge_name(edge)} is a self-loop: node {a} is joined to itself; remove it"
            )
        first = seen.get(frozenset(edge))
        if first is not None:
            raise DesignError(
                f"nodes {a} and {b} are joined twice (edges {edge_name(first)} and "
                f"{edge_name(edge)}); at most one edge may join two nodes: remove one"
            )
        seen[frozenset(edge)] = edge


def _check_connected(graph: DesignGraph) -> None:
    touched = {node for edge in graph.edges for node in edge}
    lone = [node for node in graph.nodes if node not in touched]
    if lone:
        raise DesignError(
            f"node {listed(lone)} has no edge; connect it or remove it"
            if len(lone) == 1
            else f"nodes {listed(lone)} have no edge; connect them or remove them"
        )
    parts = graph.parts()
    first = graph.nodes[0]
    apart = [part for part in parts.values() if part != first]
    if apart:
        nodes = [node for node in graph.nodes if parts[node] == apart[0]]
        raise DesignError(
            f"the network is in separate parts: nothing joins {listed(nodes)} to node {first}; "
            "add an edge between them or remove one part"
        )


def _check_positions(nodes: tuple[str, ...], positions: Mapping[str, Position]) -> None:
    known = set(nodes)
    for node in positions:
        if node not in known:
            raise DesignError(f"a position is given for {node}, which no edge mentions")
    missing = [node for node in nodes if node not in positions]
    if missing:
        raise DesignError(
            f"positions are given, but not for {listed(missing)}; give every node's or none"
        )
