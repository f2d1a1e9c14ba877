"""Sections: the clocks with their times, and the enable chain."""

from collections.abc import Iterator, Mapping
from typing import Any

from netgen.bench_docs.facts import Facts
from netgen.bench_docs.record import Block, Heading, Listing, Paragraph, Steps, Table
from netgen.bench_docs.words import counted, seconds
from parts.models import DigipotModel

_PICTURE = """\
SRC*, DESIRED  ==X=========== held =====================================X==
                 |<-- settle -->|
*.OUT read                      ^
                                 |<a>|<a>|
LATCH          __________________/---\\_________________________/---\\_______
                                 |<-- b -->|
STEP           ____________________________/-----\\_________________________
                                           |<-c->|<---- d ---->|
digipots       ============================X==== new taps =================
"""


def clock_sequence(facts: Facts) -> Iterator[Block]:
    """One learning step."""
    clock = facts.interface["clock"]
    period = 1 / clock["clock_hz"]
    yield Heading(2, "Clocks")
    yield Paragraph(
        "All clock lines rest low. One learning step: set sources and desired voltages, let the "
        "network settle, read, store every edge's direction with `LATCH`, move every enabled edge "
        "by one tap with `STEP`."
    )
    yield Listing(_PICTURE)
    rows = (
        ("a", "`LATCH` high, and low", clock["latch_pulse_min_s"]),
        ("b", "rise of `LATCH` to rise of `STEP`", clock["latch_to_step_min_s"]),
        ("c", "`STEP` high, and low", clock["step_pulse_min_s"]),
        ("d", "fall of `STEP` to the next rise of `LATCH`", clock["step_to_latch_min_s"]),
        ("", "a whole step", clock["learning_step_min_s"]),
    )
    yield Table(("", "Time", "At least"), tuple((a, b, seconds(c)) for a, b, c in rows))
    yield Paragraph(
        f"These come from the parts' datasheets; the settling of the network with your cables "
        f"comes on top. The design's rate is {clock['clock_hz']:g} steps a second "
        f"({seconds(period)} each): begin with it, and be quicker once the board works."
    )
    yield Steps(
        (
            "Hold sources and desired voltages still. Pulse `LATCH` alone: lamps of edges change "
            f"to what each edge would do (on: {_lamp_says(facts)}), and nothing else moves.",
            "Pulse `STEP` alone, twice: the `OUT` pins move a little, twice in the same sense, "
            "since the stored directions are the same.",
            "A line that does nothing: look at it at the host's pin, then at its test point.",
        )
    )


def _lamp_says(facts: Facts) -> str:
    return "resistance up" if _pot(facts).up_level == "high" else "resistance down"


def _pot(facts: Facts) -> DigipotModel:
    return facts.made.parts.digipot.units(DigipotModel)[0]


def nudge_setting(facts: Facts) -> Iterator[Block]:
    """How the host sets an adjustable nudge; nothing where two resistors set it."""
    nudge, pot = facts.interface["nudge"], _pot(facts)
    yield Heading(2, "Nudge")
    if nudge["kind"] == "fixed":
        yield Paragraph(
            f"Two resistors in each target channel set eta to {nudge['eta']:g}; there is nothing "
            "to adjust."
        )
        return
    up, down = ("high", "low") if pot.up_level == "high" else ("low", "high")
    yield Paragraph(
        f"eta is code / {nudge['divisor']}, for all targets together; after power-up the code is "
        f"{nudge['power_on_code']}. Do this after power-up and before the readings of a task:"
    )
    codes = ", ".join(
        f"{round(task['eta'] * nudge['divisor'])} for task `{task['task']}`"
        for task in facts.interface["tasks"]
    )
    yield Steps(
        (
            f"`ETA_UP` {down}, `ETA_SELECT` {pot.select_level}, {pot.positions} pulses of "
            "`ETA_STEP`: the wipers are at their stop.",
            f"`ETA_UP` {up}, as many pulses as the code is above {pot.code_min}. Codes: {codes}.",
            f"`ETA_SELECT` {'low' if pot.select_level == 'high' else 'high'} again.",
        )
    )


def enable_chain(facts: Facts) -> Iterator[Block]:
    """The shift register of the edges."""
    edges = facts.interface["enable_chain"]["edges"]
    clock = facts.interface["clock"]
    count, pulses = len(edges), counted(len(edges), "pulse")
    yield Heading(2, "Enable chain")
    yield Paragraph(
        f"{counted(count, 'flip-flop')} in a row, one in each edge, from `ENABLE_DATA` to "
        "`ENABLE_RETURN`. A rising edge of `ENABLE_CLOCK` moves every bit on by one edge. An edge "
        "with a 0 steps, an edge with a 1 does not. After power-up the bits are anything, so shift "
        "before you learn. "
        f"`ENABLE_CLOCK` is high and low for at least {seconds(clock['enable_half_period_min_s'])} "
        "each, and `STEP` is low meanwhile."
    )
    yield Steps(
        (
            f"`ENABLE_DATA` low, {pulses} of `ENABLE_CLOCK`: `ENABLE_RETURN` is low.",
            f"`ENABLE_DATA` high, {counted(count - 1, 'pulse')}: `ENABLE_RETURN` is still low. One "
            "more: it is high. Now every edge is off; `LATCH` and `STEP` leave the `OUT` pins as "
            "they are.",
            f"`ENABLE_DATA` low, {pulses}: `ENABLE_RETURN` is low, every edge is on.",
            "A return that never changes: follow one bit with a probe, at the edges below in "
            "order; the chain is broken before the first edge that the bit does not reach.",
        )
    )
    yield Table(
        ("Pulses after a 1", "It is in edge", "Digipots"),
        tuple(
            (str(number), f"`{edge['edge']}`", ", ".join(f"`{name}`" for name in _digipots(edge)))
            for number, edge in enumerate(edges, start=1)
        ),
    )


def _digipots(edge: Mapping[str, Any]) -> list[str]:
    """Of several boards each with its board's name, as in reports."""
    board = f"{edge['board']}:" if "board" in edge else ""
    return [f"{board}{name}" for name in edge["digipots"]]
