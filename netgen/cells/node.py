r"""The node cell: a follower for each network, so that the edges' comparators load no node.

    N4_FREE ----------+\
                      | >--+-- N4_FREE_BUF        N4_CLAMPED -------+\
                  +---+/   |                                        | >--+-- N4_CLAMPED_BUF
                  +--------+                                    +---+/   |
                                                                +--------+

A node that is a source or a target of some task has a port as well, in a cell of its own
(`port.py`), when channels are patched by cables.
"""

from netgen.cells.common import Assumption
from netgen.names import TWINS, Nets, code
from netgen.page import Drawing, wire
from netgen.select import Parts
from parts.models import AmplifierModel

SLOTS = (
    "buffer",
    "buffer_free",
    "buffer_clamped",
    "c_buffer",
    "c_buffer_free",
    "c_buffer_clamped",
)


def draw(drawing: Drawing, parts: Parts, nets: Nets, node: str) -> None:
    """Draw the followers of a node."""
    page = drawing.page(f"node/{node}", code("N", node), SLOTS)
    page.place(
        ("buffer", "buffer_free", "buffer_clamped"),
        parts.amplifier,
        *(
            wire(
                in_p=nets.node(node, twin),
                in_n=nets.buffered(node, twin),
                out=nets.buffered(node, twin),
            )
            for twin in TWINS
        ),
        power=nets.logic,
    )


def assumptions(parts: Parts) -> tuple[Assumption, ...]:
    """What every node cell takes for granted."""
    amplifier = parts.amplifier.units(AmplifierModel)[0]
    return (
        Assumption(
            "node", "voltage of every node net", amplifier.common_mode_low_v,
            parts.supply_v - amplifier.common_mode_high_v, "V",
            "the follower's input stays in its common-mode range",
        ),
        Assumption(
            "node", "resistance from a node to its sources", None,
            1e-3 / amplifier.bias_max_a if amplifier.bias_max_a > 0 else None, "ohm",
            "the follower's input current moves the node by less than 1 mV",
        ),
    )  # fmt: skip
