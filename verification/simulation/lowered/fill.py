"""Fill: one board's numbers for a lowered circuit, with a few numpy calls for all of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from verification.extraction.values import Values
from verification.simulation.branches import BranchKind
from verification.simulation.lowered.recipe import SUMS, DenseBlock, Recipe
from verification.simulation.lowered.tables import Lowered, LoweredValues
from verification.simulation.partition import Partition
from verification.simulation.solve.problem import Floats, Integers
from verification.simulation.tables import LEAST_OHM


def fill_in_lowered(
    lowered: Lowered, cut: Partition, values: Values, codes: ArrayLike
) -> LoweredValues:
    """The numbers of one board.

    Args:
        lowered: the circuit's tables.
        cut: what they were made from.
        values: of the board.
        codes: of every digipot, in the circuit's order; those that no step moves are taken from
            here, so a change of them (of an adjustable nudge) needs another filling.
    """
    recipe = lowered.recipe
    chosen = np.asarray(codes, dtype=np.float64)
    injected = _injected(recipe, values)
    sums = _sums(recipe, values, chosen, injected)
    base, slope = _rows(recipe, values)
    held, columns = len(lowered.twins.held), len(lowered.pins) + lowered.buffers
    low, high, offset = _swings(recipe, values)
    nets = np.where(lowered.nets < 0, lowered.nets[:, ::-1], lowered.nets)
    return LoweredValues(
        base_ohm=base,
        slope_ohm=slope,
        injected_a=injected[nets],
        buffer_weight=sums["buffer_weight"].reshape(-1, columns),
        buffer_const=sums["buffer_const"],
        buffer_low=low[recipe.buffer_amplifier],
        buffer_high=high[recipe.buffer_amplifier],
        held_weight=sums["held_weight"].reshape(held, 2, columns),
        held_const=sums["held_const"].reshape(held, 2),
        held_low=low[recipe.held_amplifier],
        held_high=high[recipe.held_amplifier],
        drive_weight=sums["drive_weight"].reshape(-1, columns),
        drive_const=sums["drive_const"],
        nudge_low=low[recipe.target_amplifier],
        nudge_high=high[recipe.target_amplifier],
        nudge_weight=sums["nudge_weight"],
        nudge_offset=offset[recipe.nudge_amplifier],
        nudge_term_low=low[recipe.nudge_amplifier],
        nudge_term_high=high[recipe.nudge_amplifier],
        signal_offset=offset[recipe.signal_amplifier],
        signal_low=low[recipe.signal_amplifier],
        signal_high=high[recipe.signal_amplifier],
        margin_weight=sums["margin_weight"].reshape(-1, 2),
        margin_const=sums["margin_const"],
        half_hysteresis=values.comparator_hysteresis_v[lowered.comparator] / 2,
        output_weight=sums["output_weight"],
        output_offset=offset[recipe.output_amplifier],
        output_low=low[recipe.output_amplifier],
        output_high=high[recipe.output_amplifier],
        output_drive=sums["output_drive"].reshape(-1, columns),
        output_const=sums["output_const"],
    )


def _injected(recipe: Recipe, values: Values) -> Floats:
    """Current into each net from the inputs on it."""
    bias = np.concatenate((values.amplifier_bias_a.ravel(), values.comparator_bias_a.ravel()))
    return -_totals(recipe.bias_net, bias, recipe.net_count)


def _swings(recipe: Recipe, values: Values) -> tuple[Floats, Floats, Floats]:
    """Low, high and offset of each amplifier; -inf, inf and 0 at the end, for index -1."""
    powered = recipe.amplifier_high_v > recipe.amplifier_low_v
    swing = np.where(powered, values.amplifier_swing_v, 0.0)
    return (
        np.append(recipe.amplifier_low_v + swing, -np.inf),
        np.append(recipe.amplifier_high_v - swing, np.inf),
        np.append(values.amplifier_offset_v, 0.0),
    )


def _sums(recipe: Recipe, values: Values, codes: Floats, injected: Floats) -> dict[str, Floats]:
    """All weights and constants, by group."""
    siemens = _static_siemens(recipe, values, codes)
    singles = len(recipe.single_block)
    around = _totals(recipe.single_block, siemens[:singles], len(recipe.single_net))
    dense = [_solve(block, siemens[singles:], injected) for block in recipe.dense]
    sources = np.concatenate(
        (
            [1.0],
            siemens[:singles] / around[recipe.single_block],
            *(shares.ravel() for shares, _ in dense),
            injected[recipe.single_net] / around,
            *(bias for _, bias in dense),
            values.amplifier_offset_v,
            values.comparator_offset_v,
        )
    )
    terms = recipe.sum_factor * sources[recipe.sum_source]
    found = _totals(recipe.sum_target, terms, sum(recipe.sizes))
    ends = np.cumsum(recipe.sizes).tolist()
    return {
        name: found[end - size : end]
        for name, size, end in zip(SUMS, recipe.sizes, ends, strict=True)
    }


def _totals(place: Integers, terms: Floats, count: int) -> Floats:
    """The sum of the terms of each place."""
    return np.bincount(place, terms, count).astype(np.float64, copy=False)


def _solve(block: DenseBlock, siemens: Floats, injected: Floats) -> tuple[Floats, Floats]:
    """Shares of the boundary [nets, boundary] and bias [nets] of a block of several nets."""
    count = len(block.nets)
    own = siemens[block.first : block.last]
    whole = np.zeros((count + block.boundary,) * 2)
    a, b = block.branch_a, block.branch_b
    np.add.at(whole, (a, a), own)
    np.add.at(whole, (b, b), own)
    np.subtract.at(whole, (a, b), own)
    np.subtract.at(whole, (b, a), own)
    right = np.column_stack((-whole[:count, count:], injected[block.nets]))
    solved = np.asarray(np.linalg.solve(whole[:count, :count], right), dtype=np.float64)
    return solved[:, :-1], solved[:, -1]


def _static_siemens(recipe: Recipe, values: Values, codes: Floats) -> Floats:
    """Conductance of the branches of static blocks; the formulas are those of `branches`."""
    siemens = np.empty(len(recipe.static_kind))
    fixed = recipe.static_kind == BranchKind.RESISTOR
    siemens[fixed] = 1.0 / values.resistor_ohm[recipe.static_element[fixed]]
    if fixed.all():
        return siemens
    turned = ~fixed
    pots, kind = recipe.static_element[turned], recipe.static_kind[turned]
    step = values.digipot_step_ohm[pots]
    lower = codes[pots] * step
    upper = (recipe.static_divisor[turned] - codes[pots]) * step
    wiper = np.maximum(values.digipot_wiper_ohm[pots], LEAST_OHM)
    around = lower * upper + lower * wiper + upper * wiper
    siemens[turned] = np.select(
        [kind == k for k in _POT_KINDS],
        [
            1 / (lower + wiper),
            1 / (upper + wiper),
            1 / (lower + upper),
            upper / around,
            lower / around,
        ],
        wiper / around,
    )
    return siemens


_POT_KINDS = (
    BranchKind.POT_WB,
    BranchKind.POT_AW,
    BranchKind.POT_AB,
    BranchKind.TRIANGLE_WB,
    BranchKind.TRIANGLE_AW,
)


def _rows(recipe: Recipe, values: Values) -> tuple[Floats, Floats]:
    """Base and slope of each row's resistance in both twins."""
    kind, element = recipe.row_kind, recipe.row_element
    base, slope = np.full(kind.shape, np.inf), np.zeros(kind.shape)
    fixed = kind == BranchKind.RESISTOR
    base[fixed] = values.resistor_ohm[element[fixed]]
    turned = kind > BranchKind.RESISTOR
    _turn(base, slope, turned, recipe, element, values)
    return base, slope


def _turn(
    base: Floats,
    slope: Floats,
    turned: np.ndarray[tuple[int, ...], np.dtype[np.bool_]],
    recipe: Recipe,
    element: Integers,
    values: Values,
) -> None:
    """The rows that are digipots: from W to B, from A to W, or from A to B."""
    pots, kind = element[turned], recipe.row_kind[turned]
    step = values.digipot_step_ohm[pots]
    whole = recipe.row_divisor[turned] * step
    wiper = np.maximum(values.digipot_wiper_ohm[pots], LEAST_OHM)
    below, above = kind == BranchKind.POT_WB, kind == BranchKind.POT_AW
    base[turned] = np.where(below, 0.0, whole) + np.where(below | above, wiper, 0.0)
    slope[turned] = step * below - step * above
