"""Lower: from a partition to the tables of a learning step without gates.

No cell and no name is looked for. The circuit is followed from the digipots that STEP clocks: back
through the logic to comparators and bits, through their terminals to two networks of one shape, and
from those to followers, resistors and pins. What does not fit is a reason to leave the circuit to
the interpreter, which runs anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from verification.extraction.circuit import MixedCircuit
from verification.extraction.elements import ProblemKind
from verification.simulation.branches import BranchKind
from verification.simulation.lowered.analog import Analog, Clip, Sum
from verification.simulation.lowered.control import Control, find_control
from verification.simulation.lowered.gather import Gather
from verification.simulation.lowered.pairing import ABSENT, CLAMPED, FREE, Nodes, Row, pair_twins
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
        parts = _find_parts(cut, nodes, analog, stepping)
        return _tables(cut, control, nodes, rows, stepping, analog, parts)
    except CannotLower as reason:
        return NotLowered((str(reason),))


@dataclass(frozen=True, slots=True)
class _Parts:
    """The analog sums, and the nodes by kind.

    Attributes:
        margins: of each comparator.
        outputs: of each net that the host reads.
        held, targets: nodes.
        held_clips: of each held node in both twins.
        target_clips: of each target.
    """

    margins: list[Sum]
    outputs: dict[int, Sum]
    held: list[int]
    targets: list[int]
    held_clips: list[tuple[Clip, Clip]]
    target_clips: list[Clip]


def _find_parts(cut: Partition, nodes: Nodes, analog: Analog, stepping: Stepping) -> _Parts:
    margins = [analog.margin(comparator) for comparator in stepping.comparator.tolist()]
    outputs: dict[int, Sum] = {}
    for net in dict.fromkeys(pin.net for pin in cut.circuit.host_pins):
        if net not in analog.pins and nodes.find(net) is None:
            found = _output(analog, net)
            if found is not None:
                outputs[net] = found
    held: list[int] = []
    targets: list[int] = []
    for node, nets in enumerate(nodes.nets):
        unknown = tuple(net != ABSENT and nodes.unknown(net) for net in nets)
        if unknown == (True, False):
            targets.append(node)
        elif unknown == (False, False):
            held.append(node)
        elif unknown == (False, True):
            name = cut.circuit.nets[nets[FREE]].name
            raise CannotLower(f"net {name} is held in the free network and not in the clamped one")
    held_clips = [_held(analog, nodes.nets[node]) for node in held]
    among = set(targets)
    target_clips = [analog.target(nodes.nets[node][CLAMPED], among) for node in targets]
    return _Parts(margins, outputs, held, targets, held_clips, target_clips)


def _output(analog: Analog, net: int) -> Sum | None:
    """How the host's reading follows from nodes and pins; None where it does not."""
    try:
        return analog.output(net)
    except CannotLower:
        return None


def _held(analog: Analog, nets: tuple[int, int]) -> tuple[Clip, Clip]:
    """Both twins' volts of a held node; one net's for both where a twin has none."""
    free, clamped = (net if net != ABSENT else max(nets) for net in nets)
    first = analog.held(free)
    return first, first if clamped == free else analog.held(clamped)


