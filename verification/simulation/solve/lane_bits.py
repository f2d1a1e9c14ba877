"""Lanes as bits: truth values, a sixty-fourth of what they take as floats.

Many boards' edges do not fit into the processor's caches; what is small is read sooner.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import types

from verification.simulation.solve.lane_types import (
    LaneMask,
    compiled,
    row_address,
)


def bytes_of_bits(count: int) -> int:
    """How many bytes a row of so many truth values takes, the first one in the lowest bit."""
    return -(-count // 8)


@compiled
def load_bits(_context: Any, address: Any, index: Any, like: Any) -> Any:
    """(address, index, like) -> row `index` of rows of bits, as many as `like` has lanes."""
    kind = LaneMask(like.count)

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        start, number, _like = arguments
        stride = bytes_of_bits(kind.count)
        whole, bits = ir.IntType(8 * stride), ir.IntType(kind.count)
        place = row_address(builder, start, number, index, stride)
        value = builder.load(builder.inttoptr(place, whole.as_pointer()), align=1)
        value = value if whole == bits else builder.trunc(value, bits)
        return builder.bitcast(value, ir.VectorType(ir.IntType(1), kind.count))

    return kind(address, index, like), generate


@compiled
def store_bits(_context: Any, address: Any, index: Any, mask: Any) -> Any:
    """(address, index, mask): write row `index` of rows of bits."""
    if not isinstance(mask, LaneMask):
        return None

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        start, number, value = arguments
        stride = bytes_of_bits(mask.count)
        whole, bits = ir.IntType(8 * stride), ir.IntType(mask.count)
        value = builder.bitcast(value, bits)
        value = value if whole == bits else builder.zext(value, whole)
        place = row_address(builder, start, number, index, stride)
        builder.store(value, builder.inttoptr(place, whole.as_pointer()), align=1)
        return context.get_dummy_value()

    return types.void(address, index, mask), generate
