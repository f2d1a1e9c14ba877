"""The supply cell: from the terminal to the rails.

    1  V_SUPPLY ---- +5V_IN --[fuse]--+--------+--------+-----+----- +5V
                                      |        |        |     |
                                    [TVS]    [bulk]    [R]   (test point)
                                      |        |      (lamp)
    2  GND ---------------------------+--------+--------+---------- GND

    3  V_COMPARATOR -- +9V_IN --[fuse]--+--[TVS]--+--[bulk]-- +9V     where comparators need it

The fuse is the smallest resettable one that holds a quarter more than the rail's computed current;
with the supply reversed the TVS conducts and the fuse opens.
"""

from netgen.budget import rail_currents
from netgen.cells.common import Assumption
from netgen.errors import BuildError
from netgen.names import Nets, code
from netgen.page import Contact, Drawing, Page, wire
from netgen.select import Parts
from parts.models import FuseModel

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
    page = drawing.page("supply", code("SUP"), SLOTS)
    rails = {nets.logic: parts.supply_v, nets.comparator: parts.comparator_supply_v}
    lamp = page.net("LAMP")
    page.place("lamp_r", parts.led_resistor, wire(a=nets.logic, b=lamp))
    page.place("lamp", parts.lamp, wire(anode=lamp, cathode=nets.ground))
    currents = rail_currents(drawing.components, rails)
    contacts = [
        Contact(f"{nets.logic}_IN", "V_SUPPLY", "supply"),
        Contact(nets.ground, "GND", "supply"),
    ]
    _protect(page, parts, nets, "", nets.logic, rails[nets.logic], currents[nets.logic])
    if nets.comparator != nets.logic:
        contacts.append(Contact(f"{nets.comparator}_IN", "V_COMPARATOR", "supply"))
        _protect(page, parts, nets, "_comparator", nets.comparator,
                 rails[nets.comparator], currents[nets.comparator])  # fmt: skip
        page.connector(
            "tp_comparator", parts.test_point, Contact(nets.comparator, nets.comparator, "probe")
        )
    page.connector("terminal", parts.terminal(len(contacts)), *contacts)
    page.connector("tp_supply", parts.test_point, Contact(nets.logic, nets.logic, "probe"))
    page.connector("tp_ground", parts.test_point, Contact(nets.ground, "GND", "probe"))
    for contact in contacts:
        drawing.supply(contact.net)
    for rail in rails:
        drawing.supply(rail)


def _protect(
    page: Page, parts: Parts, nets: Nets, suffix: str, rail: str, volts: float, amperes: float
) -> None:
    fuse = next(
        (part for part in parts.fuses
         if part.units(FuseModel)[0].hold_a >= MARGIN * amperes
         and part.units(FuseModel)[0].rated_v >= volts),
        None,
    )  # fmt: skip
    if fuse is None:
        largest = max((part.units(FuseModel)[0].hold_a for part in parts.fuses), default=0.0)
        raise BuildError(
            f"supply: rail {rail} may draw {amperes:.2f} A, and no fuse of the catalogue for "
            f"{volts:g} V holds {MARGIN:g} times that (the largest holds {largest:g} A); build a "
            "smaller network, set electronics.led = false or choose parts that draw less"
        )
    page.place(f"fuse{suffix}", fuse, wire(a=f"{rail}_IN", b=rail))
    page.place(f"tvs{suffix}", parts.clamp(volts), wire(cathode=rail, anode=nets.ground))
    page.place(f"bulk{suffix}", parts.bulk, wire(a=rail, b=nets.ground))


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
