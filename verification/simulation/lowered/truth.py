"""Truth tables of a few variables, which keep only the variables that matter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

MOST_VARIABLES = 4


class VariableKind(IntEnum):
    """What a logic level can depend on."""

    PIN = 0
    COMPARATOR = 1
    FLIPFLOP = 2


Variable: TypeAlias = tuple[VariableKind, int]
"""A net that the host holds, or the position of a comparator or flip-flop (its Q is high)."""


@dataclass(frozen=True, slots=True)
class Truth:
    """A function of variables: bit k of an index into `values` is the value of variable k."""

    variables: tuple[Variable, ...]
    values: tuple[bool, ...]


TRUE, FALSE = Truth((), (True,)), Truth((), (False,))


def tabulate(
    variables: Iterable[Variable], function: Callable[[Mapping[Variable, bool]], bool]
) -> Truth:
    """The table of a function, without the variables that do not change it."""
    names = tuple(variables)
    values = tuple(
        [
            function({name: bool(index >> k & 1) for k, name in enumerate(names)})
            for index in range(1 << len(names))
        ]
    )
    return simplified(names, values)


def simplified(variables: tuple[Variable, ...], values: tuple[bool, ...]) -> Truth:
    """Without the variables that do not matter."""
    if values == (False, True):
        return Truth(variables, values)
    for k in reversed(range(len(variables))):
        low = tuple([value for index, value in enumerate(values) if not index >> k & 1])
        high = tuple([value for index, value in enumerate(values) if index >> k & 1])
        if low == high:
            variables, values = (*variables[:k], *variables[k + 1 :]), low
    return Truth(variables, values)


def value_of(truth: Truth, point: Mapping[Variable, bool]) -> bool:
    """The function at one point, which gives at least its variables."""
    index = 0
    for k, name in enumerate(truth.variables):
        index |= point[name] << k
    return truth.values[index]


def union_of(truths: Iterable[Truth]) -> tuple[Variable, ...] | None:
    """The variables of all, ascending; None where they are too many."""
    names = sorted({name for truth in truths for name in truth.variables})
    return tuple(names) if len(names) <= MOST_VARIABLES else None


def substituted(truth: Truth, parts: Mapping[Variable, Truth]) -> Truth | None:
    """The function with functions in the place of some variables; None with too many variables."""
    if truth.values == (False, True):
        return parts.get(truth.variables[0], truth)
    if not any(name in parts for name in truth.variables):
        return truth
    given = {name: parts.get(name, Truth((name,), (False, True))) for name in truth.variables}
    names = union_of(given.values())
    if names is None:
        return None
    return tabulate(
        names,
        lambda point: value_of(
            truth, {name: value_of(part, point) for name, part in given.items()}
        ),
    )
