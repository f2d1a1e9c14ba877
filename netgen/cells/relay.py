"""The relay cells: the host's lines from board to board, when a network is on several.

    this board                                    cable                 the next board
    LATCH ------- >S --[1k]-- LATCH_ONWARD ------- ... ------ LATCH ------+--[100k] GND
    STEP, ENABLE_DATA alike                                               +-- its banks, its relay
    first bank's ENABLE_CLOCK -- >S --[1k]-- ENABLE_CLOCK_ONWARD - ... - ENABLE_CLOCK -- last bank
    CHAIN --+--[100k] GND ------------------------ ... ------ CHAIN_BACK --[1k]-- S< -- last edge
            +-- >S -- first edge

The host is at board 1. Its clock runs through board 1's banks, last to first, then on to board 2
and so to the last board; ENABLE_DATA goes past all edges to the last board, where the chain begins,
and comes back board by board. So clock and data still run against each other, and ENABLE_RETURN is
where the host is. A line that leaves is buffered, behind a resistor that damps the cable and limits
what flows into a board without power; one that arrives has a level when the cable is unplugged, and
goes to Schmitt triggers only.

The entry cell is the Schmitt trigger before a board's first edge. It reads ENABLE_DATA on the last
board and CHAIN on the others.
"""

from netgen.cells.common import Assumption
from netgen.cells.control import line_buffers
from netgen.names import Nets, code
from netgen.page import Drawing, wire
from netgen.select import Parts
from netgen.timing import line_s

ONWARD = ("LATCH", "STEP", "ENABLE_DATA", "ENABLE_CLOCK")
"""Lines from a board to the next one, which has them by these names."""
CHAIN, BACK = "CHAIN", "CHAIN_BACK"
"""The enable chain where it comes from the next board, and where it leaves for the one before."""
ENTRY = "control/entry"

ONWARD_SLOTS = (
    "buffers",
    "latch",
    "step",
    "enable_data",
    "enable_clock",
    "c_buffers",
    "c_latch",
    "c_step",
    "c_enable_data",
    "c_enable_clock",
    "r_latch",
    "r_step",
    "r_enable_data",
    "r_enable_clock",
    "pull_chain",
)
BACK_SLOTS = (
    "chain",
    "c_chain",
    "r_chain",
    "pull_latch",
    "pull_step",
    "pull_enable_data",
    "pull_enable_clock",
)
ENTRY_SLOTS = ("buffer", "c_buffer")


def onward(line: str) -> str:
    """The net by which a line leaves for the next board."""
    return f"{line}_ONWARD"


def draw_onward(drawing: Drawing, parts: Parts, nets: Nets, clock: str) -> None:
    """Draw what drives the lines to the next board.

    Args:
        drawing: this board.
        parts: the chosen records.
        nets: names of the rails.
        clock: net of the first bank's ENABLE_CLOCK.
    """
    page = drawing.page("relay/onward", code("ON"), ONWARD_SLOTS)
    sources = {"ENABLE_CLOCK": clock}
    copies = {sources.get(line, line): page.net(line) for line in ONWARD}
    slots = ("buffers", *(line.lower() for line in ONWARD))
    line_buffers(page, parts, nets, slots, copies)
    for line in ONWARD:
        guard = wire(a=page.net(line), b=onward(line))
        page.place(f"r_{line.lower()}", parts.guard, guard)
    page.place("pull_chain", parts.pull_down, wire(a=CHAIN, b=nets.ground))


def draw_back(drawing: Drawing, parts: Parts, nets: Nets, last: str) -> None:
    """Draw what belongs to the lines from the board before, and drives the chain back to it.

    Args:
        drawing: this board.
        parts: the chosen records.
        nets: names of the rails.
        last: net of this board's last edge's chain output.
    """
    page = drawing.page("relay/back", code("BK"), BACK_SLOTS)
    line_buffers(page, parts, nets, ("chain",), {last: page.net(CHAIN)})
    page.place("r_chain", parts.guard, wire(a=page.net(CHAIN), b=BACK))
    for line in ONWARD:
        page.place(f"pull_{line.lower()}", parts.pull_down, wire(a=line, b=nets.ground))


def draw_entry(drawing: Drawing, parts: Parts, nets: Nets, source: str) -> str:
    """Draw the trigger before a board's first edge; returns the net that feeds that edge."""
    page = drawing.page(ENTRY, code("ENT"), ENTRY_SLOTS)
    line_buffers(page, parts, nets, ("buffer",), {source: page.net("DATA")})
    return page.net("DATA")


def assumptions(parts: Parts, inputs: int) -> tuple[Assumption, ...]:
    """What the relay cells take for granted.

    Args:
        parts: the chosen records.
        inputs: on the line that has most of them.
    """
    return (
        Assumption(
            "relay", "time constant of a line: its resistor with cable and inputs", None,
            line_s(parts, inputs), "s", "the times of the host's clocks allow for no more",
        ),
    )  # fmt: skip
