"""Values: what each element of one board measures, ideal or drawn from the tolerances.

A drawn value is a normal variable with sigma a third of the datasheet's maximum deviation, cut off
at that maximum. It is a function of the seed, the component's reference, the unit and the quantity
alone, so a board keeps its values when parts or nets are reordered in the file.

Away from 25 C, where datasheets state their figures, values drift in proportion to the distance. A
resistor's coefficient is drawn like its value; an offset's is normal with the typical figure as
sigma; a digipot's is the typical figure on every part, since no spread is stated.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from verification.errors import UsageError
from verification.extraction.circuit import MixedCircuit
from verification.extraction.elements import Amplifier, Comparator, Digipot, Resistor, Unit

Floats = NDArray[np.float64]
_CUT_SIGMAS = 3.0
ROOM_C = 25.0


@dataclass(frozen=True, slots=True, eq=False)
class Values:
    """The values of one board; each array is in the order of the circuit's elements of that kind.

    Attributes:
        resistor_ohm: resistors.
        digipot_step_ohm: one step of each digipot channel.
        digipot_wiper_ohm: its wiper.
        comparator_offset_v: added to in_p - in_n.
        comparator_hysteresis_v: width between the two trip points.
        comparator_bias_a: current into (in_p, in_n), shape (n, 2).
        amplifier_offset_v: added to in_p.
        amplifier_bias_a: current into (in_p, in_n), shape (n, 2).
        amplifier_swing_v: how near the output comes to each rail.
        seed: None for the ideal board.
    """

    resistor_ohm: Floats
    digipot_step_ohm: Floats
    digipot_wiper_ohm: Floats
    comparator_offset_v: Floats
    comparator_hysteresis_v: Floats
    comparator_bias_a: Floats
    amplifier_offset_v: Floats
    amplifier_bias_a: Floats
    amplifier_swing_v: Floats
    seed: int | None


def ideal(circuit: MixedCircuit) -> Values:
    """Nominal values: typical wiper, no offset, bias, hysteresis; outputs reach the rails."""
    return Values(
        resistor_ohm=_floats([resistor.model.ohm for resistor in circuit.resistors]),
        digipot_step_ohm=_floats([pot.model.step_ohm for pot in circuit.digipots]),
        digipot_wiper_ohm=_floats([pot.model.wiper_ohm for pot in circuit.digipots]),
        comparator_offset_v=np.zeros(len(circuit.comparators)),
        comparator_hysteresis_v=np.zeros(len(circuit.comparators)),
        comparator_bias_a=np.zeros((len(circuit.comparators), 2)),
        amplifier_offset_v=np.zeros(len(circuit.amplifiers)),
        amplifier_bias_a=np.zeros((len(circuit.amplifiers), 2)),
        amplifier_swing_v=np.zeros(len(circuit.amplifiers)),
        seed=None,
    )


def drawn_temperature(seed: int, low_c: float, high_c: float) -> float:
    """The temperature of a board, uniform between two in degrees Celsius; seed as for `drawn`."""
    return low_c + (high_c - low_c) * float(_uniforms(f"{seed}|temperature", ("",))[0])


def drawn(circuit: MixedCircuit, seed: int, temperature_c: float = ROOM_C) -> Values:
    """A board drawn from the tolerances.

    Args:
        circuit: whose elements get values.
        seed: which board, 0 to 2**63 - 1.
        temperature_c: of all its parts, degrees Celsius.

    Raises:
        UsageError: a seed out of range.
    """
    if not 0 <= seed < 2**63:
        raise UsageError(f"a board's seed is an integer from 0 to 2**63 - 1, not {seed}")
    kelvin = temperature_c - ROOM_C
    comparators, amplifiers = circuit.comparators, circuit.amplifiers
    resistors, pots = circuit.resistors, circuit.digipots
    return Values(
        resistor_ohm=_resistor_ohm(resistors, seed, kelvin),
        digipot_step_ohm=_step_ohm(pots, seed, kelvin),
        digipot_wiper_ohm=_wiper_ohm(pots, seed),
        comparator_offset_v=_offsets(comparators, seed, kelvin),
        comparator_hysteresis_v=_floats([element.model.hysteresis_v for element in comparators]),
        comparator_bias_a=_bias(comparators, seed),
        amplifier_offset_v=_offsets(amplifiers, seed, kelvin),
        amplifier_bias_a=_bias(amplifiers, seed),
        amplifier_swing_v=_floats([element.model.swing_v for element in amplifiers]),
        seed=seed,
    )


def _resistor_ohm(resistors: Sequence[Resistor], seed: int, kelvin: float) -> Floats:
    """Tolerance and drift per part; in an array with a stated matching, per package and element."""
    nominal = _floats([resistor.model.ohm for resistor in resistors])
    tolerance = _floats([resistor.model.tolerance for resistor in resistors])
    matching = _floats([resistor.model.matching or 0.0 for resistor in resistors])
    shared = [
        _package(resistor.unit) if resistor.model.matching is not None else resistor.unit.name
        for resistor in resistors
    ]
    common = tolerance * _normal(seed, "ohm", shared)
    names = [resistor.unit.name for resistor in resistors]
    own = matching / 2 * _normal(seed, "matching", names)
    drift = _floats([resistor.model.drift_max_per_k for resistor in resistors])
    tracking = _floats([resistor.model.drift_matching_per_k for resistor in resistors])
    per_k = drift * _normal(seed, "drift", shared)
    per_k += tracking / 2 * _normal(seed, "drift matching", names)
    return nominal * (1 + common) * (1 + own) * (1 + kelvin * per_k)


def _step_ohm(pots: Sequence[Digipot], seed: int, kelvin: float) -> Floats:
    """End-to-end tolerance per package, matching between its channels, the same drift for all."""
    nominal = _floats([pot.model.step_ohm for pot in pots])
    tolerance = _floats([pot.model.tolerance for pot in pots])
    matching = _floats([pot.model.matching for pot in pots])
    common = tolerance * _normal(seed, "ohm", [_package(pot.unit) for pot in pots])
    own = matching / 2 * _normal(seed, "matching", [pot.unit.name for pot in pots])
    per_k = _floats([pot.model.drift_typ_per_k for pot in pots])
    return nominal * (1 + common) * (1 + own) * (1 + kelvin * per_k)


def _wiper_ohm(pots: Sequence[Digipot], seed: int) -> Floats:
    """Typical at the least, maximum at the most."""
    typical = _floats([pot.model.wiper_ohm for pot in pots])
    maximum = _floats([pot.model.wiper_max_ohm for pot in pots])
    spread = np.abs(_normal(seed, "wiper", [pot.unit.name for pot in pots]))
    return typical + (maximum - typical) * spread


def _offsets(elements: Sequence[Comparator | Amplifier], seed: int, kelvin: float) -> Floats:
    names = [element.unit.name for element in elements]
    maximum = _floats([element.model.offset_max_v for element in elements])
    # `_normal` has sigma 1/3, the typical drift is a sigma.
    sigmas = _floats([3 * element.model.offset_drift_typ_v_per_k for element in elements])
    drift = kelvin * sigmas * _normal(seed, "offset drift", names)
    return maximum * _normal(seed, "offset", names) + drift


def _bias(elements: Sequence[Comparator | Amplifier], seed: int) -> Floats:
    """Typical in the mean; never beyond the maximum."""
    typical = _floats([element.model.bias_typ_a for element in elements])
    maximum = _floats([element.model.bias_max_a for element in elements])
    spread = maximum - np.abs(typical)
    names = [element.unit.name for element in elements]
    columns = [typical + spread * _normal(seed, f"bias {pin}", names) for pin in ("p", "n")]
    return np.stack(columns, axis=1)


def _package(unit: Unit) -> str:
    return f"{unit.refdes} package"


def _normal(seed: int, quantity: str, keys: Sequence[str]) -> Floats:
    """One draw per key in [-1, 1]: a normal variable of sigma 1/3, cut off at 1."""
    uniform = _uniforms(f"{seed}|{quantity}|", keys)
    tail = float(ndtr(-_CUT_SIGMAS))
    return np.asarray(ndtri(tail + (1 - 2 * tail) * uniform), dtype=np.float64) / _CUT_SIGMAS


def _uniforms(prefix: str, keys: Sequence[str]) -> Floats:
    """Numbers in (0, 1) that depend on the texts `prefix + key` alone, on every machine."""
    common = hashlib.blake2b(prefix.encode(), digest_size=8)
    digests: list[bytes] = []
    for key in keys:
        one = common.copy()
        one.update(key.encode())
        digests.append(one.digest())
    numbers = np.frombuffer(b"".join(digests), dtype=">u8").astype(np.uint64)
    return ((numbers >> np.uint64(11)).astype(np.float64) + 0.5) / 2**53


def _floats(numbers: Sequence[float]) -> Floats:
    return np.asarray(numbers, dtype=np.float64)
