"""Host: a machine seen through its connector pins, as the computer beside the board sees it.

One learning step, in this order:

```
SRC*, TGT*.DESIRED set - settle - TGT*.OUT read - [mask shifted in: ENABLE_DATA, ENABLE_CLOCK]
                                                - LATCH high, low - STEP high, low
```

A line whose net a supply holds (a short on the board) is driven in vain, as in life.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from parts.errors import suggestion
from parts.models import DigipotModel
from verification.errors import UsageError
from verification.extraction.functions import ENABLE_CLOCK, ENABLE_DATA, ENABLE_RETURN, LATCH, STEP
from verification.simulation.machine import Machine
from verification.simulation.program import copy_state
from verification.simulation.tables import Bytes, Floats, Integers, State

CONTROLS = (LATCH, STEP, ENABLE_DATA, ENABLE_CLOCK)


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """What T host steps gave, all before the LATCH pulse but the codes.

    Attributes:
        outputs_v: volts of the targets' OUT pins, shape (T, targets).
        net_v: volts of the watched nets, shape (T, nets).
        codes: of every digipot after each step, shape (T, digipots), or (0, digipots).
    """

    outputs_v: Floats
    net_v: Floats
    codes: Integers


class Host:
    """A board under power, with its host.

    Args:
        machine: the board; sources and targets are already patched to nodes in its circuit.
        sources: channels whose pins the host drives, in the order of the columns: "SRC1", ...
        targets: channels whose DESIRED pins it drives and OUT pins it reads: "TGT1", ...
        chain: edges in the enable chain; the power-on state enables all.
        state: a state of this machine to go on from; the power-on state by default.

    Raises:
        UsageError: functions that no connector pin of the netlist has.
    """

    def __init__(
        self,
        machine: Machine,
        *,
        sources: Sequence[str],
        targets: Sequence[str],
        chain: int,
        state: State | None = None,
    ) -> None:
        self.machine = machine
        self._chain = chain
        inputs = (*sources, *(f"{target}.DESIRED" for target in targets))
        outputs = tuple(f"{target}.OUT" for target in targets)
        check_functions(machine, (*CONTROLS, *inputs, *outputs))
        columns = [self._pin(name) for name in inputs]
        self._nets = [net for net in columns if net is not None]
        count = len(sources)
        # Columns of the sources and of the desired voltages that the host really holds.
        self._held = tuple(
            [k for k, net in enumerate(part) if net is not None]
            for part in (columns[:count], columns[count:])
        )
        self._outputs = tuple(machine.circuit.function_net(name) for name in outputs)
        self._sources = len(sources)
        self._state = machine.start() if state is None else state
        self._desired = np.zeros(len(targets))
        self._masked = False
        self.enable_all()

    @property
    def state(self) -> State:
        """How the board stands now; changed by every step."""
        return self._state

    @property
    def codes(self) -> Integers:
        """Code of every digipot, in the circuit's order."""
        return self._state.codes.copy()

    @property
    def node_v(self) -> Floats:
        """Volts of every net of the circuit."""
        return self._state.net_v.copy()

    def fork(self) -> State:
        """A copy of how the board stands, for another Host to go on from."""
        return copy_state(self._state)

    def set_codes(self, codes: ArrayLike) -> None:
        """Put every digipot on a code, as no host can: for runs that start at random taps."""
        self.machine.set_codes(self._state, codes)

    def set_pins(self, volts: Mapping[str, float]) -> None:
        """Set pins by function, together, and let the board settle.

        Raises:
            UsageError: a function that no pin has.
        """
        pins = [(self._pin(name), value) for name, value in volts.items()]
        held = [(net, value) for net, value in pins if net is not None]
        row = np.asarray([[value for _, value in held]], dtype=np.float64).reshape(1, -1)
        self.machine.run(self._state, [net for net, _ in held], row)

    def read(self, function: str) -> float:
        """Volts of the net of a connector pin. UsageError where no pin has the function."""
        return float(self._state.net_v[self.machine.circuit.function_net(function)])

    def pulse(self, function: str, count: int = 1) -> None:
        """Drive a line high and low again, `count` times."""
        net = self._pin(function)
        if net is not None:
            edges = np.tile([[self._high], [0.0]], (count, 1))
            self.machine.run(self._state, [net], edges)

    def set_eta(self, pot: DigipotModel, code: int) -> None:
        """Turn the adjustable nudge of all targets to `eta = code / pot.divisor`.

        The wipers are first run down to their stop, so their position need not be known.

        Args:
            pot: model of the nudge's digipots.
            code: where they end.

        Raises:
            UsageError: a code beyond the ends, or a board without the ETA_* pins.
        """
        if not pot.code_min <= code <= pot.code_max:
            raise UsageError(f"eta's code {code} is outside {pot.code_min}..{pot.code_max}")
        levels = {"high": self._high, "low": 0.0}
        other = {"high": "low", "low": "high"}
        self.set_pins({"ETA_UP": levels[other[pot.up_level]]})
        self.set_pins({"ETA_SELECT": levels[pot.select_level]})
        self.pulse("ETA_STEP", pot.positions)
        self.set_pins({"ETA_UP": levels[pot.up_level]})
        self.pulse("ETA_STEP", code - pot.code_min)
        self.set_pins({"ETA_SELECT": levels[other[pot.select_level]]})

    def enable_all(self) -> None:
        """Shift a mask into the enable chain that lets every edge step."""
        self._shift(np.zeros((1, self._chain), dtype=np.uint8))
        self._masked = False

    def probe_chain(self, bits: Sequence[int]) -> tuple[int, ...]:
        """Shift bits in and return what ENABLE_RETURN shows after each, as 0 and 1."""
        seen: list[int] = []
        for bit in bits:
            self.set_pins({ENABLE_DATA: self._high if bit else 0.0})
            self.pulse(ENABLE_CLOCK)
            seen.append(int(self.read(ENABLE_RETURN) > self._high / 2))
        self._masked = True
        return tuple(seen)

    def respond(self, sources_v: ArrayLike) -> Floats:
        """Volts of the OUT pins, (T, targets), that a copy of the board shows for (T, sources)."""
        sources = self._shaped(sources_v, self._sources, "sources")
        nets = self._nets[: len(self._held[0])]
        return self.machine.respond(self._state, nets, _of(sources, self._held[0]), self._outputs)

    @property
    def within_rounding(self) -> int:
        """How many comparator decisions of learning steps lay within rounding of a tie."""
        return self.machine.within_rounding(self._state)

    def observe(self, sources_v: ArrayLike, watch: Sequence[int] = ()) -> Recording:
        """Set sources and read, without a clock; the DESIRED pins stay as they are.

        Args:
            sources_v: shape (T, sources).
            watch: nets to record besides the outputs.
        """
        sources = self._shaped(sources_v, self._sources, "sources")
        desired = np.tile(self._desired, (len(sources), 1))
        return self._run(sources, desired, watch=watch)

    def train(
        self,
        sources_v: ArrayLike,
        desired_v: ArrayLike,
        enabled: NDArray[np.bool_] | None = None,
        *,
        watch: Sequence[int] = (),
        record_codes: bool = False,
    ) -> Recording:
        """Learning steps.

        Args:
            sources_v: shape (T, sources).
            desired_v: shape (T, targets).
            enabled: which edges may step, shape (T, chain), in the order of the chain; None: all.
            watch: nets to record besides the outputs.
            record_codes: whether to record the codes after each step.

        Raises:
            UsageError: a wrong shape.
        """
        sources = self._shaped(sources_v, self._sources, "sources")
        desired = self._shaped(desired_v, len(self._outputs), "desired")
        if len(sources) != len(desired):
            raise UsageError(f"{len(sources)} rows of sources, {len(desired)} of desired voltages")
        bits = None
        if enabled is None:
            if self._masked:
                self.enable_all()
        else:
            bits = (~np.asarray(enabled, dtype=np.bool_)).astype(np.uint8)
            if bits.shape != (len(sources), self._chain):
                raise UsageError(
                    f"the mask has the shape {bits.shape}, not ({len(sources)}, {self._chain})"
                )
            self._masked = True
        if len(desired):
            self._desired = desired[-1].copy()
        return self._run(
            sources, desired, bits, clocked=True, watch=watch, record_codes=record_codes
        )

    @property
    def _high(self) -> float:
        return self.machine.circuit.logic_high_v

    def _pin(self, function: str) -> int | None:
        """The net of a function, None where something stronger than the host holds it."""
        net = self.machine.circuit.function_net(function)
        return net if self.machine.settable(net) else None

    def _shift(self, bits: Bytes) -> None:
        self.machine.run(self._state, (), np.zeros((len(bits), 0)), bits=bits)

    def _shaped(self, given: ArrayLike, width: int, what: str) -> Floats:
        volts = np.asarray(given, dtype=np.float64)
        if volts.ndim != 2 or volts.shape[1] != width:
            raise UsageError(f"{what} have the shape {volts.shape}, not (steps, {width})")
        return volts

    def _run(
        self,
        sources: Floats,
        desired: Floats,
        bits: Bytes | None = None,
        *,
        clocked: bool = False,
        watch: Sequence[int] = (),
        record_codes: bool = False,
    ) -> Recording:
        trace = self.machine.run(
            self._state,
            self._nets,
            _of(sources, self._held[0]),
            _of(desired, self._held[1]),
            clocked=clocked,
            bits=bits,
            watch=(*self._outputs, *watch),
            record_codes=record_codes,
        )
        outputs = len(self._outputs)
        return Recording(trace.net_v[:, :outputs], trace.net_v[:, outputs:], trace.codes)


def _of(volts: Floats, held: Sequence[int]) -> Floats:
    """Some columns."""
    return volts if len(held) == volts.shape[1] else volts[:, held]


def check_functions(machine: Machine, functions: Sequence[str]) -> None:
    """Raise UsageError naming every function that no connector pin of the circuit has."""
    known = machine.circuit.functions
    missing = [name for name in dict.fromkeys(functions) if name not in known]
    if missing:
        plural = "s" if len(missing) > 1 else ""
        raise UsageError(
            f"no connector pin of the netlist has the function{plural} {', '.join(missing)}."
            f"{suggestion(missing[0], known)}"
        )
