"""The port of a node: two pins, free and clamped, for a two-wire cable to a channel.

    1  N4.FREE ------ N4_FREE
    2  N4.CLAMPED --- N4_CLAMPED

Only nodes that are a source or a target in some task have one.
"""

from netgen.names import TWINS, Nets, code
from netgen.page import Contact, Drawing
from netgen.select import Parts

SLOTS = ("port",)


def draw(drawing: Drawing, parts: Parts, nets: Nets, node: str) -> None:
    """Draw the port of a node."""
    page = drawing.page(f"port/N{node}", code("PORT", node), SLOTS)
    page.connector(
        "port",
        parts.header(2),
        *(Contact(nets.node(node, twin), f"N{node}.{twin}", "port") for twin in TWINS),
    )
