"""Loose copper: track ends and vias that lead nowhere, copper without a pin, contacts too thin.

None of it changes what is joined; all of it is what damage leaves behind.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from verification.board.bodies import describe, place_text
from verification.board.contacts import REACH_NM, TOUCH_NM, segment_distances
from verification.board.copper import Copper, join
from verification.board.inside import crossings
from verification.board.pieces import Ints, cut_pieces, ranges
from verification.checks.records import Item, Measure

THIN_NM = 20_000.0
"""Etching takes or leaves this much of an edge: a contact that overlaps less may open."""


@dataclass(frozen=True, slots=True)
class LooseEnd:
    """An end of a track that touches nothing but the track itself."""

    body: int
    at: tuple[int, int]


def loose_ends(copper: Copper) -> tuple[LooseEnd, ...]:
    """Ends of tracks that no other copper touches. A track that touches a fill has none."""
    track = np.asarray([body.kind == "track" for body in copper.bodies], dtype=np.bool_)
    fill = np.asarray([body.kind == "fill" for body in copper.bodies], dtype=np.bool_)
    c = copper.contacts
    rows = _joining_rows(copper)
    pairs = np.concatenate(
        [np.stack((c.first[rows], c.second[rows])), np.stack((c.second[rows], c.first[rows]))],
        axis=1,
    )
    one, other = np.unique(pairs[:, track[pairs[0]]], axis=1) if pairs.size else pairs
    held: set[tuple[int, int]] = set()
    for side in (0, 1):
        near = fill[other] | _end_touches(copper, one, other, side)
        held.update((body, side) for body in one[near].tolist())
    return tuple(
        LooseEnd(k, copper.bodies[k].area.points[-side])
        for k in np.flatnonzero(track).tolist()
        for side in (0, 1)
        if (k, side) not in held
    )


def ends_by_group(copper: Copper, ends: tuple[LooseEnd, ...]) -> dict[int, tuple[str, ...]]:
    """Conductor -> places of its loose ends, in mm."""
    found: dict[int, list[str]] = defaultdict(list)
    for end in ends:
        found[int(copper.group[end.body])].append(place_text(end.at))
    return {group: tuple(places) for group, places in found.items()}


def loose_items(copper: Copper, ends: tuple[LooseEnd, ...]) -> Iterator[Item]:
    """Remarks on loose ends, vias on one layer, and copper that no pin is on."""
    for end in ends:
        yield _remark(
            copper, end.body, "a track that ends on copper", f"free at {place_text(end.at)}"
        )
    for body in _idle_vias(copper):
        yield _remark(copper, body, "a via that joins two layers", "copper on fewer")
    for group, members in copper.members.items():
        if group not in copper.pins and not copper.inert.intersection(members):
            others = len(members) - 1
            text = "no pin on it" + (f", nor on {others} more joined to it" if others else "")
            yield _remark(copper, members[0], "copper that belongs to a pin", text)


def thin_items(copper: Copper) -> Iterator[Item]:
    """Conductors that hang together by a thread, and neighbours that hardly keep apart."""
    c = copper.contacts
    firm = join(len(copper.bodies), c, copper.inert, -THIN_NM)
    for row in np.flatnonzero(c.touching & (c.gap_nm > -THIN_NM)).tolist():
        a, b = int(c.first[row]), int(c.second[row])
        if firm[a] != firm[b] and not copper.inert.intersection((a, b)):
            yield _remark(
                copper, a,
                f"an overlap of at least {THIN_NM / 1e3:g} um",
                f"{-c.gap_nm[row] / 1e3:.2g} um with {describe(copper.bodies[b], copper.board)}",
            )  # fmt: skip
    for row in np.flatnonzero(~c.touching).tolist():
        a, b = int(c.first[row]), int(c.second[row])
        if copper.group[a] != copper.group[b] and not copper.inert.intersection((a, b)):
            yield _remark(
                copper, a,
                f"a gap of at least {REACH_NM / 1e3:g} um between conductors",
                f"{c.gap_nm[row] / 1e3:.2g} um to {describe(copper.bodies[b], copper.board)}",
            )  # fmt: skip


def unfilled_items(copper: Copper) -> Iterator[Item]:
    """Zones that have an outline and no copper."""
    for zone in copper.board.zones:
        for layer in zone.unfilled:
            yield Item(
                net=zone.net,
                expected="a filled zone",
                got=f"a zone on {layer} without a fill, line {zone.line} of the file",
                fix="fill all zones in KiCad (key B) and save the board",
                weight=1.0,
            )


def copper_measures(copper: Copper) -> dict[str, Measure]:
    """Counts for a report."""
    counts = {
        kind: sum(body.kind == kind for body in copper.bodies)
        for kind in ("pad", "track", "via", "fill")
    }
    return {
        "layers": len(copper.board.layers),
        **{f"{kind}s": count for kind, count in counts.items()},
        "conductors": len(copper.members) - len(copper.inert),
    }


def _remark(copper: Copper, body: int, expected: str, got: str) -> Item:
    item = copper.bodies[body]
    pins = copper.pins.get(int(copper.group[body]), ())
    return Item(
        pins[0].refdes if pins else "",
        pins[0].number if pins else "",
        item.net,
        expected=expected,
        got=f"{describe(item, copper.board)}: {got}",
        fix="look at this place of the board",
        weight=0.3,
    )


def _joining_rows(copper: Copper) -> Ints:
    """Contacts that join two conductors' copper."""
    c = copper.contacts
    inert = np.asarray(sorted(copper.inert), dtype=np.int64)
    kept = c.touching & ~np.isin(c.first, inert) & ~np.isin(c.second, inert)
    return np.flatnonzero(kept)


def _idle_vias(copper: Copper) -> Iterator[int]:
    c = copper.contacts
    layers: dict[int, set[int]] = defaultdict(set)
    for row in _joining_rows(copper).tolist():
        for body in (int(c.first[row]), int(c.second[row])):
            layers[body].add(int(c.layer[row]))
    for k, body in enumerate(copper.bodies):
        if body.kind == "via" and len(layers[k]) < 2:
            yield k


def _end_touches(copper: Copper, one: Ints, other: Ints, side: int) -> NDArray[np.bool_]:
    """Whether that end of each track `one` touches the body `other`; False for all fills."""
    bodies = copper.bodies
    ends = np.asarray([body.area.points[-side] for body in bodies], dtype=np.float64)[one]
    layer = np.asarray([body.layers[0] for body in bodies])[one]
    pens = np.asarray([body.area.pen for body in bodies], dtype=np.float64)
    filled = np.asarray([body.area.filled for body in bodies], dtype=np.bool_)
    fill = np.asarray([body.kind == "fill" for body in bodies], dtype=np.bool_)
    pieces = cut_pieces(bodies)
    opens, shuts = (
        np.searchsorted(pieces.body, np.arange(len(bodies)), side=edge)[other]
        for edge in ("left", "right")
    )
    counts = np.where(fill[other], 0, shuts - opens)
    pair = np.repeat(np.arange(len(one)), counts)
    piece = np.repeat(opens, counts) + ranges(counts)
    here = pieces.layer[piece] == layer[pair]
    pair, piece = pair[here], piece[here]
    start, end, at = pieces.start[piece], pieces.end[piece], ends[pair]
    distance, _, _ = segment_distances(at, at, start, end)
    near = distance - (pens[one[pair]] + pens[other[pair]]) / 2 < TOUCH_NM
    touched = np.bincount(pair[near], minlength=len(one)) > 0
    hits = np.bincount(pair[crossings(at, start, end)], minlength=len(one))
    return touched | (filled[other] & (hits % 2 == 1))
