"""Conjugate gradients' compiled loops: one twin at a time, at every point.

Each twin's iteration ends when r^T D^-1 r <= TOLERANCE_V^2 sum(D), r being the currents missing at
the places and D the sums of conductances there: on average no place is further than TOLERANCE_V
from what its neighbours ask for.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba.extending import register_jitable

from verification.simulation.solve.addresses import floats, integers, words
from verification.simulation.solve.lane_groups import rows_in
from verification.simulation.solve.lane_points import each
from verification.simulation.solve.lane_sums import folded
from verification.simulation.solve.lanes import (
    above,
    choose,
    fused,
    halved,
    inlined,
    load,
    splat,
    store,
)

TOLERANCE_V = 1e-12
# Beyond this a start is taken for nonsense.
MOST_V = 1e12
# Rows of W lanes that the loops over places take at once; arrays are filled up to a multiple.
STRIDE = 8
# Rounding delays conjugate gradients, but not for ever: iterations per unknown at most.
PATIENCE = 10

_0, _1, _2, _8 = (np.uint64(n) for n in (0, 1, 2, STRIDE))


@register_jitable
def solve_gradients(twins: Any, twin: Any, rows: Any, like: Any, points: Any) -> None:
    """One twin's first `rows` places at every point, the free one before the clamped one."""
    part, count = halved(like), np.uint64(rows_in(like, points))
    iterations = integers(twins.iterations)
    iterations[twin] = 0
    last = _2 * (count - _1) + twin
    for point in range(count):
        here = _2 * point + twin
        for place in range(rows):
            first = _2 * count * place
            volts = load(twins.volts, first + last, part)
            if twin:
                # `change` still is the free twin's; this one's is likely to be much the same.
                volts = volts + load(twins.change, point * twins.rows + place, part)
            store(twins.volts, first + here, volts)
        iterations[twin] += _descend(twins, twin, rows, point, like, points)
        last = here


@inlined
def weigh(twins: Any, twin: Any, rows: Any, like: Any) -> None:
    """The conductances at one twin's first `rows` places, and their sums."""
    part = halved(like)
    near, branch = words(twins.near), words(twins.near_branch)
    one, total = splat(1.0, part), splat(0.0, part)
    for place in range(rows):
        around = splat(0.0, part)
        for k in range(np.uint64(near[place]), np.uint64(near[place + _1])):
            g = load(twins.siemens, _2 * np.uint64(branch[k]) + twin, part)
            store(twins.conductance, twin * twins.ends + k, g)
            around += g
        store(twins.inverse, twin * twins.rows + place, one / around)
        total += around
    store(twins.limit, twin, total * splat(TOLERANCE_V * TOLERANCE_V, part))


@inlined
def _descend(twins: Any, twin: Any, rows: Any, point: Any, like: Any, points: Any) -> Any:
    """Conjugate gradients for the first `rows` places of a twin, from its volts; how many."""
    part = halved(like)
    energy = _start(twins, twin, rows, point, like, points)
    zero = splat(0.0, part)
    count = np.uint64(0)
    while count < np.uint64(PATIENCE) * rows and _unfinished(twins, twin, energy, like):
        power = _flows(twins, twin, rows, like)
        length = choose(above(power, zero), energy / power, zero)
        after = _advance(twins, twin, length, point, like)
        _turn(twins, twin, choose(above(energy, zero), after / energy, zero), like)
        energy = after
        count += _1
    for place in range(rows):
        row = _volts_row(twin, place, point, like, points)
        change = load(twins.change, point * twins.rows + place, part)
        store(twins.volts, row, load(twins.volts, row, part) + change)
    return count


@inlined
def _volts_row(twin: Any, place: Any, point: Any, like: Any, points: Any) -> Any:
    """The row of W lanes that holds a twin's volts."""
    count = np.uint64(rows_in(like, points))
    return _2 * (count * np.uint64(place) + point) + twin


