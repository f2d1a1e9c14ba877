"""The machine's compiled code: one interpreter for every circuit.

`run` is the host's protocol; below it, in the order of calls:

```
run -> touch                   a net changes: its readers become dirty, its clocked elements wait
    -> settle -> combine -> evaluate (block, pair, gate) -> touch
              -> clock: all elements on an edge sample; then all change their outputs -> touch
```

Combinational stages are evaluated in their order, each at most once per change unless they form a
loop. Delays are zero; edges are found between settled states, so a glitch clocks nothing. `board`
is a BOARD record: addresses of tables, and counters.

The whole is compiled when a board is first powered on, so that time counts: there are two levels
(see `inner.py`), and neither `min` nor `max` nor slices, which bring functions of their own.
"""

from __future__ import annotations

from typing import Any

from numba import njit
from numpy.typing import NDArray

from verification.simulation.branches import BranchKind
from verification.simulation.inner import inner, part
from verification.simulation.solve.addresses import floats, integers, octets, row_of, words
from verification.simulation.solve.problem import Floats
from verification.simulation.solve.tape import SPAN, factor, substitute
from verification.simulation.stages import StageKind
from verification.simulation.tables import (
    BIT,
    FLIPFLOP,
    GATE,
    NONE,
    OFF_SIEMENS,
    ON_SIEMENS,
    PAIR,
    POT,
    STAGE,
    TIE_V,
    Bytes,
    Indices,
    Integers,
)

MAX_PASSES = 64
"""How often a loop of combinational stages is repeated before it is given up."""
MAX_ROUNDS = 64
"""How many clock edges in a row may follow from one change."""

BLOCK, FOLLOWER, GATED = int(StageKind.BLOCK), int(StageKind.FOLLOWER), int(StageKind.GATE)
POT_WB, POT_AW = int(BranchKind.POT_WB), int(BranchKind.POT_AW)
POT_AB, TRIANGLE_WB = int(BranchKind.POT_AB), int(BranchKind.TRIANGLE_WB)
TRIANGLE_AW = int(BranchKind.TRIANGLE_AW)
NOTHING, UP, DOWN, SET, CLEAR, BOTH_HIGH = 0, 1, 2, 3, 4, 5

stage_row, pair_row, gate_row = row_of(STAGE), row_of(PAIR), row_of(GATE)
flipflop_row, pot_row, span_row = row_of(FLIPFLOP), row_of(POT), row_of(SPAN)


@inner
def mark(board: Any, stage: int) -> None:
    """Make a stage dirty."""
    octets(board.dirty)[stage] = 1
    octets(board.dirty_group)[stage >> 6] = 1
    if stage <= board.current:
        board.back = 1


@inner
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


@inner
def disturb(board: Any, block: int) -> None:
    """A conductance of a block has changed."""
    if block != NONE:
        octets(board.refactor)[block] = 1
        mark(board, words(board.block_stage)[block])


@inner
def set_pot(board: Any, index: int) -> None:
    """Put a digipot's code into the conductances of its branches."""
    pot = pot_row(board.pots, index)
    lower = integers(board.codes)[index] * pot.step_ohm
    upper = (pot.divisor - integers(board.codes)[index]) * pot.step_ohm
    wiper = pot.wiper_ohm
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


@part
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


@inner
def follow(board: Any, index: int) -> float:
    """A follower's output: its input, as far as it swings."""
    pair = pair_row(board.pairs, index)
    volts = floats(board.net_v)[pair.in_p] + pair.offset_v
    if volts < pair.low_v:
        return pair.low_v
    if volts > pair.high_v:
        return pair.high_v
    return volts


