"""Nets that somebody else names - a board's pads, a test point list - against those of a netlist.

Two namings agree where the same pins share a net; how a net is called does not count, since KiCad
puts slashes before names and IPC-D-356 cuts them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from verification.checks.records import Item
from verification.reading.netlist import Netlist, PinRef


def naming_faults(
    theirs: Mapping[PinRef, str], pins: frozenset[PinRef], netlist: Netlist, who: str
) -> Iterator[Item]:
    """Pins that a naming puts on another net than the netlist does.

    Args:
        theirs: pin -> net, as they call it; pins without a net are left out.
        pins: the pins that they know of; others are not theirs to name.
        netlist: what should be.
        who: has it so, in messages.
    """
    ours = {pin: net.name for net in netlist.nets for pin in net.pins if pin in pins}
    means = _meanings(theirs, ours)
    called = {net: name for name, net in means.items()}
    for net in netlist.nets:
        known = [pin for pin in net.pins if pin in pins]
        for pin in known:
            name = theirs.get(pin, "")
            if name and means.get(name) == net.name:
                continue
            if not name and len(known) == 1:
                continue
            other = means.get(name)
            got = f"net {name or '(none)'}"
            got += f", which is {other} elsewhere" if other and other != name else ""
            yield _item(pin, net.name, f"net {called.get(net.name, net.name)}", got, who)
    for pin, name in theirs.items():
        if pin not in ours and name in means:
            yield _item(pin, means[name], "no net, as in the netlist", f"net {name}", who)


def exchanged_names(theirs: Mapping[PinRef, str], netlist: Netlist) -> Iterator[Item]:
    """Nets that go by the name of another net: all pins agree, and everybody is misled."""
    ours = {pin: net.name for net in netlist.nets for pin in net.pins}
    names = {net.name for net in netlist.nets}
    for name, net in sorted(_meanings(theirs, ours).items()):
        if name != net and name in names:
            first = next(pin for pin, called in theirs.items() if called == name and pin in ours)
            yield _item(
                first, net, f"net {net}", f"net {name}, another net's name", "the board file"
            )


def _meanings(theirs: Mapping[PinRef, str], ours: Mapping[PinRef, str]) -> dict[str, str]:
    """Their name -> our net, by most of the pins; no two of theirs mean one of ours."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for pin, name in theirs.items():
        if pin in ours:
            votes[name][ours[pin]] += 1
    ranked = sorted(
        ((count, name, net) for name, nets in votes.items() for net, count in nets.items()),
        key=lambda row: (-row[0], row[1] != row[2], row[1], row[2]),
    )
    found: dict[str, str] = {}
    taken: set[str] = set()
    for _, name, net in ranked:
        if name not in found and net not in taken:
            found[name] = net
            taken.add(net)
    return found


def _item(pin: PinRef, net: str, expected: str, got: str, who: str) -> Item:
    return Item(
        pin.refdes,
        pin.number,
        net,
        expected=expected,
        got=f"{who}: {got}",
        fix="update the board from the netlist",
        weight=0.9,
    )
