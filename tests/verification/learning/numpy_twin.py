"""A twin network in plain numpy: the board of these tests, with no code of the product's core.

Ideal parts: a tap is 781.25 ohm, the wiper 45 ohm, both twins alike, |dV_clamped| > |dV_free| is
decided exactly.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable

import numpy as np

from verification.training.recording import Trace

STEP_OHM, WIPER_OHM, LAST_TAP = 781.25, 45.0, 127

_PAPER = "6-3 6-4 6-1 6-8 6-5 3-4 4-2 4-7 4-1 2-9 2-7 9-7 7-1 1-8 8-5 5-1"
DILLAVOU_EDGES = tuple((pair[0], pair[2]) for pair in _PAPER.split())


class NumpyTwin:
    """A `Traceable` (training/recording.py), and every observed or clocked row for the tests."""

    def __init__(
        self,
        edges: Iterable[tuple[str, str]],
        sources: Iterable[str],
        targets: Iterable[str],
        eta: float = 0.5,
        board_rule: bool = False,
    ) -> None:
        """`board_rule`: decide as the edge cell does, [c > f] XOR [f < 0], and not exactly."""
        self._edges = tuple(edges)
        names = list(dict.fromkeys(node for edge in self._edges for node in edge))
        self.nodes = tuple(names)
        self._a = np.array([names.index(a) for a, _ in self._edges])
        self._b = np.array([names.index(b) for _, b in self._edges])
        self._sources = np.array([names.index(node) for node in sources])
        self._targets = np.array([names.index(node) for node in targets])
        self._eta = eta
        self._board_rule = board_rule
        self.taps = np.full(len(self._edges), 64)
        self.history: list[np.ndarray] = []
        self.presented: list[np.ndarray] = []
        self.desired: list[np.ndarray] = []
        self.masks: list[np.ndarray | None] = []

    @property
    def edges(self) -> tuple[tuple[str, str], ...]:
        return self._edges

    @property
    def tap_range(self) -> tuple[int, int]:
        return 0, LAST_TAP

    def set_taps(self, taps: np.ndarray) -> None:
        self.taps = np.array(taps)

    def fork(self) -> NumpyTwin:
        return copy.deepcopy(self)

    def respond(self, inputs: np.ndarray) -> np.ndarray:
        """What a copy would show."""
        return self.fork().observe(inputs)

    def observe(self, inputs: np.ndarray) -> np.ndarray:
        return np.array([self._solve(self._sources, row)[self._targets] for row in inputs])

    def train(self, inputs: np.ndarray, desired: np.ndarray, mask: np.ndarray | None) -> np.ndarray:
        return self.trace(inputs, desired, mask).outputs

    def trace(self, inputs: np.ndarray, desired: np.ndarray, mask: np.ndarray | None) -> Trace:
        rows = []
        for t, (x, y) in enumerate(zip(inputs, desired, strict=True)):
            free = self._solve(self._sources, x)
            out = free[self._targets]
            clamped = self._solve(
                np.concatenate([self._sources, self._targets]),
                np.concatenate([x, self._eta * y + (1 - self._eta) * out]),
            )
            ohm = STEP_OHM * self.taps + WIPER_OHM
            rows.append((out, free, clamped, self.taps, self.taps, ohm, ohm))
            drop_f = free[self._a] - free[self._b]
            drop_c = clamped[self._a] - clamped[self._b]
            if self._board_rule:
                up = (drop_c > drop_f) ^ (drop_f < 0)
            else:
                up = np.abs(drop_c) > np.abs(drop_f)
            move = np.where(up, 1, -1)
            if mask is not None:
                move = np.where(mask[t], move, 0)
            self.taps = np.clip(self.taps + move, 0, LAST_TAP)
            self.history.append(self.taps)
            self.presented.append(x)
            self.desired.append(y)
            self.masks.append(None if mask is None else mask[t])
        return Trace(*(np.array(column) for column in zip(*rows, strict=True)))

    def show(self, inputs: np.ndarray, desired: np.ndarray) -> Trace:
        return self.fork().trace(inputs[None, :], desired[None, :], None)

    def _solve(self, held: np.ndarray, volts: np.ndarray) -> np.ndarray:
        g = 1.0 / (STEP_OHM * self.taps + WIPER_OHM)
        n = len(self.nodes)
        laplacian = np.zeros((n, n))
        np.add.at(laplacian, (self._a, self._a), g)
        np.add.at(laplacian, (self._b, self._b), g)
        np.add.at(laplacian, (self._a, self._b), -g)
        np.add.at(laplacian, (self._b, self._a), -g)
        v = np.zeros(n)
        v[held] = volts
        rest = np.setdiff1d(np.arange(n), held)
        v[rest] = np.linalg.solve(
            laplacian[np.ix_(rest, rest)], -laplacian[np.ix_(rest, held)] @ volts
        )
        return v
