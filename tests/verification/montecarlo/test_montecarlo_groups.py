"""A group made perfect loses what it should and nothing else; groups follow the circuit."""

import numpy as np
import pytest
from montecarlo_boards import board, workshop_of

from verification.extraction.values import Values, drawn, ideal
from verification.montecarlo.groups import Group, Quantity, everything, find_groups, perfected


def groups_of(name: str) -> dict[str, Group]:
    workshop = workshop_of(name)
    found = find_groups(workshop.intact.circuit, workshop.anatomy, 15.0, 35.0)
    return {group.name: group for group in found}


def changed(before: Values, after: Values) -> dict[str, set[int]]:
    """Field -> which entries differ."""
    table: dict[str, set[int]] = {}
    for name in Values.__slots__:
        if name != "seed":
            was, now = getattr(before, name), getattr(after, name)
            rows = set(np.argwhere(was != now)[:, 0].tolist())
            if rows:
                table[name] = rows
    return table


DILLAVOU = workshop_of("dillavou16").intact.circuit
PERFECT = ideal(DILLAVOU)


def test_every_comparator_and_every_digipot_of_an_edge_is_in_its_group() -> None:
    groups = groups_of("dillavou16")
    assert groups["offset of the comparators that decide c > f"].elements == 16
    assert groups["offset of the comparators that decide f < 0"].elements == 16
    assert groups["mismatch between the two digipots of an edge"].elements == 32
    assert groups["averaging resistors"].parts == ("ACASA1003E1003P100",)
    assert groups["nudge resistors"].parts == ("RT0603BRD0710KL",)
    assert groups["offset of the node buffers"].elements == 18


def test_unused_comparators_and_what_cannot_deviate_are_left_out() -> None:
    """The LM339 has four comparators, of which an edge uses two, and no hysteresis."""
    groups = groups_of("dillavou16_throughhole")
    assert groups["offset of the comparators that decide c > f"].elements == 16
    assert groups["offset of the comparators that decide f < 0"].elements == 16
    assert not any(group.quantity is Quantity.HYSTERESIS for group in groups.values())


def test_groups_share_no_element_and_leave_none_out() -> None:
    """Everything that is drawn and felt is in one group, digipot steps in two halves."""
    circuit = DILLAVOU
    covered: dict[str, list[int]] = {}
    for group in groups_of("dillavou16").values():
        for chosen in group.selections:
            rows = [k for cluster in chosen.clusters for k in cluster]
            covered.setdefault(f"{chosen.field} {chosen.undo}", []).extend(rows)
    assert sorted(covered["resistor_ohm all"]) == list(range(len(circuit.resistors)))
    assert sorted(covered["amplifier_offset_v all"]) == list(range(len(circuit.amplifiers)))
    assert sorted(covered["comparator_offset_v all"]) == list(range(len(circuit.comparators)))
    for half in ("own", "common"):
        assert sorted(covered[f"digipot_step_ohm {half}"]) == list(range(len(circuit.digipots)))


@pytest.mark.parametrize("name", list(groups_of("dillavou16")))
def test_a_perfect_group_changes_its_own_entries_only(name: str) -> None:
    group = groups_of("dillavou16")[name]
    before = drawn(DILLAVOU, 4, 30.0)
    after = perfected(before, PERFECT, group)
    expected = {
        chosen.field: {k for cluster in chosen.clusters for k in cluster}
        for chosen in group.selections
    }
    found = changed(before, after)
    assert found.keys() <= expected.keys()
    assert all(rows <= expected[field] for field, rows in found.items())
    for chosen in group.selections:
        if chosen.undo == "all":
            rows = sorted(expected[chosen.field])
            mended, nominal = getattr(after, chosen.field), getattr(PERFECT, chosen.field)
            assert (mended[rows] == nominal[rows]).all()


def test_mismatch_and_end_to_end_are_the_two_halves_of_a_digipots_deviation() -> None:
    groups = groups_of("dillavou16")
    workshop = workshop_of("dillavou16")
    place = {(p.unit.refdes, p.model.w): k for k, p in enumerate(DILLAVOU.digipots)}
    twins = [
        [place[pot.refdes, pot.terminal] for pot in pair]
        for pair in zip(workshop.anatomy.free_pots, workshop.anatomy.clamped_pots, strict=True)
    ]
    before = drawn(DILLAVOU, 4)
    nominal = PERFECT.digipot_step_ohm
    matched = perfected(before, PERFECT, groups["mismatch between the two digipots of an edge"])
    equal = perfected(before, PERFECT, groups["end-to-end resistance, from edge to edge"])
    for free, clamped in twins:
        was = before.digipot_step_ohm / nominal
        same = matched.digipot_step_ohm / nominal
        assert same[free] == pytest.approx(same[clamped], rel=1e-12)
        assert same[free] == pytest.approx((was[free] * was[clamped]) ** 0.5, rel=1e-12)
        left = equal.digipot_step_ohm / nominal
        assert left[free] * left[clamped] == pytest.approx(1, rel=1e-12)
        assert left[free] / left[clamped] == pytest.approx(was[free] / was[clamped], rel=1e-12)
    both = perfected(equal, PERFECT, groups["mismatch between the two digipots of an edge"])
    assert both.digipot_step_ohm == pytest.approx(nominal, rel=1e-12)


def test_everything_perfect_is_the_ideal_board() -> None:
    mended = perfected(drawn(DILLAVOU, 4, 30.0), PERFECT, everything(DILLAVOU))
    assert not changed(mended, PERFECT)


def test_a_steady_temperature_is_no_group() -> None:
    workshop = workshop_of("two_edge")
    found = find_groups(workshop.intact.circuit, workshop.anatomy, 25.0, 25.0)
    assert all(group.quantity is not Quantity.TEMPERATURE for group in found)
    assert board("two_edge")
