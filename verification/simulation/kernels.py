"""The machine's compiled code: one interpreter for every circuit.

`run` is the host's protocol; below it, in the order of calls:

```
run -> drive -> touch          a net changes: its readers become dirty, its clocked elements wait
    -> settle -> combine -> evaluate (block, follower, comparator, gate) -> touch
              -> clock: all elements on an edge sample; then all change their outputs -> touch
```

Combinational stages are evaluated in their order, each at most once per change unless they form a
loop. Delays are zero; edges are found between settled states, so a glitch clocks nothing. `board`
is a BOARD record: addresses of tables, and counters.
"""

from __future__ import annotations

from typing import Any

from numba import njit

from verification.simulation.branches import BranchKind
from verification.simulation.solve.addresses import floats, integers, octets, row_of, words
from verification.simulation.solve.problem import Floats
from verification.simulation.solve.tape import SPAN, factor, substitute
from verification.simulation.stages import StageKind
from verification.simulation.tables import (
    FLIPFLOP,
    GATE,
    LEAST_OHM,
    NONE,
    OFF_SIEMENS,
    ON_SIEMENS,
    PAIR,
    POT,
    STAGE,
    TIE_V,
    Bytes,
    GateCode,
    Indices,
    Integers,
)

MAX_PASSES = 64
"""How often a loop of combinational stages is repeated before it is given up."""
MAX_ROUNDS = 64
"""How many clock edges in a row may follow from one change."""

BLOCK, FOLLOWER = int(StageKind.BLOCK), int(StageKind.FOLLOWER)
SATURATED, COMPARATOR = int(StageKind.SATURATED), int(StageKind.COMPARATOR)
AND, XOR = int(GateCode.AND), int(GateCode.XOR)
POT_WB, POT_AW = int(BranchKind.POT_WB), int(BranchKind.POT_AW)
POT_AB, TRIANGLE_WB = int(BranchKind.POT_AB), int(BranchKind.TRIANGLE_WB)
TRIANGLE_AW = int(BranchKind.TRIANGLE_AW)
NOTHING, UP, DOWN, SET, CLEAR, BOTH_HIGH = 0, 1, 2, 3, 4, 5

stage_row, pair_row, gate_row = row_of(STAGE), row_of(PAIR), row_of(GATE)
flipflop_row, pot_row, span_row = row_of(FLIPFLOP), row_of(POT), row_of(SPAN)


@njit(cache=True)
def mark(board: Any, stage: int) -> None:
    """Make a stage dirty."""
    octets(board.dirty)[stage] = 1
    octets(board.dirty_group)[stage >> 6] = 1
    if stage <= board.current:
        board.back = 1


@njit(cache=True)
def touch(board: Any, net: int, volts: float) -> None:
    """Set a net's voltage; if it changed, tell those that look at it."""
    if net == NONE or floats(board.net_v)[net] == volts:
        return
    floats(board.net_v)[net] = volts
    for k in range(words(board.reader_start)[net], words(board.reader_start)[net + 1]):
        mark(board, words(board.readers)[k])
    for k in range(words(board.clock_start)[net], words(board.clock_start)[net + 1]):
        element = words(board.clocked)[k]
        if not octets(board.waiting)[element]:
            octets(board.waiting)[element] = 1
            integers(board.queue)[board.queued] = element
            board.queued += 1


@njit(cache=True)
def set_pot(board: Any, index: int) -> None:
    """Put a digipot's code into the conductances of its branches."""
    pot = pot_row(board.pots, index)
    lower = integers(board.codes)[index] * pot.step_ohm
    upper = (pot.divisor - integers(board.codes)[index]) * pot.step_ohm
    wiper = max(pot.wiper_ohm, LEAST_OHM)
    around = lower * upper + lower * wiper + upper * wiper
    for branch in range(pot.first_branch, pot.last_branch):
        kind = words(board.branch_kinds)[branch]
        if kind == POT_WB:
            siemens = 1.0 / (lower + wiper)
        elif kind == POT_AW:
            siemens = 1.0 / (upper + wiper)
        elif kind == POT_AB:
            siemens = 1.0 / (lower + upper)
        elif kind == TRIANGLE_WB:
            siemens = upper / around
        elif kind == TRIANGLE_AW:
            siemens = lower / around
        else:
            siemens = wiper / around
        floats(board.tape.siemens)[branch] = siemens
    disturb(board, pot.block)


@njit(cache=True)
def disturb(board: Any, block: int) -> None:
    """A conductance of a block has changed."""
    if block != NONE:
        octets(board.refactor)[block] = 1
        mark(board, words(board.block_stage)[block])


@njit(cache=True)
def decide(board: Any, index: int) -> bool:
    """A comparator's decision; with hysteresis it leans to the last one."""
    pair = pair_row(board.comparators, index)
    margin = floats(board.net_v)[pair.in_p] - floats(board.net_v)[pair.in_n] + pair.offset_v
    lean = pair.half_hysteresis_v if octets(board.high)[index] else -pair.half_hysteresis_v
    return margin + lean > TIE_V


