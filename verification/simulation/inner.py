"""Inner: marks for functions that compiled code alone calls.

They need neither Python's way in nor a cache of their own, and both cost compile time. Numba
compiles every function by itself, to machine code, and once more as a part of each function above
it; so few levels are good, and `part` saves one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import njit

_BARE: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def inner(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function by itself."""
    return njit(**_BARE)(function)


def part(function: Callable[..., Any]) -> Callable[..., Any]:
    """Make a function part of the one that calls it: for those with one caller, that call others.

    Calls are copied before their types are found, in a time that grows as the square of what is
    already there.
    """
    return njit(inline="always")(function)
