"""One network on several boards: which edges the user has pinned to which board."""

from collections.abc import Iterator, Mapping

from designs.errors import DesignError
from designs.network import Edge, edge_name
from designs.places import Place
from designs.schema import Design
from designs.words import suggestion


def has_several_boards(design: Design) -> bool:
    """Whether the design asks for more than one board, or leaves their number open."""
    return design.board.boards != 1


def pinned_edges(design: Design) -> Mapping[Edge, int]:
    """The board, counted from 1, of every edge that the design pins to one.

    Raises:
        DesignError: a cell that is not there, or an edge that is pinned to two boards.
    """
    found: dict[Edge, tuple[int, str]] = {}
    for cell, board in design.board.on_board.items():
        for edge in _edges_of(design, cell):
            first, by = found.setdefault(edge, (board, cell))
            if first != board:
                raise DesignError(
                    f"board.on_board puts edge {edge_name(edge)} on board {first} (by {by}) and "
                    f"on board {board} (by {cell}); keep one of the two"
                )
    return {edge: board for edge, (board, _) in found.items()}


def _edges_of(design: Design, cell: str) -> Iterator[Edge]:
    """The edges that a cell's name pins: one edge, or all edges of a node."""
    graph = design.graph
    kind, _, name = cell.partition("/")
    edges = {edge_name(edge): edge for edge in graph.edges}
    either_way = {edge_name((b, a)): (a, b) for a, b in graph.edges} | edges
    if kind == "edge" and name in either_way:
        yield either_way[name]
    elif kind == "node" and name in graph.nodes:
        yield from (edge for edge in graph.edges if name in edge)
    else:
        known = [*(f"edge/{edge}" for edge in edges), *(f"node/{node}" for node in graph.nodes)]
        raise DesignError(
            f"board.on_board names {cell!r}, which is no edge and no node of the network"
            f"{suggestion(cell, known)}; write {known[0]} or {known[-1]}"
        )


def check_boards(design: Design, place: Place) -> None:
    """Refuses boards without an edge, and pins that no assignment can keep.

    Raises:
        DesignError: naming the key and what to change.
    """
    boards, pins = design.board.boards, design.board.on_board
    edges = len(design.graph.edges)
    if boards != "auto" and boards > edges:
        raise place.refusal(
            f"board.boards = {boards}, but the network has {edges} edge{'s' * (edges > 1)} and "
            f"every board needs one; lower it to at most {edges}",
            *("board", "boards"),
        )
    if pins and boards == 1:
        raise place.refusal(
            "board.on_board belongs to several boards; set board.boards, or remove it",
            *("board", "on_board"),
        )
    for cell, board in pins.items():
        if boards != "auto" and board > boards:
            raise place.refusal(
                f"board.on_board puts {cell} on board {board}; the boards are 1 to {boards}",
                *("board", "on_board", cell),
            )
    try:
        pinned_edges(design)
    except DesignError as error:
        raise place.refusal(str(error), "board", "on_board") from None
