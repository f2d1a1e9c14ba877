"""Inner: the mark of functions that compiled code alone calls.

They need neither a way in from Python nor a cache of their own; both cost compile time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import njit

_BARE: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def inner(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function for those that call it."""
    return njit(**_BARE)(function)


def inlined(function: Callable[..., Any]) -> Callable[..., Any]:
    """Likewise, as a part of the machine code of each caller."""
    return njit(forceinline=True, **_BARE)(function)