def _tables(
    cut: Partition,
    control: Control,
    nodes: Nodes,
    rows: Sequence[Row],
    stepping: Stepping,
    analog: Analog,
    parts: _Parts,
) -> Lowered:
    signals = SignalTable(nodes)
    gather = Gather(len(analog.pins) + len(analog.buffers))
    term_start, term_signal = _gather_margins(gather, signals, parts.margins)
    nudge = _gather_looks(gather, "nudge", [clip.sum for clip in parts.target_clips])
    output = _gather_looks(gather, "output", list(parts.outputs.values()))
    for row, clip in enumerate(analog.buffers):
        gather.add_columns("buffer", row, clip.sum)
    for row, clip in enumerate(clip for pair in parts.held_clips for clip in pair):
        gather.add_columns("held", row, clip.sum)
    for row, clip in enumerate(parts.target_clips):
        gather.add_columns("drive", row, clip.sum)
    for row, found in enumerate(parts.outputs.values()):
        gather.add_columns("output", row, found)
    branches = [row.nodes for row in rows if row.nodes is not None]
    return Lowered(
        twins=TwinNetwork.of(len(nodes.nets), branches, parts.held, parts.targets),
        nets=_pairs(nodes.nets),
        pot=stepping.pot,
        pins=analog.pins,
        buffers=len(analog.buffers),
        quiet=control.quiet,
        signal_node=_integers(signals.node),
        signal_nets=_signal_nets(cut.circuit, signals),
        comparator=stepping.comparator,
        term_start=term_start,
        term_signal=term_signal,
        nudge_start=nudge.start,
        nudge_node=nudge.node,
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
        output_start=output.start,
        output_node=output.node,
        output_twin=output.side,
        recipe=_recipe(cut, stepping, analog, parts, signals, gather, nudge, output),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Looks:
    """Looks at nodes of several sums, one after the other: start, and each one's parts."""

    start: Integers
    amplifier: Integers
    node: Integers
    side: Integers


def _gather_looks(gather: Gather, name: str, sums: Sequence[Sum]) -> _Looks:
    """A weight for each look of each sum, in their order."""
    looks = [look for found in sums for look in found.looks]
    for place, (_, source, factor) in enumerate(looks):
        gather.add(f"{name}_weight", place, source, factor)
    table = np.asarray([look for look, _, _ in looks], dtype=np.int64).reshape(-1, 3)
    start = _integers([0, *accumulate(len(found.looks) for found in sums)])
    return _Looks(start, table[:, 0].copy(), table[:, 1].copy(), table[:, 2].copy())


def _gather_margins(
    gather: Gather, signals: SignalTable, margins: Sequence[Sum]
) -> tuple[Integers, Integers]:
    """(term_start, term_signal); the looks of a comparator at one signal make one term."""
    start, term_signal = [0], list[int]()
    for row, margin in enumerate(margins):
        own: dict[int, int] = {}
        for look, source, factor in margin.looks:
            signal, side = signals.half(look)
            term = own.setdefault(signal, len(term_signal))
            if term == len(term_signal):
                term_signal.append(signal)
            gather.add("margin_weight", 2 * term + side, source, factor)
        gather.add_constants("margin", row, margin.constants)
        start.append(len(term_signal))
    return _integers(start), _integers(term_signal)


def _recipe(
    cut: Partition,
    stepping: Stepping,
    analog: Analog,
    parts: _Parts,
    signals: SignalTable,
    gather: Gather,
    nudge: _Looks,
    output: _Looks,
) -> Recipe:
    circuit, statics, columns = cut.circuit, analog.statics, gather.columns
    buffers, held, targets = len(analog.buffers), 2 * len(parts.held), len(parts.targets)
    margins, outputs = len(parts.margins), len(parts.outputs)
    terms = sum(len({signals.half(look)[0] for look, _, _ in m.looks}) for m in parts.margins)
    sizes = (
        *(buffers * columns, buffers, held * columns, held, targets * columns, targets),
        *(len(nudge.node), 2 * terms, margins, len(output.node), outputs * columns, outputs),
    )
    target, source, factor = gather.flat(sizes, statics.sizes())
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
        sizes=sizes,
        row_kind=stepping.row_kind,
        row_element=stepping.row_element,
        row_divisor=stepping.row_divisor,
        amplifier_low_v=_volts([element.supply.low_v for element in circuit.amplifiers]),
        amplifier_high_v=_volts([element.supply.high_v for element in circuit.amplifiers]),
        buffer_amplifier=_integers([clip.amplifier for clip in analog.buffers]),
        held_amplifier=_pairs([(a.amplifier, b.amplifier) for a, b in parts.held_clips]),
        target_amplifier=_integers([clip.amplifier for clip in parts.target_clips]),
        nudge_amplifier=nudge.amplifier,
        signal_amplifier=_pairs(signals.amplifiers),
        output_amplifier=output.amplifier,
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
