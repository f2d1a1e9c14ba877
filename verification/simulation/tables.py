"""Tables: the flat arrays that the compiled machine runs on.

A `Program` is what a board is (circuit and values), a `State` how it stands. Rows of a table are
one element each; a net, branch or block that an element does not have is NONE. Compiled code gets
one BOARD record with the addresses of them all.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from verification.simulation.solve.addresses import Address, record_of
from verification.simulation.solve.plan import Indices, Records
from verification.simulation.solve.problem import Floats
from verification.simulation.solve.tape import TAPE, Tape, tape_record

Integers: TypeAlias = NDArray[np.int64]
Bytes: TypeAlias = NDArray[np.uint8]

NONE = 0xFFFFFFFF
OFF_SIEMENS = 1e-12
"""An open-collector output that is off: a leak, so that a net without pull-up has a voltage."""
ON_SIEMENS = 0.02
"""One that is on: 0.2 V at 4 mA, as an LM339."""
LEAST_OHM = 1e-3
"""The least resistance of a digipot branch, where a record gives its wiper none."""

TIE_V = 1e-11
"""A comparison counts as high only above this: between equal voltages rounding must not decide, so
a tie is low whatever the order of the arithmetic. Rounding is below 1e-14 V, offsets above 1e-6."""

STAGE = np.dtype([("kind", np.uint32), ("element", np.uint32)])
# Two inputs: a comparator or an amplifier. `counts` is 1 where its near ties are counted.
PAIR = np.dtype(
    [
        ("in_p", np.uint32),
        ("in_n", np.uint32),
        ("out", np.uint32),
        ("branch", np.uint32),
        ("block", np.uint32),
        ("counts", np.uint32),
        ("offset_v", np.float64),
        ("half_hysteresis_v", np.float64),
        ("low_v", np.float64),
        ("high_v", np.float64),
    ],
    align=True,
)
# Bit k of `highs` is the output's level when k inputs are high.
GATE = np.dtype(
    [
        ("first", np.uint32),
        ("last", np.uint32),
        ("out", np.uint32),
        ("highs", np.int64),
        ("threshold_v", np.float64),
        ("low_v", np.float64),
        ("high_v", np.float64),
    ],
    align=True,
)
FLIPFLOP = np.dtype(
    [
        ("d", np.uint32),
        ("clk", np.uint32),
        ("q", np.uint32),
        ("q_n", np.uint32),
        ("set_n", np.uint32),
        ("reset_n", np.uint32),
        ("rising", np.uint32),
        ("threshold_v", np.float64),
        ("low_v", np.float64),
        ("high_v", np.float64),
    ],
    align=True,
)
POT = np.dtype(
    [
        ("clk", np.uint32),
        ("up_down", np.uint32),
        ("cs", np.uint32),
        ("block", np.uint32),
        ("first_branch", np.uint32),
        ("last_branch", np.uint32),
        ("first_mate", np.uint32),
        ("last_mate", np.uint32),
        ("rising", np.uint32),
        ("select_high", np.uint32),
        ("up_high", np.uint32),
        ("code_min", np.int64),
        ("code_max", np.int64),
        ("divisor", np.float64),
        ("step_ohm", np.float64),
        ("wiper_ohm", np.float64),
        ("threshold_v", np.float64),
    ],
    align=True,
)


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """A circuit with its values.

    Attributes:
        tape: the blocks' plans; nodes are nets, branches are `Partition.branches`.
        injected_a: current into each net that is not a branch's: input bias.
        stages: in order of evaluation.
        block_stage: where each block's stage stands.
        pairs: every comparator, then every amplifier; a stage says how it is used.
        gates, gate_inputs: gates, and the nets of all their inputs.
        flipflops, pots: the clocked elements, numbered together: flip-flops, then digipots.
        branch_kinds: kind of each branch.
        reader_start, readers: net -> the stages that read it.
        clock_start, clocked: net -> the clocked elements whose clock, set or reset it is.
    """

    tape: Tape
    injected_a: Floats
    stages: Records
    block_stage: Indices
    pairs: Records
    gates: Records
    gate_inputs: Indices
    flipflops: Records
    pots: Records
    branch_kinds: Indices
    reader_start: Indices
    readers: Indices
    clock_start: Indices
    clocked: Indices


@dataclass(frozen=True, slots=True, eq=False)
class Position:
    """How a board stands: the arrays.

    Attributes:
        work: the blocks' factors, by their names in TAPE.
        net_v: volts of each net.
        siemens: of each branch.
        codes: of each digipot.
        high, near: of each pair, its last decision, and whether that lay within rounding of a tie.
        clock_level: of each clocked element.
        refactor: whether each block's conductances have changed.
        dirty, dirty_group: stages to evaluate, and whether any of each 64 is.
        waiting, queue: clocked elements to look at.
        action: room for (element, what it will do) of each.
    """

    work: dict[str, Floats]
    net_v: Floats
    siemens: Floats
    codes: Integers
    high: Bytes
    near: Bytes
    clock_level: Bytes
    refactor: Bytes
    dirty: Bytes
    dirty_group: Bytes
    waiting: Bytes
    queue: Integers
    action: Integers


_PROGRAM_TABLES = tuple(
    field.name for field in fields(Program) if field.name not in ("tape", "injected_a")
)
_POSITION_TABLES = tuple(
    field.name for field in fields(Position) if field.name not in ("work", "siemens")
)

# Counters: how many stages, groups of 64 stages and flip-flops there are; clocked elements waiting
# in `queue`; the stage being evaluated (-1: none); 1 when a stage at or before it became dirty; how
# often a loop was given up; 1 until the first settling is done; 1 after codes were set directly;
# how many pairs that count are `near`, and the sum of that over all learning steps.
BOARD = np.dtype(
    [
        ("tape", TAPE),
        *((name, Address) for name in (*_PROGRAM_TABLES, *_POSITION_TABLES)),
        ("stage_count", np.int64),
        ("group_count", np.int64),
        ("flipflop_count", np.int64),
        ("queued", np.int64),
        ("current", np.int64),
        ("back", np.int64),
        ("unsettled", np.int64),
        ("power_on", np.int64),
        ("recoded", np.int64),
        ("nearby", np.int64),
        ("ties", np.int64),
    ]
)


LOW, HIGH, BIT = 0, 1, 2
"""Levels of a line that the host moves; BIT + k is bit k of the step."""


class CatchUp(Protocol):
    """Something that knows a board's position better than the interpreter."""

    def bring(self, state: State) -> None:
        """Bring the state's `position` up to date."""
        ...

    def fork(self) -> CatchUp:
        """The same knowledge of an independent copy of the board."""
        ...


