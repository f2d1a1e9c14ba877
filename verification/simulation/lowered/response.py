"""Response: what a board shows for many source voltages, without a clock.

The free network is linear, so its volts are `matrix @ held + const`; the matrix costs one solve for
each held node, once for a set of codes, and a point then costs a few products, whatever the size of
the board. The followers that hold the sources and those behind the nodes clip.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from verification.simulation.lowered.tables import Lowered, LoweredValues
from verification.simulation.solve.lanes import (
    fused,
    lane_rows,
    lanes_like,
    least,
    load,
    most,
    splat,
    store,
)
from verification.simulation.solve.problem import Floats, Integers

_LANES = 16
"""Outputs that are worked out side by side."""


@dataclass(frozen=True, slots=True, eq=False)
class Sources:
    """How each held node follows from the columns that change.

    Attributes:
        column: the one it depends on, shape (H,), or -1.
        weight, const, low, high: volts = clip(weight * column + const, low, high), shape (H,).
    """

    column: Integers
    weight: Floats
    const: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Sensors:
    """What is read: clip(matrix @ held + const, low, high), each of shape (outputs, ...)."""

    matrix: Floats
    const: Floats
    low: Floats
    high: Floats


def find_sources(
    lowered: Lowered, values: LoweredValues, pins: Floats, changing: Integers
) -> Sources | None:
    """The held nodes of the free network; None where one depends on several pins or on buffers.

    `pins` are the volts of all pins, of which those in the places `changing` do not matter.
    """
    if values.held_weight[:, 0, len(pins) :].any():
        return None
    weight = values.held_weight[:, 0, : len(pins)]
    moved = weight[:, changing]
    if (np.count_nonzero(moved, axis=1) > 1).any():
        return None
    still = np.delete(weight, changing, axis=1) @ np.delete(pins, changing)
    column = np.where(moved.any(axis=1), np.argmax(moved != 0, axis=1), -1)
    return Sources(
        column,
        moved.sum(axis=1),
        values.held_const[:, 0] + still,
        np.ascontiguousarray(values.held_low[:, 0]),
        np.ascontiguousarray(values.held_high[:, 0]),
    )


def respond(sources: Sources, sensors: Sensors, inputs: Floats) -> Floats:
    """What the sensors show, (T, outputs), for the changing pins' volts (T, pins)."""
    outputs = len(sensors.const)
    rows = np.ascontiguousarray(inputs, dtype=np.float64)
    constant = sources.column < 0
    held = np.clip(sources.const[constant], sources.low[constant], sources.high[constant])
    const = sensors.const + sensors.matrix[:, constant] @ held
    moving = ~constant
    points = len(rows)
    # A point's lanes may reach beyond its own outputs: the next point writes over them.
    found = np.empty(points * outputs + _LANES)
    for begin in range(0, outputs, _LANES):
        part = slice(begin, min(begin + _LANES, outputs))
        count = part.stop - part.start
        table = lane_rows(int(moving.sum()) + 3, _LANES // 2)
        table[:-3, :count] = sensors.matrix[part][:, moving].T
        table[-3, :count] = const[part]
        table[-2, :count], table[-1, :count] = sensors.low[part], sensors.high[part]
        target = found if count == outputs else np.empty(points * count + _LANES)
        respond_points(
            rows,
            sources.column[moving].astype(np.uint32),
            sources.weight[moving],
            sources.const[moving],
            sources.low[moving],
            sources.high[moving],
            np.uint64(table.ctypes.data),
            np.uint64(target.ctypes.data),
            count,
            lanes_like(_LANES // 2),
        )
        if count < outputs:
            whole = found[: points * outputs].reshape(points, outputs)
            whole[:, part] = target[: points * count].reshape(points, count)
    return found[: points * outputs].reshape(points, outputs)


@njit(cache=True, inline="always")
def held_v(volts: float, scale: float, shift: float, low: float, high: float) -> float:
    """Volts of a held node from those of its pin."""
    return min(max(scale * volts + shift, low), high)


@njit(cache=True, nogil=True)
def respond_points(
    inputs: Floats,
    column: NDArray[np.uint32],
    weight: Floats,
    const: Floats,
    low: Floats,
    high: Floats,
    table: np.uint64,
    found: np.uint64,
    count: int,
    like: Any,
) -> None:
    """Every point: held volts, their products with the table's rows, the readers' clip.

    `inputs` are the changing pins' volts, (T, pins); the next five are as in `Sources`. `table` is
    the address of rows: one a held node, then constants, low and high ends; `found` that of
    (T, count) volts with room for a row of lanes behind them.
    """
    nodes, points, stride = len(column), len(inputs), np.uint64(count * 8)
    floor, roof = load(table, nodes + 1, like), load(table, nodes + 2, like)
    for group in range((points + 3) // 4):
        # Four points share the loads of the table; the last group repeats the last point. Unsigned
        # numbers spare the test for an index that counts from the end.
        t = np.uint64(4 * group)
        second, third, fourth = (
            np.uint64(min(4 * group + 1, points - 1)),
            np.uint64(min(4 * group + 2, points - 1)),
            np.uint64(min(4 * group + 3, points - 1)),
        )
        a = load(table, nodes, like)
        b, c, d = a, a, a
        for h in range(np.uint64(nodes)):
            pin, row = column[h], load(table, h, like)
            scale, shift, least_v, most_v = weight[h], const[h], low[h], high[h]
            a = fused(splat(held_v(inputs[t, pin], scale, shift, least_v, most_v), like), row, a)
            b = fused(
                splat(held_v(inputs[second, pin], scale, shift, least_v, most_v), like), row, b
            )
            c = fused(
                splat(held_v(inputs[third, pin], scale, shift, least_v, most_v), like), row, c
            )
            d = fused(
                splat(held_v(inputs[fourth, pin], scale, shift, least_v, most_v), like), row, d
            )
        store(found + t * stride, 0, least(most(a, floor), roof))
        store(found + second * stride, 0, least(most(b, floor), roof))
        store(found + third * stride, 0, least(most(c, floor), roof))
        store(found + fourth * stride, 0, least(most(d, floor), roof))
