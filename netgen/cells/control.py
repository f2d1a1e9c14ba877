"""The control cell: the host's clock lines, their buffers, and the ends of the enable chain.

    host LATCH ----+--[100k] GND          STEP, ENABLE_CLOCK, ENABLE_DATA alike
                   |
                   +---- >S ---- control/bank1/LATCH      one Schmitt buffer for each line and
                   +---- >S ---- control/bank2/LATCH      bank of 32 edges
                   ...

    ENABLE_CLOCK -- >S -- bank3 -- >S -- bank2 -- >S -- bank1     clock:  last bank first
    ENABLE_DATA --- >S -- first edge ... edges ... last edge --[1k]-- ENABLE_RETURN

The enable chain is a shift register with one flip-flop in each edge. Its clock runs against its
data, so that a flip-flop is never clocked later than the one that feeds it.
With an adjustable nudge ETA_STEP, ETA_UP and ETA_SELECT are buffered here too; ETA_SELECT is
pulled up, so that a host that is not there selects nothing. Where the part is an inverter (the
through-hole boards' 74HC14), two in a row are one >S.
"""

from collections.abc import Mapping

from netgen.cells.common import Assumption
from netgen.names import Nets, bank_cell, code
from netgen.page import Contact, Drawing, Page, Wires, wire
from netgen.select import Parts
from parts.models import FlipFlopModel, GateModel

EDGES_PER_BANK = 32
CHAIN_START = "control/ENABLE_DATA"
"""The net that feeds the first edge's bit."""
LINES = ("LATCH", "STEP", "ENABLE_DATA", "ENABLE_CLOCK")
ETA_LINES = ("ETA_STEP", "ETA_UP", "ETA_SELECT")

SLOTS = (
    "host",
    "pull_latch",
    "pull_step",
    "pull_enable_data",
    "pull_enable_clock",
    "enable_data",
    "c_enable_data",
    "r_return",
    "tp_latch",
    "tp_step",
    "tp_enable_data",
    "tp_enable_clock",
    "tp_enable_return",
    "eta_host",
    "pull_eta_step",
    "pull_eta_up",
    "pull_eta_select",
    "eta_buffers",
    "eta_step",
    "eta_up",
    "eta_select",
    "c_eta_buffers",
    "c_eta_step",
    "c_eta_up",
    "c_eta_select",
)
BANK_SLOTS = (
    "buffers",
    "latch",
    "step",
    "enable_clock",
    "c_buffers",
    "c_latch",
    "c_step",
    "c_enable_clock",
    "bulk",
)


def bank_count(edges: int) -> int:
    """How many banks serve so many edges."""
    return -(-edges // EDGES_PER_BANK)


def draw(drawing: Drawing, parts: Parts, nets: Nets, edges: int, last: str) -> None:
    """Draw the host's header and every bank.

    Args:
        drawing: the board.
        parts: the chosen records.
        nets: names of the rails.
        edges: how many there are.
        last: net of the last edge's chain output.
    """
    page = draw_host(drawing, parts, nets, last)
    line_buffers(page, parts, nets, ("enable_data",), {"ENABLE_DATA": CHAIN_START})
    draw_banks(drawing, parts, nets, range(1, bank_count(edges) + 1))


def draw_host(drawing: Drawing, parts: Parts, nets: Nets, last: str) -> Page:
    """Draw the host's header with what belongs to its lines; returns the control cell's page.

    Args:
        drawing: the board.
        parts: the chosen records.
        nets: names of the rails.
        last: net of the last edge's chain output.
    """
    page = drawing.page("control", code("CTL"), SLOTS)
    page.connector(
        "host",
        parts.header(8),
        Contact("LATCH", "LATCH", "input"),
        Contact(nets.ground, "GND", "supply"),
        Contact("STEP", "STEP", "input"),
        Contact(nets.ground, "GND", "supply"),
        Contact("ENABLE_DATA", "ENABLE_DATA", "input"),
        Contact("ENABLE_CLOCK", "ENABLE_CLOCK", "input"),
        Contact("ENABLE_RETURN", "ENABLE_RETURN", "output"),
        Contact(nets.ground, "GND", "supply"),
    )
    for line in LINES:
        page.place(f"pull_{line.lower()}", parts.pull_down, wire(a=line, b=nets.ground))
    page.place("r_return", parts.guard, wire(a=last, b="ENABLE_RETURN"))
    for line in (*LINES, "ENABLE_RETURN"):
        page.connector(f"tp_{line.lower()}", parts.test_point, Contact(line, line, "probe"))
    if parts.nudge is None:
        _draw_eta(drawing, parts, nets)
    return page


def draw_banks(drawing: Drawing, parts: Parts, nets: Nets, numbers: range) -> None:
    """Draw banks; the board's ENABLE_CLOCK enters the last one."""
    for number in numbers:
        last = number == numbers[-1]
        clock = "ENABLE_CLOCK" if last else f"{bank_cell(number + 1)}/ENABLE_CLOCK"
        _draw_bank(drawing, parts, nets, number, clock)


def _draw_bank(drawing: Drawing, parts: Parts, nets: Nets, number: int, clock: str) -> None:
    page = drawing.page(bank_cell(number), code("B", str(number)), BANK_SLOTS)
    line_buffers(
        page, parts, nets, ("buffers", "latch", "step", "enable_clock"),
        {
            "LATCH": page.net("LATCH"),
            "STEP": page.net("STEP"),
            clock: page.net("ENABLE_CLOCK"),
        },
    )  # fmt: skip
    page.place("bulk", parts.bank_bulk, wire(a=nets.logic, b=nets.ground))


def _draw_eta(drawing: Drawing, parts: Parts, nets: Nets) -> None:
    page = drawing.page("control/eta", code("ETA"), SLOTS)
    page.connector(
        "eta_host",
        parts.header(4),
        *(Contact(line, line, "input") for line in ETA_LINES),
        Contact(nets.ground, "GND", "supply"),
    )
    for line, rail in zip(ETA_LINES, (nets.ground, nets.ground, nets.logic), strict=True):
        page.place(f"pull_{line.lower()}", parts.pull_down, wire(a=line, b=rail))
    slots = ("eta_buffers", "eta_step", "eta_up", "eta_select")
    line_buffers(page, parts, nets, slots, {line: f"control/{line}" for line in ETA_LINES})


def line_buffers(
    page: Page, parts: Parts, nets: Nets, slots: tuple[str, ...], lines: Mapping[str, str]
) -> None:
    """Schmitt buffers from each net to its copy; two inverters in a row where the part inverts."""
    units: list[Wires] = []
    for line, copy in lines.items():
        if parts.buffer.units(GateModel)[0].function == "not":
            inverse = f"{copy}_N"
            units += [wire(inputs=line, output=inverse), wire(inputs=inverse, output=copy)]
        else:
            units.append(wire(inputs=line, output=copy))
    page.place(slots, parts.buffer, *units, power=nets.logic)


def assumptions(parts: Parts) -> tuple[Assumption, ...]:
    """What the control cell takes for granted."""
    flipflop = parts.latch.units(FlipFlopModel)[0]
    buffer = parts.buffer.units(GateModel)[0]
    return (
        Assumption(
            "control", "half a period of ENABLE_CLOCK",
            flipflop.min_pulse_s + flipflop.propagation_s + flipflop.setup_s + buffer.propagation_s,
            None, "s", "a bit reaches the next flip-flop before its edge",
        ),
        Assumption(
            "control", "hold time of the enable flip-flops", None,
            flipflop.propagation_min_s, "s", "a bit does not run through two flip-flops at once",
        ),
    )  # fmt: skip
