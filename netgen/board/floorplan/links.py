"""How strongly cells pull each other: the nets between them."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from netgen.board.tiles.tile import is_global, kind_of
from netgen.circuit import Component

Floats = npt.NDArray[np.float64]
CROWD = 8
"""A net of more cells than this is a bus, which passes everywhere anyway."""
WIRE = 5040
"""The pull of one wire. Whole numbers, here and where cells stand, add up to the same length in
every order and on every processor."""
BUS_PULL = WIRE // 20


def link_weights(cells: Mapping[str, Sequence[Component]]) -> Floats:
    """How strongly cells pull each other, shape (cells, cells), symmetric, zero on the diagonal.

    A node's net counts as a wire from the node's tile to each other cell on it, since it branches
    at or near the node; any other net of k cells counts 1 / (k - 1) of one between each two.
    """
    index = {path: number for number, path in enumerate(cells)}
    touched: dict[str, set[int]] = {}
    for path, components in cells.items():
        for component in components:
            for pin in component.pins:
                if pin.net is not None and not is_global(pin.net):
                    touched.setdefault(pin.net, set()).add(index[path])
    nodes = {index[path] for path in cells if kind_of(path) == "node"}
    weights = np.zeros((len(cells), len(cells)))
    for net in sorted(touched):
        _add(weights, sorted(touched[net]), nodes)
    return weights


def _add(weights: Floats, members: Sequence[int], nodes: set[int]) -> None:
    """Add the pull of one net."""
    centres = [member for member in members if member in nodes]
    others = [member for member in members if member not in nodes]
    if len(centres) == 1:
        pairs = [(centres[0], other) for other in others]
        pull = WIRE
    else:
        pairs = [(a, b) for place, a in enumerate(members) for b in members[place + 1 :]]
        few = len(members) <= CROWD
        pull = WIRE // max(1, len(members) - 1) if few else BUS_PULL // len(members)
    for a, b in pairs:
        weights[a, b] += pull
        weights[b, a] += pull
