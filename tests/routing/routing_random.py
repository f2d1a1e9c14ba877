"""Small random routing problems: every kind of copper, rules, layers and planes, from a seed."""

from __future__ import annotations

import math
import random

from netgen.board.routing import Copper, Keepout, Layer, NetRequest, RoutingProblem, Rules, Shape

MM = 1_000_000
STACKS = (
    (Layer("F.Cu"),),
    (Layer("F.Cu", "horizontal"), Layer("B.Cu", "vertical")),
    (
        Layer("F.Cu", "horizontal"),
        Layer("In1.Cu", None),
        Layer("In2.Cu", None),
        Layer("B.Cu", "vertical"),
    ),
    (
        Layer("F.Cu", "horizontal"),
        Layer("In1.Cu", None),
        Layer("In2.Cu"),
        Layer("B.Cu", "vertical"),
    ),
    (
        Layer("F.Cu", "horizontal"),
        Layer("In1.Cu", "vertical"),
        Layer("In2.Cu", "horizontal"),
        Layer("B.Cu", "vertical"),
    ),
)


def random_problem(seed: int) -> RoutingProblem:
    """A board of 14 to 26 mm with two to nine parts at random angles, none too near to another."""
    draw = random.Random(seed)
    stack = draw.choice(STACKS)
    rules = _rules(draw)
    width, height = draw.uniform(14, 26), draw.uniform(14, 26)
    copper: list[Copper] = []
    for part in range(draw.randint(2, 9)):
        _place(draw, copper, stack, rules, part, width, height)
    nets = _name_nets(draw, copper)
    copper = _with_old_tracks(draw, copper, stack, rules)
    planes = [layer.name for layer in stack if layer.run is None]
    wanted = []
    for net in nets:
        plane = planes.pop() if planes and draw.random() < 0.3 else None
        wide = draw.choice((None, None, None, 2 * rules.track))
        wanted.append(NetRequest(net, wide, plane))
    edges = (draw.randint(-MM, MM), 0, round(width * MM), round(height * MM))
    return RoutingProblem(
        edges,
        stack,
        rules,
        draw.choice((100_000, 125_000, 200_000, 250_000, 333_333, 400_000)),
        tuple(copper),
        tuple(wanted),
        _keepouts(draw, stack, width, height),
    )


def _rules(draw: random.Random) -> Rules:
    drill = draw.choice((200_000, 300_000))
    return Rules(
        draw.choice((150_000, 200_000, 254_000)),
        draw.choice((127_000, 150_000, 200_000)),
        drill + draw.choice((250_000, 300_000)),
        drill,
        draw.choice((0, 300_000, 500_000)),
        draw.choice((250_000, 500_000)),
        draw.choice((0, 200_000, 250_000)),
        draw.choice((0, 100_000)),
    )


def _place(draw, copper, stack, rules, part, width, height) -> None:
    """Add a part where its copper keeps the rules against what is there; else leave it out."""
    from tests.routing.routing_checker import distance

    pads = _part(draw, stack, part)
    for _ in range(30):
        x, y = round(draw.uniform(3, width - 3) * MM), round(draw.uniform(3, height - 3) * MM)
        angle = draw.choice((0, 90, 180, 45, 30, 12.5))
        moved = [_moved(pad, x, y, angle) for pad in pads]
        least = max(rules.space, rules.hole_to_hole, rules.hole_to_copper) + 100_000
        if all(distance(a.shape, b.shape) > least for a in moved for b in copper):
            copper += moved
            return


def _part(draw, stack, part) -> list[Copper]:
    names = tuple(layer.name for layer in stack)
    kind = draw.choice(("fine", "fine", "chip", "header", "odd", "ring"))
    if kind == "fine":
        return [_pad(f"U{part}.{k}", names[:1], shape, None) for k, shape in enumerate(_fine(draw))]
    if kind == "chip":
        sides = [
            Shape.rectangle((x, 0), (800_000, 900_000), 0, 200_000) for x in (-750_000, 750_000)
        ]
        return [_pad(f"R{part}.{k}", names[:1], shape, None) for k, shape in enumerate(sides)]
    if kind == "header":
        count = draw.randint(1, 4)
        at = [(round((k - count / 2) * 2.54 * MM), 0) for k in range(count)]
        return [
            _pad(
                f"J{part}.{k}",
                names,
                Shape.oval(p, (1_700_000, draw.choice((1_700_000, 2_200_000)))),
                Shape.disc(p, 1_000_000),
            )
            for k, p in enumerate(at)
        ]
    if kind == "odd":
        return [
            _pad(
                f"X{part}.1",
                (draw.choice(names),),
                Shape(
                    ((0, 0), (2 * MM, 300_000), (MM, MM), (1_200_000, 2 * MM)),
                    draw.choice((0, 150_000)),
                ),
                None,
            )
        ]
    return [_pad(f"T{part}.1", names[:1], Shape.disc((0, 0), 1_500_000), None)]


