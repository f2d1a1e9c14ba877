"""Claims about BOM and placement files, read back from their text."""

import csv
import io
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from netgen.circuit import Circuit
from netgen.fab.assembly import Assembly
from netgen.fab.board_file import BoardFile
from netgen.fab.checks.record import Check, Finding, judged
from netgen.fab.raster import Frame
from netgen.fab.rotation import corrections

_NEAR_MM = 0.001
_SAME_BOARD = "bring board and design to the same state: `twinboard board` writes the board anew"


def check_designators(circuit: Circuit, parts: Assembly, files: Mapping[str, str]) -> Check:
    """The design's parts, each once, in every BOM and every placement file."""
    left_out = dict(parts.left_out)
    wanted = {
        item.refdes
        for item in circuit.components
        if item.part.in_bom and item.refdes not in left_out
    }
    findings: list[Finding] = []
    for name, text in files.items():
        rows = csv.DictReader(io.StringIO(text))
        given = [one for row in rows for one in row["Designator"].split(",")]
        findings += _differences(name, given, wanted)
    claim = "every BOM and every placement file has the designators of the netlist, each once"
    evidence = {"files": len(files), "designators": len(wanted), "not mounted": len(left_out)}
    return judged("designators", claim, len(wanted) * len(files), evidence, findings)


def _differences(name: str, given: Sequence[str], wanted: Collection[str]) -> Iterator[Finding]:
    counts = Counter(given)
    for refdes in sorted(set(wanted) - set(counts)):
        yield Finding(f"{name} lacks {refdes} of the netlist", _SAME_BOARD)
    for refdes in sorted(set(counts) - set(wanted)):
        yield Finding(f"{name} has {refdes}, the netlist has not", _SAME_BOARD)
    for refdes, count in sorted(counts.items()):
        if count > 1:
            yield Finding(f"{name} has {refdes} {count} times", _SAME_BOARD)


def check_parts(circuit: Circuit, board: BoardFile, parts: Assembly) -> Check:
    """Every line has a part number that the catalogue knows, the one of the netlist."""
    findings = [
        Finding(f"{line.designators[0]} has no part number" if not line.mpn else
                f"{line.designators[0]}: the catalogue has no part {line.mpn}",
                "fill in the field MPN in the board with a number of `python -m parts`")
        for line in parts.lines
        if line.part is None
    ]  # fmt: skip
    on_board = {part.refdes: part for part in board.parts}
    for item in circuit.components:
        there = on_board.get(item.refdes)
        if there is None:
            findings.append(
                Finding(f"{item.refdes} of the netlist is not on the board", _SAME_BOARD)
            )
        elif there.mpn != item.part.mpn:
            here = there.mpn or "nothing"
            what = f"{item.refdes} is {here} on the board, {item.part.mpn} in the netlist"
            findings.append(Finding(what, _SAME_BOARD))
    surface = sum(not line.through_hole for line in parts.lines)
    evidence = {
        "lines": len(parts.lines),
        "surface mount": surface,
        "parts": len(circuit.components),
    }
    claim = "every line of the BOM has the manufacturer's part number, the one of the netlist"
    return judged("part_numbers", claim, len(parts.lines), evidence, findings)


def check_placements(board: BoardFile, parts: Assembly, frame: Frame, positions: str) -> Check:
    """On the front, inside, and where KiCad's own placement file has them.

    KiCad gives the origin of a footprint, we its middle; they are compared where they are the same
    thing, for surface mount parts, and the angle of all.
    """
    kicad = {row["Ref"]: row for row in csv.DictReader(io.StringIO(positions))}
    surface = {part.refdes for part in board.parts if not part.through_hole}
    findings: list[Finding] = []
    for item in parts.placements:
        if item.side != "top":
            findings.append(
                Finding(
                    f"{item.refdes} is on the back",
                    "move it to the front: angles of the back are not tested",
                )
            )
        if not (
            frame.left + 1 <= item.x <= frame.right - 1
            and frame.bottom + 1 <= item.y <= frame.top - 1
        ):
            findings.append(
                Finding(
                    f"{item.refdes} at ({item.x:g}, {item.y:g}) mm is not on the board",
                    "move it onto the board",
                )
            )
        row = kicad.get(item.refdes)
        if row is None:
            findings.append(
                Finding(
                    f"KiCad's placement file lacks {item.refdes}", "see its footprint's attributes"
                )
            )
            continue
        apart = max(abs(float(row["PosX"]) - item.x), abs(float(row["PosY"]) - item.y))
        turned = (float(row["Rot"]) - item.angle + 180) % 360 - 180
        if (item.refdes in surface and apart > _NEAR_MM) or abs(turned) > _NEAR_MM:
            findings.append(
                Finding(
                    f"{item.refdes} is elsewhere or turned otherwise in KiCad's placement file",
                    "report it with the board file",
                )
            )
    evidence = {
        "placements": len(parts.placements),
        "surface mount": sum(not item.through_hole for item in parts.placements),
    }
    claim = "every part is on the front of the board, where KiCad has it too"
    return judged("placements", claim, len(parts.placements), evidence, findings)


def check_rotations(parts: Assembly) -> Check:
    """Every package has a row in the table of corrections."""
    table = corrections(item.footprint for item in parts.placements)
    findings = [
        Finding(f"package {name} has no row", "add one to netgen/fab/rotation.py")
        for name, row in table
        if row is None
    ]
    turned = sum(row is not None and row.degrees != 0 for _, row in table)
    evidence = {"packages": len(table), "of them turned": turned}
    claim = "JLCPCB's angle of every package is in the table of corrections"
    return judged("rotations", claim, len(table), evidence, findings)
