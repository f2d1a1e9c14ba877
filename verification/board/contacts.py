"""Contacts: which bodies touch, by how much, and where along each.

Two bodies touch where their rims are no farther apart than their pens reach, or where one lies in
the other's filled inside. All distances are between segments, in the file's own nm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from verification.board.bodies import Body
from verification.board.inside import inside_pairs
from verification.board.pieces import Floats, Ints, Pieces, cut_pieces, near_pairs

TOUCH_NM = 1.0
"""Closer than the file's own unit is touching: turned corners are rounded to it."""
REACH_NM = 50_000.0
"""Gaps up to this are reported: no fab etches one this narrow."""
DEEP_NM = -1e12
"""The gap of bodies whose cores meet."""


@dataclass(frozen=True, slots=True)
class Contacts:
    """C pairs of bodies that touch or nearly do, once a layer, ascending by bodies.

    Attributes:
        first, second: [C] bodies, first < second.
        layer: [C] position in the stack.
        gap_nm: [C] least distance between their copper; negative where they overlap.
        along: [C, 2] where on each body's chain that is, nm from its start.
        at: [C, 2] the place on the board, nm.
    """

    first: Ints
    second: Ints
    layer: Ints
    gap_nm: Floats
    along: Floats
    at: Floats

    @property
    def touching(self) -> NDArray[np.bool_]:
        """[C] which of them are one conductor."""
        return self.gap_nm < TOUCH_NM


def find_contacts(bodies: Sequence[Body]) -> Contacts:
    """All contacts of a board.

    Cost: near linear in the number of corners and the length of all copper, for boards whose
    copper is spread out as boards' copper is.
    """
    pieces = cut_pieces(bodies)
    found = [_measured(pieces, *pair) for pair in near_pairs(pieces, REACH_NM)]
    inner, outer, layer = inside_pairs(bodies)
    at = np.asarray([bodies[k].at for k in inner], dtype=np.float64).reshape(-1, 2)
    deep = np.full(len(inner), DEEP_NM)
    found.append(Contacts(inner, outer, layer, deep, np.zeros((len(inner), 2)), at))
    return _nearest(_joined(found))


def segment_distances(a: Floats, b: Floats, c: Floats, d: Floats) -> tuple[Floats, Floats, Floats]:
    """Least distances between segments a-b and c-d, each [n, 2], and where.

    Returns:
        Distance [n] and the places s, t [n] from 0 to 1 along the two; 0 where they cross.
    """
    ab, cd, ac = b - a, d - c, c - a
    denominator = _cross(ab, cd)
    skew = np.where(denominator == 0, 1.0, denominator)
    s, t = _cross(ac, cd) / skew, _cross(ac, ab) / skew
    crossing = (denominator != 0) & (s >= 0) & (s <= 1) & (t >= 0) & (t <= 1)
    zero, one = np.zeros_like(s), np.ones_like(s)
    on_cd = [_foot(p, c, cd) for p in (a, b)]
    on_ab = [_foot(p, a, ab) for p in (c, d)]
    distances = np.stack([on_cd[0][0], on_cd[1][0], on_ab[0][0], on_ab[1][0]])
    which = np.argmin(distances, axis=0)
    pick = np.arange(len(s))
    s_ends = np.stack([zero, one, on_ab[0][1], on_ab[1][1]])[which, pick]
    t_ends = np.stack([on_cd[0][1], on_cd[1][1], zero, one])[which, pick]
    return (
        np.where(crossing, 0.0, distances[which, pick]),
        np.where(crossing, s, s_ends),
        np.where(crossing, t, t_ends),
    )


def _foot(p: Floats, start: Floats, run: Floats) -> tuple[Floats, Floats]:
    """Distance from points to segments, and where along them, 0 to 1."""
    square = np.einsum("ij,ij->i", run, run)
    share = np.einsum("ij,ij->i", p - start, run) / np.where(square == 0, 1.0, square)
    share = np.clip(share, 0.0, 1.0)
    return np.hypot(*(p - start - share[:, None] * run).T), share


def _cross(a: Floats, b: Floats) -> Floats:
    return a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]


def _measured(pieces: Pieces, first: Ints, second: Ints) -> Contacts:
    """The pairs of pieces within reach, as contacts of their bodies."""
    swap = pieces.body[first] > pieces.body[second]
    first, second = np.where(swap, second, first), np.where(swap, first, second)
    a, b, c, d = (pieces.start[first], pieces.end[first], pieces.start[second], pieces.end[second])
    distance, s, t = segment_distances(a, b, c, d)
    gap = distance - pieces.radius[first] - pieces.radius[second]
    one, two = pieces.body[first], pieces.body[second]
    gap = np.where(distance == 0, DEEP_NM, gap)
    near = gap < REACH_NM
    length = pieces.length
    along = np.stack(
        (
            pieces.along[first] + s * length[first],
            pieces.along[second] + t * length[second],
        ),
        axis=1,
    )
    at = (a + s[:, None] * (b - a) + c + t[:, None] * (d - c)) / 2
    return Contacts(
        one[near], two[near], pieces.layer[first][near], gap[near], along[near], at[near]
    )


def _joined(parts: Sequence[Contacts]) -> Contacts:
    """All parts as one, first < second in each."""
    first, second, layer, gap, along, at = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("first", "second", "layer", "gap_nm", "along", "at")
    )
    swap = first > second
    return Contacts(
        np.where(swap, second, first),
        np.where(swap, first, second),
        layer,
        gap,
        np.where(swap[:, None], along[:, ::-1], along),
        at,
    )


def _nearest(contacts: Contacts) -> Contacts:
    """The contact of least gap of each pair of bodies on each layer."""
    c = contacts
    order = np.lexsort((c.at[:, 1], c.at[:, 0], c.gap_nm, c.layer, c.second, c.first))
    key = np.stack((c.first, c.second, c.layer))[:, order]
    fresh = np.ones(key.shape[1], dtype=np.bool_)
    fresh[1:] = (key[:, 1:] != key[:, :-1]).any(axis=0)
    kept = order[fresh]
    return Contacts(
        c.first[kept], c.second[kept], c.layer[kept], c.gap_nm[kept], c.along[kept], c.at[kept]
    )
