"""What the machine can do at most: multiplications and bytes a second of one core."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from tests.bench.clock import cheapest
from tests.bench.table import markdown, size_text

_DGEMM_SIZE = 768
TRIAD_BYTES = (24_000, 600_000, 12_000_000, 400_000_000)
"""Of the three arrays together: within the first, second, last cache, and beyond."""


@njit(cache=True)
def triad(a: Any, b: Any, c: Any, factor: float, repeats: int) -> None:
    """a = b + factor c."""
    for _ in range(repeats):
        for k in range(len(a)):
            a[k] = b[k] + factor * c[k]


def flops_per_s(dtype: type[np.floating[Any]]) -> float:
    """A matrix product's operations a second."""
    left: NDArray[Any] = np.ones((_DGEMM_SIZE, _DGEMM_SIZE), dtype=dtype)
    out = np.empty_like(left)

    def work(count: int) -> None:
        for _ in range(count):
            np.dot(left, left, out=out)

    return 2 * _DGEMM_SIZE**3 / cheapest(work, 0.5).seconds


def bytes_per_s(size: int) -> float:
    """Of reading two arrays and writing one, `size` bytes together."""
    a, b, c = np.zeros((3, size // 24))

    def work(count: int) -> None:
        triad(a, b, c, 0.5, count)

    return size / cheapest(work, 0.3, clock=time.thread_time).seconds


def rates_table() -> str:
    """Everything measured here."""
    rows = [["one core", "measured"]]
    for dtype, name in ((np.float64, "float64"), (np.float32, "float32")):
        rows += [[f"matrix product, {name}", f"{flops_per_s(dtype) / 1e9:.0f} GFLOP/s"]]
    for size in TRIAD_BYTES:
        rows += [[f"a = b + s c over {size_text(size)}", f"{bytes_per_s(size) / 1e9:.0f} GB/s"]]
    return markdown(rows)
