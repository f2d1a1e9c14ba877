"""The copper behind the nets of a netlist: of one board, or of several that cables join."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np

from verification.board.copper import Copper
from verification.board.resistance import Network, Resistances
from verification.reading.assembly import qualified_pin
from verification.reading.netlist import Netlist, PinRef, Wire

WIRE_OHM_PER_M = 0.24
"""Of a ribbon cable's wire, AWG 28, seven strands."""
CONTACT_OHM = 0.02
"""Of a pin in its socket; a wire has two."""


class Networks(Protocol):
    """What is asked of copper: the resistors of a net, by the net's place in its netlist."""

    def network_of(self, wire: int) -> Network | None:
        """None for a pin that is on no net of the board."""
        ...


class BoardNetworks:
    """The copper of one board.

    Args:
        copper: its conductors.
        netlist: what they join.
        groups: the conductor of each net.
    """

    def __init__(self, copper: Copper, netlist: Netlist, groups: Sequence[int]) -> None:
        self.netlist = netlist
        self._groups = groups
        self._resistances = Resistances(copper)
        self._found: dict[int, Network | None] = {}

    def network_of(self, wire: int) -> Network | None:
        """The resistors of a net."""
        if wire >= len(self._groups):
            return None
        if wire not in self._found:
            self._found[wire] = self._resistances.network(self._groups[wire])
        return self._found[wire]


class JoinedNetworks:
    """The copper of several boards and the wires between them.

    Args:
        netlist: assembled from the boards' netlists.
        boards: by name.
    """

    def __init__(self, netlist: Netlist, boards: Mapping[str, BoardNetworks]) -> None:
        place = {pin: k for k, net in enumerate(netlist.nets) for pin in net.pins}
        self._pieces: list[list[tuple[str, BoardNetworks, int]]] = [[] for _ in netlist.nets]
        for name, board in boards.items():
            for own, net in enumerate(board.netlist.nets):
                whole = place[qualified_pin(name, net.pins[0])]
                self._pieces[whole].append((name, board, own))
        self._wires: dict[int, list[Wire]] = {}
        for wire in netlist.wires:
            if wire.first in place:
                self._wires.setdefault(place[wire.first], []).append(wire)
        self._found: dict[int, Network | None] = {}

    def network_of(self, wire: int) -> Network | None:
        """The resistors of a net on all boards, and of the cables' wires that join them."""
        if wire >= len(self._pieces):
            return None
        if wire not in self._found:
            pieces = [
                (name, found)
                for name, board, own in self._pieces[wire]
                if (found := board.network_of(own)) is not None
            ]
            self._found[wire] = joined(pieces, self._wires.get(wire, ()))
        return self._found[wire]


def joined(pieces: Sequence[tuple[str, Network]], wires: Sequence[Wire]) -> Network | None:
    """Networks of boards, by their names, as one; wires whose ends are on none are left out."""
    if not pieces:
        return None
    if len(pieces) == 1 and not wires:
        name, found = pieces[0]
        return Network(found.nodes, _renamed(name, found, 0), found.ends, found.ohm)
    nodes, node_of = 0, dict[PinRef, int]()
    ends, ohms = [np.empty((0, 2), dtype=np.int64)], [np.empty(0)]
    for name, found in pieces:
        node_of |= _renamed(name, found, nodes)
        ends.append(found.ends + nodes)
        ohms.append(found.ohm)
        nodes += found.nodes
    plugged = [wire for wire in wires if wire.first in node_of and wire.second in node_of]
    ends += [np.array([[node_of[wire.first], node_of[wire.second]]]) for wire in plugged]
    ohms += [np.array([WIRE_OHM_PER_M * wire.length_m + 2 * CONTACT_OHM]) for wire in plugged]
    return Network(nodes, node_of, np.concatenate(ends), np.concatenate(ohms))


def _renamed(board: str, found: Network, first: int) -> dict[PinRef, int]:
    return {qualified_pin(board, pin): first + node for pin, node in found.node_of.items()}
