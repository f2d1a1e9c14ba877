"""The board's parts: footprints against the netlist's components, field by field.

A board file may leave out what only the schematic knows; the judge then takes it from the netlist
that it is given. What the board does say must agree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from parts.catalogue import Catalogue
from parts.errors import PartError
from parts.models import JumperModel
from parts.record import PartRecord
from verification.board.record import BoardCopper, Footprint
from verification.checks.records import Item, natural
from verification.reading.netlist import Netlist, NetlistComponent

KICAD_TEXTS = ("Footprint", "Datasheet", "Description")
"""Fields that KiCad fills from its libraries and that say nothing about what is soldered."""


@dataclass(frozen=True)
class BoardParts:
    """Footprints that are parts, by reference.

    Attributes:
        footprints: reference -> positions of the footprints of that reference on the board.
        components: the board's components, those of the netlist first and in its order.
        records: reference -> the record of its part number, where the catalogue has it.
    """

    footprints: Mapping[str, tuple[int, ...]]
    components: tuple[NetlistComponent, ...]
    records: Mapping[str, PartRecord]

    def closed_jumpers(self) -> tuple[int, ...]:
        """Positions of the footprints that are bridged solder jumpers by their records."""
        return tuple(
            position
            for refdes, record in self.records.items()
            if any(model.closed for model in record.units(JumperModel))
            for position in self.footprints[refdes]
        )


def is_part(footprint: Footprint, known: Mapping[str, NetlistComponent]) -> bool:
    """Whether a footprint is a component: the netlist has it, or it has pins and a symbol."""
    if footprint.refdes in known:
        return True
    return not footprint.board_only and any(pad.number for pad in footprint.pads)


def board_parts(board: BoardCopper, netlist: Netlist | None, catalogue: Catalogue) -> BoardParts:
    """The parts of a board; fields that it lacks come from the netlist."""
    known: dict[str, NetlistComponent] = {}
    for component in netlist.components if netlist else ():
        known.setdefault(component.refdes, component)
    found: dict[str, list[int]] = defaultdict(list)
    for position, footprint in enumerate(board.footprints):
        if is_part(footprint, known):
            found[footprint.refdes].append(position)
    rank = {refdes: k for k, refdes in enumerate(known)}
    order = sorted(found, key=lambda name: (rank.get(name, len(rank)), natural(name)))
    records: dict[str, PartRecord] = {}
    components: list[NetlistComponent] = []
    for refdes in order:
        for position in found[refdes]:
            made = _component(board.footprints[position], known.get(refdes))
            record = _record(made.field("MPN"), catalogue)
            if record is not None:
                records.setdefault(refdes, record)
                made = _with_library(made, record)
            components.append(made)
    return BoardParts(
        {refdes: tuple(positions) for refdes, positions in found.items()},
        tuple(components),
        records,
    )


def part_faults(board: BoardCopper, parts: BoardParts, netlist: Netlist) -> Iterator[Item]:
    """Footprints that are missing, extra, there twice, or other parts than the netlist's."""
    known = {component.refdes: component for component in netlist.components}
    for refdes, positions in parts.footprints.items():
        if len(positions) > 1:
            yield _item(refdes, "one footprint of this reference", f"{len(positions)} footprints")
        if refdes not in known:
            names = ", ".join(board.footprints[position].name for position in positions)
            yield _item(refdes, "a part of the netlist", f"footprint {names} of no component")
    for component in netlist.components:
        if component.refdes not in parts.footprints:
            text = f"footprint {component.footprint}"
            yield _item(component.refdes, text, "no such footprint on the board")
            continue
        for position in parts.footprints[component.refdes]:
            yield from _differing(board.footprints[position], component)


def alike_faults(board: BoardCopper, parts: BoardParts) -> Iterator[Item]:
    """Footprints of one name whose pads are not where those of the others are.

    A pad that is moved, mirrored or renumbered in one footprint is found by its siblings; a
    footprint that stands alone has none.
    """
    kinds: dict[str, dict[tuple[object, ...], list[int]]] = defaultdict(lambda: defaultdict(list))
    for positions in parts.footprints.values():
        for position in positions:
            footprint = board.footprints[position]
            kinds[library_free(footprint.name)][footprint.pattern].append(position)
    for name, shapes in kinds.items():
        usual = max(shapes.values(), key=len)
        for positions in shapes.values():
            if positions is usual or len(positions) == len(usual):
                continue
            for position in positions:
                yield Item(
                    board.footprints[position].refdes,
                    expected=f"pads where the other {len(usual)} footprints {name} have them",
                    got="a pad in another place, or of another number, shape or layer",
                    fix="place the footprint again from its library",
                    weight=0.9,
                )


def library_free(name: str) -> str:
    """A footprint's name without its library, which a board need not state."""
    return name.rpartition(":")[2]


def _differing(footprint: Footprint, component: NetlistComponent) -> Iterator[Item]:
    """Where a footprint says something else than its component; KiCad's own texts aside."""
    names = library_free(footprint.name), library_free(component.footprint)
    if names[0] != names[1]:
        yield _item(component.refdes, f"footprint {component.footprint}", footprint.name)
    if footprint.value != component.value:
        yield _item(
            component.refdes, f"value {component.value}", f"value {footprint.value or 'missing'}"
        )
    for name, value in component.fields:
        said = footprint.field(name)
        if said and said != value and name not in KICAD_TEXTS:
            yield _item(component.refdes, f"{name} {value}", f"{name} {said}")


def _component(footprint: Footprint, known: NetlistComponent | None) -> NetlistComponent:
    """The component that a footprint is; what the board does not say is the netlist's."""
    if known is None:
        return NetlistComponent(
            footprint.refdes,
            footprint.value,
            footprint.name,
            footprint.fields,
            footprint.sheet,
            footprint.path,
            footprint.line,
        )
    fields = tuple((name, footprint.field(name) or value) for name, value in known.fields)
    same = library_free(footprint.name) == library_free(known.footprint)
    return NetlistComponent(
        footprint.refdes,
        footprint.value or known.value,
        known.footprint if same else footprint.name,
        fields,
        known.sheetpath,
        known.tstamp,
        footprint.line,
    )


def _with_library(component: NetlistComponent, record: PartRecord) -> NetlistComponent:
    """The library of the record where the board names none and the rest agrees."""
    if component.footprint == library_free(record.footprint):
        return NetlistComponent(
            component.refdes,
            component.value,
            record.footprint,
            component.fields,
            component.sheetpath,
            component.tstamp,
            component.line,
        )
    return component


def _record(mpn: str, catalogue: Catalogue) -> PartRecord | None:
    try:
        return catalogue.part(mpn) if mpn else None
    except PartError:
        return None


def _item(refdes: str, expected: str, got: str) -> Item:
    return Item(
        refdes,
        expected=expected,
        got=got,
        fix="update the board from the netlist",
        weight=1.0,
    )
