"""The meaning of the lowered tables, step by step, in plain numpy with dense matrices.

Slow and straight on purpose: `verification/simulation/lowered/tables.py` says in words what is done
here. It shares no code with the compiled loop or with the interpreter.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from verification.simulation.lowered.tables import Lowered, LoweredValues
from verification.simulation.tables import TIE_V

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass
class Plain:
    """A lowered board: codes [B, 2], the chain's bits, the comparators' memory, the pins' volts."""

    lowered: Lowered
    values: LoweredValues
    codes: Ints
    bits: Ints
    high: NDArray[np.bool_]
    pins_v: Floats
    ties: int = 0
    node_v: Floats = field(default_factory=lambda: np.zeros((0, 2)))

    def settle(self) -> None:
        """Nodes from pins and codes, then decisions."""
        table, v = self.lowered, self.values
        self.columns = columns(self)
        held = v.held_weight @ self.columns + v.held_const
        held = np.clip(held, v.held_low, v.held_high)
        self.node_v = np.zeros((table.twins.node_count, 2))
        self.node_v[:, 0] = self._solved(0, table.twins.held, held[:, 0])
        clamped = np.zeros(len(table.twins.clamped))
        for k in range(len(clamped)):
            total = v.drive_weight[k] @ self.columns + v.drive_const[k]
            for t in range(table.nudge_start[k], table.nudge_start[k + 1]):
                free = self.node_v[table.nudge_node[t], 0] + v.nudge_offset[t]
                seen = np.clip(free, v.nudge_term_low[t], v.nudge_term_high[t])
                total += v.nudge_weight[t] * seen
            clamped[k] = np.clip(total, v.nudge_low[k], v.nudge_high[k])
        nodes = np.concatenate((table.twins.held, table.twins.clamped))
        self.node_v[:, 1] = self._solved(1, nodes, np.concatenate((held[:, 1], clamped)))
        self._decide()

    def _solved(self, twin: int, held: Ints, held_v: Floats) -> Floats:
        network, v = self.lowered.twins, self.values
        count, branches = network.node_count, len(network.branch_a)
        ohm = v.base_ohm[:, twin] + v.slope_ohm[:, twin] * self.codes[:, twin]
        siemens = 1 / ohm[:branches]
        a, b = network.branch_a, network.branch_b
        matrix = np.zeros((count, count))
        np.add.at(matrix, (a, a), siemens)
        np.add.at(matrix, (b, b), siemens)
        np.subtract.at(matrix, (a, b), siemens)
        np.subtract.at(matrix, (b, a), siemens)
        volts = np.zeros(count)
        volts[held] = held_v
        free = np.setdiff1d(np.arange(count), held)
        right = v.injected_a[free, twin] - matrix[np.ix_(free, held)] @ held_v
        volts[free] = np.linalg.solve(matrix[np.ix_(free, free)], right)
        return volts

    def _decide(self) -> None:
        table, v = self.lowered, self.values
        signals = np.clip(
            self.node_v[table.signal_node] + v.signal_offset, v.signal_low, v.signal_high
        )
        for q in range(len(table.comparator)):
            terms = range(table.term_start[q], table.term_start[q + 1])
            margin = v.margin_const[q] + sum(
                v.margin_weight[t] @ signals[table.term_signal[t]] for t in terms
            )
            lean = v.half_hysteresis[q] if self.high[q] else -v.half_hysteresis[q]
            self.ties += abs(margin + lean) <= 2 * TIE_V
            self.high[q] = margin + lean > TIE_V

    def outputs(self) -> Floats:
        """Volts of `output_net`."""
        table, v = self.lowered, self.values
        found = v.output_drive @ self.columns + v.output_const
        for m in range(len(table.output_net)):
            for t in range(table.output_start[m], table.output_start[m + 1]):
                seen = self.node_v[table.output_node[t], table.output_twin[t]] + v.output_offset[t]
                found[m] += v.output_weight[t] * np.clip(seen, v.output_low[t], v.output_high[t])
        return found

    def step(self, bits: Ints | None) -> None:
        """Bits shifted, LATCH, STEP; the board settles again."""
        table = self.lowered
        if bits is not None and len(bits):
            self.bits = np.concatenate((bits, self.bits))[: len(self.bits)]
        index = self.high[table.decides[..., 0]] + 2 * self.high[table.decides[..., 1]]
        moves = np.take_along_axis(table.table, index[..., None], axis=2)[..., 0].astype(int)
        chained = table.enable >= 0
        own = self.bits[table.enable] if len(self.bits) else np.zeros_like(table.enable)
        moves = np.where(chained & (own != table.learns), 0, moves)
        for row, (free, clamped) in enumerate(moves.copy()):
            for side, move in ((0, free), (1, clamped)):
                watched = (0, 1) if table.together[row] else (side,)
                ends = table.code_max if move > 0 else table.code_min
                if any(self.codes[row, w] == ends[row, w] for w in watched):
                    moves[row, side] = 0
        self.codes = self.codes + moves
        self.settle()


def columns(board: Plain) -> Floats:
    """The pins' volts and the buffers'."""
    found, v = board.pins_v, board.values
    for d in range(board.lowered.buffers):
        volts = v.buffer_weight[d, : len(found)] @ found + v.buffer_const[d]
        found = np.append(found, np.clip(volts, v.buffer_low[d], v.buffer_high[d]))
    return found
