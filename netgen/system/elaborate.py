"""From a design to the circuits of its boards: the passes, in order."""

from dataclasses import dataclass, replace

from designs import Design
from netgen.cells import control, link, port, relay, supply
from netgen.elaborate import (
    Elaboration,
    assumptions,
    draw_channels,
    draw_edges,
    draw_nodes,
    rails,
)
from netgen.names import Nets, bank_cell
from netgen.network import LearningNetwork
from netgen.page import Drawing, Page
from netgen.select import Parts, select_parts
from netgen.system.plan import HOST_BOARD, BoardPlan, SystemPlan, plan_system
from parts.catalogue import Catalogue


@dataclass(frozen=True)
class SystemElaboration:
    """A design with everything that was made of it on the way to the circuits of its boards.

    Attributes:
        design, parts, nets: of all boards.
        network: the whole of it.
        plan: who stands where.
        boards: each board's elaboration; its design bears the board's name, its network is the
            board's part.
    """

    design: Design
    network: LearningNetwork
    parts: Parts
    nets: Nets
    plan: SystemPlan
    boards: tuple[Elaboration, ...]


def elaborate_system(design: Design, catalogue: Catalogue, boards: int) -> SystemElaboration:
    """Design -> parts -> plan -> cells of each board -> their supplies -> Circuits.

    Args:
        design: the design.
        catalogue: the part records.
        boards: at least 2.

    Raises:
        BuildError: a part does not suit, names collide, or the network cannot be cut so.
    """
    parts = select_parts(design, catalogue)
    nets = rails(parts)
    plan = plan_system(design, boards, len(parts.box_header.pins))
    drawn = [_draw_board(design, parts, nets, plan, board) for board in plan.boards]
    # All boards have the fuses of the one that draws most, so that one set of spares serves all.
    currents = [supply.currents_of(drawing, parts, nets) for drawing, _ in drawn]
    most = {rail: max(one[rail] for one in currents) for rail in currents[0]}
    for drawing, page in drawn:
        supply.draw_feeds(drawing, page, parts, nets, most)
    taken = (*assumptions(parts), *relay.assumptions(parts, most_inputs(plan)))
    made: list[Elaboration] = []
    for board, (drawing, _) in zip(plan.boards, drawn, strict=True):
        own = replace(
            design,
            name=f"{design.name}-{board.name}",
            title=f"{design.title or design.name}, board {board.number} of {boards}",
        )
        circuit = drawing.circuit(own.name)
        made.append(Elaboration(own, board.network, parts, nets, circuit, taken))
    return SystemElaboration(
        design, LearningNetwork.from_design(design), parts, nets, plan, tuple(made)
    )


def most_inputs(plan: SystemPlan) -> int:
    """Inputs on the fullest line between two boards: every bank's, and the next relay's."""
    return 1 + max(len(board.banks) for board in plan.boards)


def _draw_board(
    design: Design, parts: Parts, nets: Nets, plan: SystemPlan, board: BoardPlan
) -> tuple[Drawing, Page]:
    """Everything but the feeds of the supply, which follow from all boards together."""
    drawing = Drawing(parts.decoupling)
    first, last_board = board.number == HOST_BOARD, board.number == len(plan.boards)
    draw_nodes(drawing, parts, nets, board.network)
    source = "ENABLE_DATA" if last_board else relay.CHAIN
    entry = relay.draw_entry(drawing, parts, nets, source)
    end = draw_edges(drawing, parts, nets, board.network, board.first_bank, entry)
    for node in board.ports:
        port.draw(drawing, parts, nets, node)
    if first:
        draw_channels(drawing, parts, nets, design)
        control.draw_host(drawing, parts, nets, end)
    else:
        relay.draw_back(drawing, parts, nets, end)
    if not last_board:
        relay.draw_onward(drawing, parts, nets, f"{bank_cell(board.first_bank)}/ENABLE_CLOCK")
    control.draw_banks(drawing, parts, nets, board.banks)
    for one in plan.links:
        if board.number in (one.low, one.high):
            ends = (one.low, one.high)
            link.draw(drawing, parts, nets, ends, board.number, one.headers)
    return drawing, supply.draw_rails(drawing, parts, nets)
