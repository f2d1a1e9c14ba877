"""SystemPlan: which board carries what, which nodes are cut, and what each cable carries."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from designs import Design
from designs.network import Edge
from designs.several import pinned_edges
from netgen.cells.control import bank_count
from netgen.cells.link import pin_functions
from netgen.elaborate import ported_nodes
from netgen.errors import BuildError
from netgen.network import LearningNetwork
from netgen.system.partition import Partition, PartitionProblem, partition_edges

HOST_BOARD = 1
"""Where the host's connectors are: its lines and the channels."""


@dataclass(frozen=True)
class BoardPlan:
    """One board.

    Attributes:
        number: from 1.
        network: its part of the learning network: its edges in the chain's order, their nodes.
        ports: nodes whose ports it carries.
        first_bank: number of its first bank; banks are counted along the chain, over all boards.
    """

    number: int
    network: LearningNetwork
    ports: tuple[str, ...]
    first_bank: int

    @property
    def name(self) -> str:
        """What files and reports call the board: `b1`."""
        return board_name(self.number)

    @property
    def banks(self) -> range:
        """The numbers of its banks."""
        count = bank_count(len(self.network.edges))
        return range(self.first_bank, self.first_bank + count)


@dataclass(frozen=True)
class Link:
    """The cables between two boards.

    Attributes:
        low, high: numbers of the boards.
        nodes: cut nodes whose nets cross here, in the design's order.
        headers: for each cable the function of each pin, the same at both ends.
    """

    low: int
    high: int
    nodes: tuple[str, ...]
    headers: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class SystemPlan:
    """All boards.

    Attributes:
        boards: in order of their numbers.
        links: in order of their boards.
        boards_of: the boards that each node is on, in the design's order of nodes.
    """

    boards: tuple[BoardPlan, ...]
    links: tuple[Link, ...]
    boards_of: Mapping[str, tuple[int, ...]]

    @cached_property
    def chain(self) -> tuple[BoardPlan, ...]:
        """The boards in the order in which the enable chain passes them: the host's comes last."""
        return self.boards[::-1]

    @property
    def edges(self) -> tuple[Edge, ...]:
        """All edges in the order of the enable chain."""
        return tuple(edge for board in self.chain for edge in board.network.edges)

    @property
    def cut_nodes(self) -> tuple[str, ...]:
        """Nodes that are on several boards."""
        return tuple(node for node, boards in self.boards_of.items() if len(boards) > 1)


def board_name(number: int) -> str:
    """What files and reports call a board: `b1`."""
    return f"b{number}"


def plan_system(design: Design, boards: int, pins: int) -> SystemPlan:
    """Cut a network into boards.

    Args:
        design: the design.
        boards: at least 2.
        pins: of one header.

    Raises:
        BuildError: an edge is pinned to a board that there is not, or a board gets no edge.
    """
    network = LearningNetwork.from_design(design)
    cut = partition_edges(_problem(design, network, boards))
    for board, size in enumerate(cut.sizes, start=1):
        if not size:
            raise BuildError(
                f"board.boards: board {board} gets no edge of the {len(network.edges)}; "
                "ask for fewer boards, or pin fewer edges"
            )
    boards_of = {
        node: tuple(board + 1 for board in found)
        for node, found in zip(network.nodes, cut.boards_of, strict=True)
    }
    plans = _boards(design, network, cut)
    return SystemPlan(plans, _links(boards_of, boards, pins), boards_of)


def _problem(design: Design, network: LearningNetwork, boards: int) -> PartitionProblem:
    index = {node: place for place, node in enumerate(network.nodes)}
    number = {edge: place for place, edge in enumerate(network.edges)}
    pinned = pinned_edges(design)
    beyond = [board for board in pinned.values() if board > boards]
    if beyond:
        raise BuildError(
            f"board.on_board names board {max(beyond)}, but there are {boards} boards; "
            "lower it, or set board.boards"
        )
    # Copper joins a channel and its node, so the node is on the host's board as well.
    fixed = design.board.patching == "fixed"
    roles = [node for task in design.tasks[:1] for node in (*task.sources, *task.target_nodes)]
    places = network.positions
    return PartitionProblem(
        len(network.nodes),
        tuple((index[a], index[b]) for a, b in network.edges),
        boards,
        {number[edge]: board - 1 for edge, board in pinned.items()},
        {index[node]: HOST_BOARD - 1 for node in roles} if fixed else {},
        None if places is None else tuple(places[node] for node in network.nodes),
    )


def _boards(design: Design, network: LearningNetwork, cut: Partition) -> tuple[BoardPlan, ...]:
    """The boards; the chain and the numbers of the banks begin at the last one."""
    ports = ported_nodes(design)
    home = {
        node: min(cut.board_of[edge] for edge in edges)
        for node, edges in zip(network.nodes, cut.problem.at_node, strict=True)
    }
    plans: list[BoardPlan] = []
    bank = 1
    for board in reversed(range(cut.problem.boards)):
        edges = tuple(
            edge for edge, on in zip(network.edges, cut.board_of, strict=True) if on == board
        )
        ends = {node for edge in edges for node in edge}
        part = LearningNetwork(
            tuple(node for node in network.nodes if node in ends),
            edges,
            network.sources,
            network.targets,
            network.positions,
        )
        own = tuple(node for node in ports if home[node] == board)
        plans.append(BoardPlan(board + 1, part, own, bank))
        bank += bank_count(len(edges))
    return tuple(reversed(plans))


def _links(boards_of: Mapping[str, tuple[int, ...]], boards: int, pins: int) -> tuple[Link, ...]:
    """Cables between neighbours, for the host's lines, and wherever a cut node has to cross.

    A node on boards a < b < c crosses from a to b and from b to c.
    """
    crossing: dict[tuple[int, int], list[str]] = {(k, k + 1): [] for k in range(1, boards)}
    for node, found in boards_of.items():
        for pair in pairwise(found):
            crossing.setdefault(pair, []).append(node)
    return tuple(
        Link(low, high, tuple(nodes), pin_functions(low, high, high == low + 1, nodes, pins))
        for (low, high), nodes in sorted(crossing.items())
    )
