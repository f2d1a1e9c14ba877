"""Recipe: how the numbers of a lowered circuit follow from one board's values.

Everything in `LoweredValues` that is a sum - weights and constants - is gathered by one bincount:

```
x = [1, share of each branch in its static block, bias of each static net, amplifier offsets,
     comparator offsets];      sums = bincount(sum_target, sum_factor * x[sum_source])
```

A static block is a network of fixed resistors, and digipots that stand still, between held nets.
With one net v its solution is  v = (sum of g_k v_k + injected) / (sum of g_k);  the share of branch
k is g_k over the sum, the bias the last part. Larger blocks are solved densely, one by one.
"""

from __future__ import annotations

from dataclasses import dataclass

from verification.simulation.solve.problem import Floats, Integers


@dataclass(frozen=True, slots=True, eq=False)
class DenseBlock:
    """A static block of several nets: nodes are its nets, then its boundary.

    Attributes:
        nets: the circuit's nets of its unknown nodes.
        boundary: how many held nodes follow.
        first, last: its branches are static branches first..last-1.
        branch_a, branch_b: their nodes.
    """

    nets: Integers
    boundary: int
    first: int
    last: int
    branch_a: Integers
    branch_b: Integers


@dataclass(frozen=True, slots=True, eq=False)
class Recipe:
    """Where each number of `LoweredValues` comes from; -1 is "none" in every index.

    Attributes:
        net_count: nets of the circuit.
        bias_net: net of in_p, in_n of every amplifier, then of every comparator.
        static_kind, static_element: BranchKind and element of each static branch, those of
            blocks with one net first.
        static_divisor: digipot divisor of each static branch, 0 for resistors.
        single_net: the net of each block with one net.
        single_block: block of each static branch of such blocks.
        dense: the other static blocks.
        sum_target, sum_source, sum_factor: the terms of all sums.
        sizes: length of each group of sums, in the order of SUMS.
        row_kind: BranchKind of each twin branch, shape (rows, 2); -1 where it is absent.
        row_element: its resistor or digipot, shape (rows, 2).
        row_divisor: of the digipot, shape (rows, 2).
        amplifier_low_v, amplifier_high_v: rails of each amplifier; equal where it is not powered.
        buffer_amplifier, held_amplifier, target_amplifier, nudge_amplifier, signal_amplifier,
            output_amplifier: the follower behind each clip; shapes as in `LoweredValues`.
    """

    net_count: int
    bias_net: Integers
    static_kind: Integers
    static_element: Integers
    static_divisor: Floats
    single_net: Integers
    single_block: Integers
    dense: tuple[DenseBlock, ...]
    sum_target: Integers
    sum_source: Integers
    sum_factor: Floats
    sizes: tuple[int, ...]
    row_kind: Integers
    row_element: Integers
    row_divisor: Floats
    amplifier_low_v: Floats
    amplifier_high_v: Floats
    buffer_amplifier: Integers
    held_amplifier: Integers
    target_amplifier: Integers
    nudge_amplifier: Integers
    signal_amplifier: Integers
    output_amplifier: Integers


SUMS = (
    "buffer_weight",
    "buffer_const",
    "held_weight",
    "held_const",
    "drive_weight",
    "drive_const",
    "nudge_weight",
    "margin_weight",
    "margin_const",
    "output_weight",
    "output_drive",
    "output_const",
)
"""The groups of sums, in their order."""