def _fine(draw) -> list[Shape]:
    pitch, wide = draw.choice(((0.5, 0.28), (0.65, 0.4), (0.8, 0.5), (1.27, 0.6), (0.95, 0.6)))
    count, apart = draw.randint(2, 7), draw.uniform(3.0, 6.0)
    return [
        Shape.rectangle(
            (round(side * apart / 2 * MM), round((k - count / 2) * pitch * MM)),
            (round(1.4 * MM), round(wide * MM)),
            0,
            round(wide * MM * draw.choice((0, 0.25, 0.5))),
        )
        for side in (-1, 1)
        for k in range(count)
    ]


def _pad(name: str, layers: tuple[str, ...], shape: Shape, hole: Shape | None) -> Copper:
    return Copper(shape, layers, None, hole, hole is None, name)


def _moved(pad: Copper, x: int, y: int, degrees: float) -> Copper:
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))

    def turn(shape: Shape) -> Shape:
        return Shape(
            tuple(
                (round(x + px * cos + py * sin), round(y - px * sin + py * cos))
                for px, py in shape.core
            ),
            shape.radius,
        )

    return Copper(
        turn(pad.shape),
        pad.layers,
        None,
        turn(pad.hole) if pad.hole else None,
        pad.solder,
        pad.name,
    )


def _name_nets(draw: random.Random, copper: list[Copper]) -> list[str]:
    """Give most pads a net of two to six pads; some have none."""
    order = list(range(len(copper)))
    draw.shuffle(order)
    nets: list[str] = []
    while len(order) > 1:
        count = min(len(order), draw.choice((2, 2, 2, 3, 3, 4, 6)))
        name = f"N{len(nets)}" if draw.random() < 0.9 else None
        for k in (order.pop() for _ in range(count)):
            pad = copper[k]
            copper[k] = Copper(pad.shape, pad.layers, name, pad.hole, pad.solder, pad.name)
        if name is not None:
            nets.append(name)
    return nets


def _with_old_tracks(draw, copper, stack, rules) -> list[Copper]:
    """Add a track or a via of a routed tile at some pads, where it keeps the rules."""
    from tests.routing.routing_checker import distance

    names = tuple(layer.name for layer in stack)
    added = []
    for pad in copper:
        if pad.net is None or draw.random() > 0.15:
            continue
        x, y = pad.shape.centre
        end = (x + draw.randint(-3 * MM, 3 * MM), y + draw.randint(-3 * MM, 3 * MM))
        new = [Copper(Shape.segment((x, y), end, rules.track), pad.layers[:1], pad.net)]
        if draw.random() < 0.5:
            new.append(
                Copper(
                    Shape.disc(end, rules.via_diameter),
                    names,
                    pad.net,
                    Shape.disc(end, rules.via_drill),
                )
            )
        least = max(rules.space, rules.hole_to_copper, rules.hole_to_hole)
        if all(
            other is pad or distance(one.shape, other.shape) > least
            for one in new
            for other in copper + added
        ):
            added += new
    return copper + added


def _keepouts(draw, stack, width, height) -> tuple[Keepout, ...]:
    names = tuple(layer.name for layer in stack)
    return tuple(
        Keepout(
            Shape.rectangle(
                (round(draw.uniform(0, width) * MM), round(draw.uniform(0, height) * MM)),
                (2 * MM, 3 * MM),
                draw.choice((0, 20)),
                0,
            ),
            names[: draw.randint(1, len(names))],
            draw.random() < 0.6,
            draw.random() < 0.8,
        )
        for _ in range(draw.randint(0, 2))
    )
