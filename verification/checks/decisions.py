"""What decides each edge's step: the voltages its c > f comparator weighs, and the errors in them.

```
nodes -> followers -> two resistors  -> input of the comparator
         (offset)     (tolerance,       (offset)
                       bias current)
```

Found by following the wires of the extracted circuit, so another cell has other errors. With x the
weight of each of the four followers, the comparator sees

    D = sum x (V + follower's offset) - bias current x resistance + own offset,    2 D = c - f

on a good board, since each resistor pair halves what it adds.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from verification.anatomy import Anatomy
from verification.extraction.circuit import MixedCircuit
from verification.extraction.values import Values

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

HALVED = 2.0
"""The averages halve the difference of drops: 2 D is c - f."""
SIGNS = np.asarray([[[1.0], [-1.0]]])


@dataclass(frozen=True, eq=False)
class Deciders:
    """The comparators of E edges; axes [E, input p or n, resistor].

    Attributes:
        comparators: [E] position among the circuit's.
        resistors, followers: positions among the circuit's.
        nodes: position of the node that each follower senses.
        clamped: whether that is in the clamped network.
    """

    comparators: Ints
    resistors: Ints
    followers: Ints
    nodes: Ints
    clamped: Ints

    def weights(self, values: Values) -> Floats:
        """Signed weight of every follower in D on one board."""
        siemens = 1 / values.resistor_ohm[self.resistors]
        return SIGNS * siemens / siemens.sum(axis=2, keepdims=True)

    def errors_v(self, values: Values) -> dict[str, Floats]:
        """What is added to 2 D on one board, [E] volts, by cause."""
        siemens = (1 / values.resistor_ohm[self.resistors]).sum(axis=2)
        bias = values.comparator_bias_a[self.comparators] / siemens
        buffers = (self.weights(values) * values.amplifier_offset_v[self.followers]).sum(
            axis=(1, 2)
        )
        return {
            "comparator_offset": HALVED * values.comparator_offset_v[self.comparators],
            "comparator_bias": HALVED * (bias[:, 1] - bias[:, 0]),
            "buffer_offset": HALVED * buffers,
        }


def find_deciders(circuit: MixedCircuit, anatomy: Anatomy) -> Deciders | None:
    """The comparator of each edge that weighs both drops; None where an edge has none such."""
    senses = _senses(circuit, anatomy)
    place = {node: k for k, node in enumerate(anatomy.nodes)}
    edge_at = {frozenset((place[a], place[b])): k for k, (a, b) in enumerate(anatomy.edges)}
    found: dict[int, tuple[int, list[list[tuple[int, int, int, int]]]]] = {}
    for position, comparator in enumerate(circuit.comparators):
        sides = [senses.get(net, []) for net in (comparator.in_p, comparator.in_n)]
        if any(len(side) != 2 for side in sides):
            continue
        edge = edge_at.get(frozenset(entry[2] for side in sides for entry in side))
        if edge is not None:
            found[edge] = (position, sides)
    if len(found) < len(anatomy.edges):
        return None
    rows = [found[k] for k in range(len(anatomy.edges))]
    table = np.asarray([sides for _, sides in rows], dtype=np.int64)
    comparators = np.asarray([position for position, _ in rows], dtype=np.int64)
    return Deciders(comparators, table[..., 0], table[..., 1], table[..., 2], table[..., 3])


def _senses(circuit: MixedCircuit, anatomy: Anatomy) -> dict[int, list[tuple[int, int, int, int]]]:
    """Net -> (resistor, follower, node, clamped) of the node voltages that resistors bring to it.

    A source's node is one net in both networks; which of the two it is called does not matter.
    """
    node_at: dict[int, tuple[int, int]] = {}
    for clamped, names in enumerate((anatomy.free_nets, anatomy.clamped_nets)):
        for node, name in enumerate(names):
            node_at[circuit.net_named(name)] = (node, clamped)
    follower_at = {
        amplifier.out: (k, *node_at[amplifier.in_p])
        for k, amplifier in enumerate(circuit.amplifiers)
        if amplifier.in_p in node_at and amplifier.in_n == amplifier.out
    }
    found: dict[int, list[tuple[int, int, int, int]]] = defaultdict(list)
    for k, resistor in enumerate(circuit.resistors):
        for net, far in ((resistor.a, resistor.b), (resistor.b, resistor.a)):
            if far in follower_at:
                found[net].append((k, *follower_at[far]))
    return found
