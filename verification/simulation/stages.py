"""Stages: what is evaluated, and in which order.

Blocks, followers, saturated amplifiers, comparators and gates each read some nets and set others.
Flip-flops and digipots are none: they change on clock edges only, and so cut every loop through
them. What is left is sorted so that each stage comes after those it reads from; a loop is a Problem
and its stages are evaluated again and again until nothing changes, up to a limit.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from verification.extraction.circuit import MixedCircuit
from verification.extraction.elements import Amplifier, Comparator, Gate, Problem, ProblemKind
from verification.simulation.blocks import HELD, Block, Holder
from verification.simulation.branches import Branch, BranchKind
from verification.simulation.signals import input_nets, is_follower, outputs


class StageKind(IntEnum):
    """What is evaluated."""

    BLOCK = 0
    FOLLOWER = 1
    SATURATED = 2
    COMPARATOR = 3
    GATE = 4


@dataclass(frozen=True, slots=True)
class Stage:
    """One thing to evaluate.

    Attributes:
        kind: what it is.
        element: position among the blocks, amplifiers, comparators or gates.
        reads: nets that it depends on, each once.
        writes: nets that it sets; empty where its output lost against another.
    """

    kind: StageKind
    element: int
    reads: tuple[int, ...]
    writes: tuple[int, ...]


def find_stages(
    circuit: MixedCircuit, blocks: tuple[Block, ...], holder: Mapping[int, Holder]
) -> tuple[Stage, ...]:
    """Blocks that are sensed and held, then amplifiers, comparators and gates, in file order."""

    def of(kind: StageKind, position: int, element: Amplifier | Comparator | Gate) -> Stage:
        reads = tuple(dict.fromkeys(input_nets(element)))
        held = (signal for signal in outputs(element) if holder[signal.net].label == signal.pin)
        return Stage(kind, position, reads, tuple(signal.net for signal in held))

    return (
        *(
            Stage(StageKind.BLOCK, position, block.boundary, block.nets)
            for position, block in enumerate(blocks)
            if block.sensed and block.boundary
        ),
        *(
            of(StageKind.FOLLOWER if is_follower(amplifier) else StageKind.SATURATED, k, amplifier)
            for k, amplifier in enumerate(circuit.amplifiers)
        ),
        *(of(StageKind.COMPARATOR, k, element) for k, element in enumerate(circuit.comparators)),
        *(of(StageKind.GATE, k, gate) for k, gate in enumerate(circuit.gates)),
    )


def switched_blocks(branches: tuple[Branch, ...], block_of: tuple[int, ...]) -> dict[int, int]:
    """Open-collector comparator -> the block that its output pulls on."""
    found = (
        (branch.element, max(block_of[branch.a], block_of[branch.b]))
        for branch in branches
        if branch.kind is BranchKind.SWITCH
    )
    return {comparator: block for comparator, block in found if block != HELD}


def evaluation_order(
    circuit: MixedCircuit,
    stages: tuple[Stage, ...],
    switched: Mapping[int, int],
    problems: list[Problem],
) -> tuple[Stage, ...]:
    """The stages sorted: each after those it reads from, then as given. Loops go to `problems`."""
    edges = sorted(set(_dependencies(stages, switched)))
    before = np.asarray([edge[0] for edge in edges], dtype=np.int64)
    after = np.asarray([edge[1] for edge in edges], dtype=np.int64)
    count = len(stages)
    graph = csr_array(coo_array((np.ones(len(edges)), (before, after)), shape=(count, count)))
    _, label = connected_components(graph, directed=True, connection="strong")
    inside = label[before] == label[after]
    looped = sorted({int(label[stage]) for stage in before[inside]})
    for loop in looped:
        members = [stages[int(position)] for position in np.flatnonzero(label == loop)]
        problems.append(_loop_problem(circuit, members))
    order = _sorted(count, zip(before[~inside].tolist(), after[~inside].tolist(), strict=True))
    return tuple(stages[position] for position in order)


def _dependencies(
    stages: tuple[Stage, ...], switched: Mapping[int, int]
) -> Iterator[tuple[int, int]]:
    """(earlier, later) for every stage that reads what another sets."""
    writer = {net: position for position, stage in enumerate(stages) for net in stage.writes}
    block_stage = {
        stage.element: position
        for position, stage in enumerate(stages)
        if stage.kind is StageKind.BLOCK
    }
    for position, stage in enumerate(stages):
        for net in stage.reads:
            if net in writer:
                yield writer[net], position
        if stage.kind is StageKind.COMPARATOR and switched.get(stage.element) in block_stage:
            yield position, block_stage[switched[stage.element]]


def _sorted(count: int, edges: Iterable[tuple[int, int]]) -> list[int]:
    """A topological order; of the stages that may come next, the first as given."""
    later: list[list[int]] = [[] for _ in range(count)]
    waits = [0] * count
    for first, second in edges:
        later[first].append(second)
        waits[second] += 1
    ready = [position for position in range(count) if not waits[position]]
    order: list[int] = []
    while ready:
        position = heapq.heappop(ready)
        order.append(position)
        for other in later[position]:
            waits[other] -= 1
            if not waits[other]:
                heapq.heappush(ready, other)
    return order


def _loop_problem(circuit: MixedCircuit, members: list[Stage]) -> Problem:
    elements = {
        StageKind.FOLLOWER: circuit.amplifiers,
        StageKind.SATURATED: circuit.amplifiers,
        StageKind.COMPARATOR: circuit.comparators,
        StageKind.GATE: circuit.gates,
    }
    active = [stage for stage in members if stage.kind is not StageKind.BLOCK]
    names = tuple(
        dict.fromkeys(elements[stage.kind][stage.element].unit.refdes for stage in active)
    )
    written = {net for stage in members for net in stage.writes}
    read = {net for stage in members for net in stage.reads}
    nets = tuple(circuit.nets[net].name for net in sorted(written & read))
    message = (
        f"signal loop through {', '.join(names)} on nets {', '.join(nets)}:"
        " it is evaluated again until it settles or a limit is reached"
    )
    return Problem(ProblemKind.LOOP, message, names, (), nets)
