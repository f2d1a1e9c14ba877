"""Signals: pairs of followers, one of a node's free net and one of its clamped net."""

from __future__ import annotations

from verification.simulation.lowered.analog import Look
from verification.simulation.lowered.nodes import ABSENT, CLAMPED, FREE, Nodes


class SignalTable:
    """Gives every look at a node a half of a signal.

    A node that is one net in both twins may have its followers in either half.

    Attributes:
        node: of each signal.
        amplifiers: of each signal's halves; -1 for a direct look or an unused half.
    """

    def __init__(self, nodes: Nodes) -> None:
        self.node: list[int] = []
        self.amplifiers: list[list[int]] = []
        self._nodes = nodes
        self._place: dict[Look, tuple[int, int]] = {}
        self._open: dict[tuple[int, int], list[int]] = {}

    def half(self, look: Look) -> tuple[int, int]:
        """(signal, side) of a look."""
        found = self._place.get(look)
        if found is None:
            amplifier, node, side = look
            found = self._direct(node, side) if amplifier == ABSENT else self._followed(look)
            self._place[look] = found
        return found

    def _direct(self, node: int, side: int) -> tuple[int, int]:
        signal, _ = self._place.get((ABSENT, node, 1 - side), (len(self.node), 0))
        if signal == len(self.node):
            self.node.append(node)
            self.amplifiers.append([ABSENT, ABSENT])
        return signal, side

    def _followed(self, look: Look) -> tuple[int, int]:
        amplifier, node, side = look
        free, clamped = self._nodes.nets[node]
        for half in (FREE, CLAMPED) if free == clamped else (side,):
            if self._open.get((node, half)):
                signal = self._open[(node, half)].pop(0)
                self.amplifiers[signal][half] = amplifier
                return signal, half
        self._open.setdefault((node, 1 - side), []).append(len(self.node))
        self.node.append(node)
        self.amplifiers.append([amplifier, ABSENT] if side == FREE else [ABSENT, amplifier])
        return len(self.node) - 1, side
