"""Preferred values (E-series), their text forms, and the value codes inside part numbers.

Preferred values follow IEC 60063. All quantities are SI: ohm and farad.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from typing import Literal

from parts.errors import PartError

ESeries = Literal["E12", "E24", "E96", "E24+E96"]

_E24 = (100, 110, 120, 130, 150, 160, 180, 200, 220, 240, 270, 300,
        330, 360, 390, 430, 470, 510, 560, 620, 680, 750, 820, 910)  # fmt: skip
_PREFIXES = (
    (1e9, "G"),
    (1e6, "M"),
    (1e3, "k"),
    (1.0, ""),
    (1e-3, "m"),
    (1e-6, "u"),
    (1e-9, "n"),
    (1e-12, "p"),
)
_FACTORS = {
    "G": 1e9,
    "M": 1e6,
    "k": 1e3,
    "K": 1e3,
    "R": 1.0,
    "m": 1e-3,
    "u": 1e-6,
    "n": 1e-9,
    "p": 1e-12,
}


@cache
def mantissas(series: ESeries) -> tuple[int, ...]:
    """The values of one decade as three-digit integers, 100 to 999, ascending."""
    e96 = tuple(round(100 * 10 ** (index / 96)) for index in range(96))
    table: dict[str, tuple[int, ...]] = {
        "E12": _E24[::2],
        "E24": _E24,
        "E96": e96,
        "E24+E96": tuple(sorted({*_E24, *e96})),
    }
    return table[series]


def preferred_values(series: ESeries, low: float, high: float) -> Iterator[float]:
    """Every preferred value of `series` in [low, high], ascending: floats nearest the decimals."""
    if not 0 < low <= high:
        raise PartError(
            f"preferred values need 0 < low <= high, not low = {low:g}, high = {high:g}"
        )
    decade = math.floor(math.log10(low))
    while 10.0**decade <= high * (1 + 1e-12):
        for mantissa in mantissas(series):
            value = float(f"{mantissa}e{decade - 2}")
            if low * (1 - 1e-12) <= value <= high * (1 + 1e-12):
                yield value
        decade += 1


def nearest_value(value: float, series: ESeries = "E96") -> float:
    """The preferred value nearest to `value` in ratio; of two equally near, the lower."""
    if not (value > 0 and math.isfinite(value)):
        raise PartError(f"a preferred value is positive and finite, not {value:g}")
    candidates = preferred_values(series, value / 2, value * 2)
    return min(candidates, key=lambda candidate: (abs(math.log(candidate / value)), candidate))


def is_preferred(value: float, series: ESeries) -> bool:
    """Whether `value` is a value of `series` (relative 1e-9)."""
    return value > 0 and math.isclose(nearest_value(value, series), value, rel_tol=1e-9)


def best_pair(ratio: float, around: float, series: ESeries = "E96") -> tuple[float, float]:
    """Two preferred values (upper, lower) with upper / lower nearest to `ratio`.

    The geometric mean of the two lies within half a decade of `around` (ohm), so that the pair
    loads its driver as intended; of equally good pairs the one whose mean is nearest to `around`
    wins, then the smaller.
    """
    if not (ratio > 0 and around > 0):
        raise PartError(
            f"a pair of resistors needs a positive ratio and size, not {ratio:g} and {around:g}"
        )
    root = math.sqrt(ratio)
    lowest, highest = around / root / math.sqrt(10), around / root * math.sqrt(10)
    best: tuple[tuple[float, float, float], tuple[float, float]] | None = None
    for lower in preferred_values(series, lowest, highest):
        upper = nearest_value(lower * ratio, series)
        error = abs(math.log(upper / lower / ratio))
        distance = abs(math.log(math.sqrt(upper * lower) / around))
        score = (round(error, 12), round(distance, 12), lower)
        if best is None or score < best[0]:
            best = (score, (upper, lower))
    if best is None:
        raise PartError(f"no {series} pair near {around:g} ohm with ratio {ratio:g}")
    return best[1]


def format_value(value: float) -> str:
    """A value with a metric prefix, as drawn: 4700 -> "4.7k", 1e-7 -> "100n", 220 -> "220"."""
    if value == 0:
        return "0"
    for factor, letter in _PREFIXES:
        if abs(value) >= factor * (1 - 1e-9):
            return f"{_digits(value / factor)}{letter}"
    raise PartError(f"{value:g} is below one pico: no prefix for it")


def parse_value(text: str) -> float:
    """The inverse of `format_value`; also reads "4k7", "100R" and "100". PartError otherwise."""
    cleaned = text.strip()
    for letter, factor in _FACTORS.items():
        whole, found, part = cleaned.partition(letter)
        if (
            found
            and _is_number(whole)
            and (part == "" or part.isdigit())
            and not (part and "." in whole)
        ):
            exponent = round(math.log10(factor))
            return float(f"{whole}{'.' + part if part else ''}e{exponent}")
    if _is_number(cleaned):
        return float(cleaned)
    raise PartError(
        f'"{text}" is not a value: write a number with a prefix, such as 4.7k, 4k7, 100R or 100n'
    )


def letter_code(ohm: float) -> str:
    """The resistance code of IEC 60062, prefix in place of the point: 4700 -> "4K7", "100R"."""
    if not (ohm >= 1 and ohm < 1e9):
        raise PartError(f"a resistance code covers 1 ohm to 999 Mohm, not {ohm:g} ohm")
    factor, letter = next(
        pair for pair in ((1e6, "M"), (1e3, "K"), (1.0, "R")) if ohm >= pair[0] * (1 - 1e-9)
    )
    whole, _, part = _digits(ohm / factor).partition(".")
    return f"{whole}{letter}{part}"


def picofarad_code(farad: float) -> str:
    """The three-digit capacitance code (two digits and a power of ten, in pF): 1e-7 -> "104"."""
    picofarad = farad * 1e12
    if not (picofarad >= 9.5 and picofarad < 1e9):
        raise PartError(
            f"a three-digit capacitance code covers 10 pF to 990 uF, not {format_value(farad)}F"
        )
    exponent = math.floor(math.log10(picofarad * (1 + 1e-9))) - 1
    return f"{round(picofarad / 10**exponent):02d}{exponent}"


def _digits(value: float) -> str:
    """Up to four significant digits without trailing zeros and without an exponent."""
    return f"{float(f'{value:.4g}'):g}" if value < 1e6 else str(round(value))


def _is_number(text: str) -> bool:
    """Whether `text` is an unsigned decimal number."""
    whole, _, part = text.partition(".")
    return (whole + part).isdigit() and (whole + part).isascii()
