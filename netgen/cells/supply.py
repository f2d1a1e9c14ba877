"""The supply cell: from the terminal to the rails.

    1  V_SUPPLY ---- +5V_IN --[fuse]--+--------+--------+-----+----- +5V
                                      |        |        |     |
                                    [TVS]    [bulk]    [R]   (test point)
                                      |        |      (lamp)
    2  GND ---------------------------+--------+--------+---------- GND

    3  V_COMPARATOR -- +9V_IN --[fuse]--+--[TVS]--+--[bulk]-- +9V     where comparators need it

The fuse is the smallest resettable one that holds a quarter more than the rail's computed current;
with the supply reversed the TVS conducts and the fuse opens. Where one fuse does not hold enough
there are several feeds, each with a terminal and fuses of its own, in cells `supply/feed2` and so
on: resettable fuses of one kind share a current, since the warmer one has the higher resistance.
"""

import math

from netgen.budget import rail_currents
from netgen.cells.common import Assumption
from netgen.errors import BuildError
from netgen.names import Nets, code
from netgen.page import Contact, Drawing, Page, wire
from netgen.select import Parts
from parts.models import FuseModel
from parts.record import PartRecord

MARGIN = 1.25  # a resettable fuse holds about a fifth less at 40 degC than at 23 degC

SLOTS = (
    "terminal",
    "fuse",
    "tvs",
    "bulk",
    "lamp_r",
    "lamp",
    "tp_supply",
    "tp_ground",
    "fuse_comparator",
    "tvs_comparator",
    "bulk_comparator",
    "tp_comparator",
)


def draw(drawing: Drawing, parts: Parts, nets: Nets) -> None:
    """Draw the supply; last of all cells, since it sums what the others draw."""
    page = draw_rails(drawing, parts, nets)
    draw_feeds(drawing, page, parts, nets, currents_of(drawing, parts, nets))


def draw_rails(drawing: Drawing, parts: Parts, nets: Nets) -> Page:
    """Draw what hangs on the rails behind the fuses; returns the supply cell's page."""
    page = drawing.page("supply", code("SUP"), SLOTS)
    rails = rail_volts(parts, nets)
    lamp = page.net("LAMP")
    page.place("lamp_r", parts.led_resistor, wire(a=nets.logic, b=lamp))
    page.place("lamp", parts.lamp, wire(anode=lamp, cathode=nets.ground))
    for rail, suffix in zip(rails, ("", "_comparator"), strict=False):
        page.place(f"tvs{suffix}", parts.clamp(rails[rail]), wire(cathode=rail, anode=nets.ground))
        page.place(f"bulk{suffix}", parts.bulk, wire(a=rail, b=nets.ground))
        slot = "tp_comparator" if suffix else "tp_supply"
        page.connector(slot, parts.test_point, Contact(rail, rail, "probe"))
    page.connector("tp_ground", parts.test_point, Contact(nets.ground, "GND", "probe"))
    return page


def rail_volts(parts: Parts, nets: Nets) -> dict[str, float]:
    """Volts of each rail, the main one first."""
    return {nets.logic: parts.supply_v, nets.comparator: parts.comparator_supply_v}


def currents_of(drawing: Drawing, parts: Parts, nets: Nets) -> dict[str, float]:
    """The greatest current of each rail of what is drawn so far, A."""
    return rail_currents(drawing.components, rail_volts(parts, nets))


def draw_feeds(
    drawing: Drawing, page: Page, parts: Parts, nets: Nets, currents: dict[str, float]
) -> None:
    """Draw the terminals and fuses for these currents of the rails, A."""
    rails = rail_volts(parts, nets)
    feeds, fuses = _fuses(parts, rails, currents)
    _feed(page, parts, nets, fuses)
    for number in range(2, feeds + 1):
        _feed(drawing.page(f"supply/feed{number}", code("FEED", str(number)), SLOTS),
              parts, nets, fuses)  # fmt: skip
    for net in (nets.ground, *rails, *(f"{rail}_IN" for rail in rails)):
        drawing.supply(net)


def _fuses(
    parts: Parts, rails: dict[str, float], currents: dict[str, float]
) -> tuple[int, dict[str, PartRecord]]:
    """The number of feeds, and the fuse of each rail in each of them."""
    rated = {
        rail: [part for part in parts.fuses if part.units(FuseModel)[0].rated_v >= volts]
        for rail, volts in rails.items()
    }
    for rail, fitting in rated.items():
        if not fitting:
            raise BuildError(
                f"supply: no fuse of the catalogue is rated for the {rails[rail]:g} V of {rail}; "
                f"there are {', '.join(part.mpn for part in parts.fuses) or 'none'}"
            )
    feeds = max(
        math.ceil(MARGIN * currents[rail] / fitting[-1].units(FuseModel)[0].hold_a)
        for rail, fitting in rated.items()
    )
    fuses = {
        rail: next(
            part
            for part in fitting
            if part.units(FuseModel)[0].hold_a >= MARGIN * currents[rail] / feeds
        )
        for rail, fitting in rated.items()
    }
    return feeds, fuses


def _feed(page: Page, parts: Parts, nets: Nets, fuses: dict[str, PartRecord]) -> None:
    """A terminal and a fuse for each rail."""
    contacts = [
        Contact(f"{nets.logic}_IN", "V_SUPPLY", "supply"),
        Contact(nets.ground, "GND", "supply"),
    ]
    page.place("fuse", fuses[nets.logic], wire(a=f"{nets.logic}_IN", b=nets.logic))
    if nets.comparator != nets.logic:
        net = f"{nets.comparator}_IN"
        contacts.append(Contact(net, "V_COMPARATOR", "supply"))
        page.place("fuse_comparator", fuses[nets.comparator], wire(a=net, b=nets.comparator))
    page.connector("terminal", parts.terminal(len(contacts)), *contacts)


def assumptions(parts: Parts) -> tuple[Assumption, ...]:
    """What the supply cell takes for granted."""
    found = [
        Assumption(
            "supply", "voltage at V_SUPPLY", parts.supply_v * 0.98, parts.supply_v * 1.05, "V",
            "every chip on the rail stays inside its supply range",
        )
    ]  # fmt: skip
    if parts.comparator_supply_v != parts.supply_v:
        low, high = parts.comparator_supply_v * 0.98, parts.comparator_supply_v * 1.05
        reason = "the comparators' common mode covers every node voltage"
        found.append(Assumption("supply", "voltage at V_COMPARATOR", low, high, "V", reason))
    return tuple(found)
