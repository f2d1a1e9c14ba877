"""Routing problems made of real circuits: a crude placer that puts every cell's parts in rows."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from designs import load_design
from netgen.board.routing import Copper, Layer, NetRequest, RoutingProblem, Rules, Shape
from netgen.circuit import Circuit, Component
from netgen.elaborate import elaborate
from netgen.layout import positions
from netgen.network import LearningNetwork
from parts.catalogue import load_catalogue

MM = 1_000_000
RULES = Rules(200_000, 200_000, 600_000, 300_000, 500_000, 500_000, 250_000)
LAYERS = (Layer("F.Cu", "horizontal"), Layer("In1.Cu", None), Layer("In2.Cu", None),
          Layer("B.Cu", "vertical"))  # fmt: skip
FOUR = (Layer("F.Cu", "horizontal"), Layer("In1.Cu", "vertical"), Layer("In2.Cu", "horizontal"),
        Layer("B.Cu", "vertical"))  # fmt: skip


class Pad(NamedTuple):
    """Number, middle, size and drill in mm."""

    number: str
    x: float
    y: float
    width: float
    height: float
    drill: float = 0.0
    corner: float = 0.25


def _rows(count: int, pitch: float, apart: float, width: float, height: float) -> list[Pad]:
    """Two rows of pins, numbered counter-clockwise from the upper left."""
    half = count // 2
    left = [Pad(str(k + 1), -apart / 2, (k - (half - 1) / 2) * pitch, width, height) for k in range(half)]
    right = [Pad(str(count - k), apart / 2, (k - (half - 1) / 2) * pitch, width, height) for k in range(half)]
    return left + right


def pads_of(component: Component) -> list[Pad]:
    """Pads much like those of the part's footprint."""
    name, count = component.part.footprint, len(component.part.pins)
    if "SOT-23-5" in name:
        five = _rows(6, 0.95, 2.3, 1.3, 0.6)
        return [pad._replace(number=n) for pad, n in zip([five[0], five[1], five[2], five[5], five[3]], "12345", strict=True)]
    if "SOIC" in name:
        return _rows(count, 1.27, 4.95, 1.95, 0.6)
    if "TSSOP" in name:
        return _rows(count, 0.65, 5.725, 1.475, 0.4)
    if "Array" in name:
        return _rows(count, 0.8, 1.8, 0.9, 0.5)
    if "PinHeader" in name:
        return [Pad(str(k + 1), 0.0, 2.54 * (k - (count - 1) / 2), 1.7, 1.7, 1.0) for k in range(count)]
    if "Terminal" in name:
        return [Pad(str(k + 1), 5.08 * (k - (count - 1) / 2), 0.0, 2.6, 2.6, 1.3) for k in range(count)]
    if "TestPoint" in name:
        return [Pad("1", 0.0, 0.0, 1.5, 1.5)]
    if "Jumper" in name:
        return [Pad("1", -0.65, 0.0, 1.0, 1.5), Pad("2", 0.65, 0.0, 1.0, 1.5)]
    across = 2.2 if "0603" in name or "0805" in name else 6.0
    return [Pad(str(k + 1), across * (k - 0.5) * 0.75, 0.0, 0.36 * across, 0.95) for k in range(count)]


def extent(pads: Sequence[Pad]) -> tuple[float, float]:
    """Width and height of the pads about the origin, with room around, mm."""
    return (2 * max(abs(pad.x) + pad.width / 2 for pad in pads) + 0.9,
            2 * max(abs(pad.y) + pad.height / 2 for pad in pads) + 0.9)  # fmt: skip


def _lay_cell(components: Sequence[Component], width: float) -> tuple[dict[str, tuple[float, float]], float, float]:
    """Parts in rows of a width; returns their places and the cell's width and height."""
    places: dict[str, tuple[float, float]] = {}
    x = y = tallest = widest = 0.0
    for component in sorted(components, key=lambda one: -extent(pads_of(one))[1]):
        across, down = extent(pads_of(component))
        if x + across > width and x > 0:
            x, y, tallest = 0.0, y + tallest, 0.0
        places[component.refdes] = (x + across / 2, y + down / 2)
        x, tallest = x + across, max(tallest, down)
        widest = max(widest, x)
    return places, widest, y + tallest


