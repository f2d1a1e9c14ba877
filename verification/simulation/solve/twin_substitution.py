"""The tape's compiled substitution: from a factor and sources to volts, forward and back.

Functions take `part`, which says in what the rows are walked: `(step, side, like)`, where row i is
row step * i + side of rows as wide as that `like`. Whole rows are `(1, 0, like)`; the free halves
`(2, 0, halved(like))`; the clamped halves `(2, 1, halved(like))`.
"""

from __future__ import annotations

from typing import Any

from verification.simulation.solve.addresses import Address, row_of, words
from verification.simulation.solve.lanes import fused, halved, inlined, load, splat, store
from verification.simulation.solve.plan import OUTER
from verification.simulation.solve.twin_elimination import chunk_at

_0, _1, _2, _3, _4, _10 = (Address(n) for n in (0, 1, 2, 3, 4, 10))
_outer_at = row_of(OUTER)


@inlined
def whole(like: Any) -> Any:
    """Both twins at once."""
    return _1, _0, like


@inlined
def free_half(like: Any) -> Any:
    """The free twins only."""
    return _2, _0, halved(like)


@inlined
def clamped_half(like: Any) -> Any:
    """The clamped twins only."""
    return _2, _1, halved(like)


@inlined
def _get(rows: Any, i: Any, part: Any) -> Any:
    return load(rows, part[0] * Address(i) + part[1], part[2])


@inlined
def _put(rows: Any, i: Any, part: Any, value: Any) -> None:
    store(rows, part[0] * Address(i) + part[1], value)


@inlined
def start_right(twins: Any, part: Any) -> None:
    """Right-hand side: injected current, and what flows in from held places at their volts."""
    right = twins.right
    for u in range(twins.unknowns):
        _put(right, u, part, _get(twins.injected, u, part))
    add_held(twins, part)


@inlined
def add_held(twins: Any, part: Any) -> None:
    """Add conductance times volts of the held places to the right-hand side."""
    right = twins.right
    for k in range(twins.outer_count):
        branch = _outer_at(twins.outer, k)
        g, v = _get(twins.siemens, branch.branch, part), _get(twins.volts, branch.held, part)
        u = branch.unknown
        _put(right, u, part, fused(g, v, _get(right, u, part)))


@inlined
def start_difference(twins: Any, like: Any) -> None:
    """Right-hand side of D = V_clamped - V_free, from `A_c D = i_c - i_f - (A_c - A_f) V_f`.

    It is summed over branches with g_c - g_f, so that equal twins give exactly 0.
    """
    free, clamped = free_half(like), clamped_half(like)
    near, near_branch = words(twins.near), words(twins.near_branch)
    near_place = words(twins.near_place)
    for u in range(twins.hidden):
        volts = _get(twins.volts, u, free)
        total = _get(twins.injected, u, clamped) - _get(twins.injected, u, free)
        for k in range(Address(near[u]), Address(near[u + _1])):
            branch = near_branch[k]
            g = _get(twins.siemens, branch, clamped) - _get(twins.siemens, branch, free)
            total = fused(g, _get(twins.volts, near_place[k], free) - volts, total)
        _put(twins.right, u, clamped, total)
    for u in range(twins.hidden, twins.unknowns):
        _put(twins.right, u, clamped, splat(0.0, clamped[2]))
    add_held(twins, clamped)


@inlined
def forward(twins: Any, chunks: Any, part: Any) -> None:
    """The right-hand side through the first `chunks` chunks, divided by their pivots."""
    for k in range(chunks):
        here, after = chunk_at(twins.chunk, k), chunk_at(twins.chunk, k + _1)
        if here.rank == 1:
            _forward_one(twins, here, after.row, part)
        elif here.rank == 2:
            _forward_two(twins, here, after.row, part)
        else:
            _forward_four(twins, here, after.row, part)


@inlined
def _forward_one(twins: Any, here: Any, end: Any, part: Any) -> None:
    factor, right, row = twins.factor, twins.right, words(twins.row)
    u, e = Address(here.first), Address(here.start)
    z = _get(right, u, part) * _get(factor, e, part)
    _put(right, u, part, z)
    e += _1
    for k in range(Address(here.row), Address(end)):
        _put(right, row[k], part, fused(_get(factor, e, part), z, _get(right, row[k], part)))
        e += _1


@inlined
def _forward_two(twins: Any, here: Any, end: Any, part: Any) -> None:
    factor, right, row = twins.factor, twins.right, words(twins.row)
    u, e = Address(here.first), Address(here.start)
    z1 = _get(right, u, part) * _get(factor, e, part)
    z2 = fused(_get(factor, e + _1, part), z1, _get(right, u + _1, part))
    z2 = z2 * _get(factor, e + _2, part)
    _put(right, u, part, z1)
    _put(right, u + _1, part, z2)
    e += _3
    for k in range(Address(here.row), Address(end)):
        total = fused(_get(factor, e + _1, part), z2, _get(right, row[k], part))
        _put(right, row[k], part, fused(_get(factor, e, part), z1, total))
        e += _2


