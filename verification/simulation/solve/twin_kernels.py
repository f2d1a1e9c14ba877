"""The two compiled functions that every method for twin networks has, by one name each.

A kernel calls `solve_free(twins, like, points)`; the type of the record `twins` decides which
method runs, when the kernel is compiled. A method's module makes itself known once, at import:

```
implement(TAPE_TWINS, _solve_free, _solve_clamped)      dtype of its record, functions
```

`like` is the lanes of a row of conductances; `points` those of a row of volts: one or more data
points side by side, which share the conductances (see `lanes`). A factorisation serves all points
of one call, and eliminates their right-hand sides along with the matrix.

Every record has the fields of COMMON_FIELDS; a further field of its own tells the methods' records
apart. The functions are plain Python for the compiler and become part of the kernel that calls
them, which is therefore cached on disk whole (see `kernel_cache` for what makes it fresh).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

import numba
import numpy as np
from numba.extending import overload

from verification.simulation.solve.addresses import Address

# Addresses of rows of lanes: siemens [branch], volts of all points [place], injected amperes
# [unknown place]; numbers of hidden places, of unknown ones (hidden, then targets), of all places.
COMMON_FIELDS = [
    ("siemens", Address),
    ("volts", Address),
    ("injected", Address),
    ("hidden", np.uint64),
    ("unknowns", np.uint64),
    ("places", np.uint64),
]

POINTS = 2
"""The most data points that every method's record has room for."""

_FILLED_UP = 16


def branch_rows(branches: int) -> int:
    """How many rows of conductances a method has room for.

    Those of the branches; one that stays 0; and so many that whole vectors of branches can be
    written, whose further ones conduct nothing.
    """
    return -(-(branches + 1) // _FILLED_UP) * _FILLED_UP


TwinFunction = Callable[[Any, Any, Any], None]


def solve_free(twins: Any, like: Any, points: Any) -> None:
    """From conductances, held volts and injected currents: volts of the target places.

    They are right in the free lanes of every point.
    """
    _refuse(twins, like, points)


def solve_clamped(twins: Any, like: Any, points: Any) -> None:
    """With the clamped lanes of the target places written: volts of all places in all lanes."""
    _refuse(twins, like, points)


def _refuse(_twins: Any, _like: Any, _points: Any) -> NoReturn:
    raise TypeError("exists in compiled code only")


def implement(dtype: np.dtype[np.void], free: TwinFunction, clamped: TwinFunction) -> None:
    """Make records of this dtype use these functions for the two above."""
    record = numba.from_dtype(dtype)
    for generic, function in ((solve_free, free), (solve_clamped, clamped)):
        _dispatch(generic, record, function)


def _dispatch(generic: TwinFunction, record: Any, function: TwinFunction) -> None:
    def chosen(twins: Any, like: Any, points: Any) -> TwinFunction | None:
        del like, points
        return function if twins == record else None

    # Not strict: else numba compares the annotations of the two as well as the names.
    overload(generic, strict=False)(chosen)
