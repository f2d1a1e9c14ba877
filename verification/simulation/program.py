"""Compile a partition and a board's values into the flat tables of the machine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np

from verification.extraction.circuit import MixedCircuit
from verification.extraction.values import Values
from verification.simulation.branches import BranchKind
from verification.simulation.element_rows import flipflop_rows, gate_rows, pair_rows, pot_rows
from verification.simulation.partition import Partition
from verification.simulation.solve.plan import Indices, Plan, make_plan
from verification.simulation.solve.tape import Tape, join_plans, make_work
from verification.simulation.stages import StageKind
from verification.simulation.tables import (
    LEAST_OHM,
    NONE,
    OFF_SIEMENS,
    STAGE,
    Integers,
    Position,
    Program,
    Records,
    State,
    link,
)


def compile_layout(cut: Partition) -> Program:
    """The tables of a circuit, without a board's values (offsets, steps and bias are 0)."""
    circuit = cut.circuit
    reader_start, readers = _lists(
        len(circuit.nets),
        ((net, place) for place, stage in enumerate(cut.stages) for net in stage.reads),
    )
    clock_start, clocked = _lists(len(circuit.nets), _clock_nets(circuit))
    solved = {
        block: number
        for number, block in enumerate(
            sorted(stage.element for stage in cut.stages if stage.kind is StageKind.BLOCK)
        )
    }
    gates, gate_inputs = gate_rows(cut)
    return Program(
        tape=_tape(cut, solved),
        injected_a=np.zeros(len(circuit.nets)),
        stages=_stages(cut, solved),
        block_stage=_block_stages(cut, solved),
        pairs=pair_rows(cut, solved),
        gates=gates,
        gate_inputs=gate_inputs,
        flipflops=flipflop_rows(cut),
        pots=pot_rows(cut, solved),
        branch_kinds=_indices([branch.kind for branch in cut.branches]),
        reader_start=reader_start,
        readers=readers,
        clock_start=clock_start,
        clocked=clocked,
    )


def fill_in(layout: Program, cut: Partition, values: Values) -> Program:
    """The layout with the values of one board."""
    circuit = cut.circuit
    pairs, first = layout.pairs.copy(), len(circuit.comparators)
    comparators, amplifiers = pairs[:first], pairs[first:]
    amplifiers["offset_v"] = values.amplifier_offset_v
    powered = amplifiers["high_v"] > amplifiers["low_v"]
    amplifiers["low_v"] += np.where(powered, values.amplifier_swing_v, 0.0)
    amplifiers["high_v"] -= np.where(powered, values.amplifier_swing_v, 0.0)
    comparators["offset_v"] = values.comparator_offset_v
    comparators["half_hysteresis_v"] = values.comparator_hysteresis_v / 2
    pots = layout.pots.copy()
    pots["step_ohm"] = values.digipot_step_ohm
    pots["wiper_ohm"] = np.maximum(values.digipot_wiper_ohm, LEAST_OHM)
    injected = np.zeros(len(circuit.nets))
    for elements, bias in (
        (circuit.amplifiers, values.amplifier_bias_a),
        (circuit.comparators, values.comparator_bias_a),
    ):
        np.subtract.at(injected, [element.in_p for element in elements], bias[:, 0])
        np.subtract.at(injected, [element.in_n for element in elements], bias[:, 1])
    return replace(layout, injected_a=injected, pairs=pairs, pots=pots)


