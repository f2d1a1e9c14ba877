"""Rows of pins that come again are found, whatever their volts and their order."""

from __future__ import annotations

import numpy as np
import pytest

from verification.simulation.lowered.rows import fresh_rows

ROUND = np.array(np.meshgrid(np.arange(0, 5, 0.25), np.arange(6.0), [-1.0, 0.0])).reshape(3, -1).T
DRAW = np.random.default_rng(0)


def numbered(rows: np.ndarray) -> tuple[list[int], list[int]]:
    """The same by a dictionary of bytes."""
    known: dict[bytes, int] = {}
    row_of = [known.setdefault(row.tobytes(), len(known)) for row in rows]
    return row_of, [row_of.index(number) for number in range(len(known))]


@pytest.mark.parametrize(
    "order",
    [
        np.arange(240),
        np.arange(500) % 20,
        np.where(np.isin(np.arange(500), [133, 250, 251, 499]), 230, np.arange(500) % 20),
        np.r_[np.arange(9), np.arange(9)[::-1], np.arange(9)],
        DRAW.integers(0, 240, 700),
        np.zeros(12, dtype=int),
        np.zeros(0, dtype=int),
    ],
    ids=["new", "in turn", "broken off", "back and forth", "drawn", "one", "none"],
)
@pytest.mark.parametrize("scale", [1.0, 1.1])
def test_rows_are_numbered_as_they_appear(order: np.ndarray, scale: float) -> None:
    """In one part or in two, round volts or not."""
    rows = (scale * ROUND)[order]
    for cut in range(4):
        row_of, first = fresh_rows(rows[:, :cut], rows[:, cut:])
        assert (row_of.tolist(), first.tolist()) == numbered(rows)
    row_of, first = fresh_rows(rows)
    assert (row_of.tolist(), first.tolist()) == numbered(rows)


def test_rows_without_pins_are_one() -> None:
    """A host that sets nothing presents the same in each step."""
    row_of, first = fresh_rows(np.zeros((5, 0)))
    assert row_of.tolist() == [0] * 5
    assert first.tolist() == [0]
