"""The copper of zones: as far from everything as the rules ask, joined to what is its own."""

import math
import random
from itertools import pairwise

import pytest
import shapely
from shapely import Polygon

from netgen.board.fill import empty_zone, fill_zone, geometry
from netgen.board.record import Zone
from netgen.board.routing import Copper, Shape
from netgen.board.rules import fab_rules
from parts.footprint import MM

RULES = fab_rules("jlcpcb")
ALL = ("F.Cu", "In1.Cu", "In2.Cu", "B.Cu")
SQUARE = ((0, 0), (20 * MM, 0), (20 * MM, 20 * MM), (0, 20 * MM))


def zone(plane: bool = True) -> Zone:
    return empty_zone("GND", "In1.Cu", SQUARE, RULES, plane)


def via(x: float, y: float, net: str) -> Copper:
    at = (round(x * MM), round(y * MM))
    return Copper(Shape.disc(at, RULES.via), ALL, net, hole=Shape.disc(at, RULES.drill))


def pin(x: float, y: float, net: str) -> Copper:
    at = (round(x * MM), round(y * MM))
    hole = Shape.disc(at, MM)
    return Copper(Shape.disc(at, MM * 17 // 10), ALL, net, hole=hole, solder=True)


def copper_by_lot(seed: int, count: int) -> list[Copper]:
    lot = random.Random(seed)
    made = (lot.choice((via, pin)) for _ in range(count))
    return [
        one(lot.uniform(1, 19), lot.uniform(1, 19), lot.choice(("GND", "A", "B"))) for one in made
    ]


def pieces(filled: Zone) -> list[Polygon]:
    return [Polygon(piece) for piece in filled.fill]


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("plane", [True, False])
def test_fill_keeps_the_clearance_everywhere(seed: int, plane: bool) -> None:
    copper = copper_by_lot(seed, 25)
    filled = fill_zone(zone(plane), copper, RULES).zone
    assert filled.fill
    # A cut of no width makes a polygon touch itself; its copper is the same without.
    whole = shapely.union_all([piece.buffer(0) for piece in pieces(filled)])
    assert Polygon(SQUARE).buffer(10).contains(whole)
    joined = 0
    for item in copper:
        away = shapely.distance(whole, exact(item.shape))
        foreign = item.net != "GND" or (item.solder and not plane)
        if foreign:
            assert away >= RULES.space
        elif not item.solder and not crowded(item, copper):
            assert away == 0.0
            joined += 1
    assert joined


def crowded(item: Copper, copper: list[Copper]) -> bool:
    """Whether something is so near that copper may be too narrow to reach the item."""
    near = [other for other in copper if other is not item and math.dist(
        other.shape.centre, item.shape.centre) < 2 * MM]  # fmt: skip
    return bool(near)


def exact(shape: Shape) -> shapely.Geometry:
    """A disc, a little too small rather than too large."""
    return shapely.Point(shape.core[0]).buffer(shape.radius, quad_segs=64)


@pytest.mark.parametrize("seed", range(4))
def test_cutting_holes_open_changes_no_copper(seed: int) -> None:
    copper = copper_by_lot(seed, 80)
    filled = fill_zone(zone(), copper, RULES).zone
    foreign = [item for item in copper if item.net != "GND"]
    free = Polygon(SQUARE).difference(shapely.union_all([geometry(item.shape).buffer(RULES.space)
                                                         for item in foreign]))  # fmt: skip
    for piece in pieces(filled):
        signed = shoelace([(int(x), int(y)) for x, y in piece.exterior.coords])
        assert abs(signed) == pytest.approx(piece.buffer(0).area, rel=1e-6)
    assert sum(piece.buffer(0).area for piece in pieces(filled)) == pytest.approx(
        free.area, rel=0.15
    )


def shoelace(points: list[tuple[int, int]]) -> float:
    pairs = pairwise(points)
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs) / 2


def test_a_pin_of_a_plane_is_joined_by_four_spokes_and_a_via_on_all_sides() -> None:
    filled = fill_zone(zone(), [pin(5, 5, "GND"), via(15, 15, "GND")], RULES).zone
    whole = pieces(filled)[0].buffer(0)
    ring = shapely.Point(5 * MM, 5 * MM).buffer(MM * 17 // 20 + filled.thermal_gap // 2).exterior
    assert len(shapely.get_parts(ring.intersection(whole))) in (4, 5)  # 5: one across its start
    assert ring.intersection(whole).length == pytest.approx(4 * filled.spoke, rel=0.02)
    ring = shapely.Point(15 * MM, 15 * MM).buffer(RULES.via // 2 + 50_000).exterior
    assert ring.difference(whole).length == 0.0


def test_copper_that_holds_nothing_of_its_net_goes() -> None:
    """A wall of foreign pins cuts the square in two; a via of its own is on one side only."""
    wall = [pin(10, 0.5 + 0.5 * k, "A") for k in range(40)]
    left = fill_zone(zone(), [*wall, via(3, 3, "GND")], RULES)
    assert len(left.zone.fill) == 1
    assert max(x for x, _ in left.zone.fill[0]) < 10 * MM
    assert left.apart == ()
    both = fill_zone(zone(), [*wall, via(3, 3, "GND"), via(17, 3, "GND")], RULES)
    assert len(both.zone.fill) == 2
    assert len(both.apart) == 1
    assert both.apart[0][0] != pytest.approx(10 * MM, abs=MM)
    assert fill_zone(zone(), wall, RULES).zone.fill == ()


def test_slivers_go() -> None:
    """Between two foreign pins 0.6 mm apart, 0.2 mm of copper would be left: less than 0.25."""
    near = [pin(9, 10, "A"), pin(11.3, 10, "A"), via(3, 3, "GND")]
    filled = fill_zone(zone(), near, RULES).zone
    middle = shapely.Point(round(10.15 * MM), 10 * MM)
    assert not pieces(filled)[0].buffer(0).contains(middle)
    far = [pin(9, 10, "A"), pin(11.6, 10, "A"), via(3, 3, "GND")]
    filled = fill_zone(zone(), far, RULES).zone
    assert pieces(filled)[0].buffer(0).contains(shapely.Point(round(10.3 * MM), 10 * MM))


def test_the_fill_is_the_same_every_time() -> None:
    copper = copper_by_lot(3, 60)
    first, second = (fill_zone(zone(), copper, RULES).zone.fill for _ in range(2))
    assert first == second
