"""Lanes: what each compiled operation does in every lane, for several widths and precisions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numba import njit

from verification.simulation.solve.addresses import Address
from verification.simulation.solve.lane_bits import (
    bytes_of_bits,
    load_bits,
    load_whole,
    store_bits,
    store_whole,
)
from verification.simulation.solve.lane_groups import gathered, joined, load_common, rows_in
from verification.simulation.solve.lane_points import (
    each,
    load_each,
    load_part,
    load_part_each,
    load_points,
    of_part,
    store_part,
)
from verification.simulation.solve.lanes import (
    Rows,
    above,
    blend,
    choose,
    fused,
    half,
    halved,
    is_single,
    lane_rows,
    lanes_like,
    least,
    load,
    most,
    points_like,
    splat,
    store,
    store_half,
    swapped,
)

WIDTHS = [(1, np.float64), (8, np.float64), (1, np.float32), (16, np.float32)]
_0, _1, _2 = Address(0), Address(1), Address(2)


@njit(cache=True)
def calculate(a: Any, b: Any, out: Any, like: Any) -> None:
    x, y = load(a, _0, like), load(b, _0, like)
    store(out, 0, x + y)
    store(out, 1, x - y)
    store(out, 2, x * y)
    store(out, 3, x / y)
    store(out, 4, -x)
    store(out, 5, fused(x, y, x))
    store(out, 6, choose(above(x, y), x, splat(7, like)))
    store(out, 7, least(x, y))
    store(out, 8, most(x, y))
    x += y
    store(out, 9, x)


@njit(cache=True)
def rearrange(a: Any, b: Any, out: Any, like: Any) -> None:
    x, y = load(a, _1, like), load(b, _1, like)
    store(out, 0, swapped(x, like))
    store(out, 1, blend(x, y, like))
    store_half(out, 2, _0, half(a, 1, _1, like))
    store_half(out, 2, _1, half(b, 1, _0, like))
    part = (_2, _1, halved(like), halved(like))
    store_part(out, 3, part, load_part(a, 1, part))
    whole = (_1, _0, like, like)
    store_part(out, 4, whole, load_part(a, 1, whole))
    store(out, 5, splat(1.0 if is_single(like) else 2.0, like))


@njit(cache=True)
def repeat(a: Any, out: Any, like: Any, points: Any) -> None:
    """Rows of two points; `out` as rows of one."""
    row = load(a, _1, like)
    store(out, 0, each(row, points))
    store(out, 1, load_each(a, _0, like, points))
    store(out, 2, load_points(a, _0, _1, like, points))
    store(out, 3, swapped(load(a, _0, points), like))
    store(out, 4, blend(load(a, _0, points), load_each(a, _1, like, points), like))
    free = (_2, _0, halved(like), halved(points))
    clamped = (_2, _1, halved(like), halved(points))
    store_part(out, 5, free, load_part(a, 0, clamped))
    store_part(out, 5, clamped, load_part_each(a, 0, free))
    store_part(out, 6, (like, points), of_part(row, (like, points)))
    store_part(out, 7, free, of_part(row, free))


@njit(cache=True)
def group(a: Any, places: Any, common: Any, out: Any, like: Any, points: Any, wide: Any) -> None:
    """Halves of rows 1.. of `places`, of every point; the last point's halves joined again."""
    halves = gathered(a, places, rows_in(like, wide), like, points, wide)
    for k in range(len(halves)):
        store(out, k, halves[k])
    store(out, len(halves), load_common(common, 1, like, halved(wide)))
    store(out, len(halves) // 2 + 1, joined(halves[-2], halves[-1], like))


@njit(cache=True)
def shrink(a: Any, bits: Any, out: Any, like: Any) -> None:
    """Where row 1 of `a` is positive, as row 1 of bits and back."""
    store_bits(bits, 1, above(load(a, _1, like), splat(0.0, like)))
    store(out, 0, choose(load_bits(bits, 1, like), splat(1.0, like), splat(0.0, like)))


@njit(cache=True)
def round_off(a: Any, whole: Any, out: Any, like: Any) -> None:
    """Row 1 of `a` as row 1 of whole numbers and back."""
    store_whole(whole, 1, load(a, _1, like))
    store(out, 0, load_whole(whole, 1, like))


def given(boards: int, dtype: type[Any]) -> tuple[Rows, Rows, Rows]:
    rng = np.random.default_rng(boards)
    a, b, out = (lane_rows(rows, boards, dtype) for rows in (2, 2, 10))
    a[:], b[:] = rng.uniform(-2, 2, a.shape), rng.uniform(1, 2, b.shape)
    return a, b, out


@pytest.mark.parametrize(("boards", "dtype"), WIDTHS)
def test_arithmetic_is_that_of_each_lane(boards: int, dtype: type[Any]) -> None:
    a, b, out = given(boards, dtype)
    calculate(*(Address(x.ctypes.data) for x in (a, b, out)), lanes_like(boards, dtype))
    x, y = a[0], b[0]
    wanted = [x + y, x - y, x * y, x / y, -x, x * y + x, np.where(x > y, x, 7)]
    wanted += [np.minimum(x, y), np.maximum(x, y), x + y]
    assert np.allclose(out, wanted, rtol=4 * np.finfo(dtype).eps, atol=0)
    exact = [0, 1, 2, 3, 4, 6, 7, 8, 9]
    assert np.array_equal(out[exact], np.asarray(wanted, dtype=dtype)[exact])


@pytest.mark.parametrize(("boards", "dtype"), WIDTHS)
def test_halves_are_the_free_and_the_clamped_twins(boards: int, dtype: type[Any]) -> None:
    a, b, out = given(boards, dtype)
    rearrange(*(Address(x.ctypes.data) for x in (a, b, out)), lanes_like(boards, dtype))
    (free_a, clamped_a), (free_b, clamped_b) = np.split(a[1], 2), np.split(b[1], 2)
    nothing = np.zeros(boards)
    wanted = [
        [*clamped_a, *free_a],
        [*free_a, *clamped_b],
        [*clamped_a, *free_b],
        [*nothing, *clamped_a],
        a[1],
        np.full(2 * boards, 1.0 if dtype is np.float32 else 2.0),
    ]
    assert np.array_equal(out[:6], np.asarray(wanted, dtype=dtype))


@pytest.mark.parametrize(("boards", "dtype"), WIDTHS)
def test_points_lie_side_by_side(boards: int, dtype: type[Any]) -> None:
    a, _, _ = given(boards, dtype)
    out = lane_rows(16, boards, dtype)
    like = lanes_like(boards, dtype)
    repeat(Address(a.ctypes.data), Address(out.ctypes.data), like, points_like(like, 2))
    first, second = a
    free, clamped = np.split(first, 2), np.split(second, 2)
    nothing = np.zeros(boards)
    wanted = [
        *(second, second),
        *(first, first),
        *(first, second),
        *(np.concatenate(free[::-1]), np.concatenate(clamped[::-1])),
        *(np.concatenate((free[0], clamped[1])), np.concatenate((clamped[0], clamped[1]))),
        *(np.concatenate((free[1], free[0])), np.concatenate((clamped[1], free[0]))),
        *(second, second),
        *(np.concatenate((clamped[0], nothing)), np.concatenate((clamped[0], nothing))),
    ]
    assert np.array_equal(out, np.asarray(wanted, dtype=dtype))


@pytest.mark.parametrize("points", [1, 2])
@pytest.mark.parametrize(("boards", "edges"), [(1, 8), (1, 1), (2, 4), (8, 1)])
def test_groups_of_edges_lie_twin_by_twin(boards: int, edges: int, points: int) -> None:
    rng = np.random.default_rng(boards)
    rows = rng.random((9, points, 2, boards))
    places = rng.integers(0, 9, (2, edges)).astype(np.uint32)
    common = rng.random((2, edges))
    out = np.zeros((2 * points + 4, edges * boards))
    like = lanes_like(boards)
    addresses = (Address(x.ctypes.data) for x in (rows, places, common, out))
    group(*addresses, like, points_like(like, points), lanes_like(boards * edges))
    picked = rows[places[1]]
    halves = picked.transpose(1, 2, 0, 3).reshape(2 * points, -1)
    assert np.array_equal(out[: 2 * points], halves)
    assert np.array_equal(out[2 * points], np.repeat(common[1], boards))
    assert np.array_equal(out[2 * points + 2 :].ravel(), picked[:, -1].ravel())


@pytest.mark.parametrize(("boards", "dtype"), WIDTHS)
def test_whole_numbers_come_back_from_16_bits(boards: int, dtype: type[Any]) -> None:
    a, _, out = given(boards, dtype)
    a[1] = np.random.default_rng(0).integers(-1024, 1024, 2 * boards)
    whole = np.full((3, 2 * boards), 77, dtype=np.int16)
    round_off(*(Address(x.ctypes.data) for x in (a, whole, out)), lanes_like(boards, dtype))
    assert np.array_equal(out[0], a[1])
    assert np.array_equal(whole[1], a[1])
    assert (whole[::2] == 77).all()


@pytest.mark.parametrize(("boards", "dtype"), [*WIDTHS, (5, np.float64)])
def test_truth_values_come_back_from_bits(boards: int, dtype: type[Any]) -> None:
    a, _, out = given(boards, dtype)
    bits = np.full((3, bytes_of_bits(2 * boards)), 0xA5, dtype=np.uint8)
    shrink(*(Address(x.ctypes.data) for x in (a, bits, out)), lanes_like(boards, dtype))
    assert np.array_equal(out[0], a[1] > 0)
    assert np.array_equal(np.unpackbits(bits[1], count=2 * boards, bitorder="little"), a[1] > 0)
    assert (bits[::2] == 0xA5).all()


def test_what_is_no_number_is_not_above() -> None:
    a, b, out = given(1, np.float64)
    a[0] = np.nan
    calculate(*(Address(x.ctypes.data) for x in (a, b, out)), lanes_like(1))
    assert np.array_equal(out[6], [7, 7])
    assert np.array_equal(out[7:9], [b[0], b[0]])


def test_rows_start_on_a_cache_line() -> None:
    for boards, dtype in WIDTHS:
        assert lane_rows(3, boards, dtype).ctypes.data % 64 == 0


def test_wide_lanes_are_vectors_of_the_machine() -> None:
    a, b, out = given(8, np.float64)
    kernel = njit(calculate.py_func)
    kernel(*(Address(x.ctypes.data) for x in (a, b, out)), lanes_like(8))
    (assembly,) = kernel.inspect_asm().values()
    wide = sum("zmm" in line or "ymm" in line for line in assembly.splitlines())
    scalar = sum(name in assembly for name in ("addsd", "mulsd", "divsd", "subsd"))
    if "ymm" in assembly or "zmm" in assembly:  # else a machine without AVX, or no x86 at all
        assert wide > 20
        assert scalar == 0
