"""Sections: for each task its cables, what the host holds, and what a meter shows then."""

from collections.abc import Iterator
from typing import Any

from netgen.bench_docs.facts import Facts
from netgen.bench_docs.record import Block, Heading, Moment, Paragraph, Steps, Table
from netgen.bench_docs.words import span, volts
from netgen.names import TWINS, Nets


def task_sections(facts: Facts) -> Iterator[Block]:
    """Every task of the design."""
    yield Heading(2, "Tasks")
    if facts.cables:
        yield Paragraph(
            "A cable joins a channel to a node with two wires. Take one colour for FREE and the "
            "other for CLAMPED, in every cable. FREE is pin 1 of a node's header and of a "
            "source's, but **pin 2 of a target's** (its pin 1 is CLAMPED, its pin 3 GND): a cable "
            "of a target crosses, 2 to 1 and 1 to 2. A straight one would nudge the free network."
        )
    else:
        yield Paragraph("Channels and nodes are joined by copper; there is nothing to plug.")
    moments = facts.voltages.moments[1:]
    for task, moment in zip(facts.interface["tasks"], moments, strict=True):
        yield from _task(facts, task, moment)


def _task(facts: Facts, task: dict[str, Any], moment: Moment) -> Iterator[Block]:
    yield Heading(3, f"Task {task['task']} ({task['kind']})")
    if facts.cables:
        yield from _cables(facts, task)
    rows = [
        (facts.host_pin(function), f"`{function}`", volts(value), _node_of(task, function))
        for function, value in moment.pins.items()
    ]
    yield Paragraph("The host holds, before any clock and with every digipot as it woke up:")
    yield Table(("At", "Signal", "Volts", "Node"), tuple(rows))
    yield Paragraph("Then a meter shows:")
    yield Table(
        ("At", "Signal", "Volts", "Allowed"), tuple(_readings(facts, moment)), measured=True
    )
    yield Steps(tuple(_trials(facts, task)))


def _cables(facts: Facts, task: dict[str, Any]) -> Iterator[Block]:
    rows = [
        (
            f"`{patch['channel']}`", f"`{patch['node']}`",
            *(_wire(facts, patch["wires"], twin) for twin in TWINS),
            facts.near(patch["wires"][0]["to"]),
        )
        for patch in task["patches"]
    ]  # fmt: skip
    yield Table(("Channel", "Node", "FREE wire", "CLAMPED wire", "Node's header"), tuple(rows))
    places = {item.function: component.refdes for component, item in facts.pins(*facts.connectors)}
    for channel in task["shunted"]:
        yield Paragraph(
            f"`{channel}` is not used: put a shunt on `{places[f'{channel}.FREE']}`, pins 2 and 3 "
            "(FREE to GND), or its input floats."
        )


def _wire(facts: Facts, wires: list[dict[str, Any]], twin: str) -> str:
    wire = next(item for item in wires if item["twin"] == twin)
    return f"{facts.spot(wire['from'])} to {facts.spot(wire['to'])}"


def _node_of(task: dict[str, Any], function: str) -> str:
    channel = function.partition(".")[0]
    return next(f"`{item['node']}`" for item in task["patches"] if item["channel"] == channel)


def _readings(facts: Facts, moment: Moment) -> Iterator[tuple[str, ...]]:
    """The outputs of this task, then every node in both networks."""
    for function in moment.pins:
        channel = function.removesuffix(".DESIRED")
        level = moment.level(f"{channel}.OUT") if channel != function else None
        if level is not None:
            at = facts.host_pin(f"{channel}.OUT")
            yield at, f"`{channel}.OUT`", volts(level.volts), span(level)
    for node in facts.nodes:
        for twin in TWINS:
            level = moment.level(f"node {node} {twin}")
            if level is not None:
                at = facts.probe(Nets.node(node, twin))
                yield at, f"node `{node}`, {twin}", volts(level.volts), span(level)


def _trials(facts: Facts, task: dict[str, Any]) -> Iterator[str]:
    """What tells a crossed pair, and then the first training."""
    targets = [item for item in task["patches"] if item["channel"].startswith("TGT")]
    for item in targets[:1]:
        channel, node = item["channel"], item["node"]
        free, clamped = (facts.probe(Nets.node(node, twin)) for twin in TWINS)
        yield (
            f"Raise `{channel}.DESIRED` by 1 V: node `{node}`, CLAMPED ({clamped}) rises by "
            f"{task['eta']:g} V as long as it stays between the rails, node `{node}`, FREE "
            f"({free}) and `{channel}.OUT` stay. Where FREE moves, its two wires are exchanged. "
            "Do so with every target."
        )
    yield (
        "Train, and lay the host's curve over that of the simulation: "
        f"`twinboard learn {facts.netlist} --design {facts.design.name} --task {task['task']} "
        "--ideal -o curve`."
    )
