"""A board away from 25 C differs from itself at 25 C by what its part records state."""

import numpy as np
import pytest
from montecarlo_boards import circuit_of

from verification.extraction.values import Values, drawn, drawn_temperature

CIRCUIT = circuit_of("dillavou16")


def fields(values: Values) -> dict[str, np.ndarray]:
    return {name: getattr(values, name) for name in Values.__slots__ if name != "seed"}


def test_at_25_degrees_a_board_is_the_one_that_verify_draws() -> None:
    plain, warm = fields(drawn(CIRCUIT, 3)), fields(drawn(CIRCUIT, 3, 25.0))
    assert all((plain[name] == warm[name]).all() for name in plain)


def test_only_resistances_and_offsets_drift() -> None:
    plain, warm = fields(drawn(CIRCUIT, 3)), fields(drawn(CIRCUIT, 3, 35.0))
    moved = {name for name in plain if (plain[name] != warm[name]).any()}
    assert moved == {
        "resistor_ohm",
        "digipot_step_ohm",
        "comparator_offset_v",
        "amplifier_offset_v",
    }


def test_digipots_drift_by_their_typical_figure_all_alike() -> None:
    ratio = drawn(CIRCUIT, 3, 45.0).digipot_step_ohm / drawn(CIRCUIT, 3).digipot_step_ohm
    assert CIRCUIT.digipots[0].model.drift_typ_per_k == -35e-6
    assert ratio == pytest.approx(1 - 20 * 35e-6, rel=1e-12)


def test_resistors_drift_within_their_limits_and_arrays_track() -> None:
    ratio = drawn(CIRCUIT, 3, 125.0).resistor_ohm / drawn(CIRCUIT, 3).resistor_ohm - 1
    arrays: dict[str, list[float]] = {}
    for resistor, change in zip(CIRCUIT.resistors, ratio, strict=True):
        model = resistor.model
        assert 0 < abs(change) <= 100 * (model.drift_max_per_k + model.drift_matching_per_k / 2)
        if model.matching is not None:
            arrays.setdefault(resistor.unit.refdes, []).append(change)
    assert arrays
    spreads = [max(changes) - min(changes) for changes in arrays.values()]
    assert 0 < max(spreads) <= 100 * 15e-6 * 1.001


def test_offset_drift_has_the_typical_figure_as_sigma() -> None:
    typical = CIRCUIT.comparators[0].model.offset_drift_typ_v_per_k
    changes = [
        drawn(CIRCUIT, seed, 35.0).comparator_offset_v - drawn(CIRCUIT, seed).comparator_offset_v
        for seed in range(60)
    ]
    found = np.concatenate(changes) / (10 * typical)
    assert np.std(found) == pytest.approx(1.0, abs=0.06)
    assert np.abs(found).max() <= 3


def test_temperatures_are_uniform_between_their_ends() -> None:
    drawn_c = [drawn_temperature(seed, 15.0, 35.0) for seed in range(400)]
    assert min(drawn_c) >= 15.0
    assert max(drawn_c) <= 35.0
    assert np.mean(drawn_c) == pytest.approx(25.0, abs=1.0)
    assert drawn_temperature(7, 25.0, 25.0) == 25.0
