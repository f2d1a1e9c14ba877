"""The ranking finds what was made bad on purpose; advice names what mends it, by its record."""

from dataclasses import replace

import pytest
from montecarlo_boards import board, workshop_of

from parts.catalogue import Catalogue, load_catalogue
from parts.models import ComparatorModel
from verification.extraction.circuit import MixedCircuit
from verification.extraction.values import Values, drawn, ideal
from verification.montecarlo import work
from verification.montecarlo.advice import advise
from verification.montecarlo.groups import Quantity, everything, find_groups
from verification.montecarlo.measure import YieldOptions, measure_yield
from verification.montecarlo.report import Effect
from verification.report import TaskOutcome

OPTIONS = YieldOptions(boards=16, sensitivity=16, tasks=("ii",), workers=1)


def poor_comparators(circuit: MixedCircuit, seed: int, temperature_c: float = 25.0) -> Values:
    """Boards with nothing wrong but the comparators' offset, four times what the record allows."""
    bad = drawn(circuit, seed, temperature_c)
    return replace(ideal(circuit), comparator_offset_v=4 * bad.comparator_offset_v)


def test_the_group_that_alone_is_bad_leads_the_ranking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "drawn", poor_comparators)
    report = measure_yield(*board("dillavou16"), OPTIONS)
    assert report.tasks[0].within < 12
    leader = report.effects[0]
    assert leader.group.name == "offset of the comparators that decide c > f"
    assert leader.significant
    assert report.advice[0].startswith(leader.group.name)


def outcome(*values: float) -> TaskOutcome:
    return TaskOutcome("t", "allostery", "rms_v", "drawn", tuple(range(20)), values, 0.03)


GOOD, BAD = outcome(*[0.01] * 20), outcome(*[0.01] * 8, *[0.3] * 12)


def advice(
    name: str,
    quantity: Quantity,
    after: TaskOutcome = GOOD,
    catalogue: Catalogue | None = None,
) -> tuple[str, ...]:
    """What is said where the first group of a quantity alone mends 12 of 20 boards."""
    workshop = workshop_of(name)
    circuit = workshop.intact.circuit
    groups = find_groups(circuit, workshop.anatomy, 15.0, 35.0)
    group = next(group for group in groups if group.quantity is quantity)
    effects = [Effect(group, (BAD,), (after,))]
    perfect = Effect(everything(circuit), (BAD,), (after,))
    return advise(effects, perfect, circuit, board(name)[1], catalogue or load_catalogue())


def test_two_digipots_of_an_edge_are_to_come_from_one_matched_package() -> None:
    said = advice("dillavou16_throughhole", Quantity.MATCHING)[0]
    assert "gains 60 +- 11 points of yield" in said
    assert "(boards of 20 within the bound: t 8 -> 20)" in said
    assert "take both from one package; AD5222BRUZ100 has 1 % between its channels, surface" in said


def test_a_matched_dual_is_not_advised_where_there_is_one() -> None:
    assert "is a matched dual already (1 % at most)" in advice("dillavou16", Quantity.MATCHING)[0]


def test_a_better_comparator_is_one_with_the_same_output_and_inputs_to_both_rails() -> None:
    """LM339A has 2 mV instead of 5 mV, but senses up to 1.5 V below its supply only."""
    best = advice("dillavou16", Quantity.DIFFERENCE_OFFSET)[0]
    assert "TLV3202AIDR has an offset of up to 5 mV; the catalogue has no comparator" in best
    assert "10 mV at eta = 0.5 and 5 mV at eta = 1" in best


def test_a_comparator_with_a_smaller_offset_is_named_when_the_catalogue_gets_one() -> None:
    old = load_catalogue().part("TLV3202AIDR")
    models = tuple(
        model.model_copy(update={"offset_max_v": 1e-3}) for model in old.units(ComparatorModel)
    )
    new = old.model_copy(update={"mpn": "NEW1", "aliases": (), "models": models})
    catalogue = Catalogue([*load_catalogue().values(), new], [])
    said = advice("dillavou16", Quantity.DIFFERENCE_OFFSET, GOOD, catalogue)[0]
    assert "TLV3202AIDR has an offset of up to 5 mV; NEW1 has 1 mV." in said


def test_the_sign_of_the_free_drop_is_not_mended_by_eta() -> None:
    said = advice("dillavou16", Quantity.SIGN_OFFSET)[0]
    assert "does not depend on eta" in said
    assert "offset/eta" not in said


def test_single_averaging_resistors_are_to_become_a_matched_array() -> None:
    workshop = workshop_of("dillavou16_throughhole")
    names = {g.name for g in find_groups(workshop.intact.circuit, workshop.anatomy, 25.0, 25.0)}
    assert "averaging resistors" in names
    said = advice("dillavou16", Quantity.RESISTANCE)[0]
    assert "made to +-" in said


def test_a_group_within_three_standard_errors_is_not_accused() -> None:
    after = outcome(*[0.01] * 10, *[0.3] * 10)
    said = advice("dillavou16", Quantity.BIAS, after)
    assert said[0].startswith("No single group limits these boards")
    assert "With every part perfect, not all 20 boards are within the bound either: t 10" in said[1]
