"""The host's randomness and the schedule of the update probability."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from verification.training.tasks.protocol import (
    Chance,
    Purpose,
    UpdateSchedule,
    random_taps,
    shuffled,
)

PROBABILITY = st.floats(0.01, 1.0)


def test_a_stream_depends_on_seed_purpose_phase_and_attempt_alone() -> None:
    first = Chance(3).stream(Purpose.MASK).random(5)
    assert np.array_equal(first, Chance(3).stream(Purpose.MASK).random(5))
    for other in (Chance(4), Chance(3, phase=1), Chance(3, attempt=1)):
        assert not np.array_equal(first, other.stream(Purpose.MASK).random(5))
    assert not np.array_equal(first, Chance(3).stream(Purpose.ORDER).random(5))


def test_streams_do_not_change_from_release_to_release() -> None:
    """Golden reports rest on these numbers."""
    assert Chance(1).stream(Purpose.START).random(2) == pytest.approx(
        [0.37865186910797644, 0.47657237118348783], abs=0
    )


@given(st.integers(0, 200), st.integers(0, 2**32 - 1))
def test_shuffled_is_a_permutation(count: int, seed: int) -> None:
    order = shuffled(Chance(seed).stream(Purpose.ORDER), count)
    assert sorted(order.tolist()) == list(range(count))


def test_random_taps_fill_the_middle_half_of_the_range() -> None:
    taps = random_taps(Chance(0).stream(Purpose.START), (0, 127), 5000)
    assert (taps.min(), taps.max(), len(np.unique(taps))) == (32, 95, 64)
    few = random_taps(Chance(0).stream(Purpose.START), (3, 4), 100)
    assert np.unique(few).tolist() == [3, 4]


@given(PROBABILITY, PROBABILITY, st.booleans(), st.integers(2, 50))
def test_a_schedule_goes_from_first_to_last_without_turning_back(
    first: float, last: float, geometric: bool, total: int
) -> None:
    p = UpdateSchedule(first, last, geometric).probabilities(np.arange(total), total)
    assert p[0] == pytest.approx(first) and p[-1] == pytest.approx(last)
    steps = np.diff(p) * np.sign(last - first)
    assert (steps >= -1e-15).all()
    even = np.diff(np.log(p)) if geometric else np.diff(p)
    assert even == pytest.approx(even[0], abs=1e-12)


def test_one_step_uses_the_first_probability() -> None:
    assert UpdateSchedule(0.5, 0.02).probabilities(np.arange(1), 1).tolist() == [0.5]


def test_no_mask_is_drawn_where_every_edge_always_steps() -> None:
    stream = Chance(0).stream(Purpose.MASK)
    assert UpdateSchedule(1.0, 1.0).mask(stream, np.arange(9), 9, 4) is None


def test_edges_are_enabled_as_often_as_the_schedule_says() -> None:
    schedule = UpdateSchedule(0.9, 0.1, geometric=False)
    mask = schedule.mask(Chance(0).stream(Purpose.MASK), np.arange(2000), 2000, 50)
    assert mask is not None and mask.shape == (2000, 50)
    assert mask[:400].mean() == pytest.approx(0.82, abs=0.01)
    assert mask[-400:].mean() == pytest.approx(0.18, abs=0.01)


def test_a_mask_drawn_in_blocks_is_the_mask_drawn_at_once() -> None:
    schedule = UpdateSchedule(0.5, 0.02)
    whole = schedule.mask(Chance(7).stream(Purpose.MASK), np.arange(40), 40, 3)
    stream = Chance(7).stream(Purpose.MASK)
    parts = [schedule.mask(stream, np.arange(a, a + 10), 40, 3) for a in range(0, 40, 10)]
    assert whole is not None
    assert np.array_equal(whole, np.concatenate([part for part in parts if part is not None]))
