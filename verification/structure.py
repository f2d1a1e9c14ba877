"""Structure: the learning graph that a netlist holds, found without looking at a name.

```
digipot channels W-B  ->  resistive edges between node wires       (closed jumpers joined)
same direction, same select  ->  the two channels of one edge      (traced through the logic)
ports, channels  ->  which component is free, which is clamped, and some nodes' names
graph against graph  ->  the other nodes' names                    (matching.py)
```

Cell fields serve as a hint which wire to try as which node; what is returned has been verified.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from parts.models import AmplifierModel, DigipotModel, JumperModel
from verification.checks.board import BoardPin, Placed, cell_path
from verification.checks.case import Case
from verification.checks.interface import ETA_CONTROLS, SIDES
from verification.checks.matching import Match, match_graphs
from verification.checks.tracing import Line, trace_cone, trace_line, trace_voltage
from verification.union import Groups

FREE, CLAMPED = SIDES


@dataclass(frozen=True, slots=True, eq=False)
class Channel:
    """One digipot channel of a learning network.

    Attributes:
        w, b: its terminals' pins.
        node_w, node_b: the node wires that they lead to, through closed jumpers.
        step, up, select: where its clock, direction and selection come from.
    """

    placed: Placed
    model: DigipotModel
    w: BoardPin
    b: BoardPin
    node_w: int
    node_b: int
    step: Line
    up: Line
    select: Line

    @property
    def name(self) -> str:
        """How reports call it: reference and terminal."""
        return f"{self.placed.refdes} ({self.model.w})"

    def pin(self, keyword: str) -> BoardPin:
        """The pin of a logic input: "clk", "up_down" or "cs"."""
        return self.placed.by_name[str(getattr(self.model, keyword))]


@dataclass(frozen=True, slots=True, eq=False)
class Twins:
    """The channels that one direction and one selection move: a good edge has one on each side."""

    up: BoardPin | None
    select: BoardPin | None
    channels: tuple[Channel, ...]
    free: Channel | None
    clamped: Channel | None


@dataclass(frozen=True, slots=True)
class Claim:
    """A port or channel that leads to a node wire: which node it says that is, by which pins.

    Attributes:
        side: FREE, CLAMPED, or "" where only the node is known.
    """

    wire: int
    node: str
    side: str
    pins: tuple[BoardPin, ...]


@dataclass(frozen=True)
class LearningNetwork:
    """What was found.

    Attributes:
        channels: every learning channel, in the file's order.
        nudges: the channels that the host's lines for eta move.
        twins: channels grouped by what moves them, in the file's order.
        side_of: node wire -> FREE or CLAMPED, where its component's side is known.
        components: the connected components of node wires.
        anchors: node wire -> the node that ports or channels say it is.
        twin_node: free node wire -> clamped node wire, by the vote of the edges on it.
        match: free node wires matched to the design's nodes.
        hints: node wire -> node, as the cells' paths have it; not verified.
        node_of: which node wire each wire is part of.
        claims: what ports and channels say of nodes; two of a bad board may contradict each other.
    """

    channels: tuple[Channel, ...]
    nudges: tuple[Channel, ...]
    twins: tuple[Twins, ...]
    side_of: dict[int, str]
    components: tuple[tuple[int, ...], ...]
    anchors: dict[int, str]
    twin_node: dict[int, int]
    match: Match
    hints: dict[int, str]
    node_of: Groups
    claims: tuple[Claim, ...]

    def node_name(self, wire: int) -> str:
        """The best name of a node wire: verified, anchored, hinted, or ""."""
        if self.match.mapping and wire in self.match.mapping:
            return self.match.mapping[wire]
        return self.anchors.get(wire, self.hints.get(wire, ""))

    def edge_of(self, twins: Twins) -> tuple[str, str] | None:
        """The names of the nodes that a pair joins in the free network, W's first."""
        if twins.free is None:
            return None
        return self.node_name(twins.free.node_w), self.node_name(twins.free.node_b)


