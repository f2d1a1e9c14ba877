"""Boards that learn side by side end where each of them ends alone."""

from __future__ import annotations

import pytest

from parts.catalogue import load_catalogue
from tests.verification.checks.boards import ready
from verification.extraction.values import drawn
from verification.training.bench import Workshop
from verification.training.fleet import Fleet
from verification.training.learn import learn_board


@pytest.mark.parametrize(("name", "task"), [("dillavou16", "ii"), ("lattice4x4", "three_sources")])
def test_a_fleet_is_its_boards(name: str, task: str) -> None:
    case = ready(name)
    workshop = Workshop(case.netlist, case.design, case.design.task(task), load_catalogue())
    fleet = Fleet.of(workshop, 120)
    assert fleet is not None
    seeds = (3, 4, 11)
    boards = [drawn(workshop.intact.circuit, seed) for seed in seeds]
    alone = [
        learn_board(workshop, workshop.intact.with_values(board), seed, 120).value
        for board, seed in zip(boards, seeds, strict=True)
    ]
    assert fleet.train(boards, seeds) == pytest.approx(alone, rel=1e-9)
    assert len({round(value, 6) for value in alone}) == 3


def test_a_task_in_which_the_host_reacts_has_no_fleet() -> None:
    case = ready("iris16")
    workshop = Workshop(case.netlist, case.design, case.design.tasks[0], load_catalogue())
    assert Fleet.of(workshop, None) is None
