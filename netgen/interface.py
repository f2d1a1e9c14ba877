"""The board as its host sees it: connectors, channels, patches, the enable chain, the clocks."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from designs import Design, channels, task_patches
from designs.network import edge_name
from netgen.budget import rail_currents
from netgen.cells.control import ETA_LINES
from netgen.circuit import Circuit, Component
from netgen.elaborate import Elaboration
from netgen.names import TWINS, edge_cell
from netgen.timing import timing
from parts.models import DigipotModel, FuseModel

SCHEMA_VERSION = 1


def interface_json(made: Elaboration) -> str:
    """The text of `<name>-interface.json`. Voltages in V, times in s, currents in A."""
    design, circuit = made.design, made.circuit
    table = {
        "schema_version": SCHEMA_VERSION,
        "design": design.name,
        "title": design.title,
        "patching": design.board.patching,
        "supplies": _supplies(made),
        "connectors": _connectors(circuit, ("connector",)),
        "test_points": _connectors(circuit, ("testpoint",)),
        "channels": _channels(design, circuit),
        "tasks": _tasks(design, circuit),
        "nudge": _nudge(made),
        "enable_chain": _chain(made),
        "clock": _clock(made),
        "assumptions": [
            {
                "cell": item.cell,
                "quantity": item.quantity,
                "low": _figure(item.low),
                "high": _figure(item.high),
                "unit": item.unit,
                "reason": item.reason,
            }
            for item in made.assumptions
        ],
    }
    return json.dumps(table, indent=2, ensure_ascii=False) + "\n"


def _figure(value: float | None) -> float | None:
    """Four digits: figures from datasheet limits have no more, and so print alike anywhere."""
    return None if value is None else float(f"{value:.4g}")


def _supplies(made: Elaboration) -> list[dict[str, Any]]:
    rails = {
        made.nets.logic: made.parts.supply_v,
        made.nets.comparator: made.parts.comparator_supply_v,
    }
    currents = rail_currents(made.circuit.components, rails)
    fuses: dict[str | None, list[Component]] = {}
    for component in made.circuit.components:
        if component.part.kind == "fuse":
            for pin in component.pins:
                fuses.setdefault(pin.net, []).append(component)
    functions = dict(zip(rails, ("V_SUPPLY", "V_COMPARATOR"), strict=False))
    return [
        {
            "function": functions[rail],
            "net": rail,
            "volts": volts,
            "current_bound_a": _figure(currents[rail]),
            "fuses": [fuse.refdes for fuse in fuses[rail]],
            "fuse_hold_a": fuses[rail][0].part.units(FuseModel)[0].hold_a,
        }
        for rail, volts in rails.items()
    ]


def _connectors(circuit: Circuit, kinds: Iterable[str]) -> list[dict[str, Any]]:
    return [
        {
            "refdes": component.refdes,
            "cell": component.cell,
            "mpn": component.part.mpn,
            "pins": [
                {
                    "pin": item.number,
                    "function": item.function,
                    "direction": item.direction,
                    "net": pin.net,
                }
                for item, pin in zip(component.functions, component.pins, strict=True)
            ],
        }
        for component in circuit.components
        if component.part.kind in kinds
    ]


def _places(circuit: Circuit) -> dict[str, dict[str, str]]:
    """Connector pin of each function; of a repeated one (GND) the first."""
    places: dict[str, dict[str, str]] = {}
    for component in circuit.components:
        for item in component.functions:
            if item.direction != "probe":
                places.setdefault(item.function, {"refdes": component.refdes, "pin": item.number})
    return places


def _channels(design: Design, circuit: Circuit) -> list[dict[str, Any]]:
    places, found = _places(circuit), channels(design)
    nodes = {patch.channel: patch.node for patch in task_patches(design, design.tasks[0])}
    fixed = design.board.patching == "fixed"
    sources = [
        {"channel": channel, "kind": "source", "host": {"voltage": places[channel]}}
        for channel in found.sources
    ]
    targets = [
        {
            "channel": channel,
            "kind": "target",
            "host": {
                "desired": places[f"{channel}.DESIRED"],
                "output": places[f"{channel}.OUT"],
            },
        }
        for channel in found.targets
    ]
    return [
        {**entry, "node": nodes[str(entry["channel"])] if fixed else None}
        for entry in [*sources, *targets]
    ]


def _tasks(design: Design, circuit: Circuit) -> list[dict[str, Any]]:
    """For each task the cables to plug, and the channels that get a shunt instead."""
    places, found = _places(circuit), channels(design)
    cables = design.board.patching == "cables"
    tasks: list[dict[str, Any]] = []
    for task in design.tasks:
        patches = task_patches(design, task)
        used = {patch.channel for patch in patches}
        tasks.append(
            {
                "task": task.name,
                "kind": task.kind,
                "eta": design.eta(task),
                "patches": [
                    {
                        "channel": patch.channel,
                        "node": patch.node,
                        **(_wires(places, patch.channel, patch.node) if cables else {}),
                    }
                    for patch in patches
                ],
                "shunted": [channel for channel in found.targets if channel not in used],
            }
        )
    return tasks


def _wires(places: Mapping[str, dict[str, str]], channel: str, node: str) -> dict[str, Any]:
    return {
        "wires": [
            {"twin": twin, "from": places[f"{channel}.{twin}"], "to": places[f"N{node}.{twin}"]}
            for twin in TWINS
        ]
    }


def _nudge(made: Elaboration) -> dict[str, Any]:
    pair = made.parts.nudge
    if pair is None:
        digipot = made.parts.digipot.units(DigipotModel)[0]
        return {
            "kind": "adjustable",
            "eta": "code / divisor",
            "divisor": digipot.divisor,
            "power_on_code": digipot.power_on_code,
            "up_level": digipot.up_level,
            "step_edge": digipot.step_edge,
            "lines": list(ETA_LINES),
        }
    return {"kind": "fixed", "eta": _figure(pair.eta), "lines": []}


def _chain(made: Elaboration) -> dict[str, Any]:
    return {
        "data": "ENABLE_DATA",
        "clock": "ENABLE_CLOCK",
        "return": "ENABLE_RETURN",
        "enabled_bit": 0,
        "first_bit_shifted": "of the last edge",
        "edges": [
            {
                "edge": edge_name(pair),
                "digipots": [
                    component.refdes
                    for component in made.circuit.in_cell(edge_cell(pair))
                    if component.part.kind == "digipot"
                ],
            }
            for pair in made.network.edges
        ],
    }


def _clock(made: Elaboration) -> dict[str, Any]:
    times = timing(made.parts, len(made.network.edges))
    return {
        "clock_hz": made.design.electronics.clock_hz,
        "latch": "rising edge of LATCH",
        "step": "pulse of STEP, low at rest",
        "latch_pulse_min_s": _figure(times.latch_pulse_s),
        "latch_to_step_min_s": _figure(times.latch_to_step_s),
        "step_pulse_min_s": _figure(times.step_pulse_s),
        "step_to_latch_min_s": _figure(times.step_to_latch_s),
        "enable_half_period_min_s": _figure(times.enable_half_period_s),
        "shift_min_s": _figure(times.shift_s),
        "learning_step_min_s": _figure(times.learning_step_s),
    }