@inner
def compare(board: Any, index: int) -> float:
    """The output of a comparator, or of an amplifier without feedback: at one end of its swing.

    With hysteresis it leans to its last decision. An open collector is switched.
    """
    pair = pair_row(board.pairs, index)
    margin = floats(board.net_v)[pair.in_p] - floats(board.net_v)[pair.in_n] + pair.offset_v
    if octets(board.high)[index]:
        margin += pair.half_hysteresis_v
    else:
        margin -= pair.half_hysteresis_v
    high = margin > TIE_V
    octets(board.high)[index] = high
    near = -2 * TIE_V <= margin <= 2 * TIE_V
    if near != octets(board.near)[index]:
        octets(board.near)[index] = near
        if near:
            board.nearby += pair.counts
        else:
            board.nearby -= pair.counts
    if pair.branch != NONE:
        siemens = OFF_SIEMENS if high else ON_SIEMENS
        if floats(board.tape.siemens)[pair.branch] != siemens:
            floats(board.tape.siemens)[pair.branch] = siemens
            disturb(board, pair.block)
    return pair.high_v if high else pair.low_v


@inner
def gate(board: Any, index: int) -> float:
    """A gate's output, which follows from the number of its inputs that are high."""
    row = gate_row(board.gates, index)
    ones = 0
    for k in range(row.first, row.last):
        if floats(board.net_v)[words(board.gate_inputs)[k]] > row.threshold_v:
            ones += 1
    return row.high_v if row.highs >> ones & 1 else row.low_v


@part
def evaluate(board: Any, index: int) -> None:
    """Evaluate one stage."""
    stage = stage_row(board.stages, index)
    kind, element = stage.kind, stage.element
    if kind == BLOCK:
        solve_block(board, element)
    elif kind == GATED:
        touch(board, gate_row(board.gates, element).out, gate(board, element))
    else:
        volts = follow(board, element) if kind == FOLLOWER else compare(board, element)
        touch(board, pair_row(board.pairs, element).out, volts)


@part
def combine(board: Any) -> None:
    """Evaluate dirty stages in order until none is left, or a loop is given up."""
    stages = board.stage_count
    for _ in range(MAX_PASSES):
        board.back = 0
        for group in range(board.group_count):
            if not octets(board.dirty_group)[group]:
                continue
            for index in range(group * 64, group * 64 + 64):
                if index < stages and octets(board.dirty)[index]:
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


@inner
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


@inner
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


@part
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


@part
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


@part
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


@njit(cache=True, nogil=True)
def run(
    boards: NDArray[Any],
    lines: Indices,
    levels: Indices,
    decided: int,
    high_v: float,
    nets: Indices,
    inputs: Floats,
    bits: Bytes,
    watched: Indices,
    seen_v: Floats,
    seen_codes: Integers,
) -> None:
    """Host steps; see Machine.run. Each sets pins, settles, and then moves lines one by one.

    Args:
        boards: one BOARD record; what it points to is changed.
        lines: net of each move.
        levels: LOW, HIGH, or BIT + k for bit k of the step.
        decided: the move with which decisions are taken; -1 for none.
        high_v: the host's high level.
        nets: that are set in each step.
        inputs: their volts, (steps, nets).
        bits: levels for the enable chain, (steps, bits).
        watched: nets whose volts are recorded before the moves.
        seen_v: where to, (steps, watched).
        seen_codes: where to put the codes after each step, (steps, digipots) or (0, digipots).
    """
    board, pots = boards[0], seen_codes.shape[1]
    if board.recoded:
        board.recoded = 0
        for index in range(pots):
            set_pot(board, index)
    for step in range(len(inputs)):
        for move in range(-1, len(lines)):
            if move < 0:
                for k in range(len(nets)):
                    touch(board, nets[k], inputs[step, k])
            else:
                if move == decided:
                    board.ties += board.nearby
                level = levels[move]
                if level >= BIT:
                    level = bits[step, level - BIT]
                touch(board, lines[move], high_v if level else 0.0)
            settle(board)
            if move < 0:
                board.power_on = 0
                for k in range(len(watched)):
                    seen_v[step, k] = floats(board.net_v)[watched[k]]
        for k in range(pots if len(seen_codes) else 0):
            seen_codes[step, k] = integers(board.codes)[k]
