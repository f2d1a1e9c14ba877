"""The netlist that a board's copper is: nets are conductors, components are footprints.

The rest of the judge works on it as on a netlist file. Names are for reports: a conductor is called
as the net that most of its pins are on, and no two conductors have one name, since the judge joins
nets of one name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain, count

from verification.board.copper import Copper
from verification.board.record import BoardCopper
from verification.checks.records import natural
from verification.reading.netlist import Netlist, NetlistComponent, NetlistNet, PinRef


def stored_netlist(board: BoardCopper, components: Sequence[NetlistComponent]) -> Netlist:
    """The netlist that the net names stored in a board file's pads make."""
    parts = {component.refdes for component in components}
    nets: dict[str, dict[PinRef, None]] = {}
    for footprint in board.footprints:
        for pad in footprint.pads if footprint.refdes in parts else ():
            if pad.net and pad.number:
                nets.setdefault(pad.net, {})[PinRef(footprint.refdes, pad.number)] = None
    made = (NetlistNet(name, tuple(pins)) for name, pins in sorted(nets.items()))
    return Netlist(tuple(components), tuple(made), board.source)


def copper_netlist(
    copper: Copper, components: Sequence[NetlistComponent], names: Netlist
) -> tuple[Netlist, tuple[int, ...]]:
    """The netlist of a board's conductors, and the conductor of each of its nets.

    Args:
        copper: the conductors.
        components: the board's parts; pads of other footprints are copper and no pins.
        names: a netlist that conductors are named after and whose order is kept.
    """
    parts = {component.refdes for component in components}
    order = {pin: k for k, pin in enumerate(pin for net in names.nets for pin in net.pins)}
    rank = {net.name: k for k, net in enumerate(names.nets)}
    name_of = {pin: net.name for net in names.nets for pin in net.pins}
    functions = _functions(copper.board, names)
    rows: list[tuple[str, tuple[PinRef, ...], int]] = []
    for group, pins in copper.pins.items():
        kept = [pin for pin in pins if pin.refdes in parts]
        kept.sort(key=lambda pin: (order.get(pin, len(order)), natural(str(pin))))
        if kept:
            rows.append((_name(kept, name_of), tuple(kept), group))
    rows.sort(key=lambda row: (rank.get(row[0], len(rank)), -len(row[1]), natural(str(row[1][0]))))
    nets: list[NetlistNet] = []
    taken: set[str] = set()
    for name, pins, _ in rows:
        pieces = (f"{name} (piece {k})" for k in count(2))
        called = chain((name,), (piece for piece in pieces if piece not in rank))
        unique = next(text for text in called if text not in taken)
        taken.add(unique)
        said = tuple(functions.get(pin, "") for pin in pins)
        nets.append(NetlistNet(unique, pins, functions=said if any(said) else ()))
    made = Netlist(tuple(components), tuple(nets), copper.board.source)
    return made, tuple(group for _, _, group in rows)


def _functions(board: BoardCopper, netlist: Netlist) -> Mapping[PinRef, str]:
    """Functions of pins, as the netlist has them, else as the board's pads do."""
    found = {
        PinRef(footprint.refdes, pad.number): pad.function
        for footprint in board.footprints
        for pad in footprint.pads
    }
    for net in netlist.nets:
        for pin, function in zip(net.pins, net.functions, strict=False):
            found[pin] = function or found.get(pin, "")
    return found


def _name(pins: Sequence[PinRef], name_of: Mapping[PinRef, str]) -> str:
    """The net of most of the pins, the first of equals."""
    known = Counter(name_of[pin] for pin in pins if pin in name_of)
    if known:
        return known.most_common(1)[0][0]
    return f"unconnected-({pins[0].refdes}-Pad{pins[0].number})"