@inlined
def _forward_four(twins: Any, here: Any, end: Any, part: Any) -> None:
    factor, right, row = twins.factor, twins.right, words(twins.row)
    u, e = Address(here.first), Address(here.start)
    z1 = _get(right, u, part) * _get(factor, e, part)
    y2 = fused(_get(factor, e + _1, part), z1, _get(right, u + _1, part))
    y3 = fused(_get(factor, e + _2, part), z1, _get(right, u + _2, part))
    y4 = fused(_get(factor, e + _3, part), z1, _get(right, u + _3, part))
    z2 = y2 * _get(factor, e + _4, part)
    y3 = fused(_get(factor, e + Address(5), part), z2, y3)
    y4 = fused(_get(factor, e + Address(6), part), z2, y4)
    z3 = y3 * _get(factor, e + Address(7), part)
    z4 = fused(_get(factor, e + Address(8), part), z3, y4) * _get(factor, e + Address(9), part)
    _put(right, u, part, z1)
    _put(right, u + _1, part, z2)
    _put(right, u + _2, part, z3)
    _put(right, u + _3, part, z4)
    e += _10
    for k in range(Address(here.row), Address(end)):
        total = fused(_get(factor, e + _3, part), z4, _get(right, row[k], part))
        total = fused(_get(factor, e + _2, part), z3, total)
        total = fused(_get(factor, e + _1, part), z2, total)
        _put(right, row[k], part, fused(_get(factor, e, part), z1, total))
        e += _4


@inlined
def backward(twins: Any, first: Any, last: Any, part: Any) -> None:
    """Volts of the places of chunks last - 1 down to first, from later places' volts."""
    for step in range(last - first):
        k = last - _1 - step
        here, after = chunk_at(twins.chunk, k), chunk_at(twins.chunk, k + _1)
        if here.rank == 1:
            _backward_one(twins, here, after.row, part)
        elif here.rank == 2:
            _backward_two(twins, here, after.row, part)
        else:
            _backward_four(twins, here, after.row, part)


@inlined
def _solved(twins: Any, u: Any, d: Any, total: Any, part: Any) -> Any:
    """Volts of place u, whose inverse pivot is stored number d: written and given back."""
    volts = fused(total, _get(twins.factor, d, part), _get(twins.right, u, part))
    _put(twins.volts, u, part, volts)
    return volts


@inlined
def _backward_one(twins: Any, here: Any, end: Any, part: Any) -> None:
    factor, volts, row = twins.factor, twins.volts, words(twins.row)
    start = Address(here.start)
    total, e = splat(0.0, part[2]), start + _1
    for k in range(Address(here.row), Address(end)):
        total = fused(_get(factor, e, part), _get(volts, row[k], part), total)
        e += _1
    _solved(twins, here.first, start, total, part)


@inlined
def _backward_two(twins: Any, here: Any, end: Any, part: Any) -> None:
    factor, volts, row = twins.factor, twins.volts, words(twins.row)
    u, start = Address(here.first), Address(here.start)
    zero = splat(0.0, part[2])
    t1, t2, e = zero, zero, start + _3
    for k in range(Address(here.row), Address(end)):
        v = _get(volts, row[k], part)
        t1 = fused(_get(factor, e, part), v, t1)
        t2 = fused(_get(factor, e + _1, part), v, t2)
        e += _2
    v2 = _solved(twins, u + _1, start + _2, t2, part)
    _solved(twins, u, start, fused(_get(factor, start + _1, part), v2, t1), part)


@inlined
def _backward_four(twins: Any, here: Any, end: Any, part: Any) -> None:
    factor, volts, row = twins.factor, twins.volts, words(twins.row)
    u, start = Address(here.first), Address(here.start)
    zero = splat(0.0, part[2])
    t1, t2, t3, t4, e = zero, zero, zero, zero, start + _10
    for k in range(Address(here.row), Address(end)):
        v = _get(volts, row[k], part)
        t1 = fused(_get(factor, e, part), v, t1)
        t2 = fused(_get(factor, e + _1, part), v, t2)
        t3 = fused(_get(factor, e + _2, part), v, t3)
        t4 = fused(_get(factor, e + _3, part), v, t4)
        e += _4
    v4 = _solved(twins, u + _3, start + Address(9), t4, part)
    t3 = fused(_get(factor, start + Address(8), part), v4, t3)
    v3 = _solved(twins, u + _2, start + Address(7), t3, part)
    t2 = fused(_get(factor, start + Address(6), part), v4, t2)
    t2 = fused(_get(factor, start + Address(5), part), v3, t2)
    v2 = _solved(twins, u + _1, start + _4, t2, part)
    t1 = fused(_get(factor, start + _3, part), v4, t1)
    t1 = fused(_get(factor, start + _2, part), v3, t1)
    _solved(twins, u, start, fused(_get(factor, start + _1, part), v2, t1), part)
