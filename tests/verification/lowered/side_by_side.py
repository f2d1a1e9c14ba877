"""The interpreter and the lowered tables side by side: codes after each step, outputs before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.verification.lowered.plain_step import Plain
from verification.simulation.lowered.fill import fill_in_lowered
from verification.simulation.lowered.tables import Lowered
from verification.simulation.machine import Machine
from verification.simulation.program import copy_state
from verification.simulation.request import Request, interpret
from verification.simulation.tables import State

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Lesson:
    """What the host does: nets that it sets, their volts [T, nets], and bits [T, chain] or None."""

    nets: Sequence[int]
    inputs: Floats
    bits: NDArray[np.uint8] | None = None


def plain_board(machine: Machine, lowered: Lowered, state: State) -> Plain:
    """The lowered board as the interpreter's stands."""
    circuit = machine.circuit
    values = fill_in_lowered(lowered, machine.cut, machine.values, state.codes)
    bits = []
    for flipflop, high in zip(lowered.chain.tolist(), lowered.chain_high.tolist(), strict=True):
        element = circuit.flipflops[flipflop]
        level = state.net_v[element.q] > (element.supply.low_v + element.supply.high_v) / 2
        bits.append(high if level else 1 - high)
    codes = np.where(lowered.pot >= 0, state.codes[lowered.pot], 0)
    return Plain(
        lowered,
        values,
        codes,
        np.asarray(bits, dtype=np.int64),
        state.position.high[lowered.comparator].astype(bool),
        state.net_v[list(lowered.pins)].copy(),
    )


def interpreted(
    machine: Machine, state: State, lesson: Lesson, watch: Sequence[int]
) -> tuple[Floats, Ints]:
    """Volts of nets before each step and codes after it, by the interpreter and nothing else."""
    assert len(state.net_v)  # a board that is ahead of its interpreter waits for it here
    request = Request(lesson.nets, (lesson.inputs,), True, lesson.bits, watch, True)
    return interpret(copy_state(state), machine.lines, request)


def difference(machine: Machine, lowered: Lowered, state: State, lesson: Lesson) -> str:
    """What differs first between the two, "" where nothing does; `state` is left alone."""
    board = plain_board(machine, lowered, state)
    left, right = lowered.nets[:, 0], lowered.nets[:, 1]
    watch = [*np.where(left < 0, right, left), *np.where(right < 0, left, right)]
    watch += lowered.output_net.tolist()
    seen_v, seen_codes = interpreted(machine, state, lesson, [int(net) for net in watch])
    place = {net: k for k, net in enumerate(lowered.pins)}
    start = state.codes.copy()
    for step, volts in enumerate(lesson.inputs):
        for net, value in zip(lesson.nets, volts, strict=True):
            board.pins_v[place[net]] = value
        board.settle()
        seen = np.concatenate((board.node_v.T.ravel(), board.outputs()))
        gap = np.abs(seen - seen_v[step])
        if gap.size and gap.max() > 1e-9:
            name = machine.circuit.nets[watch[int(gap.argmax())]].name
            return f"step {step}: net {name} differs by {gap.max():g} V"
        board.step(None if lesson.bits is None else lesson.bits[step].astype(np.int64))
        codes = start.copy()
        for row in range(len(lowered.pot)):
            for side in (0, 1):
                if lowered.pot[row, side] >= 0:
                    codes[lowered.pot[row, side]] = board.codes[row, side]
        wrong = np.flatnonzero(codes != seen_codes[step])
        if len(wrong):
            name = machine.circuit.digipots[int(wrong[0])].unit.name
            return f"step {step}: {len(wrong)} codes differ, first of {name}"
    return ""
