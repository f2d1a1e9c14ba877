"""Parts: what a step sums - margins, held nodes, targets, outputs - and all of it gathered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from verification.simulation.lowered.analog import Analog, Clip, Sum
from verification.simulation.lowered.gather import Gather
from verification.simulation.lowered.nodes import ABSENT, CLAMPED, FREE, Nodes
from verification.simulation.lowered.reasons import CannotLower
from verification.simulation.lowered.recipe import SUMS
from verification.simulation.lowered.signals import SignalTable
from verification.simulation.partition import Partition
from verification.simulation.solve.problem import Integers


@dataclass(frozen=True, slots=True)
class Parts:
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


def find_parts(cut: Partition, nodes: Nodes, analog: Analog, comparators: Sequence[int]) -> Parts:
    """Everything analog that the comparators and the host see.

    Raises:
        CannotLower: a comparator or a held node follows from more than the tables can say.
    """
    margins = [analog.margin(comparator) for comparator in comparators]
    outputs: dict[int, Sum] = {}
    pins = set(analog.pins)
    for net in dict.fromkeys(pin.net for pin in cut.circuit.host_pins):
        if net not in pins and nodes.find(net) is None:
            found = _output(analog, net)
            if found is not None:
                outputs[net] = found
    held, targets = _by_kind(cut, nodes)
    held_clips = [_held(analog, nodes.nets[node]) for node in held]
    among = set(targets)
    target_clips = [analog.target(nodes.nets[node][CLAMPED], among) for node in targets]
    return Parts(margins, outputs, held, targets, held_clips, target_clips)


def _by_kind(cut: Partition, nodes: Nodes) -> tuple[list[int], list[int]]:
    """The nodes that are held in both twins, and those that are held in the clamped one."""
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
    return held, targets


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


@dataclass(frozen=True, slots=True, eq=False)
class Looks:
    """Looks at nodes of several sums, one after the other: start, and each one's parts."""

    start: Integers
    amplifier: Integers
    node: Integers
    side: Integers


def _gather_looks(gather: Gather, name: str, sums: Sequence[Sum]) -> Looks:
    """A weight for each look of each sum, in their order."""
    looks = [look for found in sums for look in found.looks]
    for place, (_, source, factor) in enumerate(looks):
        gather.add(f"{name}_weight", place, source, factor)
    table = np.asarray([look for look, _, _ in looks], dtype=np.int64).reshape(-1, 3)
    start = _integers([0, *accumulate(len(found.looks) for found in sums)])
    return Looks(start, table[:, 0].copy(), table[:, 1].copy(), table[:, 2].copy())


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


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """The sums of a circuit as terms, with the looks at nodes that they begin from.

    Attributes:
        gather: the terms.
        signals: looks of comparators, by halves.
        term_start, term_signal: as in Lowered.
        nudge, output: looks of targets and of outputs.
        sizes: length of each group of sums, in the order of SUMS.
    """

    gather: Gather
    signals: SignalTable
    term_start: Integers
    term_signal: Integers
    nudge: Looks
    output: Looks
    sizes: tuple[int, ...]


def gather_parts(nodes: Nodes, analog: Analog, parts: Parts) -> Gathered:
    """All sums of the parts."""
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
    columns = gather.columns
    sizes = {
        **_two("buffer", len(analog.buffers), columns),
        **_two("held", 2 * len(parts.held), columns),
        **_two("drive", len(parts.targets), columns),
        "nudge_weight": len(nudge.node),
        "margin_weight": 2 * len(term_signal),
        "margin_const": len(parts.margins),
        "output_weight": len(output.node),
        "output_drive": len(parts.outputs) * columns,
        "output_const": len(parts.outputs),
    }
    ordered = tuple(sizes[name] for name in SUMS)
    return Gathered(gather, signals, term_start, term_signal, nudge, output, ordered)


def _two(name: str, rows: int, columns: int) -> dict[str, int]:
    """The sizes of the weights and constants of some rows."""
    return {f"{name}_weight": rows * columns, f"{name}_const": rows}


def _integers(numbers: Sequence[int]) -> Integers:
    return np.asarray(numbers, dtype=np.int64)
