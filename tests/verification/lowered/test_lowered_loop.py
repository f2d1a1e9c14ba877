"""The compiled loop moves the same digipots as the interpreter, for one board and for many."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from tests.netgen.board_designs import design_of
from tests.verification.checks.boards import ready
from tests.verification.lowered.lowered_boards import random_design, ready_shop, shop_of
from verification.extraction.elements import Digipot, DriveKind
from verification.extraction.values import drawn, ideal
from verification.simulation.deciders import find_deciders
from verification.simulation.lowered.boards import LoweredBoards
from verification.simulation.lowered.circuit import LoweredCircuit
from verification.simulation.lowered.fill import fill_in_lowered
from verification.simulation.lowered.lower import lower
from verification.simulation.lowered.rows import fresh_rows
from verification.simulation.lowered.tables import Lowered
from verification.simulation.machine import Machine
from verification.simulation.partition import partition
from verification.training.bench import Bench, Workshop

READY = [
    ("two_edge", None),
    ("dillavou16", "ii"),
    ("dillavou16", "i"),
    ("iris16", None),
    ("dillavou16_throughhole", "iii"),
    ("lattice4x4", "four_targets"),
    ("disordered100", "sum"),
]


THROUGH_HOLE = 'edge_cell = "dillavou2022"'


def shop(name: str, task: str | None) -> Workshop:
    """The workshop of a ready design's task, its first one by default."""
    return ready_shop(name, ready(name).design.tasks[0].name if task is None else task)


def pair(workshop: Workshop, seed: int | None) -> tuple[Bench, Bench]:
    """The same board twice, with random taps: run as it likes, and interpreted only."""
    circuit, cut = workshop.intact.circuit, workshop.intact.cut
    values = ideal(circuit) if seed is None else drawn(circuit, seed)
    boards = (
        Bench(workshop, workshop.intact.with_values(values)),
        Bench(workshop, Machine.interpreted(cut, values)),
    )
    taps = np.random.default_rng(3).integers(32, 96, len(boards[0].edges))
    for board in boards:
        board.set_taps(taps)
    return boards


@pytest.mark.parametrize(("name", "task"), READY)
@pytest.mark.parametrize("seed", [None, 5])
def test_a_training_of_many_pieces_is_the_interpreters(
    name: str, task: str | None, seed: int | None
) -> None:
    """Steps with and without a mask, looks between them, copies, and every net at the end."""
    workshop = shop(name, task)
    fast, slow = pair(workshop, seed)
    rng = np.random.default_rng(1)
    sources, targets = (len(channels) for channels in workshop.channels)
    inputs, desired = 5 * rng.random((40, sources)), 5 * rng.random((40, targets))
    mask = rng.random((40, len(fast.edges))) < 0.5

    def lesson(board: Bench) -> list[np.ndarray]:
        first = board.host.train(inputs, desired, record_codes=True)
        looked = board.observe(inputs[:5])
        asked = board.respond(inputs[:9])
        second = board.host.train(inputs, desired, mask, record_codes=True)
        copy = board.fork()
        still = np.ones((30, 1))
        third = copy.host.train(still * inputs[0], still * desired[0], record_codes=True)
        codes = [first.codes, second.codes, third.codes, board.host.codes, copy.host.codes]
        volts = [first.outputs_v, second.outputs_v, looked, asked, board.host.node_v]
        return [*codes, *volts]

    found, wanted = lesson(fast), lesson(slow)
    for mine, theirs in zip(found[:5], wanted[:5], strict=True):
        assert np.array_equal(mine, theirs)
    for mine, theirs in zip(found[5:], wanted[5:], strict=True):
        assert np.allclose(mine, theirs, rtol=0, atol=1e-10)


@pytest.mark.parametrize("name", ["dillavou16", "dillavou16_throughhole"])
@pytest.mark.parametrize("watched", ["outputs", "all"])
def test_what_is_watched_is_what_the_interpreter_shows(name: str, watched: str) -> None:
    """Nodes of both twins, pins, buffers' outputs and the outputs alone, for rows that repeat."""
    workshop = shop(name, "ii")
    fast, slow = pair(workshop, 5)
    sights = fast.host.machine.lowered.sights
    nets = [*sights.output]
    if watched == "all":
        nets = [*sights.node, *sights.column, *nets]
    sources, targets = (len(channels) for channels in workshop.channels)
    rng = np.random.default_rng(7)
    row = np.array([0, 1, 2, 0, 2, 1, 1, 0, 2, 0, 1, 2, 2])
    inputs, desired = 5 * rng.random((3, sources))[row], 5 * rng.random((3, targets))[row]
    seen = [board.host.train(inputs, desired, watch=nets) for board in (fast, slow)]
    assert fast.host.state.catch_up is not None
    assert seen[0].net_v.shape == (len(row), len(nets))
    assert np.allclose(seen[0].net_v, seen[1].net_v, rtol=0, atol=1e-10)
    assert np.allclose(seen[0].outputs_v, seen[1].outputs_v, rtol=0, atol=1e-10)


