"""Boards: W boards of one lowered circuit, and how they stand.

```
pins of T host steps -> held and driving volts of each new row      (pins.py)
                     -> run_steps: T learning steps of all boards   (kernel.py)
                     -> volts of the watched nodes, codes           (Seen)
```
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from verification.simulation.lowered.circuit import LoweredCircuit
from verification.simulation.lowered.edges import edge_slots
from verification.simulation.lowered.groups import Codes, Lanes, Precision
from verification.simulation.lowered.job import (
    CHAINED,
    MASKED,
    OPEN,
    RUN,
    Standing,
    job_record,
    point_to,
    set_kind,
    value_rows,
)
from verification.simulation.lowered.kernel import run_steps
from verification.simulation.lowered.nodes import CLAMPED, FREE
from verification.simulation.lowered.pins import PinRows, Pins, pin_rows
from verification.simulation.lowered.tables import LoweredValues
from verification.simulation.lowered.terms import Terms, asked
from verification.simulation.solve.lanes import Rows, points_like
from verification.simulation.solve.problem import Floats, Integers
from verification.simulation.tables import Bytes, Indices


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What T host steps of W boards showed.

    Attributes:
        node_v: volts of the watched nodes before each LATCH, shape (T, W, nodes, 2).
        columns: volts of the pins and buffers in each row of pins, shape (R, W, C).
        codes: of each row's digipots after each step, (T, W, B, 2), or (0, W, B, 2) if not asked.
    """

    node_v: Floats
    columns: Floats
    codes: Integers


