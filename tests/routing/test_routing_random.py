"""Small random boards: what the router calls routed is clean by a checker that knows no grid."""

from __future__ import annotations

from dataclasses import replace

import pytest

from netgen.board.routing import Routed, route
from tests.routing.routing_checker import findings
from tests.routing.routing_random import random_problem

SEEDS = range(40)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_routed_keeps_every_rule_and_what_is_not_is_named(seed: int) -> None:
    problem = random_problem(seed)
    assert findings(problem, route(problem)) == []


def test_most_random_boards_come_out_complete() -> None:
    complete = sum(not route(random_problem(seed)).missing for seed in range(20))
    assert complete >= 10  # some of them cannot be routed: the generator shuts pads in


def test_the_same_problem_gives_the_same_tracks() -> None:
    problem = random_problem(3)
    assert route(problem) == route(problem)


def routed_with_tracks() -> tuple[object, Routed]:
    for seed in SEEDS:
        problem = random_problem(seed)
        routed = route(problem)
        if not routed.missing and len(routed.tracks) > 5:
            return problem, routed
    raise AssertionError("no random board with tracks came out complete")


def test_the_checker_sees_nearly_every_track_that_is_missing() -> None:
    """All but those that lie on copper of their net from end to end."""
    problem, routed = routed_with_tracks()
    seen = [
        findings(problem, replace(routed, tracks=routed.tracks[:k] + routed.tracks[k + 1 :]))
        for k in range(len(routed.tracks))
    ]
    assert sum(map(bool, seen)) >= 0.8 * len(seen)


def test_the_checker_sees_a_track_of_another_net() -> None:
    problem, routed = routed_with_tracks()
    names = sorted({track.net for track in routed.tracks})
    assert len(names) > 1
    first = next(track for track in routed.tracks if track.net == names[0])
    renamed = replace(first, net=names[1])
    tracks = tuple(renamed if track is first else track for track in routed.tracks)
    assert findings(problem, replace(routed, tracks=tracks))
