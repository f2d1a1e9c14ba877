"""Designs that the tests of learning stand on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy_twin import DILLAVOU_EDGES, NumpyTwin

from designs import Design, Task, load_design
from netgen.build import plan_build
from netgen.elaborate import elaborate
from parts.catalogue import load_catalogue
from verification.reading.netlist import Netlist
from verification.reading.netlist_text import parse_netlist
from verification.training.tasks.protocol import Chance, Purpose, random_taps

HEAD = """
schema = 1
name = "small"
[network]
edges = [[1, 2], [2, 3], [1, 3], [3, 4], [2, 4], [3, 5]]
"""
REGRESSION = """
[[task]]
name = "sum"
kind = "regression"
inputs = ["x", "y"]
sources = { 1 = "x", 4 = "y", 5 = 0.0 }
targets = { 2 = { x = 0.7, y = 0.3 }, 3 = { x = 0.5, y = 0.3 } }
bound = { relative_rms = 0.02 }
"""
CLASSES = """
[[task]]
name = "two"
kind = "classification"
data = "two.csv"
sources = { 1 = "width", 4 = 2.5 }
targets = [2, 3]
train_per_class = 4
protocol = { epochs = 3 }
bound = { accuracy = 0.5 }
"""


def small_design(folder: Path, task: str, **data: str) -> Design:
    """A four-node design with one task; `data` are files beside it, by stem."""
    for stem, text in data.items():
        (folder / f"{stem}.csv").write_text(text)
    (folder / "design.toml").write_text(HEAD + task)
    return load_design(folder)


def built(design: Design) -> Netlist:
    """The netlist that `build` writes for a design."""
    plan, _ = plan_build(elaborate(design, load_catalogue()))
    name = f"{design.name}.net"
    return parse_netlist(plan.files[name].decode(), name)


def two_classes(test_shift: float = 0.0) -> str:
    """Ten samples of each of two classes."""
    rows = [(0.1 * i, "a") for i in range(10)] + [(2.0 + 0.1 * i, "b") for i in range(10)]
    return "width,kind\n" + "".join(f"{w + test_shift},{kind}\n" for w, kind in rows)


def twin_of(design: Design, task: Task) -> NumpyTwin:
    return NumpyTwin(design.graph.edges, task.sources, task.target_nodes, design.eta(task))


def random_start(board: NumpyTwin, seed: int) -> None:
    stream = Chance(seed).stream(Purpose.START)
    board.set_taps(random_taps(stream, board.tap_range, len(board.edges)))


def dillavou_twin(task: Task) -> NumpyTwin:
    return NumpyTwin(DILLAVOU_EDGES, task.sources, task.target_nodes)


def quiet(done: int, total: int) -> None:
    assert 0 < done <= total


def history(board: NumpyTwin) -> np.ndarray:
    return np.array(board.history)
