"""Voltages stay inside every part's range, and input currents do not move the nodes.

A resistor network's nodes lie between its lowest and its highest held voltage (maximum principle),
at every tap and in both networks; so what the tasks put on sources and targets bounds every node,
every follower and every average, over the whole of every task.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from designs import AllosteryTask, Design, RegressionTask, Task
from parts.models import AmplifierModel, ComparatorModel
from verification.checks.board import BoardPin, Placed
from verification.checks.case import Case
from verification.checks.conductances import Nodes, held_wires, nodes_of, shifts_v
from verification.checks.records import Check, Item, Measure, judged
from verification.checks.rig import Rig
from verification.structure import CLAMPED, FREE

Floats = NDArray[np.float64]

RANGES = "ranges"
RANGES_CLAIM = (
    "over the whole of every task, digipot terminals, comparator inputs and followers stay inside "
    "their ranges"
)
LOADING = "loading"
LOADING_CLAIM = "input currents move no node and no average by more than a little"
SHIFT_PARTS = 0.002
"""Allowed shift in parts of the supply: 10 mV of 5 V, about the offset of a good comparator."""


def task_range_v(design: Design, task: Task) -> tuple[float, float]:
    """The lowest and the highest voltage that a task holds anything at, V."""
    supply = design.electronics.supply_v
    given = [value for value in task.sources.values() if not isinstance(value, str)]
    if isinstance(task, AllosteryTask):
        given += task.targets.values()
    else:
        low, high = design.range_v(task)
        given += (low, high)
        if isinstance(task, RegressionTask):
            for weights in task.targets.values():
                ends = [sorted((w * low, w * high)) for w in weights.values()]
                given += (sum(end[0] for end in ends), sum(end[1] for end in ends))
    return max(0.0, min(given)), min(supply, max(given))


def check_ranges(rig: Rig) -> Check:
    """Check 17."""
    case = rig.case
    spans = [task_range_v(case.board.design, task) for task in case.board.design.tasks]
    low, high = min(span[0] for span in spans), max(span[1] for span in spans)
    faults: list[Item] = []
    looked_at = 0
    swing = 0.0
    for channel in rig.network.channels:
        looked_at += 1
        rail = _rail_v(case, channel.placed)
        bottom, top = channel.model.terminal_min_v, rail + channel.model.terminal_max_v
        faults += _outside(case, (channel.w, channel.b), (low, high), (bottom, top))
    for placed, model in _pairs(case):
        looked_at += 1
        rail = _rail_v(case, placed)
        limits = (model.common_mode_low_v, rail - model.common_mode_high_v)
        pins = [placed.by_name[name] for name in (model.in_p, model.in_n)]
        pins = [pin for pin in pins if not case.rails.fixed(pin.wire)]
        faults += _outside(case, pins, (low, high), limits)
        if isinstance(model, AmplifierModel):
            swing = max(swing, model.swing_v)
    evidence: dict[str, Measure] = {
        "lowest_v": low,
        "highest_v": high,
        "channels_and_inputs": looked_at,
        "amplifiers_reach_to_rail_v": swing,
    }
    return judged(RANGES, RANGES_CLAIM, looked_at, evidence, faults)


def _pairs(case: Case) -> Iterator[tuple[Placed, AmplifierModel | ComparatorModel]]:
    yield from case.board.units(AmplifierModel)
    yield from case.board.units(ComparatorModel)


def _rail_v(case: Case, placed: Placed) -> float:
    """The supply of a part, V; 0 where it is on none."""
    wires = [pin.wire for pin in placed.pins.values() if pin.record.role == "power"]
    return max((case.rails.volts.get(wire, 0.0) for wire in wires), default=0.0)


def _outside(
    case: Case,
    pins: tuple[BoardPin, ...] | list[BoardPin],
    span: tuple[float, float],
    limits: tuple[float, float],
) -> Iterator[Item]:
    if limits[0] <= span[0] + 1e-9 and span[1] <= limits[1] + 1e-9:
        return
    for pin in pins:
        yield Item(
            pin.refdes,
            pin.number,
            case.board.net(pin),
            expected=f"{pin.label} between {limits[0]:g} and {limits[1]:g} V",
            got=f"the tasks take it from {span[0]:g} to {span[1]:g} V",
            fix="choose a part with a wider range, a higher supply for it, or a task in this range",
        )


def check_loading(rig: Rig) -> Check:
    """Check 16: shifts by the greatest input currents, at the greatest resistances.

    A shifted node is a remark: it moves both twins alike, and the boards that learn the tasks are
    drawn with these currents. A shifted average is a fault: it is an offset of one edge's rule.
    """
    limit = SHIFT_PARTS * rig.case.board.design.electronics.supply_v
    worst: tuple[float, BoardPin | None] = (0.0, None)
    faults: list[Item] = []
    notes: list[Item] = []
    for side in (FREE, CLAMPED):
        nodes = nodes_of(rig, side)
        for task in rig.case.board.design.tasks:
            found = _node_shift(nodes, held_wires(rig, task, side))
            worst = max(worst, found, key=lambda pair: pair[0])
    if worst[0] > limit and worst[1] is not None:
        notes.append(_shifted(rig.case, worst[1], worst[0], limit))
    averages = list(_average_shifts(rig.case))
    for pin, shift in averages:
        if shift > limit:
            faults.append(_shifted(rig.case, pin, shift, limit))
    evidence: dict[str, Measure] = {
        "node_shift_v": worst[0],
        "average_shift_v": max((shift for _, shift in averages), default=0.0),
        "allowed_v": limit,
    }
    return judged(LOADING, LOADING_CLAIM, len(rig.network.channels), evidence, faults, notes)


def _shifted(case: Case, pin: BoardPin, shift: float, limit: float) -> Item:
    return Item(
        pin.refdes,
        pin.number,
        case.board.net(pin),
        expected=f"input current of {pin.label} moves its net by at most {limit:.2g} V",
        got=f"{shift:.2g} V",
        fix="choose a part with a smaller input current, or lower resistances",
    )


def _node_shift(nodes: Nodes, held: tuple[int, ...]) -> tuple[float, BoardPin | None]:
    """The greatest shift of a node of one network, and an input on that node."""
    amperes = np.asarray([sum(map(_bias_a, pins)) for pins in nodes.pins])
    moved = shifts_v(nodes, held, amperes)
    if not len(moved):
        return 0.0, None
    left = [k for k, wire in enumerate(nodes.wires) if wire not in held]
    worst = int(np.argmax(moved))
    readers = [pin for pin in nodes.pins[left[worst]] if _bias_a(pin)]
    return float(moved[worst]), readers[0] if readers else None


def _bias_a(pin: BoardPin) -> float:
    """The greatest current into an input pin, A."""
    if pin.record.role != "analog_input":
        return 0.0
    return max(
        (
            model.bias_max_a
            for model in pin.placed.record.models
            if isinstance(model, AmplifierModel | ComparatorModel)
            and pin.record.name in (model.in_p, model.in_n)
        ),
        default=0.0,
    )


def _average_shifts(case: Case) -> Iterator[tuple[BoardPin, float]]:
    """Each undriven input behind resistors, and how far its current moves it."""
    for wire, pins in case.senses.items():
        siemens = case.siemens_at(wire)
        if wire in case.outputs or wire in case.host_driven or not siemens:
            continue
        for pin in pins:
            if pin.record.role == "analog_input":
                yield pin, _bias_a(pin) / siemens
