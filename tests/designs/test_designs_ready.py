"""The ready designs are the published ones, and what is exported agrees with the models."""

import json
import re
import tomllib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

import designs
from designs import AllosteryTask, ClassificationTask, Design, DesignError, load_design
from designs.load import ready_designs
from designs.new import template
from designs.schema_json import PATH, schema_text

FOLDER = Path(designs.__file__).parent


def test_dillavou16_is_the_network_of_the_paper() -> None:
    graph = load_design("dillavou16").graph
    counts = Counter(node for edge in graph.edges for node in edge)
    assert len(graph.edges) == 16
    assert [counts[str(n)] for n in range(1, 10)] == [5, 3, 2, 5, 3, 5, 4, 3, 2]
    assert (graph.positions or {})["6"] == (100.0, -160.0)


@pytest.mark.parametrize(
    ("name", "sources", "targets", "rms_v"),
    [
        ("ii", {"8": 5, "9": 0}, {"3": 4}, 0.030),
        ("iii", {"3": 4, "9": 0}, {"4": 1, "8": 2}, 0.045),
        ("iv", {"4": 5, "8": 1, "9": 0}, {"1": 3, "2": 3, "3": 3}, 0.035),
        ("v", {"6": 5, "9": 0}, {"1": 3, "3": 2, "5": 4, "7": 1}, 0.045),
    ],
)
@pytest.mark.parametrize("design", ["dillavou16", "dillavou16_throughhole"])
def test_the_allostery_tasks_are_the_papers(
    design: str, name: str, sources: object, targets: object, rms_v: float
) -> None:
    task = load_design(design).task(name)
    assert isinstance(task, AllosteryTask)
    assert (task.sources, task.targets, task.bound.rms_v) == (sources, targets, rms_v)
    assert (task.steps, task.last_steps, task.start) == (300, 50, "random")


@pytest.mark.parametrize(("design", "name"), [("dillavou16", "i"), ("iris16", "iris")])
def test_the_classification_task_is_the_papers(design: str, name: str) -> None:
    task = load_design(design).task(name)
    assert isinstance(task, ClassificationTask)
    assert dict(task.sources) == {
        **{"2": "petal_length", "3": "petal_width", "5": "sepal_length", "8": "sepal_width"},
        "9": 2.5,
    }
    assert (task.targets, task.train_per_class, task.bound.accuracy) == (("1", "4", "6"), 10, 0.95)


def test_sizes_of_the_other_ready_designs() -> None:
    sizes = {n: len(load_design(n).graph.edges) for n in ready_designs()}
    assert sizes == {
        **{"dillavou16": 16, "dillavou16_throughhole": 16, "iris16": 16, "regression16": 16},
        **{"two_edge": 2, "lattice4x4": 32, "disordered100": 100},
        "two_boards": 24,
    }


def test_a_ready_design_is_called_like_its_folder() -> None:
    assert all(load_design(name).name == name for name in ready_designs())


def test_parts_follow_the_edge_cell() -> None:
    default = load_design("dillavou16").electronics
    paper = load_design("dillavou16_throughhole").electronics
    assert (default.xor, default.latch, default.average_ohm) == ("74LVC1G86", "74LVC1G79", 100e3)
    assert (paper.digipot, paper.comparator) == ("AD5220BNZ100", "LM339AN")
    assert (paper.xor, paper.latch, paper.average_ohm) == ("SN74HC86N", "SN74HC74N", 10e3)
    assert (paper.comparator_supply_v, default.comparator_supply_v) == (9.0, 5.0)


def test_the_comparators_rail_follows_the_supply(
    loaded: Callable[[str], Design], small: str
) -> None:
    text = small.replace("supply_v = 5.0", "supply_v = 5.5")
    assert loaded(text).electronics.comparator_supply_v == 5.5


def test_a_design_cannot_be_changed_after_reading() -> None:
    design = load_design("two_edge")
    for thing, key in ((design, "name"), (design.tasks[0], "name"), (design.electronics, "xor")):
        with pytest.raises((AttributeError, ValueError)):
            setattr(thing, key, "other")


def test_the_exported_schema_is_that_of_the_models() -> None:
    """`python -m designs.schema_json` writes it."""
    assert json.loads(PATH.read_text(encoding="utf-8")) == json.loads(schema_text())


def test_the_exported_schema_knows_every_key_of_the_ready_designs() -> None:
    schema = json.loads(PATH.read_text(encoding="utf-8"))
    for name in ready_designs():
        table = tomllib.loads((FOLDER / name / "design.toml").read_text(encoding="utf-8"))
        assert set(table) <= set(schema["properties"])
        assert set(table["network"]) <= set(schema["$defs"]["NetworkTable"]["properties"])


def test_the_template_is_a_design(loaded: Callable[[str], Design]) -> None:
    design = loaded(template("mine"))
    assert (design.name, len(design.graph.edges)) == ("mine", 8)


def test_what_the_template_has_in_comments_works_too(loaded: Callable[[str], Design]) -> None:
    """The two commented tasks, and each commented key of the electronics."""
    tasks = r"# (?=\[\[task|name|kind|inputs|range_v|sources|targets|bound|data|train)"
    keys = r"# (?=digipot|nudge)"
    design = loaded(re.sub(rf"(?m)^(?:{tasks}|{keys})", "", template("mine")))
    assert [task.kind for task in design.tasks] == ["allostery", "regression", "classification"]
    assert design.electronics.nudge == "adjustable"


def test_a_new_design_needs_a_name_that_a_file_can_have() -> None:
    with pytest.raises(DesignError) as caught:
        template("../up")
    assert str(caught.value) == (
        "design name '../up': 1 to 64 letters, digits, '_' or '-' are allowed, the first a letter "
        "or digit, since files are named after it"
    )
