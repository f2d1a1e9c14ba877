"""The board as its host sees it: connectors, channels, patches, the enable chain, the clocks."""

import json
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from designs import Design, channels, task_patches
from designs.network import edge_name
from netgen.budget import rail_currents
from netgen.cells.control import ETA_LINES, bank_count
from netgen.circuit import Circuit, Component
from netgen.elaborate import Elaboration
from netgen.names import TWINS, edge_cell
from netgen.select import Parts
from netgen.timing import Timing, timing
from parts.models import DigipotModel, FuseModel

SCHEMA_VERSION = 1


Place = Mapping[str, str]
"""Where a host finds a function: refdes and pin, and the board where there are several."""


def interface_json(made: Elaboration) -> str:
    """The text of `<name>-interface.json`. Voltages in V, times in s, currents in A."""
    design, places = made.design, places_of(made.circuit)
    edges = made.network.edges
    times = timing(made.parts, len(edges), bank_count(len(edges)))
    return as_json(
        {
            **head(design),
            **board_table(made),
            "channels": channel_rows(design, places),
            "tasks": task_rows(design, places),
            "nudge": nudge_row(made.parts),
            "enable_chain": chain_row(chain_edges(made)),
            "clock": clock_row(design, times),
            **assumption_rows(made),
        }
    )


def as_json(table: Mapping[str, object]) -> str:
    """The text of an interface file."""
    return json.dumps(table, indent=2, ensure_ascii=False) + "\n"


def head(design: Design) -> dict[str, Any]:
    """What the file begins with."""
    return {
        "schema_version": SCHEMA_VERSION,
        "design": design.name,
        "title": design.title,
        "patching": design.board.patching,
    }


def board_table(made: Elaboration) -> dict[str, Any]:
    """What is on one board: supplies, connectors, test points."""
    return {
        "supplies": _supplies(made),
        "connectors": _connectors(made.circuit, ("connector",)),
        "test_points": _connectors(made.circuit, ("testpoint",)),
    }


def assumption_rows(made: Elaboration) -> dict[str, Any]:
    """What the cells take for granted."""
    rows = [
        {
            "cell": item.cell,
            "quantity": item.quantity,
            "low": _figure(item.low),
            "high": _figure(item.high),
            "unit": item.unit,
            "reason": item.reason,
        }
        for item in made.assumptions
    ]
    return {"assumptions": rows}


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


def places_of(circuit: Circuit, board: Place = MappingProxyType({})) -> dict[str, Place]:
    """Connector pin of each function; of a repeated one (GND) the first.

    Args:
        circuit: of one board.
        board: what every place begins with; `{"board": "b1"}` where there are several.
    """
    places: dict[str, Place] = {}
    for component in circuit.components:
        for item in component.functions:
            if item.direction != "probe":
                place = {**board, "refdes": component.refdes, "pin": item.number}
                places.setdefault(item.function, place)
    return places


def channel_rows(design: Design, places: Mapping[str, Place]) -> list[dict[str, Any]]:
    """Each channel with the pins that the host drives and reads."""
    found = channels(design)
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


def task_rows(design: Design, places: Mapping[str, Place]) -> list[dict[str, Any]]:
    """For each task the cables to plug, and the channels that get a shunt instead."""
    found = channels(design)
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


def _wires(places: Mapping[str, Place], channel: str, node: str) -> dict[str, Any]:
    return {
        "wires": [
            {"twin": twin, "from": places[f"{channel}.{twin}"], "to": places[f"N{node}.{twin}"]}
            for twin in TWINS
        ]
    }


def nudge_row(parts: Parts) -> dict[str, Any]:
    """How eta is set."""
    pair = parts.nudge
    if pair is None:
        digipot = parts.digipot.units(DigipotModel)[0]
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


def chain_row(edges: list[dict[str, Any]]) -> dict[str, Any]:
    """How the enable chain is shifted, with its edges in order."""
    return {
        "data": "ENABLE_DATA",
        "clock": "ENABLE_CLOCK",
        "return": "ENABLE_RETURN",
        "enabled_bit": 0,
        "first_bit_shifted": "of the last edge",
        "edges": edges,
    }


def chain_edges(made: Elaboration, board: Place = MappingProxyType({})) -> list[dict[str, Any]]:
    """The edges of a board in the chain's order, with their digipots."""
    return [
        {
            **board,
            "edge": edge_name(pair),
            "digipots": [
                component.refdes
                for component in made.circuit.in_cell(edge_cell(pair))
                if component.part.kind == "digipot"
            ],
        }
        for pair in made.network.edges
    ]


def clock_row(design: Design, times: Timing) -> dict[str, Any]:
    """The host's clock, and the times that it has to keep."""
    return {
        "clock_hz": design.electronics.clock_hz,
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