def extract_network(case: Case) -> LearningNetwork:
    """The learning network of a board; whatever is wrong with it stays visible in the result."""
    groups = _join_jumpers(case)
    every = tuple(_channels(case, groups))
    channels = tuple(channel for channel in every if not _sets_eta(channel))
    nudges = tuple(channel for channel in every if _sets_eta(channel))
    nodes = frozenset(wire for c in channels for wire in (c.node_w, c.node_b))
    components = _components(channels)
    claims = _claims(case, groups, nodes)
    anchors = _anchors(claims)
    side_of = _sides(components, anchors)
    named = {wire: name for wire, (name, _) in anchors.items()}
    twins = _group(channels, side_of)
    twin_node = _twin_nodes(twins)
    hints = _hints(case, groups, nodes)
    pairs = [t.free for t in twins if t.free is not None]
    match = match_graphs(
        case.board.design.graph.edges,
        [(c.node_w, c.node_b) for c in pairs],
        {wire: name for wire, name in named.items() if side_of.get(wire) == FREE},
        hints,
    )
    return LearningNetwork(
        channels, nudges, twins, side_of, components, named, twin_node, match, hints, groups, claims
    )


def _join_jumpers(case: Case) -> Groups:
    """Wires made one by closed jumpers, but for those between a source's output and a node.

    An output may stand on a node itself (a target's driver), so a jumper beside it is joined where
    there is nothing but digipot terminals behind it.
    """
    groups = Groups(len(case.board.wires))
    for placed, jumper in case.board.units(JumperModel):
        a, b = placed.by_name[jumper.a], placed.by_name[jumper.b]
        driven = [pin for pin in (a, b) if pin.wire in case.outputs]
        behind = [pin for pin in (a, b) if _only_digipots(case, pin)]
        if jumper.closed and (not driven or behind):
            groups.join(a.wire, b.wire)
    return groups


def _only_digipots(case: Case, pin: BoardPin) -> bool:
    return all(mate.placed.record.kind == "digipot" for mate in case.board.mates(pin))


def _channels(case: Case, groups: Groups) -> Iterable[Channel]:
    for placed, model in case.board.units(DigipotModel):
        lines = [
            trace_line(case, placed.by_name[name].wire)
            for name in (model.clk, model.up_down, model.cs)
        ]
        w, b = placed.by_name[model.w], placed.by_name[model.b]
        yield Channel(placed, model, w, b, groups.find(w.wire), groups.find(b.wire), *lines)


def _sets_eta(channel: Channel) -> bool:
    """Whether the host moves the channel by its lines for eta: then it is part of no edge."""
    lines = (channel.step, channel.up, channel.select)
    return sum(line.function in ETA_CONTROLS for line in lines) >= 2


def _components(channels: tuple[Channel, ...]) -> tuple[tuple[int, ...], ...]:
    wires = sorted({wire for c in channels for wire in (c.node_w, c.node_b)})
    number = {wire: k for k, wire in enumerate(wires)}
    groups = Groups(len(wires))
    for channel in channels:
        groups.join(number[channel.node_w], number[channel.node_b])
    table: dict[int, list[int]] = defaultdict(list)
    for wire in wires:
        table[groups.find(number[wire])].append(wire)
    return tuple(tuple(members) for members in table.values())


def _claims(case: Case, groups: Groups, nodes: frozenset[int]) -> tuple[Claim, ...]:
    """What ports, or in copper the channels, say of the nodes that they lead to."""
    ports = case.interface.node_ports
    if ports:
        return tuple(
            Claim(groups.find(wire), *ports[pin.function], (pin,))
            for wire, pins in case.node_ports.items()
            for pin in pins
            if groups.find(wire) in nodes
        )
    stops = frozenset(wire for wire in range(len(case.board.wires)) if groups.find(wire) in nodes)
    found: list[Claim] = []
    # A node's name may hold dots: what is a target's function is asked of the interface.
    targets = {function: name for name, function in case.interface.desired.items()}
    for wire, outputs in case.outputs.items():
        for pin in trace_voltage(case, wire, stops):
            node = targets.get(pin.function, pin.function).partition("-N")[2]
            if pin.function not in targets:
                found += _joined(case, groups, nodes, wire, (node, pin))
            elif wire in stops:
                found.append(Claim(groups.find(wire), node, CLAMPED, (*outputs, pin)))
    for wire, pins in case.host_read.items():
        node = pins[0].function.removesuffix(".OUT").partition("-N")[2]
        found += _sensed(case, groups, nodes, wire, node)
    return tuple(found)


