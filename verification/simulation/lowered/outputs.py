"""Outputs: the volts of nets that a lowered board shows: nodes, pins, and what reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit

from verification.simulation.lowered.response import Sensors
from verification.simulation.lowered.tables import Lowered, LoweredValues
from verification.simulation.solve.problem import Floats, Integers
from verification.simulation.tables import Indices


@dataclass(frozen=True, slots=True, eq=False)
class Sights:
    """What of a lowered circuit can be watched.

    Attributes:
        node: net -> (node, twin).
        column: net of a pin -> its column.
        output: net with a function that is read -> its place among the outputs.
    """

    node: Mapping[int, tuple[int, int]]
    column: Mapping[int, int]
    output: Mapping[int, int]

    @classmethod
    def of(cls, lowered: Lowered) -> Sights:
        """Every net that can be watched."""
        node = {
            int(net): (place, twin)
            for twin in (1, 0)
            for place, net in enumerate(lowered.nets[:, twin])
            if net >= 0
        }
        return cls(
            node,
            {net: place for place, net in enumerate(lowered.pins)},
            {int(net): place for place, net in enumerate(lowered.output_net)},
        )

    def shows(self, nets: Sequence[int]) -> bool:
        """Whether every net can be watched."""
        return all(net in self.node or net in self.column or net in self.output for net in nets)


@dataclass(frozen=True, slots=True, eq=False)
class Watcher:
    """How the volts of some nets follow from those of nodes and columns.

    Attributes:
        nodes: those whose volts are needed.
        place, twin: where each net's node stands in `nodes`; -1 where it is a column or an output.
        column, output: of each net, -1 likewise.
        term_place: where the node of each term of the circuit's outputs stands in `nodes`, or -1.
    """

    lowered: Lowered
    nodes: Integers
    place: Integers
    twin: Integers
    column: Integers
    output: Integers
    term_place: Integers

    @classmethod
    def of(cls, lowered: Lowered, sights: Sights, nets: Sequence[int]) -> Watcher:
        """For nets that `sights` shows."""
        wanted: dict[int, int] = {}

        def stand(node: int) -> int:
            return wanted.setdefault(int(node), len(wanted))

        place, twin, column, output = (np.full(len(nets), -1, dtype=np.int64) for _ in range(4))
        terms = np.full(len(lowered.output_node), -1, dtype=np.int64)
        for k, net in enumerate(nets):
            if net in sights.column:
                column[k] = sights.column[net]
            elif net in sights.node:
                node, twin[k] = sights.node[net]
                place[k] = stand(node)
            else:
                output[k] = sights.output[net]
                span = slice(*lowered.output_start[output[k] : output[k] + 2])
                terms[span] = [stand(node) for node in lowered.output_node[span]]
        nodes = np.asarray(list(wanted), dtype=np.int64)
        return cls(lowered, nodes, place, twin, column, output, terms)

    def plain(self, values: LoweredValues) -> bool:
        """Whether every net is a node of the free network or one follower's output behind it."""
        outputs = self.output[self.output >= 0]
        first, last = self.lowered.output_start[outputs], self.lowered.output_start[outputs + 1]
        return (
            not (self.column >= 0).any()
            and not (self.twin[self.place >= 0] != 0).any()
            and bool((last - first == 1).all())
            and not self.lowered.output_twin[first].any()
            and bool((values.output_weight[first] == 1.0).all())
            and not values.output_drive[outputs].any()
            and not values.output_const[outputs].any()
        )

    def sensors(self, values: LoweredValues, matrix: Floats, const: Floats) -> Sensors:
        """How the nets follow from the held volts, where they are plain.

        The free volts of `nodes` are matrix @ held + const, for any volts of the held nodes.
        """
        behind = self.output >= 0
        term = self.lowered.output_start[np.maximum(self.output, 0)]
        stand = np.where(behind, self.term_place[term], self.place)
        offset = np.where(behind, values.output_offset[term], 0.0)
        low = np.where(behind, values.output_low[term], -np.inf)
        high = np.where(behind, values.output_high[term], np.inf)
        return Sensors(matrix[stand], const[stand] + offset, low, high)

    def on(self, values: LoweredValues) -> View:
        """What the nets of one board show."""
        lowered, outputs = self.lowered, self.output[self.output >= 0]
        counts = np.where(self.place >= 0, 1, 0)
        counts[self.output >= 0] = np.diff(lowered.output_start)[outputs]
        start = np.concatenate(([0], np.cumsum(counts)))
        net = np.repeat(np.arange(len(counts)), counts)
        # Nodes are looked at directly: term -1, behind those of the circuit's outputs.
        first = np.append(lowered.output_start[:-1], 0)[self.output]
        term = np.where(self.output >= 0, first, -1)[net]
        term += np.where(term >= 0, np.arange(len(net)) - start[net], 0)
        place = np.where(term >= 0, np.append(self.term_place, 0)[term], self.place[net])
        twin = np.where(term >= 0, np.append(lowered.output_twin, 0)[term], self.twin[net])
        drive = np.zeros((len(counts), values.output_drive.shape[1]))
        drive[self.output >= 0] = values.output_drive[outputs]
        drive[self.column >= 0, self.column[self.column >= 0]] = 1.0
        const = np.zeros(len(counts))
        const[self.output >= 0] = values.output_const[outputs]
        columns = np.flatnonzero(drive.any(axis=0))
        return View(
            start.astype(np.uint32),
            (2 * place + twin).astype(np.uint32),
            np.append(values.output_weight, 1.0)[term],
            np.append(values.output_offset, 0.0)[term],
            np.append(values.output_low, -np.inf)[term],
            np.append(values.output_high, np.inf)[term],
            columns,
            drive[:, columns],
            const,
        )


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A watcher's nets on one board: weighted followers of nodes, columns, a constant.

    Attributes:
        start: terms of each net, shape (nets + 1,).
        node: 2 node + twin of each term.
        weight, offset, low, high: of each term's follower.
        columns: that some net depends on.
        drive, const: by how much, (nets, columns), and what is added, (nets,).
    """

    start: Indices
    node: Indices
    weight: Floats
    offset: Floats
    low: Floats
    high: Floats
    columns: Integers
    drive: Floats
    const: Floats

    def volts(self, node_v: Floats, columns: Floats, row_of: Indices) -> Floats:
        """Volts of the nets, (T, nets), from the nodes' (T, nodes, 2) and the columns.

        Args:
            node_v: of the watcher's nodes.
            columns: of each row of pins, (R, C).
            row_of: the row of each step, (T,).
        """
        fixed = np.repeat(self.const[None], len(columns), axis=0)
        for place, column in enumerate(self.columns):
            fixed += columns[:, column, None] * self.drive[:, place]
        volts = np.empty((len(node_v), len(self.const)))
        add_followers(
            np.ascontiguousarray(node_v).reshape(len(node_v), -1),
            self.start,
            self.node,
            self.weight,
            self.offset,
            self.low,
            self.high,
            row_of,
            fixed,
            volts,
        )
        return volts


_STEPS = 256
"""So many steps of all nets before the next ones: they stay in the processor's cache."""


@njit(cache=True, nogil=True)
def add_followers(
    node_v: Floats,
    start: Indices,
    node: Indices,
    weight: Floats,
    offset: Floats,
    low: Floats,
    high: Floats,
    row_of: Indices,
    fixed: Floats,
    volts: Floats,
) -> None:
    """Volts (T, nets): the fixed ones (R, nets) of each step's row, and every term; see View."""
    for begin in range(0, len(volts), _STEPS):
        seen, shown = node_v[begin : begin + _STEPS], volts[begin : begin + _STEPS]
        rows = row_of[begin : begin + _STEPS]
        for k in range(shown.shape[1]):
            for t in range(len(rows)):
                shown[t, k] = fixed[rows[t], k]
            for i in range(start[k], start[k + 1]):
                place, share, rise, least, most = node[i], weight[i], offset[i], low[i], high[i]
                for t in range(len(shown)):
                    volt = seen[t, place] + rise
                    if volt < least:
                        volt = least
                    elif volt > most:
                        volt = most
                    shown[t, k] += share * volt
