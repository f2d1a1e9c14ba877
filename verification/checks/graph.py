"""The learning graph in the netlist is the design's: every edge, both twins, nothing more."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from designs import edge_name, role_nodes
from verification.checks.board import BoardPin, cell_path
from verification.checks.case import Case
from verification.checks.records import Check, Item, Verdict, judged
from verification.checks.tracing import trace_cone
from verification.structure import CLAMPED, FREE, Channel, LearningNetwork, Twins

NAME = "graph"
CLAIM = (
    "the netlist holds the design's learning graph twice, free and clamped: each edge by two equal "
    "resistors that one direction moves together, and nothing more"
)


def check_graph(case: Case, network: LearningNetwork) -> Check:
    """Check 11: components, ports, twins, correspondence of nodes, and the graph itself."""
    graph = case.board.design.graph
    faults = [*_networks(case, network), *_ports(case, network)]
    for twins in network.twins:
        faults += _pair(case, network, twins)
    faults += _doubled(case, network)
    evidence = {
        "digipot_channels": len(network.channels),
        "edges": len(network.twins),
        "edges_of_design": len(graph.edges),
        "nodes_free": sum(side == FREE for side in network.side_of.values()),
        "nodes_clamped": sum(side == CLAMPED for side in network.side_of.values()),
        "nodes_known_by_ports": len(set(network.anchors.values())),
    }
    if network.match.mapping is None and network.match.exhausted and not faults:
        reason = "the graph is so symmetric that the search for the design's nodes gave up"
        return Check(NAME, CLAIM, Verdict.INCONCLUSIVE, {**evidence, "reason": reason})
    if network.match.mapping is None:
        faults += _differences(case, network)
    return judged(NAME, CLAIM, len(network.channels), evidence, faults)


def _networks(case: Case, network: LearningNetwork) -> Iterator[Item]:
    """The channels form two networks; what joins or splits them is named."""
    count = len(network.components)
    if count == 2 or not network.channels:
        return
    bridges = _bridges(network) if count < 2 else ()
    for channel in bridges:
        for pin in (channel.w, channel.b):
            yield _item(
                case, pin, "in the free or in the clamped network", "it joins the two networks", 0.8
            )
    if not bridges:
        listed = "; ".join(str(len(members)) for members in network.components)
        yield Item(
            expected="two separate networks, free and clamped",
            got=f"{count} with {listed} nodes",
            fix="see the items of the other checks on the digipots' terminals",
            weight=0.2,
        )
    small = min(network.components, key=len)
    if count > 2:
        for channel in network.channels:
            if channel.node_w in small:
                for pin in (channel.w, channel.b):
                    yield _item(case, pin, "joined to the rest of its network", "cut off", 0.4)


def _bridges(network: LearningNetwork) -> tuple[Channel, ...]:
    """Channels without which no path leads from a free port to a clamped one."""
    found: list[Channel] = []
    for channel in network.channels:
        rest = [other for other in network.channels if other is not channel]
        ends: dict[int, set[int]] = {}
        for other in rest:
            ends.setdefault(other.node_w, set()).add(other.node_b)
            ends.setdefault(other.node_b, set()).add(other.node_w)
        seen = {channel.node_w}
        stack = [channel.node_w]
        while stack:
            for node in ends.get(stack.pop(), ()):
                if node not in seen:
                    seen.add(node)
                    stack.append(node)
        if channel.node_b not in seen and 1 < len(seen) < len(ends) - 1:
            found.append(channel)
    return tuple(found)


def _ports(case: Case, network: LearningNetwork) -> Iterator[Item]:
    """Ports lie on nodes, each on its own side; each node with a role is reached on both sides."""
    ports = case.interface.node_ports
    for pins in case.node_ports.values():
        for pin in pins:
            name, side = ports[pin.function]
            node = network.node_of.find(pin.wire)
            at, here = network.side_of.get(node), network.anchors.get(node)
            if at == side and here == name:
                continue
            got = "on no node of the networks" if at is None else f"at node {here} {at.lower()}"
            yield _item(case, pin, f"at node {name} {side.lower()}", got, 0.7)
    yield from _contradictions(case, network)
    reached = {(name, network.side_of.get(node)) for node, name in network.anchors.items()}
    for name in role_nodes(case.board.design):
        for side in (FREE, CLAMPED):
            if (name, side) in reached:
                continue
            wanted = f"node {name} {side.lower()} joined to its port or channel"
            got = "no port or channel leads there"
            leading = _leading(case, network, name, side)
            for pin in leading:
                yield _item(case, pin, wanted, got, 0.3)
            if not leading:
                fix = f"join the port or channel of node {name} to the {side.lower()} network"
                yield Item(expected=wanted, got=got, fix=fix, weight=0.3)


def _leading(case: Case, network: LearningNetwork, name: str, side: str) -> tuple[BoardPin, ...]:
    """The pins that should lead to a node: its port's, or its channel's and those it drives."""
    functions = case.board.functions
    ports = functions.get(f"N{name}.{side}", ())
    if ports:
        return ports
    sources = functions.get(f"SRC-N{name}", ())
    targets = (f"TGT-N{name}.DESIRED", f"TGT-N{name}.OUT")
    channels = (*sources, *(pin for target in targets for pin in functions.get(target, ())))
    lines = frozenset(pin.wire for pin in channels)
    driven = [
        output
        for wire, outputs in case.outputs.items()
        for output in outputs
        if output.record.role == "analog_output"
        and any(pin.wire in lines for pin in trace_cone(case, (wire,), frozenset(network.side_of)))
    ]
    return (*channels, *driven)


def _contradictions(case: Case, network: LearningNetwork) -> Iterator[Item]:
    """Channels that lead to one wire as two nodes, or to two wires as one node of one side."""
    names: dict[int, set[str]] = defaultdict(set)
    wires: dict[tuple[str, str], set[int]] = defaultdict(set)
    for claim in network.claims:
        names[claim.wire].add(claim.node)
        wires[claim.node, network.side_of.get(claim.wire, claim.side)].add(claim.wire)
    odd = {
        wire
        for free, clamped in network.twin_node.items()
        for wire in (free, clamped)
        if names[free] and names[clamped] and names[free] != names[clamped]
    }
    for claim in network.claims:
        side = network.side_of.get(claim.wire, claim.side)
        if claim.wire in odd:
            for pin in claim.pins:
                text = f"at node {claim.node} on this side as on the other"
                yield _item(case, pin, text, "the edges lead elsewhere", 0.55)
        if len(names[claim.wire]) == 1 and len(wires[claim.node, side]) == 1:
            continue
        others = ", ".join(sorted(names[claim.wire] - {claim.node}))
        got = f"other pins say that it is node {others}" if others else "other pins say elsewhere"
        for pin in claim.pins:
            yield _item(case, pin, f"at node {claim.node}", got, 0.55)


def _pair(case: Case, network: LearningNetwork, twins: Twins) -> Iterator[Item]:
    """Two channels, one on each side, of one part, between corresponding nodes, turned alike."""
    if len(twins.channels) != 2:
        got = f"{len(twins.channels)} channels with one direction and selection"
        for channel in twins.channels:
            for keyword in ("up_down", "cs"):
                yield _item(case, channel.pin(keyword), "shared with exactly one twin", got, 0.55)
        return
    free, clamped = twins.free, twins.clamped
    if free is None or clamped is None:
        for channel in twins.channels:
            sides = [network.side_of.get(node) for node in (channel.node_w, channel.node_b)]
            got = f"{channel.name} leads to {' and '.join(side or 'neither' for side in sides)}"
            for pin in _ends(case, channel):
                yield _item(case, pin, "one twin in the free, one in the clamped network", got, 0.5)
        return
    if free.placed.record.mpn != clamped.placed.record.mpn:
        yield Item(
            clamped.placed.refdes,
            expected=f"{free.placed.record.mpn}, as its twin {free.placed.refdes}",
            got=clamped.placed.record.mpn,
            fix="use the same part for both twins",
            weight=0.8,
        )
    yield from _corresponding(case, network, free, clamped)


def _corresponding(
    case: Case, network: LearningNetwork, free: Channel, clamped: Channel
) -> Iterator[Item]:
    twin = network.twin_node
    ends = (
        (free.w, free.node_w, clamped.w, clamped.node_w),
        (free.b, free.node_b, clamped.b, clamped.node_b),
    )
    turned = twin.get(free.node_w) == clamped.node_b and twin.get(free.node_b) == clamped.node_w
    for free_pin, free_node, clamped_pin, clamped_node in ends:
        if twin.get(free_node) == clamped_node and not turned:
            continue
        got = "turned the other way round" if turned else "at another node"
        for channel, pin, other in (
            (free, free_pin, clamped_pin),
            (clamped, clamped_pin, free_pin),
        ):
            for end in _ends(case, channel):
                weight = 0.6 if end is pin else 0.45
                yield _item(case, end, f"where its twin {other.label} is", got, weight)
    if free.node_w == free.node_b or clamped.node_w == clamped.node_b:
        for pin in (free.w, free.b, clamped.w, clamped.b):
            yield _item(case, pin, "between two nodes", "both ends at one node", 0.7)


def _doubled(case: Case, network: LearningNetwork) -> Iterator[Item]:
    """Two free nodes with one clamped twin: an edge of the clamped network ends at a wrong node."""
    count = Counter(network.twin_node.values())
    for twins in network.twins:
        free, clamped = twins.free, twins.clamped
        if free is None or clamped is None:
            continue
        if any(count[network.twin_node[node]] > 1 for node in (free.node_w, free.node_b)):
            for pin in (*_ends(case, clamped), *_ends(case, free)):
                yield _item(
                    case, pin, "at the node of its twin", "two free nodes have one twin here", 0.45
                )


def _differences(case: Case, network: LearningNetwork) -> Iterator[Item]:
    """Edges too many and too few, by the best names there are."""
    design = case.board.design.graph
    wanted = Counter(frozenset(edge) for edge in design.edges)
    left = Counter(wanted)
    for twins in network.twins:
        edge = network.edge_of(twins)
        if edge is None or twins.free is None:
            continue
        if left[frozenset(edge)] > 0:
            left[frozenset(edge)] -= 1
            continue
        names = " and ".join(name or "?" for name in edge)
        for pin in _ends(case, twins.free):
            yield _item(
                case, pin, "an edge of the design", f"an edge between nodes {names}, not in it", 0.7
            )
    for edge in design.edges:
        if left[frozenset(edge)] <= 0:
            continue
        cell = f"edge/{edge_name(edge)}"
        near = [c for c in network.channels if cell_path(c.placed.cell) == cell]
        for channel in near:
            for pin in _ends(case, channel):
                yield _item(case, pin, f"the edge {edge_name(edge)}", "no such edge found", 0.5)
        if not near:
            yield Item(
                expected=f"the edge {edge_name(edge)}: two digipots between nodes {edge[0]} and "
                f"{edge[1]}",
                got="no such edge",
                fix="add the edge's cell",
                weight=0.7,
            )
    if not +left and len(network.twins) == len(design.edges):
        yield Item(
            expected="the design's graph",
            got="a graph that no renaming of nodes turns into it",
            fix="see the other items",
            weight=0.1,
        )


def _ends(case: Case, channel: Channel) -> tuple[BoardPin, ...]:
    """The terminals of a channel and the pins of the jumpers beside them."""
    pins = [channel.w, channel.b]
    for wire in (channel.w.wire, channel.b.wire):
        bonds = [bond for bond in case.bonds.get(wire, ()) if bond.kind == "jumper"]
        if len(bonds) == 1:
            pins += [bonds[0].a, bonds[0].b]
    return tuple(pins)


def _item(case: Case, pin: BoardPin, expected: str, got: str, weight: float) -> Item:
    return Item(
        pin.refdes,
        pin.number,
        case.board.net(pin),
        expected=f"{pin.label}: {expected}",
        got=got,
        fix="correct the net of this pin",
        weight=weight,
    )
