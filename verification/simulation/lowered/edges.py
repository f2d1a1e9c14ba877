"""Edges: what a group of edges needs in a step, as rows of numbers that stand together.

```
EDGE_ROWS     of each board        weights of the first comparators' terms, ohms, ohms a code: each
                                   of the free twin, then of the clamped one; what is added to the
                                   first and to the second comparators' margins
SECOND_ROWS   of each board        weights of the second comparators' terms, where they are needed
SHARED_ROWS   once for all boards  steps for the four pairs of decisions, least and greatest code:
                                   each of the free twin, then of the clamped one; how much farther
                                   one twin may go than the other, 0 where they stop together; what
                                   hysteresis adds after high and after low, for both comparators;
                                   simple second comparators' weights
```

Most of what boards share, edges share as well: then there is one set of SHARED_ROWS, which stays
near. In float32 weights are rewritten for a clamped half that holds clamped less free.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from verification.simulation.lowered.groups import Lanes
from verification.simulation.lowered.nodes import CLAMPED, FREE
from verification.simulation.lowered.tables import Lowered, LoweredValues
from verification.simulation.lowered.terms import TERMS, Terms, asked
from verification.simulation.solve.problem import Floats
from verification.simulation.tables import Indices

EDGE_ROWS, OHM, OFFSET = 10, 4, 8
SECOND_ROWS = 4
SHARED_ROWS, ENDS, APART, LEAN, SECOND = 19, 8, 12, 13, 17
NO_EDGE = np.array([0, 0, 0, 0, np.inf, np.inf, 0, 0, 1, 1])
"""EDGE_ROWS that fill groups up: neither conducts nor decides within rounding."""


def edge_slots(terms: Terms, lanes: Lanes) -> Indices:
    """Signals of every group's terms: of its first comparators' first terms, second terms, ..."""
    slots = terms.signal.reshape(-1, 2 * TERMS)
    full = np.zeros((lanes.groups(len(slots)) * lanes.edges, 2 * TERMS), dtype=np.int64)
    full[: len(slots)] = slots
    grouped = full.reshape(-1, lanes.edges, 2 * TERMS)
    return np.ascontiguousarray(np.swapaxes(grouped, 1, 2).ravel(), dtype=np.uint32)


def edge_rows(lowered: Lowered, weights: Floats, boards: Sequence[LoweredValues]) -> Floats:
    """The boards' EDGE_ROWS, (W, B, EDGE_ROWS), given the first comparators' weights."""
    questions = asked(lowered)
    ohms = np.stack([(board.base_ohm, board.slope_ohm) for board in boards])
    offsets = np.stack([board.margin_const[questions] for board in boards])
    parts = flat_rows(weights), flat_rows(np.swapaxes(ohms, 1, 2)), offsets
    return np.concatenate(parts, axis=2)


def flat_rows(array: Floats) -> Floats:
    """(W, B, each, 2) -> (W, B, 2 each): rows of the free twin and of the clamped one in turn."""
    return array.reshape(*array.shape[:2], -1)


def term_weights(terms: Terms, board: LoweredValues, change: bool) -> Floats:
    """The weights of a board's terms, (B, 2, TERMS, 2), perhaps in the change form."""
    weight = terms.weights(board.margin_weight)
    return np.stack((weight.sum(axis=-1), weight[..., 1]), axis=-1) if change else weight


def second_weights(terms: Terms, board: LoweredValues) -> Floats:
    """Those of the second comparators' terms, (B, TERMS, 2)."""
    return terms.weights(board.margin_weight)[:, 1]


def is_second_simple(terms: Terms, boards: Sequence[LoweredValues]) -> bool:
    """Whether second comparators look at the free twin alone, with one weight for all boards.

    That of the usual edge asks for the sign of the free drop.
    """
    found = np.stack([second_weights(terms, board) for board in boards])
    return not found[..., CLAMPED].any() and bool((found == found[0]).all())


def shared_rows(lowered: Lowered, terms: Terms, boards: Sequence[LoweredValues]) -> Floats:
    """The SHARED_ROWS, (B, SHARED_ROWS)."""
    rows = np.zeros((len(lowered.pot), SHARED_ROWS))
    rows[:, :ENDS] = told_steps(lowered).reshape(-1, ENDS)
    rows[:, ENDS : ENDS + 2], rows[:, ENDS + 2 : APART] = lowered.code_min, lowered.code_max
    rows[:, APART] = np.where(lowered.together, 0.0, np.inf)
    half = boards[0].half_hysteresis[asked(lowered)]
    rows[:, LEAN:SECOND] = np.stack((half, -half), axis=-1).reshape(-1, SECOND - LEAN)
    if is_second_simple(terms, boards):
        rows[:, SECOND:] = second_weights(terms, boards[0])[..., FREE]
    return rows


def told_steps(lowered: Lowered) -> Floats:
    """What the four pairs of decisions tell the two digipots of each edge, (B, 4, 2)."""
    steps = np.swapaxes(lowered.table, 1, 2)
    # Twins that stop together and are told to part do not step.
    part = lowered.together[:, None] & (steps[..., FREE] * steps[..., CLAMPED] <= 0)
    return np.where(part[..., None], 0.0, steps)


def step_as_one(lowered: Lowered) -> bool:
    """Whether the two digipots of every edge stop together and have the same steps and ends."""
    steps = told_steps(lowered)
    alike = (steps[..., FREE] == steps[..., CLAMPED]).all()
    ends = (lowered.code_min, lowered.code_max)
    return bool(alike and lowered.together.all() and all((e[:, 0] == e[:, 1]).all() for e in ends))


def same_edges(lowered: Lowered, terms: Terms, boards: Sequence[LoweredValues]) -> bool:
    """Whether every edge has the same SHARED_ROWS."""
    rows = shared_rows(lowered, terms, boards)
    return bool((rows == rows[:1]).all())
