"""BOM and placement files as each assembly house reads them.

No ranges: every designator is written out. Placements are in mm from the drill origin, y up, the
origin of the Gerber and drill files.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from netgen.fab.assembly import Assembly, BomLine, Placement

_JLCPCB_BOM = ("Comment", "Designator", "Footprint", "LCSC Part #")
_PCBWAY_BOM = (
    "Item", "Designator", "Qty", "Manufacturer", "Mfr. Part #", "Description/Value",
    "Package/Footprint",
)  # fmt: skip
_GENERIC_BOM = (
    "Designator", "Quantity", "Value", "Manufacturer", "MPN", "Footprint", "Type", "Description",
)  # fmt: skip
_PLACEMENT = ("Designator", "Val", "Package", "Mid X", "Mid Y", "Rotation", "Layer")


def assembly_files(board: str, parts: Assembly) -> Mapping[str, str]:
    """Every BOM and placement file by name."""
    lines, places = parts.lines, parts.placements
    return {
        f"{board}-bom-generic.csv": csv_text(_GENERIC_BOM, map(_generic, lines)),
        f"{board}-bom-jlcpcb.csv": csv_text(_JLCPCB_BOM, map(_jlcpcb, lines)),
        f"{board}-bom-pcbway.csv": csv_text(
            _PCBWAY_BOM, (_pcbway(number, line) for number, line in enumerate(lines, start=1))
        ),
        f"{board}-placement-generic.csv": csv_text(_PLACEMENT, map(_placement, places)),
        f"{board}-placement-jlcpcb.csv": csv_text(
            _PLACEMENT, (_placement(item, item.jlcpcb_angle) for item in places)
        ),
        f"{board}-placement-pcbway.csv": csv_text(_PLACEMENT, map(_placement, places)),
    }


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The text of a table with a header."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def _jlcpcb(line: BomLine) -> Sequence[object]:
    """The part number stands as comment: by it JLCPCB finds the part where no LCSC number is given.

    The catalogue has none, since what LCSC stocks under a number is LCSC's.
    """
    return line.mpn, ",".join(line.designators), line.footprint, ""


def _pcbway(number: int, line: BomLine) -> Sequence[object]:
    maker = "" if line.part is None else line.part.maker
    return (
        number, ",".join(line.designators), len(line.designators), maker, line.mpn,
        _described(line), line.footprint,
    )  # fmt: skip


def _generic(line: BomLine) -> Sequence[object]:
    maker = "" if line.part is None else line.part.maker
    return (
        ",".join(line.designators), len(line.designators), line.value, maker, line.mpn,
        line.footprint, "through hole" if line.through_hole else "SMD", _described(line),
    )  # fmt: skip


def _described(line: BomLine) -> str:
    return line.value if line.part is None else line.part.title


def _placement(item: Placement, angle: float | None = None) -> Sequence[object]:
    turn = item.angle if angle is None else angle
    return (
        item.refdes, item.value, item.footprint, f"{item.x:.4f}", f"{item.y:.4f}",
        f"{turn % 360:g}", item.side,
    )  # fmt: skip
