"""The tape's compiled elimination: both twins of every lane, chunk by chunk.

Nothing is ever subtracted. Each unknown has conductances n_e to later unknowns and one, G, to what
is held; its pivot is their sum, d = G + sum n_e. Eliminating it turns the star of its branches into
a mesh: `n_ef += n_e n_f / d`, `G_e += n_e G / d`. So every number keeps all of its digits, whatever
the contrast (Grassmann, Taksar and Heyman, Operations Research 33 (1985) 1107).

One text for each rank: a rank is how many columns update together (see `twin_chunks`). What is
measured to matter: unsigned indices; two rows below at a time, which halves the loops whose ends
the processor mispredicts; one load and store of a target for all columns of the chunk; no calls.
"""

from __future__ import annotations

from typing import Any

from verification.simulation.solve.addresses import Address, words
from verification.simulation.solve.lane_points import (
    load_part,
    load_part_each,
    of_part,
    store_part,
)
from verification.simulation.solve.lane_tuples import (
    accumulate,
    load_four,
    load_listed_four,
    load_listed_two,
    load_rows,
    load_two,
    products,
)
from verification.simulation.solve.lanes import (
    fused,
    inlined,
    load,
    splat,
    store,
)
from verification.simulation.solve.twin_chunks import chunk_at, ground_at
from verification.simulation.solve.twin_columns import (
    eliminate_2,
    eliminate_3,
    eliminate_4,
    eliminate_5,
    eliminate_6,
)
from verification.simulation.solve.twin_substitution import forward_one

_1, _2, _3, _4, _5, _6, _7, _8, _9, _10 = (Address(n) for n in range(1, 11))


@inlined
def assemble(twins: Any, like: Any, part: Any) -> None:
    """The numbers before elimination, n between places and G, and the right-hand side.

    That is injected current, and what flows in from held places at their volts. Numbers in which
    elimination begins with its first update are left as they are.
    """
    source, more = words(twins.source), words(twins.sum)
    numbers, right = twins.siemens, twins.right
    for k in range(twins.source_count):
        store(numbers, source[_2 * k + _1], load(numbers, source[_2 * k], like))
    for k in range(twins.sum_count):
        total = load(numbers, more[_3 * k], like) + load(numbers, more[_3 * k + _1], like)
        store(numbers, more[_3 * k + _2], total)
    for u in range(twins.unknowns):
        store_part(right, u, part, load_part_each(twins.injected, u, part))
    for k in range(twins.ground_count):
        branch = ground_at(twins.ground, k)
        g = load(numbers, branch.branch, like)
        volts = load_part(twins.volts, branch.held, part)
        total = fused(of_part(g, part), volts, load_part(right, branch.unknown, part))
        store_part(right, branch.unknown, part, total)


@inlined
def eliminate_chunks(twins: Any, like: Any, part: Any) -> None:
    """The assembled numbers become the factor, and the right-hand side's part goes along."""
    t = Address(0)
    for k in range(twins.chunks):
        here, after = chunk_at(twins.chunk, k), chunk_at(twins.chunk, k + _1)
        below = Address(after.row) - Address(here.row)
        if here.rank == 1:
            _eliminate_column(twins, here, after.row, t, like, part)
        elif here.rank == 2:
            _eliminate_two(twins, here, below, t, like, part)
        else:
            _eliminate_four(twins, here, below, t, like, part)
        t += below * (below + _1) // _2


@inlined
def _eliminate_column(twins: Any, here: Any, end: Any, t: Any, like: Any, part: Any) -> None:
    """Eliminate a chunk of rank 1; short ones without a loop."""
    u, r, e = Address(here.first), Address(here.row), Address(here.start)
    below = Address(end) - r
    numbers, right, row, entry = twins.siemens, twins.right, twins.row, twins.entry
    ground, update = words(twins.head)[here.head], twins.update
    if below == _2:
        eliminate_2(numbers, e, ground, entry, update, t, right, u, row, r, like, part)
    elif below == _3:
        eliminate_3(numbers, e, ground, entry, update, t, right, u, row, r, like, part)
    elif below == _4:
        eliminate_4(numbers, e, ground, entry, update, t, right, u, row, r, like, part)
    elif below == _5:
        eliminate_5(numbers, e, ground, entry, update, t, right, u, row, r, like, part)
    elif below == _6:
        eliminate_6(numbers, e, ground, entry, update, t, right, u, row, r, like, part)
    else:
        _eliminate_one(twins, e, ground, below, t, like)
        forward_one(twins, here, end, part)