def _lay_board(
    circuit: Circuit, gap: float, spots: Mapping[str, tuple[float, float]]
) -> tuple[dict[str, tuple[float, float]], float, float]:
    """Cells in rows from the top, in the order of their spots; edges near their nodes."""
    cells = {cell: _lay_cell(parts, 14.0) for cell, parts in circuit.cells.items()}
    area = sum((w + gap) * (h + gap) for _, w, h in cells.values())
    limit = 1.1 * math.sqrt(area)
    order = sorted(cells, key=lambda cell: (spots[cell][1], cell))
    places: dict[str, tuple[float, float]] = {}
    y = widest = 0.0
    while order:
        row, x = [], 0.0
        while order and (not row or x + cells[order[0]][1] <= limit):
            row.append(order.pop(0))
            x += cells[row[-1]][1] + gap
        x = 0.0
        for cell in sorted(row, key=lambda one: (spots[one][0], one)):
            inner, width, _ = cells[cell]
            places |= {name: (px + x, py + y) for name, (px, py) in inner.items()}
            x += width + gap
        widest = max(widest, x - gap)
        y += max(cells[cell][2] for cell in row) + gap
    return places, widest, y - gap


def _spots(circuit: Circuit, network: LearningNetwork) -> dict[str, tuple[float, float]]:
    """Where each cell would like to be: nodes as drawn, the others amid those that they meet."""
    drawn = {f"node/{name}": (x, -y) for name, (x, y) in positions(network).items()}
    cell_of = {component.refdes: component.cell for component in circuit.components}
    nets = [sorted({cell_of[pin.refdes] for pin in net.pins}) for net in circuit.nets if len(net.pins) < 16]
    middle = (sum(x for x, _ in drawn.values()) / len(drawn), sum(y for _, y in drawn.values()) / len(drawn))
    spots = {cell: drawn.get(cell, middle) for cell in circuit.cells}
    for _ in range(30):
        pulls = {cell: [] for cell in circuit.cells}
        for cells in nets:
            for cell in cells:
                pulls[cell] += [spots[other] for other in cells if other != cell]
        for cell, pull in pulls.items():
            if cell not in drawn and pull:
                spots[cell] = (sum(x for x, _ in pull) / len(pull), sum(y for _, y in pull) / len(pull))
    return spots


def board_problem(
    design: object, pitch: int = 200_000, gap: float = 2.0, planes: bool = True,
    layers: tuple[Layer, ...] = LAYERS, rules: Rules = RULES,
) -> RoutingProblem:  # fmt: skip
    """All parts of a design (a name, or a Design), flat on one board."""
    made = elaborate(load_design(design) if isinstance(design, str) else design, load_catalogue())
    spots = _spots(made.circuit, made.network)
    return circuit_problem(made.circuit, spots, pitch, gap, planes, layers, rules)


def circuit_problem(circuit, spots, pitch, gap, planes, layers, rules) -> RoutingProblem:
    """As `board_problem`, with the spots that the cells would like."""
    places, width, height = _lay_board(circuit, gap, spots)
    names = tuple(layer.name for layer in layers)
    copper = []
    for component in circuit.components:
        nets = {pin.number: pin.net for pin in component.pins}
        for pad in pads_of(component):
            x, y = places[component.refdes]
            at = (round((x + pad.x + 2) * MM), round((y + pad.y + 2) * MM))
            size = (round(pad.width * MM), round(pad.height * MM))
            hole = Shape.disc(at, round(pad.drill * MM)) if pad.drill else None
            shape = Shape.oval(at, size) if hole else Shape.rectangle(at, size, 0, round(min(size) * pad.corner))
            copper.append(Copper(shape, names if hole else names[:1], nets.get(pad.number), hole,
                                 hole is None, f"{component.refdes}.{pad.number}"))  # fmt: skip
    flooded = {"GND": "In1.Cu", "+5V": "In2.Cu"} if planes else {}
    wanted = tuple(NetRequest(net.name, 500_000 if net.supply and not planes else None,
                              flooded.get(net.name)) for net in circuit.nets)  # fmt: skip
    edges = (0, 0, round((width + 4) * MM), round((height + 4) * MM))
    return RoutingProblem(edges, layers, rules, pitch, tuple(copper), wanted)
