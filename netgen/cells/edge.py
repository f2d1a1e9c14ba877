r"""The edge cell: two twin resistors and the circuit that moves them.

    N4_FREE ---[cut]--- W  digipot  B --- N7_FREE            one digipot in each network;
                        CLK U/D CS                           [cut] is a bridged solder jumper
    N4_CLAMPED -[cut]-- W  digipot  B --- N7_CLAMPED         (opened: the edge is cut)

    C4 --R--+                         C, F: the buffered node voltages of the clamped and the
            P ---+\                   free network.  P = (C4 + F7)/2,  M = (F4 + C7)/2
    F7 --R--+    | >-- C>F --+
                 |           |        C>F = [c > f]  with  c = C4 - C7,  f = F4 - F7
    F4 --R--+    |           =1-- UP -- D  latch Q --+-- U/D of both digipots
            M ---+/          |             CLK       +--R-- LED
    C7 --R--+                |              |
    F7 ------+\              |           LATCH (rising edge)
             | >----- F<0 ---+
    F4 ------+/                  UP = [c > f] xor [f < 0]: up exactly where |c| > |f|, with f in
                                 place of c + f (Dillavou et al. 2022; facts and proof in docs)

    the previous edge's DISABLE -- D enable Q --+-- CS of both digipots (low: the edge learns)
                           ENABLE_CLOCK -- CLK  +-- the next edge's D
                                   STEP -- CLK of both digipots

Both edge cells of a design, `clocked_digipot` and `dillavou2022`, are this page. They differ in
their parts (single gates that keep an edge in one tile; the paper's through-hole quads), in the
comparators' rail and in the pull-ups of open-collector outputs, and all of that follows from the
part records.
"""

from netgen.cells.common import Assumption
from netgen.names import TWINS, Nets, code, edge_cell
from netgen.page import Drawing, Page, wire
from netgen.select import Parts
from parts.models import ComparatorModel, DigipotModel, FlipFlopModel

SLOTS = (
    "digipot",
    "digipot_free",
    "digipot_clamped",
    "cut_free",
    "cut_clamped",
    "sum_array",
    "sum_1",
    "sum_2",
    "sum_3",
    "sum_4",
    "comparator",
    "comparator_difference",
    "comparator_sign",
    "pullup_difference",
    "pullup_sign",
    "xor",
    "latch",
    "enable",
    "led",
    "led_r",
    "c_digipot",
    "c_digipot_free",
    "c_digipot_clamped",
    "c_comparator",
    "c_comparator_difference",
    "c_comparator_sign",
    "c_xor",
    "c_latch",
    "c_enable",
)


def draw(
    drawing: Drawing, parts: Parts, nets: Nets, edge: tuple[str, str], bank: str, previous: str
) -> str:
    """Draw the edge and return the net of its chain output, DISABLE.

    Args:
        drawing: the board.
        parts: the chosen records.
        nets: names of rails and node nets.
        edge: its two nodes, in the design's order.
        bank: cell of the bank whose LATCH, STEP and ENABLE_CLOCK it takes.
        previous: net of the chain input.
    """
    page = drawing.page(edge_cell(edge), code("E", *edge), SLOTS)
    _draw_resistors(page, parts, nets, edge, bank)
    _draw_comparison(page, parts, nets, edge)
    _draw_memory(page, parts, nets, bank, previous)
    return page.net("DISABLE")


def _draw_resistors(page: Page, parts: Parts, nets: Nets, edge: tuple[str, str], bank: str) -> None:
    """The two digipots, each in series with the jumper that cuts the edge."""
    first, second = edge
    for twin in TWINS:
        page.place(
            f"cut_{twin.lower()}",
            parts.jumper,
            wire(a=nets.node(first, twin), b=page.net(f"W_{twin}")),
        )
    page.place(
        ("digipot", "digipot_free", "digipot_clamped"),
        parts.digipot,
        *(
            wire(
                w=page.net(f"W_{twin}"),
                b=nets.node(second, twin),
                clk=f"{bank}/STEP",
                up_down=page.net("UP_LATCHED"),
                cs=page.net("DISABLE"),
            )
            for twin in TWINS
        ),
        power=nets.logic,
    )


