"""Machine: a board - circuit and values - compiled, and run step by step.

```
run --> lowered loop      learning steps of a circuit that is a pair of twin networks
     +-> interpreter      everything else: any wiring, short runs, a look at any net
```

Both give the same codes (`tests/verification/lowered`). The interpreter needs a few microseconds a
step at 16 edges, and with a mask of m bits m^2 gate evaluations; docs/performance.md has the
figures. Each is compiled once after an installation and then loaded from numba's cache.
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
from verification.simulation.lowered.ahead import Ahead, Interpret
from verification.simulation.lowered.circuit import LoweredCircuit
from verification.simulation.lowered.fill import fill_in_lowered
from verification.simulation.lowered.job import can_run
from verification.simulation.lowered.lower import lower
from verification.simulation.lowered.tables import NotLowered
from verification.simulation.partition import Partition
from verification.simulation.program import compile_layout, copy_state, fill_in, make_state
from verification.simulation.request import Lines, Request, interpret
from verification.simulation.tables import NONE, Bytes, Floats, Integers, State

_MANY_STEPS, _MANY_BITS = 8, 128
"""A board runs lowered from its first run of so many learning steps or shifted bits on.

Shorter ones do not pay for the analysis. The rule looks at nothing but the board's own history, so
that a training gives the same numbers to the last digit whatever was run before it.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """What was recorded in T host steps.

    Attributes:
        net_v: volts of the watched nets before each LATCH pulse, shape (T, nets).
        codes: of every digipot after each step, shape (T, digipots); (0, digipots) if not asked.
    """

    net_v: Floats
    codes: Integers


class Compiled:
    """What the boards of one partition share.

    Args:
        cut: the circuit in stages.
        interpreted: never lower it.
    """

    def __init__(self, cut: Partition, interpreted: bool = False) -> None:
        self._cut = cut
        self._interpreted = interpreted
        self.layout = compile_layout(cut)

    @cached_property
    def lowered(self) -> LoweredCircuit | None:
        """The circuit without gates and nets; None where it is not a pair of twin networks."""
        if self._interpreted:
            return None
        found = lower(self._cut)
        if isinstance(found, NotLowered) or not can_run(found):
            return None
        return LoweredCircuit(found)


