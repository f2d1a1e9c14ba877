"""A cell as its tile's program sees it: parts by slot, each with its footprint."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from netgen.board.lettering import text_depth, text_width
from netgen.board.record import FabRules
from netgen.board.tiles.box import Box, Label, Spot, around, column, row
from netgen.circuit import Component, PinFunction
from netgen.errors import BuildError
from parts.footprint import MM, Footprint, Point, Rect, turned

Side = Literal["top", "bottom", "left", "right"]
_NEAR = MM * 6 // 10
"""A capacitor may stand so much farther from its pin than the nearest place."""
_OFF = MM * 3 // 10
"""Between the name of a cell and other texts."""
SIDES: tuple[Side, ...] = ("top", "bottom", "left", "right")


@dataclass(frozen=True)
class Cell:
    """The parts of one cell.

    Attributes:
        path: of the cell, ``edge/4-7``.
        components: of the cell.
        footprints: of the parts' records, by name.
        rules: the fab's.
        names: of all cells that share this one's tile, as the silkscreen has them.
    """

    path: str
    components: tuple[Component, ...]
    footprints: Mapping[str, Footprint]
    rules: FabRules
    names: tuple[str, ...]

    @cached_property
    def by_slot(self) -> Mapping[str, Component]:
        """Components by slot."""
        return {component.slot: component for component in self.components}

    @cached_property
    def through_hole(self) -> bool:
        """Whether the board is soldered by hand, with leads through it."""
        kinds = ("digipot", "comparator", "amplifier", "logic", "flipflop", "resistor", "tvs")
        return any(item.part.through_hole for item in self.components if item.part.kind in kinds)

    def has(self, slot: str) -> bool:
        """Whether this variant of the cell has the part."""
        return slot in self.by_slot

    def footprint(self, slot: str) -> Footprint:
        """The footprint of the part in a slot."""
        return self.footprints[self.by_slot[slot].part.footprint]

    def part(self, slot: str, angle: int = 0) -> Box | None:
        """One part, turned; None where this variant of the cell does not have it."""
        if slot not in self.by_slot:
            return None
        court = self.footprint(slot).courtyard.turned(angle)
        spot = Spot(slot, (-court.left, -court.top), angle)
        return Box(court.width, court.height, (spot,))

    def chip(self, slot: str, angle: int = 0, sides: Sequence[Side] = SIDES) -> Box | None:
        """A chip with its decoupling capacitors, each beside its supply pin.

        Args:
            slot: of the chip; the capacitors' slots are `c_` and the same.
            angle: of the chip.
            sides: where a capacitor may stand; the place nearest to the pin is taken.
        """
        if slot not in self.by_slot:
            return None
        shape = self.footprint(slot)
        court = shape.courtyard.turned(angle)
        placed = [(court, Spot(slot, (0, 0), angle))]
        pins = self.by_slot[slot].part.pins_with_role("power")
        for count, pin in enumerate(pins, start=1):
            name = f"c_{slot}" if count == 1 else f"c_{slot}_{count}"
            at = turned(shape.pad(pin.number).at, angle)
            placed.append(self._beside([rect for rect, _ in placed], at, name, sides))
        return around(placed)

    def _beside(
        self, taken: Sequence[Rect], pin: Point, name: str, sides: Sequence[Side]
    ) -> tuple[Rect, Spot]:
        """The capacitor `name` against the chip, its first pad near the pin.

        Of the places that are nearly as near as the nearest, the one that takes the least room.
        """
        shape = self.footprint(name)
        chip = taken[0]
        found: list[tuple[float, int, tuple[Rect, Spot]]] = []
        for side in sides:
            for angle in (0, 90, 180, 270):
                rect = shape.courtyard.turned(angle)
                pad = turned(shape.pad("1").at, angle)
                at = _against(chip, rect, pad, pin, side)
                moved = rect.moved(at)
                if any(moved.overlaps(other) for other in taken):
                    continue
                distance = math.dist((pad[0] + at[0], pad[1] + at[1]), pin)
                found.append((distance, _area((*taken, moved)), (moved, Spot(name, at, angle))))
        if not found:
            raise BuildError(f"{self.path}: no room for {name} beside its chip")
        near = min(distance for distance, _, _ in found) + _NEAR
        return min((item for item in found if item[0] <= near), key=lambda item: item[1])[2]

    def header(self, slot: str, angle: int = 0, points: Sequence[str] = ()) -> Box | None:
        """A connector whose pins run from top to bottom, what each is for on its right.

        Args:
            slot: of the connector.
            angle: that makes its pins run from top to bottom, away from the left.
            points: slots of test points, each to stand abreast of the pin of its net.
        """
        box = self.part(slot, angle)
        if box is None:
            return None
        component, shape, origin = self.by_slot[slot], self.footprint(slot), box.spots[0].at
        rows = {
            pin.net or "": origin[1] + turned(shape.pad(pin.number).at, angle)[1]
            for pin in reversed(component.pins)
        }
        labels: list[Label] = []
        edge = box.width
        for item in component.functions:
            made = self.label(self._said(component, item))
            y = origin[1] + turned(shape.pad(item.number).at, angle)[1]
            labels.append(made.labels[0].moved((box.width, y - made.labels[0].at[1])))
            edge = max(edge, box.width + made.width)
        spots = list(box.spots)
        for point in points:
            court = self.footprint(point).courtyard
            net = self.by_slot[point].pins[0].net or ""
            spots.append(Spot(point, (edge - court.left, rows[net]), 0))
        width = edge + max((self.footprint(point).courtyard.width for point in points), default=0)
        return Box(width, box.height, tuple(spots), tuple(labels))

    def probe(self, slot: str) -> Box | None:
        """A test point with the name of what it shows."""
        if slot not in self.by_slot:
            return None
        component = self.by_slot[slot]
        label = self.label(self._said(component, component.functions[0]))
        return row(self.part(slot), label, gap=0, align="middle")

    def _said(self, component: Component, item: PinFunction) -> str:
        """What stands beside a pin: its function without the name of the cell; a rail's volts."""
        if item.direction == "supply":
            net = next(pin.net for pin in component.pins if pin.number == item.number)
            return (net or "").removesuffix("_IN")
        name = self.path.rpartition("/")[2]
        said = item.function.removeprefix(f"{name}.")
        return "{name}" if said == name else said

    def titled(self, box: Box | None) -> Box:
        """A box with the name of the cell in a free corner, or above it where there is none.

        A header that is labelled with the name says it already.
        """
        if box is None:
            raise BuildError(f"{self.path}: the cell has no part")
        if any(label.text == "{name}" for label in box.labels):
            return box
        for angle in (0, 90):
            title = self.label("{name}", angle)
            corner = self._free(box, title)
            if corner is not None:
                return replace(box, labels=(*box.labels, title.labels[0].moved(corner)))
        above = column(self.label("{name}"), box, gap=0)
        return box if above is None else above

    def _free(self, box: Box, title: Box) -> Point | None:
        """Where a label can stand inside a box, the highest place first."""
        taken = [
            self.footprint(spot.slot).courtyard.turned(spot.rotation).moved(spot.at)
            for spot in box.spots
        ]
        taken += [self._extent(label).grown(_OFF) for label in box.labels]
        for y in range(0, box.height - title.height + 1, MM // 4):
            for x in range(0, box.width - title.width + 1, MM // 4):
                spot = Rect(x, y, x + title.width, y + title.height)
                if not any(spot.overlaps(other) for other in taken):
                    return x, y
        return None

    def _extent(self, label: Label) -> Rect:
        made = self.label(label.text, label.rotation)
        x, y = label.at[0] - made.width // 2, label.at[1] - made.height // 2
        return Rect(x, y, x + made.width, y + made.height)

    def label(self, text: str, angle: int = 0) -> Box:
        """A text of the lowest height that the fab prints, with room for every cell's name.

        Args:
            text: `{name}` in it becomes the name of the cell.
            angle: 0 or 90.
        """
        height = self.rules.silk_height
        named = self.names if "{name}" in text else ("",)
        shown = [text.replace("{name}", name) for name in named]
        length = max(text_width(one, height) for one in shown)
        tall = max(text_depth(one, height) for one in shown)
        width, depth = (tall, length) if angle else (length, tall)
        return Box(width, depth, labels=(Label(text, (width // 2, depth // 2), height, angle),))


def _area(rects: Sequence[Rect]) -> int:
    """Of the smallest rectangle around them all."""
    width = max(rect.right for rect in rects) - min(rect.left for rect in rects)
    return width * (max(rect.bottom for rect in rects) - min(rect.top for rect in rects))


def _against(chip: Rect, rect: Rect, pad: Point, pin: Point, side: Side) -> Point:
    """Where the origin goes so that a part touches this side of the chip, its pad abreast of a pin.

    The part does not stick out past the chip's corners, where it is no longer than the side.
    """
    if side in ("top", "bottom"):
        x = _clamped(pin[0] - pad[0], chip.left - rect.left, chip.right - rect.right)
        return x, chip.top - rect.bottom if side == "top" else chip.bottom - rect.top
    y = _clamped(pin[1] - pad[1], chip.top - rect.top, chip.bottom - rect.bottom)
    return (chip.left - rect.right if side == "left" else chip.right - rect.left), y


def _clamped(value: int, low: int, high: int) -> int:
    return (low + high) // 2 if high < low else min(max(value, low), high)
