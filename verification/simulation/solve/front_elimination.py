"""The compiled elimination of FrontPlan, for any number of boards as lanes.

The right-hand side is eliminated along with the matrix: that saves a walk through the factor.

Loops count in unsigned integers: a signed index costs a test for wrap-around.
"""

from __future__ import annotations

from typing import Any

from verification.simulation.solve.addresses import Address, row_of, words
from verification.simulation.solve.front_columns import eliminate_run
from verification.simulation.solve.front_plan import GROUP_ROW, RUN_ROW
from verification.simulation.solve.front_rows import eliminate_pivots
from verification.simulation.solve.front_updates import update_blocks
from verification.simulation.solve.front_vectors import row_bytes
from verification.simulation.solve.lanes import inlined, load, splat, store

_0, _1, _2, _3, _4, _5, _8, _16 = (Address(n) for n in (0, 1, 2, 3, 4, 5, 8, 16))

run_at, group_at = row_of(RUN_ROW), row_of(GROUP_ROW)


@inlined
def assemble(twins: Any, like: Any) -> None:
    """The grounded Laplacians' values from the conductances."""
    values, siemens = twins.values, twins.siemens
    _clear(twins, like)
    source = words(twins.source)
    for row in range(twins.source_count):
        store(values, row, -load(siemens, source[row], like))
    table = words(twins.single)
    for k in range(twins.single_count):
        store(values, table[_2 * k], -load(siemens, table[_2 * k + _1], like))
    table = words(twins.pivot)
    for k in range(twins.pivot_count):
        at = _5 * k
        total = load(siemens, table[at + _1], like) + load(siemens, table[at + _2], like)
        other = load(siemens, table[at + _3], like) + load(siemens, table[at + _4], like)
        store(values, table[at], total + other)
    table = words(twins.further)
    for k in range(twins.further_count):
        row = table[_2 * k]
        store(values, row, load(values, row, like) + load(siemens, table[_2 * k + _1], like))
    table = words(twins.parallel)
    for k in range(twins.parallel_count):
        row = table[_2 * k]
        store(values, row, load(values, row, like) - load(siemens, table[_2 * k + _1], like))


@inlined
def _clear(twins: Any, like: Any) -> None:
    """Zeros into the value blocks that need them."""
    wide = like + like + like + like
    values, cleared = twins.values, words(twins.cleared)
    zero = splat(0.0, wide)
    for k in range(twins.cleared_count):
        row = twins.first_row // _4 + _4 * Address(cleared[k])
        store(values, row, zero)
        store(values, row + _1, zero)
        store(values, row + _2, zero)
        store(values, row + _3, zero)


@inlined
def eliminate_tape(twins: Any, like: Any, points: Any) -> None:
    """Eliminate the tape's columns, a run of equally long ones after the other."""
    values, right = twins.values, twins.right
    column, targets, slots, own = values, twins.target, twins.entry_slot, right
    for k in range(twins.run_count):
        run = run_at(twins.run, k)
        length, count = Address(run.length), Address(run.count)
        eliminate_run((length, count, column, targets, slots, own, values, right), like, points)
        column += row_bytes(like) * count * (length + _1)
        targets += _4 * count * (length * (length + _1) // _2)
        slots += _4 * count * length
        own += row_bytes(points) * count


@inlined
def eliminate_fronts(twins: Any, like: Any, points: Any) -> None:
    """Eliminate the fronts, a group of block rows after the other."""
    block = _16 * row_bytes(like)
    values = twins.values + twins.first_row * row_bytes(like)
    start, scaled, targets = words(twins.start), twins.scaled, twins.block_target
    for j in range(twins.group_count):
        group = group_at(twins.group, j)
        first, size, last = Address(group.first), Address(group.size), Address(group.pivots)
        begin = Address(start[first])
        blocks = Address(start[first + _1]) - begin
        top = values + block * begin
        row = top
        for k in range(size):
            if k:
                args = (blocks, k, _0, k, k + _1, top, scaled, targets, values)
                update_blocks(args, like, points)
                targets += _8 * (blocks - k)
            row += block * (blocks - k)
            number = first + k
            own = twins.right + row_bytes(points) * (twins.first_slot + _4 * number)
            behind = twins.beside + _4 * (Address(start[number + _1]) - number - _1)
            pivots = last if k + _1 == size else _4
            scratch = scaled + block * blocks * (k + _1)
            args = (pivots, blocks - k - _1, row, scratch, behind, own, twins.right)
            eliminate_pivots(args, like, points)
        below, full = blocks - size, size if last == _4 else size - _1
        args = (blocks, full, last % _4, size, blocks, top, scaled, targets, values)
        update_blocks(args, like, points)
        targets += _4 * below * (below + _1)