@njit(cache=True)
def solve_block(board: Any, index: int) -> None:
    """Find the voltages of a block's nets."""
    tape = board.tape
    if octets(board.refactor)[index]:
        octets(board.refactor)[index] = 0
        factor(tape, index)
    substitute(tape, index)
    right, node = floats(tape.right), words(tape.node)
    for u in range(span_row(tape.span, index).unknown, span_row(tape.span, index + 1).unknown):
        touch(board, node[u], right[u])


@njit(cache=True)
def compare(board: Any, index: int) -> None:
    """Set a comparator's output, or switch its open collector."""
    pair = pair_row(board.comparators, index)
    high = decide(board, index)
    octets(board.high)[index] = high
    touch(board, pair.out, pair.high_v if high else pair.low_v)
    if pair.branch != NONE:
        siemens = OFF_SIEMENS if high else ON_SIEMENS
        if floats(board.tape.siemens)[pair.branch] != siemens:
            floats(board.tape.siemens)[pair.branch] = siemens
            disturb(board, pair.block)


@njit(cache=True)
def gate_level(board: Any, index: int) -> bool:
    """A gate's output."""
    gate = gate_row(board.gates, index)
    ones = 0
    for k in range(gate.first, gate.last):
        if floats(board.net_v)[words(board.gate_inputs)[k]] > gate.threshold_v:
            ones += 1
    if gate.function >> 1 == AND >> 1:
        result = ones == gate.last - gate.first
    elif gate.function >> 1 == XOR >> 1:
        result = ones % 2 == 1
    else:
        result = ones > 0
    return result != (gate.function % 2 == 1)


@njit(cache=True)
def set_gate(board: Any, index: int) -> None:
    """Set a gate's output."""
    gate = gate_row(board.gates, index)
    high = gate_level(board, index)
    touch(board, gate.out, gate.high_v if high else gate.low_v)


@njit(cache=True)
def follow(board: Any, index: int) -> None:
    """Set a follower's output to its input, as far as it swings."""
    pair = pair_row(board.amplifiers, index)
    volts = floats(board.net_v)[pair.in_p] + pair.offset_v
    touch(board, pair.out, min(max(volts, pair.low_v), pair.high_v))


@njit(cache=True)
def saturate(board: Any, index: int) -> None:
    """Set the output of an amplifier without feedback: at one end of its swing."""
    pair = pair_row(board.amplifiers, index)
    margin = floats(board.net_v)[pair.in_p] - floats(board.net_v)[pair.in_n] + pair.offset_v
    touch(board, pair.out, pair.high_v if margin > TIE_V else pair.low_v)


@njit(cache=True)
def evaluate(board: Any, index: int) -> None:
    """Evaluate one stage."""
    stage = stage_row(board.stages, index)
    if stage.kind == BLOCK:
        solve_block(board, stage.element)
    elif stage.kind == FOLLOWER:
        follow(board, stage.element)
    elif stage.kind == COMPARATOR:
        compare(board, stage.element)
    elif stage.kind == SATURATED:
        saturate(board, stage.element)
    else:
        set_gate(board, stage.element)


@njit(cache=True)
def combine(board: Any) -> None:
    """Evaluate dirty stages in order until none is left, or a loop is given up."""
    stages = board.stage_count
    for _ in range(MAX_PASSES):
        board.back = 0
        for group in range(board.group_count):
            if not octets(board.dirty_group)[group]:
                continue
            for index in range(group * 64, min(group * 64 + 64, stages)):
                if octets(board.dirty)[index]:
                    octets(board.dirty)[index] = 0
                    board.current = index
                    evaluate(board, index)
            octets(board.dirty_group)[group] = 0
        board.current = -1
        if not board.back:
            return
        for group in range(board.group_count):
            octets(board.dirty_group)[group] = 1
    for index in range(board.stage_count):
        octets(board.dirty)[index] = 0
    board.unsettled += 1


@njit(cache=True)
def sample_flipflop(board: Any, index: int) -> int:
    """What a flip-flop will do: obey set and reset, or take D on its clock edge."""
    row = flipflop_row(board.flipflops, index)
    level = floats(board.net_v)[row.clk] > row.threshold_v
    edge = level != octets(board.clock_level)[index] and level == row.rising
    octets(board.clock_level)[index] = level
    setting = row.set_n != NONE and floats(board.net_v)[row.set_n] <= row.threshold_v
    clearing = row.reset_n != NONE and floats(board.net_v)[row.reset_n] <= row.threshold_v
    if setting and clearing:
        return BOTH_HIGH
    if setting:
        return SET
    if clearing:
        return CLEAR
    if not edge or board.power_on:
        return NOTHING
    return SET if floats(board.net_v)[row.d] > row.threshold_v else CLEAR