def test_a_board_stays_at_its_last_step_where_that_came_before() -> None:
    """The pins after a run are those of its last step, not those that were new last."""
    fast, slow = pair(shop("dillavou16", "ii"), 2)
    row = np.array([0, 1, 2, 0, 1, 2, 0, 1, 2, 0])
    inputs, desired = np.array([[4.0, 0.5], [1, 3], [2, 2]])[row], np.array([[2.5], [1], [4]])[row]
    for board in (fast, slow):
        board.host.train(inputs, desired)
    assert fast.host.state.catch_up is not None
    assert np.allclose(fast.host.node_v, slow.host.node_v, rtol=0, atol=1e-10)
    assert np.array_equal(fast.host.codes, slow.host.codes)


def test_the_loop_runs_what_it_should() -> None:
    """A long run is lowered, a short one is not, and looking at a net ends it."""
    fast, slow = pair(shop("dillavou16", "ii"), 2)
    sources, targets = np.ones((20, 2)), np.ones((20, 1))
    for board in (fast, slow):
        board.host.train(sources[:3], targets[:3])
        assert board.host.state.catch_up is None
        board.host.train(sources, targets)
    assert fast.host.state.catch_up is not None
    assert slow.host.state.catch_up is None
    assert len(fast.host.node_v)
    assert fast.host.state.catch_up is None


def lowered_of(workshop: Workshop) -> Lowered:
    """The circuit; it must be one that can be lowered."""
    found = lower(workshop.intact.cut)
    assert isinstance(found, Lowered)
    return found


def fleet(
    workshop: Workshop, seeds: range, precision: type, weights: float = 0.0
) -> tuple[LoweredBoards, np.ndarray]:
    """Boards drawn from these seeds with taps of their own, and pins for 60 steps.

    `weights` is by how much more each board's comparators weigh than the last one's.
    """
    lowered, cut = lowered_of(workshop), workshop.intact.cut
    rest = np.zeros(len(cut.circuit.digipots), dtype=np.int64)
    values = [fill_in_lowered(lowered, cut, drawn(cut.circuit, s), rest) for s in seeds]
    values = [
        replace(board, margin_weight=board.margin_weight * (1 + weights * seed))
        for board, seed in zip(values, seeds, strict=True)
    ]
    rng = np.random.default_rng(0)
    codes = rng.integers(32, 96, (64, *lowered.pot.shape))[seeds.start : seeds.stop]
    boards = LoweredBoards(LoweredCircuit(lowered), values, codes, precision)
    pins = np.zeros((60, len(lowered.pins)))
    quiet = np.isin(lowered.pins, lowered.quiet)
    pins[:, ~quiet] = 5 * np.random.default_rng(8).random((6, (~quiet).sum())).repeat(10, axis=0)
    return boards, pins


@pytest.mark.parametrize(("name", "task"), [("dillavou16", "iii"), ("disordered100", "sum")])
def test_a_board_among_many_is_the_board_alone(name: str, task: str) -> None:
    """Codes after every step are equal, volts to rounding."""
    workshop = shop(name, task)
    watch = np.arange(4)
    many, pins = fleet(workshop, range(5), np.float64)
    row_of, first = fresh_rows(pins)
    seen = many.run(row_of, pins[first], clocked=True, watch=watch, record_codes=True)
    for board in range(5):
        alone, _ = fleet(workshop, range(board, board + 1), np.float64)
        own = alone.run(row_of, pins[first], clocked=True, watch=watch, record_codes=True)
        assert np.array_equal(own.codes[:, 0], seen.codes[:, board])
        assert np.allclose(own.node_v[:, 0], seen.node_v[:, board], rtol=0, atol=1e-10)
    assert many.ties == 0


def test_comparators_that_weigh_differently_on_each_board_decide_as_on_the_board_alone() -> None:
    """Alone, a board's second comparators have weights that all boards share; here they do not."""
    workshop = shop("dillavou16", "iii")
    codes: list[list[np.ndarray]] = []
    for weights in (0.0, 0.5):
        many, pins = fleet(workshop, range(3), np.float64, weights)
        row_of, first = fresh_rows(pins)
        many.run(row_of, pins[first], clocked=True, watch=np.arange(0))
        codes.append([*many.codes])
    for board in range(3):
        alone, _ = fleet(workshop, range(board, board + 1), np.float64, 0.5)
        alone.run(row_of, pins[first], clocked=True, watch=np.arange(0))
        assert np.array_equal(alone.codes[0], codes[1][board])
    assert any((one != other).any() for one, other in zip(*codes, strict=True))


