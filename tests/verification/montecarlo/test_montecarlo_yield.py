"""The yield counts what it says, ranks what limits, and does not depend on how it was computed."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from montecarlo_boards import board

from verification.errors import UsageError
from verification.montecarlo.files import JOURNAL, write_yield
from verification.montecarlo.groups import Group, Quantity
from verification.montecarlo.measure import YieldOptions, measure_yield, parse_temperature
from verification.montecarlo.report import Effect, YieldReport, joint_yield, quantiles, ranked
from verification.montecarlo.text import render
from verification.report import TaskOutcome
from verification.statistics import paired_gain, quantile, wilson_interval
from verification.training.learn import learn

SMALL = YieldOptions(boards=5, sensitivity=2, steps=60, workers=1)


def measured(name: str, options: YieldOptions, journal: Path | None = None) -> YieldReport:
    return measure_yield(*board(name), options, journal=journal)


def test_wilsons_interval_is_that_of_the_tables() -> None:
    """Published: 81 of 263 gives 0.2553 to 0.3662 (Newcombe, Stat. Med. 17, 857, 1998)."""
    low, high = wilson_interval(81, 263)
    assert (low, high) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson_interval(0, 20) == (0.0, pytest.approx(0.1611, abs=1e-4))
    assert wilson_interval(20, 20) == (pytest.approx(0.8389, abs=1e-4), 1.0)
    with pytest.raises(ValueError, match="0 hits in 0 trials"):
        wilson_interval(0, 0)


def test_quantiles_are_values_that_so_many_boards_reach() -> None:
    assert quantile([5.0, 1.0, 4.0, 2.0, 3.0], 0.5) == 3.0
    assert quantile(list(range(1, 11)), 0.9) == 9
    assert quantile([0.9, 0.95, 0.8, 1.0], 0.75, larger_is_better=True) == 0.9
    assert quantile([7.0], 0.25) == 7.0


def test_a_paired_gain_forgets_the_boards_that_did_not_change() -> None:
    gain, error = paired_gain([True] * 50 + [False] * 50, [True] * 50 + [False] * 50)
    assert (gain, error) == (0.0, 0.0)
    gain, error = paired_gain([False] * 6 + [True] * 4, [True] * 6 + [False] + [True] * 3)
    assert gain == pytest.approx(0.5)
    assert error == pytest.approx((7 - 25 / 10) ** 0.5 / 10)


def outcome(name: str, metric: str, bound: float, *values: float) -> TaskOutcome:
    seeds = tuple(range(len(values)))
    return TaskOutcome(name, "kind", metric, "drawn", seeds, values, bound)


def test_a_board_counts_where_it_meets_the_bounds_of_all_tasks() -> None:
    tasks = (
        outcome("a", "rms_v", 0.03, 0.01, 0.04, 0.03),
        outcome("b", "accuracy", 0.95, 0.95, 0.99, 0.90),
    )
    assert joint_yield(tasks).hits == 1
    assert [task.within for task in tasks] == [2, 2]
    assert quantiles(tasks[1])["worst"] == 0.90


def test_the_largest_gain_leads_and_a_tie_goes_to_the_smaller_error() -> None:
    before = (outcome("a", "rms_v", 0.03, 0.1, 0.1, 0.01, 0.01),)

    def effect(name: str, *values: float) -> Effect:
        return Effect(Group(name, Quantity.BIAS), before, (outcome("a", "rms_v", 0.03, *values),))

    nothing = effect("nothing", 0.1, 0.1, 0.01, 0.01)
    error = effect("error", 0.05, 0.05, 0.01, 0.01)
    gain = effect("gain", 0.02, 0.1, 0.01, 0.01)
    assert [e.group.name for e in ranked([nothing, error, gain])] == ["gain", "error", "nothing"]
    assert gain.gain[0] == 0.25


def test_a_board_at_25_degrees_is_the_one_that_learn_trains() -> None:
    """So that a bad board of the yield can be looked at with `verify --seed` and `learn --seed`."""
    options = replace(SMALL, boards=2, seed=3, low_c=25.0, high_c=25.0, sensitivity=0)
    report = measured("two_edge", options)
    netlist, design = board("two_edge")
    expected = [learn(netlist, design, "divide", seed, steps=60).value for seed in (3, 4)]
    assert list(report.tasks[0].values) == expected


def test_one_and_two_workers_measure_the_same() -> None:
    alone = measured("two_edge", SMALL)
    assert measured("two_edge", replace(SMALL, workers=2)).to_json() == alone.to_json()


def test_a_yield_killed_twice_goes_on_and_ends_the_same(tmp_path: Path) -> None:
    whole = measured("two_edge", SMALL, tmp_path / "whole")
    lines = (tmp_path / "whole").read_bytes().splitlines(keepends=True)
    journal = tmp_path / JOURNAL
    for kept, torn in ((4, 11), (20, 3)):
        journal.write_bytes(b"".join(lines[:kept]) + lines[kept][:torn])
        assert measured("two_edge", SMALL, journal).to_json() == whole.to_json()


def test_more_boards_go_on_from_the_same_journal(tmp_path: Path) -> None:
    journal = tmp_path / JOURNAL
    measured("two_edge", SMALL, journal)
    before = len(journal.read_text().splitlines())
    more = measured("two_edge", replace(SMALL, boards=7), journal)
    assert len(journal.read_text().splitlines()) == before + 2
    assert more.to_json() == measured("two_edge", replace(SMALL, boards=7)).to_json()
    with pytest.raises(UsageError, match="another netlist, design or other options"):
        measured("two_edge", replace(SMALL, steps=61), journal)


def test_the_files_say_what_the_report_says(tmp_path: Path) -> None:
    report = measured("two_edge", SMALL)
    data, text, picture = write_yield(report, tmp_path)
    assert json.loads(data.read_text()) == json.loads(json.dumps(report.to_json()))
    assert text.read_text() == render(report) + "\n"
    assert picture.read_text().startswith("<?xml")
    assert "5 drawn boards, seeds 0 to 4, 15 to 35 C" in render(report)


def test_a_wrong_netlist_is_refused_before_a_board_is_drawn() -> None:
    netlist, design = board("dillavou16")
    parts = tuple(
        part for part in netlist.components if part.refdes != netlist.components[0].refdes
    )
    broken = replace(netlist, components=parts)
    with pytest.raises(UsageError, match=r"failed, so its boards .* run `twinboard verify`"):
        measure_yield(broken, design, SMALL)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"boards": 0}, "at least 1 board; given 0"),
        ({"seed": -1}, "from 0 on; given -1 and 2"),
        ({"low_c": 40.0}, "given 40..35"),
        ({"high_c": 126.0}, "within -40..85 degrees"),
        ({"low_c": float("nan")}, "given nan..35"),
        ({"at_least": 1.5}, "a fraction from 0 to 1; given 1.5"),
        ({"workers": 0}, "at least 1 worker"),
    ],
)
def test_settings_out_of_range_are_refused(change: dict[str, float], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        measured("two_edge", replace(SMALL, **change))


def test_temperatures_are_read_from_a_range_or_a_number() -> None:
    assert parse_temperature("15..35") == (15.0, 35.0)
    assert parse_temperature("-5..0.5") == (-5.0, 0.5)
    assert parse_temperature("25") == (25.0, 25.0)
    for text in ("", "warm", "15..", "1..2..3"):
        with pytest.raises(UsageError, match=r"LOW\.\.HIGH"):
            parse_temperature(text)


def test_a_yield_that_was_asked_for_fails_where_the_whole_interval_is_below() -> None:
    poor = measured("two_edge", replace(SMALL, sensitivity=0, steps=1, boards=8, at_least=0.9))
    assert poor.tasks[0].within == 0
    assert (poor.verdict, poor.short) == ("fail", ("divide",))
    assert measured("two_edge", replace(SMALL, at_least=0.5, steps=300)).verdict == "pass"
    assert measured("two_edge", SMALL).verdict == "measured"
