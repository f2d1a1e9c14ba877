"""Terminals: which copper of a net is one piece already, and where tracks can meet it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from netgen.board.routing.distance import HAIR, Shapes, core_to_core, pack
from netgen.board.routing.inner import inner
from netgen.board.routing.problem import Copper, NetRequest, RoutingProblem


@dataclass(frozen=True, slots=True)
class Piece:
    """Copper of one net that touches.

    Attributes:
        items: places in the problem's copper, ascending.
        flooded: whether it reaches the layer of its net's plane.
    """

    items: tuple[int, ...]
    flooded: bool

    def name(self, copper: Sequence[Copper]) -> str:
        """The first names of its copper, for messages."""
        names = sorted({copper[item].name for item in self.items} - {""})
        shown = ", ".join(names[:3]) if names else f"copper at {copper[self.items[0]].shape.centre}"
        return shown if len(names) <= 3 else f"{shown} and {len(names) - 3} more"


def find_pieces(problem: RoutingProblem, net: NetRequest, items: Sequence[int]) -> list[Piece]:
    """The pieces of a net's copper, in order of their first item.

    Args:
        problem: with the copper.
        net: the net.
        items: places of the net's copper in the problem's.
    """
    copper = [problem.copper[item] for item in items]
    bits = {layer.name: 1 << k for k, layer in enumerate(problem.layers)}
    layers = np.array([sum(bits[name] for name in item.layers) for item in copper], np.int64)
    labels = _label(pack([item.shape for item in copper]), layers)
    members: dict[int, list[int]] = defaultdict(list)
    for item, label in zip(items, labels.tolist(), strict=True):
        members[label].append(item)
    return [
        Piece(
            tuple(group),
            net.plane is not None
            and any(net.plane in problem.copper[item].layers for item in group),
        )
        for group in members.values()
    ]


def _label(shapes: Shapes, layers: NDArray[np.int64]) -> NDArray[np.int64]:
    """All shapes that touch, directly or through others, get the least of their numbers."""
    labels, firsts = np.arange(len(layers)), shapes.start[:-1]
    boxes = np.concatenate((
        np.minimum.reduceat(shapes.points, firsts) - shapes.radius[:, None],
        np.maximum.reduceat(shapes.points, firsts) + shapes.radius[:, None],
    ), axis=1)  # fmt: skip
    _join_touching(shapes, layers, boxes, np.argsort(boxes[:, 0], kind="stable"), labels)
    return labels


@inner
def _root(labels: Any, item: int) -> int:
    while labels[item] != item:
        item = labels[item]
    return item


@njit(cache=True)
def _join_touching(shapes: Any, layers: Any, boxes: Any, order: Any, labels: Any) -> None:
    """Label shapes.

    Args:
        shapes: S Shapes.
        layers: [S] a bit for each layer.
        boxes: [S, 4] left, top, right and bottom edge.
        order: [S] from left to right.
        labels: [S] 0, 1, 2 ..., changed.
    """
    count = len(layers)
    for a in range(count):
        i = order[a]
        for b in range(a + 1, count):
            j = order[b]
            if boxes[j, 0] > boxes[i, 2]:
                break
            if boxes[j, 1] > boxes[i, 3] or boxes[i, 1] > boxes[j, 3] or not layers[i] & layers[j]:
                continue
            one, other = _root(labels, i), _root(labels, j)
            if one == other:
                continue
            apart = core_to_core(shapes.points, shapes.start[i], shapes.start[i + 1],
                                 shapes.points, shapes.start[j], shapes.start[j + 1])  # fmt: skip
            if apart <= shapes.radius[i] + shapes.radius[j] - HAIR:
                labels[max(one, other)] = min(one, other)
    for i in range(count):
        labels[i] = _root(labels, i)
