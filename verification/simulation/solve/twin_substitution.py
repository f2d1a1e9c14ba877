"""The tape's compiled substitution: from a factor and sources to volts, forward and back.

Functions take `part`, which says what of each row they work on, as `lanes.load_part` does: whole
rows, or the halves of the free or of the clamped twins, of one or more points. The compiler makes a
function anew for each type of its arguments, 0.1 s each: hence few functions, and places always
`Address`.
"""

from __future__ import annotations

from typing import Any

from verification.simulation.solve.addresses import Address, words
from verification.simulation.solve.lane_points import (
    load_part,
    load_part_each,
    store_part,
)
from verification.simulation.solve.lanes import (
    fused,
    halved,
    inlined,
    splat,
)
from verification.simulation.solve.twin_chunks import chunk_at, ground_at
from verification.simulation.solve.twin_columns import (
    substitute_2,
    substitute_3,
    substitute_4,
    substitute_5,
    substitute_6,
)

_0, _1, _2, _3, _4, _5, _6, _10 = (Address(n) for n in (0, 1, 2, 3, 4, 5, 6, 10))


@inlined
def start_difference(twins: Any, like: Any, points: Any) -> None:
    """Right-hand side of D = V_clamped - V_free, from `A_c D = i_c - i_f - (A_c - A_f) V_f`.

    It is summed over branches with g_c - g_f, so that equal twins give exactly 0.
    """
    free = (_2, _0, halved(like), halved(points))
    clamped = (_2, _1, halved(like), halved(points))
    near, near_branch = words(twins.near), words(twins.near_branch)
    near_place = words(twins.near_place)
    for u in range(twins.hidden):
        volts = load_part(twins.volts, u, free)
        total = load_part_each(twins.injected, u, clamped) - load_part_each(twins.injected, u, free)
        for k in range(Address(near[u]), Address(near[u + _1])):
            branch = near_branch[k]
            g = load_part_each(twins.siemens, branch, clamped) - load_part_each(
                twins.siemens, branch, free
            )
            total = fused(g, load_part(twins.volts, near_place[k], free) - volts, total)
        store_part(twins.right, u, clamped, total)
    for u in range(twins.hidden, twins.unknowns):
        store_part(twins.right, u, clamped, splat(0.0, clamped[-1]))
    for k in range(twins.ground_count):
        branch = ground_at(twins.ground, k)
        g = load_part_each(twins.siemens, branch.branch, clamped)
        v = load_part(twins.volts, branch.held, clamped)
        u = branch.unknown
        store_part(twins.right, u, clamped, fused(g, v, load_part(twins.right, u, clamped)))


@inlined
def forward(twins: Any, chunks: Any, part: Any) -> None:
    """The right-hand side through the first `chunks` chunks, divided by their pivots."""
    for k in range(chunks):
        here, after = chunk_at(twins.chunk, k), chunk_at(twins.chunk, k + _1)
        if here.rank == 1:
            forward_one(twins, here, after.row, part)
        elif here.rank == 2:
            forward_two(twins, here, after.row, part)
        else:
            forward_four(twins, here, after.row, part)


@inlined
def forward_one(twins: Any, here: Any, end: Any, part: Any) -> None:
    """A chunk of rank 1."""
    numbers, right, row, entry = twins.siemens, twins.right, words(twins.row), words(twins.entry)
    u = Address(here.first)
    z = load_part(right, u, part) * load_part_each(numbers, here.start, part)
    store_part(right, u, part, z)
    for k in range(Address(here.row), Address(end)):
        own, total = load_part_each(numbers, entry[k], part), load_part(right, row[k], part)
        store_part(right, row[k], part, fused(own, z, total))


@inlined
def forward_two(twins: Any, here: Any, end: Any, part: Any) -> None:
    """A chunk of rank 2."""
    numbers, right, row = twins.siemens, twins.right, words(twins.row)
    u, e = Address(here.first), Address(here.start)
    z1 = load_part(right, u, part) * load_part_each(numbers, e, part)
    z2 = fused(load_part_each(numbers, e + _1, part), z1, load_part(right, u + _1, part))
    z2 = z2 * load_part_each(numbers, e + _2, part)
    store_part(right, u, part, z1)
    store_part(right, u + _1, part, z2)
    e += _3
    for k in range(Address(here.row), Address(end)):
        total = fused(load_part_each(numbers, e + _1, part), z2, load_part(right, row[k], part))
        store_part(right, row[k], part, fused(load_part_each(numbers, e, part), z1, total))
        e += _2


@inlined
def forward_four(twins: Any, here: Any, end: Any, part: Any) -> None:
    """A chunk of rank 4."""
    numbers, right, row = twins.siemens, twins.right, words(twins.row)
    u, e = Address(here.first), Address(here.start)
    z1 = load_part(right, u, part) * load_part_each(numbers, e, part)
    y2 = fused(load_part_each(numbers, e + _1, part), z1, load_part(right, u + _1, part))
    y3 = fused(load_part_each(numbers, e + _2, part), z1, load_part(right, u + _2, part))
    y4 = fused(load_part_each(numbers, e + _3, part), z1, load_part(right, u + _3, part))
    z2 = y2 * load_part_each(numbers, e + _4, part)
    y3 = fused(load_part_each(numbers, e + _5, part), z2, y3)
    y4 = fused(load_part_each(numbers, e + _6, part), z2, y4)
    z3 = y3 * load_part_each(numbers, e + Address(7), part)
    z4 = fused(load_part_each(numbers, e + Address(8), part), z3, y4)
    z4 = z4 * load_part_each(numbers, e + Address(9), part)
    store_part(right, u, part, z1)
    store_part(right, u + _1, part, z2)
    store_part(right, u + _2, part, z3)
    store_part(right, u + _3, part, z4)
    e += _10
    for k in range(Address(here.row), Address(end)):
        total = fused(load_part_each(numbers, e + _3, part), z4, load_part(right, row[k], part))
        total = fused(load_part_each(numbers, e + _2, part), z3, total)
        total = fused(load_part_each(numbers, e + _1, part), z2, total)
        store_part(right, row[k], part, fused(load_part_each(numbers, e, part), z1, total))
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
def _apart(twins: Any, u: Any, inverse: Any, total: Any, part: Any) -> Any:
    """Volts of place u but for what it gets from places of the same chunk."""
    return fused(total, inverse, load_part(twins.right, u, part))