@inlined
def _eliminate_one(twins: Any, start: Any, head: Any, below: Any, t: Any, like: Any) -> None:
    """Eliminate a chunk of rank 1."""
    numbers = twins.siemens
    e, end = start + _1, start + _1 + below
    ground = load(numbers, head, like)
    pivot = ground
    for g in range(e, end):
        pivot += load(numbers, g, like)
    inverse = splat(1.0, like) / pivot
    store(numbers, start, inverse)
    _spread(twins, e, end, t, (inverse,), (ground,), like)


@inlined
def _spread(twins: Any, e: Any, end: Any, t: Any, inverse: Any, ground: Any, like: Any) -> None:
    """What a chunk gives to later columns: its rows below, from number e on, in pairs."""
    numbers, update, rank = twins.siemens, twins.update, Address(len(inverse))
    while e + rank < end:
        n, m = load_rows(numbers, e, inverse, like), load_rows(numbers, e + rank, inverse, like)
        s, r = products(n, inverse), products(m, inverse)
        accumulate(numbers, update, t, s, ground)
        accumulate(numbers, update, t + _1, s, m)
        accumulate(numbers, update, t + _2, r, ground)
        t += _3
        e += _2 * rank
        for g in range(e, end, rank):
            n = load_rows(numbers, g, inverse, like)
            accumulate(numbers, update, t, s, n)
            accumulate(numbers, update, t + _1, r, n)
            t += _2
    if e < end:
        s = products(load_rows(numbers, e, inverse, like), inverse)
        accumulate(numbers, update, t, s, ground)


@inlined
def _eliminate_two(twins: Any, here: Any, below: Any, t: Any, like: Any, part: Any) -> None:
    """Eliminate a chunk of rank 2."""
    numbers, right, row = twins.siemens, twins.right, words(twins.row)
    start, u, k = Address(here.start), Address(here.first), Address(here.row)
    e, end = start + _3, start + _3 + _2 * below
    head = Address(here.head)
    g1, n21 = load_listed_two(numbers, twins.head, head, like)
    g2 = load(numbers, words(twins.head)[head + _2], like)
    p1, p2 = g1, g2
    for g in range(e, end, _2):
        p1 += load(numbers, g, like)
        p2 += load(numbers, g + _1, like)
    i, j = _inverses(p1 + n21, p2, n21, p1, like)
    s21 = n21 * i
    ground = g1, fused(s21, g1, g2)
    store(numbers, start, i)
    store(numbers, start + _1, n21)
    store(numbers, start + _2, j)
    z1 = load_part(right, u, part) * of_part(i, part)
    z2 = fused(of_part(n21, part), z1, load_part(right, u + _1, part)) * of_part(j, part)
    store_part(right, u, part, z1)
    store_part(right, u + _1, part, z2)
    for g in range(e, end, _2):
        n1, n2 = load_two(numbers, g, like)
        n2 = fused(s21, n1, n2)
        store(numbers, g + _1, n2)
        total = fused(of_part(n2, part), z2, load_part(right, row[k], part))
        store_part(right, row[k], part, fused(of_part(n1, part), z1, total))
        k += _1
    _spread(twins, e, end, t, (i, j), ground, like)


@inlined
def _inverses(d: Any, rest: Any, n: Any, beyond: Any, like: Any) -> Any:
    """1 / d and the inverse of the next pivot, `rest + n beyond / d`, by one division.

    A division and what waits for it takes longest in a chain of pivots.
    """
    product = fused(d, rest, n * beyond)
    inverse = splat(1.0, like) / (d * product)
    return product * inverse, d * d * inverse


