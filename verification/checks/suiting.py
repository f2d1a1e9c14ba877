"""Parts that suit each other: one mounting, one series where voltages mix, headers of one kind.

A part may be the right one by its value and still be wrong beside the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from parts.models import ResistorModel
from verification.checks.board import Placed
from verification.checks.case import Case
from verification.checks.records import Item

MOUNTED = ("resistor", "resistor_array", "capacitor", "led", "tvs", "fuse")
"""Kinds that come both for the surface and for holes; one board has one sort of them."""


def suiting_faults(case: Case) -> Iterator[Item]:
    """Parts that do not go with the others of their board, their net or their connectors."""
    yield from _mounting(case)
    yield from _mixing(case)
    yield from _connectors(case)


def _mounting(case: Case) -> Iterator[Item]:
    """Passive parts are all for holes or all for the surface: one way of assembly."""
    parts = [placed for placed in case.board.placed.values() if placed.record.kind in MOUNTED]
    count = Counter(placed.record.through_hole for placed in parts)
    usual = count[True] > count[False]
    names = {True: "through-hole", False: "surface-mounted"}
    for placed in parts:
        if placed.record.through_hole is not usual:
            text = f"a {names[usual]} {placed.record.kind}, as the board's other parts are"
            yield _item(placed, text, f"{placed.record.mpn}, {names[not usual]}", 0.7)


def _mixing(case: Case) -> Iterator[Item]:
    """Resistors that weigh voltages at one input are of one tolerance, or the weights are off."""
    for wire, pins in case.senses.items():
        if wire in case.outputs or case.rails.fixed(wire) or wire in case.host_driven:
            continue
        if not any(pin.record.role == "analog_input" for pin in pins):
            continue
        parts = [bond.a.placed for bond in case.bonds.get(wire, ()) if bond.kind == "resistor"]
        sorts = {model.tolerance for part in parts for model in part.record.units(ResistorModel)}
        for part in parts if len(sorts) > 1 else ():
            worst = max(model.tolerance for model in part.record.units(ResistorModel))
            weight = 0.7 if worst == max(sorts) else 0.4
            text = f"resistors of one tolerance at {pins[0].label}, {min(sorts):g}"
            yield _item(part, text, f"{part.record.mpn}, {worst:g}", weight)


def _connectors(case: Case) -> Iterator[Item]:
    """Signal connectors are of one family; none of them fits the supply's plug.

    So are the headers of cables between boards, of another one.
    """
    supplies = frozenset(case.interface.supplies)
    signals: list[Placed] = []
    feeds: list[Placed] = []
    headers = {pin.refdes for pins in case.board.cable_pins.values() for pin in pins}
    for placed in case.board.placed.values():
        if placed.record.kind == "connector" and placed.refdes not in headers:
            fed = any(pin.function in supplies for pin in placed.pins.values())
            (feeds if fed else signals).append(placed)
    ranked = Counter(_family(placed) for placed in signals).most_common(2)
    tied = len(ranked) > 1 and ranked[0][1] == ranked[1][1]
    for placed in signals:
        if tied or _family(placed) != ranked[0][0]:
            text = f"{'one family' if tied else ranked[0][0]} for all signal connectors"
            yield _item(placed, text, placed.record.mpn, 0.5 if tied else 0.8)
    for placed in feeds:
        if ranked and _family(placed) == ranked[0][0]:
            text = "a supply terminal that no signal cable fits"
            yield _item(placed, text, placed.record.mpn, 0.6)


def _family(placed: Placed) -> str:
    """The series that a part is of, or its own number."""
    return placed.record.series_mpn or placed.record.mpn


def _item(placed: Placed, expected: str, got: str, weight: float) -> Item:
    return Item(
        placed.refdes,
        expected=expected,
        got=got,
        fix="choose the part again",
        weight=weight,
    )
