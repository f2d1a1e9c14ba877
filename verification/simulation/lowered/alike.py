"""Alike: what boards side by side show, where all show plain followers of their free networks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from verification.simulation.lowered.nodes import FREE
from verification.simulation.lowered.outputs import Watcher
from verification.simulation.lowered.tables import LoweredValues
from verification.simulation.solve.problem import Floats, Integers


@dataclass(frozen=True, slots=True, eq=False)
class Alike:
    """How a watcher's nets follow from its nodes on W boards: clip(volts + offset, low, high).

    Attributes:
        node: of each net, among the watcher's.
        offset, low, high: of each net on each board, shape (W, nets).
    """

    node: Integers
    offset: Floats
    low: Floats
    high: Floats

    @classmethod
    def of(cls, watcher: Watcher, boards: Sequence[LoweredValues]) -> Alike | None:
        """None where a board is not that plain."""
        if not all(watcher.plain(board) for board in boards):
            return None
        count = len(watcher.nodes)
        # A sensor's row of the unit matrix says which node it looks at.
        sensors = [watcher.sensors(board, np.eye(count), np.zeros(count)) for board in boards]
        return cls(
            np.argmax(sensors[0].matrix, axis=1),
            np.stack([sensor.const for sensor in sensors]),
            np.stack([sensor.low for sensor in sensors]),
            np.stack([sensor.high for sensor in sensors]),
        )

    def volts(self, node_v: Floats) -> Floats:
        """Volts of each board's nets, (W, T, nets), from those of the watcher's nodes.

        Args:
            node_v: (T, W, nodes, 2).
        """
        found = node_v[:, :, self.node, FREE]
        found += self.offset
        np.maximum(found, self.low, out=found)
        np.minimum(found, self.high, out=found)
        return np.ascontiguousarray(np.swapaxes(found, 0, 1))
