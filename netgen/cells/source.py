r"""The source cell: one follower drives a source node in both networks.

No offset lies between the two then.

    host SRC1 --+--[1k]--+\                       cables:  OUT -- 1 SRC1.FREE
                |        | >--+-- OUT                       OUT -- 2 SRC1.CLAMPED
              [100k] +---+/   |
                |    +--------+                   copper:  OUT --[jumper]-- N8_FREE
               GND                                         OUT --[jumper]-- N8_CLAMPED

The 1k keeps the input current small when the host is on and the board is not. The jumpers of a
board with fixed copper are bridged; they keep the two networks' nets apart by name.
"""

from netgen.cells.common import Assumption
from netgen.names import TWINS, Nets, code
from netgen.page import Contact, Drawing, wire
from netgen.select import Parts
from parts.models import AmplifierModel

SLOTS = (
    "host",
    "pulldown",
    "guard",
    "driver",
    "c_driver",
    "port",
    "join_free",
    "join_clamped",
)


def draw(drawing: Drawing, parts: Parts, nets: Nets, channel: str, node: str | None) -> None:
    """Draw a source channel; `node` is what copper joins it to, None with cables."""
    page = drawing.page(f"source/{channel}", code("", channel), SLOTS)
    host, guarded, out = page.net("HOST"), page.net("IN"), page.net("OUT")
    page.connector(
        "host",
        parts.header(2),
        Contact(host, channel, "input"),
        Contact(nets.ground, "GND", "supply"),
    )
    page.place("pulldown", parts.pull_down, wire(a=host, b=nets.ground))
    page.place("guard", parts.guard, wire(a=host, b=guarded))
    page.place("driver", parts.driver, wire(in_p=guarded, in_n=out, out=out), power=nets.logic)
    if node is None:
        page.connector(
            "port",
            parts.header(2),
            *(Contact(out, f"{channel}.{twin}", "port") for twin in TWINS),
        )
        return
    for twin in TWINS:
        page.place(f"join_{twin.lower()}", parts.jumper, wire(a=out, b=nets.node(node, twin)))


def assumptions(parts: Parts) -> tuple[Assumption, ...]:
    """What every source cell takes for granted."""
    driver = parts.driver.units(AmplifierModel)[0]
    return (
        Assumption(
            "source", "voltage at the host pin", max(0.0, driver.common_mode_low_v),
            parts.supply_v - max(0.0, driver.common_mode_high_v), "V",
            "the follower's input stays in its common-mode range",
        ),
        Assumption(
            "source", "current into the two networks", None, driver.output_max_a, "A",
            "the follower still holds the source's voltage",
        ),
    )  # fmt: skip