class LoweredBoards:
    """W boards under power; `run` and the setters change how they stand.

    Args:
        circuit: what all boards are.
        values: of each board.
        codes: of each row's digipots, shape (W, B, 2).
        precision: float64; float32 is for statistics.
    """

    def __init__(
        self,
        circuit: LoweredCircuit,
        values: Sequence[LoweredValues],
        codes: Floats | Integers,
        precision: Precision = np.float64,
    ) -> None:
        lowered = circuit.lowered
        lanes = Lanes.of(len(values), precision)
        self._circuit, self._lanes = circuit, lanes
        self._groups = lanes.groups(len(lowered.pot))
        terms = Terms.of(lowered)
        self._slots = edge_slots(terms, lanes)
        self._rows = value_rows(lowered, terms, values, lanes)
        self._pins = Pins.of(values)
        self._none = lanes.group_rows(0)
        self._stale, self._open = True, True
        injected = np.stack([board.injected_a for board in values])
        scratch = self._scratch = circuit.scratch(lanes)
        self._injected = lanes.lay_out(injected[:, scratch.unknown])
        self._standing = Standing.of(lowered, lanes)
        self._job = job_record(
            scratch.layout, self._slots, self._rows, self._standing, self._groups
        )
        set_kind(self._job, lowered, terms, values)
        self.set_codes(codes)
        self.set_decisions(np.zeros((lanes.boards, len(lowered.comparator)), dtype=np.bool_))
        self.set_bits(np.zeros((lanes.boards, len(lowered.chain)), dtype=np.uint8))

    def fork(self) -> LoweredBoards:
        """The same boards in the same position, independent of the original."""
        twin = copy.copy(self)
        twin._standing = self._standing.copy(self._circuit.lowered, self._lanes)
        twin._job = self._job.copy()
        point_to(twin._job, twin._standing.arrays())
        twin._bits = self._bits.copy()
        return twin

    @property
    def codes(self) -> Integers:
        """Of each row's digipots, shape (W, B, 2)."""
        return self._codes(self._standing.code)

    @property
    def codes_before(self) -> Integers:
        """Those before the last learning step."""
        return self._codes(self._standing.code_before)

    @property
    def decisions(self) -> NDArray[np.bool_]:
        """What the comparators' hysteresis remembers, shape (W, Q)."""
        return self._decided(self._standing.high)

    @property
    def decisions_before(self) -> NDArray[np.bool_]:
        """What decided the last learning step."""
        return self._decided(self._standing.high_before)

    @property
    def bits(self) -> Bytes:
        """Of each place of the enable chain, shape (W, n)."""
        return self._bits.copy()

    @property
    def ties(self) -> int:
        """How many decisions of learning steps lay within rounding, on all boards."""
        return round(float(self._standing.ties.sum()))

    def set_codes(self, codes: Floats | Integers) -> None:
        """Put every digipot on a code, shape (W, B, 2)."""
        laid = self._lanes.lay_out_groups(np.asarray(codes, dtype=np.float64))
        self._standing.code[...] = laid

    def set_decisions(self, high: NDArray[np.bool_]) -> None:
        """Put every comparator's memory on a decision, shape (W, Q)."""
        questions = asked(self._circuit.lowered)
        self._standing.high[...] = self._lanes.lay_out_bits(high[:, questions])

    def set_bits(self, bits: Bytes) -> None:
        """Put bits into the enable chain, shape (W, n)."""
        self._bits = np.array(bits, dtype=np.uint8)
        self._stale = True

    def shift(self, bits: Bytes) -> None:
        """Shift bits into every board's chain, (n,) or (W, n): the first ends in place 0."""
        places = self._bits.shape[1]
        shifted = np.empty_like(self._bits)
        count = bits.shape[-1]
        shifted[:, count:] = self._bits[:, : max(places - count, 0)]
        shifted[:, :count] = bits[..., :places]
        self.set_bits(shifted)

    def run(
        self,
        row_of: Indices,
        pins: Floats,
        *,
        clocked: bool,
        bits: Bytes | None = None,
        watch: Integers,
        record_codes: bool = False,
    ) -> Seen:
        """Host steps: pins set, settled, seen, bits shifted in, and if clocked a learning step.

        Args:
            row_of: which row of pins each step has, shape (T,).
            pins: volts of `lowered.pins` in each row: shape (R, P), the same on every board, or
                each board's own, (R, W, P).
            clocked: whether LATCH and STEP are pulsed.
            bits: for the enable chain, n of its whole length: shape (T, n), the same on every
                board, or each board's own, (T, W, n); None shifts none.
            watch: nodes whose volts are wanted.
            record_codes: whether the codes are.
        """
        rows = pin_rows(self._pins, row_of, pins, self._lanes)
        steps = len(row_of)
        job = self._job[0]
        job["clocked"], job["blind"] = clocked, False
        if self._stale and clocked and bits is None:
            enabled = self._enabled(self._bits)
            self._standing.enabled[...] = self._lanes.lay_out_groups(enabled)
            self._open, self._stale = bool(enabled.all()), False
        job["gate"] = MASKED if bits is not None else OPEN if self._open else CHAINED
        masks = self._masks(bits)
        seen, codes = self._go(rows, watch, masks, steps if record_codes else 0)
        if bits is not None and steps:
            self.shift(bits[-1])
        return Seen(self._volts(seen, steps), rows.columns, self._codes_of_steps(codes))

    def response(self, nodes: Integers) -> tuple[Floats, Floats]:
        """Free volts of some nodes as `matrix @ held volts + const`, as the codes are now.

        Returns:
            matrix (W, nodes, H) and const (W, nodes).
        """
        held = len(self._circuit.lowered.twins.held)
        rows = self._lanes.rows((held + 1) * held)
        for place in range(held):
            rows[(place + 1) * held + place, : self._lanes.boards] = 1.0
        columns = np.zeros((held + 1, self._lanes.boards, 0))
        steps = np.arange(held + 1, dtype=np.uint32)
        self._job["clocked"], self._job["blind"] = False, True
        unit = PinRows(steps, columns, rows, self._lanes.rows(0))
        seen, _ = self._go(unit, nodes, self._masks(None), 0)
        volts = np.moveaxis(self._volts(seen, held + 1)[..., FREE], 0, 2)
        return volts[..., 1:] - volts[..., :1], volts[..., 0]

    def _go(self, rows: PinRows, watch: Integers, masks: Rows, recorded: int) -> tuple[Rows, Codes]:
        """Run the loop; rows of what was seen, and of the codes in as many steps as recorded."""
        steps, lanes = len(rows.row_of), self._lanes
        seen = lanes.blank_rows(steps * len(watch))
        codes = lanes.code_rows(2 * recorded * self._groups)
        scratch = self._scratch
        places = scratch.layout.place[watch].astype(np.uint32)
        run = (rows.row_of, rows.held, rows.drive, masks, places, seen, codes)
        job = self._job
        point_to(job, dict(zip(RUN, run, strict=True)))
        job["watch_count"], job["step_count"] = len(watch), steps
        job["record_codes"] = recorded > 0
        scratch.room.volts[...] = 0.0
        scratch.room.injected[...] = self._injected
        count = self._points(rows.row_of)
        points = points_like(scratch.like, count)
        run_steps(self._job, scratch.room.ready(count), scratch.like, points, scratch.wide)
        return seen, codes

    def _points(self, row_of: Indices) -> int:
        """How many data points are solved at once; see `run_steps`.

        Two serve every run. Once a circuit's boards have needed them all runs have two, so that the
        loop is compiled once.
        """
        job, once = self._job[0], self._circuit.points == 1
        if once and job["clocked"] and job["remembers"] and (row_of[1:] != row_of[:-1]).any():
            self._circuit.points = 2
        return self._circuit.points

    def _decided(self, rows: Bytes) -> NDArray[np.bool_]:
        """What the comparators' memory says, (W, Q)."""
        questions = asked(self._circuit.lowered)
        shape = (self._lanes.boards, len(self._circuit.lowered.comparator))
        high = np.zeros(shape, dtype=np.bool_)
        remembered = self._lanes.pick_up_bits(rows, 2, len(questions))
        for k in range(2):
            high[:, questions[:, k]] = remembered[..., k]
        return high

    def _codes(self, rows: Codes) -> Integers:
        picked = self._lanes.pick_up_groups(rows, 2, len(self._circuit.lowered.pot))
        return picked.astype(np.int64)

    def _codes_of_steps(self, rows: Codes) -> Integers:
        """Rows of groups (T groups 2, ...) -> codes (T, W, B, 2)."""
        room = self._groups * self._lanes.edges
        steps = len(rows) // (2 * self._groups)
        picked = self._lanes.pick_up_groups(rows, 2, steps * room)
        picked = picked.reshape(self._lanes.boards, steps, room, 2).swapaxes(0, 1)
        return picked[:, :, : len(self._circuit.lowered.pot)].astype(np.int64)

    def _volts(self, rows: Rows, steps: int) -> Floats:
        """Rows of lanes (T nodes, 2 W) -> volts (T, W, nodes, 2), undoing the change form."""
        count = len(rows) // max(steps, 1)
        volts = rows.reshape(steps, count, 2, self._lanes.boards)
        if self._lanes.precision is np.float32:
            volts = volts.astype(np.float64)
            volts[:, :, CLAMPED] += volts[:, :, FREE]
        return volts.transpose(0, 3, 1, 2)

    def _masks(self, bits: Bytes | None) -> Rows:
        """Whether each edge may step, a row for each step, group and twin."""
        if bits is None:
            return self._none
        lanes, edges = self._lanes, len(self._circuit.lowered.pot)
        steps, boards = len(bits), 1 if bits.ndim == 2 else bits.shape[1]
        enabled = self._enabled(bits.reshape(steps * boards, bits.shape[-1]))
        full = np.zeros((lanes.boards, steps, self._groups * lanes.edges, 2))
        full[:, :, :edges] = enabled.reshape(steps, boards, edges, 2).swapaxes(0, 1)
        return lanes.lay_out_groups(full.reshape(lanes.boards, -1, 2))

    def _enabled(self, bits: Bytes) -> Floats:
        """Bits (X, n) -> whether each digipot may step, (X, B, 2)."""
        lowered = self._circuit.lowered
        if bits.shape[1] == 0:
            return np.ones((len(bits), *lowered.enable.shape))
        equal = bits[:, lowered.enable] == lowered.learns
        return np.where(lowered.enable < 0, True, equal).astype(np.float64)
