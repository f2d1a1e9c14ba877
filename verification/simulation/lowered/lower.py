"""Lower: from a partition to the tables of a learning step without gates.

No cell and no name is looked for. The circuit is followed from the digipots that STEP clocks: back
through the logic to comparators and bits, through their terminals to two networks of one shape, and
from those to followers, resistors and pins. What does not fit is a reason to leave the circuit to
the interpreter, which runs anything.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from verification.extraction.circuit import MixedCircuit
from verification.extraction.elements import ProblemKind
from verification.simulation.branches import BranchKind
from verification.simulation.lowered.analog import Analog
from verification.simulation.lowered.control import Control, find_control
from verification.simulation.lowered.nodes import ABSENT, Nodes, Row
from verification.simulation.lowered.pairing import pair_twins
from verification.simulation.lowered.parts import Gathered, Parts, find_parts, gather_parts
from verification.simulation.lowered.reasons import CannotLower
from verification.simulation.lowered.recipe import Recipe
from verification.simulation.lowered.signals import SignalTable
from verification.simulation.lowered.stepping import Stepping, find_stepping
from verification.simulation.lowered.tables import Lowered, NotLowered
from verification.simulation.partition import Partition
from verification.simulation.solve.problem import Floats, Integers
from verification.simulation.solve.twins import TwinNetwork


def lower(cut: Partition) -> Lowered | NotLowered:
    """The tables of a circuit, or why it has none. Linear in the size of the circuit."""
    loops = tuple(p.message for p in cut.problems if p.kind is ProblemKind.LOOP)
    if loops:
        return NotLowered(loops)
    try:
        control = find_control(cut)
        nodes, rows, network = pair_twins(cut, control.pots)
        rows = [row for row in rows if row.nodes is not None] + [
            row for row in rows if row.nodes is None
        ]
        stepping = find_stepping(cut, control, rows)
        analog = Analog(cut, nodes, network, control.lines)
        parts = find_parts(cut, nodes, analog, stepping.comparator.tolist())
        found = gather_parts(nodes, analog, parts)
        return _tables(cut, control, nodes, rows, stepping, analog, parts, found)
    except CannotLower as reason:
        return NotLowered((str(reason),))


def _tables(
    cut: Partition,
    control: Control,
    nodes: Nodes,
    rows: Sequence[Row],
    stepping: Stepping,
    analog: Analog,
    parts: Parts,
    found: Gathered,
) -> Lowered:
    branches = [row.nodes for row in rows if row.nodes is not None]
    return Lowered(
        twins=TwinNetwork.of(len(nodes.nets), branches, parts.held, parts.targets),
        nets=_pairs(nodes.nets),
        pot=stepping.pot,
        pins=analog.pins,
        buffers=len(analog.buffers),
        quiet=control.quiet,
        signal_node=_integers(found.signals.node),
        signal_nets=_signal_nets(cut.circuit, found.signals),
        comparator=stepping.comparator,
        term_start=found.term_start,
        term_signal=found.term_signal,
        nudge_start=found.nudge.start,
        nudge_node=found.nudge.node,
        table=stepping.table,
        decides=stepping.decides,
        enable=stepping.enable,
        learns=stepping.learns,
        chain=_integers(control.chain),
        chain_high=_integers([int(high) for high in control.chain_high]),
        together=stepping.together,
        code_min=stepping.code_min,
        code_max=stepping.code_max,
        output_net=_integers(list(parts.outputs)),
        output_start=found.output.start,
        output_node=found.output.node,
        output_twin=found.output.side,
        recipe=_recipe(cut, stepping, analog, parts, found),
    )


def _recipe(
    cut: Partition,
    stepping: Stepping,
    analog: Analog,
    parts: Parts,
    found: Gathered,
) -> Recipe:
    circuit, statics = cut.circuit, analog.statics
    target, source, factor = found.gather.flat(found.sizes, statics.sizes())
    branches = [cut.branches[position] for position in (*statics.single, *statics.dense)]
    kinds = _integers([branch.kind for branch in branches])
    divisors = [
        0 if b.kind is BranchKind.RESISTOR else circuit.digipots[b.element].model.divisor
        for b in branches
    ]
    pairs = (*circuit.amplifiers, *circuit.comparators)
    return Recipe(
        net_count=len(circuit.nets),
        bias_net=_integers([net for element in pairs for net in (element.in_p, element.in_n)]),
        static_kind=kinds,
        static_element=_integers([branch.element for branch in branches]),
        static_divisor=np.asarray(divisors, dtype=np.float64),
        single_net=_integers(statics.single_net),
        single_block=_integers(statics.single_block),
        dense=tuple(statics.blocks),
        sum_target=target,
        sum_source=source,
        sum_factor=factor,
        sizes=found.sizes,
        row_kind=stepping.row_kind,
        row_element=stepping.row_element,
        row_divisor=stepping.row_divisor,
        amplifier_low_v=_volts([element.supply.low_v for element in circuit.amplifiers]),
        amplifier_high_v=_volts([element.supply.high_v for element in circuit.amplifiers]),
        buffer_amplifier=_integers([clip.amplifier for clip in analog.buffers]),
        held_amplifier=_pairs([(a.amplifier, b.amplifier) for a, b in parts.held_clips]),
        target_amplifier=_integers([clip.amplifier for clip in parts.target_clips]),
        nudge_amplifier=found.nudge.amplifier,
        signal_amplifier=_pairs(found.signals.amplifiers),
        output_amplifier=found.output.amplifier,
    )


def _signal_nets(circuit: MixedCircuit, signals: SignalTable) -> Integers:
    return _pairs(
        [
            [circuit.amplifiers[a].out if a != ABSENT else ABSENT for a in amplifiers]
            for amplifiers in signals.amplifiers
        ]
    )


def _integers(numbers: Sequence[int]) -> Integers:
    return np.asarray(numbers, dtype=np.int64)


def _pairs(numbers: Sequence[Sequence[int]]) -> Integers:
    return np.asarray(numbers, dtype=np.int64).reshape(-1, 2)


def _volts(numbers: Sequence[float]) -> Floats:
    return np.asarray(numbers, dtype=np.float64)
