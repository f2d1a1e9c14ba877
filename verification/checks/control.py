"""Who controls what: LATCH the directions, STEP the digipots, and the enable chain edge by edge."""

from __future__ import annotations

from collections.abc import Iterator

from designs import edge_name
from parts.models import FlipFlopModel, GateModel
from verification.checks.board import BoardPin
from verification.checks.case import Case
from verification.checks.interface import ETA_CONTROLS
from verification.checks.nudge import nudge_lines
from verification.checks.records import Check, Item, judged
from verification.checks.tracing import Line, trace_line
from verification.checks.units import is_unused
from verification.structure import LearningNetwork, Twins

CONTROL = "control"
CONTROL_CLAIM = (
    "STEP clocks every digipot, LATCH the flip-flop that sets each edge's direction, ENABLE_CLOCK "
    "the one that selects it, all through buffers only"
)
CHAIN = "enable_chain"
CHAIN_CLAIM = (
    "the enable chain passes the edges in the design's order, each bit selects its own edge's two "
    "digipots, and the last one returns to the host"
)


def check_control(case: Case, network: LearningNetwork) -> Check:
    """Part of check 11: the host's line behind every clock."""
    lines = 0
    faults: list[Item] = []
    for channel in network.channels:
        lines += 1
        faults += _clocked_by(case, channel.pin("clk"), channel.step, "STEP")
    for twins in network.twins:
        for root, keyword, function in (
            (twins.up, "up_down", "LATCH"),
            (twins.select, "cs", "ENABLE_CLOCK"),
        ):
            lines += 1
            flipflop = _flipflop(case, root)
            if root is None or flipflop is None:
                faults += _no_flipflop(case, twins, keyword)
                continue
            clock = root.placed.by_name[flipflop.clk]
            faults += _clocked_by(case, clock, trace_line(case, clock.wire), function)
            if flipflop.q_n is not None and root.record.name == flipflop.q_n:
                faults.append(_item(case, root, "the output Q", "the inverted output", 0.6))
    for channel in network.nudges:
        for pin, line, function in nudge_lines(channel):
            lines += 1
            faults += _clocked_by(case, pin, line, function)
    faults += _unbuffered(case)
    return judged(CONTROL, CONTROL_CLAIM, lines, {"clock_inputs": lines}, faults)


def _unbuffered(case: Case) -> Iterator[Item]:
    """The host's lines end at buffers."""
    for wire, hosts in case.control_lines.items():
        for pin in case.senses.get(wire, ()):
            gates = [
                model
                for model in pin.placed.record.units(GateModel)
                if model.inputs == (pin.record.name,)
            ]
            if not gates:
                got = f"on the line {hosts[0].label} itself"
                yield _item(case, pin, "behind a buffer of the host's line", got, 0.6)


def check_chain(case: Case, network: LearningNetwork) -> Check:
    """Check 13: the enable chain."""
    owner = {twins.select: twins for twins in network.twins if twins.select is not None}
    order = {frozenset(edge): k for k, edge in enumerate(case.board.design.graph.edges)}
    ranked: dict[int, BoardPin] = {}
    for select, twins in owner.items():
        edge = network.edge_of(twins)
        if edge is not None and frozenset(edge) in order:
            ranked.setdefault(order[frozenset(edge)], select)
    faults: list[Item] = []
    for rank, select in sorted(ranked.items()):
        faults += _link(case, network, owner, select, ranked.get(rank - 1), rank)
    faults += _end(case, ranked.get(len(order) - 1))
    faults += _leftover(case, owner)
    if faults:
        faults += _renamed(case, network)
    return judged(CHAIN, CHAIN_CLAIM, len(ranked), {"bits": len(ranked)}, faults)


def _flipflop(case: Case, output: BoardPin | None) -> FlipFlopModel | None:
    model = None if output is None else case.unit_of.get(output)
    return model if isinstance(model, FlipFlopModel) else None