class Machine:
    """A circuit with the values of one board, ready to run.

    A State is made by `start` and changed by `run`; a machine itself never changes, so that one can
    run many states.

    Args:
        cut: the circuit in stages.
        values: of the board.
        compiled: of another machine of the same partition, to save compiling it again.

    Attributes:
        cut, values: as given.
        program: their tables.
        lines: the nets that the host pulses.
    """

    def __init__(self, cut: Partition, values: Values, compiled: Compiled | None = None) -> None:
        self.cut = cut
        self.values = values
        self._compiled = Compiled(cut) if compiled is None else compiled
        self.program = fill_in(self._compiled.layout, cut, values)
        held = {drive.net: drive for drive in cut.circuit.drives}
        self._settable = frozenset(
            net for net, drive in held.items() if drive.kind is not DriveKind.RAIL
        )
        self.lines = Lines(
            self._line(LATCH),
            self._line(STEP),
            self._line(ENABLE_DATA),
            self._line(ENABLE_CLOCK),
            cut.circuit.logic_high_v,
        )

    @property
    def circuit(self) -> MixedCircuit:
        """What is simulated."""
        return self.cut.circuit

    @classmethod
    def interpreted(cls, cut: Partition, values: Values) -> Machine:
        """A machine that the interpreter alone runs: the reference for all others."""
        return cls(cut, values, Compiled(cut, interpreted=True))

    def with_values(self, values: Values) -> Machine:
        """Another board of the same circuit, without compiling anew."""
        return Machine(self.cut, values, self._compiled)

    @property
    def lowered(self) -> LoweredCircuit | None:
        """The circuit as twin networks; None where the interpreter alone can run it."""
        return self._compiled.lowered

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
        beside: ArrayLike | None = None,
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
            beside: those of the last nets, if they are not in `inputs`: further columns.
            clocked: whether LATCH and STEP are pulsed.
            bits: levels (0 or 1) for the enable chain, shape (T, chain): column 0 ends in the first
                flip-flop of the chain. None shifts nothing.
            watch: nets whose volts are recorded.
            record_codes: whether the codes are recorded.

        Raises:
            UsageError: a net that the host does not hold, or a wrong shape.
        """
        given = (inputs,) if beside is None else (inputs, beside)
        volts = tuple(np.ascontiguousarray(part, dtype=np.float64) for part in given)
        self._check_inputs(nets, volts)
        steps = len(volts[0])
        if bits is not None and (bits.ndim != 2 or len(bits) != steps):
            raise UsageError(f"bits have the shape {bits.shape}, not ({steps}, chain)")
        request = Request(nets, volts, clocked, bits, watch, record_codes)
        ahead = self._ahead(state, request)
        if ahead is not None:
            return Trace(*ahead.run(request))
        state.come()
        return Trace(*interpret(state, self.lines, request))

    def _ahead(self, state: State, request: Request) -> Ahead | None:
        """The lowered board that is to run a request; None leaves it to the interpreter."""
        if isinstance(state.catch_up, Ahead):
            return state.catch_up if state.catch_up.can(request) else None
        shifted = 0 if request.bits is None else request.bits.size
        many = request.clocked and request.steps >= _MANY_STEPS
        again = request.clocked and state.lowered_before
        if not (many or again or shifted >= _MANY_BITS):
            return None
        circuit = self._compiled.lowered
        if circuit is None or not Ahead.fits(circuit, request):
            return None
        if any(state.net_v[line] != 0 for line in self.lines.nets if line != NONE):
            return None
        values = fill_in_lowered(circuit.lowered, self.cut, self.values, state.codes)
        step = self._all_pins(circuit)
        ahead = Ahead(circuit, values, state, step, self.lines.data, self.lines.high_v)
        state.catch_up, state.lowered_before = ahead, True
        return ahead

    def _all_pins(self, circuit: LoweredCircuit) -> Interpret:
        """How the interpreter makes one step with the volts of all pins."""
        nets = circuit.lowered.pins

        def step(state: State, pins: Floats, clocked: bool) -> None:
            interpret(state, self.lines, Request(nets, (pins[None],), clocked, None, (), False))

        return step

    def respond(
        self, state: State, nets: Sequence[int], inputs: ArrayLike, watch: Sequence[int]
    ) -> Floats:
        """Volts (T, nets) of the watched nets for inputs as in `run`; the state does not change.

        A board that runs lowered answers with one matrix, whatever its size.
        """
        volts = np.ascontiguousarray(inputs, dtype=np.float64)
        self._check_inputs(nets, (volts,))
        ahead, request = state.catch_up, Request(nets, (volts,), False, None, watch, False)
        if isinstance(ahead, Ahead) and ahead.can(request):
            found = ahead.respond(nets, volts, watch)
            if found is not None:
                return found
        return self.run(copy_state(state), nets, volts, watch=watch).net_v

    def within_rounding(self, state: State) -> int:
        """How many decisions of learning steps lay nearer to a tie than rounding can tell.

        They count as low. Comparators that no digipot obeys are left out.
        """
        ahead = state.catch_up
        return int(state.board["ties"][0]) + (ahead.ties if isinstance(ahead, Ahead) else 0)

    def unsettled(self, state: State) -> int:
        """How often a loop was given up since the start because it did not settle."""
        return int(state.board["unsettled"][0])

    def _check_inputs(self, nets: Sequence[int], parts: tuple[Floats, ...]) -> None:
        shapes = [part.shape for part in parts]
        flat = any(len(shape) != 2 or shape[0] != shapes[0][0] for shape in shapes)
        if flat or sum(shape[1] for shape in shapes) != len(nets):
            given = " and ".join(str(shape) for shape in shapes)
            raise UsageError(f"inputs have the shape {given}, not (steps, {len(nets)})")
        if not self._settable.issuperset(nets):
            loose = next(net for net in nets if not self.settable(net))
            name = self.circuit.nets[loose].name
            raise UsageError(f"net {name} is held neither by the host nor by a probe")

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
