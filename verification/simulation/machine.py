"""Machine: a board - circuit and values - compiled, and run step by step.

One compiled interpreter runs every circuit, so a miswired board needs no other code than a good
one. The first call after an installation compiles it (7 s), later processes load it from numba's
cache (0.3 s).

Microseconds a learning step on one core of 2025; without a mask the cost grows a little faster than
the edges, with one as their square, since every bit shifts through the whole chain:

| edges | 16 | 100 | 500 (square lattice) |
|---|---|---|---|
| no mask | 6 | 23 | 250 |
| with a mask | 16 | 330 | 10 000 |
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from verification.errors import UsageError
from verification.extraction.circuit import MixedCircuit
from verification.extraction.elements import DriveKind
from verification.extraction.functions import ENABLE_CLOCK, ENABLE_DATA, LATCH, STEP
from verification.extraction.values import Values
from verification.simulation.kernels import run
from verification.simulation.partition import Partition
from verification.simulation.program import compile_layout, fill_in, make_state
from verification.simulation.solve.plan import Indices
from verification.simulation.tables import NONE, Bytes, Floats, Integers, Program, State


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """What was recorded in T host steps.

    Attributes:
        net_v: volts of the watched nets before each LATCH pulse, shape (T, nets).
        codes: of every digipot after each step, shape (T, digipots); (0, digipots) if not asked.
    """

    net_v: Floats
    codes: Integers


class Machine:
    """A circuit with the values of one board, ready to run.

    A State is made by `start` and changed by `run`; a machine itself never changes, so that one can
    run many states.

    Args:
        cut: the circuit in stages.
        values: of the board.
        layout: of another machine of the same partition, to save compiling it again.
    """

    def __init__(self, cut: Partition, values: Values, layout: Program | None = None) -> None:
        self.cut = cut
        self.values = values
        self._layout = compile_layout(cut) if layout is None else layout
        self.program = fill_in(self._layout, cut, values)
        held = {drive.net: drive for drive in cut.circuit.drives}
        self._settable = frozenset(
            net for net, drive in held.items() if drive.kind is not DriveKind.RAIL
        )
        self._lines = np.asarray(
            [self._line(name) for name in (LATCH, STEP, ENABLE_DATA, ENABLE_CLOCK)], dtype=np.uint32
        )

    @property
    def circuit(self) -> MixedCircuit:
        """What is simulated."""
        return self.cut.circuit

    def with_values(self, values: Values) -> Machine:
        """Another board of the same circuit, without compiling anew."""
        return Machine(self.cut, values, self._layout)

    @cached_property
    def power_on_codes(self) -> Integers:
        """Where each digipot wakes up."""
        codes = [pot.model.power_on_code for pot in self.circuit.digipots]
        return np.asarray(codes, dtype=np.int64)

    def settable(self, net: int) -> bool:
        """Whether the host or a probe holds the net, so that `run` may set it."""
        return net in self._settable

    def start(self, codes: ArrayLike | None = None) -> State:
        """The board after power-on: host pins at 0 V, flip-flops low.

        Args:
            codes: of every digipot, in the circuit's order; their power-on codes by default.

        Raises:
            UsageError: codes of another number or beyond a digipot's ends.
        """
        chosen = self.power_on_codes if codes is None else self._checked(codes)
        state = make_state(self.cut, self.values, self.program, chosen)
        self.run(state, (), np.zeros((1, 0)))
        return state

    def set_codes(self, state: State, codes: ArrayLike) -> None:
        """Put every digipot on a code at once, as no host can; the board then settles.

        Raises:
            UsageError: as `start`.
        """
        state.codes[:] = self._checked(codes)
        state.board["recoded"] = 1
        self.run(state, (), np.zeros((1, 0)))

    def run(
        self,
        state: State,
        nets: Sequence[int],
        inputs: ArrayLike,
        *,
        clocked: bool = False,
        bits: Bytes | None = None,
        watch: Sequence[int] = (),
        record_codes: bool = False,
    ) -> Trace:
        """Host steps: set nets, settle, record, shift bits, pulse LATCH, pulse STEP.

        Args:
            state: changed in place.
            nets: held nets that are set in each step.
            inputs: their volts, shape (T, nets).
            clocked: whether LATCH and STEP are pulsed.
            bits: levels (0 or 1) for the enable chain, shape (T, chain): column 0 ends in the first
                flip-flop of the chain. None shifts nothing.
            watch: nets whose volts are recorded.
            record_codes: whether the codes are recorded.

        Raises:
            UsageError: a net that the host does not hold, or a wrong shape.
        """
        volts = np.ascontiguousarray(inputs, dtype=np.float64)
        if volts.ndim != 2 or volts.shape[1] != len(nets):
            raise UsageError(f"inputs have the shape {volts.shape}, not (steps, {len(nets)})")
        for net in nets:
            if not self.settable(net):
                name = self.circuit.nets[net].name
                raise UsageError(f"net {name} is held neither by the host nor by a probe")
        steps = len(volts)
        chain = np.zeros((steps, 0), dtype=np.uint8) if bits is None else bits
        if chain.ndim != 2 or len(chain) != steps:
            raise UsageError(f"bits have the shape {chain.shape}, not ({steps}, chain)")
        trace = Trace(
            np.zeros((steps, len(watch))),
            np.zeros((steps if record_codes else 0, len(state.codes)), dtype=np.int64),
        )
        run(
            state.board,
            self._lines,
            self.circuit.logic_high_v,
            clocked,
            _indices(nets),
            volts,
            np.ascontiguousarray(chain, dtype=np.uint8),
            _indices(watch),
            trace.net_v,
            trace.codes,
        )
        return trace

    def unsettled(self, state: State) -> int:
        """How often a loop was given up since the start because it did not settle."""
        return int(state.board["unsettled"][0])

    def _checked(self, codes: ArrayLike) -> Integers:
        chosen = np.asarray(codes, dtype=np.int64)
        pots = self.program.pots
        if chosen.shape != pots.shape:
            raise UsageError(
                f"{chosen.size} codes for a circuit of {len(pots)} digipots; give one for each"
            )
        beyond = (chosen < pots["code_min"]) | (chosen > pots["code_max"])
        if beyond.any():
            first = int(np.flatnonzero(beyond)[0])
            low, high = int(pots["code_min"][first]), int(pots["code_max"][first])
            name = self.circuit.digipots[first].unit.name
            raise UsageError(f"code {chosen[first]} of {name} is outside {low}..{high}")
        return chosen

    def _line(self, function: str) -> int:
        """The net of a control line, NONE where no pin has it or the host does not hold its net."""
        nets = self.circuit.functions.get(function, ())
        return nets[0] if nets and nets[0] in self._settable else NONE


def _indices(numbers: Sequence[int]) -> Indices:
    return np.asarray(numbers, dtype=np.uint32).reshape(-1)
