"""From a problem to a partition: halves of halves, then every two boards once more.

Cutting edges into two halves costs a node for each that has edges in both; cutting a half again
costs what is cut there, whatever else the node is on. So the costs of all cuts add up to that of
the partition, and each can be made as cheap as possible by itself.
"""

from collections.abc import Iterable, Sequence

from netgen.system.partition.improve import improve
from netgen.system.partition.problem import Partition, PartitionProblem
from netgen.system.partition.sides import Sides
from netgen.system.partition.starts import edge_orders

_ROUNDS = 4
"""Times that every two boards are improved together, at most."""


def partition_edges(problem: PartitionProblem) -> Partition:
    """Boards of about equal size with few cut nodes.

    A local search: near the least cost on lattices and on drawn graphs, with no proof of it.
    Deterministic. Cost: about O(m log m) a pass for m edges of nodes with few neighbours.
    """
    members = tuple(range(len(problem.ends)))
    board_of = dict.fromkeys(members, 0)
    _share(problem, members, 0, problem.boards, board_of)
    cost = Partition(problem, tuple(board_of[edge] for edge in members)).cost
    for _ in range(_ROUNDS if problem.boards > 2 else 0):
        _improve_pairs(problem, board_of)
        found = Partition(problem, tuple(board_of[edge] for edge in members)).cost
        if found >= cost:
            break
        cost = found
    return Partition(problem, tuple(board_of[edge] for edge in members))


def _share(
    problem: PartitionProblem,
    members: Sequence[int],
    first: int,
    count: int,
    board_of: dict[int, int],
) -> None:
    """Give these edges to boards `first` to `first + count - 1`."""
    if count == 1:
        board_of.update(dict.fromkeys(members, first))
        return
    low = (count + 1) // 2
    sides = _bisect(problem, members, first, low, count)
    for side, start, boards in ((0, first, low), (1, first + low, count - low)):
        own = [edge for edge in members if sides.side[edge] == side]
        _share(problem, own, start, boards, board_of)


def _bisect(
    problem: PartitionProblem, members: Sequence[int], first: int, low: int, count: int
) -> Sides:
    """The best of two halves of `low` and `count - low` boards, from every order and its turns."""
    middle = first + low
    held = {edge: int(problem.pinned[edge] >= middle) for edge in members if edge in problem.pinned}
    anchors = [
        (node, int(board >= middle))
        for node, board in problem.anchors.items()
        if first <= board < first + count
    ]
    most = (problem.capacity * low, problem.capacity * (count - low))
    best: Sides | None = None
    for order in edge_orders(problem, members):
        for turned in (order, order[::-1]):
            sides = Sides(
                problem, members, _halves(members, turned, held, low, count),
                frozenset(held), anchors, most,
            )  # fmt: skip
            improve(sides)
            if best is None or sides.worth < best.worth:
                best = sides
    if best is None:
        raise AssertionError("there is at least one order")
    return best


def _halves(
    members: Sequence[int], order: Sequence[int], held: dict[int, int], low: int, count: int
) -> Iterable[int]:
    """The side of each member: the first of the order on side 0, as many as its boards' share."""
    room = round(len(members) * low / count) - sum(1 for side in held.values() if side == 0)
    free = [edge for edge in order if edge not in held]
    early = set(free[: max(0, room)])
    return [held[edge] if edge in held else int(edge not in early) for edge in members]


def _improve_pairs(problem: PartitionProblem, board_of: dict[int, int]) -> None:
    """Improve every two boards that share a node, as two sides of their edges."""
    for a in range(problem.boards):
        for b in range(a + 1, problem.boards):
            members = [edge for edge, board in board_of.items() if board in (a, b)]
            anchors = [
                (node, int(board == b))
                for node, board in problem.anchors.items()
                if board in (a, b)
            ]
            fixed = frozenset(edge for edge in members if edge in problem.pinned)
            sides = Sides(
                problem, members, [int(board_of[edge] == b) for edge in members], fixed, anchors,
                (problem.capacity, problem.capacity),
            )  # fmt: skip
            improve(sides)
            board_of.update({edge: (a, b)[side] for edge, side in sides.side.items()})