def test_single_precision_keeps_nearly_every_decision() -> None:
    """From the same codes, one step in float32 moves almost all digipots as in float64."""
    workshop = shop("dillavou16", "iii")
    moved: list[np.ndarray] = []
    for precision in (np.float64, np.float32):
        boards, pins = fleet(workshop, range(16), precision)
        before = boards.codes
        row_of, first = fresh_rows(pins[:1])
        boards.run(row_of, pins[:1][first], clocked=True, watch=np.arange(0))
        moved.append(boards.codes - before)
    assert np.abs(moved[0]).sum() > 0
    assert (moved[0] != moved[1]).mean() < 0.01


TIED = [
    *((lambda k=k: shop_of(random_design(k)), None) for k in range(3)),
    (lambda: shop("dillavou16", "i"), None),
    (lambda: shop("dillavou16", "i"), 5),
    (lambda: shop_of(design_of([(1, 2), (2, 3)], electronics=THROUGH_HOLE)), None),
]


@pytest.mark.parametrize(("made", "seed"), TIED)
def test_both_count_the_same_decisions_within_rounding(
    made: Callable[[], Workshop], seed: int | None
) -> None:
    """In short runs and long ones, with a mask, after a look inside and in a copy."""
    workshop = made()
    rng = np.random.default_rng(4)
    sources, targets = (len(channels) for channels in workshop.channels)
    inputs, desired = 5 * rng.random((40, sources)), 5 * rng.random((40, targets))
    counts: list[list[int]] = []
    for board in pair(workshop, seed):
        counts.append([])
        mask = np.random.default_rng(6).random((5, len(board.edges))) < 0.5
        board.train(inputs[:3], desired[:3], None)
        counts[-1].append(board.host.within_rounding)
        board.train(inputs, desired, None)
        counts[-1].append(board.host.within_rounding)
        assert len(board.host.codes)
        counts[-1].append(board.host.within_rounding)
        board.train(inputs[:5], desired[:5], mask)
        copy = board.fork()
        copy.train(inputs[:9], desired[:9], None)
        counts[-1] += [copy.host.within_rounding, board.host.within_rounding]
    assert counts[0] == counts[1]
    each = counts[0][0] // 3
    assert counts[0] == [3 * each, 43 * each, 43 * each, 57 * each, 48 * each]
    assert (each > 0) == (seed is None)


@pytest.mark.parametrize("name", ["dillavou16", "dillavou16_throughhole"])
def test_the_comparators_that_count_are_those_that_digipots_obey(name: str) -> None:
    """Whether they push and pull or have open collectors; the lamps' are not among them."""
    cut = shop(name, "iii").intact.cut
    assert find_deciders(cut) == frozenset(lowered_of(shop(name, "iii")).comparator.tolist())


def test_a_comparator_that_no_digipot_obeys_does_not_count() -> None:
    """With every U/D tied to the rail, ties stay ties but decide nothing."""
    workshop = shop_of(design_of([(1, 2), (2, 3)]))
    circuit = workshop.intact.circuit
    rail = next(d.net for d in circuit.drives if d.kind is DriveKind.RAIL and d.volts > 0)
    elements = tuple(
        replace(element, up_down=rail, cs=rail) if isinstance(element, Digipot) else element
        for element in circuit.elements
    )
    deaf = partition(replace(circuit, elements=elements))
    assert not find_deciders(deaf)
    board = Bench(workshop, Machine.interpreted(deaf, ideal(deaf.circuit)))
    board.train(np.full((10, 1), 5.0), np.full((10, 1), 2.0), None)
    assert board.host.within_rounding == 0


def test_decisions_within_rounding_are_counted() -> None:
    """Three a step: a dead end has no drop in either twin, the open target none in the free one."""
    workshop = shop_of(design_of([(1, 2), (2, 3)]))
    board = Bench(workshop, workshop.intact)
    board.train(np.full((10, 1), 5.0), np.full((10, 1), 2.0), None)
    assert board.host.within_rounding == 30
    other = pair(shop("dillavou16", "ii"), 2)[0]
    other.train(np.ones((20, 2)), np.ones((20, 1)), None)
    assert other.host.within_rounding == 0
