"""Digital elements of a deck: comparators, gates, flip-flops, and the digipots' counters.

All are XSPICE event-driven models. A comparator is a margin (in_p - in_n + offset, and half its
hysteresis towards its last decision), a bridge that is high above 0, and the record's delay. A
digipot's counter is a state machine, clocked by the net of its CLK pin and steered by the nets of
its U/D and CS pins, with one state per position that stops at both ends.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from parts.models import GateFunction
from verification.errors import UsageError
from verification.extraction.elements import Digipot, FlipFlop
from verification.extraction.values import Values
from verification.simulation.tables import OFF_SIEMENS, ON_SIEMENS
from verification.spice.sheet import RISE_S, Sheet, node, number, pin_of

Integers = NDArray[np.int64]
RESET = "power-on reset"
"""What the deck calls the line that resets the counters."""
_TIE_V = 1e-15  # a margin of exactly 0 is low, as on our side; the bridge calls it unknown
_GATES: dict[GateFunction, str] = {
    "and": "d_and",
    "nand": "d_nand",
    "or": "d_or",
    "nor": "d_nor",
    "xor": "d_xor",
    "buffer": "d_buffer",
    "not": "d_inverter",
}


def write_comparators(sheet: Sheet, values: Values) -> None:
    """Every comparator; an open collector is a conductance to its negative supply."""
    for k, element in enumerate(sheet.circuit.comparators):
        powered = element.supply.powered
        offset = float(values.comparator_offset_v[k])
        lean = float(values.comparator_hysteresis_v[k]) if powered else 0.0
        margin = f"v({node(element.in_p)})-v({node(element.in_n)})+{number(offset)}"
        if lean:
            margin += f"+{number(lean)}*(v(h{k})-0.5)"
        sheet.add(f"bq{k} q{k} 0 v={margin}")
        pin = pin_of(element, element.model.out)
        digital = (
            f"o{k}" if element.open_collector else sheet.output(element.out, pin, element.supply)
        )
        bridge = sheet.threshold(_TIE_V, element.model.propagation_s)
        sheet.add(f"aq{k} [q{k}] [{digital}] {bridge}")
        unit = _unit_bridge(sheet)
        switched = element.open_collector and powered
        if lean or switched:
            sheet.add(f"ah{k} [{digital}] [h{k}] {unit}")
        if switched:
            ends = (node(element.out), node(element.supply.negative[0]))
            on, off = number(ON_SIEMENS), number(OFF_SIEMENS)
            siemens = f"({off}+({on}-{off})*(1-v(h{k})))"
            sheet.add(f"bo{k} {ends[0]} {ends[1]} i=v({ends[0]},{ends[1]})*{siemens}")


def write_gates(sheet: Sheet, outputs: Sequence[str]) -> None:
    """Every gate; `outputs` are the digital nodes that `claim_gates` gave."""
    for k, (gate, output) in enumerate(zip(sheet.circuit.gates, outputs, strict=True)):
        late = number(gate.model.propagation_s)
        model = sheet.model(f"{_GATES[gate.model.function]}(rise_delay={late} fall_delay={late})")
        levels = " ".join(sheet.level(net, gate.supply.threshold_v) for net in gate.inputs)
        inputs = levels if len(gate.inputs) == 1 else f"[{levels}]"
        sheet.add(f"ag{k} {inputs} {output} {model}")


def write_flipflops(sheet: Sheet, outputs: Sequence[tuple[str, str]]) -> None:
    """Every flip-flop, low at the start; `outputs` are the nodes of Q and its complement."""
    for k, (element, (q, q_n)) in enumerate(zip(sheet.circuit.flipflops, outputs, strict=True)):
        model = element.model
        late = number(model.propagation_s)
        name = sheet.model(
            f"d_dff(clk_delay={late} set_delay={late} reset_delay={late}"
            f" rise_delay={number(RISE_S)} fall_delay={number(RISE_S)} ic=0)"
        )
        clock = _level(sheet, element, element.clk)
        edge = clock if model.edge == "rising" else f"~{clock}"
        act = " ".join(
            "null" if net is None else f"~{_level(sheet, element, net)}"
            for net in (element.set_n, element.reset_n)
        )
        data = _level(sheet, element, element.d)
        if element.supply.powered:
            sheet.add(f"af{k} {data} {edge} {act} {q} {q_n} {name}")


def write_counters(sheet: Sheet, codes: Integers, reset: str) -> dict[str, str]:
    """The counters of all digipots, from `codes`; the state tables by file name.

    `reset` is a source that pulses to 1 V before anything moves: without it, XSPICE's d_state takes
    a clock that is high from the start for a rising edge when it is first called.

    Node c<k> is at as many volts as digipot k's code. Channels that stop together are one counter.

    Raises:
        UsageError: channels that stop together but are clocked or steered by different nets.
    """
    tables: dict[str, str] = {}
    sheet.add(f"vreset reset 0 {reset}")
    sheet.add(f"areset [reset] [dreset] {sheet.threshold(0.5, RISE_S)}")
    pots = sheet.circuit.digipots
    done: set[int] = set()
    for k, pot in enumerate(pots):
        if k in done:
            continue
        first = k - pot.unit.position
        mates = range(first, first + pot.unit.count) if pot.model.stops_together else (k,)
        done.update(mates)
        if not pot.supply.powered:
            for mate in mates:
                sheet.add(f"vc{mate} c{mate} 0 dc {int(codes[mate])}")
            continue
        _write_counter(sheet, tables, tuple(mates), codes)
    return tables


def _write_counter(
    sheet: Sheet, tables: dict[str, str], mates: tuple[int, ...], codes: Integers
) -> None:
    """One state machine; its state counts from the lowest shift that all its channels allow."""
    pots = [sheet.circuit.digipots[k] for k in mates]
    k, pot = mates[0], pots[0]
    if len({(other.clk, other.up_down, other.cs) for other in pots}) > 1:
        raise UsageError(
            f"the channels of {pot.unit.refdes} stop together but are clocked apart; "
            "there is no ngspice model for that"
        )
    down = min(int(codes[m]) - other.model.code_min for m, other in zip(mates, pots, strict=True))
    up = min(other.model.code_max - int(codes[m]) for m, other in zip(mates, pots, strict=True))
    states = down + up + 1
    bits = max(1, (states - 1).bit_length())
    name = f"counter-{states}.txt"
    tables.setdefault(name, counter_table(states))
    late = number(pot.model.settle_s)
    machine = sheet.model(
        f'd_state(clk_delay={late} reset_delay={late} reset_state={down} state_file="{name}")'
    )
    clock, count_up, select = (_level(sheet, pot, net) for net in (pot.clk, pot.up_down, pot.cs))
    edge = clock if pot.model.step_edge == "rising" else f"~{clock}"
    count_up = count_up if pot.model.up_level == "high" else f"~{count_up}"
    select = select if pot.model.select_level == "high" else f"~{select}"
    digits = [f"s{k}b{bit}" for bit in range(bits)]
    volts = [f"w{k}b{bit}" for bit in range(bits)]
    sheet.add(f"as{k} [{count_up} {select}] {edge} dreset [{' '.join(digits)}] {machine}")
    sheet.add(f"aw{k} [{' '.join(digits)}] [{' '.join(volts)}] {_unit_bridge(sheet)}")
    total = "+".join(f"{1 << bit}*v({volt})" for bit, volt in enumerate(volts))
    for mate in mates:
        sheet.add(f"bc{mate} c{mate} 0 v={int(codes[mate]) - down}+{total}")


def counter_table(states: int) -> str:
    """A counter for XSPICE's d_state: inputs (up, selected), outputs the state in binary.

    Unselected it stays; at either end it stays.
    """
    bits = max(1, (states - 1).bit_length())
    lines = [f"* up/down counter of {states} states; inputs: up, selected"]
    for state in range(states):
        lead = f"{state} " + " ".join(f"{state >> bit & 1}s" for bit in range(bits))
        for up in (0, 1):
            for selected in (0, 1):
                moved = min(state + 1, states - 1) if up else max(state - 1, 0)
                lines.append(f"{lead} {up} {selected} -> {moved if selected else state}")
                lead = " "
    return "\n".join(lines) + "\n"


def _level(sheet: Sheet, element: FlipFlop | Digipot, net: int) -> str:
    return sheet.level(net, element.supply.threshold_v)


def _unit_bridge(sheet: Sheet) -> str:
    rise = number(RISE_S)
    return sheet.model(
        f"dac_bridge(out_low=0.0 out_high=1.0 out_undef=0.0 t_rise={rise} t_fall={rise})"
    )
