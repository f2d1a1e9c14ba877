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
from verification.recording import FIELDS, Heading, Recorder, Recording
from verification.tasks.lessons import make_lesson
from verification.tasks.protocol import Chance

DOCS = Path(__file__).resolve().parents[3] / "docs" / "recording.md"


def recorded(steps: int = 70, probability: float | None = None) -> Recording:
    design = load_design("dillavou16")
    task = design.task("iii")
    recorder = Recorder()
    board = recorder.watch(dillavou_twin(task))
    make_lesson(design, task, 4, steps, probability).run(board, Chance(4), quiet)
    return recorder.recording(
        Heading("dillavou16", "iii", "allostery", 4, "ideal", ("3", "9"), ("4", "8"))
    )


def test_every_field_has_the_type_and_shape_that_its_table_states() -> None:
    recording = recorded()
    sizes = {"T": 70, "N": 9, "E": 16, "S": 2, "K": 2}
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
    lesson.run(plain, Chance(4), quiet)
    lesson.run(Recorder().watch(watched), Chance(4), quiet)
    assert np.array_equal(plain.taps, watched.taps)
