"""Lowered: a circuit that is a pair of twin networks, as tables without gates and without nets.

```
pins --> buffers --> held nodes --+--> free twin --> targets --> nudge --> clamped twin
                                  |        |                                    |
                                  |        +----> signals (followers) <---------+
                                  |                    |
  digipots <-- enable chain <-- truth tables <-- comparators: weight . signals + const
```

Twin 0 is the free network, twin 1 the clamped one; B rows, N nodes, H held nodes, K targets, S
signals, Q comparators, P pins, D buffers, C = P + D columns, M outputs. One learning step means:

1. Columns: the pins' volts, then the buffers in their order, each
   `clip(buffer_weight[d] . columns + buffer_const[d], buffer_low[d], buffer_high[d])`.
2. Held nodes: `clip(held_weight . columns + held_const, held_low, held_high)`.
3. The free twin is solved, with `1 / (base_ohm + slope_ohm code)` in each branch.
4. Target k of the clamped twin is held at `clip(sum over its terms of nudge_weight *
   clip(V_free[nudge_node] + nudge_offset, nudge_term_low, nudge_term_high)
   + drive_weight[k] . columns + drive_const[k], nudge_low[k], nudge_high[k])`; the clamped twin is
   solved.
5. Signal (s, t): `clip(V[signal_node[s], t] + signal_offset[s, t], signal_low, signal_high)`.
6. Comparator q: its margin is `sum over its terms of margin_weight[., t] signal[term_signal, t]
   + margin_const[q]`; it is high where margin + lean > TIE_V, the lean being half_hysteresis[q]
   where it was high before and -half_hysteresis[q] otherwise. Here outputs are read.
7. Bits are shifted into the chain (see `chain`).
8. Each digipot (row, twin) steps by `table[row, twin, q0 + 2 q1]`, q0 and q1 being the decisions of
   `decides[row, twin]`, if `enable` is -1 or the bit of that place is `learns`, and if it is not at
   its end in that direction; where `together`, if neither twin's code is.
9. Steps 1 to 6 again with the new codes before the next pins are set: this only matters to the
   comparators' memory, so not without hysteresis.

The tables hold while LATCH, STEP and ENABLE_CLOCK are low at the start of the run and none of the
`quiet` pins is set in it. A lowered run stands for `Machine.run(clocked=True)`. What no digipot's
step follows from is not in them: a comparator that decides nothing may lean another way afterwards,
and a flip-flop of some other use may hold another level.
"""

from __future__ import annotations

from dataclasses import dataclass

from verification.simulation.lowered.recipe import Recipe
from verification.simulation.solve.problem import Floats, Integers
from verification.simulation.solve.twins import TwinNetwork


@dataclass(frozen=True, slots=True, eq=False)
class Lowered:
    """The circuit, without a board's values.

    Attributes:
        twins: the network. Its branches are the first rows of the tables of B rows; the rows after
            them are digipots without a branch in either twin (of cut edges): they only step.
        nets: net of each node in each twin, shape (N, 2); equal where one net is both, -1 where a
            twin has no such net (its volts are then those of the other).
        pot: digipot of each row, shape (B, 2); -1 where the branch is a resistor or absent.
        pins: the nets that the host and the probes hold: the first columns of every weight matrix.
        buffers: how many columns follow, each a follower of the columns before it.
        quiet: pins that the tables take as fixed or as pulsed by the protocol alone: the control
            lines, and what else clocks, selects or gates an element. A run may not set them.
        signal_node: node of each signal, shape (S,).
        signal_nets: net of each follower, shape (S, 2); -1 where the node is looked at directly or
            the twin's half is not used.
        comparator: which comparator of the circuit each is, shape (Q,).
        term_start, term_signal: terms of comparator q are term_start[q]..term_start[q + 1] - 1.
        nudge_start, nudge_node: terms of target k likewise; each node is a target.
        table: steps (-1, 0, 1), shape (B, 2, 4).
        decides: the comparators, shape (B, 2, 2); 0 where none matters.
        enable: place in the chain, shape (B, 2), or -1.
        learns: the bit of the chain at which the digipot steps, shape (B, 2).
        chain: flip-flop of each place. Shifting n bits gives place p bit p for p < n and what place
            p - n had for the others.
        chain_high: the bit that each place holds when its Q is high.
        together: whether a row's digipots stop together, shape (B,).
        code_min, code_max: ends of each digipot, shape (B, 2); 0 where there is none.
        output_net: nets with a function that are read (TGT1.OUT) and no node or pin, shape (M,).
        output_start, output_node, output_twin: their terms. Output m is `sum of output_weight *
            clip(V[output_node, output_twin] + output_offset, output_low, output_high)
            + output_drive[m] . columns + output_const[m]`.
        recipe: how the numbers follow from a board's values.
    """

    twins: TwinNetwork
    nets: Integers
    pot: Integers
    pins: tuple[int, ...]
    buffers: int
    quiet: tuple[int, ...]
    signal_node: Integers
    signal_nets: Integers
    comparator: Integers
    term_start: Integers
    term_signal: Integers
    nudge_start: Integers
    nudge_node: Integers
    table: Floats
    decides: Integers
    enable: Integers
    learns: Integers
    chain: Integers
    chain_high: Integers
    together: Integers
    code_min: Integers
    code_max: Integers
    output_net: Integers
    output_start: Integers
    output_node: Integers
    output_twin: Integers
    recipe: Recipe


@dataclass(frozen=True, slots=True, eq=False)
class LoweredValues:
    """One board's numbers: volts, ohms, amperes, float64; see the module for what each means.

    Attributes:
        base_ohm, slope_ohm: (B, 2); base is inf where the branch is absent.
        injected_a: current into each node, (N, 2).
        buffer_weight, buffer_const, buffer_low, buffer_high: (D, C) and (D,).
        held_weight, held_const, held_low, held_high: (H, 2, C) and (H, 2), in the order of
            `twins.held`; a follower's offset is in the constant.
        drive_weight, drive_const, nudge_low, nudge_high: (K, C) and (K,).
        nudge_weight, nudge_offset, nudge_term_low, nudge_term_high: one for each term.
        signal_offset, signal_low, signal_high: (S, 2); -inf and inf for a direct look.
        margin_weight, margin_const, half_hysteresis: (terms, 2) and (Q,).
        output_weight, output_offset, output_low, output_high: one for each term.
        output_drive, output_const: (M, C) and (M,).
    """

    base_ohm: Floats
    slope_ohm: Floats
    injected_a: Floats
    buffer_weight: Floats
    buffer_const: Floats
    buffer_low: Floats
    buffer_high: Floats
    held_weight: Floats
    held_const: Floats
    held_low: Floats
    held_high: Floats
    drive_weight: Floats
    drive_const: Floats
    nudge_low: Floats
    nudge_high: Floats
    nudge_weight: Floats
    nudge_offset: Floats
    nudge_term_low: Floats
    nudge_term_high: Floats
    signal_offset: Floats
    signal_low: Floats
    signal_high: Floats
    margin_weight: Floats
    margin_const: Floats
    half_hysteresis: Floats
    output_weight: Floats
    output_offset: Floats
    output_low: Floats
    output_high: Floats
    output_drive: Floats
    output_const: Floats


@dataclass(frozen=True, slots=True)
class NotLowered:
    """Why a circuit is left to the interpreter: sentences in circuit words, none empty."""

    reasons: tuple[str, ...]
