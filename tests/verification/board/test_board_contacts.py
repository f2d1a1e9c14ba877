"""Which copper touches: shape against shape, and the cells against comparing all with all."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from verification.board.bodies import Body
from verification.board.contacts import find_contacts, segment_distances
from verification.board.probing import Probe
from verification.board.record import Area, Point

MM = 1_000_000
SQUARE = Area(((0, 0), (2 * MM, 0), (2 * MM, 2 * MM), (0, 2 * MM)), 0, True)


def disk(x: float, y: float, diameter: float) -> Area:
    return Area(((round(x * MM), round(y * MM)),), round(diameter * MM))


def line(x: float, y: float, u: float, v: float, width: float) -> Area:
    ends = (round(x * MM), round(y * MM)), (round(u * MM), round(v * MM))
    return Area(ends, round(width * MM))


def gap_nm(one: Area, two: Area) -> float | None:
    """The gap of two bodies on one layer; None where they are not within reach."""
    found = find_contacts([Body("drawing", (0,), one, ""), Body("drawing", (0,), two, "")])
    return float(found.gap_nm[0]) if len(found.gap_nm) else None


def touch(one: Area, two: Area) -> bool:
    gap = gap_nm(one, two)
    assert gap == gap_nm(two, one)
    return gap is not None and gap < 1.0


# What touches by a micrometre, and the same moved away by two.
EDGES = {
    "disk beside disk": (disk(0, 0, 1), disk(0.999, 0, 1), disk(1.001, 0, 1)),
    "disk beside line": (line(0, 0, 5, 0, 0.2), disk(2, 0.599, 1), disk(2, 0.601, 1)),
    "disk past the end of a line": (
        line(0, 0, 5, 0, 0.2), disk(5.599, 0, 1), disk(5.601, 0, 1)
    ),
    "line beside line": (
        line(0, 0, 5, 0, 0.2), line(1, 0.199, 9, 0.199, 0.2), line(1, 0.201, 9, 0.201, 0.2)
    ),
    "end of a line beside a line": (
        line(0, 0, 5, 0, 0.2), line(3, 0.199, 4, 3, 0.2), line(3, 0.201, 4, 3, 0.2)
    ),
    "disk beside a rectangle": (SQUARE, disk(2.499, 1, 1), disk(2.501, 1, 1)),
    "disk at a corner": (
        SQUARE,
        disk(2 + 0.499 * math.sqrt(0.5), 2 + 0.499 * math.sqrt(0.5), 1),
        disk(2 + 0.501 * math.sqrt(0.5), 2 + 0.501 * math.sqrt(0.5), 1),
    ),
    "rectangle beside rectangle": (
        SQUARE,
        replace(SQUARE, points=tuple((x + 1_999_000, y) for x, y in SQUARE.points)),
        replace(SQUARE, points=tuple((x + 2_001_000, y) for x, y in SQUARE.points)),
    ),
    "rounded rectangle at its corner": (
        Area(((0, 0), (MM, 0), (MM, MM), (0, MM)), MM, True),
        disk(1 + 0.999 * math.sqrt(0.5), 1 + 0.999 * math.sqrt(0.5), 1),
        disk(1 + 1.001 * math.sqrt(0.5), 1 + 1.001 * math.sqrt(0.5), 1),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", EDGES)
def test_a_micrometre_decides(case: str) -> None:
    """Each pair of shapes touches, and does not when one is two micrometres farther off."""
    one, near, far = EDGES[case]
    assert touch(one, near)
    assert not touch(one, far)


INSIDE = {
    "disk in a rectangle": (SQUARE, disk(1, 1, 0.1), True),
    "line in a rectangle": (SQUARE, line(0.5, 0.5, 1.5, 1.5, 0.1), True),
    "rectangle in a rectangle": (
        SQUARE, Area(((MM, MM), (MM + 9, MM), (MM + 9, MM + 9)), 0, True), True
    ),
    "line through a rectangle": (SQUARE, line(-1, 1, 3, 1, 0.1), True),
    "disk in a ring": (Area(tuple(SQUARE.points), 200_000), disk(1, 1, 0.1), False),
    "disk in a hole that a slit joins to the outline": (
        Area(
            ((0, 0), (2 * MM, 0), (2 * MM, 2 * MM), (0, 2 * MM), (0, MM), (600_000, MM),
             (600_000, 1_400_000), (1_400_000, 1_400_000), (1_400_000, 600_000),
             (600_000, 600_000), (600_000, MM), (0, MM)), 0, True
        ),
        disk(1, 1, 0.1),
        False,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", INSIDE)
def test_inside_is_touching_where_the_inside_is_copper(case: str) -> None:
    """Nothing of the outline is near; a filled inside counts, a ring's or a hole's does not."""
    outer, inner, expected = INSIDE[case]
    assert touch(outer, inner) is expected


def test_layers_keep_apart() -> None:
    """Copper above copper does not touch."""
    bodies = [Body("drawing", (0,), SQUARE, ""), Body("drawing", (1,), SQUARE, "")]
    assert len(find_contacts(bodies).gap_nm) == 0


def test_a_body_on_two_layers_touches_on_both() -> None:
    """Once a layer, each contact says which."""
    via = Body("via", (0, 1), disk(1, 1, 0.5), "")
    found = find_contacts([Body("fill", (0,), SQUARE, ""), via, Body("fill", (1,), SQUARE, "")])
    assert list(zip(found.first, found.second, found.layer, strict=True)) == [(0, 1, 0), (1, 2, 1)]


def random_area(rng: random.Random) -> Area:
    x, y = rng.randrange(14 * MM), rng.randrange(14 * MM)

    def near(reach: int) -> Point:
        return x + rng.randrange(-reach, reach), y + rng.randrange(-reach, reach)

    kind = rng.randrange(4)
    if kind == 0:
        return Area(((x, y),), rng.randrange(100_000, 2 * MM))
    if kind == 1:
        return Area(((x, y), near(8 * MM)), rng.randrange(100_000, MM))
    if kind == 2:
        turns = sorted(rng.uniform(0, 2 * math.pi) for _ in range(rng.choice((3, 4, 40))))
        radius = rng.randrange(200_000, 4 * MM)
        points = tuple(
            (round(x + radius * math.cos(a)), round(y + radius * math.sin(a))) for a in turns
        )
        return Area(points, rng.choice((0, 200_000)), True)
    return Area(((x, y), near(2 * MM), near(2 * MM)), rng.randrange(100_000, 400_000))


@pytest.mark.parametrize("seed", range(3))
def test_cells_find_what_comparing_all_with_all_finds(seed: int) -> None:
    """Boards of fifty random shapes on two layers."""
    rng = random.Random(seed)
    bodies = [Body("drawing", (rng.randrange(2),), random_area(rng), "") for _ in range(45)]
    bodies += [Body("via", (0, 1), random_area(rng), "") for _ in range(5)]
    found = find_contacts(bodies)
    rows = (found.first, found.second, found.layer, found.gap_nm)
    columns = (row.tolist() for row in rows)
    seen = {(a, b, layer): gap for a, b, layer, gap in zip(*columns, strict=True)}
    for a, b in combinations(range(len(bodies)), 2):
        for layer in set(bodies[a].layers) & set(bodies[b].layers):
            alone = find_contacts([replace(bodies[k], layers=(layer,)) for k in (a, b)])
            expected = alone.gap_nm.tolist()[:1]
            assert expected == ([seen[a, b, layer]] if (a, b, layer) in seen else [])
    assert len(seen) > 20


@pytest.mark.parametrize("seed", range(10))
def test_a_probe_finds_what_a_board_with_it_would_have(seed: int) -> None:
    """Five bodies laid down on a board that is there already."""
    rng = random.Random(seed)
    board = [Body("drawing", (rng.randrange(2),), random_area(rng), "") for _ in range(60)]
    board += [Body("via", (0, 1), random_area(rng), "") for _ in range(8)]
    laid = [Body("pad", (0,), random_area(rng), "") for _ in range(4)]
    laid.append(Body("pad", (0, 1), random_area(rng), ""))
    found = find_contacts([*board, *laid])
    pairs = zip(found.first.tolist(), found.second.tolist(), found.touching, strict=True)
    size = len(board)
    expected = {(b - size, a) for a, b, touching in pairs if touching and a < size <= b}
    assert Probe(board).touched(laid) == expected
    assert expected


@pytest.mark.parametrize("seed", range(3))
def test_distances_of_segments_against_dense_samples(seed: int) -> None:
    """The least distance of three hundred places along each is never less, and hardly more."""
    rng = np.random.default_rng(seed)
    a, b, c, d = (rng.uniform(-1, 1, (50, 2)) for _ in range(4))
    distance, s, t = segment_distances(a, b, c, d)
    share = np.linspace(0, 1, 301)[:, None]
    for k in range(50):
        one, two = a[k] + share * (b[k] - a[k]), c[k] + share * (d[k] - c[k])
        least = np.hypot(*(one[:, None] - two[None]).transpose(2, 0, 1)).min()
        assert least - 1e-2 <= distance[k] <= least + 1e-12
        places = a[k] + s[k] * (b[k] - a[k]), c[k] + t[k] * (d[k] - c[k])
        assert math.dist(*places) == pytest.approx(distance[k], abs=1e-12)


@pytest.mark.parametrize("far", [0, 500, -500])
def test_place_on_the_board_does_not_count(far: int) -> None:
    """Half a metre off, a nanometre still decides."""
    x, y = far * MM, -far * MM
    one = Area(((x, y), (x + 5 * MM, y)), 200_000)
    for gap in (0, 1, 2):
        other = Area(((x, y + 200_000 + gap), (x + 5 * MM, y + 200_000 + gap)), 200_000)
        found = find_contacts([Body("track", (0,), area, "") for area in (one, other)])
        assert found.gap_nm.tolist() == [float(gap)]
        assert found.touching.tolist() == [gap == 0]
