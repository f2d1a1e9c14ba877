"""Terms: which signals the two comparators of an edge look at, in the places of the compiled loop.

Each comparator has room for TERMS terms. In an edge cell both look at the same two nodes; then both
have them in the same places, and the loop fetches each signal once for the two.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from verification.simulation.lowered.tables import Lowered
from verification.simulation.solve.problem import Floats, Integers

TERMS = 2


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """The terms of every edge's comparators.

    Attributes:
        signal: looked at, shape (B, 2, TERMS); a signal without weight fills what is not used.
        term: its number among the circuit's terms, -1 where it has no weight, of the same shape.
        shared: whether both comparators of every edge have the same signals in the same places.
    """

    signal: Integers
    term: Integers
    shared: bool

    @classmethod
    def of(cls, lowered: Lowered) -> Terms:
        """In places common to both comparators where all edges allow it."""
        questions = asked(lowered)
        counts = np.diff(lowered.term_start)[questions][..., None]
        place = np.arange(TERMS)
        used = place < counts
        term = np.where(used, lowered.term_start[questions][..., None] + place, -1)
        signal = np.where(used, np.append(lowered.term_signal, 0)[term], -1)
        common = _common(signal)
        if common is None:
            return cls(np.maximum(signal, 0), term, False)
        both = np.repeat(common[:, None], 2, axis=1)
        found = signal[:, :, None] == both[..., None]
        found &= used[:, :, None]
        which = np.take_along_axis(term, np.argmax(found, axis=3), axis=2)
        return cls(np.maximum(both, 0), np.where(found.any(axis=3), which, -1), True)

    def weights(self, margin_weight: Floats) -> Floats:
        """Weights of a board's terms, (terms, 2) -> (B, 2, TERMS, 2)."""
        padded = np.concatenate((margin_weight, np.zeros((1, 2))))
        return padded[self.term]


def asked(lowered: Lowered) -> Integers:
    """The two comparators of each row, (B, 2)."""
    return lowered.decides[:, 0]


def _common(signal: Integers) -> Integers | None:
    """The different signals of each edge, (B, TERMS), ascending, -1 first where there are fewer.

    None where some edge has more, or one comparator has a signal twice.
    """
    ordered = np.sort(signal, axis=2)
    if (np.diff(ordered, axis=2) == 0)[ordered[:, :, 1:] >= 0].any():
        return None
    of_edge = np.sort(signal.reshape(len(signal), 2 * TERMS), axis=1)
    of_edge[:, 1:][of_edge[:, 1:] == of_edge[:, :-1]] = -1
    of_edge = np.sort(of_edge, axis=1)
    return None if (of_edge[:, :-TERMS] >= 0).any() else of_edge[:, -TERMS:]
