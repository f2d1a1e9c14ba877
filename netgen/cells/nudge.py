r"""The target cell: it reads a target of the free network and nudges its clamped twin.

    TGT1.FREE ----+\
                  | >--+-- SENSE --[1k]-- host TGT1.OUT
              +---+/   |     |
              +--------+   [R_f]            V_MID = eta V_desired + (1 - eta) V_free
                             +-- MID --+\    eta   = R_f / (R_f + R_d)
                           [R_d]       | >--+-- TGT1.CLAMPED
    host TGT1.DESIRED --+----+     +---+/   |
                     [100k]        +--------+
                      GND

eta = 1 has no R_f. With the adjustable nudge a digipot stands for R_f and R_d, between SENSE (B)
and a follower of DESIRED (A), with MID at the wiper: eta = code / divisor, set through ETA_STEP,
ETA_UP and ETA_SELECT for all targets together. The channels of a dual digipot work in parallel.

With cables the channel's header has a third pin, GND: on a channel that no cable uses, a shunt
from TGT1.FREE to it keeps the follower's input from floating.
"""

from netgen.cells.common import Assumption
from netgen.names import TWINS, Nets, code
from netgen.page import Contact, Drawing, Page, wire
from netgen.select import Parts
from parts.models import AmplifierModel

SLOTS = (
    "host",
    "pulldown",
    "driver",
    "driver_1",
    "driver_2",
    "r_free",
    "r_desired",
    "r_out",
    "eta_digipot",
    "port",
    "c_driver",
    "c_driver_1",
    "c_driver_2",
    "c_eta_digipot",
    "driver_3",
    "c_driver_3",
)


def draw(drawing: Drawing, parts: Parts, nets: Nets, channel: str, node: str | None) -> None:
    """Draw a target channel; `node` is what copper joins it to, None with cables."""
    page = drawing.page(f"target/{channel}", code("", channel), SLOTS)
    free, clamped = (
        nets.node(node, twin) if node is not None else page.net(twin) for twin in TWINS
    )
    desired, answer = page.net("DESIRED"), page.net("OUT")
    sense, mid = page.net("SENSE"), page.net("MID")
    page.connector(
        "host",
        parts.header(3),
        Contact(desired, f"{channel}.DESIRED", "input"),
        Contact(answer, f"{channel}.OUT", "output"),
        Contact(nets.ground, "GND", "supply"),
    )
    page.place("pulldown", parts.pull_down, wire(a=desired, b=nets.ground))
    page.place("r_out", parts.guard, wire(a=sense, b=answer))
    followers = [
        wire(in_p=free, in_n=sense, out=sense),
        wire(in_p=mid, in_n=clamped, out=clamped),
    ]
    if parts.nudge is None:
        buffered = page.net("DESIRED_BUF")
        followers.append(wire(in_p=desired, in_n=buffered, out=buffered))
        _adjustable(page, parts, nets, buffered)
    else:
        page.place("r_desired", parts.nudge.desired, wire(a=desired, b=mid))
        if parts.nudge.free is not None:
            page.place("r_free", parts.nudge.free, wire(a=sense, b=mid))
    page.place(
        ("driver", "driver_1", "driver_2", "driver_3"), parts.driver, *followers, power=nets.logic
    )
    if node is None:
        page.connector(
            "port",
            parts.header(3),
            *(
                Contact(net, f"{channel}.{twin}", "port")
                for twin, net in reversed(list(zip(TWINS, (free, clamped), strict=True)))
            ),
            Contact(nets.ground, "GND", "supply"),
        )


def _adjustable(page: Page, parts: Parts, nets: Nets, desired: str) -> None:
    """The digipot; its package's channels step together, so they can share their terminals."""
    channel = wire(
        a=desired,
        w=page.net("MID"),
        b=page.net("SENSE"),
        clk="control/ETA_STEP",
        up_down="control/ETA_UP",
        cs="control/ETA_SELECT",
    )
    channels = [channel] * len(parts.digipot.models)
    page.place("eta_digipot", parts.digipot, *channels, power=nets.logic)


def assumptions(parts: Parts) -> tuple[Assumption, ...]:
    """What every target cell takes for granted."""
    driver = parts.driver.units(AmplifierModel)[0]
    found = [
        Assumption(
            "target", "voltage at the DESIRED pin and at the target nodes",
            max(0.0, driver.common_mode_low_v),
            parts.supply_v - max(0.0, driver.common_mode_high_v), "V",
            "the followers' inputs stay in their common-mode range",
        ),
        Assumption(
            "target", "current into the clamped network", None, driver.output_max_a, "A",
            "the follower still holds the nudged voltage",
        ),
    ]  # fmt: skip
    if parts.nudge is not None and parts.nudge.load_ohm is not None:
        limit = parts.nudge.load_ohm / 1000
        reason = "it adds to R_d and lowers eta"
        quantity = "impedance of the host at the DESIRED pin"
        found.append(Assumption("target", quantity, None, limit, "ohm", reason))
    return tuple(found)
