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

from verification.simulation.lowered.edges import (
    NO_EDGE,
    SHARED_ROWS,
    edge_rows,
    flat_rows,
    is_second_simple,
    same_edges,
    shared_rows,
    step_as_one,
    term_weights,
)
from verification.simulation.lowered.groups import Codes, Lanes
from verification.simulation.lowered.tables import Lowered, LoweredValues
from verification.simulation.lowered.terms import TERMS, Terms
from verification.simulation.solve.addresses import Address, record_of
from verification.simulation.solve.lanes import Rows
from verification.simulation.solve.problem import Floats, Integers
from verification.simulation.solve.twin_kernels import POINTS
from verification.simulation.tables import Bytes, Indices

# What keeps an edge from stepping: nothing, the mask of the run, the bits in the enable chain.
OPEN, MASKED, CHAINED = 0, 1, 2

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
    made = {
        "edges": lanes.lay_out_groups(edge_rows(lowered, weights[:, :, 0], boards), NO_EDGE),
        "second": lanes.lay_out_groups(flat_rows(weights[:, :, 1])),
        "shared": one.lay_out_groups(shared_rows(lowered, terms, boards)[None]),
        "signal_gap": lanes.lay_out(gap),
        "signal_low": one.lay_out(boards[0].signal_low[None]),
        "signal_high": one.lay_out(boards[0].signal_high[None]),
    }
    return {name: made[name] if name in made else lanes.lay_out(stacked(name)) for name in VALUES}


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
    return job


def set_kind(
    job: NDArray[np.void], lowered: Lowered, terms: Terms, boards: Sequence[LoweredValues]
) -> None:
    """Tell a job what of its circuit and of its boards is simpler than it might be."""
    job["shared_terms"] = terms.shared
    # Where all edges are alike, every group has the first one's rows, which stay near.
    job["shared_step"] = 0 if same_edges(lowered, terms, boards) else SHARED_ROWS
    job["simple_second"] = is_second_simple(terms, boards)
    job["as_one"] = step_as_one(lowered)
    job["remembers"] = any(board.half_hysteresis.any() for board in boards)


def point_to(job: NDArray[np.void], arrays: Mapping[str, NDArray[Any]]) -> None:
    """Give a job the arrays of a run; the caller keeps them alive."""
    for name, array in arrays.items():
        job[name] = _address_of(array)


def _address_of(array: NDArray[Any]) -> int:
    """Where an array's numbers start; `array.ctypes.data` costs five times as much."""
    return array.__array_interface__["data"][0]


def _indices(numbers: Integers) -> Indices:
    return np.ascontiguousarray(numbers, dtype=np.uint32)
