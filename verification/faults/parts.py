"""M, V, D: parts that are missing, there twice, or others than they should be."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from parts.catalogue import Catalogue
from parts.errors import PartError
from parts.models import CapacitorModel, DigipotModel, ResistorModel
from parts.record import PartRecord
from parts.series import PartSeries
from parts.values import mantissas, nearest_value
from verification.checks.board import Placed
from verification.faults.document import Copy, Remove, Restate
from verification.faults.mutants import Culprit, Mutant, Original, Universe
from verification.reading.netlist import PinRef

STEPS = (1, 2, 3, 4, 6, 8, 12, 18)
"""How many steps of its E series a drifted value is off, up and down."""

ChoiceT = TypeVar("ChoiceT")
_Statement = tuple[tuple[str, str], ...]
"""(field, what the file says in it)."""


def census(original: Original) -> Universe:
    """M: each part missing, and each part there twice."""
    found: list[Mutant] = []
    for position, component in enumerate(original.document.netlist.components):
        refdes = component.refdes
        missing = _missing(original, original.board.placed[refdes])
        found.append(Mutant("M", f"{refdes} missing", Remove(position), (missing,)))
        copy = f"{refdes}_AGAIN"
        twice = Culprit(parts=frozenset((refdes, copy)))
        found.append(Mutant("M", f"{refdes} twice", Copy(position, copy), (twice,)))
    return Universe.of("M", found)


def _missing(original: Original, placed: Placed) -> Culprit:
    """What points at a part that the file does not have.

    Its place in its cell, its function, the pins that it joined; for a part between rails, which
    joins nothing in particular, any part of its cell, its cell, or its rail.
    """
    board, rails = original.board, original.case.rails
    signals = [pin for pin in placed.pins.values() if pin.wire not in rails.volts]
    mates = frozenset(
        PinRef(mate.refdes, mate.number)
        for pin in signals
        for mate in board.mates(pin)
        if mate.refdes != placed.refdes
    )
    words = [f"{placed.slot} of {placed.cell}"]
    words += [f"function {pin.function}" for pin in placed.pins.values() if pin.function]
    if signals:
        return Culprit(mates, frozenset((placed.refdes,)), tuple(words))
    near = frozenset(part.refdes for part in board.cells.get(placed.cell, ()))
    supplies = {pin.wire for pin in placed.pins.values()} - {rails.ground}
    return Culprit(
        parts=near,
        words=(*words, f"in {placed.cell}"),
        nets=frozenset(board.names[wire] for wire in supplies),
    )


def wrong_parts(original: Original, catalogue: Catalogue) -> Universe:
    """V: wrong value text, wrong footprint, any other part of the kind, a decade up or down."""
    found: list[Mutant] = []
    for position, refdes, _, choices in _of_parts(original, catalogue, _misstatements):
        culprit = Culprit(parts=frozenset((refdes,)))
        for what, stated in choices:
            found.append(Mutant("V", f"{refdes} {what}", Restate(position, stated), (culprit,)))
    return Universe.of("V", found)


def _of_parts(
    original: Original,
    catalogue: Catalogue,
    of_record: Callable[[PartRecord, Catalogue], Iterable[ChoiceT]],
) -> Iterator[tuple[int, str, PartRecord, tuple[ChoiceT, ...]]]:
    """(position, reference, record, choices) of every part.

    The choices of a record are worked out once: a board has hundreds of parts of a dozen records.
    """
    known: dict[str, tuple[ChoiceT, ...]] = {}
    for position, component in enumerate(original.document.netlist.components):
        record = original.board.placed[component.refdes].record
        if record.mpn not in known:
            known[record.mpn] = tuple(of_record(record, catalogue))
        yield position, component.refdes, record, known[record.mpn]


def _misstatements(record: PartRecord, catalogue: Catalogue) -> Iterator[tuple[str, _Statement]]:
    """(what is wrong, what the file says instead) of a part."""
    others = {part.mpn: part for part in _others(record, catalogue)}
    values = sorted({part.value for part in others.values()} - {record.value})
    value = values[0] if values else f"{record.value}A"
    yield f"with the value {value}", (("value", value),)
    everything = (catalogue[mpn].footprint for mpn in catalogue)
    footprints = [
        *(part.footprint for part in others.values() if len(part.pins) == len(record.pins)),
        *everything,
    ]
    footprint = next(name for name in footprints if name != record.footprint)
    yield f"with the footprint {footprint}", (("footprint", footprint),)
    for mpn, part in others.items():
        yield f"as {mpn}", _statement(part)


def _statement(part: PartRecord) -> _Statement:
    """What a file says of a part, so that the part number, value and footprint agree."""
    return ("MPN", part.mpn), ("value", part.value), ("footprint", part.footprint)


def _others(record: PartRecord, catalogue: Catalogue) -> Iterator[PartRecord]:
    """Every other part of the kind: single records, the same value of other series, decades."""
    for mpn in catalogue.mpns(record.kind):
        if mpn != record.mpn:
            yield catalogue[mpn]
    for family in catalogue.families:
        if family.kind != record.kind:
            continue
        if family.mpn != record.series_mpn:
            yield from _resolved(family, _quantity(record, family))
        elif family.range.quantity == "positions":
            yield from _resolved(family, len(record.pins) + 1)
            yield from _resolved(family, len(record.pins) - 1)
        else:
            value = _quantity(record, family)
            yield from _resolved(family, float(f"{value * 10:.4g}"))
            yield from _resolved(family, float(f"{value / 10:.4g}"))


def drifts(original: Original, catalogue: Catalogue) -> Universe:
    """D: a part of a series some steps off, a digipot of another end-to-end resistance."""
    found: list[Mutant] = []
    for position, refdes, record, choices in _of_parts(original, catalogue, _drifted):
        culprit = Culprit(parts=frozenset((refdes,)))
        for part, deviation in choices:
            name = f"{refdes} {part.value} instead of {record.value}"
            change = Restate(position, _statement(part))
            found.append(Mutant("D", name, change, (culprit,), deviation))
    return Universe.of("D", found)


def _drifted(record: PartRecord, catalogue: Catalogue) -> Iterator[tuple[PartRecord, float]]:
    """(part, new value over old value)."""
    for digipot in record.units(DigipotModel)[:1]:
        for mpn in catalogue.mpns("digipot"):
            part = catalogue[mpn]
            ratio = part.units(DigipotModel)[0].end_to_end_ohm / digipot.end_to_end_ohm
            # The same pins on the same footprint: a part that could be soldered in by mistake.
            if ratio != 1 and (part.pins, part.footprint) == (record.pins, record.footprint):
                yield part, ratio
    if record.series_mpn is None or record.kind == "connector":
        return
    family = catalogue.family(record.series_mpn)
    series = family.range.e_series
    if series is None:
        return
    value = _quantity(record, family)
    decade = 24 if "E24" in series else len(mantissas(series))
    for steps in STEPS:
        for sign in (-1, 1):
            near = nearest_value(value * 10 ** (sign * steps / decade), series)
            for part in _resolved(family, near):
                if part.mpn != record.mpn:
                    yield part, near / value


def steps_off(deviation: float) -> int:
    """A deviation as the nearest number of steps of the E24 series, 24 to a decade."""
    return round(24 * math.log10(deviation))


def _quantity(record: PartRecord, family: PartSeries) -> float:
    """The value of a part in the quantity of a series."""
    for model in record.models:
        if isinstance(model, ResistorModel) and family.range.quantity == "ohm":
            return model.ohm
        if isinstance(model, CapacitorModel) and family.range.quantity == "farad":
            return model.farad
    return float(len(record.pins))


def _resolved(family: PartSeries, value: float) -> Iterator[PartRecord]:
    """The part of a series with a value, nothing where the series has none."""
    try:
        yield family.resolve(value)
    except PartError:
        return
