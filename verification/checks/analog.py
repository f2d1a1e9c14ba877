"""Every analog net holds what its purpose allows, and nothing else.

```
node      digipot terminals, closed jumpers, one follower's input, its port; a target's driver;
          of a node on several boards, a follower's input on each, and the cables' headers
average   resistors and the one input that reads them
output    an amplifier's output, its own feedback, resistors, comparators, channel ports, jumpers
host      the connector, its pull-down, a resistor or one amplifier's input
```

The terminals of an adjustable nudge's digipot are looked at in nudge.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from parts.models import AmplifierModel, JumperModel
from verification.checks.board import BoardPin
from verification.checks.case import Case
from verification.checks.nudge import nudge_terminals
from verification.checks.records import Check, Item, judged
from verification.checks.tracing import trace_cone
from verification.structure import CLAMPED, FREE, LearningNetwork

NAME = "analog"
CLAIM = (
    "every analog net holds what its purpose allows: nodes only what senses or joins them, "
    "averages one reader, lines of the host nothing of the networks"
)


def check_analog(case: Case, network: LearningNetwork) -> Check:
    """Contents of nodes, averages, amplifier outputs and host lines; purposes of jumpers."""
    roots = {node for c in network.channels for node in (c.node_w, c.node_b)}
    wires: dict[int, list[int]] = {root: [] for root in sorted(roots)}
    for wire in range(len(case.board.wires)):
        root = network.node_of.find(wire)
        if root in roots:
            wires[root].append(wire)
    on_node = {wire for members in wires.values() for wire in members}
    nudges = frozenset(
        channel.placed.by_name[name]
        for channel in network.nudges
        for name in (channel.model.a, channel.model.w, channel.model.b)
    )
    faults: list[Item] = []
    terminals = frozenset(pin for c in network.channels for pin in (c.w, c.b))
    for root, members in wires.items():
        faults += _node(case, network, terminals, root, members)
    others = [wire for wire in range(len(case.board.wires)) if wire not in on_node]
    counts = {"nodes": len(wires), "averages": 0, "amplifier_outputs": 0, "host_lines": 0}
    for wire in others:
        if case.rails.fixed(wire):
            continue
        if wire in case.host_driven and wire not in case.control_lines:
            counts["host_lines"] += 1
            faults += _host_line(case, wire, follows=bool(network.nudges))
        elif _analog_outputs(case, wire):
            counts["amplifier_outputs"] += 1
            faults += _output(case, wire, nudges)
        elif _analog_inputs(case, wire):
            counts["averages"] += 1
            faults += _average(case, wire, nudges)
    faults += [*_jumpers(case, on_node), *_open_terminals(case, network)]
    faults += nudge_terminals(case, network)
    return judged(NAME, CLAIM, len(wires), counts, faults)


def _analog_inputs(case: Case, wire: int) -> list[BoardPin]:
    return [pin for pin in case.senses.get(wire, ()) if pin.record.role == "analog_input"]


def _feedback(case: Case, pins: Iterable[BoardPin]) -> set[BoardPin]:
    """The inverting inputs of the amplifiers whose outputs are among some pins."""
    return {
        pin.placed.by_name[model.in_n]
        for pin in pins
        if isinstance(model := case.unit_of.get(pin), AmplifierModel)
    }


def _analog_outputs(case: Case, wire: int) -> list[BoardPin]:
    return [pin for pin in case.outputs.get(wire, ()) if pin.record.role == "analog_output"]


def _node(
    case: Case,
    network: LearningNetwork,
    terminals: frozenset[BoardPin],
    root: int,
    members: list[int],
) -> Iterator[Item]:
    """A node is sensed by followers, and driven only where it is a clamped target in copper."""
    pins = [pin for wire in members for pin in case.board.wires[wire]]
    sensors: list[BoardPin] = []
    feedback = _feedback(case, pins)
    cabled = [pin for wire in members for pin in case.board.cable_pins.get(wire, ())]
    driven = root in network.anchors and network.side_of.get(root) == CLAMPED
    driven = driven and not case.interface.node_ports
    for pin in pins:
        kind, role = pin.placed.record.kind, pin.record.role
        if pin in terminals or pin in feedback or kind in ("jumper", "testpoint"):
            continue
        if role == "analog_input" and kind == "amplifier":
            sensors.append(pin)
        elif role == "analog_output" and driven:
            continue
        elif pin.function not in case.interface.node_ports and pin not in cabled:
            yield _item(case, pin, "on a net that is no node of the networks", "on a node", 0.8)
            if role == "analog_output":
                stops = frozenset(w for w in range(len(case.board.wires)) if w != pin.wire
                                  and network.node_of.find(w) in network.side_of)  # fmt: skip
                for behind in trace_cone(case, (pin.wire,), stops):
                    text = f"part of what drives {pin.label}"
                    yield _item(case, behind, text, "this output is on a node", 0.3)
    boards = {pin.board for pin in pins if pin in terminals}
    wanted = len(boards) + _is_sensed_target(case, network, root)
    if len(sensors) != wanted or boards - {pin.board for pin in sensors}:
        ends = [p for p in pins if p in terminals or p.placed.record.kind == "jumper"]
        got = f"{len(sensors)} followers on it"
        for pin in (*sensors, *(ends if len(sensors) < wanted else ())):
            text = f"on a node that {wanted} follower{'s sense' if wanted > 1 else ' senses'}"
            yield _item(case, pin, text, got, 0.6)


def _is_sensed_target(case: Case, network: LearningNetwork, root: int) -> bool:
    """Whether copper joins the node to a target channel, whose follower senses it as well."""
    if case.interface.node_ports or network.side_of.get(root) != FREE:
        return False
    node = network.anchors.get(root)
    return any(target == f"TGT-N{node}" for target in case.interface.desired)


def _average(case: Case, wire: int, nudges: frozenset[BoardPin]) -> Iterator[Item]:
    """Undriven inputs: one reader for each average."""
    readers = _analog_inputs(case, wire)
    if len(readers) > 1:
        for pin in readers:
            others = ", ".join(other.label for other in readers if other is not pin)
            yield _item(case, pin, "the only reader of its net", f"{others} on it too", 0.6)
    bonds = [bond for bond in case.bonds.get(wire, ()) if bond.kind == "resistor"]
    ends = Counter(bond.other(wire).wire for bond in bonds)
    for bond in bonds:
        if ends[bond.other(wire).wire] > 1:
            for pin in (bond.a, bond.b):
                text = "part of an average of different voltages"
                yield _item(case, pin, text, "another resistor joins the same two nets", 0.6)
    for pin in case.board.wires[wire]:
        kind = pin.placed.record.kind
        allowed = kind in ("resistor", "resistor_array", "testpoint") or pin in readers
        if not allowed and pin not in nudges and not _is_port(case, pin):
            yield _item(case, pin, "not on an input's net", f"with {readers[0].label}", 0.8)
            for reader in readers:
                yield _item(case, reader, "not on this net", f"with {pin.label}", 0.7)


def _output(case: Case, wire: int, nudges: frozenset[BoardPin]) -> Iterator[Item]:
    """What an amplifier outside the networks drives."""
    outputs = _analog_outputs(case, wire)
    feedback = _feedback(case, outputs)
    for pin in case.board.wires[wire]:
        follower = pin.record.role == "analog_input" and pin.placed.record.kind == "amplifier"
        if (follower and pin not in feedback) or (
            pin.placed.record.kind == "digipot" and pin not in nudges
        ):
            got = f"on the output {outputs[0].label}"
            yield _item(case, pin, "not on an amplifier's output", got, 0.75)


def _host_line(case: Case, wire: int, *, follows: bool) -> Iterator[Item]:
    """The connector's pin and resistors; with an adjustable nudge, a follower of DESIRED too."""
    hosts = case.host_driven[wire]
    for pin in case.board.wires[wire]:
        kind = pin.placed.record.kind
        good = kind in ("resistor", "testpoint") or pin in hosts
        if good or (follows and pin.record.role == "analog_input" and kind == "amplifier"):
            continue
        yield _item(case, pin, "not on a line of the host", f"on the line {hosts[0].label}", 0.8)


