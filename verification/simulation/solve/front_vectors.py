"""Wide vectors: four neighbouring columns of a front, each a row of lanes, as one vector.

With one board a row of lanes is two numbers, a quarter of a 512-bit register. The inner loops of a
front therefore take four columns at once: `wide = like + like + like + like` stands for their type,
`load(address, index, wide)` loads them, with `index` counted in wide rows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba.extending import intrinsic

from verification.simulation.solve.lanes import Lanes


def _compiled(function: Any) -> Callable[..., Any]:
    """An intrinsic as Python's types see it: without the compiler's own first argument."""
    return intrinsic(function)


def _picked(builder: Any, vector: Any, lanes: list[int]) -> Any:
    numbers: Any = ir.Constant(ir.VectorType(ir.IntType(32), len(lanes)), lanes)
    return builder.shuffle_vector(vector, vector, numbers)


@_compiled
def spread(_context: Any, value: Any, wide: Any) -> Any:
    """(row of lanes, wide) -> the row, as often as it fits: once for each column."""
    kind = Lanes(wide.dtype, wide.count)

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        lanes = [*range(value.count)] * (kind.count // value.count)
        return _picked(builder, arguments[0], lanes)

    return kind(value, wide), generate


@_compiled
def folded(_context: Any, value: Any, like: Any) -> Any:
    """(wide vector, like) -> the sum of its columns, a row of lanes."""
    kind = Lanes(like.dtype, like.count)

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        total, count = arguments[0], value.count
        while count > kind.count:
            count //= 2
            low = _picked(builder, total, [*range(count)])
            high = _picked(builder, total, [*range(count, 2 * count)])
            total = builder.fadd(low, high)
        return total

    return kind(value, like), generate
