"""Request: what a run of a board is asked for, and the interpreter's way to carry it out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from verification.simulation.kernels import run
from verification.simulation.solve.plan import Indices
from verification.simulation.tables import (
    BIT,
    HIGH,
    LOW,
    Bytes,
    Floats,
    Integers,
    State,
)


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """What a run is asked for, in the words of `Machine.run`.

    Attributes:
        nets: that are set in each of T steps.
        inputs: their volts in parts side by side, each (T, some of the nets).
        clocked: whether LATCH and STEP are pulsed.
        bits: for the enable chain, (T, chain), or None.
        watch: nets whose volts are recorded.
        record_codes: whether the codes are recorded.
    """

    nets: Sequence[int]
    inputs: tuple[Floats, ...]
    clocked: bool
    bits: Bytes | None
    watch: Sequence[int]
    record_codes: bool

    @property
    def steps(self) -> int:
        """T."""
        return len(self.inputs[0])

    @property
    def shifts_only(self) -> bool:
        """Whether no pin but those of the enable chain moves, and nothing is asked for."""
        return not (self.clocked or self.nets or self.watch or self.record_codes)

    def volts(self, steps: Integers | slice = slice(None)) -> Floats:
        """Volts of the nets in some steps, (steps, nets)."""
        parts = [part[steps] for part in self.inputs]
        return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)


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
    steps, pots = request.steps, len(state.position.codes)
    bits = np.zeros((steps, 0), dtype=np.uint8) if request.bits is None else request.bits
    moved, levels = _moves(lines, bits.shape[1], request.clocked)
    seen_v = np.zeros((steps, len(request.watch)))
    seen_codes = np.zeros((steps if request.record_codes else 0, pots), dtype=np.int64)
    run(
        state.board,
        moved,
        levels,
        # The pulse of LATCH is the first of the last four moves.
        len(moved) - 4 if request.clocked else -1,
        lines.high_v,
        _indices(request.nets),
        request.volts(),
        np.ascontiguousarray(bits, dtype=np.uint8),
        _indices(request.watch),
        seen_v,
        seen_codes,
    )
    return seen_v, seen_codes


@cache
def _moves(lines: Lines, bits: int, clocked: bool) -> tuple[Indices, Indices]:
    """Nets and levels of the moves."""
    moves = lines.moves(bits, clocked)
    return _indices([net for net, _ in moves]), _indices([level for _, level in moves])


def _indices(numbers: Sequence[int]) -> Indices:
    return np.asarray(numbers, dtype=np.uint32).reshape(-1)
