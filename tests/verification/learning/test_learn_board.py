"""Learning on the boards of the ready designs, as read from their netlists."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from learning_designs import built, small_design
from numpy_twin import NumpyTwin

from designs import Design
from designs.errors import DesignError
from parts.catalogue import load_catalogue
from verification.errors import UsageError
from verification.reading.netlist import Netlist
from verification.training.bench import Bench, Workshop
from verification.training.damage import Damage
from verification.training.learn import heading, learn, learn_many
from verification.training.recording import Recorder
from verification.training.tasks.alone import teach
from verification.training.tasks.lessons import make_lesson
from verification.training.tasks.protocol import Chance, Purpose, random_taps

Ready = Callable[[str], tuple[Design, Netlist]]

ADJUSTABLE = """
[electronics]
nudge = "adjustable"
[[task]]
name = "half"
kind = "allostery"
eta = 0.5
sources = { 1 = 5.0, 4 = 0.0 }
targets = { 2 = 3.0 }
bound = { rms_v = 0.05 }
[[task]]
name = "tenth"
kind = "allostery"
eta = 0.1
sources = { 1 = 5.0, 4 = 0.0 }
targets = { 2 = 3.0 }
bound = { rms_v = 0.05 }
"""


def bench(ready: Ready, name: str, task: str, seed: int | None = None) -> Bench:
    design, netlist = ready(name)
    workshop = Workshop(netlist, design, design.task(task), load_catalogue())
    return Bench.power_on(workshop, workshop.machine(seed))


@pytest.mark.parametrize(
    ("task", "bar_v"), [("ii", 0.030), ("iii", 0.045), ("iv", 0.035), ("v", 0.045)]
)
def test_the_papers_allostery_is_learned_on_the_ideal_board(
    ready: Ready, task: str, bar_v: float
) -> None:
    design, netlist = ready("dillavou16")
    values = [r.value for r in learn_many(netlist, design, task, range(20), ideal=True)]
    assert np.median(values) <= bar_v


def test_flowers_are_classified_on_the_ideal_board(ready: Ready) -> None:
    """The bar is over 20 splits; 8 keep the tests quick, and the worst must hold all the same."""
    design, netlist = ready("dillavou16")
    values = [r.value for r in learn_many(netlist, design, "i", range(8), ideal=True)]
    assert np.median(values) >= 0.95 and min(values) >= 0.90


def test_a_linear_function_is_learned_on_the_ideal_board(ready: Ready) -> None:
    design, netlist = ready("regression16")
    values = [r.value for r in learn_many(netlist, design, "sum", range(2), ideal=True)]
    assert np.median(values) <= 0.02


@pytest.mark.parametrize("task", ["i", "iv"])
def test_the_ideal_board_moves_tap_by_tap_as_an_independent_twin(ready: Ready, task: str) -> None:
    """From the file through every part to the same taps and volts as numpy, every step."""
    design, netlist = ready("dillavou16")
    asked = design.task(task)
    recorder = Recorder()
    learn(netlist, design, task, 3, ideal=True, steps=60, recorder=recorder)
    result = learn(netlist, design, task, 3, ideal=True, steps=60)
    rows = recorder.recording(heading(result, design)).arrays
    twin = NumpyTwin(design.graph.edges, asked.sources, asked.target_nodes, board_rule=True)
    twin.set_taps(rows["taps_free"][0].astype(int))
    shown = twin.trace(rows["inputs"], rows["desired"], rows["enabled"])
    assert len(rows["inputs"]) == 61
    assert np.array_equal(shown.taps_free, rows["taps_free"])
    assert np.array_equal(rows["taps_free"], rows["taps_clamped"])
    assert rows["outputs"] == pytest.approx(shown.outputs, rel=1e-9)
    order = [twin.nodes.index(node) for node in rows["nodes"]]
    for side in ("free", "clamped"):
        theirs = getattr(shown, f"voltages_{side}")[:, order]
        assert rows[f"voltages_{side}"] == pytest.approx(theirs, rel=1e-9, abs=1e-9)
    assert rows["resistance_free_ohm"] == pytest.approx(shown.resistance_free)


def test_a_run_repeats_and_many_are_the_single_ones(ready: Ready) -> None:
    design, netlist = ready("dillavou16")
    many = learn_many(netlist, design, "iv", (4, 7), steps=60)
    assert many == tuple(learn(netlist, design, "iv", seed, steps=60) for seed in (4, 7))
    assert many[0].curve.error != many[1].curve.error
    assert many[0].mode == "drawn"
    assert many[0] != learn(netlist, design, "iv", 4, steps=60, ideal=True)


def test_the_start_is_random_or_where_digipots_wake_up(ready: Ready) -> None:
    design, netlist = ready("dillavou16")
    starts = {}
    for task in ("i", "iv"):
        recorder = Recorder()
        result = learn(netlist, design, task, 2, ideal=True, steps=1, recorder=recorder)
        starts[task] = recorder.recording(heading(result, design)).arrays["taps_free"][0]
    assert (starts["i"] == 64).all()
    drawn = random_taps(Chance(2).stream(Purpose.START), (0, 127), 16)
    assert np.array_equal(starts["iv"], drawn)


def test_test_samples_leave_no_trace_on_a_drawn_board(ready: Ready) -> None:
    """Not even through the hysteresis of a comparator: only copies of the board see them."""
    design, _ = ready("regression16")
    lesson = make_lesson(design, design.tasks[0], 1, steps=90)
    blind = dataclasses.replace(lesson, test=lesson.training)  # type: ignore[type-var,attr-defined]
    codes = []
    for taught in (lesson, blind):
        board = bench(ready, "regression16", "sum", seed=1)
        teach(taught, board, Chance(1), lambda done, total: None)
        codes.append(board.host.codes)
    assert np.array_equal(*codes)


def test_edges_that_are_not_enabled_keep_their_taps(ready: Ready) -> None:
    design, netlist = ready("dillavou16")
    recorder = Recorder()
    result = learn(netlist, design, "ii", 0, steps=80, update_probability=0.3, recorder=recorder)
    rows = recorder.recording(heading(result, design)).arrays
    moved = np.diff(rows["taps_free"].astype(int), axis=0) != 0
    assert rows["enabled"].mean() == pytest.approx(0.3, abs=0.05)
    assert np.array_equal(moved, rows["enabled"][:-1])


def test_progress_comes_to_its_end(ready: Ready) -> None:
    design, netlist = ready("dillavou16")
    told: list[tuple[int, int]] = []
    learn_many(
        netlist,
        design,
        "i",
        (0, 1),
        steps=30,
        progress=lambda done, total: told.append((done, total)),
    )
    assert told == sorted(told) and told[-1] == (240, 240)


def test_an_adjustable_nudge_is_turned_to_the_eta_of_the_task(tmp_path: Path) -> None:
    design = small_design(tmp_path, ADJUSTABLE)
    netlist = built(design)
    for task, eta in (("half", 0.5), ("tenth", 13 / 128)):
        recorder = Recorder()
        result = learn(netlist, design, task, 0, ideal=True, steps=3, recorder=recorder)
        rows = recorder.recording(heading(result, design)).arrays
        expected = eta * 3.0 + (1 - eta) * rows["outputs"][:, 0]
        node = list(rows["nodes"]).index("2")
        assert rows["voltages_clamped"][:, node] == pytest.approx(expected, abs=2e-3)


def test_damage_after_training_hurts_and_is_learned_around(ready: Ready) -> None:
    design, netlist = ready("dillavou16")
    recorder = Recorder()
    result = learn(
        netlist, design, "iv", 1, ideal=True, damage=Damage(("4-7", "1-5")), recorder=recorder
    )
    damage = result.damage
    assert damage is not None
    assert (damage.cut, damage.when, damage.step) == (("4-7", "5-1"), "after", 300)
    assert damage.jumpers == ("JPE4_7_4", "JPE4_7_5", "JPE5_1_4", "JPE5_1_5")
    assert damage.damaged > 3 * damage.intact and result.value < damage.damaged / 3
    assert result.steps == 600 and result.curve.steps == tuple(range(600))
    rows = recorder.recording(heading(result, design)).arrays
    cut = np.isinf(rows["resistance_free_ohm"])
    assert not cut[:300].any() and (cut[300:].sum(axis=1) == 2).all()
    assert np.array_equal(cut, np.isinf(rows["resistance_clamped_ohm"]))
    moved = np.abs(np.diff(rows["taps_free"].astype(int), axis=0))
    assert moved.max() == 1, "the taps are carried over the cut"
    body = json.loads(json.dumps(result.to_json()))
    assert body["damage"]["retrained"] == body["value"]


def test_damage_before_training_is_the_start_of_it(ready: Ready) -> None:
    design, netlist = ready("dillavou16")
    whole = learn(netlist, design, "iv", 1, ideal=True)
    result = learn(netlist, design, "iv", 1, ideal=True, damage=Damage((), 3, "before"))
    assert result.damage is not None
    assert len(result.damage.cut) == 3 and result.damage.step == 0
    assert result.damage.intact == result.initial == whole.initial
    assert result.damage.damaged == pytest.approx(result.curve.error[0])
    assert result.steps == 300 and result.value != whole.value


def refusal(action: Callable[[], object]) -> str:
    with pytest.raises((UsageError, DesignError)) as caught:
        action()
    return str(caught.value)


def test_settings_out_of_range_are_refused(ready: Ready) -> None:
    design, netlist = ready("two_edge")
    task = design.tasks[0].name
    assert refusal(lambda: learn(netlist, design, task, -1)) == (
        "a seed is a whole number from 0 on; given -1"
    )
    assert refusal(lambda: learn(netlist, design, task, 0, steps=0)) == (
        "at least one learning step is needed; given 0"
    )
    assert refusal(lambda: learn(netlist, design, task, 0, update_probability=1.5)) == (
        "an update probability is above 0 and at most 1; given 1.5"
    )
    assert refusal(lambda: learn(netlist, design, "tri", 0)).startswith(
        "design two_edge has no task 'tri'"
    )


def test_a_board_of_another_design_is_refused(ready: Ready) -> None:
    _, netlist = ready("two_edge")
    design, _ = ready("lattice4x4")
    fewer = dataclasses.replace(netlist, source="other.net")
    message = refusal(lambda: learn(fewer, design, design.tasks[0].name, 0))
    assert message.startswith("no connector pin of the netlist has the function")


def test_a_board_without_the_learning_network_is_refused(ready: Ready) -> None:
    """One edge's digipot is gone: nothing of the design's network can be found again."""
    design, netlist = ready("two_edge")
    gone = netlist.components[
        next(i for i, c in enumerate(netlist.components) if c.field("Slot") == "digipot")
    ].refdes
    nets = tuple(
        dataclasses.replace(net, pins=tuple(pin for pin in net.pins if pin.refdes != gone))
        for net in netlist.nets
    )
    components = tuple(c for c in netlist.components if c.refdes != gone)
    broken = Netlist(components, nets, "broken.net")
    assert refusal(lambda: learn(broken, design, design.tasks[0].name, 0)) == (
        "broken.net does not hold the learning network of design two_edge, so nothing can be "
        "learned on it; `twinboard verify` says what is wrong"
    )


def test_a_board_without_an_enable_chain_cannot_mask_edges(ready: Ready) -> None:
    design, netlist = ready("two_edge")
    components = tuple(
        dataclasses.replace(
            c,
            fields=tuple(
                (key, " ".join(word for word in value.split() if "=ENABLE_" not in word))
                if key == "PinFunctions"
                else (key, value)
                for key, value in c.fields
            ),
        )
        for c in netlist.components
    )
    chainless = Netlist(components, netlist.nets, "chainless.net")
    message = refusal(
        lambda: learn(chainless, design, design.tasks[0].name, 0, update_probability=0.5)
    )
    assert message.startswith(
        "no connector pin of the netlist has the functions ENABLE_DATA, ENABLE_CLOCK."
    )
