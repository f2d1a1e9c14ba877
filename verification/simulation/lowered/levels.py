"""Levels: the volts of logic nets, as functions of host pins, comparators and flip-flops.

Gates are followed with their supplies' levels and each reader's threshold, so a level that a reader
misreads is misread here too. Pull-ups with open collectors are resistor networks between rails: a
level counts only if no resistance within a factor of two would change how it is read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from math import inf

import numpy as np

from parts.models import GateFunction
from verification.extraction.elements import Drive, DriveKind, Element, Gate
from verification.simulation.branches import BranchKind
from verification.simulation.lowered.truth import (
    MOST_VARIABLES,
    Truth,
    Variable,
    VariableKind,
    simplified,
    tabulate,
    union_of,
    value_of,
)
from verification.simulation.partition import Partition
from verification.simulation.signals import outputs
from verification.simulation.stages import StageKind
from verification.simulation.tables import OFF_SIEMENS, ON_SIEMENS

_DIVIDER_MARGIN = 0.05
"""Part of a divider's span by which its middle may lie elsewhere: tolerances and input currents."""
_MOST_NETS = 4
"""Nets of a resistor network that can still be a logic level."""


@dataclass(frozen=True, slots=True)
class Level:
    """Least and greatest volts of a net for each assignment of its variables, as in Truth."""

    variables: tuple[Variable, ...]
    least_v: tuple[float, ...]
    most_v: tuple[float, ...]

    def read(self, threshold_v: float) -> Truth | None:
        """What a logic input sees; None where it may be either."""
        values = tuple([v > threshold_v for v in self.least_v])
        if self.most_v is not self.least_v and values != tuple(
            [v > threshold_v for v in self.most_v]
        ):
            return None
        return simplified(self.variables, values)


def constant(volts: float) -> Level:
    """A net that always has these volts."""
    exact = (volts,)
    return Level((), exact, exact)


def switching(variable: Variable, low_v: float, high_v: float) -> Level:
    """A net that follows one variable."""
    exact = (low_v, high_v)
    return Level((variable,), exact, exact)


def find_levels(cut: Partition, lines: Mapping[int, str]) -> dict[int, Level]:
    """The level of every net that has one.

    Args:
        cut: a circuit without signal loops.
        lines: net -> control line that the protocol pulses; other host pins may have any volts.
    """
    circuit = cut.circuit
    levels = {
        drive.net: _drive_level(drive, lines, circuit.logic_high_v) for drive in circuit.drives
    }
    for position, flipflop in enumerate(circuit.flipflops):
        variable = (VariableKind.FLIPFLOP, position)
        low, high = flipflop.supply.low_v, flipflop.supply.high_v
        for signal in _held(cut, flipflop):
            inverted = signal == flipflop.q_n and signal != flipflop.q
            levels[signal] = switching(variable, *((high, low) if inverted else (low, high)))
    for position, comparator in enumerate(circuit.comparators):
        variable = (VariableKind.COMPARATOR, position)
        for net in _held(cut, comparator):
            levels[net] = switching(variable, comparator.supply.low_v, comparator.supply.high_v)
    for block in cut.blocks:
        if not block.boundary:
            levels.update((net, constant(0.0)) for net in block.nets)
    analog = {
        net for element in chain(circuit.amplifiers, circuit.comparators)
        for net in (element.in_p, element.in_n)
    }  # fmt: skip
    for stage in cut.stages:
        if stage.kind is StageKind.GATE and stage.writes:
            found = _gate_level(circuit.gates[stage.element], levels)
            if found is not None:
                levels[stage.writes[0]] = found
        elif stage.kind is StageKind.BLOCK:
            levels.update(_block_levels(cut, stage.element, levels, analog))
    return levels


def _drive_level(drive: Drive, lines: Mapping[int, str], high_v: float) -> Level:
    if drive.kind is DriveKind.RAIL:
        return constant(drive.volts)
    variable = (VariableKind.PIN, drive.net)
    return (
        switching(variable, 0.0, high_v) if drive.net in lines else switching(variable, -inf, inf)
    )


