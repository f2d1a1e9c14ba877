"""Sums over the rows of a vector of several."""

from __future__ import annotations

from typing import Any

from verification.simulation.solve.lane_types import Lanes, compiled, shuffled


@compiled
def folded(_context: Any, value: Any, like: Any) -> Any:
    """(rows side by side, a power of two, like) -> their sum, a row as wide as `like`."""
    kind = Lanes(like.dtype, like.count)

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        total, count = arguments[0], value.count
        while count > kind.count:
            count //= 2
            low = shuffled(builder, total, total, [*range(count)])
            high = shuffled(builder, total, total, [*range(count, 2 * count)])
            total = builder.fadd(low, high)
        return total

    return kind(value, like), generate
