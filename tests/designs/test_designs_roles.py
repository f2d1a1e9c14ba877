"""Channels and patches: the contract on which the generator and the verifier both rely."""

from collections.abc import Callable

import pytest

from designs import (
    Design,
    DesignError,
    Patch,
    channels,
    load_design,
    role_nodes,
    task_patches,
)


def test_cables_take_the_channels_in_the_order_of_the_file() -> None:
    design = load_design("dillavou16")
    assert channels(design).sources == ("SRC1", "SRC2", "SRC3", "SRC4", "SRC5")
    assert channels(design).targets == ("TGT1", "TGT2", "TGT3", "TGT4")
    assert task_patches(design, design.task("iv")) == (
        *(Patch("SRC1", "4"), Patch("SRC2", "8"), Patch("SRC3", "9")),
        *(Patch("TGT1", "1"), Patch("TGT2", "2"), Patch("TGT3", "3")),
    )


def test_copper_names_the_channels_after_the_nodes() -> None:
    design = load_design("regression16")
    assert channels(design).sources == ("SRC-N8", "SRC-N9", "SRC-N6")
    assert channels(design).targets == ("TGT-N4",)
    assert [patch.node for patch in task_patches(design, design.tasks[0])] == ["8", "9", "6", "4"]


def test_every_patch_uses_a_channel_of_the_board() -> None:
    for name in ("two_edge", "dillavou16", "iris16", "disordered100", "lattice4x4"):
        design = load_design(name)
        board = channels(design)
        for task in design.tasks:
            patches = task_patches(design, task)
            used = [patch.channel for patch in patches]
            assert set(used) <= {*board.sources, *board.targets}
            assert len(set(used)) == len(used)
            assert [p.node for p in patches] == [*task.sources, *task.target_nodes]


def test_role_nodes_come_in_the_order_of_the_graph(
    loaded: Callable[[str], Design], small: str
) -> None:
    design = loaded(small.replace("[4, 1]]", "[4, 1], [9, 4]]"))
    assert design.graph.nodes == ("1", "2", "3", "4", "9")
    assert role_nodes(design) == ("1", "2", "3", "4")


def test_more_channels_than_needed_may_be_asked_for(
    loaded: Callable[[str], Design], small: str
) -> None:
    design = loaded(small.replace('"cables"', '"cables"\nsource_channels = 7'))
    assert len(channels(design).sources) == 7
    assert len(channels(design).targets) == 2


ONE_NODE_LESS = """
[[task]]
name = "second"
kind = "allostery"
sources = { 1 = 5.0, 3 = 0.0, 4 = 1.0 }
targets = { 2 = 3.0 }
bound = { rms_v = 0.05 }
"""


def test_copper_would_drive_a_source_that_another_task_lacks(
    loaded: Callable[[str], Design], small: str
) -> None:
    first = small[: small.index('[[task]]\nname = "sum"')]
    fixed = '[board]\npatching = "fixed"\n'
    same = ONE_NODE_LESS.replace(", 4 = 1.0", "")
    assert len(loaded(first + same + fixed).tasks) == 2
    with pytest.raises(DesignError) as caught:
        loaded(first + ONE_NODE_LESS + fixed)
    assert str(caught.value) == (
        "my.toml, line 18: board.patching = \"fixed\", but node 4 is a source in task 'second' and "
        "not in task 'first', where the copper would still drive it; set board.patching = "
        '"cables", or make one board per task'
    )


def test_eta_and_range_fall_back_to_the_electronics(
    loaded: Callable[[str], Design], small: str
) -> None:
    text = small.replace("supply_v = 5.0", 'supply_v = 5.0\neta = 0.25\nnudge = "adjustable"')
    design = loaded(text.replace('name = "sum"', 'name = "sum"\neta = 1.0'))
    assert [design.eta(task) for task in design.tasks] == [0.25, 1.0, 0.25]
    regression = design.task("sum")
    assert regression.kind == "regression"
    assert design.range_v(regression) == (0.0, 5.0)


def test_an_unknown_task_is_refused_with_the_names() -> None:
    with pytest.raises(DesignError) as caught:
        load_design("dillavou16").task("iiii")
    assert str(caught.value) == (
        "design dillavou16 has no task 'iiii' (did you mean 'iii'?); "
        "its tasks are i, ii, iii, iv, v"
    )
