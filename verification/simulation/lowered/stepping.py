"""Stepping: the tables of rows, what each digipot of the twins does in a learning step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from verification.extraction.circuit import MixedCircuit
from verification.extraction.elements import Digipot
from verification.simulation.lowered.control import STILL, STILL_TABLE, Control
from verification.simulation.lowered.nodes import ABSENT, Row
from verification.simulation.lowered.reasons import CannotLower
from verification.simulation.partition import Partition
from verification.simulation.solve.problem import Floats, Integers


@dataclass(frozen=True, slots=True, eq=False)
class Stepping:
    """Tables of Lowered and Recipe, by their names there."""

    pot: Integers
    comparator: Integers
    table: Floats
    decides: Integers
    enable: Integers
    learns: Integers
    together: Integers
    code_min: Integers
    code_max: Integers
    row_kind: Integers
    row_element: Integers
    row_divisor: Floats


def find_stepping(cut: Partition, control: Control, rows: Sequence[Row]) -> Stepping:
    """The tables of the rows, in their order."""
    circuit = cut.circuit
    pots = [pot for row in rows for pot in row.pots]
    behaviours = [control.pots[pot] if pot != ABSENT else STILL for pot in pots]
    order: dict[int, int] = {}
    for behaviour in behaviours:
        for comparator in behaviour.decides:
            order.setdefault(comparator, len(order))
    place = {flipflop: k for k, flipflop in enumerate(control.chain)}
    learns = [
        b.enable != ABSENT and b.high == control.chain_high[place[b.enable]] for b in behaviours
    ]
    kinds, elements = _branches(cut, rows)

    def ends(end: Callable[[Digipot], int]) -> Integers:
        return _pairs([end(circuit.digipots[pot]) if pot != ABSENT else 0 for pot in pots])

    divisor = ends(lambda pot: pot.model.divisor).astype(np.float64)
    return Stepping(
        pot=_pairs(pots),
        comparator=np.asarray(list(order), dtype=np.int64),
        table=np.asarray([b.table for b in behaviours]).reshape(-1, 2, len(STILL_TABLE)),
        decides=_pairs([index for b in behaviours for index in _two(b.decides, order)]).reshape(
            -1, 2, 2
        ),
        enable=_pairs([place.get(b.enable, ABSENT) for b in behaviours]),
        learns=_pairs([int(bit) for bit in learns]),
        together=np.asarray([_together(circuit, control, row) for row in rows], dtype=np.int64),
        code_min=ends(lambda pot: pot.model.code_min),
        code_max=ends(lambda pot: pot.model.code_max),
        row_kind=kinds,
        row_element=elements,
        row_divisor=divisor,
    )


def _pairs(numbers: Sequence[int]) -> Integers:
    return np.asarray(numbers, dtype=np.int64).reshape(-1, 2)


def _two(decides: tuple[int, ...], order: dict[int, int]) -> tuple[int, int]:
    """Two comparators; the first twice where there is one, whose table ignores the second."""
    places = [order[comparator] for comparator in decides] or [0]
    return places[0], places[-1]


def _branches(cut: Partition, rows: Sequence[Row]) -> tuple[Integers, Integers]:
    """Kind and element of each row's branches, -1 where there is none."""
    branches = [position for row in rows for position in row.branches]
    found = [cut.branches[position] if position != ABSENT else None for position in branches]
    return (
        _pairs([ABSENT if branch is None else int(branch.kind) for branch in found]),
        _pairs([ABSENT if branch is None else branch.element for branch in found]),
    )


def _together(circuit: MixedCircuit, control: Control, row: Row) -> bool:
    """Whether the row's digipots stop together. CannotLower: one stops with a third."""
    for pot in row.pots:
        if pot == ABSENT or control.pots[pot] == STILL:
            continue
        element = circuit.digipots[pot]
        if not element.model.stops_together or element.unit.count == 1:
            continue
        first = pot - element.unit.position
        if set(range(first, first + element.unit.count)) != set(row.pots):
            raise CannotLower(f"digipot {element.unit.name} stops with another than its twin")
        return True
    return False
