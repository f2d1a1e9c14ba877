"""What a board file adds to the claims about a netlist: parts, copper, loose copper, names."""

from __future__ import annotations

from verification.board.copper import Copper
from verification.board.extract import stored_netlist
from verification.board.ipcd356 import Export
from verification.board.loose import (
    LooseEnd,
    copper_measures,
    ends_by_group,
    loose_items,
    thin_items,
    unfilled_items,
)
from verification.board.lvs import bridge_items, compare, open_items, pad_items, short_items
from verification.board.naming import exchanged_names, naming_faults
from verification.board.parts import BoardParts, alike_faults, part_faults
from verification.board.record import BoardCopper
from verification.board.turned import turned_items
from verification.checks.records import Check, Item, judged
from verification.reading.netlist import Netlist, PinRef

PARTS = "board_parts"
PARTS_CLAIM = (
    "the board has each part of the netlist once, with its footprint, value and fields, and "
    "footprints of one name have their pads alike"
)
COPPER = "board_copper"
COPPER_CLAIM = (
    "copper joins the pins that the netlist joins and no others, by touching alone: no short, no "
    "open, no footprint the wrong way round"
)
LOOSE = "loose_copper"
LOOSE_CLAIM = (
    "every zone is filled, no track or via leads nowhere, all copper belongs to a pin, and no "
    "contact or gap is so thin that etching may change it"
)
NAMES = "board_names"
NAMES_CLAIM = (
    "the net names stored in the board are those of the netlist, so that KiCad's rules and the "
    "fab's test look for the right nets"
)
IPCD356 = "ipcd356"
IPCD356_CLAIM = (
    "KiCad's IPC-D-356 export, by which a fab tests bare boards, has every pad in its place and on "
    "the net that the netlist gives it"
)
Ends = tuple[LooseEnd, ...]


def check_parts(board: BoardCopper, parts: BoardParts, netlist: Netlist) -> Check:
    """Footprints against components; `netlist` may be the board's own."""
    evidence = {"footprints": len(board.footprints), "parts": len(parts.components)}
    faults = [*part_faults(board, parts, netlist), *alike_faults(board, parts)]
    return judged(PARTS, PARTS_CLAIM, len(parts.components), evidence, faults)


def check_copper(
    copper: Copper, ends: Ends, parts: BoardParts, netlist: Netlist, source: str
) -> Check:
    """Conductors against nets; `source` says where the nets come from."""
    found = compare(copper, netlist)
    faults = [
        *turned_items(found),
        *short_items(found),
        *open_items(found, ends_by_group(copper, ends)),
        *pad_items(found, parts.footprints.keys()),
        *bridge_items(copper),
    ]
    evidence = {
        "against": source,
        "nets": len(netlist.nets),
        **copper_measures(copper),
        "shorts": len(found.shorts),
        "opens": len(found.opens),
    }
    return judged(COPPER, COPPER_CLAIM, len(found.net_of), evidence, faults)


def check_loose(copper: Copper, ends: Ends) -> Check:
    """Unfilled zones are faults; what leads nowhere is a remark."""
    notes = [*loose_items(copper, ends), *thin_items(copper)]
    zones = len(copper.board.zones)
    evidence = {"zones": zones, "loose_ends": len(ends)}
    return judged(LOOSE, LOOSE_CLAIM, len(copper.bodies), evidence, unfilled_items(copper), notes)


def check_names(board: BoardCopper, netlist: Netlist) -> Check:
    """The names stored in the file; the copper does not depend on them."""
    stored = stored_netlist(board, netlist.components)
    theirs = {pin: net.name for net in stored.nets for pin in net.pins}
    pins = frozenset(
        PinRef(footprint.refdes, pad.number)
        for footprint in board.footprints
        for pad in footprint.pads
    )
    known = {net.name for net in netlist.nets}
    evidence = {"nets": len(stored.nets), "other_names": len({*theirs.values()} - known)}
    faults = [*naming_faults(theirs, pins, netlist, "the board file")]
    faults += exchanged_names(theirs, netlist)
    return judged(NAMES, NAMES_CLAIM, len(theirs), evidence, faults)


def check_export(export: Export, netlist: Netlist, source: str) -> Check:
    """What KiCad, or a file of its making, says of every pad."""
    pins = frozenset(pin for net in netlist.nets for pin in net.pins) - frozenset(export.absent)
    faults = [*naming_faults(export.nets, pins, netlist, "the export")]
    faults += (
        Item(
            point.refdes,
            point.pin,
            point.net,
            expected="a pad of the board at this place",
            got=f"none of this name at ({point.at[0]}, {point.at[1]}) x 0.1 mil in the export",
            fix="export IPC-D-356 again from this board",
            weight=1.0,
        )
        for point in export.unknown
    )
    faults += (
        Item(
            pin.refdes,
            pin.number,
            expected="a test point in the export",
            got="none at this pad's place",
            fix="export IPC-D-356 again from this board",
            weight=1.0,
        )
        for pin in export.absent
    )
    evidence = {"from": source, "pins": len(pins), "nets": len({*export.nets.values()})}
    return judged(IPCD356, IPCD356_CLAIM, len(pins), evidence, faults)
