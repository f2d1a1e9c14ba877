"""Pins: from the volts that the host sets to those that hold the two networks.

A row of pins that comes again is worked out once; `rows.py` finds them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit

from verification.simulation.lowered.groups import Lanes
from verification.simulation.lowered.tables import LoweredValues
from verification.simulation.solve.lanes import Rows
from verification.simulation.solve.problem import Floats
from verification.simulation.tables import Indices


@dataclass(frozen=True, slots=True, eq=False)
class Pins:
    """How W boards' pins hold their networks: sums of columns, each a column for those after it.

    Sum k is clip(const + its terms' weights times columns, low, high). Buffers come first, then the
    held nodes of both twins, node after node, then what the desired voltages add to the clamped
    targets, the same number for both twins.

    Attributes:
        boards, pins, buffers, held: how many; each twin of a node counts.
        start, column: terms of each sum and their columns, the same for all boards.
        weight: of each term, shape (W, terms).
        const, low, high: of each sum, shape (W, sums).
    """

    boards: int
    pins: int
    buffers: int
    held: int
    start: Indices
    column: Indices
    weight: Floats
    const: Floats
    low: Floats
    high: Floats

    @classmethod
    def of(cls, boards: Sequence[LoweredValues]) -> Pins:
        """The sums of these boards; nearly all of their dense weights are 0."""

        def stacked(*names: str) -> Floats:
            parts = [np.stack([getattr(board, name) for board in boards]) for name in names]
            return np.concatenate([part.reshape(count, -1) for part in parts], axis=1)

        count, (buffers, columns) = len(boards), boards[0].buffer_weight.shape
        weights = stacked("buffer_weight", "held_weight").reshape(count, -1, columns)
        drive = stacked("drive_weight").reshape(count, -1, columns).repeat(2, axis=1)
        dense = np.concatenate((weights, drive), axis=1)
        sums, column = np.nonzero((dense != 0).any(axis=0))
        bounds = np.full(drive.shape[:2], np.inf)
        drive_const = stacked("drive_const").repeat(2, axis=1)
        return cls(
            boards=count,
            pins=columns - buffers,
            buffers=buffers,
            held=weights.shape[1] - buffers,
            start=np.searchsorted(sums, np.arange(dense.shape[1] + 1)).astype(np.uint32),
            column=column.astype(np.uint32),
            weight=np.ascontiguousarray(dense[:, sums, column]),
            const=np.concatenate((stacked("buffer_const", "held_const"), drive_const), axis=1),
            low=np.concatenate((stacked("buffer_low", "held_low"), -bounds), axis=1),
            high=np.concatenate((stacked("buffer_high", "held_high"), bounds), axis=1),
        )

    def columns_of(self, rows: Floats) -> Floats:
        """Pins and sums, (R, W, columns), for rows of pins: see `pin_rows`."""
        columns = np.empty((len(rows), self.boards, self.pins + len(self.start) - 1))
        add_up(
            np.ascontiguousarray(rows[:, None] if rows.ndim == 2 else rows),
            self.start,
            self.column,
            self.weight,
            self.const,
            self.low,
            self.high,
            columns,
        )
        return columns


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


def pin_rows(pins: Pins, row_of: Indices, rows: Floats, lanes: Lanes) -> PinRows:
    """What the networks are held at for some rows of pins.

    They are the same on every board, (R, pins), or each board's own, (R, W, pins).
    """
    columns = pins.columns_of(rows)
    width = pins.pins + pins.buffers
    held = columns[:, :, width : width + pins.held]
    drive = columns[:, :, width + pins.held :]
    seen = columns[:, :, :width]
    return PinRows(row_of, seen, _in_lanes(held, lanes, change=True), _in_lanes(drive, lanes))


def _in_lanes(volts: Floats, lanes: Lanes, change: bool = False) -> Rows:
    """Volts of both twins side by side, (R, W, 2 n), as rows of lanes (R n, 2 W).

    In float32 a change is clamped less free.
    """
    count, boards, _ = volts.shape
    twins = volts.reshape(count, boards, -1, 2)
    if change and lanes.precision is np.float32:
        twins = np.stack((twins[..., 0], twins[..., 1] - twins[..., 0]), axis=-1)
    laid = np.ascontiguousarray(twins.transpose(0, 2, 3, 1), dtype=lanes.precision)
    return laid.reshape(-1, 2 * boards)


@njit(cache=True, nogil=True)
def add_up(
    rows: Floats,
    start: Indices,
    column: Indices,
    weight: Floats,
    const: Floats,
    low: Floats,
    high: Floats,
    columns: Floats,
) -> None:
    """Every sum of every board, for every row of pins, (R, 1 or W, pins); see Pins."""
    pins, last = rows.shape[2], rows.shape[1] - 1
    for r in range(len(rows)):
        for w in range(len(weight)):
            for p in range(pins):
                columns[r, w, p] = rows[r, min(w, last), p]
            for k in range(len(start) - 1):
                total = const[w, k]
                for t in range(start[k], start[k + 1]):
                    total += weight[w, t] * columns[r, w, column[t]]
                if total < low[w, k]:
                    total = low[w, k]
                elif total > high[w, k]:
                    total = high[w, k]
                columns[r, w, pins + k] = total