def _held(cut: Partition, element: Element) -> tuple[int, ...]:
    """The nets that an element's outputs hold."""
    return tuple(
        signal.net for signal in outputs(element) if cut.holder[signal.net].label == signal.pin
    )


def _gate_level(gate: Gate, levels: Mapping[int, Level]) -> Level | None:
    read = [levels[net].read(gate.supply.threshold_v) for net in gate.inputs if net in levels]
    known = [truth for truth in read if truth is not None]
    names = union_of(known)
    if len(known) < len(gate.inputs) or names is None:
        return None
    truth = tabulate(
        names,
        lambda point: _combined(gate.model.function, [value_of(truth, point) for truth in known]),
    )
    volts = tuple(gate.supply.high_v if value else gate.supply.low_v for value in truth.values)
    return Level(truth.variables, volts, volts)


def _combined(function: GateFunction, inputs: Sequence[bool]) -> bool:
    match function:
        case "and" | "nand":
            result = all(inputs)
        case "or" | "nor":
            result = any(inputs)
        case "xor":
            result = sum(inputs) % 2 == 1
        case "buffer" | "not":
            result = inputs[0]
    return result != (function in ("nand", "nor", "not"))


def _block_levels(
    cut: Partition, index: int, levels: Mapping[int, Level], analog: set[int]
) -> dict[int, Level]:
    """Levels of the nets of a small resistor network between logic levels; empty for others."""
    block = cut.blocks[index]
    branches = [cut.branches[k] for k in block.branches]
    if (
        len(block.nets) > _MOST_NETS
        or any(net not in levels for net in block.boundary)
        or any(net in analog for net in block.nets)
        or any(b.kind not in (BranchKind.RESISTOR, BranchKind.SWITCH) for b in branches)
    ):
        return {}
    names = {
        *chain.from_iterable(levels[net].variables for net in block.boundary),
        *((VariableKind.COMPARATOR, b.element) for b in branches if b.kind is BranchKind.SWITCH),
    }
    variables = tuple(sorted(names))
    edges = [
        volts for net in block.boundary for volts in (*levels[net].least_v, *levels[net].most_v)
    ]
    if len(variables) > MOST_VARIABLES or not np.isfinite(edges).all():
        return {}
    solved = np.array(
        [
            [_solve(cut, index, levels, point, scale) for scale in (0.5, 1.0, 2.0)]
            for point in _points(variables)
        ]
    )
    spread = _DIVIDER_MARGIN * (max(edges) - min(edges))
    least, most = solved.min(axis=1) - spread, solved.max(axis=1) + spread
    return {
        net: Level(variables, tuple(least[:, k].tolist()), tuple(most[:, k].tolist()))
        for k, net in enumerate(block.nets)
    }


def _points(variables: Sequence[Variable]) -> list[dict[Variable, bool]]:
    return [
        {name: bool(index >> k & 1) for k, name in enumerate(variables)}
        for index in range(1 << len(variables))
    ]


def _solve(
    cut: Partition,
    index: int,
    levels: Mapping[int, Level],
    point: Mapping[Variable, bool],
    scale: float,
) -> list[float]:
    """Volts of a block's nets, with nominal resistances times `scale`."""
    block = cut.blocks[index]
    place = {net: k for k, net in enumerate(block.nets)}
    matrix, right = [[0.0] * len(place) for _ in place], [0.0] * len(place)
    for branch in (cut.branches[k] for k in block.branches):
        if branch.kind is BranchKind.RESISTOR:
            siemens = 1 / (scale * cut.circuit.resistors[branch.element].model.ohm)
        else:
            high = point[(VariableKind.COMPARATOR, branch.element)]
            siemens = OFF_SIEMENS if high else ON_SIEMENS
        for here, there in ((branch.a, branch.b), (branch.b, branch.a)):
            if here not in place:
                continue
            matrix[place[here]][place[here]] += siemens
            if there in place:
                matrix[place[here]][place[there]] -= siemens
            else:
                level = levels[there]
                at = sum(point[name] << k for k, name in enumerate(level.variables))
                right[place[here]] += siemens * level.least_v[at]
    if len(place) == 1:
        return [right[0] / matrix[0][0]]
    return np.linalg.solve(np.array(matrix), np.array(right)).tolist()
