"""From a design to its circuit: the passes, in order."""

from dataclasses import dataclass

from designs import Design, channels, role_nodes
from netgen.cells import control, edge, node, nudge, port, source, supply
from netgen.cells.common import Assumption
from netgen.circuit import Circuit
from netgen.names import Nets, bank_cell, volts
from netgen.network import LearningNetwork
from netgen.page import GROUND, Drawing
from netgen.select import Parts, select_parts
from parts.catalogue import Catalogue


@dataclass(frozen=True)
class Elaboration:
    """A design with everything that was made of it on the way to its circuit."""

    design: Design
    network: LearningNetwork
    parts: Parts
    nets: Nets
    circuit: Circuit
    assumptions: tuple[Assumption, ...]


def elaborate(design: Design, catalogue: Catalogue) -> Elaboration:
    """Design -> LearningNetwork -> parts -> cells -> Circuit.

    Raises:
        BuildError: a part that the design asks for does not suit, or names collide.
    """
    network = LearningNetwork.from_design(design)
    parts = select_parts(design, catalogue)
    nets = rails(parts)
    drawing = Drawing(parts.decoupling)
    draw_nodes(drawing, parts, nets, network)
    last = draw_edges(drawing, parts, nets, network, 1, control.CHAIN_START)
    draw_channels(drawing, parts, nets, design)
    for name in ported_nodes(design):
        port.draw(drawing, parts, nets, name)
    control.draw(drawing, parts, nets, len(network.edges), last)
    supply.draw(drawing, parts, nets)
    circuit = drawing.circuit(design.name)
    return Elaboration(design, network, parts, nets, circuit, assumptions(parts))


def rails(parts: Parts) -> Nets:
    """The names of the nets that cells share."""
    return Nets(volts(parts.supply_v), volts(parts.comparator_supply_v), GROUND)


def draw_nodes(drawing: Drawing, parts: Parts, nets: Nets, network: LearningNetwork) -> None:
    """Draw the followers of every node."""
    for name in network.nodes:
        node.draw(drawing, parts, nets, name)


def draw_edges(
    drawing: Drawing,
    parts: Parts,
    nets: Nets,
    network: LearningNetwork,
    first_bank: int,
    previous: str,
) -> str:
    """Draw every edge, joined into the enable chain.

    Args:
        drawing: the board.
        parts: the chosen records.
        nets: names of rails and node nets.
        network: whose edges are drawn, in the chain's order.
        first_bank: number of the bank that feeds clocks to the first of them.
        previous: net that feeds the first one's bit.

    Returns:
        The net of the last one's output.
    """
    for index, pair in enumerate(network.edges):
        bank = bank_cell(first_bank + index // control.EDGES_PER_BANK)
        previous = edge.draw(drawing, parts, nets, pair, bank, previous)
    return previous


def draw_channels(drawing: Drawing, parts: Parts, nets: Nets, design: Design) -> None:
    """Draw source and target channels."""
    found = channels(design)
    cables = design.board.patching == "cables"
    for channel in found.sources:
        source.draw(drawing, parts, nets, channel, None if cables else _node_of(channel))
    for channel in found.targets:
        nudge.draw(drawing, parts, nets, channel, None if cables else _node_of(channel))


def ported_nodes(design: Design) -> tuple[str, ...]:
    """The nodes with a port, which channels are patched to; none where copper joins them."""
    return role_nodes(design) if design.board.patching == "cables" else ()


def _node_of(channel: str) -> str:
    """The node that a channel of fixed copper is named after: ``SRC-N8`` is node 8's."""
    return channel.split("-N", 1)[1]


def assumptions(parts: Parts) -> tuple[Assumption, ...]:
    """What the cells of every board take for granted."""
    return (
        *edge.assumptions(parts),
        *node.assumptions(parts),
        *source.assumptions(parts),
        *nudge.assumptions(parts),
        *control.assumptions(parts),
        *supply.assumptions(parts),
    )
