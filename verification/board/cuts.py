"""What cuts copper: unplated holes and the board's edge; and whether that edge closes.

Copper on a hole's rim or across the outline is in the file and not on the board.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np

from verification.board.bodies import CUTTING, describe, place_text
from verification.board.copper import Copper
from verification.board.inside import crossings
from verification.board.record import Point
from verification.checks.records import Check, Item, judged

NAME = "board_cuts"
CLAIM = (
    "the outline closes, all copper is inside it, and neither the board's edge nor an unplated "
    "hole cuts any"
)
GRID_NM = 1000
"""Ends of outlines that are on one place of this grid meet; KiCad joins them so as well."""


def check_cuts(copper: Copper) -> Check:
    """Edge and holes against all copper. A board without an outline fails."""
    holes = sum(body.kind == "hole" for body in copper.bodies)
    evidence = {"outline_chains": len(copper.board.outline), "unplated_holes": holes}
    faults = [*_open_ends(copper.board.outline), *_cut_items(copper)]
    if not faults:
        faults += _outside_items(copper)
    return judged(NAME, CLAIM, len(copper.board.outline), evidence, faults)


def _open_ends(outline: tuple[tuple[Point, ...], ...]) -> Iterator[Item]:
    """Ends of drawn lines on Edge.Cuts that meet no other end."""
    places: dict[Point, list[Point]] = {}
    for chain in outline:
        for x, y in (chain[0], chain[-1]):
            places.setdefault((round(x / GRID_NM), round(y / GRID_NM)), []).append((x, y))
    for ends in places.values():
        if len(ends) % 2:
            yield Item(
                expected="an outline that closes",
                got=f"a line on Edge.Cuts that ends at {place_text(ends[0])}",
                fix="close the outline on Edge.Cuts",
                weight=1.0,
            )


def _cut_items(copper: Copper) -> Iterator[Item]:
    c = copper.contacts
    seen: Counter[tuple[int, int]] = Counter()
    for row in np.flatnonzero(c.touching).tolist():
        for cutter, body in (
            (int(c.first[row]), int(c.second[row])),
            (int(c.second[row]), int(c.first[row])),
        ):
            if not _cuts(copper, cutter, body) or seen[cutter, body]:
                continue
            seen[cutter, body] += 1
            one, other = (describe(copper.bodies[k], copper.board) for k in (cutter, body))
            x, y = c.at[row].tolist()
            place = place_text((round(x), round(y)))
            yield _item(copper, body, f"{one} cuts {other} at {place}")


def _cuts(copper: Copper, cutter: int, body: int) -> bool:
    """Whether one is a hole or an edge and the other copper, not the hole's own ring."""
    one, other = copper.bodies[cutter], copper.bodies[body]
    ring = one.kind == "hole" and other.kind == "pad" and one.footprint == other.footprint
    return one.kind in CUTTING and other.kind not in CUTTING and not ring


def _outside_items(copper: Copper) -> Iterator[Item]:
    """Copper off the board: a ray from it crosses the outline an even number of times."""
    chains = [np.asarray(chain, dtype=np.float64) for chain in copper.board.outline]
    start = np.concatenate([np.empty((0, 2)), *(chain[:-1] for chain in chains)])
    end = np.concatenate([np.empty((0, 2)), *(chain[1:] for chain in chains)])
    for k, body in enumerate(copper.bodies):
        if body.kind in CUTTING or not len(start):
            continue
        at = np.broadcast_to(np.asarray(body.at, dtype=np.float64), start.shape)
        if not int(crossings(at, start, end).sum()) % 2:
            yield _item(copper, k, f"{describe(body, copper.board)} is outside the outline")


def _item(copper: Copper, body: int, got: str) -> Item:
    pins = copper.pins.get(int(copper.group[body]), ())
    return Item(
        pins[0].refdes if pins else "",
        pins[0].number if pins else "",
        copper.bodies[body].net,
        expected="copper that the mill and the drill leave whole",
        got=got,
        fix="move the copper, the hole or the outline",
        weight=0.9,
    )