@dataclass(slots=True, eq=False)
class State:
    """How a board stands, and the record by which compiled code finds it.

    Only `Machine` makes and changes states.

    Attributes:
        program: the board.
        position: where the interpreter stands.
        board: the record of both.
        catch_up: brings `position` to where the lowered loop stands; None where it is not behind.
        lowered_before: whether it was ever behind, so that its learning steps go on lowered.
    """

    program: Program
    position: Position
    board: NDArray[Any]
    catch_up: CatchUp | None = None
    lowered_before: bool = False

    @property
    def net_v(self) -> Floats:
        """Volts of each net, as they are now."""
        self.come()
        return self.position.net_v

    @property
    def codes(self) -> Integers:
        """Code of each digipot, as it is now."""
        self.come()
        return self.position.codes

    def come(self) -> None:
        """Bring `position` up to date."""
        if self.catch_up is not None:
            ahead, self.catch_up = self.catch_up, None
            ahead.bring(self)


def link(program: Program, position: Position) -> State:
    """A state with its BOARD record; the caller sets the counters that say what is waiting."""
    board = record_of(
        BOARD,
        {
            **{name: getattr(program, name) for name in _PROGRAM_TABLES},
            **{name: getattr(position, name) for name in _POSITION_TABLES},
        },
    )
    board["tape"] = tape_record(
        program.tape, position.work, position.siemens, position.net_v, program.injected_a
    )
    board["stage_count"] = len(program.stages)
    board["group_count"] = len(position.dirty_group)
    board["flipflop_count"] = len(program.flipflops)
    board["current"] = -1
    return State(program, position, board)