def _clocked_by(case: Case, pin: BoardPin, line: Line, function: str) -> Iterator[Item]:
    if line.function == function and not line.inverted:
        return
    origin = "nothing" if line.root is None else line.root.label
    got = f"it comes {'inverted ' if line.inverted else ''}from {origin}"
    verb = "driven" if function in ETA_CONTROLS else "clocked"
    yield _item(case, pin, f"{verb} by {function}", got, 0.6)
    for passed in line.path:
        yield _item(case, passed, f"on the way from {function} to {pin.label}", got, 0.45)


def _no_flipflop(case: Case, twins: Twins, keyword: str) -> Iterator[Item]:
    for channel in twins.channels:
        pin = channel.pin(keyword)
        root = twins.up if keyword == "up_down" else twins.select
        got = "driven by nothing" if root is None else f"driven by {root.label}"
        yield _item(case, pin, "driven by a flip-flop", got, 0.6)


def _link(
    case: Case,
    network: LearningNetwork,
    owner: dict[BoardPin, Twins],
    select: BoardPin,
    before: BoardPin | None,
    rank: int,
) -> Iterator[Item]:
    """The data input of one bit comes from the bit before it, the first from the host."""
    flipflop = _flipflop(case, select)
    if flipflop is None:
        return
    data = select.placed.by_name[flipflop.d]
    line = trace_line(case, data.wire)
    if line.root is not None and not line.inverted:
        if rank and line.root is before:
            return
        if not rank and line.function == "ENABLE_DATA":
            return
    edges = case.board.design.graph.edges
    wanted = f"the bit of edge {edge_name(edges[rank - 1])}" if rank else "ENABLE_DATA"
    twins = owner.get(line.root) if line.root is not None else None
    edge = None if twins is None else network.edge_of(twins)
    got = f"the bit of edge {'-'.join(edge)}" if edge else (
        "nothing" if line.root is None else line.root.label
    )  # fmt: skip
    yield _item(case, data, f"bit {rank} of the chain fed by {wanted}", f"fed by {got}", 0.75)
    for passed in line.path:
        yield _item(case, passed, f"on the way from {wanted} to {data.label}", got, 0.3)


def _end(case: Case, last: BoardPin | None) -> Iterator[Item]:
    """The last bit comes back to the host through a resistor."""
    for wire, readers in case.host_read.items():
        if readers[0].function != case.interface.enable_return:
            continue
        ends = [bond.other(wire) for bond in case.bonds.get(wire, ()) if bond.kind == "resistor"]
        if last is not None and any(end.wire == last.wire for end in ends):
            return
        for pin in (*readers, *ends):
            wanted = "the last bit of the chain" if last is None else last.label
            yield _item(
                case,
                pin,
                f"joined to {wanted} through a resistor",
                f"at {case.board.net(pin)}",
                0.6,
            )


def _leftover(case: Case, owner: dict[BoardPin, Twins]) -> Iterator[Item]:
    """Flip-flops on ENABLE_CLOCK that select no edge, but for a package's unused ones."""
    for placed, flipflop in case.board.units(FlipFlopModel):
        output = placed.by_name[flipflop.q]
        clock = placed.by_name[flipflop.clk]
        if output in owner or is_unused(case, placed, flipflop):
            continue
        if trace_line(case, clock.wire).function == "ENABLE_CLOCK":
            yield _item(case, output, "selecting an edge", "selecting none", 0.6)


def _renamed(case: Case, network: LearningNetwork) -> Iterator[Item]:
    """Ports and channels at another node than the cells there are called after.

    A wrong order of the edges may come from them.
    """
    for claim in network.claims:
        hint = network.hints.get(claim.wire, claim.node)
        for pin in claim.pins if hint != claim.node else ():
            yield _item(
                case, pin, f"at node {claim.node}", f"at what is drawn as node {hint}", 0.25
            )


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
