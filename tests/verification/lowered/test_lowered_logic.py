"""Truth tables and logic levels, from which the steps of the digipots are read."""

from __future__ import annotations

import random
from itertools import product

import pytest

from tests.netgen.board_designs import design_of
from tests.verification.lowered.lowered_boards import lowered_of, shop_of
from verification.simulation.lowered.levels import Level, constant, find_levels, switching
from verification.simulation.lowered.truth import (
    MOST_VARIABLES,
    TRUE,
    Truth,
    Variable,
    VariableKind,
    substituted,
    tabulate,
    union_of,
    value_of,
)

A, B, C, D, E = ((VariableKind.COMPARATOR, k) for k in range(5))


def _random_truth(draw: random.Random, names: list[Variable]) -> Truth:
    table = [draw.random() < 0.5 for _ in range(1 << len(names))]
    return tabulate(names, lambda p: table[sum(p[name] << k for k, name in enumerate(names))])


@pytest.mark.parametrize("seed", range(30))
def test_a_substituted_function_is_the_function_of_the_functions(seed: int) -> None:
    draw = random.Random(seed)
    outer = _random_truth(draw, [A, B])
    parts = {A: _random_truth(draw, [C, D]), B: _random_truth(draw, [B, C])}
    found = substituted(outer, parts)
    assert found is not None
    for values in product((False, True), repeat=5):
        point = dict(zip((A, B, C, D, E), values, strict=True))
        inside = {name: value_of(part, point) for name, part in parts.items()}
        assert value_of(found, point) == value_of(outer, inside)


def test_a_variable_that_changes_nothing_is_left_out() -> None:
    assert tabulate([A, B], lambda p: p[B] or not p[B]) == TRUE
    assert tabulate([A, B, C], lambda p: p[A] != p[C]).variables == (A, C)


def test_too_many_variables_are_no_table() -> None:
    names = [(VariableKind.PIN, k) for k in range(MOST_VARIABLES + 1)]
    truths = [Truth((name,), (False, True)) for name in names]
    assert union_of(truths) is None
    assert union_of(truths[1:]) == tuple(names[1:])


def test_a_level_at_the_threshold_is_low() -> None:
    assert constant(2.5).read(2.5) == Truth((), (False,))
    assert constant(2.6).read(2.5) == TRUE


def test_a_high_level_below_the_readers_threshold_is_a_constant() -> None:
    assert switching(A, 0.0, 3.3).read(4.5) == Truth((), (False,))
    assert switching(A, 0.0, 5.0).read(4.5) == Truth((A,), (False, True))


def test_a_level_that_may_be_on_either_side_of_the_threshold_is_not_read() -> None:
    assert Level((A,), (0.0, 2.0), (0.2, 3.0)).read(2.5) is None
    assert Level((A,), (0.0, 2.6), (0.2, 3.0)).read(2.5) == Truth((A,), (False, True))


def test_open_collectors_with_pull_ups_are_levels_near_the_rails() -> None:
    machine = shop_of(design_of([(1, 2), (2, 3)], electronics='edge_cell = "dillavou2022"')).intact
    levels = find_levels(machine.cut, {})
    nets = {comparator.out for comparator in machine.circuit.comparators}
    assert all(comparator.open_collector for comparator in machine.circuit.comparators)
    read = [levels[net] for net in sorted(nets) if levels.get(net, constant(0.0)).variables]
    assert len(read) == len(machine.circuit.comparators[:4])
    assert all(level.most_v[0] < 0.5 and level.least_v[1] > 4.5 for level in read)


def test_each_digipot_of_an_edge_goes_up_where_one_comparator_is_high() -> None:
    lowered = lowered_of(shop_of(design_of([(1, 2), (2, 3)])).intact)
    assert lowered.table.tolist() == [[[-1.0, 1.0, 1.0, -1.0]] * 2] * 2
    assert lowered.chain_high.tolist() == [1, 1]
    assert lowered.enable.tolist() == [[0, 0], [1, 1]]
    assert not lowered.learns.any()