def _joined(
    case: Case, groups: Groups, nodes: frozenset[int], wire: int, source: tuple[str, BoardPin]
) -> Iterable[Claim]:
    """The nodes that a source's output reaches through its jumpers, or is itself."""
    node, host = source
    behind = trace_cone(case, (wire,), nodes)
    if groups.find(wire) in nodes:
        yield Claim(groups.find(wire), node, "", (*case.outputs[wire], host, *behind))
    for bond in case.bonds.get(wire, ()):
        end = groups.find(bond.other(wire).wire)
        if bond.kind == "jumper" and end in nodes:
            yield Claim(end, node, "", (bond.a, bond.b, host, *behind))


def _sensed(
    case: Case, groups: Groups, nodes: frozenset[int], wire: int, node: str
) -> Iterable[Claim]:
    """The node behind a line that the host reads: resistor, follower, node."""
    for bond in case.bonds.get(wire, ()):
        for output in case.outputs.get(bond.other(wire).wire, ()):
            model = case.unit_of.get(output)
            if not isinstance(model, AmplifierModel):
                continue
            entry = output.placed.by_name[model.in_p]
            if groups.find(entry.wire) in nodes:
                yield Claim(groups.find(entry.wire), node, FREE, (entry, output, bond.a, bond.b))


def _anchors(claims: tuple[Claim, ...]) -> dict[int, tuple[str, str]]:
    """Node wire -> (node, side), a claim that knows the side before one that does not."""
    found: dict[int, tuple[str, str]] = {}
    for claim in sorted(claims, key=lambda claim: not claim.side):
        found.setdefault(claim.wire, (claim.node, claim.side))
    return found


def _sides(
    components: tuple[tuple[int, ...], ...], anchors: dict[int, tuple[str, str]]
) -> dict[int, str]:
    """The side of each component by the vote of its anchors; the other of two takes the rest."""
    votes = [Counter(anchors[w][1] for w in members if w in anchors) for members in components]
    for count in votes:
        count.pop("", None)
    sides = [max(SIDES, key=lambda side: count[side]) if count else "" for count in votes]
    if len(sides) == 2 and "" in sides and sides != ["", ""]:
        known = sides[0] or sides[1]
        sides = [side or (CLAMPED if known == FREE else FREE) for side in sides]
    return {
        wire: side
        for members, side in zip(components, sides, strict=True)
        if side
        for wire in members
    }


def _group(channels: tuple[Channel, ...], side_of: dict[int, str]) -> tuple[Twins, ...]:
    table: dict[tuple[BoardPin | None, BoardPin | None], list[Channel]] = defaultdict(list)
    for channel in channels:
        table[channel.up.root, channel.select.root].append(channel)
    found: list[Twins] = []
    for (up, select), members in table.items():
        by_side: dict[str, list[Channel]] = {side: [] for side in SIDES}
        for channel in members:
            side = side_of.get(channel.node_w)
            if side is not None and side == side_of.get(channel.node_b):
                by_side[side].append(channel)
        free, clamped = (by_side[side][0] if by_side[side] else None for side in SIDES)
        found.append(Twins(up, select, tuple(members), free, clamped))
    return tuple(found)


def _twin_nodes(twins: tuple[Twins, ...]) -> dict[int, int]:
    votes: dict[int, Counter[int]] = defaultdict(Counter)
    for pair in twins:
        if pair.free is not None and pair.clamped is not None:
            votes[pair.free.node_w][pair.clamped.node_w] += 1
            votes[pair.free.node_b][pair.clamped.node_b] += 1
    return {wire: count.most_common(1)[0][0] for wire, count in votes.items()}


def _hints(case: Case, groups: Groups, nodes: frozenset[int]) -> dict[int, str]:
    """Node wire -> the node that the cell of an amplifier on it is named after."""
    found: dict[int, str] = {}
    for wire, pins in case.senses.items():
        node = groups.find(wire)
        for pin in pins:
            head, _, name = cell_path(pin.placed.cell).partition("/")
            if node in nodes and head == "node":
                found.setdefault(node, name)
    return found
