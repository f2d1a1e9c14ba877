"""The two functions of the fronts, and how kernels call them.

What is put together here is compiled apart from the kernels that use it, once for each number of
points, and called by its address in the record. Inside a kernel it would be compiled again for each
kernel, and several times over while functions are merged into one another.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from llvmlite import ir
from numba import cfunc
from numba.core import types
from numpy.typing import NDArray

from verification.simulation.solve.addresses import Address
from verification.simulation.solve.front_code import Code, Record, Word
from verification.simulation.solve.front_elimination import assemble, eliminate_fronts, start_right
from verification.simulation.solve.front_record import FRONT_TWINS
from verification.simulation.solve.front_substitution import (
    state_to_volts,
    substitute_fronts,
    volts_to_state,
)
from verification.simulation.solve.front_tape import eliminate_tape, substitute_tape
from verification.simulation.solve.lane_types import compiled
from verification.simulation.solve.lanes import Like, points_like


def _free(code: Code, address: Word) -> None:
    """See `twin_kernels.solve_free`."""
    twins = Record(code, FRONT_TWINS, address)
    code.call(start_right, address)
    code.call(assemble, address)
    code.call(eliminate_tape, address)
    code.call(eliminate_fronts, address)
    code.call(substitute_fronts, address, twins.hidden_blocks, twins.blocks)
    code.call(state_to_volts, address, twins.hidden, twins.unknowns)


def _clamped(code: Code, address: Word) -> None:
    """See `twin_kernels.solve_clamped`."""
    twins = Record(code, FRONT_TWINS, address)
    code.call(volts_to_state, address, twins.hidden, twins.unknowns)
    code.call(substitute_fronts, address, code.number(0), twins.hidden_blocks)
    code.call(state_to_volts, address, twins.taped, twins.hidden)
    code.call(substitute_tape, address)


@compiled
def _solve(_context: Any, address: Any, clamped: Any, like: Any, points: Any) -> Any:
    """(address of a record, 0 or 1, like, points): the free or the clamped twins' solution."""

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        code = Code(builder, like, points)
        record, which = (Word(builder, value) for value in arguments[:2])
        code.cases(which, (0, 1), lambda n: code.call((_free, _clamped)[n], record))
        return context.get_dummy_value()

    return types.void(address, clamped, like, points), generate


@cache
def _solver(like: Like, points: int) -> Any:
    """The compiled function (address of a record, 0 free or 1 clamped)."""
    of_points = points_like(like, points)

    def solve(address: Address, clamped: Address) -> None:
        _solve(address, clamped, like, of_points)

    return cfunc(types.void(types.uint64, types.uint64), cache=True)(solve)


def compile_solver(record: NDArray[np.void], like: Like, points: int) -> None:
    """Compile the functions for so many points, unless they are, and let a record call them."""
    record[_field(points)] = _solver(like, points).address


def _field(points: int) -> str:
    return f"solve_{points}"


@compiled
def solve_apart(_context: Any, twins: Any, clamped: Any, like: Any, points: Any) -> Any:
    """(record, 0 or 1, like, points): call the function for so many points, which is compiled."""
    name = _field(points.count // like.count)

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        long = ir.IntType(64)
        record = builder.ptrtoint(arguments[0], long)
        address = Code(builder, like, points).field(Word(builder, record), FRONT_TWINS, name)
        kind = ir.FunctionType(ir.VoidType(), [long, long])
        solver = builder.inttoptr(address.value, kind.as_pointer())
        builder.call(solver, [record, arguments[1]])
        return context.get_dummy_value()

    return types.void(twins, clamped, like, points), generate
