"""Moves that make two sides better: Fiduccia and Mattheyses's passes, over edges and over nodes.

A pass makes the best move that is left, even a bad one, locks what has moved, goes on, and keeps
the best of all states that it came through (C. M. Fiduccia, R. M. Mattheyses, DAC 1982). One
kind of pass moves single edges. Where cut nodes have several edges on either side no single edge
gains anything, so another kind moves all edges of a cut node from one side to the other.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator

from netgen.system.partition.sides import Sides

Move = tuple[int, int]
"""An edge or a node, and the side that it leaves."""
_PATIENCE = 60
"""A pass gives up after so many moves without a better state, and some of its members more."""
_WIGGLE = 8
"""Edges that a side may hold too many on the way."""


def improve(sides: Sides) -> None:
    """Passes of both kinds until neither finds anything better."""
    worth = sides.worth
    while True:
        _edge_pass(sides)
        _node_pass(sides)
        if sides.worth >= worth:
            return
        worth = sides.worth


def _edge_pass(sides: Sides) -> None:
    def around(nodes: Iterable[int]) -> Iterator[Move]:
        for node in nodes:
            if all(sides.count[node]) or sides.excess:
                for edge in sides.at_node[node]:
                    if edge not in sides.fixed:
                        yield edge, sides.side[edge]

    def moved(move: Move) -> tuple[int, ...]:
        return (move[0],) if sides.side[move[0]] == move[1] else ()

    _run(sides, around, moved, lambda move: sides.gain(move[0]), lambda nodes: nodes)


def _node_pass(sides: Sides) -> None:
    def around(nodes: Iterable[int]) -> Iterator[Move]:
        for node in nodes:
            if all(sides.count[node]):
                yield node, 0
                yield node, 1

    def moved(move: Move) -> tuple[int, ...]:
        return tuple(edge for edge in sides.on(*move) if edge not in sides.fixed)

    def gain(move: Move) -> int:
        edges = moved(move)
        nodes = {node for edge in edges for node in sides.ends[edge]}
        before = sum(all(sides.count[node]) for node in nodes)
        for edge in edges:
            sides.flip(edge)
        after = sum(all(sides.count[node]) for node in nodes)
        for edge in edges:
            sides.flip(edge)
        return before - after

    def wider(nodes: set[int]) -> set[int]:
        """A node's gain depends on its neighbours' counts."""
        return nodes | {
            end for node in nodes for edge in sides.at_node[node] for end in sides.ends[edge]
        }

    _run(sides, around, moved, gain, wider)


def _run(
    sides: Sides,
    around: Callable[[Iterable[int]], Iterator[Move]],
    moved: Callable[[Move], tuple[int, ...]],
    gain: Callable[[Move], int],
    wider: Callable[[set[int]], set[int]],
) -> None:
    """One pass; afterwards the sides are in the best state that it came through.

    Args:
        sides: what is changed.
        around: the moves at some nodes.
        moved: the edges that a move would flip now.
        gain: of a move now.
        wider: the nodes whose moves may have other gains after these nodes' counts have changed.
    """
    heap: list[tuple[int, int, Move]] = []
    known: dict[Move, int] = {}
    serial = 0
    locked: set[int] = set()
    done: list[int] = []
    best, kept, patience = sides.worth, 0, _PATIENCE + len(sides.side) // 10

    def offer(nodes: Iterable[int]) -> None:
        nonlocal serial
        for move in around(nodes):
            if move[0] not in locked:
                now = gain(move)
                if known.get(move) != now:
                    known[move] = now
                    serial -= 1  # of equal moves the one that was offered last goes first
                    heapq.heappush(heap, (-now, serial, move))

    offer(sorted(sides.count))
    idle = 0
    while heap and idle < patience:
        worth, _, move = heapq.heappop(heap)
        edges = moved(move)
        if move[0] in locked or known.get(move) != -worth or not edges:
            continue
        if sides.sizes[1 - move[1]] + len(edges) > sides.most[1 - move[1]] + _WIGGLE:
            continue
        for edge in edges:
            sides.flip(edge)
        locked.add(move[0])
        done.extend(edges)
        idle += 1
        if sides.worth < best:
            best, kept, idle = sides.worth, len(done), 0
        changed = {node for edge in edges for node in sides.ends[edge]}
        offer(sorted(wider(changed)))
    for edge in reversed(done[kept:]):
        sides.flip(edge)
