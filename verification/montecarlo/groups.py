"""Groups of drawn quantities that one change of the design would mend together.

A group is a choice of entries in `Values` and of what to undo in them, so that any board's group
can be made perfect without knowing how it was drawn. Groups follow what elements do in the circuit
and in the learning network; the cell's name serves only to word them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from verification.anatomy import Anatomy, Pot
from verification.extraction.circuit import MixedCircuit
from verification.extraction.elements import (
    Amplifier,
    Comparator,
    DriveKind,
    ElementT,
    Resistor,
    Unit,
)
from verification.extraction.values import Values, drawn, ideal

Cluster = tuple[int, ...]
DIFFERENCE, SIGN = "c > f", "f < 0"


class Undo(StrEnum):
    """What is made perfect in a cluster of entries.

    ALL: every entry becomes nominal. OWN: each keeps the cluster's common deviation and loses its
    own. COMMON: each keeps its own deviation and loses the common one. The common deviation is the
    geometric mean of value/nominal, so that OWN and COMMON together are ALL.
    """

    ALL = "all"
    OWN = "own"
    COMMON = "common"


class Quantity(StrEnum):
    """What a group is about, for the words on how to mend it."""

    DIFFERENCE_OFFSET = "difference_offset"
    SIGN_OFFSET = "sign_offset"
    HYSTERESIS = "hysteresis"
    AMPLIFIER_OFFSET = "amplifier_offset"
    SWING = "swing"
    BIAS = "bias"
    MATCHING = "matching"
    END_TO_END = "end_to_end"
    WIPER = "wiper"
    RESISTANCE = "resistance"
    TEMPERATURE = "temperature"
    EVERYTHING = "everything"


@dataclass(frozen=True)
class Selection:
    """Entries of one array of `Values`, in clusters of those that belong together."""

    field: str
    clusters: tuple[Cluster, ...]
    undo: Undo = Undo.ALL


@dataclass(frozen=True)
class Group:
    """Quantities that are made perfect together.

    Attributes:
        name: for the report.
        quantity: what it is about.
        parts: part numbers of its components, sorted.
        elements: how many values it covers.
        selections: which.
        room: whether the board is brought to 25 C.
    """

    name: str
    quantity: Quantity
    parts: tuple[str, ...] = ()
    elements: int = 0
    selections: tuple[Selection, ...] = ()
    room: bool = False


def perfected(board: Values, nominal: Values, group: Group) -> Values:
    """A board with one group made perfect; `nominal` is its circuit's ideal board."""
    changed: dict[str, np.ndarray] = {}
    for selection in group.selections:
        values = np.array(changed.get(selection.field, getattr(board, selection.field)))
        targets = getattr(nominal, selection.field)
        for cluster in selection.clusters:
            chosen = list(cluster)
            values[chosen] = _mended(values[chosen], targets[chosen], selection.undo)
        changed[selection.field] = values
    return replace(board, **changed)


def _mended(values: np.ndarray, nominal: np.ndarray, undo: Undo) -> np.ndarray:
    if undo is Undo.ALL:
        return nominal
    ratio = values / nominal
    common = np.exp(np.mean(np.log(ratio)))
    return nominal * (common if undo is Undo.OWN else ratio / common)


def find_groups(
    circuit: MixedCircuit, anatomy: Anatomy, low_c: float, high_c: float
) -> list[Group]:
    """The groups of a circuit, without those in which its boards cannot differ from nominal ones.

    Args:
        circuit: of the board, cabled for any task.
        anatomy: which digipots are twins.
        low_c: the lowest temperature of a board, degrees Celsius.
        high_c: the highest.
    """
    sample, nominal = drawn(circuit, 0, high_c), ideal(circuit)
    groups = [
        *_comparators(circuit),
        *_amplifiers(circuit),
        _bias(circuit),
        *_digipots(circuit, anatomy),
        *_resistors(circuit),
    ]
    found = [group for group in groups if _deviates(sample, nominal, group)]
    if (low_c, high_c) != (25.0, 25.0):
        found.append(Group("temperature", Quantity.TEMPERATURE, elements=1, room=True))
    return found


def everything(circuit: MixedCircuit) -> Group:
    """All that is drawn: what perfect parts would give."""
    whole = [
        Selection(name, tuple((k,) for k in range(len(getattr(ideal(circuit), name)))))
        for name in Values.__slots__
        if name != "seed"
    ]
    count = sum(len(selection.clusters) for selection in whole)
    return Group("everything", Quantity.EVERYTHING, (), count, tuple(whole), room=True)


def _deviates(sample: Values, nominal: Values, group: Group) -> bool:
    mended = perfected(sample, nominal, group)
    return any(
        not np.array_equal(getattr(mended, chosen.field), getattr(sample, chosen.field))
        for chosen in group.selections
    )


def _group(
    name: str,
    quantity: Quantity,
    mpns: Iterable[str],
    *selections: Selection,
) -> Group:
    count = sum(len(cluster) for chosen in selections for cluster in chosen.clusters)
    return Group(name, quantity, tuple(sorted(set(mpns))), count, selections)


def _singles(positions: Iterable[int]) -> tuple[Cluster, ...]:
    return tuple((k,) for k in positions)


