"""Pins: from the volts that the host sets to those that hold the two networks.

Rows of pins that come again, as in every epoch of a training, are worked out once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numba import njit
from numpy.typing import NDArray

from verification.simulation.lowered.groups import Lanes
from verification.simulation.lowered.tables import LoweredValues
from verification.simulation.solve.lanes import Rows
from verification.simulation.solve.problem import Floats, Integers
from verification.simulation.tables import Indices

_BUFFERS = ("buffer_weight", "buffer_const", "buffer_low", "buffer_high")
_HELD = ("held_weight", "held_const", "held_low", "held_high")
_DRIVE = ("drive_weight", "drive_const")


Affine: TypeAlias = tuple[Indices, Indices, Floats, Floats, Floats, Floats]
"""Sums of columns: terms of sum k are start[k]..start[k + 1] - 1; column of each, weight of each
(W, terms), const, low and high end of each sum (W, sums)."""


@dataclass(frozen=True, slots=True, eq=False)
class Pins:
    """How W boards' pins hold their networks.

    Attributes:
        width: columns: pins and buffers.
        buffers, held, drive: the sums of `LoweredValues`; those of held nodes twin after twin.
    """

    width: int
    buffers: Affine
    held: Affine
    drive: Affine

    @classmethod
    def of(cls, boards: Sequence[LoweredValues]) -> Pins:
        """The sums of these boards."""

        def stacked(name: str) -> Floats:
            return np.stack([getattr(board, name) for board in boards])

        return cls(
            boards[0].buffer_weight.shape[1],
            _affine(*(stacked(name) for name in _BUFFERS)),
            _affine(*(stacked(name) for name in _HELD)),
            _affine(*(stacked(name) for name in _DRIVE)),
        )


def _affine(
    weight: Floats, const: Floats, low: Floats | None = None, high: Floats | None = None
) -> Affine:
    """Sums from dense weights (W, ..., C), nearly all of which are 0."""
    boards, columns = len(weight), weight.shape[-1]
    dense = weight.reshape(boards, int(np.prod(weight.shape[1:-1])), columns)
    sums, column = np.nonzero((dense != 0).any(axis=0))
    start = np.searchsorted(sums, np.arange(dense.shape[1] + 1))
    level = const.reshape(boards, -1)
    ends = [
        np.full(level.shape, limit) if end is None else end.reshape(boards, -1)
        for end, limit in ((low, -np.inf), (high, np.inf))
    ]
    return (
        start.astype(np.uint32),
        column.astype(np.uint32),
        np.ascontiguousarray(dense[:, sums, column]),
        level,
        ends[0],
        ends[1],
    )


@dataclass(frozen=True, slots=True, eq=False)
class PinRows:
    """What the networks are held at.

    Attributes:
        row_of: which row of pins each step has, shape (T,).
        columns: pins and buffers of R rows, shape (R, W, C).
        held, drive: rows of lanes, (R H, 2 W) and (R K, 2 W).
    """

    row_of: Indices
    columns: Floats
    held: Rows
    drive: Rows


def fresh_rows(inputs: Floats) -> tuple[Indices, Integers]:
    """The different rows among (T, pins).

    Returns:
        a row number for each step, and the step where each number was first seen.
    """
    steps = len(inputs)
    row_of, first = np.empty(steps, dtype=np.uint32), np.empty(steps, dtype=np.int64)
    table = np.zeros(2 ** (2 * steps + 1).bit_length(), dtype=np.int64)
    count = number_rows(np.ascontiguousarray(inputs).view(np.uint64), table, row_of, first)
    return row_of, first[:count]


def pin_rows(pins: Pins, row_of: Indices, rows: Floats, lanes: Lanes) -> PinRows:
    """What the networks are held at for some rows of pins, (R, pins), the same on every board."""
    count = len(rows)
    columns = np.empty((count, lanes.boards, pins.width))
    held = lanes.rows(count * (pins.held[3].shape[1] // 2))
    drive = lanes.rows(count * pins.drive[3].shape[1])
    change = lanes.precision is np.float32
    settle_pins(rows, columns, held, drive, change, pins.buffers, pins.held, pins.drive)
    return PinRows(row_of, columns, held, drive)


@njit(cache=True, nogil=True)
def number_rows(
    inputs: NDArray[np.uint64], table: Integers, row_of: Indices, first: Integers
) -> int:
    """Number the rows in the order in which they appear; how many numbers there are.

    `table` holds numbers plus one under the hash of their rows (FNV-1a by words), the next free
    place where that is taken; its length is a power of two, more than twice the rows.
    """
    count = 0
    last = np.uint64(len(table) - 1)
    for t in range(len(inputs)):
        key = np.uint64(14695981039346656037)
        for p in range(inputs.shape[1]):
            key = (key ^ inputs[t, p]) * np.uint64(1099511628211)
            key ^= key >> np.uint64(29)
        place = key & last
        while True:
            known = table[place] - 1
            if known < 0 or same_row(inputs, t, first[known]):
                break
            place = (place + np.uint64(1)) & last
        if known < 0:
            known = count
            table[place] = count + 1
            first[count] = t
            count += 1
        row_of[t] = known
    return count


@njit(cache=True, nogil=True)
def same_row(inputs: NDArray[np.uint64], one: int, other: int) -> bool:
    """Whether two rows are equal bit by bit."""
    different = 0
    for p in range(inputs.shape[1]):
        different += inputs[one, p] != inputs[other, p]
    return different == 0


@njit(cache=True, nogil=True)
def summed(sums: Affine, board: int, k: int, columns: Floats) -> float:
    """One sum of a board's columns, between its ends."""
    start, column, weight, const, low, high = sums
    total = const[board, k]
    for t in range(start[k], start[k + 1]):
        total += weight[board, t] * columns[column[t]]
    return min(max(total, low[board, k]), high[board, k])


@njit(cache=True, nogil=True)
def settle_pins(
    rows: Floats,
    columns: Floats,
    held: Rows,
    drive: Rows,
    change: bool,
    of_buffers: Affine,
    of_held: Affine,
    of_drive: Affine,
) -> None:
    """Columns, held volts and drives of some rows of pins.

    A buffer is a sum of the columns before it. What the desired voltages add to the clamped targets
    is the same in both halves; in the change form a held node's second half is clamped less free.
    """
    pins, boards = rows.shape[1], columns.shape[1]
    nodes, targets = of_held[3].shape[1] // 2, of_drive[3].shape[1]
    for r in range(len(rows)):
        for w in range(boards):
            seen = columns[r, w]
            seen[:pins] = rows[r]
            for d in range(of_buffers[3].shape[1]):
                seen[pins + d] = summed(of_buffers, w, d, seen)
            for h in range(nodes):
                free = summed(of_held, w, 2 * h, seen)
                clamped = summed(of_held, w, 2 * h + 1, seen)
                held[r * nodes + h, w] = free
                held[r * nodes + h, boards + w] = clamped - free if change else clamped
            for k in range(targets):
                volts = summed(of_drive, w, k, seen)
                drive[r * targets + k, w] = volts
                drive[r * targets + k, boards + w] = volts
