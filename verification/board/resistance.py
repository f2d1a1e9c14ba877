"""Resistance of copper between the pins of one conductor.

```
        o---[ R = R_sheet L / w ]---o           a track between two contacts
   pad--+                           +--via      contacts, pads, fills: 0 ohm
                                    |
                                 [ barrel ]     R = rho h / (pi d t), from layer to layer
```

A track is cut at every place where something touches it; each part is a resistor of length over
width squares. What touches is joined without resistance. The resistors make a Laplacian G; with one
pin held at 0 V and a current I fed into others, G v = I gives the voltages, and one ampere between
two pins the resistance between them.

Assumed: copper of 35 um (1 oz) at 20 degrees, 0.5 mohm a square, also on inner layers; 20 um of
plating in holes; fills and pads without resistance; spreading in wide copper neglected.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csc_array
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import splu

from verification.board.bodies import Body
from verification.board.copper import Copper
from verification.reading.netlist import PinRef

Floats = NDArray[np.float64]

SHEET_OHM = 0.5e-3
"""Of 1 oz copper, a square: 1.72e-8 ohm m / 35 um."""
RESISTIVITY_OHM_M = 1.72e-8
PLATING_M = 20e-6
LEAST_OHM = 1e-9
"""Keeps the Laplacian from being singular where a hole has no size."""
NM = 1e-9


@dataclass(frozen=True)
class Network:
    """The resistors of a conductor.

    Attributes:
        nodes: how many places of different voltage there are.
        node_of: pin -> its place.
        ends: [R, 2] places that each resistor joins.
        ohm: [R].
    """

    nodes: int
    node_of: Mapping[PinRef, int]
    ends: NDArray[np.int64]
    ohm: Floats

    def voltages(self, ground: PinRef, amperes: Floats) -> Floats:
        """Volts [N] or [N, K] above the ground pin, for amperes [N] or [N, K] fed into places."""
        held = self.node_of[ground]
        volts = np.zeros_like(amperes)
        left = np.arange(self.nodes) != held
        if left.any():
            matrix = csc_array(self._laplacian[left][:, left])
            volts[left] = splu(matrix).solve(amperes[left])
        return volts

    def between(self, pins: Sequence[PinRef]) -> Floats:
        """Ohms [P, P] between pins: G_ii + G_jj - 2 G_ij, the first pin held."""
        places = np.asarray([self.node_of[pin] for pin in pins])
        amperes = np.zeros((self.nodes, len(pins)))
        amperes[places, np.arange(len(pins))] = 1.0
        table = self.voltages(pins[0], amperes)[places]
        own = np.diagonal(table)
        return np.maximum(own[:, None] + own[None, :] - table - table.T, 0.0)

    @cached_property
    def _laplacian(self) -> csc_array:
        a, b = self.ends[:, 0], self.ends[:, 1]
        siemens = 1.0 / self.ohm
        rows, columns = np.concatenate((a, b, a, b)), np.concatenate((a, b, b, a))
        entries = np.concatenate((siemens, siemens, -siemens, -siemens))
        return coo_array((entries, (rows, columns)), shape=(self.nodes, self.nodes)).tocsc()


@dataclass(frozen=True)
class Resistances:
    """What is needed of a board for the network of any of its conductors."""

    copper: Copper

    def network(self, group: int) -> Network:
        """The resistors of a conductor."""
        members = self.copper.members[group]
        places = _Places()
        resistors: list[tuple[int, int, float]] = []
        shorts = self._contacts(group, places)
        for k in members:
            resistors += self._inside(k, places)
        joined = coo_array(
            (np.ones(len(shorts)), tuple(np.asarray(shorts, dtype=np.int64).reshape(-1, 2).T)),
            shape=(len(places.number), len(places.number)),
        )
        count, label = connected_components(joined, directed=False)
        ends = label[np.asarray([r[:2] for r in resistors], dtype=np.int64).reshape(-1, 2)]
        ohm = np.asarray([r[2] for r in resistors], dtype=np.float64)
        apart = ends[:, 0] != ends[:, 1]
        pins = {
            pin: int(label[places.number[k, self.copper.bodies[k].layers[0]]])
            for k in members
            if (pin := self.copper.bodies[k].pin) is not None
        }
        return Network(int(count), pins, ends[apart].astype(np.int64), ohm[apart])

    @cached_property
    def _rows(self) -> dict[int, list[int]]:
        """Conductor -> its touching contacts."""
        found: dict[int, list[int]] = defaultdict(list)
        copper = self.copper
        rows = np.flatnonzero(copper.contacts.touching).tolist()
        for row in rows:
            a, b = int(copper.contacts.first[row]), int(copper.contacts.second[row])
            if a not in copper.inert and b not in copper.inert:
                found[int(copper.group[a])].append(row)
        return found

    def _contacts(self, group: int, places: _Places) -> list[tuple[int, int]]:
        """Pairs of places that are one, and every place that a contact makes."""
        c, bodies = self.copper.contacts, self.copper.bodies
        found: list[tuple[int, int]] = []
        for k in self.copper.members[group]:
            for layer in bodies[k].layers:
                places.add(k, 0 if bodies[k].kind == "track" else layer)
        for row in self._rows.get(group, ()):
            pair = [
                places.add(k, round(along) if bodies[k].kind == "track" else int(c.layer[row]))
                for k, along in zip(
                    (int(c.first[row]), int(c.second[row])), c.along[row].tolist(), strict=True
                )
            ]
            found.append((pair[0], pair[1]))
        return found

    def _inside(self, k: int, places: _Places) -> list[tuple[int, int, float]]:
        """The resistors of one body: parts of a track, or the barrel of a hole."""
        body = self.copper.bodies[k]
        cuts = sorted(places.cuts[k])
        return [
            (places.number[k, a], places.number[k, b], max(self._ohm(body, b - a), LEAST_OHM))
            for a, b in pairwise(cuts)
        ]

    def _ohm(self, body: Body, span: int) -> float:
        """Of `span` nm of a track, or of `span` layers of a hole."""
        if body.kind == "track":
            return SHEET_OHM * span / body.area.pen
        board = self.copper.board
        height_m = board.thickness * NM / (len(board.layers) - 1)
        ring_m2 = math.pi * body.drill * NM * PLATING_M
        return RESISTIVITY_OHM_M * height_m * span / ring_m2 if ring_m2 else 0.0


class _Places:
    """Numbers of places of different voltage: (track, nm along it), or (other body, layer)."""

    def __init__(self) -> None:
        self.number: dict[tuple[int, int], int] = {}
        self.cuts: dict[int, set[int]] = defaultdict(set)

    def add(self, body: int, where: int) -> int:
        """The number of a place, which may be new."""
        self.cuts[body].add(where)
        return self.number.setdefault((body, where), len(self.number))