@inlined
def _backward_one(twins: Any, here: Any, end: Any, part: Any) -> None:
    u, r, e = Address(here.first), Address(here.row), Address(here.start)
    below = Address(end) - r
    numbers, right, volts = twins.siemens, twins.right, twins.volts
    row, entry = twins.row, twins.entry
    if below == _2:
        substitute_2(numbers, e, entry, right, volts, u, row, r, part)
    elif below == _3:
        substitute_3(numbers, e, entry, right, volts, u, row, r, part)
    elif below == _4:
        substitute_4(numbers, e, entry, right, volts, u, row, r, part)
    elif below == _5:
        substitute_5(numbers, e, entry, right, volts, u, row, r, part)
    elif below == _6:
        substitute_6(numbers, e, entry, right, volts, u, row, r, part)
    else:
        total, e = splat(0.0, part[-1]), e + _1
        for k in range(r, Address(end)):
            v = load_part(volts, words(row)[k], part)
            total = fused(load_part_each(numbers, e, part), v, total)
            e += _1
        inverse = load_part_each(numbers, here.start, part)
        store_part(volts, u, part, _apart(twins, u, inverse, total, part))


@inlined
def _backward_two(twins: Any, here: Any, end: Any, part: Any) -> None:
    numbers, volts, row = twins.siemens, twins.volts, words(twins.row)
    u, start = Address(here.first), Address(here.start)
    zero = splat(0.0, part[-1])
    t1, t2, e = zero, zero, start + _3
    for k in range(Address(here.row), Address(end)):
        v = load_part(volts, row[k], part)
        t1 = fused(load_part_each(numbers, e, part), v, t1)
        t2 = fused(load_part_each(numbers, e + _1, part), v, t2)
        e += _2
    i1, i2 = load_part_each(numbers, start, part), load_part_each(numbers, start + _2, part)
    v2, v1 = _apart(twins, u + _1, i2, t2, part), _apart(twins, u, i1, t1, part)
    store_part(volts, u + _1, part, v2)
    store_part(volts, u, part, fused(load_part_each(numbers, start + _1, part) * i1, v2, v1))


@inlined
def _backward_four(twins: Any, here: Any, end: Any, part: Any) -> None:
    numbers, volts, row = twins.siemens, twins.volts, words(twins.row)
    u, start = Address(here.first), Address(here.start)
    zero = splat(0.0, part[-1])
    t1, t2, t3, t4, e = zero, zero, zero, zero, start + _10
    for k in range(Address(here.row), Address(end)):
        v = load_part(volts, row[k], part)
        t1 = fused(load_part_each(numbers, e, part), v, t1)
        t2 = fused(load_part_each(numbers, e + _1, part), v, t2)
        t3 = fused(load_part_each(numbers, e + _2, part), v, t3)
        t4 = fused(load_part_each(numbers, e + _3, part), v, t4)
        e += _4
    _solve_head_of_four(twins, u, start, (t1, t2, t3, t4), part)


@inlined
def _solve_head_of_four(twins: Any, u: Any, start: Any, totals: Any, part: Any) -> None:
    """Volts of a chunk of rank 4, from what its columns get from the rows below.

    Entries are multiplied with inverse pivots first, so that a place waits for one product only
    after the place behind it.
    """
    numbers, volts = twins.siemens, twins.volts
    i1, i2 = load_part_each(numbers, start, part), load_part_each(numbers, start + _4, part)
    i3 = load_part_each(numbers, start + Address(7), part)
    i4 = load_part_each(numbers, start + Address(9), part)
    v1, v2 = _apart(twins, u, i1, totals[0], part), _apart(twins, u + _1, i2, totals[1], part)
    v3, v4 = _apart(twins, u + _2, i3, totals[2], part), _apart(twins, u + _3, i4, totals[3], part)
    v3 = fused(load_part_each(numbers, start + Address(8), part) * i3, v4, v3)
    v2 = fused(load_part_each(numbers, start + _6, part) * i2, v4, v2)
    v2 = fused(load_part_each(numbers, start + _5, part) * i2, v3, v2)
    v1 = fused(load_part_each(numbers, start + _3, part) * i1, v4, v1)
    v1 = fused(load_part_each(numbers, start + _2, part) * i1, v3, v1)
    v1 = fused(load_part_each(numbers, start + _1, part) * i1, v2, v1)
    store_part(volts, u + _3, part, v4)
    store_part(volts, u + _2, part, v3)
    store_part(volts, u + _1, part, v2)
    store_part(volts, u, part, v1)
