"""The tape's compiled elimination: both twins of every lane, chunk by chunk.

Entries are kept as positive conductances n, so eliminating the node with diagonal d turns the star
of its branches into a mesh: `n_ef += n_e n_f / d`, `d_e -= n_e n_e / d`. One text for each rank: a
rank is how many columns update together (see `twin_chunks`). What is measured to matter: unsigned
indices; two rows below at a time, which halves the loops whose ends the processor mispredicts; and
one load and store of a target for all columns of the chunk.
"""

from __future__ import annotations

from typing import Any

from verification.simulation.solve.addresses import Address, row_of, words
from verification.simulation.solve.lanes import fused, inlined, load, splat, store
from verification.simulation.solve.twin_chunks import CHUNK

chunk_at = row_of(CHUNK)
_1, _2, _3, _4, _8, _10 = (Address(n) for n in (1, 2, 3, 4, 8, 10))


@inlined
def assemble(twins: Any, like: Any) -> None:
    """The stored numbers before elimination: conductances between places, and their sums."""
    source, diagonal = words(twins.source), words(twins.diagonal)
    near, near_branch = words(twins.near), words(twins.near_branch)
    for e in range(twins.entries):
        store(twins.factor, e, load(twins.siemens, source[e], like))
    for k in range(twins.parallel_count):
        branch, e = words(twins.parallel)[_2 * k], words(twins.parallel)[_2 * k + _1]
        g = load(twins.siemens, branch, like)
        store(twins.factor, e, load(twins.factor, e, like) + g)
    for u in range(twins.unknowns):
        total = load(twins.siemens, near_branch[near[u]], like)
        for k in range(Address(near[u]) + _1, Address(near[u + _1])):
            total += load(twins.siemens, near_branch[k], like)
        store(twins.factor, diagonal[u], total)


@inlined
def eliminate_chunks(twins: Any, like: Any) -> None:
    """Turn the assembled numbers into the factor, in place."""
    t = Address(0)
    for k in range(twins.chunks):
        here, after = chunk_at(twins.chunk, k), chunk_at(twins.chunk, k + _1)
        start, below = Address(here.start), Address(after.row) - Address(here.row)
        if here.rank == 1:
            t = _eliminate_one(twins, start, below, t, like)
        elif here.rank == 2:
            t = _eliminate_two(twins, start, below, t, like)
        else:
            t = _eliminate_four(twins, start, below, t, like)


@inlined
def _add_1(factor: Any, e: Any, s: Any, n: Any, like: Any) -> None:
    store(factor, e, fused(s, n, load(factor, e, like)))


@inlined
def _add_2(factor: Any, e: Any, s: Any, n: Any, like: Any) -> None:
    total = fused(s[1], n[1], load(factor, e, like))
    store(factor, e, fused(s[0], n[0], total))


@inlined
def _add_4(factor: Any, e: Any, s: Any, n: Any, like: Any) -> None:
    total = fused(s[3], n[3], load(factor, e, like))
    total = fused(s[2], n[2], total)
    store(factor, e, fused(s[0], n[0], fused(s[1], n[1], total)))


@inlined
def _eliminate_one(twins: Any, start: Any, below: Any, t: Any, like: Any) -> Any:
    """Eliminate a chunk of rank 1; the place in `target` after its own."""
    factor, target = twins.factor, words(twins.target)
    inverse = splat(1.0, like) / load(factor, start, like)
    store(factor, start, inverse)
    e, end = start + _1, start + _1 + below
    while e + _1 < end:
        n, m = load(factor, e, like), load(factor, e + _1, like)
        s, r = n * inverse, m * inverse
        _add_1(factor, target[t], -s, n, like)
        _add_1(factor, target[t + _1], s, m, like)
        _add_1(factor, target[t + _2], -r, m, like)
        t += _3
        for g in range(e + _2, end):
            n = load(factor, g, like)
            _add_1(factor, target[t], s, n, like)
            _add_1(factor, target[t + _1], r, n, like)
            t += _2
        e += _2
    if e < end:
        n = load(factor, e, like)
        _add_1(factor, target[t], -(n * inverse), n, like)
        t += _1
    return t


@inlined
def _two(factor: Any, e: Any, like: Any) -> Any:
    return load(factor, e, like), load(factor, e + _1, like)