@njit(cache=True)
def sample_pot(board: Any, index: int) -> int:
    """What a digipot will do: step on its edge where it is selected and no mate is at its stop."""
    pot = pot_row(board.pots, index)
    level = floats(board.net_v)[pot.clk] > pot.threshold_v
    place = board.flipflop_count + index
    edge = level != octets(board.clock_level)[place] and level == pot.rising
    octets(board.clock_level)[place] = level
    if not edge or board.power_on:
        return NOTHING
    if (floats(board.net_v)[pot.cs] > pot.threshold_v) != pot.select_high:
        return NOTHING
    up = (floats(board.net_v)[pot.up_down] > pot.threshold_v) == pot.up_high
    for mate in range(pot.first_mate, pot.last_mate):
        other = pot_row(board.pots, mate)
        stop = other.code_max if up else other.code_min
        if integers(board.codes)[mate] == stop:
            return NOTHING
    return UP if up else DOWN


@njit(cache=True)
def act(board: Any, element: int, action: int) -> None:
    """Do what was sampled."""
    flipflops = board.flipflop_count
    if element >= flipflops:
        integers(board.codes)[element - flipflops] += 1 if action == UP else -1
        set_pot(board, element - flipflops)
        return
    row = flipflop_row(board.flipflops, element)
    high = action != CLEAR
    touch(board, row.q, row.high_v if high else row.low_v)
    low = action == SET
    touch(board, row.q_n, row.low_v if low else row.high_v)


@njit(cache=True)
def clock(board: Any) -> None:
    """Let every waiting element sample, then let them all change."""
    waiting = board.queued
    acting = 0
    for k in range(waiting):
        element = integers(board.queue)[k]
        octets(board.waiting)[element] = 0
        if element < board.flipflop_count:
            action = sample_flipflop(board, element)
        else:
            action = sample_pot(board, element - board.flipflop_count)
        if action != NOTHING:
            integers(board.action)[2 * acting] = element
            integers(board.action)[2 * acting + 1] = action
            acting += 1
    board.queued = 0
    for k in range(acting):
        act(board, integers(board.action)[2 * k], integers(board.action)[2 * k + 1])


@njit(cache=True)
def settle(board: Any) -> None:
    """Evaluate and clock until nothing changes."""
    for _ in range(MAX_ROUNDS):
        combine(board)
        if board.queued == 0:
            return
        clock(board)
    for k in range(board.queued):
        octets(board.waiting)[integers(board.queue)[k]] = 0
    board.queued = 0
    board.unsettled += 1


@njit(cache=True)
def drive(board: Any, net: int, volts: float) -> None:
    """The host sets a pin and waits."""
    touch(board, net, volts)
    settle(board)


@njit(cache=True)
def shift(board: Any, lines: Indices, high_v: float, bits: Bytes) -> None:
    """Shift levels into the enable chain, the last one first, one rising ENABLE_CLOCK each."""
    for k in range(len(bits)):
        level = high_v if bits[len(bits) - 1 - k] else 0.0
        drive(board, lines[2], level)
        drive(board, lines[3], high_v)
        drive(board, lines[3], 0.0)


@njit(cache=True, nogil=True)
def run(
    boards: Any,
    lines: Indices,
    high_v: float,
    clocked: bool,
    nets: Indices,
    inputs: Floats,
    bits: Bytes,
    watched: Indices,
    seen_v: Floats,
    seen_codes: Integers,
) -> None:
    """Host steps; see Machine.run.

    Args:
        boards: one BOARD record; what it points to is changed.
        lines: nets of LATCH, STEP, ENABLE_DATA, ENABLE_CLOCK; NONE where the host has none.
        high_v: the host's high level.
        clocked: whether each step ends with a LATCH pulse and a STEP pulse.
        nets: nets that the host sets in each step.
        inputs: their volts, (steps, nets).
        bits: levels for the enable chain, (steps, chain) or (steps, 0); column 0 ends nearest to
            ENABLE_DATA.
        watched: nets whose volts are recorded in each step, before LATCH.
        seen_v: where to, (steps, watched).
        seen_codes: where to put the codes after each step, (steps, digipots) or (0, digipots).
    """
    board = boards[0]
    if board.recoded:
        board.recoded = 0
        for index in range(seen_codes.shape[1]):
            set_pot(board, index)
    for step in range(len(inputs)):
        for k in range(len(nets)):
            touch(board, nets[k], inputs[step, k])
        settle(board)
        board.power_on = 0
        for k in range(len(watched)):
            seen_v[step, k] = floats(board.net_v)[watched[k]]
        shift(board, lines, high_v, bits[step])
        if clocked:
            for k in range(2):
                drive(board, lines[k], high_v)
                drive(board, lines[k], 0.0)
        for k in range(seen_codes.shape[1] if len(seen_codes) else 0):
            seen_codes[step, k] = integers(board.codes)[k]
