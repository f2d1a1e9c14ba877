"""The compiled substitution of FrontPlan: right-hand sides, and back from them to volts.

Forward only where nothing but the right-hand side has changed; see front_elimination otherwise.
Rows of lanes are counted singly or, where `wide` is loaded, four at a time.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba.extending import register_jitable

from verification.simulation.solve.addresses import words
from verification.simulation.solve.front_elimination import forward_pivots
from verification.simulation.solve.front_vectors import folded
from verification.simulation.solve.lanes import fused, load, splat, store

_0, _1, _2, _3, _4, _5 = (np.uint64(n) for n in range(6))
_6, _7, _10, _11, _15, _16 = (np.uint64(n) for n in (6, 7, 10, 11, 15, 16))


@register_jitable
def start_right(twins: Any, like: Any) -> None:
    """Right-hand side: injected currents, and what flows in from held places at their volts."""
    wide = like + like + like + like
    right, slot, outer = twins.right, words(twins.slot), words(twins.outer)
    zero = splat(0.0, wide)
    for k in range(twins.first_slot // _4, twins.slots // _4):
        store(right, k, zero)
    for place in range(twins.unknowns):
        store(right, slot[place], load(twins.injected, place, like))
    for k in range(twins.outer_count):
        g = load(twins.siemens, outer[_4 * k], like)
        at, held = outer[_4 * k + _2], outer[_4 * k + _3]
        store(right, at, fused(g, load(twins.volts, held, like), load(right, at, like)))


@register_jitable
def forward(twins: Any, like: Any) -> None:
    """D^-1 L^-1 of the right-hand side, with the factor there is."""
    column, entry_slot = words(twins.column), words(twins.entry_slot)
    values, right, taped = twins.values, twins.right, twins.taped
    for u in range(taped):
        y = load(right, u, like)
        for e in range(np.uint64(column[u]), np.uint64(column[u + _1])):
            at = entry_slot[e]
            store(right, at, fused(load(values, taped + e, like), y, load(right, at, like)))
        store(right, u, y * load(values, u, like))
    for k in range(twins.blocks):
        _forward_block(twins, k, like)


@register_jitable
def _forward_block(twins: Any, k: Any, like: Any) -> None:
    wide = like + like + like + like
    start, beside = words(twins.start), words(twins.beside)
    values, right = twins.values, twins.right
    begin = np.uint64(start[k])
    row = twins.first_row + _16 * begin
    z0, z1, z2, z3 = forward_pivots(twins, row, twins.first_slot + _4 * k, wide, like)
    q = row // _4
    for e in range(begin - k, np.uint64(start[k + _1]) - k - _1):
        q += _4
        other = beside[e]
        total = fused(z0, load(values, q, wide), load(right, other, wide))
        total = fused(z1, load(values, q + _1, wide), total)
        total = fused(z2, load(values, q + _2, wide), total)
        store(right, other, fused(z3, load(values, q + _3, wide), total))


@register_jitable
def backward_blocks(twins: Any, first: Any, end: Any, like: Any) -> None:
    """Volts of the slots of block rows `end` - 1 down to `first`; the slots behind have theirs."""
    wide = like + like + like + like
    start, beside = words(twins.start), words(twins.beside)
    values, state = twins.values, twins.state
    for n in range(end - first):
        k = end - _1 - n
        begin = np.uint64(start[k])
        row = twins.first_row + _16 * begin
        q = row // _4
        c0 = splat(0.0, wide)
        c1, c2, c3 = c0, c0, c0
        for e in range(begin - k, np.uint64(start[k + _1]) - k - _1):
            q += _4
            volts = load(state, beside[e], wide)
            c0 = fused(volts, load(values, q, wide), c0)
            c1 = fused(volts, load(values, q + _1, wide), c1)
            c2 = fused(volts, load(values, q + _2, wide), c2)
            c3 = fused(volts, load(values, q + _3, wide), c3)
        d0, d1, d2, d3 = folded(c0, like), folded(c1, like), folded(c2, like), folded(c3, like)
        _backward_pivots(twins, row, twins.first_slot + _4 * k, d0, d1, d2, d3, like)


@register_jitable
def _backward_pivots(
    twins: Any, row: Any, at: Any, d0: Any, d1: Any, d2: Any, d3: Any, like: Any
) -> None:
    """Volts of four slots, given the sums d of later volts over the rows of D L^T."""
    values, right, state = twins.values, twins.right, twins.state
    v0 = fused(-d0, load(values, row, like), load(right, at, like))
    v1 = fused(-d1, load(values, row + _5, like), load(right, at + _1, like))
    v2 = fused(-d2, load(values, row + _10, like), load(right, at + _2, like))
    v3 = fused(-d3, load(values, row + _15, like), load(right, at + _3, like))
    v2 = fused(load(values, row + _11, like), v3, v2)
    v1 = fused(load(values, row + _7, like), v3, v1)
    v1 = fused(load(values, row + _6, like), v2, v1)
    v0 = fused(load(values, row + _3, like), v3, v0)
    v0 = fused(load(values, row + _2, like), v2, v0)
    v0 = fused(load(values, row + _1, like), v1, v0)
    store(state, at, v0)
    store(state, at + _1, v1)
    store(state, at + _2, v2)
    store(state, at + _3, v3)


@register_jitable
def backward_tape(twins: Any, like: Any) -> None:
    """Volts of the tape's slots, from those of the later slots."""
    column, entry_slot = words(twins.column), words(twins.entry_slot)
    values, state, taped = twins.values, twins.state, twins.taped
    for n in range(taped):
        u = taped - _1 - n
        volts = load(twins.right, u, like)
        for e in range(np.uint64(column[u]), np.uint64(column[u + _1])):
            volts = fused(load(values, taped + e, like), load(state, entry_slot[e], like), volts)
        store(state, u, volts)