def _draw_comparison(page: Page, parts: Parts, nets: Nets, edge: tuple[str, str]) -> None:
    """From the buffered node voltages to UP."""
    first, second = edge
    f1, f2 = nets.buffered(first, "FREE"), nets.buffered(second, "FREE")
    c1, c2 = nets.buffered(first, "CLAMPED"), nets.buffered(second, "CLAMPED")
    plus, minus = page.net("P"), page.net("M")
    difference, sign = page.net("C>F"), page.net("F<0")
    page.place(
        ("sum_array", "sum_1", "sum_2", "sum_3", "sum_4"),
        parts.average,
        wire(a=c1, b=plus),
        wire(a=f2, b=plus),
        wire(a=f1, b=minus),
        wire(a=c2, b=minus),
    )
    # A digipot that goes up on a low level needs the inverse of UP: the other sign of f gives it.
    high, low = (f2, f1) if _goes_up_on_high(parts) else (f1, f2)
    page.place(
        ("comparator", "comparator_difference", "comparator_sign"),
        parts.comparator,
        wire(in_p=plus, in_n=minus, out=difference),
        wire(in_p=high, in_n=low, out=sign),
        power=nets.comparator,
    )
    if parts.comparator.units(ComparatorModel)[0].output == "open_collector":
        page.place("pullup_difference", parts.pull_up, wire(a=nets.logic, b=difference))
        page.place("pullup_sign", parts.pull_up, wire(a=nets.logic, b=sign))
    gate = wire(inputs=(difference, sign), output=page.net("UP"))
    page.place("xor", parts.xor, gate, power=nets.logic)


def _draw_memory(page: Page, parts: Parts, nets: Nets, bank: str, previous: str) -> None:
    """The latched direction with its lamp, and the edge's bit of the enable chain."""
    latched = page.net("UP_LATCHED")
    latch = wire(d=page.net("UP"), clk=f"{bank}/LATCH", q=latched)
    enable = wire(d=previous, clk=f"{bank}/ENABLE_CLOCK", q=page.net("DISABLE"))
    if _clocks_are_private(parts):
        page.place(("latch", "latch", "enable"), parts.latch, latch, enable, power=nets.logic)
    else:
        page.place("latch", parts.latch, latch, power=nets.logic)
        page.place("enable", parts.latch, enable, power=nets.logic)
    if parts.led is not None:
        lamp = page.net("LED")
        page.place("led_r", parts.led_resistor, wire(a=latched, b=lamp))
        page.place("led", parts.led, wire(anode=lamp, cathode=nets.ground))


def _goes_up_on_high(parts: Parts) -> bool:
    return parts.digipot.units(DigipotModel)[0].up_level == "high"


def _clocks_are_private(parts: Parts) -> bool:
    """Whether each flip-flop of a package has a clock pin of its own."""
    clocks = [flipflop.clk for flipflop in parts.latch.units(FlipFlopModel)]
    return len(set(clocks)) == len(clocks)


def assumptions(parts: Parts) -> tuple[Assumption, ...]:
    """What every edge cell takes for granted."""
    digipot = parts.digipot.units(DigipotModel)[0]
    latch = parts.latch.units(FlipFlopModel)[0]
    comparator = parts.comparator.units(ComparatorModel)[0]
    return (
        Assumption(
            "edge", "voltage of every node net", 0.0, parts.supply_v, "V",
            "digipot terminals and comparator inputs stay inside their ranges",
        ),
        Assumption(
            "edge", "input current of a comparator", None, comparator.bias_max_a, "A",
            "it flows through the averaging resistors and adds to the offset",
        ),
        Assumption(
            "edge", "impedance of the buffered node nets", None, parts.average_ohm / 1000, "ohm",
            "the averaging resistors alone set P and M to 0.1 %",
        ),
        Assumption(
            "edge", "LATCH to STEP", latch.propagation_s + digipot.setup_s, None, "s",
            "the direction is stable before the digipots step",
        ),
        Assumption(
            "edge", "level of DISABLE while STEP is high", digipot.select_setup_s, None, "s",
            "the selection is stable before the digipots step",
        ),
    )  # fmt: skip
