"""Pictures: the same bytes every time, the promised width, and refusals."""

from __future__ import annotations

import dataclasses
import struct
from pathlib import Path

import numpy as np
import pytest

from verification.errors import UsageError
from verification.plots import write_error_curve, write_network
from verification.plots.places import free_direction, layout, place_nodes
from verification.training.recording import FIELDS, Recording
from verification.training.result import Curve, DamageOutcome, LearnResult

RESULT = LearnResult(
    design="small",
    task="t",
    kind="allostery",
    seed=1,
    mode="ideal",
    metric="rms_v",
    initial=1.2,
    value=0.02,
    steps=4,
    rehearsed=0,
    curve=Curve((0, 1, 2, 3), (0.0, 1.0, 2.0, 3.0), (1.2, 0.4, 0.1, 0.03)),
)


def recording(steps: int = 3) -> Recording:
    """A triangle of nodes, one edge of which is cut at the end."""
    ohm = np.full((steps, 3), 10e3)
    ohm[-1:, 2] = np.inf
    rows = {
        "voltages": np.tile([5.0, 1.0, 0.0], (steps, 1)),
        "taps": np.full((steps, 3), 64, np.int16),
        "resistance": ohm,
    }
    values = {
        "schema_version": np.array(1),
        "design": np.array("small"),
        "task": np.array("t"),
        "kind": np.array("allostery"),
        "seed": np.array(1),
        "mode": np.array("ideal"),
        "nodes": np.array(["1", "2", "3"]),
        "edges": np.array(["1-2", "2-3", "1-3"]),
        "sources": np.array(["1", "3"]),
        "targets": np.array(["2"]),
        "steps": np.arange(steps),
        "error": np.ones(steps),
        "inputs": np.tile([5.0, 0.0], (steps, 1)),
        "desired": np.full((steps, 1), 2.0),
        "outputs": np.ones((steps, 1)),
        "enabled": np.ones((steps, 3), np.bool_),
    }
    for twin in ("free", "clamped"):
        values[f"voltages_{twin}"] = rows["voltages"]
        values[f"taps_{twin}"] = rows["taps"]
        values[f"resistance_{twin}_ohm"] = rows["resistance"]
    return Recording({name: values[name] for name in FIELDS})


def pixels(path: Path) -> tuple[int, int]:
    return struct.unpack(">II", path.read_bytes()[16:24])


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_pictures_are_the_same_bytes_every_time(tmp_path: Path, kind: str) -> None:
    drawn = []
    for name in ("a", "b"):
        write_error_curve(tmp_path / f"{name}.{kind}", RESULT, 0.03)
        write_network(tmp_path / f"{name}-net.{kind}", recording())
        drawn.append((tmp_path / f"{name}.{kind}", tmp_path / f"{name}-net.{kind}"))
    for first, second in zip(*drawn, strict=True):
        assert first.read_bytes() == second.read_bytes()
    assert len(list(tmp_path.iterdir())) == 4


def test_a_picture_drawn_for_two_files_is_that_of_each(tmp_path: Path) -> None:
    """Drawing for one format leaves nothing behind that the other would show."""
    for first, second in (("svg", "png"), ("png", "svg")):
        folder = tmp_path / first
        folder.mkdir()
        both = [folder / f"both.{first}", folder / f"both.{second}"]
        write_network(both, recording())
        for path in both:
            alone = folder / f"alone{path.suffix}"
            write_network(alone, recording())
            assert path.read_bytes() == alone.read_bytes()


def test_pictures_are_1200_pixels_wide(tmp_path: Path) -> None:
    write_error_curve(tmp_path / "curve.png", RESULT)
    write_network(tmp_path / "net.png", recording(), show="twins")
    assert pixels(tmp_path / "curve.png")[0] == pixels(tmp_path / "net.png")[0] == 1200


@pytest.mark.parametrize(
    "change",
    [
        {"metric": "accuracy", "curve": Curve((0, 30), (0.0, 1.0), (0.3, 0.0))},
        {"metric": "relative_rms", "curve": Curve((0, 30), (0.0, 30.0), (0.3, 0.01))},
        {"curve": Curve((0,), (0.0,), (0.0,))},
        {"steps": 2},
        {"damage": DamageOutcome(("1-2",), ("JP1", "JP2"), "after", 2, 0.03, 0.4)},
    ],
)
def test_every_kind_of_curve_is_drawn(tmp_path: Path, change: dict[str, object]) -> None:
    plain, other = tmp_path / "plain.svg", tmp_path / "other.svg"
    write_error_curve(plain, RESULT)
    write_error_curve(other, dataclasses.replace(RESULT, **change), 0.95)
    assert other.read_text().startswith("<?xml") and other.read_bytes() != plain.read_bytes()


def test_no_date_and_no_version_is_written(tmp_path: Path) -> None:
    write_error_curve(tmp_path / "curve.svg", RESULT)
    text = (tmp_path / "curve.svg").read_text()
    assert "<dc:date>" not in text and "matplotlib.org" not in text


def test_another_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "curve.pdf"
    with pytest.raises(UsageError) as refusal:
        write_error_curve(path, RESULT)
    assert str(refusal.value) == f"{path}: a picture is written as .svg or .png; given .pdf"
    assert not path.exists()


def test_given_positions_are_kept_up_to_scale() -> None:
    ends = np.array([[0, 1], [1, 2]])
    places = place_nodes(("a", "b", "c"), ends, {"a": (0, 0), "b": (200, 0), "c": (200, 100)})
    assert places.tolist() == [[-0.5, -0.25], [0.5, -0.25], [0.5, 0.25]]


def test_wide_networks_are_drawn_below_one_another() -> None:
    wide = layout(np.array([[-0.5, -0.1], [0.5, 0.1]]), labelled=True).panels
    tall = layout(np.array([[-0.1, -0.5], [0.1, 0.5]]), labelled=True).panels
    assert wide[0][0] == wide[1][0] and wide[0][1] > wide[1][1]
    assert tall[0][1] == tall[1][1] and tall[0][0] < tall[1][0]


def test_labels_go_where_no_edge_is() -> None:
    places = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]])
    ends = np.array([[0, 1], [0, 2], [3, 0]])
    assert free_direction(places, ends, 0) == pytest.approx((0.0, -1.0))
    assert free_direction(places, ends, 1) == pytest.approx((1.0, 0.0))
