"""Which edges a task cannot teach: those whose drop is the same in both networks at any taps.

The clamped network's node voltages less the free one's, D, obey Kirchhoff's law of the network
with every source at zero and the targets at what the nudge adds. So D differs between the ends of
an edge, for some taps, if and only if the edge lies on a simple path between two of the places
that are held in this problem: the sources taken as one node, and each target. In the graph with
the sources made one and a hub joined to these places, that is a biconnected component which holds
the hub. Dead ends have no such path, nor have edges between two sources, nor what hangs on sources
alone. On such an edge a comparator decides by its offset, and a simulation by its rounding.
"""

from __future__ import annotations

from collections.abc import Iterator

import networkx as nx

from designs import Design, Task, edge_name
from designs.network import Edge
from verification.checks.records import Check, Item, Measure, judged

NAME = "task_edges"
CLAIM = (
    "in every task the drop of each edge can differ between the free and the clamped network, so "
    "that the task can teach it"
)
LISTED = 20
"""So many edges of a task are named; the others are counted."""
_SOURCES = "all sources"
_HUB = "held places"


def check_task_edges(design: Design) -> Check:
    """Check 20: edges that a task cannot teach. A remark: the others learn around them."""
    evidence: dict[str, Measure] = {
        "tasks": len(design.tasks),
        "edges": len(design.graph.edges),
    }
    notes: list[Item] = []
    for task in design.tasks:
        steady = steady_edges(design, task)
        evidence[f"{task.name}_steady"] = len(steady)
        if steady:
            notes.append(_remark(design, task, steady))
    return judged(NAME, CLAIM, len(design.tasks), evidence, (), notes)


def steady_edges(design: Design, task: Task) -> tuple[Edge, ...]:
    """The edges whose free and clamped drops are equal at any taps, in the design's order.

    Cost: linear in the number of edges.
    """
    moved = set(_moved(design, task))
    return tuple(edge for edge in design.graph.edges if _ends(edge, task) not in moved)


def _ends(edge: Edge, task: Task) -> frozenset[str]:
    """An edge's ends with all sources made one node; a single end where both are sources."""
    return frozenset(_SOURCES if node in task.sources else node for node in edge)


def _moved(design: Design, task: Task) -> Iterator[frozenset[str]]:
    graph: nx.Graph[str] = nx.Graph()
    for a, b in (sorted(pair) for edge in design.graph.edges if len(pair := _ends(edge, task)) > 1):
        graph.add_edge(a, b)
    graph.add_edges_from((_HUB, place) for place in (_SOURCES, *task.target_nodes))
    for component in nx.biconnected_component_edges(graph):
        members = [frozenset(pair) for pair in component]
        if len(members) > 1 and any(_HUB in pair for pair in members):
            yield from (pair for pair in members if _HUB not in pair)


def _remark(design: Design, task: Task, steady: tuple[Edge, ...]) -> Item:
    named = ", ".join(edge_name(edge) for edge in steady[:LISTED])
    more = f" and {len(steady) - LISTED} more" if len(steady) > LISTED else ""
    return Item(
        expected=f"task {task.name}: drops that can differ between free and clamped in all "
        f"{len(design.graph.edges)} edges",
        got=f"equal drops at any taps in {len(steady)}: {named}{more}",
        fix="leave them, for they change no output; or give roles to other nodes",
    )