@inlined
def _eliminate_two(twins: Any, start: Any, below: Any, t: Any, like: Any) -> Any:
    """Eliminate a chunk of rank 2; the place in `target` after its own."""
    factor, target = twins.factor, words(twins.target)
    one = splat(1.0, like)
    i, n21 = one / load(factor, start, like), load(factor, start + _1, like)
    s21 = n21 * i
    j = one / fused(-s21, n21, load(factor, start + _2, like))
    store(factor, start, i)
    store(factor, start + _2, j)
    e, end = start + _3, start + _3 + _2 * below
    for g in range(e, end, _2):
        _add_1(factor, g + _1, s21, load(factor, g, like), like)
    while e + _2 < end:
        n, m = _two(factor, e, like), _two(factor, e + _2, like)
        s, r = (n[0] * i, n[1] * j), (m[0] * i, m[1] * j)
        _add_2(factor, target[t], (-s[0], -s[1]), n, like)
        _add_2(factor, target[t + _1], s, m, like)
        _add_2(factor, target[t + _2], (-r[0], -r[1]), m, like)
        t += _3
        for g in range(e + _4, end, _2):
            n = _two(factor, g, like)
            _add_2(factor, target[t], s, n, like)
            _add_2(factor, target[t + _1], r, n, like)
            t += _2
        e += _4
    if e < end:
        n = _two(factor, e, like)
        _add_2(factor, target[t], (-(n[0] * i), -(n[1] * j)), n, like)
        t += _1
    return t


@inlined
def _eliminate_head_of_four(factor: Any, start: Any, like: Any) -> Any:
    """Eliminate within a head of rank 4: the inverses, and n_ij / d_j of its six entries."""
    one = splat(1.0, like)
    i1, n21 = one / load(factor, start, like), load(factor, start + _1, like)
    n31, n41 = load(factor, start + _2, like), load(factor, start + _3, like)
    s21, s31, s41 = n21 * i1, n31 * i1, n41 * i1
    i2 = one / fused(-s21, n21, load(factor, start + _4, like))
    n32 = fused(s21, n31, load(factor, start + Address(5), like))
    n42 = fused(s21, n41, load(factor, start + Address(6), like))
    s32, s42 = n32 * i2, n42 * i2
    d3 = fused(-s31, n31, load(factor, start + Address(7), like))
    i3 = one / fused(-s32, n32, d3)
    n43 = fused(s32, n42, fused(s31, n41, load(factor, start + _8, like)))
    s43 = n43 * i3
    d4 = fused(-s41, n41, load(factor, start + Address(9), like))
    i4 = one / fused(-s43, n43, fused(-s42, n42, d4))
    store(factor, start, i1)
    store(factor, start + _4, i2)
    store(factor, start + Address(5), n32)
    store(factor, start + Address(6), n42)
    store(factor, start + Address(7), i3)
    store(factor, start + _8, n43)
    store(factor, start + Address(9), i4)
    return (i1, i2, i3, i4), (s21, s31, s32, s41, s42, s43)


@inlined
def _four(factor: Any, e: Any, like: Any) -> Any:
    first, second = _two(factor, e, like), _two(factor, e + _2, like)
    return first[0], first[1], second[0], second[1]


@inlined
def _scaled_four(n: Any, inverse: Any) -> Any:
    return n[0] * inverse[0], n[1] * inverse[1], n[2] * inverse[2], n[3] * inverse[3]


@inlined
def _negative_four(s: Any) -> Any:
    return -s[0], -s[1], -s[2], -s[3]


@inlined
def _eliminate_four(twins: Any, start: Any, below: Any, t: Any, like: Any) -> Any:
    """Eliminate a chunk of rank 4; the place in `target` after its own."""
    factor, target = twins.factor, words(twins.target)
    inverse, head = _eliminate_head_of_four(factor, start, like)
    e, end = start + _10, start + _10 + _4 * below
    for g in range(e, end, _4):
        n1, n2, n3, n4 = _four(factor, g, like)
        n2 = fused(head[0], n1, n2)
        n3 = fused(head[2], n2, fused(head[1], n1, n3))
        n4 = fused(head[5], n3, fused(head[4], n2, fused(head[3], n1, n4)))
        store(factor, g + _1, n2)
        store(factor, g + _2, n3)
        store(factor, g + _3, n4)
    while e + _4 < end:
        n, m = _four(factor, e, like), _four(factor, e + _4, like)
        s, r = _scaled_four(n, inverse), _scaled_four(m, inverse)
        _add_4(factor, target[t], _negative_four(s), n, like)
        _add_4(factor, target[t + _1], s, m, like)
        _add_4(factor, target[t + _2], _negative_four(r), m, like)
        t += _3
        for g in range(e + _8, end, _4):
            n = _four(factor, g, like)
            _add_4(factor, target[t], s, n, like)
            _add_4(factor, target[t + _1], r, n, like)
            t += _2
        e += _8
    if e < end:
        n = _four(factor, e, like)
        _add_4(factor, target[t], _negative_four(_scaled_four(n, inverse)), n, like)
        t += _1
    return t
