"""Outputs: the volts of nets that a lowered board shows: nodes, pins, and what reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

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
        column: of each net, -1 likewise.
        outputs: (position among the nets, output) of the rest.
        terms: for each output of the circuit, where its terms' nodes stand in `nodes`.
    """

    lowered: Lowered
    nodes: Integers
    place: Integers
    twin: Integers
    column: Integers
    outputs: tuple[tuple[int, int], ...]
    terms: Mapping[int, Integers]

    @classmethod
    def of(cls, lowered: Lowered, sights: Sights, nets: Sequence[int]) -> Watcher:
        """For nets that `sights` shows."""
        wanted: dict[int, int] = {}

        def stand(node: int) -> int:
            return wanted.setdefault(int(node), len(wanted))

        place, twin, column = (np.full(len(nets), -1, dtype=np.int64) for _ in range(3))
        outputs: list[tuple[int, int]] = []
        terms: dict[int, Integers] = {}
        for k, net in enumerate(nets):
            if net in sights.column:
                column[k] = sights.column[net]
            elif net in sights.node:
                node, twin[k] = sights.node[net]
                place[k] = stand(node)
            else:
                output = sights.output[net]
                outputs.append((k, output))
                span = slice(lowered.output_start[output], lowered.output_start[output + 1])
                terms[output] = np.asarray(
                    [stand(node) for node in lowered.output_node[span]], dtype=np.int64
                )
        nodes = np.asarray(list(wanted), dtype=np.int64)
        return cls(lowered, nodes, place, twin, column, tuple(outputs), terms)

    @property
    def plain(self) -> bool:
        """Whether every net is a node of the free network or one follower's output behind it."""
        if (self.column >= 0).any() or (self.twin[self.place >= 0] != 0).any():
            return False
        return all(
            len(self.terms[output]) == 1
            and self.lowered.output_twin[self.lowered.output_start[output]] == 0
            for _, output in self.outputs
        )

    def sensors(self, values: LoweredValues, matrix: Floats, const: Floats) -> Sensors:
        """How the nets follow from the held volts, where they are plain.

        The free volts of `nodes` are matrix @ held + const, for any volts of the held nodes.
        """
        count = len(self.place)
        stand = self.place.copy()
        offset, low, high = np.zeros(count), np.full(count, -np.inf), np.full(count, np.inf)
        for k, output in self.outputs:
            term = self.lowered.output_start[output]
            stand[k] = self.terms[output][0]
            offset[k] = values.output_offset[term]
            low[k], high[k] = values.output_low[term], values.output_high[term]
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
        inside, pins = self.place >= 0, self.column >= 0
        found[:, inside] = node_v[:, self.place[inside], self.twin[inside]]
        if pins.any():
            found[:, pins] = columns[:, self.column[pins]][row_of]
        for k, output in self.outputs:
            found[:, k] = self._seen(values, output, node_v) + self._still(
                values, output, columns, row_of
            )
        return found

    def _seen(self, values: LoweredValues, output: int, node_v: Floats) -> Floats:
        """What an output makes of the nodes, (T,)."""
        first, last = self.lowered.output_start[output : output + 2]
        found = np.zeros(len(node_v))
        for term, stand in zip(range(first, last), self.terms[output].tolist(), strict=True):
            volts = node_v[:, stand, self.lowered.output_twin[term]] + values.output_offset[term]
            np.clip(volts, values.output_low[term], values.output_high[term], out=volts)
            found += values.output_weight[term] * volts
        return found

    def _still(
        self, values: LoweredValues, output: int, columns: Floats, row_of: Indices
    ) -> Floats | float:
        """What the pins add to an output, (T,), or one number for all steps."""
        drive = values.output_drive[output]
        if not drive.any():
            return float(values.output_const[output])
        return (columns @ drive + values.output_const[output])[row_of]
