"""Copper: the bodies of a board joined into groups, each one conductor; no name has a say in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from verification.board.bodies import CUTTING, Body, board_bodies
from verification.board.contacts import Contacts, find_contacts
from verification.board.pieces import Ints
from verification.board.record import BoardCopper
from verification.reading.netlist import PinRef


@dataclass(frozen=True, eq=False)
class Copper:
    """The conductors of a board.

    Attributes:
        bodies: B pieces of copper.
        contacts: which of them touch.
        jumpers: positions of the footprints that are closed solder jumpers.
        bridges: bodies that are the inside of a part and join nothing: the strips of closed
            solder jumpers, which the netlist has as parts.
        group: [B] number of the conductor of each body, in the order of their first bodies; a
            bridge is alone.
    """

    board: BoardCopper
    bodies: tuple[Body, ...]
    contacts: Contacts
    jumpers: tuple[int, ...]
    bridges: frozenset[int]
    group: Ints

    @cached_property
    def inert(self) -> frozenset[int]:
        """Bodies that join nothing: bridges, unplated holes, the board's edge."""
        return self.bridges | _cutting(self.bodies)

    @cached_property
    def pins(self) -> dict[int, tuple[PinRef, ...]]:
        """Conductor -> the pins on it, each once, in the file's order; none without pins."""
        found: dict[int, dict[PinRef, None]] = defaultdict(dict)
        for body, group in zip(self.bodies, self.group.tolist(), strict=True):
            if body.pin is not None:
                found[group][body.pin] = None
        return {group: tuple(pins) for group, pins in found.items()}

    @cached_property
    def groups_of(self) -> dict[PinRef, tuple[int, ...]]:
        """Pin -> the conductors that its pads are on, each once, ascending."""
        found: dict[PinRef, set[int]] = defaultdict(set)
        for group, pins in self.pins.items():
            for pin in pins:
                found[pin].add(group)
        return {pin: tuple(sorted(groups)) for pin, groups in found.items()}

    @cached_property
    def members(self) -> dict[int, tuple[int, ...]]:
        """Conductor -> its bodies."""
        found: dict[int, list[int]] = defaultdict(list)
        for body, group in enumerate(self.group.tolist()):
            found[group].append(body)
        return {group: tuple(bodies) for group, bodies in found.items()}

    @cached_property
    def neighbours(self) -> dict[int, tuple[tuple[int, int], ...]]:
        """Body -> (body that it touches, position of the contact), inert ones left out."""
        found: dict[int, list[tuple[int, int]]] = defaultdict(list)
        rows = np.flatnonzero(self.contacts.touching)
        pairs = zip(
            rows.tolist(),
            self.contacts.first[rows].tolist(),
            self.contacts.second[rows].tolist(),
            strict=True,
        )
        for row, a, b in pairs:
            if a not in self.inert and b not in self.inert:
                found[a].append((b, row))
                found[b].append((a, row))
        return {body: tuple(near) for body, near in found.items()}


def find_copper(board: BoardCopper, jumpers: Collection[int] = ()) -> Copper:
    """The conductors of a board.

    Args:
        board: the file.
        jumpers: positions of footprints that are closed solder jumpers: what they draw on copper
            is their inside.
    """
    bodies = board_bodies(board)
    closed = frozenset(jumpers)
    bridges = frozenset(
        k for k, body in enumerate(bodies) if body.kind == "drawing" and body.footprint in closed
    )
    contacts = find_contacts(bodies)
    group = join(len(bodies), contacts, bridges | _cutting(bodies))
    return Copper(board, bodies, contacts, tuple(sorted(closed)), bridges, group)


def _cutting(bodies: Sequence[Body]) -> frozenset[int]:
    return frozenset(k for k, body in enumerate(bodies) if body.kind in CUTTING)


def join(
    count: int, contacts: Contacts, without: Collection[int] = (), gap_nm: float | None = None
) -> Ints:
    """Numbers of the conductors that `count` bodies make, in the order of their first bodies.

    Args:
        count: of bodies.
        contacts: between them.
        without: bodies that join nothing.
        gap_nm: contacts of at most this gap join; by default those that touch.
    """
    kept = contacts.touching if gap_nm is None else contacts.gap_nm <= gap_nm
    if without:
        out = np.asarray(sorted(without))
        kept = kept & ~np.isin(contacts.first, out) & ~np.isin(contacts.second, out)
    first, second = contacts.first[kept], contacts.second[kept]
    graph = coo_array((np.ones(len(first)), (first, second)), shape=(count, count))
    _, labels = connected_components(graph, directed=False)
    _, firsts, numbers = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(len(firsts), dtype=np.int64)
    rank[np.argsort(firsts)] = np.arange(len(firsts))
    return rank[numbers]
