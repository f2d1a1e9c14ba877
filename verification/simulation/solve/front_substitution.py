"""The compiled substitution of FrontPlan: right-hand sides, and back from them to volts.

Forward they are eliminated along with the matrix, see front_elimination. Right-hand side and state
of a point stand apart from those of the next, `slots` rows further on.

Rows of lanes are counted singly or, where `wide` is loaded, four at a time.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba.extending import register_jitable

from verification.simulation.solve.addresses import words
from verification.simulation.solve.front_vectors import folded, load_apart, store_apart
from verification.simulation.solve.lanes import fused, load, load_each, splat

_1, _2, _3, _4, _5, _6 = (np.uint64(n) for n in range(1, 7))
_7, _10, _11, _15, _16 = (np.uint64(n) for n in (7, 10, 11, 15, 16))


@register_jitable
def start_right(twins: Any, like: Any, points: Any) -> None:
    """Right-hand side: injected currents, and what flows in from held places at their volts."""
    wide, wide_points = like + like + like + like, points + points + points + points
    right, apart, slot, outer = twins.right, twins.slots, words(twins.slot), words(twins.outer)
    zero = splat(0.0, wide_points)
    for k in range(twins.first_slot // _4, apart // _4):
        store_apart(right, k, apart // _4, wide, zero)
    for place in range(twins.unknowns):
        injected = load_each(twins.injected, place, like, points)
        store_apart(right, slot[place], apart, like, injected)
    for k in range(twins.outer_count):
        g = load_each(twins.siemens, outer[_4 * k], like, points)
        at, held = outer[_4 * k + _2], outer[_4 * k + _3]
        total = load_apart(right, at, apart, like, points)
        total = fused(g, load(twins.volts, held, points), total)
        store_apart(right, at, apart, like, total)


@register_jitable
def backward_blocks(twins: Any, first: Any, end: Any, like: Any, points: Any) -> None:
    """Volts of the slots of block rows `end` - 1 down to `first`; the slots behind have theirs."""
    wide, wide_points = like + like + like + like, points + points + points + points
    start, beside = words(twins.start), words(twins.beside)
    values, state, apart = twins.values, twins.state, twins.slots // _4
    for n in range(end - first):
        k = end - _1 - n
        begin = np.uint64(start[k])
        row = twins.first_row + _16 * begin
        q = row // _4
        c0 = splat(0.0, wide_points)
        c1, c2, c3 = c0, c0, c0
        for e in range(begin - k, np.uint64(start[k + _1]) - k - _1):
            q += _4
            volts = load_apart(state, beside[e], apart, wide, wide_points)
            c0 = fused(volts, load_each(values, q, wide, wide_points), c0)
            c1 = fused(volts, load_each(values, q + _1, wide, wide_points), c1)
            c2 = fused(volts, load_each(values, q + _2, wide, wide_points), c2)
            c3 = fused(volts, load_each(values, q + _3, wide, wide_points), c3)
        d0, d1 = folded(c0, like, points), folded(c1, like, points)
        d2, d3 = folded(c2, like, points), folded(c3, like, points)
        _backward_pivots(twins, row, twins.first_slot + _4 * k, (d0, d1, d2, d3), like, points)


@register_jitable
def _backward_pivots(twins: Any, row: Any, at: Any, sums: Any, like: Any, points: Any) -> None:
    """Volts of four slots, given the sums of later volts over the rows of D L^T."""
    values, right, state, apart = twins.values, twins.right, twins.state, twins.slots
    d0, d1, d2, d3 = sums
    v0, v1 = (
        load_apart(right, at, apart, like, points),
        load_apart(right, at + _1, apart, like, points),
    )
    v2 = load_apart(right, at + _2, apart, like, points)
    v3 = load_apart(right, at + _3, apart, like, points)
    v0 = fused(-d0, load_each(values, row, like, points), v0)
    v1 = fused(-d1, load_each(values, row + _5, like, points), v1)
    v2 = fused(-d2, load_each(values, row + _10, like, points), v2)
    v3 = fused(-d3, load_each(values, row + _15, like, points), v3)
    v2 = fused(load_each(values, row + _11, like, points), v3, v2)
    v1 = fused(load_each(values, row + _7, like, points), v3, v1)
    v1 = fused(load_each(values, row + _6, like, points), v2, v1)
    v0 = fused(load_each(values, row + _3, like, points), v3, v0)
    v0 = fused(load_each(values, row + _2, like, points), v2, v0)
    v0 = fused(load_each(values, row + _1, like, points), v1, v0)
    store_apart(state, at, apart, like, v0)
    store_apart(state, at + _1, apart, like, v1)
    store_apart(state, at + _2, apart, like, v2)
    store_apart(state, at + _3, apart, like, v3)


@register_jitable
def backward_tape(twins: Any, like: Any, points: Any) -> None:
    """Volts of the tape's slots, from those of the later slots."""
    column, entry_slot = words(twins.column), words(twins.entry_slot)
    values, state, taped, apart = twins.values, twins.state, twins.taped, twins.slots
    for n in range(taped):
        u = taped - _1 - n
        volts = load_apart(twins.right, u, apart, like, points)
        for e in range(np.uint64(column[u]), np.uint64(column[u + _1])):
            later = load_apart(state, entry_slot[e], apart, like, points)
            volts = fused(load_each(values, taped + e, like, points), later, volts)
        store_apart(state, u, apart, like, volts)
