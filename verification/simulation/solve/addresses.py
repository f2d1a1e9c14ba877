"""Addresses: how compiled code reaches many arrays through one small record.

Numba hands a tuple of arrays to a function by value, seven words and a reference count for each
array; with forty arrays that costs 20 times what the work itself does. So the arrays stay in
Python, which owns and sizes them, and compiled code gets one record of their addresses. Inside,
`floats(board.net_v)[net]` is one load, and `row(board.pots, index)` a pointer to a table's row.

Nothing here checks an index; every index comes from the tables that the same Python code built.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba.core import types
from numba.core.cgutils import alloca_once, raw_memcpy
from numba.extending import intrinsic
from numpy.typing import NDArray

Address = np.uint64


def record_of(dtype: np.dtype[np.void], arrays: Mapping[str, NDArray[Any]]) -> NDArray[np.void]:
    """One record with the address of each array under its name; other fields are 0.

    The caller keeps the arrays alive and in place for as long as the record is used.
    """
    record = np.zeros(1, dtype=dtype)
    for name, array in arrays.items():
        if not array.flags.c_contiguous:
            raise ValueError(f"array {name} is not contiguous")
        record[name] = array.ctypes.data
    return record


def _plain(compiled: Any) -> Callable[..., Any]:
    """An intrinsic as Python's types see it: without the compiler's own first argument."""
    return compiled


def _pointer_to(element: types.Type) -> Callable[..., Any]:
    """A compiled function: address -> pointer to elements, indexed like an array."""
    pointer = types.CPointer(element)

    @intrinsic
    def cast(_context: Any, address: Any) -> Any:
        def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            return builder.inttoptr(arguments[0], context.get_value_type(pointer))

        return pointer(address), generate

    return _plain(cast)


def row_of(dtype: np.dtype[np.void]) -> Callable[..., Any]:
    """A compiled function: (address, index) -> that row of a table, whose columns can be set."""
    row = numba.from_dtype(dtype)
    size = dtype.itemsize

    @intrinsic
    def find(_context: Any, address: Any, index: Any) -> Any:
        def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            word = arguments[0].type
            number = arguments[1]
            if number.type.width < word.width:
                widen = builder.sext if index.signed else builder.zext
                number = widen(number, word)
            place = builder.add(arguments[0], builder.mul(number, word(size)))
            return builder.inttoptr(place, context.get_value_type(row))

        return row(address, index), generate

    return _plain(find)


@_plain
@intrinsic
def own_copy(_context: Any, record: Any) -> Any:
    """A compiled function: record -> a copy of its own of a record that nobody writes to.

    The compiler cannot know that what is stored at an address changes no field of a record behind
    a pointer, and loads each field anew; fields of a copy stay in registers.
    """

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        copy = alloca_once(builder, arguments[0].type.pointee)
        raw_memcpy(builder, copy, arguments[0], ir.IntType(64)(record.size), 1)
        return copy

    return record(record), generate


floats = _pointer_to(types.float64)
integers = _pointer_to(types.int64)
words = _pointer_to(types.uint32)
octets = _pointer_to(types.uint8)
