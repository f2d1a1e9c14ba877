"""Rows: the tables of a circuit's elements, one row each, without a board's values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from parts.models import GateFunction
from parts.record import PartRecord
from verification.extraction.elements import Comparator, Digipot, Gate, Supply
from verification.simulation.blocks import HELD
from verification.simulation.branches import BranchKind
from verification.simulation.deciders import find_deciders
from verification.simulation.partition import Partition
from verification.simulation.solve.plan import Indices
from verification.simulation.tables import FLIPFLOP, GATE, NONE, PAIR, POT, Records

# Of a gate with so many inputs, so many of them high: is the output?
_GATES: dict[GateFunction, Callable[[int, int], bool]] = {
    "and": lambda inputs, high: high == inputs,
    "nand": lambda inputs, high: high < inputs,
    "or": lambda inputs, high: high > 0,
    "nor": lambda inputs, high: high == 0,
    "xor": lambda inputs, high: high % 2 == 1,
    "buffer": lambda inputs, high: high > 0,
    "not": lambda inputs, high: high == 0,
}


def _holds(cut: Partition, refdes: str, record: PartRecord, pin: str, net: int) -> int:
    """The net, or NONE where something else holds it."""
    return net if cut.holder[net].label == f"{refdes}.{record.pin_number(pin)}" else NONE


def pair_rows(cut: Partition, solved: Mapping[int, int]) -> Records:
    """Comparators, with the branch that an open collector switches, then amplifiers.

    `solved` gives the number of each block that is evaluated, here and below.
    """
    elements = (*cut.circuit.comparators, *cut.circuit.amplifiers)
    switch = {
        branch.element: position
        for position, branch in enumerate(cut.branches)
        if branch.kind is BranchKind.SWITCH
    }
    table = np.zeros(len(elements), dtype=PAIR)
    table["counts"][list(find_deciders(cut))] = 1
    for position, (row, element) in enumerate(zip(table, elements, strict=True)):
        row["in_p"], row["in_n"] = element.in_p, element.in_n
        row["out"] = row["branch"] = row["block"] = NONE
        row["low_v"], row["high_v"] = element.supply.low_v, element.supply.high_v
        if not (isinstance(element, Comparator) and element.open_collector):
            names = (element.unit.refdes, element.record, element.model.out)
            row["out"] = _holds(cut, *names, element.out)
        elif position in switch:
            row["branch"] = switch[position]
            row["block"] = solved.get(cut.switched.get(position, HELD), NONE)
    return table


def gate_rows(cut: Partition) -> tuple[Records, Indices]:
    """Gates, and the nets of all their inputs."""
    gates = cut.circuit.gates
    table = np.zeros(len(gates), dtype=GATE)
    nets: list[int] = []
    for row, gate in zip(table, gates, strict=True):
        row["highs"] = _highs(gate)
        row["first"] = len(nets)
        nets.extend(gate.inputs)
        row["last"] = len(nets)
        row["out"] = _holds(cut, gate.unit.refdes, gate.record, gate.model.output, gate.output)
        _set_levels(row, gate.supply)
    return table, np.asarray(nets, dtype=np.uint32)


def _highs(gate: Gate) -> int:
    """The output's level for each number of high inputs, as the bits of a number."""
    inputs, function = len(gate.inputs), _GATES[gate.model.function]
    return sum(function(inputs, high) << high for high in range(inputs + 1))


def flipflop_rows(cut: Partition) -> Records:
    """Flip-flops."""
    flipflops = cut.circuit.flipflops
    table = np.zeros(len(flipflops), dtype=FLIPFLOP)
    for row, element in zip(table, flipflops, strict=True):
        names = (element.unit.refdes, element.record)
        row["d"], row["clk"] = element.d, element.clk
        row["q"] = _holds(cut, *names, element.model.q, element.q)
        row["q_n"] = row["set_n"] = row["reset_n"] = NONE
        if element.q_n is not None and element.model.q_n is not None:
            row["q_n"] = _holds(cut, *names, element.model.q_n, element.q_n)
        if element.set_n is not None:
            row["set_n"] = element.set_n
        if element.reset_n is not None:
            row["reset_n"] = element.reset_n
        row["rising"] = element.model.edge == "rising"
        _set_levels(row, element.supply)
    return table


def pot_rows(cut: Partition, solved: Mapping[int, int]) -> Records:
    """Digipots, with their branches."""
    pots = cut.circuit.digipots
    own: list[list[int]] = [[] for _ in pots]
    for position, branch in enumerate(cut.branches):
        if branch.kind not in (BranchKind.RESISTOR, BranchKind.SWITCH):
            own[branch.element].append(position)
    table = np.zeros(len(pots), dtype=POT)
    for position, (row, pot) in enumerate(zip(table, pots, strict=True)):
        model = pot.model
        row["clk"], row["up_down"], row["cs"] = pot.clk, pot.up_down, pot.cs
        mine = own[position]
        row["first_branch"], row["last_branch"] = (mine[0], mine[-1] + 1) if mine else (0, 0)
        blocks = {
            max(cut.block_of[cut.branches[k].a], cut.block_of[cut.branches[k].b]) for k in mine
        }
        row["block"] = next((solved[block] for block in sorted(blocks) if block in solved), NONE)
        row["first_mate"], row["last_mate"] = _mates(pots, position)
        row["rising"] = model.step_edge == "rising"
        row["select_high"] = model.select_level == "high"
        row["up_high"] = model.up_level == "high"
        row["code_min"], row["code_max"] = model.code_min, model.code_max
        row["divisor"] = model.divisor
        row["threshold_v"] = pot.supply.threshold_v
    return table


def _mates(pots: Sequence[Digipot], position: int) -> tuple[int, int]:
    """The range of digipots whose stops hold this one: itself, or all channels of its package."""
    pot = pots[position]
    if not pot.model.stops_together:
        return position, position + 1
    first = position - pot.unit.position
    return first, first + pot.unit.count


def _set_levels(row: np.void, supply: Supply) -> None:
    row["threshold_v"] = supply.threshold_v
    row["low_v"], row["high_v"] = supply.low_v, supply.high_v
