"""What is bought and where it is put: lines of the bill of materials, and placements."""

from collections.abc import Sequence
from dataclasses import dataclass

from netgen.circuit import natural_key
from netgen.fab.board_file import BoardFile, FilePart
from netgen.fab.rotation import correction
from parts.catalogue import Catalogue
from parts.errors import PartError
from parts.record import PartRecord


@dataclass(frozen=True, slots=True)
class BomLine:
    """One thing that is bought, with everywhere that it goes.

    Attributes:
        part: its record; None where the catalogue has no part of this number.
        mpn: as the board file has it.
        designators: in natural order.
    """

    part: PartRecord | None
    mpn: str
    value: str
    footprint: str
    through_hole: bool
    designators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a machine puts a part: mm from the drill origin, y up, KiCad's angle."""

    refdes: str
    value: str
    mpn: str
    footprint: str
    x: float
    y: float
    angle: float
    side: str
    through_hole: bool

    @property
    def jlcpcb_angle(self) -> float:
        """The angle for JLCPCB; KiCad's where no correction is known, which the checklist tells."""
        row = correction(self.footprint)
        return (self.angle + (row.degrees if row is not None else 0)) % 360


@dataclass(frozen=True)
class Assembly:
    """Bill of materials and placements of a board.

    Attributes:
        lines: sorted by their first designator.
        placements: sorted by designator.
        left_out: designators of what the board carries but nobody places, and why.
    """

    lines: tuple[BomLine, ...]
    placements: tuple[Placement, ...]
    left_out: tuple[tuple[str, str], ...]


def assembly(board: BoardFile, catalogue: Catalogue) -> Assembly:
    """The parts of a board file that somebody mounts, and those that nobody does."""
    ordered = sorted(board.parts, key=lambda part: natural_key(part.refdes))
    mounted = [part for part in ordered if part.mounted]
    return Assembly(
        lines=_lines(mounted, catalogue),
        placements=tuple(_placement(board, part) for part in mounted),
        left_out=tuple((part.refdes, _why(part)) for part in ordered if not part.mounted),
    )


def _why(part: FilePart) -> str:
    if not part.fitted:
        return "do not populate"
    return "copper of the board" if not part.in_bom else "excluded from placement"


def _lines(mounted: Sequence[FilePart], catalogue: Catalogue) -> tuple[BomLine, ...]:
    groups: dict[tuple[str, str, str], list[FilePart]] = {}
    for part in mounted:
        groups.setdefault((part.mpn, part.value, part.footprint), []).append(part)
    return tuple(
        BomLine(
            part=_record(mpn, catalogue),
            mpn=mpn,
            value=value,
            footprint=footprint,
            through_hole=group[0].through_hole,
            designators=tuple(part.refdes for part in group),
        )
        for (mpn, value, footprint), group in groups.items()
    )


def _record(mpn: str, catalogue: Catalogue) -> PartRecord | None:
    try:
        return catalogue.part(mpn)
    except PartError:
        return None


def _placement(board: BoardFile, part: FilePart) -> Placement:
    x, y = board.local(part.centre)
    return Placement(
        part.refdes, part.value, part.mpn, part.footprint, x, y, part.angle, part.side,
        part.through_hole,
    )  # fmt: skip
