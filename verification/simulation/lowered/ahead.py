"""Ahead: one board that runs lowered, and how the interpreter catches up with it.

The lowered loop knows codes, the comparators' memory, the enable chain and the pins; latches, lamps
and buses it does not know. When somebody asks for them, the interpreter is put where the board
stood before its last learning step, makes that step itself, and is then given the present pins.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from verification.simulation.lowered.boards import LoweredBoards
from verification.simulation.lowered.circuit import LoweredCircuit
from verification.simulation.lowered.outputs import View
from verification.simulation.lowered.response import find_sources, respond
from verification.simulation.lowered.rows import fresh_rows
from verification.simulation.lowered.tables import Lowered, LoweredValues
from verification.simulation.request import Request
from verification.simulation.solve.problem import Floats, Integers
from verification.simulation.tables import NONE, Bytes, State

Interpret = Callable[[State, Floats, bool], None]
"""Makes one host step of the interpreter: state, volts of all pins, whether it is clocked."""


class Ahead:
    """The lowered run of one board; `State.ahead` while the interpreter is behind.

    Args:
        circuit: the board's circuit, lowered.
        values: the board's.
        state: where the interpreter stands.
        interpret: how it makes a step.
        data_pin: net of ENABLE_DATA, or NONE.
        high_v: the host's high level.
    """

    def __init__(
        self,
        circuit: LoweredCircuit,
        values: LoweredValues,
        state: State,
        interpret: Interpret,
        data_pin: int,
        high_v: float,
    ) -> None:
        lowered = circuit.lowered
        self._circuit, self._values = circuit, values
        self._interpret, self._high_v = interpret, high_v
        self._data = lowered.pins.index(data_pin) if data_pin in lowered.pins else -1
        self._column = {net: place for place, net in enumerate(lowered.pins)}
        position = state.position
        self._pots = position.codes.copy()
        self._pins = position.net_v[list(lowered.pins)]
        self._views: dict[tuple[int, ...], View] = {}
        self._step_pins: Floats | None = None
        self._step_bits = chain_bits(lowered, state)
        self._boards = LoweredBoards(circuit, (values,), self._row_codes(self._pots)[None])
        self._boards.set_decisions(position.high[lowered.comparator][None] > 0)
        self._boards.set_bits(self._step_bits[None])

    @staticmethod
    def fits(circuit: LoweredCircuit, request: Request) -> bool:
        """Whether a lowered board of this circuit can carry out a request."""
        lowered = circuit.lowered
        whole = request.bits is None or request.bits.shape[1] == len(lowered.chain)
        allowed = circuit.settable.issuperset(request.nets)
        return whole and allowed and circuit.sights.shows(request.watch)

    def can(self, request: Request) -> bool:
        """Whether this board can carry out a request."""
        return self.fits(self._circuit, request)

    def run(self, request: Request) -> tuple[Floats, Integers]:
        """Volts of the watched nets, (T, nets), and codes of all digipots, (T, digipots)."""
        if request.shifts_only:
            return self._shift(request)
        row_of, first = fresh_rows(*request.inputs)
        pins = np.empty((len(first), len(self._pins)))
        pins[:] = self._pins
        pins[:, [self._column[net] for net in request.nets]] = request.volts(first)
        watched = tuple(request.watch)
        watcher = self._circuit.watcher(watched)
        if watched not in self._views:
            self._views[watched] = watcher.on(self._values)
        seen = self._boards.run(
            row_of,
            pins,
            clocked=request.clocked,
            bits=request.bits,
            watch=watcher.nodes,
            record_codes=request.record_codes,
        )
        if len(row_of):
            self._remember(pins[row_of[-1]].copy(), request)
        volts = self._views[watched].volts(seen.node_v[:, 0], seen.columns[:, 0], row_of)
        codes = np.empty((len(seen.codes), len(self._pots)), dtype=np.int64)
        if len(codes):
            codes[:] = self._pots
            used = self._circuit.lowered.pot >= 0
            codes[:, self._circuit.lowered.pot[used]] = seen.codes[:, 0][:, used]
        return volts, codes

    def _shift(self, request: Request) -> tuple[Floats, Integers]:
        """Bits shifted on a board at rest, which stays there."""
        for bits in () if request.bits is None else request.bits:
            self._boards.shift(bits)
        if request.steps:
            self._remember(self._pins.copy(), request)
        return np.zeros((request.steps, 0)), np.zeros((0, len(self._pots)), dtype=np.int64)

    def respond(self, nets: Sequence[int], inputs: Floats, watch: Sequence[int]) -> Floats | None:
        """What the watched nets would show for volts (T, nets), the board staying as it is.

        None where that is more than a product: a source that several pins make, an output that is
        no plain follower of a free node.
        """
        lowered = self._circuit.lowered
        changing = np.asarray([self._column[net] for net in nets], dtype=np.int64)
        sources = find_sources(lowered, self._values, self._pins, changing)
        watcher = self._circuit.watcher(tuple(watch))
        if sources is None or not watcher.plain(self._values):
            return None
        matrix, const = self._boards.response(watcher.nodes)
        return respond(sources, watcher.sensors(self._values, matrix[0], const[0]), inputs)

    @property
    def ties(self) -> int:
        """How many decisions of learning steps lay within rounding."""
        return self._boards.ties

    def bring(self, state: State) -> None:
        """Bring the interpreter's position to where this board stands."""
        boards = self._boards
        ties = state.board["ties"] + boards.ties
        if self._step_pins is not None:
            self._put(state, boards.codes_before, boards.decisions_before, self._step_bits)
            self._interpret(state, self._step_pins, True)
        self._put(state, boards.codes, boards.decisions, boards.bits[0])
        self._interpret(state, self._pins, False)
        # The step that was made twice has been counted once, by the lowered loop.
        state.board["ties"] = ties

    def fork(self) -> Ahead:
        """An independent copy of the board as it stands."""
        twin = copy.copy(self)
        twin._boards = self._boards.fork()
        return twin

    def _remember(self, pins: Floats, request: Request) -> None:
        """What a catching up needs to know of the run's last step."""
        bits = request.bits
        if bits is not None and bits.shape[1] and self._data >= 0:
            pins[self._data] = self._high_v if bits[-1, 0] else 0.0
        self._pins = pins
        if request.clocked:
            self._step_pins, self._step_bits = pins, self._boards.bits[0]

    def _put(self, state: State, codes: Integers, high: NDArray[np.bool_], bits: Bytes) -> None:
        """Put the interpreter on codes (1, B, 2), decisions (1, Q) and chain bits (n,)."""
        lowered, position = self._circuit.lowered, state.position
        used = lowered.pot >= 0
        position.codes[:] = self._pots
        position.codes[lowered.pot[used]] = codes[0][used]
        position.high[lowered.comparator] = high[0]
        put_chain_bits(lowered, state, bits)
        position.dirty[:] = 1
        position.dirty_group[:] = 1
        position.refactor[:] = 1
        state.board["recoded"] = 1

    def _row_codes(self, pots: Integers) -> Integers:
        """Codes of all digipots -> of the rows, (B, 2); 0 where a row has none."""
        pot = self._circuit.lowered.pot
        return np.where(pot >= 0, pots[pot], 0)


def chain_bits(lowered: Lowered, state: State) -> Bytes:
    """The bit of each place of the enable chain, from the outputs of its flip-flops."""
    rows = state.program.flipflops[lowered.chain]
    middle = (rows["low_v"] + rows["high_v"]) / 2
    own = rows["q"] != NONE
    net_v = state.position.net_v
    q_v = net_v[np.where(own, rows["q"], rows["q_n"])]
    high = (q_v > middle) == own
    return np.where(high, lowered.chain_high, 1 - lowered.chain_high).astype(np.uint8)


def put_chain_bits(lowered: Lowered, state: State, bits: Bytes) -> None:
    """Put bits into the flip-flops of the enable chain."""
    rows = state.program.flipflops[lowered.chain]
    high = bits == lowered.chain_high
    for name, level in (("q", high), ("q_n", ~high)):
        held = rows[name] != NONE
        volts = np.where(level, rows["high_v"], rows["low_v"])
        state.position.net_v[rows[name][held]] = volts[held]
