"""A drawn board stays inside the datasheets' limits and depends on the seed and the names alone."""

from __future__ import annotations

import numpy as np
import pytest
from core_netlists import Sheet, powered, twin_sheet

from verification.errors import UsageError
from verification.extraction.values import Values, drawn, ideal


def arrays(values: Values) -> dict[str, np.ndarray]:
    names = [name for name in Values.__slots__ if name != "seed"]
    return {name: getattr(values, name) for name in names}


def sheet() -> Sheet:
    made = twin_sheet([(1, 2), (2, 3), (1, 3), (3, 4)], [1], [3])
    made.part("RN1", "ACASA1003E1003P100")
    made.part("U99", "LM339AN/NOPB")
    return made


def test_the_ideal_board_is_nominal_with_typical_wipers_and_no_offsets() -> None:
    circuit = sheet().circuit()
    values = ideal(circuit)
    assert set(values.digipot_wiper_ohm) == {circuit.digipots[0].model.wiper_ohm}
    assert set(values.digipot_step_ohm) == {100e3 / 128}
    for name in ("comparator_offset_v", "amplifier_offset_v", "amplifier_swing_v"):
        assert not getattr(values, name).any()


@pytest.mark.parametrize("seed", range(5))
def test_drawn_values_stay_inside_the_limits(seed: int) -> None:
    circuit = sheet().circuit()
    values = drawn(circuit, seed)
    for k, resistor in enumerate(circuit.resistors):
        reach = resistor.model.tolerance + (resistor.model.matching or 0.0) / 2
        assert values.resistor_ohm[k] / resistor.model.ohm == pytest.approx(1, abs=reach * 1.001)
    for k, pot in enumerate(circuit.digipots):
        assert pot.model.wiper_ohm <= values.digipot_wiper_ohm[k] <= pot.model.wiper_max_ohm
        reach = pot.model.tolerance + pot.model.matching
        assert values.digipot_step_ohm[k] / pot.model.step_ohm == pytest.approx(1, abs=reach)
    steps = values.digipot_step_ohm.reshape(-1, 2)
    assert np.abs(steps[:, 1] / steps[:, 0] - 1).max() <= 0.0101
    for elements, offsets, bias in (
        (circuit.comparators, values.comparator_offset_v, values.comparator_bias_a),
        (circuit.amplifiers, values.amplifier_offset_v, values.amplifier_bias_a),
    ):
        for k, element in enumerate(elements):
            assert abs(offsets[k]) <= element.model.offset_max_v
            assert np.abs(bias[k]).max() <= element.model.bias_max_a


def test_matched_parts_share_their_packages_deviation() -> None:
    """The channels differ by the matching, the packages by the tolerance: 1 % against 30 %."""
    steps = np.stack(
        [drawn(sheet().circuit(), seed).digipot_step_ohm.reshape(-1, 2) for seed in range(40)]
    )
    within = np.std(steps[..., 1] / steps[..., 0] - 1)
    between = np.std(steps[..., 0] / (100e3 / 128) - 1)
    assert within < 0.005
    assert 0.05 < between < 0.15


def test_bias_has_the_sign_of_its_typical_value() -> None:
    """A PNP input pushes its current out of the pin: negative in the record, and as drawn."""
    circuit = sheet().circuit()
    of_lm339 = [k for k, one in enumerate(circuit.comparators) if one.unit.refdes == "U99"]
    bias = np.stack([drawn(circuit, seed).comparator_bias_a[of_lm339] for seed in range(40)])
    typical = circuit.comparators[of_lm339[0]].model.bias_typ_a
    assert typical < 0
    assert np.median(bias) == pytest.approx(typical, abs=2e-8)


def test_the_same_seed_gives_the_same_values_and_another_seed_others() -> None:
    circuit = sheet().circuit()
    one, again, other = (arrays(drawn(circuit, seed)) for seed in (5, 5, 6))
    for name, array in one.items():
        np.testing.assert_array_equal(array, again[name])
    assert (one["resistor_ohm"] != other["resistor_ohm"]).all()


def test_values_belong_to_the_parts_names_and_not_to_the_files_order() -> None:
    forward, backward = (sheet().circuit(order=order) for order in (1, -1))
    for attribute, name in (
        ("resistors", "resistor_ohm"),
        ("digipots", "digipot_step_ohm"),
        ("comparators", "comparator_offset_v"),
        ("amplifiers", "amplifier_offset_v"),
    ):
        found = [
            dict(
                zip(
                    (element.unit.name for element in getattr(circuit, attribute)),
                    getattr(drawn(circuit, 11), name),
                    strict=True,
                )
            )
            for circuit in (forward, backward)
        ]
        assert found[0] == found[1]


def test_a_board_keeps_its_values_on_every_machine() -> None:
    """Pinned figures: a board drawn today is the board drawn tomorrow."""
    made = powered("SRC1")
    made.resistor("R1", 10e3, "SRC1", "GND")
    assert drawn(made.circuit(), 1).resistor_ohm[0] == pytest.approx(10006.862658611717, rel=1e-12)


def test_a_seed_out_of_range_is_refused() -> None:
    circuit = powered().circuit()
    for seed in (-1, 2**63):
        with pytest.raises(UsageError) as refusal:
            drawn(circuit, seed)
        assert str(refusal.value) == (
            f"a board's seed is an integer from 0 to 2**63 - 1, not {seed}"
        )
