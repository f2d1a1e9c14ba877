"""What differs between two netlists: parts by reference, nets by the pins that they join.

Net names and the order of anything do not count as a difference in wiring; a net that joins the
same pins under another name is told apart as renamed.
"""

from dataclasses import dataclass

from verification.reading.netlist import Netlist, NetlistComponent, PinRef


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference. ``kind`` is added, removed, changed, rewired or renamed."""

    kind: str
    what: str
    before: str
    after: str

    def __str__(self) -> str:
        if self.kind in ("added", "removed"):
            return f"{self.kind:8} {self.what} {self.before or self.after}".rstrip()
        return f"{self.kind:8} {self.what}: {self.before} -> {self.after}"


def compare(before: Netlist, after: Netlist) -> tuple[Difference, ...]:
    """The differences from one netlist to another: parts first, then pins, then names of nets.

    Cost: linear in the number of pins.
    """
    return (*_parts(before, after), *_pins(before, after), *_names(before, after))


def _part_text(component: NetlistComponent) -> str:
    return " ".join(
        text for text in (component.field("MPN"), component.value, component.footprint) if text
    )


def _parts(before: Netlist, after: Netlist) -> list[Difference]:
    old = {component.refdes: _part_text(component) for component in before.components}
    new = {component.refdes: _part_text(component) for component in after.components}
    found = [Difference("removed", ref, text, "") for ref, text in old.items() if ref not in new]
    found += [Difference("added", ref, "", text) for ref, text in new.items() if ref not in old]
    found += [
        Difference("changed", ref, text, new[ref])
        for ref, text in old.items()
        if ref in new and new[ref] != text
    ]
    return found


def _net_of(netlist: Netlist) -> dict[PinRef, str]:
    return {pin: net.name for net in netlist.nets for pin in net.pins}


def _pins(before: Netlist, after: Netlist) -> list[Difference]:
    """Pins of parts that both netlists have and that moved to another net.

    A pin moved where most of its old companions are on another net than itself; the companions
    that stayed are not reported.
    """
    common = {part.refdes for part in before.components} & {
        part.refdes for part in after.components
    }
    old_net, new_net = _net_of(before), _net_of(after)
    found: list[Difference] = []
    for net in before.nets:
        homes: dict[str, int] = {}
        for pin in net.pins:
            home = new_net.get(pin, "no net")
            homes[home] = homes.get(home, 0) + 1
        stayed = max(homes, key=lambda name: homes[name], default="")
        for pin in net.pins:
            home = new_net.get(pin, "no net")
            if pin.refdes in common and home != stayed:
                found.append(Difference("rewired", str(pin), net.name, home))
    found += [
        Difference("rewired", str(pin), "no net", net.name)
        for net in after.nets
        for pin in net.pins
        if pin.refdes in common and pin not in old_net
    ]
    return found


def _names(before: Netlist, after: Netlist) -> list[Difference]:
    new = {frozenset(net.pins): net.name for net in after.nets}
    return [
        Difference("renamed", "net", net.name, new[pins])
        for net in before.nets
        if new.get(pins := frozenset(net.pins), net.name) != net.name
    ]
