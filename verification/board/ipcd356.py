"""IPC-D-356: the list of test points that a fab's prober works from, as KiCad exports it.

One line a pad or via, by columns:

```
327GND              J1    -1          A01X+039148Y-031624X0394Y0197R330S2
|  |                |     ||          |  |       |       |    |    |   side without mask
|  net, 14          |     |pin, 4     |  x, y in 0.1 mil |    width, height, turn
kind                part, 6           layer it is reached on; 00: both
```

KiCad cuts the names of nets, parts and pins to these widths, and makes net names differ again by a
number. So pins are found by what is left of their names and by where they are, and nets are
compared by which pins share one.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from verification.board.clauses import Place
from verification.board.record import BoardCopper, Point
from verification.errors import MissingToolError, NetlistError, UsageError
from verification.reading.netlist import PinRef

UNIT_NM = 2540
"""A tenth of a mil, the unit of `CUST 0`."""
REFDES_WIDTH, PIN_WIDTH = 6, 4
ROUNDING = 2
"""KiCad rounds after it has taken off the origin, we before: places differ by up to this."""
MOST_CANDIDATES = 8
NO_NET = "N/C"
INSTALL = "apt-get install -t bookworm-backports --no-install-recommends kicad"
TIMEOUT_S = 600
_LINE = re.compile(
    r"(?P<kind>3[1-6]7)(?P<net>.{14}).{3}(?P<refdes>.{6})(?P<dash>[- ])(?P<pin>.{4})"
    r"(?P<middle>[M ])(?P<hole>D\d{4}[PU]|.{6})A(?P<access>\d\d)"
    r"X(?P<x>[+-]\d{6})Y(?P<y>[+-]\d{6})"
)
_COMMENTS = ("P", "C", "999")


@dataclass(frozen=True, slots=True)
class ProbePoint:
    """One pad of an export.

    Attributes:
        net: as it is cut; NO_NET for none.
        refdes, pin: as they are cut.
        at: in UNIT_NM, y up, from the export's origin.
        access: the layer it is reached on, 1 for the front; 0 for both sides.
    """

    net: str
    refdes: str
    pin: str
    at: Point
    access: int


@dataclass(frozen=True)
class Export:
    """An export, pins found.

    Attributes:
        nets: pin -> net, as cut; pins of no net are left out.
        unknown: test points that no pad of the board is at.
        absent: pins of the board that the export lacks.
    """

    nets: Mapping[PinRef, str]
    unknown: tuple[ProbePoint, ...]
    absent: tuple[PinRef, ...]


def export_ipcd356(content: str, source: str) -> str:
    """What KiCad exports of a board; it works on a copy, beside which it may leave files.

    Raises:
        MissingToolError: no kicad-cli, or one that does not read this board: an older one does not
            read a newer KiCad's files.
    """
    tool = shutil.which("kicad-cli")
    if tool is None:
        raise MissingToolError(f"kicad-cli is not installed; {INSTALL}")
    with tempfile.TemporaryDirectory() as folder:
        out, board = Path(folder) / "board.d356", Path(folder) / "board.kicad_pcb"
        board.write_text(content, encoding="utf-8")
        command = [tool, "pcb", "export", "ipcd356", "-o", str(out), str(board)]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=TIMEOUT_S, check=False
            )
        except subprocess.TimeoutExpired:
            raise MissingToolError(f"kicad-cli was not done after {TIMEOUT_S} s") from None
        if done.returncode or not out.exists():
            said = " ".join((done.stderr or done.stdout).split())[:200]
            raise MissingToolError(f"kicad-cli cannot export IPC-D-356 of {source}: {said}")
        return out.read_text(encoding="utf-8", errors="replace")


def parse_ipcd356(content: str, source: str) -> tuple[ProbePoint, ...]:
    """The pads of an export; vias have no pin and are left out.

    Raises:
        NetlistError: a line that is none of the format's, or other units than KiCad's.
    """
    found: list[ProbePoint] = []
    for number, line in enumerate(content.splitlines(), 1):
        place = Place(source, number)
        if not line.strip() or line.startswith(_COMMENTS):
            if line.split()[:2] == ["P", "UNITS"] and line.split()[2:] != ["CUST", "0"]:
                raise place.error("units other than CUST 0, tenths of a mil; export it with KiCad")
            continue
        match = _LINE.match(line)
        if match is None:
            raise place.error("no test point of IPC-D-356; export it again with KiCad")
        if match["pin"].strip():
            found.append(
                ProbePoint(
                    match["net"].strip(),
                    match["refdes"].strip(),
                    match["pin"].strip(),
                    (int(match["x"]), int(match["y"])),
                    int(match["access"]),
                )
            )
    if not found:
        raise NetlistError(f"{source}: no test point of a pad; this is no IPC-D-356 export")
    return tuple(found)


def match_export(points: Sequence[ProbePoint], board: BoardCopper) -> Export:
    """Give each test point its pin, by cut names and place.

    The export's origin may lie anywhere: it is where most test points say.
    """
    pads = list(_pads(board))
    by_name: dict[tuple[str, str], list[tuple[PinRef, Point]]] = defaultdict(list)
    for pin, at in pads:
        by_name[pin.refdes[:REFDES_WIDTH].strip(), pin.number[:PIN_WIDTH].strip()].append((pin, at))
    origin = _origin(points, by_name)
    nets: dict[PinRef, str] = {}
    seen: set[PinRef] = set()
    unknown: list[ProbePoint] = []
    for point in points:
        at = (point.at[0] + origin[0], point.at[1] + origin[1])
        fits = [
            pin
            for pin, place in by_name.get((point.refdes, point.pin), ())
            if max(abs(place[0] - at[0]), abs(place[1] - at[1])) <= ROUNDING
        ]
        if not fits:
            unknown.append(point)
        for pin in fits:
            seen.add(pin)
            if point.net != NO_NET:
                nets[pin] = point.net
    absent = tuple(dict.fromkeys(pin for pin, _ in pads if pin not in seen))
    return Export(nets, tuple(unknown), absent)


def read_export(path: Path) -> str:
    """The text of an export.

    Raises:
        UsageError: no such file, or no text.
    """
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise UsageError(
            f"{path}: cannot be read ({error.strerror}); give an IPC-D-356 export of the board, "
            "or none and KiCad makes it"
        ) from None


def _pads(board: BoardCopper) -> Iterator[tuple[PinRef, Point]]:
    """Every pad with copper and a number, and its place in the export's units, y up."""
    for footprint in board.footprints:
        for pad in footprint.pads:
            if pad.number and pad.layers:
                x, y = pad.at
                yield PinRef(footprint.refdes, pad.number), (_units(x), -_units(y))


def _units(nm: int) -> int:
    return round(nm / UNIT_NM)


def _origin(
    points: Sequence[ProbePoint],
    by_name: Mapping[tuple[str, str], Sequence[tuple[PinRef, Point]]],
) -> Point:
    """What to add to an export's places, by the vote of all pads that a test point can be.

    Cut names leave a few candidates; the wrong ones disagree about where the origin is.
    """
    votes: Counter[Point] = Counter()
    for point in points:
        candidates = by_name.get((point.refdes, point.pin), ())
        for _, at in candidates if len(candidates) <= MOST_CANDIDATES else ():
            votes[at[0] - point.at[0], at[1] - point.at[1]] += 1
    return max(sorted(votes), key=lambda at: votes[at], default=(0, 0))
