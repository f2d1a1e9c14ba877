"""The elimination of FrontPlan: numbers and right-hand sides put in their places, and the fronts.

The right-hand side is eliminated along with the matrix: that saves a walk through the factor.
"""

from __future__ import annotations

from typing import Any

from verification.simulation.solve.front_assembly import SUMMED
from verification.simulation.solve.front_code import COLUMNS, WORD_BYTES, Code, Record, Word
from verification.simulation.solve.front_record import FRONT_TWINS, GROUP_ROW
from verification.simulation.solve.front_rows import eliminate_pivots
from verification.simulation.solve.front_updates import PAIR_BYTES, update_blocks


def assemble(code: Code, address: Word) -> None:
    """The grounded Laplacians' numbers from the conductances; see FrontAssembly."""
    twins = Record(code, FRONT_TWINS, address)
    values, siemens = twins.values, twins.siemens
    source, first = twins.source, values + twins.leaves * code.row_bytes

    def row(number: Word) -> Word:
        return values + number * code.row_bytes

    def branch(number: Word) -> Any:
        return code.load(siemens + number * code.row_bytes)

    def of_tape(k: Word) -> None:
        g = branch(code.word(source + k * WORD_BYTES))
        code.store(first + k * code.row_bytes, code.minus(g))

    def single(at: Word, number: Word) -> None:
        code.store(row(at), code.minus(branch(number)))

    def pivot(at: Word, *numbers: Word) -> None:
        code.store(row(at), code.total([branch(number) for number in numbers]))

    def further(at: Word, number: Word) -> None:
        code.store(row(at), code.add(code.load(row(at)), branch(number)))

    def parallel(at: Word, number: Word) -> None:
        code.store(row(at), code.add(code.load(row(at)), code.minus(branch(number))))

    _clear(code, twins)
    code.repeat(twins.source_count, of_tape)
    code.each_row(twins.single, twins.single_count, 2, single)
    code.each_row(twins.pivot, twins.pivot_count, 1 + SUMMED, pivot)
    code.each_row(twins.further, twins.further_count, 2, further)
    code.each_row(twins.parallel, twins.parallel_count, 2, parallel)


def _clear(code: Code, twins: Record) -> None:
    """Zeros into the value blocks that need them."""
    first = twins.values + twins.first_row * code.row_bytes

    def clear(block: Word) -> None:
        for k in range(COLUMNS):
            at = first + block * code.block_bytes + k * code.wide_bytes
            code.store(at, code.zeros(COLUMNS))

    code.each_row(twins.cleared, twins.cleared_count, 1, clear)


def start_right(code: Code, address: Word) -> None:
    """Right-hand side: injected currents, and what flows in from held places at their volts."""
    twins = Record(code, FRONT_TWINS, address)
    right, injected, siemens = twins.right, twins.injected, twins.siemens
    taped, slot, volts = twins.taped, twins.slot, twins.volts

    def inject(place: Word, at: Word) -> None:
        current = code.load(injected + place * code.row_bytes)
        code.store(right + at * code.side_bytes, code.each(current))

    def empty(k: Word) -> None:
        at = right + (twins.first_slot + k) * code.side_bytes
        code.store(at, code.zeros(code.points))

    def held(branch: Word, at: Word, place: Word) -> None:
        side = right + at * code.side_bytes
        g = code.each(code.load(siemens + branch * code.row_bytes))
        v = code.load(volts + place * code.side_bytes, code.points)
        code.store(side, code.fused(g, v, code.load(side, code.points)))

    code.repeat(taped, lambda k: inject(k, k))
    code.repeat(twins.slots - twins.first_slot, empty)
    of_fronts = slot + taped * WORD_BYTES
    code.repeat(
        twins.unknowns - taped,
        lambda k: inject(taped + k, code.word(of_fronts + k * WORD_BYTES)),
    )
    code.each_row(twins.outer, twins.outer_count, 3, held)


def eliminate_fronts(code: Code, address: Word) -> None:
    """Eliminate the fronts, a group of block rows after the other."""
    twins = Record(code, FRONT_TWINS, address)
    groups = twins.group
    code.repeat(
        twins.group_count,
        lambda k: code.call(_eliminate_group, address, groups + k * GROUP_ROW.itemsize),
    )


def _eliminate_group(code: Code, address: Word, row: Word) -> None:
    """A group's block rows, each less what those before it bring; then what they change below."""
    twins, group = Record(code, FRONT_TWINS, address), Record(code, GROUP_ROW, row)
    values = twins.values + twins.first_row * code.row_bytes
    top, blocks, size = values + group.start * code.block_bytes, group.blocks, group.size
    scaled, right, none = twins.scaled, twins.right, code.number(0)

    def pivots(count: Word, k: Word, start: Word, beside: Word, own: Word) -> None:
        scratch = scaled + k * (blocks + 1) * code.block_bytes
        rest = blocks - k - 1
        code.call(eliminate_pivots, count, rest, start, scratch, beside, own, right)

    def block_row(k: Word, cursor: list[Any]) -> list[Any]:
        start, beside, own, table = cursor
        pivots(code.number(COLUMNS), k, start, beside, own)
        later = k + 1
        code.call(update_blocks, blocks, later, none, later, later + 1, top, scaled, table, values)
        rest = blocks - later
        start += (rest + 1) * code.block_bytes
        own += COLUMNS * code.side_bytes
        return [start, beside + rest * WORD_BYTES, own, table + rest * PAIR_BYTES]

    beside = twins.beside + group.beside * WORD_BYTES
    own = right + (twins.first_slot + group.first * COLUMNS) * code.side_bytes
    table = twins.block_target + group.target * PAIR_BYTES
    *at, table = code.loop(size - 1, block_row, top, beside, own, table)
    pivots(group.pivots, size - 1, *at)
    rest = group.pivots % COLUMNS
    full = size - (rest + COLUMNS - 1) // COLUMNS
    code.call(update_blocks, blocks, full, rest, size, blocks, top, scaled, table, values)
