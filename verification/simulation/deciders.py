"""Deciders: the comparators that digipots obey, found backwards from what steers them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from verification.simulation.partition import Partition
from verification.simulation.stages import StageKind


def find_deciders(cut: Partition) -> frozenset[int]:
    """Comparators from whose outputs logic or a flip-flop's D leads to a digipot's U/D or CS."""
    before, decides = defaultdict[int, list[int]](list), defaultdict[int, list[int]](list)
    for net, source in _dependencies(cut):
        before[net].append(source)
    for net, comparator in _outputs(cut):
        decides[net].append(comparator)
    waiting = [net for pot in cut.circuit.digipots for net in (pot.up_down, pot.cs)]
    seen = set(waiting)
    while waiting:
        more = [net for net in before[waiting.pop()] if net not in seen]
        seen.update(more)
        waiting += more
    return frozenset(comparator for net in seen for comparator in decides[net])


def _dependencies(cut: Partition) -> Iterator[tuple[int, int]]:
    """(net, net that it follows from), but for what comparators and clocks do."""
    for stage in cut.stages:
        if stage.kind is not StageKind.COMPARATOR:
            yield from ((net, source) for net in stage.writes for source in stage.reads)
    for flipflop in cut.circuit.flipflops:
        for net in (flipflop.q, flipflop.q_n):
            if net is not None:
                yield net, flipflop.d


def _outputs(cut: Partition) -> Iterator[tuple[int, int]]:
    """(net, comparator that sets it); an open collector sets all nets of its block."""
    for stage in cut.stages:
        if stage.kind is StageKind.COMPARATOR:
            nets = stage.writes
            if stage.element in cut.switched:
                nets = cut.blocks[cut.switched[stage.element]].nets
            yield from ((net, stage.element) for net in nets)
