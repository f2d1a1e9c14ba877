"""Analog elements of a deck: resistors, digipots, amplifiers, diodes, capacitors, input currents.

```
digipot    A --[(divisor - code) step]--+--[code step]-- B      code: volts of node c<k>
                                    [wiper]
                                        W
amplifier  node y:  in_p - in_n + offset = (y - mid) / A + K max(0, y - high) - K max(0, low - y)
           out = y  (a source of gain 1)
```

The amplifier's equation is its transfer curve turned round: the input error that an output takes.
It is steep where the output saturates, so that Newton's method does not jump from rail to rail.
"""

from __future__ import annotations

from collections.abc import Collection

from parts.models import CapacitorModel
from verification.extraction.elements import Amplifier, Digipot
from verification.extraction.values import Values
from verification.simulation.diodes import ON_OHM
from verification.simulation.tables import LEAST_OHM
from verification.spice.sheet import Sheet, node, number, pin_of

IDEAL_GAIN = 1e9
"""Open-loop gain where the follower is meant to be ideal, as ours is: 5 nV at 5 V."""
_STEEP = 1e9  # K: a saturated output is within 5 V / K of the end of its swing


def write_passives(sheet: Sheet, values: Values, open_diodes: Collection[str]) -> None:
    """Resistors, diodes and capacitors; a diode is open below its forward voltage."""
    circuit = sheet.circuit
    for k, resistor in enumerate(circuit.resistors):
        if resistor.a != resistor.b:
            ends = f"{node(resistor.a)} {node(resistor.b)}"
            sheet.add(f"r{k} {ends} {number(values.resistor_ohm[k])}")
    for k, diode in enumerate(circuit.diodes):
        if diode.unit.refdes in open_diodes:
            continue
        ends = (node(diode.anode), node(diode.cathode))
        above = f"uramp(v({ends[0]},{ends[1]})-{number(diode.model.forward_v)})"
        sheet.add(f"bd{k} {ends[0]} {ends[1]} i={above}/{number(ON_OHM)}")
    for k, capacitor in enumerate(circuit.capacitors):
        model: CapacitorModel = capacitor.model
        if capacitor.a != capacitor.b:
            sheet.add(f"c{k} {node(capacitor.a)} {node(capacitor.b)} {number(model.farad)}")


def write_pots(sheet: Sheet, values: Values) -> None:
    """Every digipot as a resistance that follows its code; a terminal with no other pin is open."""
    for k, pot in enumerate(sheet.circuit.digipots):
        step = float(values.digipot_step_ohm[k])
        wiper = max(float(values.digipot_wiper_ohm[k]), LEAST_OHM)
        _write_pot(sheet, k, pot, step, wiper)


def _write_pot(sheet: Sheet, k: int, pot: Digipot, step: float, wiper: float) -> None:
    joined = tuple(len(sheet.circuit.nets[net].pins) > 1 for net in (pot.a, pot.w, pot.b))
    a, w, b = node(pot.a), node(pot.w), node(pot.b)
    lower = f"v(c{k})*{number(step)}"
    upper = f"({pot.model.divisor}-v(c{k}))*{number(step)}"
    match joined:
        case (True, True, True):
            # Sources of voltage, so that a code of 0 is 0 ohm and not a division by it.
            sheet.add(f"vl{k} t{k} l{k} 0")
            sheet.add(f"bl{k} l{k} {b} v=i(vl{k})*{lower}")
            sheet.add(f"vu{k} {a} u{k} 0")
            sheet.add(f"bu{k} u{k} t{k} v=i(vu{k})*{upper}")
            sheet.add(f"rw{k} t{k} {w} {number(wiper)}")
        case (False, True, True):
            sheet.add(f"bp{k} {w} {b} i=v({w},{b})/({lower}+{number(wiper)})")
        case (True, True, False):
            sheet.add(f"bp{k} {a} {w} i=v({a},{w})/({upper}+{number(wiper)})")
        case (True, False, True):
            sheet.add(f"rp{k} {a} {b} {number(step * pot.model.divisor)}")
        case _:
            pass


def write_amplifiers(sheet: Sheet, values: Values, gain: float | None) -> None:
    """Every amplifier with offset, swing and open-loop gain; None takes the gain of its record.

    No amplifier is taken for a follower: whether the wiring makes it one, the simulator finds out.
    """
    for k, element in enumerate(sheet.circuit.amplifiers):
        if not sheet.holds(element.out, pin_of(element, element.model.out)):
            continue
        if not element.supply.powered:
            sheet.drive(element.out, "dc 0.0")
        else:
            swing = float(values.amplifier_swing_v[k])
            offset = float(values.amplifier_offset_v[k])
            chosen = gain if gain is not None else element.model.open_loop_gain or IDEAL_GAIN
            _write_amplifier(sheet, k, element, (offset, swing, chosen))


def _write_amplifier(
    sheet: Sheet, k: int, element: Amplifier, figures: tuple[float, float, float]
) -> None:
    offset, swing, gain = figures
    low, high = element.supply.low_v + swing, element.supply.high_v - swing
    error = f"v({node(element.in_p)})-v({node(element.in_n)})+{number(offset)}"
    linear = f"(v(y{k})-{number((low + high) / 2)})/{number(gain)}"
    ends = f"uramp(v(y{k})-{number(high)})-uramp({number(low)}-v(y{k}))"
    sheet.add(f"by{k} 0 y{k} i={error}-{linear}-{number(_STEEP)}*({ends})")
    sheet.add(f"ey{k} {node(element.out)} 0 y{k} 0 1")


def write_bias(sheet: Sheet, values: Values, floating: Collection[int]) -> None:
    """Currents into the inputs of amplifiers and comparators, but on nets that nothing holds."""
    circuit = sheet.circuit
    for name, elements, bias in (
        ("a", circuit.amplifiers, values.amplifier_bias_a),
        ("c", circuit.comparators, values.comparator_bias_a),
    ):
        for k, (element, pair) in enumerate(zip(elements, bias, strict=True)):
            for pin, net, ampere in zip("pn", (element.in_p, element.in_n), pair, strict=True):
                if ampere and net not in floating:
                    sheet.add(f"i{name}{k}{pin} {node(net)} 0 dc {number(ampere)}")