@inlined
def _start(twins: Any, twin: Any, rows: Any, point: Any, like: Any, points: Any) -> Any:
    """The missing currents r, the first step D^-1 r, no change; r^T D^-1 r."""
    part = halved(like)
    near, other = words(twins.near), words(twins.near_place)
    energy = splat(0.0, part)
    for place in range(rows):
        row = _volts_row(twin, place, point, like, points)
        store(twins.volts, row, _finite(load(twins.volts, row, part), part))
    for place in range(rows):
        volts = load(twins.volts, _volts_row(twin, place, point, like, points), part)
        r = load(twins.injected, _2 * place + twin, part)
        for k in range(np.uint64(near[place]), np.uint64(near[place + _1])):
            there = load(twins.volts, _volts_row(twin, other[k], point, like, points), part)
            r = fused(load(twins.conductance, twin * twins.ends + k, part), there - volts, r)
        step = r * load(twins.inverse, twin * twins.rows + place, part)
        energy = fused(r, step, energy)
        store(twins.missing, place, r)
        store(twins.step, place, step)
    for place in range(rows, twins.rows):
        store(twins.missing, place, splat(0.0, part))
        store(twins.step, place, splat(0.0, part))
    for place in range(twins.rows):
        store(twins.change, point * twins.rows + place, splat(0.0, part))
    return energy


@inlined
def _finite(volts: Any, part: Any) -> Any:
    """Volts that are no numbers come from sources that were none; they are no place to start."""
    zero, most = splat(0.0, part), splat(MOST_V, part)
    volts = choose(above(most, volts), volts, zero)
    return choose(above(volts, -most), volts, zero)


@inlined
def _unfinished(twins: Any, twin: Any, energy: Any, like: Any) -> bool:
    """Whether any board's r^T D^-1 r is still too large."""
    boards = np.uint64(len(like) // 2)
    store(twins.found, _0, energy)
    found, limit = floats(twins.found), floats(twins.limit)
    waiting = False
    for n in range(boards):
        waiting |= found[n] > limit[twin * boards + n]
    return waiting


@inlined
def _flows(twins: Any, twin: Any, rows: Any, like: Any) -> Any:
    """The currents q = A p that the step p would drive; p^T q."""
    part = halved(like)
    near, other = words(twins.near), words(twins.near_place)
    conductance, power = twin * twins.ends, splat(0.0, part)
    for place in range(rows):
        step, flow = load(twins.step, place, part), splat(0.0, part)
        for k in range(np.uint64(near[place]), np.uint64(near[place + _1])):
            g = load(twins.conductance, conductance + k, part)
            flow = fused(g, step - load(twins.step, other[k], part), flow)
        store(twins.flow, place, flow)
        power = fused(flow, step, power)
    return power


@inlined
def _advance(twins: Any, twin: Any, length: Any, point: Any, like: Any) -> Any:
    """Go `length` steps; the new r^T D^-1 r."""
    wide, changes = like + like + like + like, point * twins.rows // _8
    inverse, total = twin * twins.rows // _8, splat(0.0, wide)
    forth, back = each(length, wide), each(-length, wide)
    for k in range(twins.rows // _8):
        change = fused(forth, load(twins.step, k, wide), load(twins.change, changes + k, wide))
        r = fused(back, load(twins.flow, k, wide), load(twins.missing, k, wide))
        store(twins.change, changes + k, change)
        store(twins.missing, k, r)
        total = fused(r * load(twins.inverse, inverse + k, wide), r, total)
    return folded(total, halved(like))


@inlined
def _turn(twins: Any, twin: Any, share: Any, like: Any) -> None:
    """The next step: D^-1 r and a share of the last step."""
    wide = like + like + like + like
    inverse, kept = twin * twins.rows // _8, each(share, wide)
    for k in range(twins.rows // _8):
        fresh = load(twins.missing, k, wide) * load(twins.inverse, inverse + k, wide)
        store(twins.step, k, fused(kept, load(twins.step, k, wide), fresh))