def make_state(cut: Partition, values: Values, program: Program, codes: Integers) -> State:
    """The board as it wakes up: rails up, host pins at 0 V, flip-flops low, digipots at `codes`.

    Everything is dirty, so the first settling finds the rest.
    """
    circuit = cut.circuit
    net_v = np.zeros(len(circuit.nets))
    for drive in circuit.drives:
        net_v[drive.net] = drive.volts
    for row in program.flipflops:
        for net, volts in ((row["q"], row["low_v"]), (row["q_n"], row["high_v"])):
            if net != NONE:
                net_v[net] = volts
    siemens = np.full(len(cut.branches), OFF_SIEMENS)
    for place, branch in enumerate(cut.branches):
        if branch.kind is BranchKind.RESISTOR:
            siemens[place] = 1.0 / values.resistor_ohm[branch.element]
    clocks = len(circuit.flipflops) + len(circuit.digipots)
    queue, waiting = np.zeros(clocks, dtype=np.int64), np.zeros(clocks, dtype=np.uint8)
    wakes = np.unique(program.clocked).astype(np.int64)
    queue[: len(wakes)] = wakes
    waiting[wakes] = 1
    position = Position(
        work=make_work(program.tape),
        net_v=net_v,
        siemens=siemens,
        codes=codes.copy(),
        high=np.zeros(len(program.pairs), dtype=np.uint8),
        near=np.zeros(len(program.pairs), dtype=np.uint8),
        clock_level=np.zeros(clocks, dtype=np.uint8),
        refactor=np.ones(len(program.block_stage), dtype=np.uint8),
        dirty=np.ones(len(cut.stages), dtype=np.uint8),
        dirty_group=np.ones(len(cut.stages) // 64 + 1, dtype=np.uint8),
        waiting=waiting,
        queue=queue,
        action=np.zeros(2 * clocks, dtype=np.int64),
    )
    state = link(program, position)
    state.board["queued"] = len(wakes)
    state.board["power_on"] = state.board["recoded"] = 1
    return state


def copy_state(state: State) -> State:
    """The same board in the same position, independent of the original."""
    old = state.position
    arrays: dict[str, Any] = {
        field.name: getattr(old, field.name).copy()
        for field in fields(Position)
        if field.name != "work"
    }
    work = {name: array.copy() for name, array in old.work.items()}
    fresh = link(state.program, Position(work=work, **arrays))
    for counter in ("queued", "unsettled", "power_on", "recoded", "nearby", "ties"):
        fresh.board[counter] = state.board[counter]
    fresh.lowered_before = state.lowered_before
    if state.catch_up is not None:
        fresh.catch_up = state.catch_up.fork()
    return fresh


def _indices(numbers: Sequence[int]) -> Indices:
    return np.asarray(numbers, dtype=np.uint32)


def _lists(count: int, pairs: Iterable[tuple[int, int]]) -> tuple[Indices, Indices]:
    """(start, members): the second of each pair, grouped by the first, each once, ascending."""
    groups: list[set[int]] = [set() for _ in range(count)]
    for key, member in pairs:
        groups[key].add(member)
    start = np.concatenate(([0], np.cumsum([len(group) for group in groups]))).astype(np.uint32)
    return start, _indices([member for group in groups for member in sorted(group)])


def _clock_nets(circuit: MixedCircuit) -> Iterator[tuple[int, int]]:
    """(net, clocked element) for every powered flip-flop and digipot."""
    for place, flipflop in enumerate(circuit.flipflops):
        for net in (flipflop.clk, flipflop.set_n, flipflop.reset_n):
            if net is not None and flipflop.supply.powered:
                yield net, place
    for place, pot in enumerate(circuit.digipots, start=len(circuit.flipflops)):
        if pot.supply.powered:
            yield pot.clk, place


def _tape(cut: Partition, solved: Mapping[int, int]) -> Tape:
    """One tape for the blocks that are evaluated. Those of one shape share a plan."""
    blocks = [cut.blocks[block] for block in solved]
    known: dict[tuple[int, int, tuple[tuple[int, int], ...]], Plan] = {}
    plans: list[Plan] = []
    for block in blocks:
        shape = (len(block.nets), len(block.boundary), block.pairs(cut.branches))
        if shape not in known:
            known[shape] = make_plan(block.network(cut.branches))
        plans.append(known[shape])
    return join_plans(
        plans,
        [_indices((*block.nets, *block.boundary)) for block in blocks],
        [_indices(block.branches) for block in blocks],
    )


def _stages(cut: Partition, solved: Mapping[int, int]) -> Records:
    first = len(cut.circuit.comparators)
    table = np.zeros(len(cut.stages), dtype=STAGE)
    for row, stage in zip(table, cut.stages, strict=True):
        row["kind"], row["element"] = stage.kind, stage.element
        if stage.kind is StageKind.BLOCK:
            row["element"] = solved[stage.element]
        elif stage.kind in (StageKind.FOLLOWER, StageKind.SATURATED):
            row["element"] = first + stage.element
    return table


def _block_stages(cut: Partition, solved: Mapping[int, int]) -> Indices:
    places = np.zeros(len(solved), dtype=np.uint32)
    for place, stage in enumerate(cut.stages):
        if stage.kind is StageKind.BLOCK:
            places[solved[stage.element]] = place
    return places
