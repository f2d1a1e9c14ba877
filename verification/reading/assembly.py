"""Assembly: the netlists of several boards as one, joined through their cables.

Everything keeps its name with its board's before it: part `b1:UE4_7_1`, net `b2:N4_FREE`, so that
two parts or nets of one name on two boards stay two. A net that cables join to others is called by
the first of them. Nothing is left out and nothing is mended: a wire whose pin is not there joins
nothing, and the checks say so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from verification.reading.netlist import Netlist, NetlistComponent, NetlistNet, PinRef, Wire
from verification.reading.netlist_text import parse_netlist
from verification.reading.readers import Reader, read_netlist
from verification.reading.sexpr import read_text
from verification.reading.system import SystemFile, is_system, netlist_path, parse_system
from verification.union import Groups

SEPARATOR = ":"


def read_boards(path: str | Path, reader: Reader = "own") -> Netlist:
    """The netlist of one board, or of several that a system file joins.

    Raises:
        NetlistError: what is wrong with which file.
        UsageError: a reader that does not exist.
    """
    text = read_text(Path(path))
    if not is_system(text):
        return parse_netlist(text, str(path)) if reader == "own" else read_netlist(path, reader)
    system = parse_system(text, str(path))
    return assemble(
        system,
        {board.name: read_netlist(netlist_path(system, board), reader) for board in system.boards},
    )


def assemble(system: SystemFile, netlists: Mapping[str, Netlist]) -> Netlist:
    """One netlist of all boards.

    Args:
        system: the boards and their cables.
        netlists: by board.
    """
    wires = tuple(
        Wire(
            cable.name, PinRef(qualified(*cable.ends[0]), first),
            PinRef(qualified(*cable.ends[1]), second), cable.length_m,
        )
        for cable in system.cables
        for first, second in cable.wires
    )  # fmt: skip
    names = [board.name for board in system.boards]
    components = tuple(
        _component(component, board) for board in names for component in netlists[board].components
    )
    nets = [_net(net, board) for board in names for net in netlists[board].nets]
    chain = tuple(tuple(edge) for edge in (name.split("-", 1) for name in system.chain))
    return Netlist(
        components, _joined(nets, wires), system.source, tuple(names), wires,
        tuple((edge[0], edge[-1]) for edge in chain),
    )  # fmt: skip


def qualified(board: str, name: str) -> str:
    """A name with its board's before it: `b1:UE4_7_1`."""
    return f"{board}{SEPARATOR}{name}"


def qualified_pin(board: str, pin: PinRef) -> PinRef:
    """A pin by the name of its part with the board's before it."""
    return PinRef(qualified(board, pin.refdes), pin.number)


def _component(component: NetlistComponent, board: str) -> NetlistComponent:
    return replace(component, refdes=qualified(board, component.refdes), board=board)


def _net(net: NetlistNet, board: str) -> NetlistNet:
    pins = tuple(qualified_pin(board, pin) for pin in net.pins)
    return replace(net, name=qualified(board, net.name), pins=pins)


def _joined(nets: Sequence[NetlistNet], wires: Sequence[Wire]) -> tuple[NetlistNet, ...]:
    """The nets after joining those that wires lead between, in the order of their first ones."""
    place: dict[PinRef, int] = {}
    for position, net in enumerate(nets):
        for pin in net.pins:
            place.setdefault(pin, position)
    groups = Groups(len(nets))
    for wire in wires:
        if wire.first in place and wire.second in place:
            groups.join(place[wire.first], place[wire.second])
    members: dict[int, list[NetlistNet]] = {}
    for position, net in enumerate(nets):
        members.setdefault(groups.find(position), []).append(net)
    return tuple(found[0] if len(found) == 1 else _merged(found) for found in members.values())


def _merged(nets: Sequence[NetlistNet]) -> NetlistNet:
    """Several nets as one, by the name of the first."""
    functions = tuple(
        function for net in nets for function in (net.functions or ("",) * len(net.pins))
    )
    return NetlistNet(
        nets[0].name,
        tuple(pin for net in nets for pin in net.pins),
        nets[0].line,
        functions if any(functions) else (),
    )
