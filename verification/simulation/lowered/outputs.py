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
        outputs = self.output[self.output >= 0]
        start = self.lowered.output_start
        counts = start[outputs + 1] - start[outputs]
        terms: list[Terms] = []
        for i in range(counts.max(initial=0)):
            has = np.flatnonzero(counts > i)
            term = start[outputs[has]] + i
            node = 2 * self.term_place[term] + self.lowered.output_twin[term]
            numbers = (
                values.output_weight,
                values.output_offset,
                values.output_low,
                values.output_high,
            )
            terms.append(Terms(has, node, *(array[term, None] for array in numbers)))
        return View(
            len(self.place),
            np.flatnonzero(self.place >= 0),
            (2 * self.place + self.twin)[self.place >= 0],
            np.flatnonzero(self.column >= 0),
            self.column[self.column >= 0],
            np.flatnonzero(self.output >= 0),
            values.output_drive[outputs],
            values.output_const[outputs, None],
            tuple(terms),
            plain=len(outputs) == len(self.output) and self.plain(values),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """The first terms of all outputs that have one, or their second terms, ...

    Attributes:
        output: which of a view's outputs.
        node: 2 node + twin of each.
        weight, offset, low, high: of each, shape (terms, 1).
    """

    output: Integers
    node: Integers
    weight: Floats
    offset: Floats
    low: Floats
    high: Floats

    def volts(self, seen: Floats) -> Floats:
        """What followers make of the nodes' volts (2 nodes, T), not yet weighted: (terms, T)."""
        found = seen[self.node]
        found += self.offset
        np.maximum(found, self.low, out=found)
        return np.minimum(found, self.high, out=found)


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A watcher's nets on one board.

    Attributes:
        count: of the nets.
        of_node, node: nets that are nodes, and 2 node + twin of each.
        of_column, column: nets that are columns, and which.
        of_output: nets that are outputs.
        drive, const: of the outputs, (M, C) and (M, 1).
        terms: of the outputs.
        plain: every net is one follower's output.
    """

    count: int
    of_node: Integers
    node: Integers
    of_column: Integers
    column: Integers
    of_output: Integers
    drive: Floats
    const: Floats
    terms: tuple[Terms, ...]
    plain: bool

    def volts(self, node_v: Floats, columns: Floats, row_of: Indices) -> Floats:
        """Volts of the nets, (T, nets), from the nodes' (T, nodes, 2) and the columns.

        Args:
            node_v: of the watcher's nodes.
            columns: of each row of pins, (R, C).
            row_of: the row of each step, (T,).
        """
        # Nets before steps: numpy is quick along the last axis alone.
        seen = node_v.reshape(len(node_v), -1).T
        if self.plain and self.terms:
            return np.ascontiguousarray(self.terms[0].volts(seen).T)
        found = np.empty((self.count, len(node_v)))
        found[self.of_node] = seen[self.node]
        found[self.of_column] = columns[:, self.column][row_of].T
        found[self.of_output] = self._outputs(seen, columns, row_of)
        return np.ascontiguousarray(found.T)

    def _outputs(self, seen: Floats, columns: Floats, row_of: Indices) -> Floats:
        """Volts of the outputs, (M, T)."""
        rows = np.repeat(self.const, len(columns), axis=1)
        for column in np.flatnonzero(self.drive.any(axis=0)):
            rows += self.drive[:, column, None] * columns[:, column]
        found = rows[:, row_of]
        for terms in self.terms:
            found[terms.output] += terms.weight * terms.volts(seen)
        return found
