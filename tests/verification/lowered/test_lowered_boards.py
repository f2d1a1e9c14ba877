"""The lowered step moves the same digipots as the interpreter, on boards as they should be."""

from __future__ import annotations

import random

import numpy as np
import pytest

from tests.netgen.board_designs import READY, design_of
from tests.verification.checks.boards import ready
from tests.verification.lowered.lowered_boards import (
    compared,
    lowered_of,
    moving,
    random_codes,
    random_design,
    random_lesson,
    ready_shop,
    shop_of,
)
from tests.verification.lowered.side_by_side import difference
from verification.training.bench import Bench

TASKS = [(name, task.name) for name in READY for task in ready(name).design.tasks]
SQUARE = [(1, 2), (2, 3), (1, 3), (3, 4), (2, 4)]
CELLS = (
    'nudge = "adjustable"',
    "eta = 1.0",
    'edge_cell = "dillavou2022"\nnudge = "adjustable"',
    'digipot = "AD5220BRZ100"',
    'digipot = "X9C104SIZ"',
    'digipot = "DS1804Z-100+"\nnudge = "adjustable"',
)


@pytest.mark.parametrize(("name", "task"), TASKS)
@pytest.mark.parametrize("seed", [None, 4])
@pytest.mark.parametrize("masked", [False, True])
def test_every_task_of_every_ready_design_steps_as_in_the_interpreter(
    name: str, task: str, seed: int | None, masked: bool
) -> None:
    steps = 3 if name == "disordered100" else 12
    start = 0 if masked else 7
    assert compared(ready_shop(name, task), seed, steps=steps, masked=masked, start=start) == ""


@pytest.mark.parametrize("electronics", CELLS)
@pytest.mark.parametrize("patching", ["cables", "fixed"])
def test_other_cells_and_digipots_step_as_in_the_interpreter(
    electronics: str, patching: str
) -> None:
    shop = shop_of(design_of(SQUARE, electronics=electronics, patching=patching))
    assert compared(shop, None, start=3) == ""
    assert compared(shop, 8, masked=True) == ""


@pytest.mark.parametrize("seed", range(16))
def test_boards_of_random_graphs_step_as_in_the_interpreter(seed: int) -> None:
    shop = shop_of(random_design(seed))
    assert compared(shop, seed if seed % 2 else None, masked=seed % 4 > 1, start=seed) == ""


def test_an_edge_between_held_nodes_alone_steps_as_in_the_interpreter() -> None:
    shop = shop_of(design_of([(1, 2)]))
    assert len(lowered_of(shop.intact).twins.clamped) == 1
    assert compared(shop, 2, start=2) == ""


@pytest.mark.parametrize("seed", range(12))
def test_cut_edges_step_on_without_a_branch(seed: int) -> None:
    shop = ready_shop("dillavou16", "i")
    draw = random.Random(seed)
    edges = shop.design.graph.edges
    cut = draw.sample(edges, draw.choice([1, 3, 8, len(edges)]))
    machine = shop.machine(seed, shop.jumpers_of(cut))
    lowered = lowered_of(machine)
    assert len(lowered.pot) == len(edges)
    assert len(lowered.twins.branch_a) == len(edges) - len(cut)
    state = Bench.power_on(shop, machine, cut).host.state
    machine.set_codes(state, random_codes(machine, seed))
    assert difference(machine, lowered, state, random_lesson(lowered, 12, seed)) == ""


def test_an_edge_cut_in_one_network_only_is_lowered_too() -> None:
    shop = ready_shop("dillavou16", "iii")
    jumper = shop.jumpers_of(shop.design.graph.edges[3:4])[0]
    machine = shop.machine(1, (jumper,))
    lowered = lowered_of(machine)
    absent = lowered.recipe.row_kind < 0
    assert absent.sum() == 1
    state = machine.start(random_codes(machine, 3))
    assert difference(machine, lowered, state, random_lesson(lowered, 12, 3, 16)) == ""


def test_digipots_that_stand_still_are_not_in_the_tables() -> None:
    shop = shop_of(design_of(SQUARE, electronics='nudge = "adjustable"'))
    lowered = lowered_of(shop.intact)
    pots = shop.intact.circuit.digipots
    still = ~moving(lowered, len(pots))
    assert {pots[k].unit.cell.split("/")[0] for k in np.flatnonzero(still)} == {"target"}
    functions = shop.intact.circuit.functions
    assert set(functions["ETA_STEP"]) <= set(lowered.quiet)
