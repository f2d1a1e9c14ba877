"""Lanes in few bits: truth values as bits, whole numbers in single precision.

Many boards' edges do not fit into the processor's caches; what is small is read sooner.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import types

from verification.simulation.solve.lane_types import (
    LaneMask,
    Lanes,
    bytes_each,
    compiled,
    loaded,
    row_address,
    stored,
    vector_of,
)

WHOLE = np.float32
"""What whole numbers are stored as: exact below 2^24."""


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


@compiled
def load_whole(_context: Any, address: Any, index: Any, like: Any) -> Any:
    """(address, index, like) -> row `index` of rows of WHOLE numbers, as lanes of `like`."""
    kind, small = Lanes(like.dtype, like.count), Lanes(types.float32, like.count)

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        start, number, _like = arguments
        stride = small.count * bytes_each(small)
        value = loaded(builder, row_address(builder, start, number, index, stride), small)
        return value if kind == small else builder.fpext(value, vector_of(kind))

    return kind(address, index, like), generate


@compiled
def store_whole(_context: Any, address: Any, index: Any, value: Any) -> Any:
    """(address, index, vector): write row `index` of rows of WHOLE numbers, which these are."""
    if not isinstance(value, Lanes):
        return None
    small = Lanes(types.float32, value.count)

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        start, number, vector = arguments
        vector = vector if value == small else builder.fptrunc(vector, vector_of(small))
        place = row_address(builder, start, number, index, small.count * bytes_each(small))
        stored(builder, place, small, vector)
        return context.get_dummy_value()

    return types.void(address, index, value), generate
