"""Currentless: branches that carry no current whatever they measure, as those of cut edges.

A branch to a net that has no other branch, and that no input is on, carries none; without it the
net before it may be at an end too. A block that nothing looks at is never solved.
"""

from __future__ import annotations

from collections.abc import Iterator

from verification.extraction.circuit import MixedCircuit
from verification.simulation.blocks import HELD
from verification.simulation.partition import Partition


def currentless(cut: Partition) -> set[int]:
    """Positions in `Partition.branches`."""
    found = {position for block in cut.blocks if not block.sensed for position in block.branches}
    looked_at = set(_looked_at(cut.circuit))
    inside: dict[int, set[int]] = {}
    for position, branch in enumerate(cut.branches):
        if position not in found:
            for net in (branch.a, branch.b):
                if cut.block_of[net] != HELD:
                    inside.setdefault(net, set()).add(position)
    ends = [net for net, own in inside.items() if len(own) == 1 and net not in looked_at]
    while ends:
        own = inside[ends.pop()]
        if not own:
            continue
        position = own.pop()
        found.add(position)
        for net in (cut.branches[position].a, cut.branches[position].b):
            others = inside.get(net, set())
            others.discard(position)
            if len(others) == 1 and net not in looked_at:
                ends.append(net)
    return found


def _looked_at(circuit: MixedCircuit) -> Iterator[int]:
    """The nets of every input and of every pin with a function."""
    for pin in circuit.host_pins:
        yield pin.net
    for pair in (*circuit.amplifiers, *circuit.comparators):
        yield from (pair.in_p, pair.in_n)
    for gate in circuit.gates:
        yield from gate.inputs
    for flipflop in circuit.flipflops:
        nets = (flipflop.d, flipflop.clk, flipflop.set_n, flipflop.reset_n)
        yield from (net for net in nets if net is not None)
    for pot in circuit.digipots:
        yield from (pot.clk, pot.up_down, pot.cs)
