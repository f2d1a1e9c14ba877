"""Every component is a known part, named once, and is what its part number says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from verification.checks.case import Case
from verification.checks.records import Check, Item, judged

NAME = "components"
CLAIM = "every component is a known part, named once, with the value and footprint of its record"


def check_components(case: Case) -> Check:
    """Check 1: part numbers, values, footprints, references, cells and slots."""
    board = case.board
    components = board.netlist.components
    kinds = Counter(placed.record.kind for placed in board.placed.values())
    evidence = {"components": len(components), "known": len(board.placed)}
    evidence |= {f"{kind}s": kinds[kind] for kind in sorted(kinds)}
    faults = [*_unknown(case), *_repeated(case), *_differing(case), *_contract(case)]
    return judged(NAME, CLAIM, len(components), evidence, faults)


def _unknown(case: Case) -> Iterator[Item]:
    for component, reason in case.board.unknown:
        yield Item(
            component.refdes,
            expected="a part number of the catalogue",
            got=reason,
            fix="set the field MPN to a part of the catalogue, or add a record for this part",
            weight=1.0,
        )


def _repeated(case: Case) -> Iterator[Item]:
    counts = Counter(component.refdes for component in case.board.netlist.components)
    for refdes, count in counts.items():
        if count > 1:
            yield Item(
                refdes,
                expected="one component of this reference",
                got=f"{count} components",
                fix="give every component a reference of its own",
                weight=1.0,
            )


def _differing(case: Case) -> Iterator[Item]:
    for placed in case.board.placed.values():
        record, component = placed.record, placed.component
        for what, expected, got in (
            ("value", record.value, component.value),
            ("footprint", record.footprint, component.footprint),
        ):
            if expected != got:
                yield Item(
                    placed.refdes,
                    expected=f"{what} {expected}, as {record.mpn} has",
                    got=f"{what} {got or 'missing'}",
                    fix=f"correct the {what} or the field MPN: one of the two is wrong",
                    weight=1.0,
                )


def _contract(case: Case) -> Iterator[Item]:
    """Fields that the file must carry: each part has a cell and a slot, no two the same."""
    seen: dict[tuple[str, str], str] = {}
    for placed in case.board.placed.values():
        for name, value in (("Cell", placed.cell), ("Slot", placed.slot)):
            if not value:
                yield Item(
                    placed.refdes,
                    expected=f"a field {name}",
                    got="none",
                    fix="export the netlist with the fields Cell and Slot",
                )
        first = seen.setdefault((placed.cell, placed.slot), placed.refdes)
        if placed.slot and first != placed.refdes:
            yield Item(
                placed.refdes,
                expected=f"one part as {placed.slot} of {placed.cell}",
                got=f"{first} is that part already",
                fix="remove the part that is there twice",
                weight=0.9,
            )
