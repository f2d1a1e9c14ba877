"""Currents: what flows in each element and out of each output, from the nets' voltages.

Resistors, digipots and diodes carry currents from net to net; inputs take their bias. What leaves a
held net comes from the output or the drive that holds it (Kirchhoff's current law).

Light-emitting diodes are not simulated in training, since nothing senses them; here they are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from verification.errors import UsageError
from verification.extraction.elements import DriveKind
from verification.extraction.values import Values
from verification.simulation.blocks import HELD
from verification.simulation.branches import BranchKind
from verification.simulation.diodes import solve_diodes
from verification.simulation.partition import Partition
from verification.simulation.signals import outputs
from verification.simulation.tables import LEAST_OHM, Floats


@dataclass(frozen=True, slots=True, eq=False)
class Currents:
    """Amperes; every array has the leading shape of the voltages it was made from.

    Attributes:
        net_v: the voltages, with those of the nets that only diodes and resistors hold filled in.
        resistor_a: from a to b, shape (..., resistors).
        digipot_a: into terminals A, W, B, shape (..., digipots, 3).
        diode_a: from anode to cathode, shape (..., diodes).
        output_a: out of each output pin, by its name ("U3.7"); shape (...).
        drive_a: out of each drive into its net, shape (..., drives).
    """

    net_v: Floats
    resistor_a: Floats
    digipot_a: Floats
    diode_a: Floats
    output_a: dict[str, Floats]
    drive_a: Floats


def find_currents(cut: Partition, values: Values, net_v: ArrayLike, codes: ArrayLike) -> Currents:
    """Every current of a settled board.

    Args:
        cut: the circuit.
        values: of the board.
        net_v: volts, shape (..., nets); as recorded by a machine with `watch=range(nets)`.
        codes: of the digipots at that moment, shape (digipots,) or (..., digipots). A recording's
            codes are those after each step, its voltages those before.

    Raises:
        UsageError: a wrong shape.
    """
    circuit = cut.circuit
    volts = np.array(net_v, dtype=np.float64)
    if volts.shape[-1] != len(circuit.nets):
        raise UsageError(f"net_v has the shape {volts.shape}, not (..., {len(circuit.nets)})")
    siemens = branch_siemens(cut, values, codes, volts.shape[:-1])
    diode_a = solve_diodes(cut, volts, siemens)
    branch_a = _branch_currents(cut, volts, siemens)
    leaving = _leaving(cut, values, branch_a, diode_a, volts.shape)
    _close_switches(cut, branch_a, leaving)
    return Currents(
        net_v=volts,
        resistor_a=_resistor_currents(cut, values, volts),
        digipot_a=_digipot_currents(cut, branch_a),
        diode_a=diode_a,
        output_a={
            signal.pin: leaving[..., signal.net]
            for element in circuit.elements
            for signal in outputs(element)
            if cut.holder[signal.net].label == signal.pin
        },
        drive_a=leaving[..., [drive.net for drive in circuit.drives]],
    )


def branch_siemens(
    cut: Partition, values: Values, codes: ArrayLike, shape: tuple[int, ...] = ()
) -> Floats:
    """Conductance of every branch, shape (..., branches); 0 for open collectors.

    `codes` has the shape (digipots,) or (..., digipots), `shape` is the leading shape returned.
    """
    chosen = np.asarray(codes, dtype=np.float64)
    siemens = np.zeros((*shape, len(cut.branches)))
    for place, branch in enumerate(cut.branches):
        if branch.kind is BranchKind.RESISTOR:
            siemens[..., place] = 1 / values.resistor_ohm[branch.element]
        elif branch.kind is not BranchKind.SWITCH:
            divisor = cut.circuit.digipots[branch.element].model.divisor
            step = values.digipot_step_ohm[branch.element]
            lower = chosen[..., branch.element] * step
            upper = divisor * step - lower
            wiper = max(float(values.digipot_wiper_ohm[branch.element]), LEAST_OHM)
            siemens[..., place] = _POT_SIEMENS[branch.kind](lower, upper, wiper)
    return siemens


_POT_SIEMENS: dict[BranchKind, Callable[[Floats, Floats, float], Floats]] = {
    BranchKind.POT_WB: lambda lower, _, wiper: 1 / (lower + wiper),
    BranchKind.POT_AW: lambda _, upper, wiper: 1 / (upper + wiper),
    BranchKind.POT_AB: lambda lower, upper, _: 1 / (lower + upper),
    BranchKind.TRIANGLE_WB: lambda lower, upper, wiper: upper / _around(lower, upper, wiper),
    BranchKind.TRIANGLE_AW: lambda lower, upper, wiper: lower / _around(lower, upper, wiper),
    BranchKind.TRIANGLE_AB: lambda lower, upper, wiper: wiper / _around(lower, upper, wiper),
}


def _around(lower: Floats, upper: Floats, wiper: float) -> Floats:
    return lower * upper + lower * wiper + upper * wiper


def supply_currents(cut: Partition, currents: Currents) -> dict[int, Floats]:
    """Amperes drawn from the net of each supply: quiescent, sourced by outputs, direct loads.

    The quiescent current is the records' maximum; an output that sources draws what it delivers
    from its positive supply, one that sinks draws nothing.
    """
    circuit = cut.circuit
    drawn = {
        drive.net: np.array(currents.drive_a[..., place])
        for place, drive in enumerate(circuit.drives)
        if drive.kind is DriveKind.RAIL
    }
    counted: set[str] = set()
    for element in circuit.active:
        rail = element.supply.positive[0] if element.supply.positive else None
        if rail not in drawn:
            continue
        if element.unit.refdes not in counted:
            counted.add(element.unit.refdes)
            drawn[rail] += element.record.ratings.supply_current_a or 0.0
        for signal in outputs(element):
            if signal.pin in currents.output_a:
                drawn[rail] += np.maximum(currents.output_a[signal.pin], 0.0)
    return {
        drive.net: drawn[drive.net]
        for drive in circuit.drives
        if drive.kind is DriveKind.RAIL and drive.volts > 0
    }


def _branch_currents(cut: Partition, volts: Floats, siemens: Floats) -> Floats:
    """From a to b of each branch; open collectors are closed later."""
    a = [branch.a for branch in cut.branches]
    b = [branch.b for branch in cut.branches]
    return siemens * (volts[..., a] - volts[..., b])


def _resistor_currents(cut: Partition, values: Values, volts: Floats) -> Floats:
    a = [resistor.a for resistor in cut.circuit.resistors]
    b = [resistor.b for resistor in cut.circuit.resistors]
    return (volts[..., a] - volts[..., b]) / values.resistor_ohm


def _digipot_currents(cut: Partition, branch_a: Floats) -> Floats:
    ends = {
        BranchKind.POT_WB: (1, 2),
        BranchKind.POT_AW: (0, 1),
        BranchKind.POT_AB: (0, 2),
        BranchKind.TRIANGLE_WB: (1, 2),
        BranchKind.TRIANGLE_AW: (0, 1),
        BranchKind.TRIANGLE_AB: (0, 2),
    }
    found = np.zeros((*branch_a.shape[:-1], len(cut.circuit.digipots), 3))
    for place, branch in enumerate(cut.branches):
        if branch.kind in ends:
            first, second = ends[branch.kind]
            found[..., branch.element, first] += branch_a[..., place]
            found[..., branch.element, second] -= branch_a[..., place]
    return found


def _leaving(
    cut: Partition, values: Values, branch_a: Floats, diode_a: Floats, shape: tuple[int, ...]
) -> Floats:
    """The current that leaves each net through branches, diodes and inputs."""
    circuit = cut.circuit
    leaving = np.zeros(shape)
    for place, branch in enumerate(cut.branches):
        leaving[..., branch.a] += branch_a[..., place]
        leaving[..., branch.b] -= branch_a[..., place]
    for place, diode in enumerate(circuit.diodes):
        leaving[..., diode.anode] += diode_a[..., place]
        leaving[..., diode.cathode] -= diode_a[..., place]
    for elements, bias in (
        (circuit.amplifiers, values.amplifier_bias_a),
        (circuit.comparators, values.comparator_bias_a),
    ):
        for element, (into_p, into_n) in zip(elements, bias, strict=True):
            leaving[..., element.in_p] += into_p
            leaving[..., element.in_n] += into_n
    return leaving


def _close_switches(cut: Partition, branch_a: Floats, leaving: Floats) -> None:
    """An open collector sinks what the rest brings to its net; the first one where several do."""
    for place, branch in enumerate(cut.branches):
        if branch.kind is BranchKind.SWITCH and cut.block_of[branch.a] != HELD:
            sunk = -leaving[..., branch.a]
            branch_a[..., place] = sunk
            leaving[..., branch.a] += sunk
            leaving[..., branch.b] -= sunk
