"""Squad: drawn boards of one task that learn side by side, as lanes of one lowered loop.

```
lesson of board 0 --ask--+                      +--> volts of board 0
lesson of board 1 --ask--+--> LoweredBoards ----+--> volts of board 1
...                           one compiled run  +--> ...
```

A board and its copies share one place in the loop: whichever asks is seated there, and the one that
sat there keeps its codes for later. Boards that ask for something else, or for nothing any more,
leave their places meanwhile. A board shows what `Host` and `Machine` would show of it alone, and
has the same codes after every step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum, auto
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from verification.simulation.lowered.alike import Alike
from verification.simulation.lowered.boards import LoweredBoards
from verification.simulation.lowered.circuit import LoweredCircuit
from verification.simulation.lowered.outputs import View
from verification.simulation.lowered.response import Sources, find_sources, respond
from verification.simulation.lowered.rows import fresh_rows
from verification.simulation.lowered.tables import LoweredValues
from verification.training.rendezvous import Question
from verification.training.tasks.protocol import Bools, Floats, Ints

BoardT = TypeVar("BoardT")


class Ask(IntEnum):
    """What a board is asked for."""

    RESPOND, OBSERVE, TRAIN = auto(), auto(), auto()


@dataclass(frozen=True)
class Ports:
    """Where the host of a task is connected.

    Attributes:
        edges: in the order of the mask's columns.
        sources, desired: nets of the channels' pins.
        outputs: nets that are read.
    """

    edges: tuple[tuple[str, str], ...]
    sources: tuple[int, ...]
    desired: tuple[int, ...]
    outputs: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A question.

    Attributes:
        lane: who asks.
        ask: for what.
        inputs: volts of the sources, [T, S].
        desired: volts, [T, K], or [K] in all steps.
        mask: which edges may step, [T, E], or None.
    """

    lane: Lane
    ask: Ask
    inputs: Floats
    desired: Floats
    mask: Bools | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Position:
    """How a board stands: codes (B, 2), and what its comparators remember, (Q,)."""

    codes: Ints
    high: NDArray[np.bool_]


class Lane:
    """One board of a squad, or a copy of it: `tasks.protocol.Learner`.

    Args:
        squad: whose.
        place: in the loop.
        kept: how it stands; out of date while it is seated.
    """

    def __init__(self, squad: Squad, place: int, kept: Position) -> None:
        self._squad = squad
        self.place, self.kept = place, kept
        # Its host has not set a desired voltage yet, not even on a copy.
        self._desired = np.zeros(len(squad.ports.desired))

    @property
    def edges(self) -> tuple[tuple[str, str], ...]:
        """The edges in the order of the mask's columns."""
        return self._squad.ports.edges

    @property
    def position(self) -> Position:
        """How it stands."""
        return self._squad.position_of(self)

    def fork(self) -> Lane:
        """An independent copy of the board as it stands."""
        return Lane(self._squad, self.place, self.position)

    async def respond(self, inputs: Floats) -> Floats:
        """What a copy of the board would show."""
        if not self._squad.plain:
            return await self.fork().observe(inputs)
        return await self._ask(Ask.RESPOND, inputs)

    async def observe(self, inputs: Floats) -> Floats:
        """The targets' voltages, without a clock; the desired ones stay as they are."""
        return await self._ask(Ask.OBSERVE, inputs)

    async def train(self, inputs: Floats, desired: Floats, mask: Bools | None) -> Floats:
        """Learning steps; the targets' voltages before each."""
        self._desired = desired[-1].copy()
        kind = (Ask.TRAIN, len(inputs), mask is None)
        return await Question(kind, Asked(self, Ask.TRAIN, inputs, desired, mask))

    async def _ask(self, ask: Ask, inputs: Floats) -> Floats:
        return await Question((ask, len(inputs)), Asked(self, ask, inputs, self._desired))


