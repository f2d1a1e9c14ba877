"""Request: what a run of a board is asked for, and the interpreter's way to carry it out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from verification.simulation.kernels import run
from verification.simulation.solve.addresses import record_of
from verification.simulation.solve.plan import Indices
from verification.simulation.tables import (
    BIT,
    HIGH,
    LOW,
    ORDER,
    ORDER_TABLES,
    Bytes,
    Floats,
    Integers,
    State,
)


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """What a run is asked for, in the words of `Machine.run`."""

    nets: Sequence[int]
    inputs: Floats
    clocked: bool
    bits: Bytes | None
    watch: Sequence[int]
    record_codes: bool


@dataclass(frozen=True, slots=True)
class Lines:
    """How the host moves its lines.

    Attributes:
        latch, step, data, clock: nets of LATCH, STEP, ENABLE_DATA, ENABLE_CLOCK; NONE where the
            host has none.
        high_v: its high level.
    """

    latch: int
    step: int
    data: int
    clock: int
    high_v: float

    @property
    def nets(self) -> tuple[int, ...]:
        """Of all four."""
        return self.latch, self.step, self.data, self.clock

    def moves(self, bits: int, clocked: bool) -> list[tuple[int, int]]:
        """(net, level) one after the other: bits, the last one first, then LATCH and STEP."""
        found: list[tuple[int, int]] = []
        for k in reversed(range(bits)):
            found += [(self.data, BIT + k), (self.clock, HIGH), (self.clock, LOW)]
        if clocked:
            found += [(line, level) for line in (self.latch, self.step) for level in (HIGH, LOW)]
        return found


def interpret(state: State, lines: Lines, request: Request) -> tuple[Floats, Integers]:
    """Carry a request out by the interpreter, which stands where the board stands.

    Returns:
        volts of the watched nets before LATCH, (T, nets), and codes after each step, (T, digipots),
        or (0, digipots) where they are not asked for.
    """
    steps, pots = len(request.inputs), len(state.position.codes)
    bits = np.zeros((steps, 0)) if request.bits is None else request.bits
    moves = lines.moves(bits.shape[1], request.clocked)
    seen_v = np.zeros((steps, len(request.watch)))
    seen_codes = np.zeros((steps if request.record_codes else 0, pots), dtype=np.int64)
    tables = (
        _indices(request.nets),
        np.ascontiguousarray(request.inputs),
        _indices([net for net, _ in moves]),
        _indices([level for _, level in moves]),
        np.ascontiguousarray(bits, dtype=np.uint8),
        _indices(request.watch),
        seen_v,
        seen_codes,
    )
    # The record holds addresses, so the tables live until the run is over.
    order = record_of(ORDER, dict(zip(ORDER_TABLES, tables, strict=True)))
    order["step_count"], order["net_count"] = steps, len(request.nets)
    order["move_count"], order["bit_count"] = len(moves), bits.shape[1]
    order["watch_count"], order["pot_count"] = len(request.watch), pots
    order["record_codes"], order["high_v"] = request.record_codes, lines.high_v
    # Move 0 sets the pins; the first pulse is that of LATCH.
    order["decided"] = len(moves) - 3 if request.clocked else -1
    run(state.board, order)
    return seen_v, seen_codes


def _indices(numbers: Sequence[int]) -> Indices:
    return np.asarray(numbers, dtype=np.uint32).reshape(-1)
