"""The rules again, without a grid: every pair of copper shapes, and what touches what.

Written apart from the router: shapes are compared by sampling nothing and trusting nothing but
the records; distances are between line segments by their end points.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

from netgen.board.record import Track, Via
from netgen.board.routing import Copper, Keepout, Routed, RoutingProblem, Shape

SLACK = 1.0  # nm; turned corners are rounded to whole nanometres


@dataclass(frozen=True)
class Item:
    """Copper on the finished board."""

    shape: Shape
    layers: frozenset[str]
    net: str | None
    hole: Shape | None
    label: str
    new: bool
    solder: bool = False
    ends: tuple[tuple[int, int], ...] = ()


def findings(problem: RoutingProblem, routed: Routed) -> list[str]:
    """Every broken rule and every false claim of the outcome, as sentences."""
    items = _items(problem, routed)
    return [
        *_gaps(problem, items),
        *_edges(problem, items),
        *_keepouts(problem, items),
        *_dangling(problem, items, routed),
        *_claims(problem, items, routed),
    ]


def _items(problem: RoutingProblem, routed: Routed) -> list[Item]:
    layers = frozenset(layer.name for layer in problem.layers)
    old = [_old(item) for item in problem.copper]
    tracks = [_track(track) for track in routed.tracks]
    return old + tracks + [_via(via, layers) for via in routed.vias]


def _old(item: Copper) -> Item:
    return Item(item.shape, frozenset(item.layers), item.net, item.hole, item.name or "copper",
                False, item.solder, (item.shape.centre,))  # fmt: skip


def _track(track: Track) -> Item:
    shape = Shape.segment(track.start, track.end, track.width)
    label = f"track {track.net} {track.layer} {track.start}-{track.end}"
    return Item(shape, frozenset([track.layer]), track.net, None, label, True, False,
                (track.start, track.end))  # fmt: skip


def _via(via: Via, layers: frozenset[str]) -> Item:
    return Item(Shape.disc(via.at, via.diameter), layers, via.net, Shape.disc(via.at, via.drill),
                f"via {via.net} {via.at}", True, False, (via.at,))  # fmt: skip


def _gaps(problem: RoutingProblem, items: list[Item]) -> list[str]:
    rules, found = problem.rules, []
    reach = max(rules.space, rules.hole_to_hole, rules.hole_to_copper, rules.via_to_solder)
    for a, b in _near_pairs(items, reach):
        if not a.new and not b.new:
            continue
        foreign = a.net is None or a.net != b.net
        if foreign and a.layers & b.layers:
            found += _short(a, a.shape, b, b.shape, rules.space, "copper")
        for one, other in ((a, b), (b, a)):
            if one.hole is None:
                continue
            if foreign:
                found += _short(
                    one, one.hole, other, other.shape, rules.hole_to_copper, "hole to copper"
                )
            if one.new and other.solder:
                found += _short(
                    one, one.shape, other, other.shape, rules.via_to_solder, "via to solder"
                )
        if a.hole is not None and b.hole is not None:
            found += _short(a, a.hole, b, b.hole, rules.hole_to_hole, "holes")
    return found


def _short(a: Item, one: Shape, b: Item, other: Shape, least: float, rule: str) -> list[str]:
    gap = distance(one, other)
    if gap >= least - SLACK:
        return []
    return [f"{rule}: {a.label} to {b.label} {gap:.0f} nm, {least:.0f} needed"]


def _near_pairs(items: list[Item], reach: int):
    """Pairs whose extents are within reach, by a hash of squares."""
    size = 4_000_000
    squares: dict[tuple[int, int], list[int]] = defaultdict(list)
    for k, item in enumerate(items):
        left, top, right, bottom = item.shape.extent(item.shape.radius + reach)
        for x in range(left // size, right // size + 1):
            for y in range(top // size, bottom // size + 1):
                squares[x, y].append(k)
    pairs = {
        (a, b) for group in squares.values() for k, a in enumerate(group) for b in group[k + 1 :]
    }
    for a, b in sorted(pairs):
        l1, t1, r1, b1 = items[a].shape.extent(items[a].shape.radius + reach)
        l2, t2, r2, b2 = items[b].shape.extent()
        if l1 <= r2 and l2 <= r1 and t1 <= b2 and t2 <= b1:
            yield items[a], items[b]


def _edges(problem: RoutingProblem, items: list[Item]) -> list[str]:
    left, top, right, bottom = problem.board
    inset = problem.rules.edge
    found = []
    for item in items:
        x0, y0, x1, y1 = item.shape.extent()
        gap = min(x0 - left, y0 - top, right - x1, bottom - y1)
        if item.new and gap < inset:
            found.append(f"edge: {item.label} {gap} nm, {inset} needed")
    return found


def _keepouts(problem: RoutingProblem, items: list[Item]) -> list[str]:
    return [
        f"keepout: {item.label} enters {area.shape.centre}"
        for item in items
        for area in problem.keepouts
        if item.new and _forbids(area, item) and distance(area.shape, item.shape) < -SLACK
    ]


def _forbids(area: Keepout, item: Item) -> bool:
    if item.hole is not None:
        return area.vias
    return area.tracks and bool(item.layers & set(area.layers))


def _dangling(problem: RoutingProblem, items: list[Item], routed: Routed) -> list[str]:
    """New track ends that lie in no other copper of their net, vias on a single layer."""
    planes = {net.name: net.plane for net in problem.nets}
    by_net: dict[str | None, list[Item]] = defaultdict(list)
    for item in items:
        by_net[item.net].append(item)
    found = []
    for item in items:
        if not item.new:
            continue
        mates = [
            mate for mate in by_net[item.net] if mate is not item and mate.layers & item.layers
        ]
        for x, y in item.ends:
            met = [mate for mate in mates if _holds(mate.shape, x, y)]
            if not met:
                found.append(f"dangling: {item.label} at {(x, y)}")
            if item.hole is not None:
                layers = frozenset().union(*(mate.layers for mate in met if mate.hole is None))
                layers |= {planes[item.net]} - {None}
                if len(layers) < 2:
                    found.append(f"useless: {item.label}")
    return found


def _holds(shape: Shape, x: int, y: int) -> bool:
    return distance(shape, Shape((((x, y)),), 1)) + 1 <= 0.5


def _claims(problem: RoutingProblem, items: list[Item], routed: Routed) -> list[str]:
    """Whether what is said to be missing is what is missing."""
    planes = {net.name: net.plane for net in problem.nets}
    found = []
    missing = {one.net for one in routed.missing}
    strange = {item.net for item in items if item.new} - set(planes)
    found += [f"claim: copper of net {name} that nobody asked for" for name in sorted(strange)]
    for net in problem.nets:
        pieces = count_pieces([item for item in items if item.net == net.name], net.plane)
        if pieces > 1 and net.name not in missing:
            found.append(f"claim: net {net.name} is said to be whole but has {pieces} pieces")
        if pieces == 1 and net.name in missing:
            found.append(f"claim: net {net.name} is said to be incomplete but is whole")
    if routed.complete != (not routed.missing) or (routed.stopped == "complete") != routed.complete:
        found.append("claim: complete, missing and stopped disagree")
    return found


def count_pieces(items: list[Item], plane: str | None) -> int:
    """Pieces of copper, where ends must lie in other copper and a plane joins what reaches it."""
    parent = list(range(len(items) + 1))

    def root(k: int) -> int:
        while parent[k] != k:
            k = parent[k]
        return k

    for i, a in enumerate(items):
        if plane is not None and plane in a.layers:
            parent[root(i)] = root(len(items))
        for j in range(i):
            b = items[j]
            if a.layers & b.layers and root(i) != root(j) and _touch(a, b):
                parent[root(i)] = root(j)
    roots = {root(i) for i in range(len(items))}
    return len(roots)


def _touch(a: Item, b: Item) -> bool:
    if not a.new and not b.new:
        return distance(a.shape, b.shape) < 0
    return any(_holds(b.shape, *end) for end in a.ends) or any(
        _holds(a.shape, *end) for end in b.ends
    )


def distance(a: Shape, b: Shape) -> float:
    """Between the outlines; negative by the radii where they overlap."""
    return _core_distance(a, b) - a.radius - b.radius


def _core_distance(a: Shape, b: Shape) -> float:
    for one, other in ((a, b), (b, a)):
        if len(other.core) > 2 and _winds(other.core, one.core[0]):
            return 0.0
    return min(_between(p, q, r, s) for p, q in _edges_of(a) for r, s in _edges_of(b))


def _edges_of(shape: Shape):
    core = shape.core
    if len(core) == 1:
        return [(core[0], core[0])]
    return [*pairwise(core), *([(core[-1], core[0])] if len(core) > 2 else [])]


def _winds(core, point) -> bool:
    """Whether the polygon winds around the point, by the sum of angles."""
    total = 0.0
    for a, b in [*pairwise(core), (core[-1], core[0])]:
        ax, ay, bx, by = a[0] - point[0], a[1] - point[1], b[0] - point[0], b[1] - point[1]
        total += math.atan2(ax * by - ay * bx, ax * bx + ay * by)
    return abs(total) > math.pi


def _between(p, q, r, s) -> float:
    """Distance of two segments; exact for integers where they cross."""

    def turn(a, b, c):
        return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

    if turn(p, q, r) * turn(p, q, s) < 0 and turn(r, s, p) * turn(r, s, q) < 0:
        return 0.0
    return min(_from(p, r, s), _from(q, r, s), _from(r, p, q), _from(s, p, q))


def _from(point, a, b) -> float:
    ab = complex(b[0] - a[0], b[1] - a[1])
    ap = complex(point[0] - a[0], point[1] - a[1])
    if not ab:
        return abs(ap)
    turned = ap / ab
    if turned.real < 0:
        return abs(ap)
    if turned.real > 1:
        return abs(ap - ab)
    return abs(turned.imag) * abs(ab)
