"""Any netlist as a board without a router: a crossbar.

```
 pad   pad   pad            F.Cu, each on a via, in a row
  |     |     |             B.Cu, a column down from each pad
==o=====|=====o====  net A  F.Cu, a row for each net; o is a via
        |
========o==========  net B
```

Rows and columns are on two layers, so nothing crosses. A net may be a plane on an inner layer
instead of a row: its pads' vias end on the plane, all others pass through holes in it.
"""

from __future__ import annotations

from collections.abc import Collection

from tests.verification.board.drawn import (
    BoardDrawn,
    PadDrawn,
    PartDrawn,
    Spot,
    TrackDrawn,
    ViaDrawn,
    ZoneDrawn,
)
from verification.reading.netlist import Netlist

PITCH = 1.0
TOP = 10.0
FIRST_ROW = 14.0
HOLE = 0.45
FIELDS = ("MPN", "Cell", "Slot", "PinFunctions")


def crossbar(
    netlist: Netlist, planes: Collection[str] = (), fields: Collection[str] = FIELDS
) -> BoardDrawn:
    """The board of a netlist.

    Args:
        netlist: any.
        planes: nets that get an inner layer each.
        fields: of the components, what the board's footprints carry.
    """
    net_of = {pin: net.name for net in netlist.nets for pin in net.pins}
    alone = {net.name for net in netlist.nets if len(net.pins) == 1}
    pins: dict[str, list[str]] = {part.refdes: [] for part in netlist.components}
    for pin in net_of:
        pins[pin.refdes].append(pin.number)
    inner = tuple(f"In{k}.Cu" for k in range(1, len(planes) + 1 + len(planes) % 2))
    board = BoardDrawn(layers=("F.Cu", *inner, "B.Cu"))
    rows = {
        net.name: FIRST_ROW + PITCH * k
        for k, net in enumerate(n for n in netlist.nets if n.name not in planes)
    }
    spans: dict[str, list[float]] = {name: [] for name in rows}
    x = 10.0
    for part in netlist.components:
        pads: list[PadDrawn] = []
        numbers = sorted(pins[part.refdes], key=lambda text: (len(text), text))
        middle = (x + PITCH * (len(numbers) - 1) / 2, TOP)
        for k, number in enumerate(numbers):
            net = net_of[part.refdes, number]  # a PinRef is a tuple
            spot = (x + k * PITCH, TOP)
            pads.append(PadDrawn(number, (spot[0] - middle[0], 0.0), net))
            if net in alone:
                continue
            board.vias.append(ViaDrawn(net, spot))
            if net in rows:
                down = (spot[0], rows[net])
                board.tracks.append(TrackDrawn(net, "B.Cu", spot, down))
                board.vias.append(ViaDrawn(net, down))
                spans[net].append(spot[0])
        bridge = (-0.3, -0.2, 0.3, 0.2) if "SolderJumper" in part.footprint else None
        kept = {name: value for name, value in part.fields if name in fields}
        board.parts.append(
            PartDrawn(part.refdes, part.footprint, part.value, middle, pads, kept, 0.0, bridge)
        )
        x += PITCH * (len(pads) + 1)
    for name, columns in spans.items():
        if len(columns) > 1:
            ends = (min(columns), rows[name]), (max(columns), rows[name])
            board.tracks.append(TrackDrawn(name, "F.Cu", *ends))
    right, bottom = x + 5, FIRST_ROW + PITCH * len(rows) + 5
    for name, layer in zip(planes, inner, strict=False):
        outline = [(5.0, 5.0), (right, 5.0), (right, bottom), (5.0, bottom)]
        board.zones.append(ZoneDrawn(name, layer, [plane(board, name, right, bottom)], outline))
    board.edge = (4.0, 4.0), (right + 1, bottom + 1)
    return board


def plane(board: BoardDrawn, net: str, right: float, bottom: float) -> list[Spot]:
    """A plane's fill with a square hole around each via of another net, joined by slits.

    The outline goes down the left of a column's holes and up their right, as KiCad's fills do.
    """
    columns: dict[float, list[float]] = {}
    for via in board.vias:
        if via.net != net:
            columns.setdefault(via.at[0], []).append(via.at[1])
    points: list[Spot] = [(5.0, 5.0)]
    for x, holes in sorted(columns.items()):
        holes.sort()
        points.append((x, 5.0))
        for y in holes:
            points += [(x, y - HOLE), (x - HOLE, y - HOLE), (x - HOLE, y + HOLE), (x, y + HOLE)]
        for y in reversed(holes):
            points += [(x, y + HOLE), (x + HOLE, y + HOLE), (x + HOLE, y - HOLE), (x, y - HOLE)]
        points.append((x, 5.0))
    return [*points, (right, 5.0), (right, bottom), (5.0, bottom)]
