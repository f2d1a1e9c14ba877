"""The compiled type of lanes: a vector of floats, its operators, and how it is loaded and stored.

Everything here speaks to numba; kernels use what `lanes` makes of it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba.core import types
from numba.core.cgutils import get_or_insert_function
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import intrinsic, lower_builtin, models, register_model

_WIDE_BYTES = 64
"""A vector of the machine."""


class Lanes(types.Type):
    """The compiled type of a vector of `count` floats."""

    def __init__(self, element: Any, count: int) -> None:
        self.element = element
        self.count = count
        super().__init__(name=f"Lanes({element}, {count})")


class LaneMask(types.Type):
    """The compiled type of a vector of `count` truth values."""

    def __init__(self, count: int) -> None:
        self.count = count
        super().__init__(name=f"LaneMask({count})")


def vector_of(kind: Any) -> ir.VectorType:
    """The machine's vector for a type of lanes."""
    element = ir.DoubleType() if kind.element == types.float64 else ir.FloatType()
    return ir.VectorType(element, kind.count)


@register_model(Lanes)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, vector_of(kind))


@register_model(LaneMask)
class _LaneMaskModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, ir.VectorType(ir.IntType(1), kind.count))


def compiled(function: Any) -> Callable[..., Any]:
    """An intrinsic as Python's types see it: without the compiler's own first argument."""
    return intrinsic(function)


def _numba(decorator: Any) -> Callable[..., Any]:
    """One of numba's decorators, which it leaves without types."""
    return decorator


def _register_operator(symbol: Any, names: tuple[Any, ...]) -> None:
    """Make Python's operators `names` mean the machine's instruction `symbol` between vectors."""

    class Between(AbstractTemplate):
        def generic(self, args: Any, _kws: Any) -> Any:
            if len(args) == 2 and isinstance(args[0], Lanes) and args[0] == args[1]:
                return signature(args[0], *args)
            return None

    def lower(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return getattr(builder, symbol)(*arguments)

    for name in names:
        _numba(infer_global)(name)(Between)
        lower_builtin(name, Lanes, Lanes)(lower)


for _symbol, _names in (
    ("fadd", (operator.add, operator.iadd)),
    ("fsub", (operator.sub, operator.isub)),
    ("fmul", (operator.mul, operator.imul)),
    ("fdiv", (operator.truediv, operator.itruediv)),
):
    _register_operator(_symbol, _names)


@_numba(infer_global)(operator.neg)
class _Negated(AbstractTemplate):
    def generic(self, args: Any, _kws: Any) -> Any:
        return signature(args[0], *args) if isinstance(args[0], Lanes) else None


@lower_builtin(operator.neg, Lanes)
def _negate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
    return builder.fneg(arguments[0])


def row_address(builder: Any, address: Any, number: Any, index: Any, stride: int) -> Any:
    """The address `number` strides of bytes after `address`; `index` is the number's type."""
    if number.type.width < address.type.width:
        number = (builder.sext if index.signed else builder.zext)(number, address.type)
    return builder.add(address, builder.mul(number, address.type(stride)))


def listed(builder: Any, address: Any, number: Any, count: int) -> list[Any]:
    """The unsigned numbers of 32 bits from `number` on in a list at an address."""
    word = ir.IntType(32)
    first = builder.gep(builder.inttoptr(address, word.as_pointer()), [number])
    places = [builder.gep(first, [word(k)]) for k in range(count)]
    return [builder.zext(builder.load(place), address.type) for place in places]


def rows_at(builder: Any, address: Any, numbers: list[Any], kind: Lanes) -> list[Any]:
    """The rows with these numbers, words of 64 bits, of those at an address."""
    stride = kind.count * bytes_each(kind)
    places = [row_address(builder, address, number, types.uint64, stride) for number in numbers]
    return [loaded(builder, place, kind) for place in places]


def pairs_listed(builder: Any, address: Any, which: Any, count: int, kind: Lanes) -> list[Any]:
    """Unsigned numbers of 32 bits: `count` pairs from pair `which` on of those at an address.

    Beside wide vectors of the given kind, whose loads are what the processor waits for, a pair is
    read as one word; beside narrow ones it is not worth the instructions that take it apart.
    """
    if kind.count * bytes_each(kind) <= _WIDE_BYTES:
        return listed(builder, address, builder.mul(which, which.type(2)), 2 * count)
    word, half = ir.IntType(64), ir.IntType(64)(32)
    first = builder.gep(builder.inttoptr(address, word.as_pointer()), [which])
    pairs = [builder.load(builder.gep(first, [ir.IntType(32)(k)])) for k in range(count)]
    apart = ((builder.lshr(builder.shl(x, half), half), builder.lshr(x, half)) for x in pairs)
    return [number for pair in apart for number in pair]


def bytes_each(kind: Any) -> int:
    """The size of one lane."""
    return kind.element.bitwidth // 8


def loaded(builder: Any, place: Any, kind: Lanes) -> Any:
    """The vector at an address of any alignment."""
    return builder.load(
        builder.inttoptr(place, vector_of(kind).as_pointer()), align=bytes_each(kind)
    )


def stored(builder: Any, place: Any, kind: Any, value: Any) -> None:
    """Write a vector at an address of any alignment."""
    builder.store(
        value, builder.inttoptr(place, vector_of(kind).as_pointer()), align=bytes_each(kind)
    )


def shuffled(builder: Any, first: Any, second: Any, lanes: list[int]) -> Any:
    """The lanes with these numbers; the second vector's follow on the first's."""
    numbers: Any = ir.Constant(ir.VectorType(ir.IntType(32), len(lanes)), lanes)
    return builder.shuffle_vector(first, second, numbers)


def side_by_side(builder: Any, rows: list[Any], count: int) -> Any:
    """Vectors of `count` lanes as one, joined in pairs; a power of two of them."""
    while len(rows) > 1:
        lanes = list(range(2 * count))
        rows = [shuffled(builder, a, b, lanes) for a, b in zip(rows[::2], rows[1::2], strict=True)]
        count *= 2
    return rows[0]


def repeated_vector(builder: Any, vector: Any, count: int, times: int) -> Any:
    """A vector of `count` lanes several times side by side."""
    if times == 1:
        return vector
    return shuffled(builder, vector, vector, list(range(count)) * times)


def multiplied_and_added(builder: Any, kind: Lanes, a: Any, b: Any, c: Any) -> Any:
    """The vector a * b + c, rounded once."""
    vector = vector_of(kind)
    name = f"llvm.fma.v{kind.count}f{kind.element.bitwidth}"
    function = ir.FunctionType(vector, [vector] * 3)
    return builder.call(get_or_insert_function(builder.module, function, name), [a, b, c])