@inlined
def _eliminate_head_of_four(twins: Any, here: Any, sums: Any, like: Any) -> Any:
    """Eliminate within a head of rank 4, given the sums of the rows below in each column.

    The inverses; n_ij / d_j of the six entries; each column's G as it is when it is eliminated.
    """
    p1, p2, p3, p4 = sums
    numbers, start, head = twins.siemens, Address(here.start), Address(here.head)
    g1, n21, n31, n41 = load_listed_four(numbers, twins.head, head, like)
    g2, n32, n42, g3 = load_listed_four(numbers, twins.head, head + _4, like)
    n43, g4 = load_listed_two(numbers, twins.head, head + _8, like)
    p1 += g1
    p2 += g2
    beyond = p1 + (n31 + n41)
    i1, i2 = _inverses(beyond + n21, p2 + (n32 + n42), n21, beyond, like)
    s21, s31, s41 = n21 * i1, n31 * i1, n41 * i1
    n32, n42, n43 = fused(s21, n31, n32), fused(s21, n41, n42), fused(s31, n41, n43)
    p2, p3, p4 = fused(s21, p1, p2), fused(s31, p1, p3 + g3), fused(s41, p1, p4 + g4)
    g2, g3, g4 = fused(s21, g1, g2), fused(s31, g1, g3), fused(s41, g1, g4)
    s32, s42 = n32 * i2, n42 * i2
    n43 = fused(s32, n42, n43)
    p3, p4 = fused(s32, p2, p3), fused(s42, p2, p4)
    g3, g4 = fused(s32, g2, g3), fused(s42, g2, g4)
    i3, i4 = _inverses(p3 + n43, p4, n43, p3, like)
    s43 = n43 * i3
    g4 = fused(s43, g3, g4)
    store(numbers, start, i1)
    store(numbers, start + _1, n21)
    store(numbers, start + _2, n31)
    store(numbers, start + _3, n41)
    store(numbers, start + _4, i2)
    store(numbers, start + _5, n32)
    store(numbers, start + _6, n42)
    store(numbers, start + _7, i3)
    store(numbers, start + _8, n43)
    store(numbers, start + _9, i4)
    return (i1, i2, i3, i4), (s21, s31, s32, s41, s42, s43), (g1, g2, g3, g4)


@inlined
def _forward_head_of_four(
    right: Any, u: Any, numbers: Any, start: Any, inverse: Any, like: Any, part: Any
) -> Any:
    """The right-hand sides of a head of rank 4, divided by their pivots."""
    _, n21, n31, n41 = load_four(numbers, start, like)
    n32, n42 = load_two(numbers, start + _5, like)
    n43 = load(numbers, start + _8, like)
    z1 = load_part(right, u, part) * of_part(inverse[0], part)
    y2 = fused(of_part(n21, part), z1, load_part(right, u + _1, part))
    y3 = fused(of_part(n31, part), z1, load_part(right, u + _2, part))
    y4 = fused(of_part(n41, part), z1, load_part(right, u + _3, part))
    z2 = y2 * of_part(inverse[1], part)
    y3, y4 = fused(of_part(n32, part), z2, y3), fused(of_part(n42, part), z2, y4)
    z3 = y3 * of_part(inverse[2], part)
    z4 = fused(of_part(n43, part), z3, y4) * of_part(inverse[3], part)
    store_part(right, u, part, z1)
    store_part(right, u + _1, part, z2)
    store_part(right, u + _2, part, z3)
    store_part(right, u + _3, part, z4)
    return z1, z2, z3, z4


@inlined
def _eliminate_four(twins: Any, here: Any, below: Any, t: Any, like: Any, part: Any) -> None:
    """Eliminate a chunk of rank 4."""
    numbers, right, row = twins.siemens, twins.right, words(twins.row)
    start, k = Address(here.start), Address(here.row)
    e, end = start + _10, start + _10 + _4 * below
    zero = splat(0.0, like)
    p1, p2, p3, p4 = zero, zero, zero, zero
    for g in range(e, end, _4):
        n1, n2, n3, n4 = load_four(numbers, g, like)
        p1 += n1
        p2 += n2
        p3 += n3
        p4 += n4
    inverse, head, ground = _eliminate_head_of_four(twins, here, (p1, p2, p3, p4), like)
    z1, z2, z3, z4 = _forward_head_of_four(
        right, Address(here.first), numbers, start, inverse, like, part
    )
    for g in range(e, end, _4):
        n1, n2, n3, n4 = load_four(numbers, g, like)
        n2 = fused(head[0], n1, n2)
        n3 = fused(head[2], n2, fused(head[1], n1, n3))
        n4 = fused(head[5], n3, fused(head[4], n2, fused(head[3], n1, n4)))
        store(numbers, g + _1, n2)
        store(numbers, g + _2, n3)
        store(numbers, g + _3, n4)
        total = fused(of_part(n1, part), z1, load_part(right, row[k], part))
        total = fused(of_part(n2, part), z2, total)
        total = fused(of_part(n3, part), z3, total)
        store_part(right, row[k], part, fused(of_part(n4, part), z4, total))
        k += _1
    _spread(twins, e, end, t, inverse, ground, like)
