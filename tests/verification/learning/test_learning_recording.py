"""Recordings: what they hold, their documented schema, and bytes that do not change."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import numpy as np
import pytest
from learning_designs import dillavou_twin, quiet

from designs import load_design
from verification.errors import UsageError
from verification.training.recording import FIELDS, Heading, Recorder, Recording
from verification.training.tasks.alone import teach
from verification.training.tasks.lessons import make_lesson
from verification.training.tasks.protocol import Chance

DOCS = Path(__file__).resolve().parents[3] / "docs" / "recording.md"


def recorded(steps: int = 70, probability: float | None = None) -> Recording:
    design = load_design("dillavou16")
    task = design.task("iii")
    recorder = Recorder()
    board = recorder.watch(dillavou_twin(task))
    teach(make_lesson(design, task, 4, steps, probability), board, Chance(4), quiet)
    return recorder.recording(
        Heading("dillavou16", "iii", "allostery", 4, "ideal", ("3", "9"), ("4", "8"))
    )


def test_every_field_has_the_type_and_shape_that_its_table_states() -> None:
    recording = recorded()
    sizes = {"R": 71, "N": 9, "E": 16, "S": 2, "K": 2}
    assert list(recording.arrays) == list(FIELDS)
    for name, field in FIELDS.items():
        array = recording.arrays[name]
        expected = tuple(sizes[letter] for letter in re.findall("[A-Z]", field.shape))
        assert array.shape == expected, name
        assert array.dtype.kind == "U" if field.dtype == "str" else array.dtype == field.dtype, name


def test_the_documentation_shows_the_same_table() -> None:
    rows = [
        f"| `{name}` | {f.dtype} | {f.shape} | {f.unit} | {f.meaning} |"
        for name, f in FIELDS.items()
    ]
    assert "\n".join(rows) in DOCS.read_text()


def test_a_row_shows_the_board_just_before_its_step() -> None:
    arrays = recorded(probability=0.5).arrays
    assert arrays["steps"].tolist() == list(range(71))
    voltages, nodes = arrays["voltages_free"], list(arrays["nodes"])
    assert (voltages[:, nodes.index("3")] == 4.0).all()
    assert np.array_equal(voltages[:, [nodes.index("4"), nodes.index("8")]], arrays["outputs"])
    clamped = arrays["voltages_clamped"][:, nodes.index("4")]
    assert clamped == pytest.approx((arrays["outputs"][:, 0] + 1.0) / 2)
    error = arrays["outputs"] - arrays["desired"]
    assert arrays["error"] == pytest.approx(np.sqrt((error**2).mean(axis=1)))
    moved = np.diff(arrays["taps_free"].astype(int), axis=0) != 0
    assert moved.any() and not (moved & ~arrays["enabled"][:-1]).any()
    assert (arrays["taps_free"][0] == 64).all()
    assert (arrays["resistance_free_ohm"][0] == 64 * 781.25 + 45).all()


def test_the_last_row_shows_the_first_sample_after_the_last_step() -> None:
    design = load_design("iris16")
    task = design.tasks[0]
    board, recorder = dillavou_twin(task), Recorder()
    teach(make_lesson(design, task, 0, 45), recorder.watch(board), Chance(0), quiet)
    about = Heading("iris16", "iris", "classification", 0, "ideal", ("1",), ("2",))
    arrays = recorder.recording(about).arrays
    first = arrays["inputs"][0]
    assert np.array_equal(arrays["inputs"][45], first)
    assert np.array_equal(arrays["taps_free"][45], board.taps)
    assert np.array_equal(arrays["outputs"][45], board.observe(first[None, :])[0])
    again = np.flatnonzero((arrays["inputs"][:45] == first).all(axis=1))[-1]
    assert np.array_equal(arrays["desired"][45], arrays["desired"][again])
    assert not arrays["enabled"][45].any()


def test_a_recording_of_nothing_is_refused() -> None:
    recorder = Recorder()
    recorder.watch(dillavou_twin(load_design("iris16").tasks[0]))
    with pytest.raises(UsageError) as refusal:
        recorder.recording(Heading("d", "t", "allostery", 0, "ideal", ("1",), ("2",)))
    assert str(refusal.value) == "nothing was recorded: no learning step was taken"


def test_the_file_reads_back_with_numpy_and_is_the_same_every_time(tmp_path: Path) -> None:
    recording = recorded()
    path = tmp_path / "deep" / "run.npz"
    recording.save(path)
    assert path.read_bytes() == recorded().to_bytes()
    assert [entry.name for entry in path.parent.iterdir()] == ["run.npz"]
    with np.load(path, allow_pickle=False) as read:
        for name, array in recording.arrays.items():
            assert np.array_equal(read[name], array)
    times = {info.date_time for info in zipfile.ZipFile(io.BytesIO(path.read_bytes())).infolist()}
    assert times == {(1980, 1, 1, 0, 0, 0)}


def test_recording_changes_nothing_of_the_training() -> None:
    design = load_design("dillavou16")
    task = design.task("iii")
    plain, watched = dillavou_twin(task), dillavou_twin(task)
    lesson = make_lesson(design, task, 4, 40)
    teach(lesson, plain, Chance(4), quiet)
    teach(lesson, Recorder().watch(watched), Chance(4), quiet)
    assert np.array_equal(plain.taps, watched.taps)
