"""What was built: a netlist, or several that cables join, and the design as they carry it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from designs import Design
from designs.network import DesignGraph
from verification.errors import UsageError
from verification.reading.assembly import read_boards
from verification.reading.netlist import Netlist
from verification.reading.readers import Reader


def read_built(path: str | Path, design: Design, reader: Reader = "own") -> tuple[Netlist, Design]:
    """A netlist file or a system file, and the design with its edges in the order of the chain.

    Raises:
        NetlistError: a file that is neither.
        UsageError: one netlist of a design that asks for several boards.
    """
    netlist = read_boards(path, reader)
    check_whole(bool(netlist.boards), path, design)
    return netlist, in_chain_order(netlist, design)


def check_whole(several: bool, path: str | Path, design: Design) -> None:
    """Refuse one board of a design that asks for several.

    Args:
        several: whether the file joins boards.
        path: the file.
        design: what it should be.

    Raises:
        UsageError: it is a part of the design only.
    """
    boards = design.board.boards
    if several or boards in (1, "auto"):
        return
    raise UsageError(
        f"design {design.name} is on {boards} boards, and {path} is one of them; give the system "
        f"file instead, which joins them: {design.name}-system.json (with --boards DIR, the "
        "folder of their board files)"
    )


def in_chain_order(netlist: Netlist, design: Design) -> Design:
    """The design with its edges as the enable chain passes them on the boards.

    On one board that is the design's own order. On several it is the system file's; where that is
    no order of the design's edges, the design stays as it is and the check `cables` says so.
    """
    if not states_chain(netlist, design):
        return design
    known = {frozenset(edge): edge for edge in design.graph.edges}
    order = tuple(known[frozenset(edge)] for edge in netlist.chain)
    graph = DesignGraph(design.graph.nodes, order, design.graph.positions)
    return replace(design, graph=graph)


def states_chain(netlist: Netlist, design: Design) -> bool:
    """Whether the system file names every edge of the design once, and no other."""
    stated = [frozenset(edge) for edge in netlist.chain]
    edges = {frozenset(edge) for edge in design.graph.edges}
    return len(stated) == len(edges) and set(stated) == edges