def _jumpers(case: Case, on_node: set[int]) -> Iterator[Item]:
    """Closed jumpers cut an edge or join a source's output to a node.

    One that cuts an edge is alone with a digipot's terminal on one side.
    """
    for placed, jumper in case.board.units(JumperModel):
        pins = (placed.by_name[jumper.a], placed.by_name[jumper.b])
        nodes = [pin for pin in pins if pin.wire in on_node]
        driven = [pin for pin in pins if _analog_outputs(case, pin.wire)]
        cuts = len(nodes) == 2 and any(_beside_terminal(case, pin) for pin in pins)
        if not jumper.closed or cuts or (len(nodes) == 1 and len(driven) == 1):
            continue
        for pin in pins:
            got = f"on net {case.board.net(pin) or '(none)'}"
            known = pin in nodes or pin in driven
            text = "between a node and its digipot or source"
            yield _item(case, pin, text, got, 0.55 if known else 0.75)
        for mate in (mate for pin in pins for mate in case.board.mates(pin)):
            if mate.placed.record.kind not in ("digipot", "jumper"):
                text = f"not between {placed.refdes} and its digipot"
                yield _item(case, mate, text, "there", 0.5)


def _beside_terminal(case: Case, pin: BoardPin) -> bool:
    mates = case.board.mates(pin)
    return len(mates) == 1 and mates[0].placed.record.kind == "digipot"


def _open_terminals(case: Case, network: LearningNetwork) -> Iterator[Item]:
    """A of a variable resistor stays open or at its wiper."""
    for channel in network.channels:
        pin = channel.placed.by_name[channel.model.a]
        mates = case.board.mates(pin)
        if pin.wire == channel.w.wire or not mates:
            continue
        got = f"joined to {mates[0].label}"
        yield _item(case, pin, "open: the resistance is between W and B", got, 0.8)
        for mate in mates:
            yield _item(case, mate, f"not at {pin.label}, which stays open", "there", 0.5)


def _is_port(case: Case, pin: BoardPin) -> bool:
    return pin.function in case.interface.channel_ports


def _item(case: Case, pin: BoardPin, expected: str, got: str, weight: float) -> Item:
    return Item(
        pin.refdes,
        pin.number,
        case.board.net(pin),
        expected=f"{pin.label} {expected}",
        got=got,
        fix="correct the net of this pin",
        weight=weight,
    )
