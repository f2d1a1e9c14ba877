"""What the benchmark computes from its measurements, and where it writes it."""

import numpy as np
import pytest

from tests.bench import command
from tests.bench.clock import cheapest
from tests.bench.crossover import crossover
from tests.bench.extracted import StepTimes
from tests.bench.graphs import FAMILIES
from tests.bench.plot import picture
from tests.bench.steps import EXTRACTED, SPLU_TWO, BoardTime, Step
from tests.bench.table import bars_table, crossover_table, size_text, step_table, time_text

SIZES = np.array([16.0, 100.0, 1_000.0, 10_000.0])


def straight(at_16: float, power: float) -> tuple[np.ndarray, np.ndarray]:
    return SIZES, at_16 * (SIZES / 16) ** power


def test_crossover_is_where_power_laws_meet() -> None:
    simulation, board = straight(1e-7, 1.5), straight(1e-5, 0.5)
    assert crossover(board, simulation) == pytest.approx(1_600)


def test_no_crossover_is_not_a_number() -> None:
    assert crossover(straight(1e-5, 1.5), straight(1e-7, 1.5)) is None


def test_a_board_quicker_from_the_start_crosses_at_the_least_size() -> None:
    assert crossover(straight(1e-8, 1.0), straight(1e-7, 1.5)) == 16


def test_only_sizes_that_both_curves_cover_count() -> None:
    board = (SIZES[:3], np.full(3, 1e-5))
    assert crossover(board, straight(1e-7, 1.0)) is None
    assert crossover((SIZES, np.full(4, 1e-5)), straight(1e-7, 1.0)) == pytest.approx(1_600)


def test_the_least_disturbed_batch_counts() -> None:
    now, costs = [0.0], iter([9.0, 3.0, 2.0, 5.0, 4.0])

    def work(count: int) -> None:
        now[0] += next(costs) * count

    found = cheapest(work, 10.0, batch_s=0.1, clock=lambda: now[0])
    assert found.seconds == 2.0


def test_times_and_sizes_read_as_a_person_writes_them() -> None:
    times = [time_text(seconds) for seconds in (0.123e-6, 14.23e-6, 0.5e-3, 12.0, 250.0)]
    assert times == ["123 ns", "14.2 us", "500 us", "12 s", "250 s"]
    assert [size_text(size) for size in (90, 3_000, 440_000, 63_000_000)] == [
        "90 B",
        "3 kB",
        "440 kB",
        "63 MB",
    ]


def cells() -> tuple[list[Step], list[BoardTime]]:
    steps = [
        Step("torus", edges, method, scale * edges**1.2, 1_000)
        for method, scale in ((EXTRACTED, 1e-8), (SPLU_TWO, 1e-7))
        for edges in (16, 500, 2_000)
    ]
    times = [BoardTime("torus", edges, StepTimes(1.0, 3e-5, "x")) for edges in (16, 500, 2_000)]
    return steps, times


def test_tables_state_ratios_to_ours_and_bars_that_fail() -> None:
    steps, times = cells()
    assert "(10x)" in step_table(steps, "torus")
    rows = bars_table(steps).splitlines()
    assert rows[2] == "| scipy splu, drawn twins | 16 | 300x | 10x | **fails** |"
    assert "| torus | ours, extracted netlist | none up to 2 000 | 790 |" in crossover_table(
        steps, times
    )


def test_the_page_has_a_place_for_every_table() -> None:
    page = command.PAGE.read_text(encoding="utf-8")
    marks = [mark for tables in command.TABLES.values() for mark in tables]
    marks += [f"steps {family}" for family in FAMILIES]
    marks += ["memory", "bars", "board", "crossover", "cost", "machine"]
    for mark in marks:
        _, found, rest = page.partition(f"<!-- {mark} -->\n")
        assert found, mark
        assert "<!-- end -->" in rest


def test_the_picture_has_a_panel_for_each_family() -> None:
    steps, times = cells()
    other = [Step("planar", s.edges, s.method, s.seconds, s.size) for s in steps]
    titles = [axes.get_title() for axes in picture([*steps, *other], times).axes]
    assert [title for title in titles if title] == [
        "square lattice on a torus",
        "planar disordered (Delaunay, thinned)",
    ]
