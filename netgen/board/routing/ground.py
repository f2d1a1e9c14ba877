"""Ground: the maps of what is there before routing, made of the problem."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netgen.board.record import Layer
from netgen.board.routing.blocking import BLOCKED, FREE, block_tracks, block_vias
from netgen.board.routing.distance import pack
from netgen.board.routing.halo import widest
from netgen.board.routing.lattice import Lattice, make_lattice
from netgen.board.routing.problem import Copper, RoutingProblem, Rules
from netgen.board.routing.shape import Shape


class Obstacle(NamedTuple):
    """A shape that keeps the middle of tracks or vias away.

    Attributes:
        shape: whose core counts.
        net: number of the net that may come nearer, or BLOCKED.
        layers: a bit for each track layer.
        reach: from the core, nm.
    """

    shape: Shape
    net: int
    layers: int
    reach: float


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What tracks and vias may use; C classes of width, S states, N nodes.

    Attributes:
        lattice: the nodes.
        widths: of the classes, nm, ascending.
        layers: names of the track layers.
        owner: [C, S] net that may use a state; see `blocking`.
        barred: [C, S] steps that no net may use, a bit for each direction.
        via_owner: [N] likewise.
        marks: [S + 1] scratch of `access`: the number of the last search that came by, and last
            that of the current one.
    """

    lattice: Lattice
    widths: tuple[int, ...]
    layers: tuple[Layer, ...]
    owner: NDArray[np.int32]
    barred: NDArray[np.uint8]
    via_owner: NDArray[np.int32]
    marks: NDArray[np.int32]


def make_ground(problem: RoutingProblem, numbers: dict[str, int]) -> Ground:
    """The maps of a problem.

    Args:
        problem: the board.
        numbers: of the nets that are routed.
    """
    rules = problem.rules
    widths = tuple(sorted({net.width or rules.track for net in problem.nets} or {rules.track}))
    lattice = make_lattice(problem, widest(rules, widths))
    layers: tuple[Layer, ...] = tuple(layer.name for layer in problem.track_layers)
    states = len(layers) * lattice.nodes
    ground = Ground(
        lattice, widths, layers,
        np.full((len(widths), states), FREE, np.int32),
        np.zeros((len(widths), states), np.uint8),
        np.full(lattice.nodes, FREE, np.int32),
        np.zeros(states + 1, np.int32),
    )  # fmt: skip
    _block_edges(ground, problem)
    lay(ground, problem, numbers, problem.copper)
    for k, width in enumerate(widths):
        _block_tracks(ground, k, _kept_tracks(ground, problem, width))
    _block_vias(ground, _kept_vias(problem))
    return ground


def lay(
    ground: Ground, problem: RoutingProblem, numbers: dict[str, int], copper: Sequence[Copper]
) -> None:
    """Enter copper into the maps."""
    rules = problem.rules
    bits = {name: 1 << k for k, name in enumerate(ground.layers)}
    nets = [BLOCKED if item.net is None else numbers.get(item.net, BLOCKED) for item in copper]
    layers = [sum(bits.get(name, 0) for name in item.layers) for item in copper]
    everywhere = (1 << len(ground.layers)) - 1
    for k, width in enumerate(ground.widths):
        found = [
            Obstacle(item.shape, net, on, item.shape.radius + rules.space + width / 2)
            for item, net, on in zip(copper, nets, layers, strict=True)
        ] + [
            Obstacle(
                item.hole, net, everywhere, item.hole.radius + rules.hole_to_copper + width / 2
            )
            for item, net in zip(copper, nets, strict=True)
            if item.hole is not None
        ]
        _block_tracks(ground, k, found)
    _block_vias(ground, _met_by_vias(rules, copper, nets))


def _met_by_vias(rules: Rules, copper: Sequence[Copper], nets: Sequence[int]) -> list[Obstacle]:
    ring = rules.via_diameter / 2
    to_copper = max(rules.space + ring, rules.hole_to_copper + rules.via_drill / 2)
    found: list[Obstacle] = []
    for item, net in zip(copper, nets, strict=True):
        found.append(Obstacle(item.shape, net, 0, item.shape.radius + to_copper))
        if item.solder:
            reach = item.shape.radius + rules.via_to_solder + ring
            found.append(Obstacle(item.shape, BLOCKED, 0, reach))
        if item.hole is not None:
            wall = item.hole.radius
            near = wall + rules.hole_to_hole + rules.via_drill / 2
            found.append(Obstacle(item.hole, BLOCKED, 0, near))
            found.append(Obstacle(item.hole, net, 0, wall + rules.hole_to_copper + ring))
    return found


def _kept_tracks(ground: Ground, problem: RoutingProblem, width: int) -> list[Obstacle]:
    bits = {name: 1 << k for k, name in enumerate(ground.layers)}
    return [
        Obstacle(item.shape, BLOCKED, sum(bits.get(name, 0) for name in item.layers),
                 item.shape.radius + width / 2)
        for item in problem.keepouts
        if item.tracks
    ]  # fmt: skip


def _kept_vias(problem: RoutingProblem) -> list[Obstacle]:
    ring = problem.rules.via_diameter / 2
    return [
        Obstacle(item.shape, BLOCKED, 0, item.shape.radius + ring)
        for item in problem.keepouts
        if item.vias
    ]


def _block_edges(ground: Ground, problem: RoutingProblem) -> None:
    """Block what is too near to the board's edge, or outside."""
    for k, width in enumerate(ground.widths):
        out = _outside(ground.lattice, problem, problem.rules.edge + width / 2)
        ground.owner[k].reshape(len(ground.layers), -1)[:, out] = BLOCKED
    ground.via_owner[
        _outside(ground.lattice, problem, problem.rules.edge + problem.rules.via_diameter / 2)
    ] = BLOCKED


def _outside(lattice: Lattice, problem: RoutingProblem, inset: float) -> NDArray[np.bool_]:
    left, top, right, bottom = problem.board
    x = lattice.x + lattice.pitch * np.arange(lattice.columns)
    y = lattice.y + lattice.pitch * np.arange(lattice.rows)
    across = (x < left + inset) | (x > right - inset)
    down = (y < top + inset) | (y > bottom - inset)
    return (down[:, None] | across[None, :]).ravel()


def _block_tracks(ground: Ground, which: int, obstacles: Sequence[Obstacle]) -> None:
    if not obstacles:
        return
    layers = len(ground.layers)
    block_tracks(
        ground.owner[which].reshape(layers, -1),
        ground.barred[which].reshape(layers, -1),
        ground.lattice,
        pack([item.shape for item in obstacles]),
        np.array([item.net for item in obstacles], np.int64),
        np.array([item.layers for item in obstacles], np.int64),
        np.array([item.reach for item in obstacles], np.float64),
    )


def _block_vias(ground: Ground, obstacles: Sequence[Obstacle]) -> None:
    if not obstacles:
        return
    block_vias(
        ground.via_owner,
        ground.lattice,
        pack([item.shape for item in obstacles]),
        np.array([item.net for item in obstacles], np.int64),
        np.array([item.reach for item in obstacles], np.float64),
    )
