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

    def volts(
        self, values: LoweredValues, node_v: Floats, columns: Floats, row_of: Indices
    ) -> Floats:
        """Volts of the nets, (T, nets), from the nodes' (T, nodes, 2) and the columns.

        Args:
            values: the board.
            node_v: of `nodes`.
            columns: of each row of pins, (R, C).
            row_of: the row of each step, (T,).
        """
        found = np.empty((len(node_v), len(self.place)))
        show(
            found,
            node_v,
            columns,
            row_of,
            (self.place, self.twin, self.column, self.output),
            (self.lowered.output_start, self.term_place, self.lowered.output_twin),
            (
                values.output_weight,
                values.output_offset,
                values.output_low,
                values.output_high,
                values.output_const,
            ),
            values.output_drive,
        )
        return found


@njit(cache=True, nogil=True)
def show(
    found: Floats,
    node_v: Floats,
    columns: Floats,
    row_of: Indices,
    nets: tuple[Integers, Integers, Integers, Integers],
    terms: tuple[Integers, Integers, Integers],
    numbers: tuple[Floats, Floats, Floats, Floats, Floats],
    drive: Floats,
) -> None:
    """Put volts into (T, nets); the tuples' members are those of `Watcher` and `LoweredValues`."""
    place, twin, column, output = nets
    start, stand, side = terms
    weight, offset, low, high, const = numbers
    for t in range(len(found)):
        for k in range(len(place)):
            if place[k] >= 0:
                found[t, k] = node_v[t, place[k], twin[k]]
            elif column[k] >= 0:
                found[t, k] = columns[row_of[t], column[k]]
            else:
                volts = const[output[k]]
                for c in range(columns.shape[1]):
                    volts += drive[output[k], c] * columns[row_of[t], c]
                for i in range(start[output[k]], start[output[k] + 1]):
                    seen = node_v[t, stand[i], side[i]] + offset[i]
                    volts += weight[i] * min(max(seen, low[i]), high[i])
                found[t, k] = volts
