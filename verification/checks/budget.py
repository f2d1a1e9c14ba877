"""Supply current and output currents of the settled board, against fuses and ratings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from designs import AllosteryTask, Design, Task, task_patches
from parts.models import DiodeModel, ResistorModel
from verification.checks.case import Case
from verification.checks.interface import V_SUPPLY
from verification.checks.rails import fuses_on
from verification.checks.records import Check, Item, Measure, judged
from verification.extraction.elements import Amplifier, Comparator, Digipot, FlipFlop, Gate
from verification.simulation.currents import Currents, find_currents, supply_currents
from verification.simulation.machine import Machine

Floats = NDArray[np.float64]

NAME = "currents"
FUSE_PARTS = 5.0
FUSE_LEAST_A = 1.0
"""A fuse that holds more than this many times the current and more than this comes too late."""
CLAIM = (
    "with all lights on and the digipots as they wake up, the board draws less than its fuses "
    "hold, and no output gives more than its rating"
)


def check_currents(case: Case, machines: Sequence[tuple[Task, Machine]]) -> Check:
    """Check 15.

    Args:
        case: the board.
        machines: the ideal board cabled for each task.
    """
    totals: dict[str, float] = {}
    loads: dict[tuple[str, str], float] = {}
    for task, machine in machines:
        codes = machine.power_on_codes
        volts = _settled(case.board.design, task, machine)
        currents = find_currents(machine.cut, machine.values, volts, codes)
        for function, drawn in supply_currents(machine.cut, currents).items():
            totals[function] = max(totals.get(function, 0.0), float(np.max(drawn)))
        for where, amperes in _loads(machine, currents):
            loads[where] = max(loads.get(where, 0.0), amperes)
    if machines:
        totals[V_SUPPLY] = totals.get(V_SUPPLY, 0.0) + lights_a(case)
    limits = _limits(machines)
    faults = [*_fuses(case, totals), *_overloads(case, loads, limits)]
    evidence: dict[str, Measure] = {
        f"{name.removeprefix('V_').lower()}_a": amperes for name, amperes in totals.items()
    }
    if loads:
        evidence["greatest_output_a"] = max(loads.values())
    return judged(NAME, CLAIM, len(machines), evidence, faults)


def _settled(design: Design, task: Task, machine: Machine) -> Floats:
    """Volts of every net [T, nets], for the task's voltages, or for each input high and low."""
    lines = machine.circuit.functions
    channels = [patch.channel for patch in task_patches(design, task)]
    sources, targets = channels[: len(task.sources)], channels[len(task.sources) :]
    supply = design.electronics.supply_v
    high = [value if not isinstance(value, str) else supply for value in task.sources.values()]
    rows = [high]
    for k, value in enumerate(task.sources.values()):
        if isinstance(value, str):
            rows.append([0.0 if j == k else other for j, other in enumerate(high)])
    wanted = list(task.targets.values()) if isinstance(task, AllosteryTask) else []
    wanted = wanted or [supply / 2] * len(targets)
    names = [*sources, *(f"{target}.DESIRED" for target in targets)]
    held = [k for k, name in enumerate(names) if machine.settable(lines[name][0])]
    table = np.asarray([[*row, *wanted] for row in rows])[:, held]
    nets = [lines[names[k]][0] for k in held]
    state = machine.start()
    return machine.run(state, nets, table, watch=range(len(machine.circuit.nets))).net_v


def _loads(machine: Machine, currents: Currents) -> Iterator[tuple[tuple[str, str], float]]:
    """((reference, pin), greatest magnitude) of every output."""
    for name, amperes in currents.output_a.items():
        refdes, _, number = name.rpartition(".")
        yield (refdes, number), float(np.max(np.abs(amperes)))


def _limits(machines: Sequence[tuple[Task, Machine]]) -> dict[str, float]:
    """Reference -> what one of its outputs may give, A."""
    limits: dict[str, float] = {}
    for element in machines[0][1].circuit.active if machines else ():
        if isinstance(element, Amplifier | Comparator):
            limits[element.unit.refdes] = element.model.output_max_a
        elif isinstance(element, Gate | FlipFlop):
            rated = element.record.ratings.output_max_a
            if rated is not None:
                limits[element.unit.refdes] = rated
        else:
            assert isinstance(element, Digipot)
    return limits


def lights_a(case: Case) -> float:
    """What the lights draw when all are on, A; those that shine now are counted twice."""
    supply = case.board.design.electronics.supply_v
    total = 0.0
    for placed, diode in case.board.units(DiodeModel):
        if diode.purpose != "led":
            continue
        ohms = [
            model.ohm
            for end in (diode.anode, diode.cathode)
            for bond in case.bonds.get(placed.by_name[end].wire, ())
            for model in bond.a.placed.record.units(ResistorModel)
            if len(case.board.wires[placed.by_name[end].wire]) == 2
        ]
        total += max(supply - diode.forward_v, 0.0) / min(ohms) if ohms else 0.0
    return total


def _fuses(case: Case, totals: dict[str, float]) -> Iterator[Item]:
    """Each fuse against its rail's current; several in parallel share it."""
    for rail in case.rails.rails:
        fuses = fuses_on(case.board, rail.wire)
        for placed, fuse in fuses:
            drawn = totals.get(rail.function, 0.0) / len(fuses)
            greatest = max(FUSE_LEAST_A, FUSE_PARTS * drawn)
            net = case.board.net(placed.by_name[fuse.a])
            got = f"{fuse.hold_a:g} A"
            if drawn > fuse.hold_a:
                wanted = f"a fuse that holds {drawn:.3g} A"
                fix = "choose a larger fuse, or parts that draw less"
                yield Item(placed.refdes, net=net, expected=wanted, got=got, fix=fix)
            if fuse.hold_a > greatest and drawn > 0:
                wanted = f"a fuse that opens: one that holds at most {greatest:.3g} A"
                fix = "choose a smaller fuse"
                yield Item(placed.refdes, net=net, expected=wanted, got=got, fix=fix)
            if rail.volts > fuse.rated_v:
                wanted = f"a fuse rated for {rail.volts:g} V"
                got, fix = f"{fuse.rated_v:g} V", "choose a fuse for this voltage"
                yield Item(placed.refdes, net=net, expected=wanted, got=got, fix=fix)


def _overloads(
    case: Case, loads: dict[tuple[str, str], float], limits: dict[str, float]
) -> Iterator[Item]:
    for (refdes, number), amperes in loads.items():
        limit = limits.get(refdes)
        placed = case.board.placed.get(refdes)
        if limit is None or placed is None or amperes <= limit:
            continue
        pin = placed.pins[number]
        yield Item(
            refdes,
            number,
            case.board.net(pin),
            expected=f"{pin.label} to give at most {limit:.3g} A",
            got=f"{amperes:.3g} A",
            fix="choose a stronger part or higher resistances",
        )