def _comparators(circuit: MixedCircuit) -> Iterator[Group]:
    """Offset by what is decided, hysteresis of all."""
    averages = {net for resistor in circuit.resistors for net in (resistor.a, resistor.b)}
    averages -= _driven(circuit)

    def decides(comparator: Comparator) -> str:
        if len(circuit.nets[comparator.out].pins) < 2:
            return ""
        return DIFFERENCE if {comparator.in_p, comparator.in_n} <= averages else SIGN

    table = _by(circuit.comparators, decides)
    for what, chosen in table.items():
        if what:
            yield _group(
                f"offset of the comparators that decide {what}",
                Quantity.DIFFERENCE_OFFSET if what == DIFFERENCE else Quantity.SIGN_OFFSET,
                (circuit.comparators[k].record.mpn for k in chosen),
                Selection("comparator_offset_v", _singles(chosen)),
            )
    used = [k for what, chosen in table.items() if what for k in chosen]
    yield _group(
        "hysteresis of the comparators",
        Quantity.HYSTERESIS,
        (circuit.comparators[k].record.mpn for k in used),
        Selection("comparator_hysteresis_v", _singles(used)),
    )


_AMPLIFIERS = {
    "node": "node buffers",
    "source": "source drivers",
    "target": "targets' amplifiers (reading and clamping)",
}


def _amplifiers(circuit: MixedCircuit) -> Iterator[Group]:
    """Offset by the kind of cell, output swing of all."""

    def kind(amplifier: Amplifier) -> str:
        cell = _cell_kind(amplifier.unit)
        return _AMPLIFIERS.get(cell, f"amplifiers {cell or amplifier.record.mpn}")

    for what, chosen in _by(circuit.amplifiers, kind).items():
        yield _group(
            f"offset of the {what}",
            Quantity.AMPLIFIER_OFFSET,
            (circuit.amplifiers[k].record.mpn for k in chosen),
            Selection("amplifier_offset_v", _singles(chosen)),
        )
    yield _group(
        "output swing of the amplifiers",
        Quantity.SWING,
        (amplifier.record.mpn for amplifier in circuit.amplifiers),
        Selection("amplifier_swing_v", _singles(range(len(circuit.amplifiers)))),
    )


def _bias(circuit: MixedCircuit) -> Group:
    return _group(
        "input bias of comparators and amplifiers",
        Quantity.BIAS,
        (element.record.mpn for element in (*circuit.comparators, *circuit.amplifiers)),
        Selection("comparator_bias_a", _singles(range(len(circuit.comparators)))),
        Selection("amplifier_bias_a", _singles(range(len(circuit.amplifiers)))),
    )


def _digipots(circuit: MixedCircuit, anatomy: Anatomy) -> Iterator[Group]:
    """What twins have in common, in what they differ, and the wipers."""
    pots = circuit.digipots
    place = {Pot(pot.unit.refdes, pot.model.w): k for k, pot in enumerate(pots)}
    twins = tuple(
        (place[free], place[clamped])
        for free, clamped in zip(anatomy.free_pots, anatomy.clamped_pots, strict=True)
    )
    learning = {k for pair in twins for k in pair}
    mpns = [pots[k].record.mpn for k in sorted(learning)]
    yield _group(
        "mismatch between the two digipots of an edge",
        Quantity.MATCHING,
        mpns,
        Selection("digipot_step_ohm", twins, Undo.OWN),
    )
    yield _group(
        "end-to-end resistance, from edge to edge",
        Quantity.END_TO_END,
        mpns,
        Selection("digipot_step_ohm", twins, Undo.COMMON),
    )
    others = [k for k in range(len(pots)) if k not in learning]
    yield _group(
        "end-to-end resistance of the nudge digipots",
        Quantity.END_TO_END,
        (pots[k].record.mpn for k in others),
        Selection("digipot_step_ohm", _singles(others)),
    )
    yield _group(
        "wipers",
        Quantity.WIPER,
        (pot.record.mpn for pot in pots),
        Selection("digipot_wiper_ohm", _singles(range(len(pots)))),
    )


def _resistors(circuit: MixedCircuit) -> Iterator[Group]:
    """By the kind of input that they lead to."""
    driven = _driven(circuit)
    compared = _inputs(circuit.comparators) - driven
    amplified = _inputs(circuit.amplifiers) - driven

    def kind(resistor: Resistor) -> str:
        ends = {resistor.a, resistor.b}
        if ends & compared:
            return "averaging resistors"
        if ends & amplified:
            cell = _cell_kind(resistor.unit)
            return "nudge resistors" if cell == "target" else f"resistors at the {cell} amplifiers"
        return "other resistors"

    for what, chosen in _by(circuit.resistors, kind).items():
        yield _group(
            what,
            Quantity.RESISTANCE,
            (circuit.resistors[k].record.mpn for k in chosen),
            Selection("resistor_ohm", _singles(chosen)),
        )


def _driven(circuit: MixedCircuit) -> set[int]:
    """Nets that resistors cannot move: rails, and the outputs of amplifiers."""
    rails = {drive.net for drive in circuit.drives if drive.kind is DriveKind.RAIL}
    return rails | {amplifier.out for amplifier in circuit.amplifiers}


def _inputs(elements: Sequence[Comparator] | Sequence[Amplifier]) -> set[int]:
    return {net for element in elements for net in (element.in_p, element.in_n)}


def _by(elements: Sequence[ElementT], kind: Callable[[ElementT], str]) -> dict[str, list[int]]:
    """Positions by kind, in order of first mention."""
    table: dict[str, list[int]] = defaultdict(list)
    for position, element in enumerate(elements):
        table[kind(element)].append(position)
    return table


def _cell_kind(unit: Unit) -> str:
    """`edge` of the cell `edge/4-7`; "" where the file names no cell."""
    return unit.cell.partition("/")[0]
