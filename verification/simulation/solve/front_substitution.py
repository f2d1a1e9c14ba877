"""The compiled substitution of FrontPlan: right-hand sides, and back from them to volts.

Forward they are eliminated along with the matrix, see front_elimination. The state of the fronts'
slots is kept by four of them, `[four slots][point][slot]`, as block rows take it.
"""

from __future__ import annotations

from typing import Any

from verification.simulation.solve.addresses import Address, words
from verification.simulation.solve.front_columns import substitute_run
from verification.simulation.solve.front_elimination import run_at
from verification.simulation.solve.front_rows import substitute_pivots
from verification.simulation.solve.front_vectors import load_apart, row_bytes, store_apart
from verification.simulation.solve.lane_groups import (
    rows_in,
)
from verification.simulation.solve.lane_points import (
    load_each,
)
from verification.simulation.solve.lanes import (
    fused,
    inlined,
    load,
    splat,
    store,
)

_1, _2, _3, _4, _16 = (Address(n) for n in (1, 2, 3, 4, 16))


@inlined
def start_right(twins: Any, like: Any, points: Any) -> None:
    """Right-hand side: injected currents, and what flows in from held places at their volts."""
    right, injected, slot, outer = (
        twins.right,
        twins.injected,
        words(twins.slot),
        words(twins.outer),
    )
    zero = splat(0.0, points)
    for place in range(twins.taped):
        store(right, place, load_each(injected, place, like, points))
    for at in range(twins.first_slot, twins.slots):
        store(right, at, zero)
    for place in range(twins.taped, twins.unknowns):
        store(right, slot[place], load_each(injected, place, like, points))
    for k in range(twins.outer_count):
        g = load_each(twins.siemens, outer[_3 * k], like, points)
        at, volts = outer[_3 * k + _1], load(twins.volts, outer[_3 * k + _2], points)
        store(right, at, fused(g, volts, load(right, at, points)))


@inlined
def backward_blocks(twins: Any, first: Any, end: Any, like: Any, points: Any) -> None:
    """Volts of the slots of block rows `end` - 1 down to `first`; the slots behind have theirs."""
    start, block, four = words(twins.start), _16 * row_bytes(like), _4 * row_bytes(points)
    values = twins.values + twins.first_row * row_bytes(like)
    for n in range(end - first):
        k = end - _1 - n
        behind = Address(start[k + _1])
        blocks = behind - Address(start[k]) - _1
        own = twins.right + four * (twins.first_slot // _4 + k)
        found = twins.state + four * (twins.first_slot // _4 + k)
        beside = twins.beside + _4 * (behind - k - _1)
        substitute_pivots(
            (blocks, values + block * behind, beside, own, found, twins.state), like, points
        )


@inlined
def backward_tape(twins: Any, like: Any, points: Any) -> None:
    """Volts of the tape's places, from those of the later places."""
    column = twins.values + row_bytes(like) * twins.source_count
    places = twins.entry_place + _4 * (twins.source_count - twins.taped)
    own = twins.right + row_bytes(points) * twins.taped
    found = twins.volts + row_bytes(points) * twins.taped
    for n in range(twins.run_count):
        run = run_at(twins.run, twins.run_count - _1 - n)
        length, count = Address(run.length), Address(run.count)
        substitute_run((length, count, column, places, own, found, twins.volts), like, points)
        column -= row_bytes(like) * count * (length + _1)
        places -= _4 * count * length
        own -= row_bytes(points) * count
        found -= row_bytes(points) * count


@inlined
def volts_to_state(twins: Any, first: Any, end: Any, like: Any, points: Any) -> None:
    """The volts of places, as block rows take them."""
    for place in range(first, end):
        volts = load(twins.volts, place, points)
        store_apart(twins.state, _state_row(twins, place, like, points), _4, like, volts)


@inlined
def state_to_volts(twins: Any, first: Any, end: Any, like: Any, points: Any) -> None:
    """What block rows have found, as volts of places."""
    for place in range(first, end):
        row = _state_row(twins, place, like, points)
        store(twins.volts, place, load_apart(twins.state, row, _4, like, points))


@inlined
def _state_row(twins: Any, place: Any, like: Any, points: Any) -> Any:
    """The row of a place's state at the first point."""
    slot = Address(words(twins.slot)[place])
    return slot // _4 * _4 * Address(rows_in(like, points)) + slot % _4
