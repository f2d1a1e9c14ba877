"""Job: everything that the compiled loop needs, in one record of addresses.

Numbers are rows of lanes (`solve.lanes`): the free twins of W boards, then their clamped twins.
With float32 lanes the clamped half of volts and signals holds clamped less free; weights and
offsets are rewritten for that here, in float64, before they are rounded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from verification.simulation.lowered.groups import Codes, Lanes
from verification.simulation.lowered.tables import Lowered, LoweredValues
from verification.simulation.lowered.terms import TERMS, Terms, asked
from verification.simulation.solve.addresses import Address, record_of
from verification.simulation.solve.lanes import Rows
from verification.simulation.solve.problem import Floats, Integers
from verification.simulation.solve.twin_kernels import POINTS
from verification.simulation.tables import Bytes, Indices

# What a group of edges needs in a step stands together, in rows of groups. EDGE_ROWS of each board:
# weights of the first comparators' terms, ohms, ohms a code, each of the free and of the clamped
# twin; what is added to the first and to the second comparators' margins. SECOND_ROWS of each
# board, where they differ: weights of the second comparators' terms. SHARED_ROWS of all boards: the
# steps for the four pairs of decisions, least and greatest code of either twin, how much farther a
# twin may go than the other: 0 where they stop together, else infinite.
EDGE_ROWS, OHM, OFFSET = 10, 4, 8
NO_EDGE = np.array([0, 0, 0, 0, np.inf, np.inf, 0, 0, 1, 1])
"""Fills groups up: neither conducts nor decides within rounding."""
SECOND_ROWS = 4
SHARED_ROWS, ENDS, APART = 13, 8, 12
# What keeps an edge from stepping: nothing, the mask of the run, the bits in the enable chain.
OPEN, MASKED, CHAINED = 0, 1, 2
FREE, CLAMPED = 0, 1

LAYOUT = (
    "slots",
    "signal_place",
    "nudge_start",
    "nudge_place",
    "target_place",
    "held_place",
)
VALUES = (
    "edges",
    "second",
    "common_second",
    "half",
    "shared",
    "signal_offset",
    "signal_low",
    "signal_high",
    "signal_gap",
    "nudge_weight",
    "nudge_offset",
    "nudge_term_low",
    "nudge_term_high",
    "nudge_low",
    "nudge_high",
)
STANDING = ("code", "code_before", "high", "high_before", "enabled", "signals", "ties")
RUN = ("row_of", "held", "drive", "masks", "watch", "seen", "seen_codes")
COUNTS = (
    "group_count",
    "held_count",
    "target_count",
    "signal_count",
    "watch_count",
    "step_count",
    "clocked",
    "gate",
    "remembers",
    "shared_terms",
    "shared_step",
    "as_one",
    "simple_second",
    "blind",
    "record_codes",
)
JOB = np.dtype(
    [
        *((name, Address) for name in (*LAYOUT, *VALUES, *STANDING, *RUN)),
        *((name, np.int64) for name in COUNTS),
    ]
)


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """A lowered circuit in the places of a plan.

    Attributes:
        lowered: the circuit.
        place: of each node.
        arrays: by the names in LAYOUT, but for the slots, which depend on the lanes.
    """

    lowered: Lowered
    place: Integers
    arrays: Mapping[str, Indices]


def make_layout(lowered: Lowered, order: Integers) -> Layout:
    """The layout of a circuit whose nodes are eliminated in this order: node of each place."""
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    arrays = {
        "signal_place": _indices(place[lowered.signal_node]),
        "nudge_start": _indices(lowered.nudge_start),
        "nudge_place": _indices(place[lowered.nudge_node]),
        "target_place": _indices(place[lowered.twins.clamped]),
        "held_place": _indices(place[lowered.twins.held]),
    }
    return Layout(lowered, place, arrays)


def can_run(lowered: Lowered) -> bool:
    """Whether the loop has room for the circuit.

    That is two terms for each comparator, the same two comparators for the twins of an edge, and
    codes of 16 bits.
    """
    terms = np.diff(lowered.term_start)
    alike = np.array_equal(lowered.decides[:, 0], lowered.decides[:, 1])
    short = lowered.code_max.max(initial=0) <= np.iinfo(np.int16).max
    return alike and bool(short) and len(terms) > 0 and int(terms.max()) <= TERMS


def edge_slots(terms: Terms, lanes: Lanes) -> Indices:
    """Signals of every group's terms: of its first comparators' first terms, second terms, ..."""
    slots = terms.signal.reshape(-1, 2 * TERMS)
    full = np.zeros((lanes.groups(len(slots)) * lanes.edges, 2 * TERMS), dtype=np.int64)
    full[: len(slots)] = slots
    grouped = full.reshape(-1, lanes.edges, 2 * TERMS)
    return _indices(np.swapaxes(grouped, 1, 2).ravel())


def value_rows(
    lowered: Lowered, terms: Terms, boards: Sequence[LoweredValues], lanes: Lanes
) -> dict[str, Rows]:
    """The values of W boards as rows, by the names in VALUES.

    Hysteresis and the ends of the followers' swing are not drawn: they are the first board's.
    """

    def stacked(name: str) -> Floats:
        """(W, rows, 2); what both twins share stands in both."""
        array = np.stack([getattr(board, name) for board in boards])
        return array if array.ndim == 3 else np.repeat(array[..., None], 2, axis=2)

    offset = stacked("signal_offset")
    gap = np.zeros_like(offset)
    gap[..., 1] = offset[..., 1] - offset[..., 0]
    change = lanes.precision is np.float32
    weights = np.stack([term_weights(terms, board, change) for board in boards])
    one = lanes.for_one()
    questions = asked(lowered)
    made = {
        "edges": lanes.lay_out_groups(edge_rows(lowered, weights[:, :, 0], boards), NO_EDGE),
        "second": lanes.lay_out_groups(flat_rows(weights[:, :, 1])),
        "common_second": one.lay_out_groups(second_weights(terms, boards[0])[None, :, :, FREE]),
        "half": one.lay_out_groups(boards[0].half_hysteresis[questions][None]),
        "shared": one.lay_out_groups(shared_rows(lowered)[None]),
        "signal_gap": lanes.lay_out(gap),
        "signal_low": one.lay_out(boards[0].signal_low[None]),
        "signal_high": one.lay_out(boards[0].signal_high[None]),
    }
    return {name: made[name] if name in made else lanes.lay_out(stacked(name)) for name in VALUES}


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


def shared_rows(lowered: Lowered) -> Floats:
    """The SHARED_ROWS, (B, SHARED_ROWS)."""
    steps = np.swapaxes(lowered.table, 1, 2)
    # Twins that stop together and are told to part do not step.
    part = lowered.together[:, None] & (steps[..., FREE] * steps[..., CLAMPED] <= 0)
    rows = np.empty((len(lowered.pot), SHARED_ROWS))
    rows[:, :ENDS] = np.where(part[..., None], 0.0, steps).reshape(-1, ENDS)
    rows[:, ENDS : ENDS + 2], rows[:, ENDS + 2 : APART] = lowered.code_min, lowered.code_max
    rows[:, APART] = np.where(lowered.together, 0.0, np.inf)
    return rows


def step_as_one(lowered: Lowered) -> bool:
    """Whether the two digipots of every edge stop together and have the same steps and ends."""
    rows = shared_rows(lowered)[:, :APART].reshape(len(lowered.pot), -1, 2)
    return bool((rows[..., FREE] == rows[..., CLAMPED]).all() and lowered.together.all())


def same_edges(lowered: Lowered) -> bool:
    """Whether every edge has the same SHARED_ROWS."""
    rows = shared_rows(lowered)
    return bool((rows == rows[:1]).all())


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """How boards stand, as rows of lanes.

    Attributes:
        code, code_before: of each edge's digipots, now and before the last learning step.
        high, high_before: what each edge's two comparators remember; now, and when the last step
            was made. Rows of decisions, as bits.
        enabled: 1 where the enable chain lets a digipot step.
        signals: volts behind the followers, at one or two points.
        ties: decisions within rounding in learning steps, one row of decisions.
    """

    code: Codes
    code_before: Codes
    high: Bytes
    high_before: Bytes
    enabled: Rows
    signals: Rows
    ties: Rows

    @classmethod
    def of(cls, lowered: Lowered, lanes: Lanes) -> Standing:
        """All zero."""
        groups = lanes.groups(len(lowered.pot))
        return cls(
            code=lanes.code_rows(2 * groups),
            code_before=lanes.code_rows(2 * groups),
            high=lanes.bit_rows(2 * groups),
            high_before=lanes.bit_rows(2 * groups),
            enabled=lanes.group_rows(2 * groups),
            signals=lanes.rows(POINTS * len(lowered.signal_node)),
            ties=lanes.group_rows(1),
        )

    def arrays(self) -> dict[str, NDArray[Any]]:
        """By the names in STANDING."""
        return {name: getattr(self, name) for name in STANDING}

    def copy(self, lowered: Lowered, lanes: Lanes) -> Standing:
        """The same numbers in rows of their own."""
        fresh = Standing.of(lowered, lanes)
        for name, rows in self.arrays().items():
            getattr(fresh, name)[...] = rows
        return fresh


def job_record(
    layout: Layout, slots: Indices, values: Mapping[str, Rows], standing: Standing, groups: int
) -> NDArray[np.void]:
    """A JOB record; each run has its own arrays added by `point_to`, and its counts."""
    lowered = layout.lowered
    job = record_of(JOB, {**layout.arrays, "slots": slots, **values, **standing.arrays()})
    job["group_count"] = groups
    job["held_count"] = len(lowered.twins.held)
    job["target_count"] = len(lowered.twins.clamped)
    job["signal_count"] = len(lowered.signal_node)
    # Where all edges are alike, every group has the first one's rows, which stay near.
    job["as_one"] = step_as_one(lowered)
    job["shared_step"] = 0 if same_edges(lowered) else SHARED_ROWS
    return job


def point_to(job: NDArray[np.void], arrays: Mapping[str, NDArray[Any]]) -> None:
    """Give a job the arrays of a run; the caller keeps them alive."""
    for name, array in arrays.items():
        job[name] = address_of(array)


def address_of(array: NDArray[Any]) -> int:
    """Where an array's numbers start; `array.ctypes.data` costs five times as much."""
    return array.__array_interface__["data"][0]


def _indices(numbers: Integers) -> Indices:
    return np.ascontiguousarray(numbers, dtype=np.uint32)
