"""Pins: from the volts that the host sets to those that hold the two networks.

Rows of pins that come again, as in every epoch of a training, are worked out once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from verification.simulation.lowered.job import Lanes
from verification.simulation.lowered.tables import LoweredValues
from verification.simulation.solve.lanes import Rows
from verification.simulation.solve.problem import Floats, Integers
from verification.simulation.tables import Indices

_BUFFERS = ("buffer_weight", "buffer_const", "buffer_low", "buffer_high")
_HELD = ("held_weight", "held_const", "held_low", "held_high")
_DRIVE = ("drive_weight", "drive_const")


@dataclass(frozen=True, slots=True, eq=False)
class Pins:
    """How W boards' pins hold their networks: the weights of `LoweredValues`, (W, ...) each."""

    buffers: tuple[Floats, Floats, Floats, Floats]
    held: tuple[Floats, Floats, Floats, Floats]
    drive: tuple[Floats, Floats]

    @classmethod
    def of(cls, boards: Sequence[LoweredValues]) -> Pins:
        """The weights of these boards."""

        def stacked(name: str) -> Floats:
            return np.stack([getattr(board, name) for board in boards])

        weight, const, low, high = (stacked(name) for name in _BUFFERS)
        held = (stacked(name) for name in _HELD)
        drive, level = (stacked(name) for name in _DRIVE)
        held_weight, held_const, held_low, held_high = held
        return cls(
            (weight, const, low, high),
            (held_weight, held_const, held_low, held_high),
            (drive, level),
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
    boards, held, _ = pins.held[1].shape
    count, targets = len(rows), pins.drive[1].shape[1]
    columns = np.empty((count, boards, pins.buffers[0].shape[2]))
    held_rows, drive_rows = lanes.rows(count * held), lanes.rows(count * targets)
    change = lanes.precision is np.float32
    settle_pins(rows, columns, held_rows, drive_rows, change, pins.buffers, pins.held, pins.drive)
    return PinRows(row_of, columns, held_rows, drive_rows)


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
def weighed(weight: Floats, columns: Floats, count: int) -> float:
    """The sum of the first columns by their weights."""
    total = 0.0
    for c in range(count):
        total += weight[c] * columns[c]
    return total


@njit(cache=True, nogil=True)
def settle_buffers(
    rows: Floats, columns: Floats, weight: Floats, const: Floats, low: Floats, high: Floats
) -> None:
    """The columns of every row: its pins, then the buffers, each from the columns before it."""
    pins = rows.shape[1]
    for r in range(len(rows)):
        for w in range(columns.shape[1]):
            for p in range(pins):
                columns[r, w, p] = rows[r, p]
            for d in range(const.shape[1]):
                volts = weighed(weight[w, d], columns[r, w], pins + d) + const[w, d]
                columns[r, w, pins + d] = min(max(volts, low[w, d]), high[w, d])


@njit(cache=True, nogil=True)
def settle_held(
    columns: Floats,
    rows: Rows,
    change: bool,
    weight: Floats,
    const: Floats,
    low: Floats,
    high: Floats,
) -> None:
    """The held nodes' volts; in the change form the second half is clamped less free."""
    boards, held = const.shape[0], const.shape[1]
    for r in range(len(columns)):
        for w in range(boards):
            for h in range(held):
                first = 0.0
                for twin in range(2):
                    total = weighed(weight[w, h, twin], columns[r, w], columns.shape[2])
                    total += const[w, h, twin]
                    volts = min(max(total, low[w, h, twin]), high[w, h, twin])
                    rows[r * held + h, twin * boards + w] = volts - first
                    if change:
                        first = volts


@njit(cache=True, nogil=True)
def settle_drive(columns: Floats, rows: Rows, weight: Floats, const: Floats) -> None:
    """What the desired voltages add to the clamped targets, the same in both halves."""
    boards, targets = const.shape
    for r in range(len(columns)):
        for w in range(boards):
            for k in range(targets):
                total = weighed(weight[w, k], columns[r, w], columns.shape[2]) + const[w, k]
                rows[r * targets + k, w] = total
                rows[r * targets + k, boards + w] = total


@njit(cache=True, nogil=True)
def settle_pins(
    rows: Floats,
    columns: Floats,
    held: Rows,
    drive: Rows,
    change: bool,
    of_buffers: tuple[Floats, Floats, Floats, Floats],
    of_held: tuple[Floats, Floats, Floats, Floats],
    of_drive: tuple[Floats, Floats],
) -> None:
    """Columns, held volts and drives of some rows of pins; the tuples are those of `Pins`."""
    settle_buffers(rows, columns, of_buffers[0], of_buffers[1], of_buffers[2], of_buffers[3])
    settle_held(columns, held, change, of_held[0], of_held[1], of_held[2], of_held[3])
    settle_drive(columns, drive, of_drive[0], of_drive[1])
