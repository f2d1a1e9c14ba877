"""Which cell takes which place: assignment problems, then swaps.

While nodes stand still, the best places of all edges together are an assignment problem, since
edges pull nodes and hardly each other; and the other way round. Solving them in turn never
lengthens the wires. What is left is mended by swapping the two cells of a kind that gain most.

Pulls and places are whole numbers, so that every sum of their products is exact: which cell takes
which place does not depend on the order in which a processor adds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
ROUNDS = 12
SWAPS = 2000


@dataclass(frozen=True)
class Block:
    """Cells of one kind and the places that are theirs.

    Attributes:
        cells: indices into the board's cells.
        spots: (x, y) of the middle of each place in whole nm, shape (places, 2); at least as many
            as cells.
        held: place of each cell that the user has pinned.
    """

    cells: Ints
    spots: Floats
    held: Mapping[int, int]


def settle(blocks: Sequence[Block], weights: Floats, wanted: Floats) -> tuple[Floats, list[Ints]]:
    """Places that keep the wires short.

    Args:
        blocks: the kinds of cells; cells in none of them stay where they are wanted.
        weights: how strongly cells pull each other in whole numbers, shape (cells, cells).
        wanted: where each cell would be if places did not matter, shape (cells, 2).

    Returns:
        The position of every cell, and of each block the place of each of its cells.
    """
    at = np.rint(wanted)
    taken = [_assigned(block, _near(block, at)) for block in blocks]
    _move(at, blocks, taken)
    best = length(at, weights)
    for _ in range(ROUNDS):
        before = best
        for number, block in enumerate(blocks):
            trial = [*taken]
            trial[number] = _assigned(block, _pull(block, at, weights))
            moved = at.copy()
            _move(moved, blocks, trial)
            found = length(moved, weights)
            if found < best:
                at, taken, best = moved, trial, found
        if best >= before:
            break
    for number, block in enumerate(blocks):
        taken[number] = _swapped(block, taken[number], at, weights)
        _move(at, blocks, taken)
    return at, taken


def length(at: Floats, weights: Floats) -> float:
    """Length of all wires, along x and y, between the middles of tiles, times `links.WIRE`."""
    apart = np.abs(at[:, None, :] - at[None, :, :]).sum(axis=2)
    return float((weights * apart).sum() / 2)


def _near(block: Block, wanted: Floats) -> Floats:
    """Cost of each cell at each place: the square of how far, in um, it is from where wanted."""
    away = np.rint((wanted[block.cells][:, None, :] - block.spots[None, :, :]) / 1000)
    return (away**2).sum(axis=2)


def _pull(block: Block, at: Floats, weights: Floats) -> Floats:
    """Cost of each cell at each place: the length of its wires, all other cells standing still."""
    apart = np.abs(block.spots[:, None, :] - at[None, :, :]).sum(axis=2)
    return weights[block.cells] @ apart.T


def _assigned(block: Block, cost: Floats) -> Ints:
    """The place of each cell of the block, at the least cost of all together."""
    bounded = cost.copy()
    worst = float(cost.max()) * len(cost) + 1.0
    for cell, place in block.held.items():
        row = int(np.flatnonzero(block.cells == cell)[0])
        bounded[row, :] = worst
        bounded[:, place] += worst
        bounded[row, place] = 0.0
    return linear_sum_assignment(bounded)[1].astype(np.int64)


def _move(at: Floats, blocks: Sequence[Block], taken: Sequence[Ints]) -> None:
    for block, places in zip(blocks, taken, strict=True):
        at[block.cells] = block.spots[places]


def _swapped(block: Block, taken: Ints, at: Floats, weights: Floats) -> Ints:
    """The places after the swaps, and moves to empty places, that gain most, one after another."""
    taken, at = taken.copy(), at.copy()
    free = np.array([cell not in block.held for cell in block.cells.tolist()])
    mutual = weights[np.ix_(block.cells, block.cells)]
    for _ in range(SWAPS):
        cost = _pull(block, at, weights)
        here = cost[np.arange(len(taken)), taken]
        there = cost[:, taken]
        apart = np.abs(block.spots[taken][:, None, :] - block.spots[taken][None, :, :]).sum(axis=2)
        gain = here[:, None] + here[None, :] - there - there.T - 2 * mutual * apart
        gain[~free, :] = gain[:, ~free] = 0.0
        first, second = np.unravel_index(int(np.argmax(gain)), gain.shape)
        if gain[first, second] <= 0:
            break
        taken[[first, second]] = taken[[second, first]]
        at[block.cells] = block.spots[taken]
    return taken
