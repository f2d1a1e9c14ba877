"""The compiled elimination of FrontPlan, for any number of boards as lanes.

The right-hand side is eliminated along with the matrix: that saves a walk through the factor.
Value blocks that no conductance is written to are not cleared: their first update starts from 0.

Loops count in unsigned integers: a signed index costs a test for wrap-around. Rows of lanes are
counted singly or, where `wide` is loaded, four at a time.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba.extending import register_jitable

from verification.simulation.solve.addresses import words
from verification.simulation.solve.front_plan import FRESH
from verification.simulation.solve.front_vectors import load_apart, spread, store_apart
from verification.simulation.solve.lanes import each, fused, load, load_each, splat, store

_0, _1, _2, _3, _4, _5 = (np.uint64(n) for n in range(6))
_6, _7, _10, _11, _15, _16 = (np.uint64(n) for n in (6, 7, 10, 11, 15, 16))
_FRESH, _NUMBER = np.uint32(FRESH), np.uint32(FRESH - 1)


@register_jitable
def assemble(twins: Any, like: Any) -> None:
    """The grounded Laplacians' values from the conductances."""
    wide = like + like + like + like
    values, siemens = twins.values, twins.siemens
    vacant, inner, outer = words(twins.vacant), words(twins.inner), words(twins.outer)
    cleared = words(twins.cleared)
    zero, one = splat(0.0, wide), splat(1.0, like)
    for row in range(twins.first_row // _4):
        store(values, row, zero)
    for k in range(twins.cleared_count):
        row = twins.first_row // _4 + _4 * np.uint64(cleared[k])
        store(values, row, zero)
        store(values, row + _1, zero)
        store(values, row + _2, zero)
        store(values, row + _3, zero)
    for k in range(twins.vacant_count):
        store(values, vacant[k], one)
    for k in range(twins.inner_count):
        g = load(siemens, inner[_4 * k], like)
        first, second, entry = inner[_4 * k + _1], inner[_4 * k + _2], inner[_4 * k + _3]
        store(values, first, load(values, first, like) + g)
        store(values, second, load(values, second, like) + g)
        store(values, entry, load(values, entry, like) - g)
    for k in range(twins.outer_count):
        g = load(siemens, outer[_4 * k], like)
        pivot = outer[_4 * k + _1]
        store(values, pivot, load(values, pivot, like) + g)


@register_jitable
def eliminate_tape(twins: Any, like: Any, points: Any) -> None:
    """Eliminate the tape's columns: pivots become inverses, entries become -L; with `right`."""
    column, pivot, slot = words(twins.column), words(twins.entry_pivot), words(twins.entry_slot)
    target, values, taped = words(twins.target), twins.values, twins.taped
    right, apart = twins.right, twins.slots
    one = splat(1.0, like)
    t = _0
    for u in range(taped):
        inverse = one / load(values, u, like)
        store(values, u, inverse)
        current = load_apart(right, u, apart, like, points)
        store_apart(right, u, apart, like, current * each(inverse, points))
        end = np.uint64(column[u + _1])
        for e in range(np.uint64(column[u]), end):
            entry = load(values, taped + e, like)
            scaled = -entry * inverse
            p = pivot[e]
            store(values, p, fused(scaled, entry, load(values, p, like)))
            at = slot[e]
            total = load_apart(right, at, apart, like, points)
            store_apart(right, at, apart, like, fused(each(scaled, points), current, total))
            for f in range(e + _1, end):
                row = target[t]
                other = load(values, taped + f, like)
                store(values, row, fused(scaled, other, load(values, row, like)))
                t += _1
            store(values, taped + e, scaled)


@register_jitable
def eliminate_fronts(twins: Any, like: Any, points: Any) -> None:
    """Eliminate the fronts, a group of block rows after the other."""
    start, group, target = words(twins.start), words(twins.group), words(twins.block_target)
    first_row = twins.first_row // _4
    t = _0
    for j in range(twins.group_count):
        first, size = np.uint64(group[_2 * j]), np.uint64(group[_2 * j + _1])
        begin = np.uint64(start[first])
        blocks = np.uint64(start[first + _1]) - begin
        top = first_row + _4 * begin
        row = top
        for k in range(size):
            if k:
                _update_row(twins, top, blocks, k, row, like)
            _eliminate_pivots(twins.values, _4 * row, like)
            _scale_row(twins, first + k, row, blocks - k, _4 * (k * blocks + k), like, points)
            row += _4 * (blocks - k)
        for e in range(size, blocks):
            f = e
            while f + _1 < blocks:
                one, from_one = _place(twins, target[t])
                other, from_other = _place(twins, target[t + _1])
                _update_two(twins, top, blocks, size, e, f, one, from_one, other, from_other, like)
                f += _2
                t += _2
            if f < blocks:
                one, from_one = _place(twins, target[t])
                _update_one(twins, top, blocks, size, e, f, one, from_one, like)
                t += _1


@register_jitable
def _place(twins: Any, target: Any) -> Any:
    """The wide row of a value block, and from where its old numbers come: fresh ones are 0."""
    row = (twins.first_row + _16 * np.uint64(target & _NUMBER)) // _4
    return row, twins.rows // _4 if target & _FRESH else row


@register_jitable
def _update_row(twins: Any, top: Any, blocks: Any, k: Any, row: Any, like: Any) -> None:
    """Block row k of a group, at wide row `row`, less what the group's rows before it bring."""
    f = k
    while f + _1 < blocks:
        other = row + _4
        _update_two(twins, top, blocks, k, k, f, row, row, other, other, like)
        f += _2
        row += _2 * _4
    if f < blocks:
        _update_one(twins, top, blocks, k, k, f, row, row, like)


@register_jitable
def _update_two(
    twins: Any,
    top: Any,
    blocks: Any,
    depth: Any,
    e: Any,
    f: Any,
    one: Any,
    from_one: Any,
    other: Any,
    from_other: Any,
    like: Any,
) -> None:
    """Blocks at wide rows `one`, `other` = those at `from_` + scaled e of `depth` rows x f, f + 1.

    The rows begin at wide row `top`; the first has `blocks` blocks, each next one less.
    """
    wide = like + like + like + like
    values, scaled = twins.values, twins.scaled
    a0, a1 = load(values, from_one, wide), load(values, from_one + _1, wide)
    a2, a3 = load(values, from_one + _2, wide), load(values, from_one + _3, wide)
    b0, b1 = load(values, from_other, wide), load(values, from_other + _1, wide)
    b2, b3 = load(values, from_other + _2, wide), load(values, from_other + _3, wide)
    row, s = top + _4 * f, _16 * e
    for k in range(depth):
        for i in range(_4):
            x, y = load(values, row + i, wide), load(values, row + _4 + i, wide)
            u = s + _4 * i
            c0, c1 = (
                spread(load(scaled, u, like), like, wide),
                spread(load(scaled, u + _1, like), like, wide),
            )
            a0, a1 = fused(c0, x, a0), fused(c1, x, a1)
            b0, b1 = fused(c0, y, b0), fused(c1, y, b1)
            c2 = spread(load(scaled, u + _2, like), like, wide)
            c3 = spread(load(scaled, u + _3, like), like, wide)
            a2, a3 = fused(c2, x, a2), fused(c3, x, a3)
            b2, b3 = fused(c2, y, b2), fused(c3, y, b3)
        row += _4 * (blocks - k - _1)
        s += _16 * blocks
    store(values, one, a0)
    store(values, one + _1, a1)
    store(values, one + _2, a2)
    store(values, one + _3, a3)
    store(values, other, b0)
    store(values, other + _1, b1)
    store(values, other + _2, b2)
    store(values, other + _3, b3)


@register_jitable
def _update_one(
    twins: Any, top: Any, blocks: Any, depth: Any, e: Any, f: Any, one: Any, old: Any, like: Any
) -> None:
    """The same for a single block."""
    wide = like + like + like + like
    values, scaled = twins.values, twins.scaled
    a0, a1 = load(values, old, wide), load(values, old + _1, wide)
    a2, a3 = load(values, old + _2, wide), load(values, old + _3, wide)
    row, s = top + _4 * f, _16 * e
    for k in range(depth):
        for i in range(_4):
            x, u = load(values, row + i, wide), s + _4 * i
            a0 = fused(spread(load(scaled, u, like), like, wide), x, a0)
            a1 = fused(spread(load(scaled, u + _1, like), like, wide), x, a1)
            a2 = fused(spread(load(scaled, u + _2, like), like, wide), x, a2)
            a3 = fused(spread(load(scaled, u + _3, like), like, wide), x, a3)
        row += _4 * (blocks - k - _1)
        s += _16 * blocks
    store(values, one, a0)
    store(values, one + _1, a1)
    store(values, one + _2, a2)
    store(values, one + _3, a3)


@register_jitable
def _eliminate_pivots(values: Any, row: Any, like: Any) -> None:
    """Four pivots, in the block at `row`: the diagonal becomes inverses, the rest above it -L^T."""
    one = splat(1.0, like)
    d01, d02 = load(values, row + _1, like), load(values, row + _2, like)
    d03, d12 = load(values, row + _3, like), load(values, row + _6, like)
    d13, d23 = load(values, row + _7, like), load(values, row + _11, like)
    inverse = one / load(values, row, like)
    store(values, row, inverse)
    l01, l02, l03 = -d01 * inverse, -d02 * inverse, -d03 * inverse
    inverse = one / fused(l01, d01, load(values, row + _5, like))
    store(values, row + _5, inverse)
    d12, d13 = fused(l01, d02, d12), fused(l01, d03, d13)
    l12, l13 = -d12 * inverse, -d13 * inverse
    d22 = fused(l02, d02, load(values, row + _10, like))
    inverse = one / fused(l12, d12, d22)
    store(values, row + _10, inverse)
    d23 = fused(l12, d13, fused(l02, d03, d23))
    l23 = -d23 * inverse
    d33 = fused(l13, d13, fused(l03, d03, load(values, row + _15, like)))
    store(values, row + _15, one / fused(l23, d23, d33))
    store(values, row + _1, l01)
    store(values, row + _2, l02)
    store(values, row + _3, l03)
    store(values, row + _6, l12)
    store(values, row + _7, l13)
    store(values, row + _11, l23)


@register_jitable
def _scale_row(
    twins: Any, k: Any, row: Any, blocks: Any, place: Any, like: Any, points: Any
) -> None:
    """Finish block row k, at wide row `row`, beside its pivots: rows of D L^T, and -L^T apart.

    The latter goes to the wide rows of `scaled` from `place` on, the pivots' own block's place.
    The right-hand side goes along.
    """
    wide, wide_points = like + like + like + like, points + points + points + points
    values, scaled, own = twins.values, twins.scaled, _4 * row
    right, apart, beside = twins.right, twins.slots // _4, words(twins.beside)
    first = np.uint64(words(twins.start)[k]) - k - _1
    z0, z1, z2, z3 = _forward_pivots(twins, own, twins.first_slot + _4 * k, like, points)
    l01, l02 = load(values, own + _1, like), load(values, own + _2, like)
    l03, l12 = load(values, own + _3, like), load(values, own + _6, like)
    l13, l23 = load(values, own + _7, like), load(values, own + _11, like)
    w01, w02, w03 = spread(l01, like, wide), spread(l02, like, wide), spread(l03, like, wide)
    w12, w13, w23 = spread(l12, like, wide), spread(l13, like, wide), spread(l23, like, wide)
    i0 = spread(-load(values, own, like), like, wide)
    i1 = spread(-load(values, own + _5, like), like, wide)
    i2 = spread(-load(values, own + _10, like), like, wide)
    i3 = spread(-load(values, own + _15, like), like, wide)
    for e in range(_1, blocks):
        q, s = row + _4 * e, place + _4 * e
        b0, b1 = load(values, q, wide), load(values, q + _1, wide)
        b2, b3 = load(values, q + _2, wide), load(values, q + _3, wide)
        b1 = fused(w01, b0, b1)
        b2 = fused(w12, b1, fused(w02, b0, b2))
        b3 = fused(w23, b2, fused(w13, b1, fused(w03, b0, b3)))
        store(values, q + _1, b1)
        store(values, q + _2, b2)
        store(values, q + _3, b3)
        other = beside[first + e]
        total = load_apart(right, other, apart, wide, wide_points)
        total = fused(z1, each(b1, wide_points), fused(z0, each(b0, wide_points), total))
        total = fused(z3, each(b3, wide_points), fused(z2, each(b2, wide_points), total))
        store_apart(right, other, apart, wide, total)
        store(scaled, s, i0 * b0)
        store(scaled, s + _1, i1 * b1)
        store(scaled, s + _2, i2 * b2)
        store(scaled, s + _3, i3 * b3)


@register_jitable
def _forward_pivots(twins: Any, row: Any, at: Any, like: Any, points: Any) -> Any:
    """`right` of the four slots from `at` on becomes D^-1 L^-1 of it; this, negative and spread."""
    wide = points + points + points + points
    values, right, apart = twins.values, twins.right, twins.slots
    y0 = load_apart(right, at, apart, like, points)
    y1 = load_apart(right, at + _1, apart, like, points)
    y2 = load_apart(right, at + _2, apart, like, points)
    y3 = load_apart(right, at + _3, apart, like, points)
    y1 = fused(load_each(values, row + _1, like, points), y0, y1)
    y2 = fused(load_each(values, row + _2, like, points), y0, y2)
    y2 = fused(load_each(values, row + _6, like, points), y1, y2)
    y3 = fused(load_each(values, row + _3, like, points), y0, y3)
    y3 = fused(load_each(values, row + _7, like, points), y1, y3)
    y3 = fused(load_each(values, row + _11, like, points), y2, y3)
    y0 = y0 * load_each(values, row, like, points)
    y1 = y1 * load_each(values, row + _5, like, points)
    y2 = y2 * load_each(values, row + _10, like, points)
    y3 = y3 * load_each(values, row + _15, like, points)
    store_apart(right, at, apart, like, y0)
    store_apart(right, at + _1, apart, like, y1)
    store_apart(right, at + _2, apart, like, y2)
    store_apart(right, at + _3, apart, like, y3)
    y0, y1 = spread(-y0, like, wide), spread(-y1, like, wide)
    return y0, y1, spread(-y2, like, wide), spread(-y3, like, wide)
