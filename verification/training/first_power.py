"""What a meter shows at the pins of a good board, before anything is learned.

The board is cabled for a task; its host does nothing, or holds the task's voltages and has not
clocked. Beside the nominal value stands the range that boards drawn from the parts' tolerances
have, so that a reading outside of it is a fault and not a tolerance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from designs import AllosteryTask, Design, Task
from parts.catalogue import Catalogue
from verification.checks.interface import design_interface
from verification.reading.netlist import Netlist
from verification.simulation.currents import find_currents, supply_currents
from verification.simulation.machine import Machine
from verification.training.bench import Bench, Workshop

BOARDS = 40
"""Boards that are drawn for a range: the seeds from 0 on."""


@dataclass(frozen=True, slots=True)
class Level:
    """A voltage that can be measured.

    Attributes:
        what: function of a connector pin or test point, or "node 4 FREE".
        net: on the board.
        volts: with nominal parts.
        low: the least over the drawn boards.
        high: the greatest.
    """

    what: str
    net: str
    volts: float
    low: float
    high: float


@dataclass(frozen=True)
class Moment:
    """A board under power, at rest.

    Attributes:
        task: whose cables are plugged.
        pins: what the host holds, by function, in V; empty while it does nothing: then every pin
            is where the board's own pull resistors hold it.
        levels: of every function, then of every node.
        supply_a: what each supply gives at most, by function; the lamps that are on included.
    """

    task: str
    pins: Mapping[str, float]
    levels: tuple[Level, ...]
    supply_a: Mapping[str, float]


def first_power(
    netlist: Netlist, design: Design, catalogue: Catalogue, boards: int = BOARDS
) -> tuple[Moment, ...]:
    """The idle board with the first task's cables, then each task before its first clock.

    Args:
        netlist: the board.
        design: what it should be.
        catalogue: the part records.
        boards: how many are drawn.

    Raises:
        UsageError: the netlist does not hold the design's learning network.
    """
    shops = [Workshop(netlist, design, task, catalogue) for task in design.tasks]
    moments = [_moment(shops[0], {}, boards)]
    moments += [_moment(shop, held_pins(shop), boards) for shop in shops]
    return tuple(moments)


def held_pins(shop: Workshop) -> dict[str, float]:
    """The task's own voltages; where a sample sets them, others, spread over their range.

    Unequal ones show a wrong wire; a sample's might not.
    """
    design, task = shop.design, shop.task
    sources, targets = shop.channels
    low, high = _range(design, task)
    free = [name for name, value in task.sources.items() if isinstance(value, str)]
    spread = {name: low + (high - low) * (k + 1) / (len(free) + 1) for k, name in enumerate(free)}
    given = [
        spread[node] if isinstance(value, str) else value for node, value in task.sources.items()
    ]
    pins = dict(zip(sources, given, strict=True))
    wanted = list(task.targets.values()) if isinstance(task, AllosteryTask) else []
    wanted = wanted or [low + (high - low) / 2] * len(targets)
    return pins | {f"{name}.DESIRED": value for name, value in zip(targets, wanted, strict=True)}


def _range(design: Design, task: Task) -> tuple[float, float]:
    if isinstance(task, AllosteryTask):
        return 0.0, design.electronics.supply_v
    return design.range_v(task)


def _moment(shop: Workshop, pins: Mapping[str, float], boards: int) -> Moment:
    places = _places(shop)
    nets = [net for _, net in places]
    rows = np.array(
        [_volts(shop, shop.machine(seed), pins)[nets] for seed in (None, *range(boards))]
    )
    circuit = shop.intact.circuit
    levels = (
        Level(what, circuit.nets[net].name, *(float(value) for value in column))
        for (what, net), column in zip(
            places, zip(rows[0], rows.min(axis=0), rows.max(axis=0), strict=True), strict=True
        )
    )
    return Moment(shop.task.name, dict(pins), tuple(levels), _supplies(shop, pins))


def _places(shop: Workshop) -> list[tuple[str, int]]:
    """Every function of the interface and of a test point, and every node."""
    circuit, anatomy = shop.intact.circuit, shop.anatomy
    found = [(name, nets[0]) for name, nets in circuit.functions.items()]
    for side, names in (("FREE", anatomy.free_nets), ("CLAMPED", anatomy.clamped_nets)):
        found += [
            (f"node {node} {side}", circuit.net_named(name))
            for node, name in zip(shop.design.graph.nodes, names, strict=True)
        ]
    return found


def _volts(shop: Workshop, machine: Machine, pins: Mapping[str, float]) -> np.ndarray:
    board = Bench.power_on(shop, machine) if pins else None
    if board is None:
        return machine.start().net_v.copy()
    board.host.set_pins(pins)
    return board.host.node_v


def _supplies(shop: Workshop, pins: Mapping[str, float]) -> dict[str, float]:
    machine = shop.intact
    volts = _volts(shop, machine, pins)
    currents = find_currents(machine.cut, machine.values, volts, machine.power_on_codes)
    drawn = supply_currents(machine.cut, currents)
    names = design_interface(shop.design).supplies
    return {name: float(np.max(drawn[machine.circuit.function_net(name)])) for name in names}
