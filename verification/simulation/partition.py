"""Partition: a circuit cut into blocks and stages that are evaluated one after the other.

```
host pins, rails ----+-----------------+
                     v                 v
followers --> network block --> followers --> averaging blocks --> comparators --> gates
                     ^                                                               |
                     +------- digipots <-- clock edges <-- flip-flops <--------------+
```
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from verification.extraction.circuit import MixedCircuit
from verification.extraction.elements import Problem
from verification.simulation.blocks import (
    Block,
    Holder,
    find_blocks,
    find_holders,
    report_diodes,
    report_floating,
)
from verification.simulation.branches import Branch, find_branches
from verification.simulation.signals import all_sensed
from verification.simulation.stages import Stage, evaluation_order, find_stages, switched_blocks


@dataclass(frozen=True, slots=True, eq=False)
class Partition:
    """A circuit in stages.

    Attributes:
        branches: every conductance between two different nets.
        holder: what holds each held net.
        blocks: the resistive networks, in the order of their first nets.
        block_of: for each net its block, HELD where the net is held.
        stages: in an order in which each comes after those it reads from.
        switched: open-collector comparator -> the block that its output pulls on.
        problems: the circuit's and the partition's.
    """

    circuit: MixedCircuit
    branches: tuple[Branch, ...]
    holder: Mapping[int, Holder]
    blocks: tuple[Block, ...]
    block_of: tuple[int, ...]
    stages: tuple[Stage, ...]
    switched: Mapping[int, int]
    problems: tuple[Problem, ...]


def partition(circuit: MixedCircuit, watched: Collection[int] = ()) -> Partition:
    """Cut a circuit into stages.

    What does not fit - a loop, a net that nothing holds, a diode in a network - becomes a Problem,
    and the simulation goes on around it.

    Args:
        circuit: what to cut.
        watched: nets whose voltages are wanted although nothing on the board senses them.
    """
    problems = list(circuit.problems)
    branches = find_branches(circuit)
    holder = find_holders(circuit, problems)
    wanted = {*all_sensed(circuit), *watched, *(pin.net for pin in circuit.host_pins)}
    blocks, block_of = find_blocks(circuit, branches, holder, wanted)
    report_floating(circuit, blocks, problems)
    report_diodes(circuit, blocks, block_of, problems)
    switched = switched_blocks(branches, block_of)
    found = find_stages(circuit, blocks, holder)
    stages = evaluation_order(circuit, found, switched, problems)
    return Partition(circuit, branches, holder, blocks, block_of, stages, switched, tuple(problems))
