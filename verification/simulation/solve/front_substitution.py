"""The substitution of FrontPlan: back from eliminated right-hand sides to volts.

The state of the fronts' slots is kept by four of them, `[four slots][point][slot]`, as block rows
take it.
"""

from __future__ import annotations

from verification.simulation.solve.front_code import COLUMNS, WORD_BYTES, Code, Record, Word
from verification.simulation.solve.front_record import FRONT_TWINS
from verification.simulation.solve.front_rows import substitute_pivots


def substitute_fronts(code: Code, address: Word, first: Word, end: Word) -> None:
    """Volts of the slots of block rows `end` - 1 down to `first`; the slots behind have theirs."""
    twins = Record(code, FRONT_TWINS, address)
    four = COLUMNS * code.side_bytes
    values = twins.values + twins.first_row * code.row_bytes
    start, beside, state = twins.start, twins.beside, twins.state
    right = twins.right + twins.first_slot * code.side_bytes
    found = state + twins.first_slot * code.side_bytes

    def block_row(n: Word) -> None:
        k = end - 1 - n
        begin = code.word(start + k * WORD_BYTES)
        blocks = code.word(start + (k + 1) * WORD_BYTES) - begin - 1
        own, row = k * four, values + begin * code.block_bytes
        neighbours = beside + (begin - k) * WORD_BYTES
        code.call(substitute_pivots, blocks, row, neighbours, right + own, found + own, state)

    code.repeat(end - first, block_row)


def volts_to_state(code: Code, address: Word, first: Word, end: Word) -> None:
    """The volts of places, as block rows take them."""
    twins = Record(code, FRONT_TWINS, address)
    volts, slot, state = twins.volts, twins.slot, twins.state

    def copy(k: Word) -> None:
        place = first + k
        at = state + _of_point(code, code.word(slot + place * WORD_BYTES))
        for point in range(code.points):
            row = volts + place * code.side_bytes + point * code.row_bytes
            code.store(at + point * code.wide_bytes, code.load(row))

    code.repeat(end - first, copy)


def state_to_volts(code: Code, address: Word, first: Word, end: Word) -> None:
    """What block rows have found, as volts of places."""
    twins = Record(code, FRONT_TWINS, address)
    volts, slot, state = twins.volts, twins.slot, twins.state

    def copy(k: Word) -> None:
        place = first + k
        at = state + _of_point(code, code.word(slot + place * WORD_BYTES))
        rows = [code.load(at + point * code.wide_bytes) for point in range(code.points)]
        code.store(volts + place * code.side_bytes, code.joined(rows))

    code.repeat(end - first, copy)


def _of_point(code: Code, slot: Word) -> Word:
    """Where a slot's state stands at the first point, in bytes."""
    return (slot - slot % COLUMNS) * code.side_bytes + slot % COLUMNS * code.row_bytes