class Squad:
    """Boards side by side, powered on.

    Args:
        circuit: what all boards are.
        ports: where their host is connected.
        values: of each board.
        codes: of each row's digipots after power-on, shape (B, 2).
        width: lanes of the loop. All squads of a circuit have the same, since a loop is compiled
            for its width; the last board fills up lanes that no board needs.

    Attributes:
        ports: as given.
    """

    def __init__(
        self,
        circuit: LoweredCircuit,
        ports: Ports,
        values: Sequence[LoweredValues],
        codes: Ints,
        width: int,
    ) -> None:
        pins = list(circuit.lowered.pins)
        self.ports = ports
        self._width = width
        self._values = values
        self._watcher = circuit.watcher(ports.outputs)
        self._sources = np.asarray([pins.index(net) for net in ports.sources], dtype=np.int64)
        self._desired = np.asarray([pins.index(net) for net in ports.desired], dtype=np.int64)
        lanes = _filled_up(values, width)
        self._alike = Alike.of(self._watcher, lanes)
        self._boards = LoweredBoards(circuit, lanes, np.stack([codes] * width))
        self._idle = np.zeros(len(pins))
        self._circuit = circuit
        self._seated: list[Lane | None] = [None] * width
        self._settle()

    @cached_property
    def plain(self) -> bool:
        """Whether every board's response is one product."""
        return self._alike is not None and all(
            self._found_sources(board, self._idle) is not None for board in self._values
        )

    def start(self, codes: Sequence[Ints]) -> None:
        """Put every board on codes, (B, 2) each, as no host can; the boards then settle."""
        self._boards.set_codes(np.stack(_filled_up(codes, self._width)))
        self._settle()

    @cached_property
    def _views(self) -> list[View]:
        """How each board is watched, where they are not alike."""
        return [self._watcher.on(board) for board in self._values]

    @property
    def lanes(self) -> tuple[Lane, ...]:
        """Every board as it stands."""
        codes, high = self._boards.codes, self._boards.decisions
        return tuple(
            Lane(self, place, Position(codes[place], high[place]))
            for place in range(len(self._values))
        )

    def position_of(self, lane: Lane) -> Position:
        """How a board stands."""
        if self._seated[lane.place] is not lane:
            return lane.kept
        return Position(self._boards.codes[lane.place], self._boards.decisions[lane.place])

    def answer(self, questions: Mapping[int, Asked]) -> list[Floats]:
        """The outputs' volts [T, K] of each board that asks, all for the same thing."""
        asked = list(questions.values())
        self._seat([question.lane for question in asked])
        if asked[0].ask is Ask.RESPOND:
            return self._respond(asked)
        return self._run(asked)

    def _run(self, asked: Sequence[Asked]) -> list[Floats]:
        places = [question.lane.place for question in asked]
        pins = np.zeros((len(asked[0].inputs), self._width, len(self._idle)))
        whose = np.asarray(places)[:, None]
        pins[:, whose, self._sources] = np.stack([question.inputs for question in asked], axis=1)
        desired = np.stack([question.desired for question in asked], axis=-2)
        pins[:, whose, self._desired] = desired
        row_of, first = fresh_rows(pins.reshape(len(pins), -1))
        seen = self._boards.run(
            row_of,
            pins[first],
            clocked=asked[0].ask is Ask.TRAIN,
            bits=self._bits(asked),
            watch=self._watcher.nodes,
        )
        if self._alike is not None:
            volts = self._alike.volts(seen.node_v)
            return [volts[k] for k in places]
        return [self._views[k].volts(seen.node_v[:, k], seen.columns[:, k], row_of) for k in places]

    def _bits(self, asked: Sequence[Asked]) -> NDArray[np.uint8] | None:
        """For the enable chains, (T, W, n); a chain's bit is low where its edge may step."""
        if asked[0].mask is None:
            return None
        bits = np.zeros((len(asked[0].mask), self._width, len(self.ports.edges)), np.uint8)
        for question in asked:
            assert question.mask is not None
            bits[:, question.lane.place] = ~question.mask
        return bits

    def _respond(self, asked: Sequence[Asked]) -> list[Floats]:
        matrix, const = self._boards.response(self._watcher.nodes)
        found: list[Floats] = []
        for question in asked:
            k = question.lane.place
            pins = self._idle.copy()
            pins[self._desired] = question.desired
            sources = self._found_sources(self._values[k], pins)
            assert sources is not None
            sensors = self._watcher.sensors(self._values[k], matrix[k], const[k])
            found.append(respond(sources, sensors, question.inputs))
        return found

    def _found_sources(self, board: LoweredValues, pins: Floats) -> Sources | None:
        return find_sources(self._circuit.lowered, board, pins, self._sources)

    def _seat(self, lanes: Sequence[Lane]) -> None:
        """Let those who ask, and nobody else, sit in the loop."""
        wanted: list[Lane | None] = [None] * self._width
        for lane in lanes:
            wanted[lane.place] = lane
        if wanted == self._seated:
            return
        codes, high = self._boards.codes, self._boards.decisions
        for k, (old, new) in enumerate(zip(self._seated, wanted, strict=True)):
            if old is not None and old is not new:
                old.kept = Position(codes[k].copy(), high[k].copy())
            if new is not None and old is not new:
                codes[k], high[k] = new.kept.codes, new.kept.high
        self._boards.set_codes(codes)
        self._boards.set_decisions(high)
        self._seated = wanted

    def _settle(self) -> None:
        """Let all boards settle with every pin at 0 V."""
        begin, nobody = np.zeros(1, dtype=np.uint32), np.zeros(0, dtype=np.int64)
        self._boards.run(begin, self._idle[None], clocked=False, watch=nobody)


def _filled_up(boards: Sequence[BoardT], width: int) -> list[BoardT]:
    """The last board stands in every lane that no board needs."""
    return [*boards, *[boards[-1]] * (width - len(boards))]
