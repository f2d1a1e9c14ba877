"""The three compiled functions that every method for twin networks has, by one name each.

A kernel calls `eliminate(twins, like)`; the type of the record `twins` decides which method runs,
when the kernel is compiled. A method's module makes itself known once, at import:

```
implement(TAPE_TWINS, _eliminate, _solve_free, _solve_clamped)      dtype of its record, functions
```

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

# Addresses of rows of lanes: siemens [branch], volts [place], injected amperes [unknown place];
# and the numbers of hidden places, of unknown places (hidden, then targets), of all places.
COMMON_FIELDS = [
    ("siemens", Address),
    ("volts", Address),
    ("injected", Address),
    ("hidden", np.uint64),
    ("unknowns", np.uint64),
    ("places", np.uint64),
]

TwinFunction = Callable[[Any, Any], None]


def eliminate(twins: Any, like: Any) -> None:
    """The conductances have changed: factor both twins."""
    _refuse(twins, like)


def solve_free(twins: Any, like: Any) -> None:
    """From held volts and injected currents: volts of the target places, right in free lanes."""
    _refuse(twins, like)


def solve_clamped(twins: Any, like: Any) -> None:
    """With the clamped lanes of the target places written: volts of all places in all lanes."""
    _refuse(twins, like)


def _refuse(_twins: Any, _like: Any) -> NoReturn:
    raise TypeError("exists in compiled code only")


def implement(
    dtype: np.dtype[np.void], first: TwinFunction, second: TwinFunction, third: TwinFunction
) -> None:
    """Make records of this dtype use these functions for the three above, in their order."""
    record = numba.from_dtype(dtype)
    for generic, function in ((eliminate, first), (solve_free, second), (solve_clamped, third)):
        _dispatch(generic, record, function)


def _dispatch(generic: TwinFunction, record: Any, function: TwinFunction) -> None:
    def chosen(twins: Any, like: Any) -> TwinFunction | None:
        del like
        return function if twins == record else None

    # Not strict: else numba compares the annotations of the two as well as the names.
    overload(generic, strict=False)(chosen)
