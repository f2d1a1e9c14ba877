"""Lessons that go on together: who waits, who is answered with whom, and what ends all of them."""

from __future__ import annotations

from collections.abc import Coroutine, Mapping
from typing import Any

import pytest
from learning_designs import dillavou_twin

from designs import load_design
from verification.training.rendezvous import Question, meet
from verification.training.tasks.alone import Alone, at_once

Asking = Coroutine[Question[str], str, Any]


async def asks(*kinds: str) -> str:
    """Asks for some kinds of things, one after the other; what the answers were."""
    return "".join([await Question(kind, kind) for kind in kinds])


class Answers:
    """Answers in capitals, and remembers who was answered together."""

    def __init__(self) -> None:
        self.rounds: list[dict[int, str]] = []

    def __call__(self, asked: Mapping[int, str]) -> list[str]:
        self.rounds.append(dict(asked))
        return [f"{kind.upper()}{place}" for place, kind in asked.items()]


def test_lessons_that_ask_alike_are_answered_together_and_each_gets_its_own_answer() -> None:
    answers = Answers()
    assert meet([asks("a", "b"), asks("a", "b")], answers) == ["A0B0", "A1B1"]
    assert answers.rounds == [{0: "a", 1: "a"}, {0: "b", 1: "b"}]


def test_most_go_first_the_first_lesson_among_equals_and_the_rest_waits() -> None:
    answers = Answers()
    lessons: list[Asking] = [asks("a"), asks("b", "c"), asks("b"), asks()]
    assert meet(lessons, answers) == ["A0", "B1C1", "B2", ""]
    assert answers.rounds == [{1: "b", 2: "b"}, {0: "a"}, {1: "c"}]


def test_the_first_lesson_goes_on_until_it_asks_what_others_wait_for() -> None:
    answers = Answers()
    meet([asks("a", "c", "b"), asks("b")], answers)
    assert answers.rounds == [{0: "a"}, {0: "c"}, {0: "b", 1: "b"}]


def test_no_lessons_are_no_work() -> None:
    assert meet(list[Asking](), Answers()) == []


@pytest.mark.parametrize("fails", ["lesson", "answer"])
def test_a_failure_surfaces_and_every_other_lesson_is_closed(fails: str) -> None:
    closed: list[int] = []

    async def taught(place: int) -> None:
        try:
            await Question("a", "a")
            if place == 1 and fails == "lesson":
                raise RuntimeError("board 1")
            await Question("b", "b")
        finally:
            closed.append(place)

    def answer(asked: Mapping[int, str]) -> list[str]:
        if fails == "answer" and "b" in asked.values():
            raise RuntimeError("board 1")
        return list(asked.values())

    lessons = [taught(place) for place in range(3)]
    with pytest.raises(RuntimeError, match="board 1"):
        meet(lessons, answer)
    assert sorted(closed) == [0, 1, 2]


def test_an_answer_too_few_is_no_answer() -> None:
    with pytest.raises(ValueError, match="shorter"):
        meet([asks("a"), asks("a")], lambda asked: ["one"])


def test_a_board_alone_answers_at_once_and_nobody_waits_for_a_squad() -> None:
    board = dillavou_twin(load_design("dillavou16").task("ii"))
    volts = at_once(Alone(board).observe([[5.0, 0.0]]))  # type: ignore[arg-type]
    assert volts.shape == (1, 1)
    with pytest.raises(ValueError, match="outside of its squad"):
        at_once(asks("a"))
