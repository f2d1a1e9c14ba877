"""Rendezvous: several lessons go on together, each as far as its next question.

```
lesson 0 --question--+
lesson 1 --question--+--> those of one kind --> one answer for all --> the lessons go on
lesson 2 --question--+    the others wait
```

Lessons are coroutines and take turns in one thread, in the order of their places: nothing can hang,
and what a lesson raises ends the rendezvous.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Coroutine, Generator, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

AskedT = TypeVar("AskedT")
AnswerT = TypeVar("AnswerT")
ResultT = TypeVar("ResultT")


@dataclass(frozen=True, slots=True, eq=False)
class Question(Generic[AskedT]):
    """What a lesson awaits.

    Attributes:
        kind: questions of one kind can be answered together.
        asked: the rest of it.
    """

    kind: Hashable
    asked: AskedT

    def __await__(self) -> Generator[Question[AskedT], Any, Any]:
        """Hands the question to the rendezvous; what comes back is the answer."""
        return (yield self)


def meet(
    lessons: Sequence[Coroutine[Question[AskedT], AnswerT, ResultT]],
    answer: Callable[[Mapping[int, AskedT]], Sequence[AnswerT]],
) -> list[ResultT]:
    """Carries all lessons out; what each returns.

    The kind that most lessons wait for is answered first; among equals, that of the first lesson.

    Args:
        lessons: not yet begun.
        answer: from questions of one kind, by the lesson's place, to their answers in that order.
    """
    waiting: dict[int, Question[AskedT]] = {}
    results: dict[int, ResultT] = {}

    def go_on(place: int, given: Any) -> None:
        try:
            waiting[place] = lessons[place].send(given)
        except StopIteration as end:
            results[place] = end.value

    try:
        for place in range(len(lessons)):
            go_on(place, None)
        while waiting:
            kind = _next_kind(waiting)
            chosen = [place for place in sorted(waiting) if waiting[place].kind == kind]
            answers = answer({place: waiting.pop(place).asked for place in chosen})
            for place, given in zip(chosen, answers, strict=True):
                go_on(place, given)
    finally:
        for lesson in lessons:
            lesson.close()
    return [results[place] for place in range(len(lessons))]


def _next_kind(waiting: Mapping[int, Question[Any]]) -> Hashable:
    kinds = Counter(waiting[place].kind for place in sorted(waiting))
    return kinds.most_common(1)[0][0]
