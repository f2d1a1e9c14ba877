"""Matching: which wire of the board is which node of the design, by the graph alone.

Colour refinement [1] splits the nodes of both graphs by what they see around them; where that does
not tell them apart, one is singled out and the refinement goes on (individualisation). A proposal
from names is only tried: what is returned has been verified edge by edge.

[1] B. Weisfeiler, A. Leman, "The reduction of a graph to canonical form", 1968.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Neighbours = dict[int, tuple[int, ...]]
BUDGET = 400
"""Refinements before the search gives up: seconds on a graph of some hundred edges."""


@dataclass(frozen=True)
class Match:
    """The outcome: `mapping` from extracted node to design node, or None.

    Attributes:
        mapping: verified: every edge of the one graph is an edge of the other.
        exhausted: whether the search gave up before it knew.
    """

    mapping: Mapping[int, str] | None
    exhausted: bool = False


def match_graphs(
    wanted: Iterable[tuple[str, str]],
    found: Iterable[tuple[int, int]],
    anchors: Mapping[int, str],
    hints: Mapping[int, str],
) -> Match:
    """Find a one-to-one map of two simple graphs that carries edges to edges.

    Args:
        wanted: the design's edges.
        found: the extracted edges.
        anchors: extracted nodes whose name is known; the map keeps to them.
        hints: names to try first.

    Returns:
        A verified map, or why there is none.
    """
    wanted, found = list(wanted), list(found)
    names = list(dict.fromkeys(node for edge in wanted for node in edge))
    nodes = list(dict.fromkeys(node for edge in found for node in edge))
    if len(names) != len(nodes) or len(wanted) != len(found):
        return Match(None)
    hinted = {node: anchors.get(node, hints.get(node, "")) for node in nodes}
    if is_match(hinted, wanted, found):
        return Match(hinted)
    return _Search(names, nodes, wanted, found, anchors, hints).run()


def is_match(
    mapping: Mapping[int, str], wanted: list[tuple[str, str]], found: list[tuple[int, int]]
) -> bool:
    """Whether a map is one to one and carries the one edge list to the other."""
    if len(set(mapping.values())) != len(mapping):
        return False
    carried = Counter(frozenset((mapping[a], mapping[b])) for a, b in found)
    return carried == Counter(frozenset(edge) for edge in wanted)


class _Search:
    """Both graphs side by side: design nodes first, extracted nodes after them, as 0..2n-1."""

    def __init__(
        self,
        names: list[str],
        nodes: list[int],
        wanted: list[tuple[str, str]],
        found: list[tuple[int, int]],
        anchors: Mapping[int, str],
        hints: Mapping[int, str],
    ) -> None:
        self._names, self._nodes = names, nodes
        self._wanted, self._found = wanted, found
        self._count = len(names)
        self._budget = BUDGET
        left = {name: k for k, name in enumerate(names)}
        right = {node: self._count + k for k, node in enumerate(nodes)}
        table: dict[int, list[int]] = defaultdict(list)
        for a, b in [(left[a], left[b]) for a, b in wanted] + [
            (right[a], right[b]) for a, b in found
        ]:
            table[a].append(b)
            table[b].append(a)
        self._neighbours: Neighbours = {node: tuple(others) for node, others in table.items()}
        known = set(anchors.values())
        self._start = [name if name in known else "" for name in names]
        self._start += [anchors.get(node, "") for node in nodes]
        self._hint = {left[name]: right[node] for node, name in hints.items()
                      if name in left and node in right}  # fmt: skip

    def run(self) -> Match:
        """The search."""
        order = {text: rank for rank, text in enumerate(sorted(set(self._start)))}
        mapping = self._refine([order[text] for text in self._start])
        return Match(mapping, exhausted=mapping is None and self._budget <= 0)

    def _refine(self, colours: list[int]) -> dict[int, str] | None:
        """Refines until stable, then reads the map off, or singles a node out and goes on."""
        if self._budget <= 0:
            return None
        self._budget -= 1
        classes = len(set(colours))
        while True:
            seen = [
                (colour, tuple(sorted(colours[other] for other in self._neighbours[node])))
                for node, colour in enumerate(colours)
            ]
            order = {key: rank for rank, key in enumerate(sorted(set(seen)))}
            colours = [order[key] for key in seen]
            if len(order) == classes:
                break
            classes = len(order)
        if Counter(colours[: self._count]) != Counter(colours[self._count :]):
            return None
        if classes == self._count:
            return self._read(colours)
        return self._single_out(colours)

    def _single_out(self, colours: list[int]) -> dict[int, str] | None:
        sizes = Counter(colours[: self._count])
        size, colour = min((n, colour) for colour, n in sizes.items() if n > 1)
        del size
        node = colours.index(colour)
        others = [k for k in range(self._count, 2 * self._count) if colours[k] == colour]
        others.sort(key=lambda other: other != self._hint.get(node))
        for other in others:
            trial = list(colours)
            trial[node] = trial[other] = 2 * self._count
            mapping = self._refine(trial)
            if mapping is not None or self._budget <= 0:
                return mapping
        return None

    def _read(self, colours: list[int]) -> dict[int, str] | None:
        name_of = {colours[k]: name for k, name in enumerate(self._names)}
        mapping = {node: name_of[colours[self._count + k]] for k, node in enumerate(self._nodes)}
        return mapping if is_match(mapping, self._wanted, self._found) else None
