"""Preferred values, their texts and their codes in part numbers."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parts.errors import PartError
from parts.values import (
    ESeries,
    best_pair,
    format_value,
    is_preferred,
    letter_code,
    mantissas,
    nearest_value,
    parse_value,
    picofarad_code,
    preferred_values,
)

SERIES: tuple[ESeries, ...] = ("E12", "E24", "E96", "E24+E96")


def test_decades_are_those_of_iec_60063() -> None:
    """Sizes, ends and the values people know by heart."""
    assert [len(mantissas(series)) for series in SERIES] == [12, 24, 96, 114]
    assert mantissas("E12") == (100, 120, 150, 180, 220, 270, 330, 390, 470, 560, 680, 820)
    assert set(mantissas("E12")) < set(mantissas("E24"))
    assert {499, 249, 976, 102, 115, 210} < set(mantissas("E96"))
    assert 470 not in mantissas("E96")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (4700.0, "4.7k"),
        (100.0, "100"),
        (1e6, "1M"),
        (1e-7, "100n"),
        (2.2e-5, "22u"),
        (1e-10, "100p"),
        (4.99e3, "4.99k"),
        (0.21, "210m"),
        (999.5, "999.5"),
    ],
)
def test_values_are_written_as_drawn(value: float, text: str) -> None:
    """The text of a value, and back."""
    assert format_value(value) == text
    assert parse_value(text) == value


@pytest.mark.parametrize(
    ("text", "value"), [("4k7", 4700.0), ("100R", 100.0), ("4K99", 4990.0), ("2n2", 2.2e-9)]
)
def test_prefix_in_place_of_the_point_is_read(text: str, value: float) -> None:
    """IEC 60062 texts are read too."""
    assert parse_value(text) == value


@pytest.mark.parametrize("text", ["", "k", "ten", "4.7k7", "-1k", "1k-", "0x10", "1e3", "٣"])
def test_other_texts_are_refused(text: str) -> None:
    """The message quotes the text and shows the forms."""
    with pytest.raises(PartError) as caught:
        parse_value(text)
    assert str(caught.value) == (
        f'"{text}" is not a value: write a number with a prefix, such as 4.7k, 4k7, 100R or 100n'
    )


@pytest.mark.parametrize(
    ("ohm", "code"),
    [(4700.0, "4K7"), (10e3, "10K"), (100.0, "100R"), (1e6, "1M"), (1.5e6, "1M5"), (4.7, "4R7")],
)
def test_resistance_codes_of_part_numbers(ohm: float, code: str) -> None:
    """As Yageo writes them."""
    assert letter_code(ohm) == code


@pytest.mark.parametrize(
    ("farad", "code"), [(1e-7, "104"), (1e-10, "101"), (2.2e-9, "222"), (1e-11, "100")]
)
def test_capacitance_codes_of_part_numbers(farad: float, code: str) -> None:
    """Two digits and a power of ten, in picofarad."""
    assert picofarad_code(farad) == code


def test_codes_out_of_their_range_are_refused() -> None:
    """The message states the range."""
    with pytest.raises(PartError) as caught:
        letter_code(0.5)
    assert str(caught.value) == "a resistance code covers 1 ohm to 999 Mohm, not 0.5 ohm"
    with pytest.raises(PartError) as caught:
        picofarad_code(1e-12)
    assert str(caught.value) == "a three-digit capacitance code covers 10 pF to 990 uF, not 1pF"
    with pytest.raises(PartError) as caught:
        format_value(1e-15)
    assert str(caught.value) == "1e-15 is below one pico: no prefix for it"


@given(st.sampled_from(SERIES), st.floats(min_value=1.0, max_value=9e8))
def test_nearest_value_is_preferred_and_near(series: ESeries, value: float) -> None:
    """It belongs to the series and no other preferred value is nearer in ratio."""
    found = nearest_value(value, series)
    assert is_preferred(found, series)
    best = min(abs(math.log(v / value)) for v in preferred_values(series, value / 2, value * 2))
    assert abs(math.log(found / value)) == best


@given(st.sampled_from(SERIES), st.integers(0, 113), st.integers(0, 6))
def test_codes_and_texts_are_read_back(series: ESeries, index: int, decade: int) -> None:
    """Every preferred value survives its text and its code exactly."""
    table = mantissas(series)
    value = float(f"{table[index % len(table)]}e{decade}") / 100
    value = float(f"{value:.6g}")
    assert parse_value(letter_code(value)) == value
    assert parse_value(format_value(value)) == value


@given(st.floats(min_value=1e-3, max_value=1e3), st.sampled_from([1e3, 10e3, 47e3]))
def test_best_pair_is_near_its_ratio_and_size(ratio: float, around: float) -> None:
    """E96 pairs hit any ratio within half a step, 1.2 %, and their mean is near the asked size."""
    upper, lower = best_pair(ratio, around)
    assert is_preferred(upper, "E96")
    assert is_preferred(lower, "E96")
    assert abs(upper / lower / ratio - 1) < 0.012
    assert around / 3.3 < math.sqrt(upper * lower) < around * 3.3


def test_best_pair_of_equal_resistors_is_the_asked_value() -> None:
    """eta = 1/2 with 10 kohm uses 10 kohm twice."""
    assert best_pair(1.0, 10e3) == (10e3, 10e3)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: nearest_value(-1.0), "a preferred value is positive and finite, not -1"),
        (
            lambda: best_pair(0.0, 1e3),
            "a pair of resistors needs a positive ratio and size, not 0 and 1000",
        ),
        (
            lambda: list(preferred_values("E24", 2.0, 1.0)),
            "preferred values need 0 < low <= high, not low = 2, high = 1",
        ),
    ],
)
def test_senseless_values_are_refused(call: object, message: str) -> None:
    """Each refusal says what was given."""
    assert callable(call)
    with pytest.raises(PartError) as caught:
        call()
    assert str(caught.value) == message
