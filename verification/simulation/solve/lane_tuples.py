"""Several neighbouring rows at once: tuples of vectors, as one operation of the compiler's.

Written as compiled functions these would each be typed and optimised anew for every width.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba.core import types
from numba.core.cgutils import pack_array, unpack_tuple

from verification.simulation.solve.lane_types import (
    Lanes,
    bytes_each,
    compiled,
    listed,
    loaded,
    multiplied_and_added,
    pairs_listed,
    row_address,
    rows_at,
    stored,
)


def _neighbours(builder: Any, rows: Any, number: Any, index: Any, kind: Lanes, count: int) -> Any:
    """Rows number, number + 1, ...; `index` is the number's type."""
    stride = kind.count * bytes_each(kind)
    first = row_address(builder, rows, number, index, stride)
    places = [builder.add(first, first.type(k * stride)) for k in range(count)]
    return pack_array(builder, [loaded(builder, place, kind) for place in places])


def _load_several(count: int) -> Callable[..., Any]:
    def load_several(_context: Any, address: Any, index: Any, like: Any) -> Any:
        kind = Lanes(like.dtype, like.count)

        def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            return _neighbours(builder, arguments[0], arguments[1], index, kind, count)

        return types.UniTuple(kind, count)(address, index, like), generate

    return compiled(load_several)


# (address, index, like) -> rows index, index + 1, ...
load_two = _load_several(2)
load_four = _load_several(4)


@compiled
def load_rows(_context: Any, address: Any, index: Any, tuple_like: Any, like: Any) -> Any:
    """(address, index, tuple, like) -> rows index, index + 1, ..., as many as the tuple has."""
    kind = Lanes(like.dtype, like.count)

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return _neighbours(builder, arguments[0], arguments[1], index, kind, tuple_like.count)

    return types.UniTuple(kind, tuple_like.count)(address, index, tuple_like, like), generate


def _load_listed(count: int) -> Callable[..., Any]:
    def load_listed(_context: Any, address: Any, numbers: Any, first: Any, like: Any) -> Any:
        kind = Lanes(like.dtype, like.count)

        def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            start, table, number, _like = arguments
            numbers = listed(builder, table, number, count)
            return pack_array(builder, rows_at(builder, start, numbers, kind))

        return types.UniTuple(kind, count)(address, numbers, first, like), generate

    return compiled(load_listed)


# (address, numbers, first, like) -> rows whose numbers stand at the address `numbers`, from `first`
# on.
load_listed_two = _load_listed(2)
load_listed_four = _load_listed(4)


@compiled
def products(_context: Any, a: Any, b: Any) -> Any:
    """(tuple, tuple) -> their products, one by one."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        first, second = (unpack_tuple(builder, x) for x in arguments)
        pairs = zip(first, second, strict=True)
        return pack_array(builder, [builder.fmul(x, y) for x, y in pairs])

    return a(a, b), generate


@compiled
def accumulate(_context: Any, address: Any, updates: Any, which: Any, a: Any, b: Any) -> Any:
    """(address, updates, which, tuple, tuple): a row becomes another plus the products.

    At the address `updates` stand pairs of numbers, 32 bits each, of the other row and of the row;
    the pair `which` counts. The last product comes first.
    """
    if not isinstance(a, types.UniTuple):
        return None
    kind: Any = a.dtype

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        start, table, number, first, second = arguments
        before, after = pairs_listed(builder, table, number, 1, kind)
        stride = kind.count * bytes_each(kind)
        total = loaded(builder, row_address(builder, start, before, types.uint64, stride), kind)
        pairs = zip(unpack_tuple(builder, first), unpack_tuple(builder, second), strict=True)
        for x, y in reversed(list(pairs)):
            total = multiplied_and_added(builder, kind, x, y, total)
        stored(builder, row_address(builder, start, after, types.uint64, stride), kind, total)
        return context.get_dummy_value()

    return types.void(address, updates, which, a, b), generate
