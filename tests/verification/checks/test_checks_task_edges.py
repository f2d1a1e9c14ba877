"""Edges that a task cannot teach, from the graph and against the voltages themselves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from designs import Design, Task, load_design
from designs.load import design_from_text
from verification.checks.records import Verdict
from verification.checks.task_edges import LISTED, check_task_edges, steady_edges

TASK = """
[[task]]
name = "t"
kind = "allostery"
sources = {{ {sources} }}
targets = {{ {targets} }}
bound = {{ rms_v = 0.1 }}
"""


def design_on(edges: str, sources: str = "a = 5.0, c = 0.0", targets: str = "b = 2.5") -> Design:
    task = TASK.format(sources=sources, targets=targets)
    text = f'schema = 1\nname = "g"\n[network]\nedges = {edges}\n{task}'
    return design_from_text(text, Path("g/design.toml"))


def steady(design: Design) -> set[str]:
    return {"".join(edge) for edge in steady_edges(design, design.tasks[0])}


def changes(design: Design, task: Task, seed: int) -> np.ndarray:
    """Clamped less free drop of every edge at random conductances, by dense matrices."""
    stream = np.random.Generator(np.random.PCG64(seed))
    place = {node: k for k, node in enumerate(design.graph.nodes)}
    ends = np.asarray([(place[a], place[b]) for a, b in design.graph.edges])
    siemens = stream.uniform(0.1, 1.0, len(ends))
    matrix = np.zeros((len(place), len(place)))
    for (a, b), g in zip(ends, siemens, strict=True):
        matrix[[a, b], [a, b]] += g
        matrix[[a, b], [b, a]] -= g

    def solve(held: dict[int, float]) -> np.ndarray:
        volts = np.zeros(len(place))
        volts[list(held)] = list(held.values())
        left = [k for k in range(len(place)) if k not in held]
        volts[left] = np.linalg.solve(matrix[np.ix_(left, left)], -matrix[left] @ volts)
        return volts

    sources = {place[node]: stream.uniform(0, 5) for node in task.sources}
    free = solve(sources)
    targets = {place[node]: free[place[node]] + stream.uniform(1, 2) for node in task.target_nodes}
    moved = solve(sources | targets) - free
    return np.abs(moved[ends[:, 0]] - moved[ends[:, 1]])


def test_a_dead_end_and_a_loop_behind_one_node_are_steady():
    tail = '[["a", "b"], ["b", "c"], ["b", "d"], ["d", "e"], ["e", "b"], ["c", "f"]]'
    assert steady(design_on(tail)) == {"bd", "de", "eb", "cf"}


def test_an_edge_between_sources_carries_a_current_and_is_steady():
    assert steady(design_on('[["a", "b"], ["b", "c"], ["a", "c"]]')) == {"ac"}


def test_what_hangs_on_sources_alone_is_steady():
    edges = '[["a", "b"], ["b", "c"], ["a", "d"], ["d", "c"]]'
    assert steady(design_on(edges)) == {"ad", "dc"}


def test_an_edge_between_targets_or_between_source_and_target_moves():
    edges = '[["a", "b"], ["b", "d"], ["d", "c"]]'
    assert steady(design_on(edges, targets="b = 2.5, d = 1.0")) == set()


@pytest.mark.parametrize(
    "name", ["two_edge", "dillavou16", "iris16", "lattice4x4", "disordered100"]
)
def test_steady_edges_are_those_whose_drops_are_equal_at_random_conductances(name: str):
    design = load_design(name)
    for task in design.tasks:
        most = np.max([changes(design, task, seed) for seed in range(3)], axis=0)
        names = steady_edges(design, task)
        found = [
            edge for edge, moved in zip(design.graph.edges, most, strict=True) if moved < 1e-12
        ]
        assert tuple(found) == names


def test_the_remark_names_task_and_edges_and_is_no_fault():
    design = load_design("dillavou16")
    check = check_task_edges(design)
    assert check.verdict is Verdict.WARNING
    assert "task i:" in check.items[0].expected
    assert check.items[0].got.endswith("in 2: 2-9, 8-5")
    assert (check.evidence["i_steady"], check.evidence["ii_steady"]) == (2, 0)


def test_of_many_steady_edges_some_are_named():
    leaves = ", ".join(f'["b", "x{k}"]' for k in range(LISTED + 3))
    check = check_task_edges(design_on(f'[["a", "b"], ["b", "c"], {leaves}]'))
    assert check.items[0].got.endswith("b-x19 and 3 more")
