"""Lanes in less memory: truth values as bits, whole numbers in 16.

Many boards' edges do not fit into the processor's caches; what is small is read sooner.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import types

from verification.simulation.solve.lane_types import (
    LaneMask,
    Lanes,
    compiled,
    row_address,
    vector_of,
)


def bytes_of_bits(count: int) -> int:
    """How many bytes a row of so many truth values takes, the first one in the lowest bit."""
    return -(-count // 8)


@compiled
def load_bits(_context: Any, address: Any, index: Any, like: Any) -> Any:
    """(address, index, like) -> row `index` of rows of bits, as many as `like` has lanes."""
    kind = LaneMask(like.count)

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        place = _bit_row(builder, arguments[0], arguments[1], index, kind.count)
        value, bits = builder.load(place, align=1), ir.IntType(kind.count)
        value = value if value.type == bits else builder.trunc(value, bits)
        return builder.bitcast(value, ir.VectorType(ir.IntType(1), kind.count))

    return kind(address, index, like), generate


@compiled
def store_bits(_context: Any, address: Any, index: Any, mask: Any) -> Any:
    """(address, index, mask): write row `index` of rows of bits."""
    if not isinstance(mask, LaneMask):
        return None

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        place = _bit_row(builder, arguments[0], arguments[1], index, mask.count)
        value, whole = builder.bitcast(arguments[2], ir.IntType(mask.count)), place.type.pointee
        builder.store(value if value.type == whole else builder.zext(value, whole), place, align=1)
        return context.get_dummy_value()

    return types.void(address, index, mask), generate


def _bit_row(builder: Any, address: Any, number: Any, index: Any, count: int) -> Any:
    """A pointer to a row of so many truth values, as one whole number."""
    stride = bytes_of_bits(count)
    place = row_address(builder, address, number, index, stride)
    return builder.inttoptr(place, ir.IntType(8 * stride).as_pointer())


@compiled
def load_whole(_context: Any, address: Any, index: Any, like: Any) -> Any:
    """(address, index, like) -> row `index` of rows of whole numbers of 16 bits."""
    kind = Lanes(like.dtype, like.count)

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        place = _whole_row(builder, arguments[0], arguments[1], index, kind)
        return builder.sitofp(builder.load(place, align=_WHOLE // 8), vector_of(kind))

    return kind(address, index, like), generate


@compiled
def store_whole(_context: Any, address: Any, index: Any, value: Any) -> Any:
    """(address, index, vector): write row `index` of rows of whole numbers of 16 bits."""
    if not isinstance(value, Lanes):
        return None

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        place = _whole_row(builder, arguments[0], arguments[1], index, value)
        builder.store(builder.fptosi(arguments[2], place.type.pointee), place, align=_WHOLE // 8)
        return context.get_dummy_value()

    return types.void(address, index, value), generate


_WHOLE = 16


def _whole_row(builder: Any, address: Any, number: Any, index: Any, kind: Lanes) -> Any:
    """A pointer to a row of as many whole numbers as `kind` has lanes."""
    vector = ir.VectorType(ir.IntType(_WHOLE), kind.count)
    place = row_address(builder, address, number, index, kind.count * _WHOLE // 8)
    return builder.inttoptr(place, vector.as_pointer())
