"""A drawn board in words: what each element of it measures beside what its record says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from verification.extraction.circuit import MixedCircuit
from verification.extraction.elements import Unit
from verification.extraction.values import Values


@dataclass(frozen=True, slots=True)
class DrawnValue:
    """One quantity of one element.

    Attributes:
        element: the component, with its unit where it has several (`UE4_7_1/2`).
        place: its cell and slot.
        quantity: what was drawn, with its unit of measure (`offset_v`).
        nominal, value: the record's and the board's.
    """

    element: str
    place: str
    quantity: str
    nominal: float
    value: float


def drawn_values(circuit: MixedCircuit, board: Values) -> tuple[DrawnValue, ...]:
    """Every drawn quantity of a board, in the order of the circuit's elements."""
    return tuple(_rows(circuit, board))


def _rows(circuit: MixedCircuit, board: Values) -> Iterator[DrawnValue]:
    for k, pot in enumerate(circuit.digipots):
        scale = pot.model.divisor
        total = float(board.digipot_step_ohm[k]) * scale
        yield _row(pot.unit, "end_to_end_ohm", pot.model.step_ohm * scale, total)
        yield _row(pot.unit, "wiper_ohm", pot.model.wiper_ohm, board.digipot_wiper_ohm[k])
    for k, resistor in enumerate(circuit.resistors):
        yield _row(resistor.unit, "ohm", resistor.model.ohm, board.resistor_ohm[k])
    for k, comparator in enumerate(circuit.comparators):
        yield _row(comparator.unit, "offset_v", 0.0, board.comparator_offset_v[k])
        for pin, bias in zip("pn", board.comparator_bias_a[k], strict=True):
            yield _row(comparator.unit, f"bias_{pin}_a", comparator.model.bias_typ_a, bias)
    for k, amplifier in enumerate(circuit.amplifiers):
        yield _row(amplifier.unit, "offset_v", 0.0, board.amplifier_offset_v[k])
        for pin, bias in zip("pn", board.amplifier_bias_a[k], strict=True):
            yield _row(amplifier.unit, f"bias_{pin}_a", amplifier.model.bias_typ_a, bias)


def _row(unit: Unit, quantity: str, nominal: float, value: float) -> DrawnValue:
    return DrawnValue(unit.name, f"{unit.cell}/{unit.slot}", quantity, nominal, float(value))
