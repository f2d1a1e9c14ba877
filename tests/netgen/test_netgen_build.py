"""`build` writes all of its files or none, and touches nothing that is not its own."""

import csv
import io
import json
import os
from collections import Counter
from pathlib import Path

import pytest
from board_designs import READY, design_of, ready
from netlist_text import components

from designs import load_design
from netgen.bom import COLUMNS, bom_csv
from netgen.build import BuildPlan, build, plan_build, write_plan
from netgen.errors import BuildError
from netgen.interface import interface_json

FILES = [
    "two_edge-bom.csv",
    "two_edge-graph.svg",
    "two_edge-interface.json",
    "two_edge.erc.json",
    "two_edge.net",
]


@pytest.fixture(scope="module")
def plan() -> BuildPlan:
    return plan_build(ready("two_edge"))[0]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_build_writes_its_files_and_says_which(tmp_path: Path):
    result = build(load_design("two_edge"), tmp_path / "deep" / "out")
    assert [path.name for path in result.files] == FILES
    assert sorted(contents(tmp_path / "deep" / "out")) == FILES
    assert list((tmp_path / "deep").iterdir()) == [tmp_path / "deep" / "out"]
    assert (result.design, result.nodes, result.edges, result.components) == ("two_edge", 3, 2, 85)
    assert result.erc.clean


def test_a_second_build_changes_no_byte(tmp_path: Path, plan: BuildPlan):
    write_plan(plan, tmp_path / "out")
    before = contents(tmp_path / "out")
    write_plan(plan, tmp_path / "out")
    assert contents(tmp_path / "out") == before == dict(plan.files)


def test_the_digest_tells_plans_apart(plan: BuildPlan):
    files = dict(plan.files)
    assert BuildPlan(files).digest == plan.digest
    files["two_edge.net"] += b" "
    assert BuildPlan(files).digest != plan.digest


def test_other_files_in_the_folder_stay(tmp_path: Path, plan: BuildPlan):
    write_plan(plan, tmp_path)
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "two_edge.net").write_bytes(plan.files["two_edge.net"] + b"; old")
    write_plan(plan, tmp_path)
    assert contents(tmp_path) == {**plan.files, "notes.txt": b"mine"}


def test_new_files_have_the_permissions_that_the_user_asks_for(tmp_path: Path, plan: BuildPlan):
    mask = os.umask(0o027)
    try:
        write_plan(plan, tmp_path / "out")
    finally:
        os.umask(mask)
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o750
    assert (tmp_path / "out" / "two_edge.net").stat().st_mode & 0o777 == 0o640


def foreign_text(path: Path) -> None:
    path.write_text("(kicad_pcb)", encoding="utf-8")


def foreign_folder(path: Path) -> None:
    path.mkdir()


def foreign_link(path: Path) -> None:
    path.symlink_to(path.with_name("elsewhere"))


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("foreign", [foreign_text, foreign_folder, foreign_link])
def test_a_foreign_file_in_the_way_is_refused(
    tmp_path: Path, plan: BuildPlan, name: str, foreign: object
):
    assert callable(foreign)
    foreign(tmp_path / name)
    with pytest.raises(BuildError) as caught:
        write_plan(plan, tmp_path)
    assert str(caught.value) == (
        f"{tmp_path / name} exists and is not the work of an earlier build; "
        "move it away or choose another output folder"
    )
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_file_where_the_folder_should_be_is_refused(tmp_path: Path, plan: BuildPlan):
    (tmp_path / "out").write_text("", encoding="utf-8")
    with pytest.raises(BuildError) as caught:
        write_plan(plan, tmp_path / "out")
    assert str(caught.value) == (
        f"{tmp_path / 'out'} is a file; the output goes into a folder, name another one"
    )


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path, plan: BuildPlan):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(
        BuildError, match=r"cannot be written .*; nothing was changed, choose another"
    ):
        write_plan(plan, tmp_path / "file" / "out")


@pytest.mark.parametrize("failure", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_an_interrupted_build_puts_everything_back(
    tmp_path: Path, plan: BuildPlan, monkeypatch: pytest.MonkeyPatch, failure: BaseException
):
    write_plan(plan, tmp_path)
    for name in FILES[:3]:
        old = plan.files[name] + b"\n<!-- old -->"
        (tmp_path / name).write_bytes(old)
    (tmp_path / FILES[3]).unlink()
    before = contents(tmp_path)
    rename, calls = Path.rename, Counter[str]()

    def failing(self: Path, target: Path) -> Path:
        calls["rename"] += 1
        if calls["rename"] == 8:
            raise failure
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises((BuildError, KeyboardInterrupt)):
        write_plan(plan, tmp_path)
    monkeypatch.undo()
    assert calls["rename"] == 8
    assert contents(tmp_path) == before


def test_an_interrupted_first_build_leaves_no_folder(
    tmp_path: Path, plan: BuildPlan, monkeypatch: pytest.MonkeyPatch
):
    def failing(descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(KeyboardInterrupt):
        write_plan(plan, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", READY)
def test_the_bill_counts_what_is_bought(name: str):
    circuit = ready(name).circuit
    rows = list(csv.DictReader(io.StringIO(bom_csv(circuit))))
    assert tuple(rows[0]) == COLUMNS
    counted = Counter({row["MPN"]: int(row["Quantity"]) for row in rows})
    bought = Counter(part.part.mpn for part in circuit.components if part.part.in_bom)
    assert counted == bought
    for row in rows:
        assert len(row["Designators"].split(",")) == int(row["Quantity"])
    copper = {part.part.kind for part in circuit.components if not part.part.in_bom}
    assert copper <= {"jumper", "testpoint"}


@pytest.mark.parametrize("name", READY)
def test_the_interface_names_every_connector_pin_and_cable(name: str):
    elaboration = ready(name)
    table = json.loads(interface_json(elaboration))
    pins = {
        (connector["refdes"], pin["pin"]): pin
        for connector in table["connectors"]
        for pin in connector["pins"]
    }
    for part in elaboration.circuit.components:
        if part.part.kind == "connector":
            for pin, item in zip(part.pins, part.functions, strict=True):
                assert pins[part.refdes, pin.number] == {
                    "pin": pin.number, "function": item.function, "direction": item.direction,
                    "net": pin.net,
                }  # fmt: skip
    assert [entry["edge"] for entry in table["enable_chain"]["edges"]] == [
        f"{a}-{b}" for a, b in elaboration.network.edges
    ]
    for task in table["tasks"]:
        nodes = (
            elaboration.network.sources[task["task"]] + elaboration.network.targets[task["task"]]
        )
        assert tuple(patch["node"] for patch in task["patches"]) == nodes
        for patch in task["patches"] if table["patching"] == "cables" else ():
            for end in patch["wires"]:
                start = pins[end["from"]["refdes"], end["from"]["pin"]]
                stop = pins[end["to"]["refdes"], end["to"]["pin"]]
                assert start["function"] == f"{patch['channel']}.{end['twin']}"
                assert stop["function"] == f"N{patch['node']}.{end['twin']}"


def test_the_interface_of_the_published_board():
    table = json.loads(interface_json(ready("dillavou16")))
    assert [entry["channel"] for entry in table["channels"]] == [
        "SRC1", "SRC2", "SRC3", "SRC4", "SRC5", "TGT1", "TGT2", "TGT3", "TGT4",
    ]  # fmt: skip
    assert [task["shunted"] for task in table["tasks"]] == [
        ["TGT4"], ["TGT2", "TGT3", "TGT4"], ["TGT3", "TGT4"], ["TGT4"], [],
    ]  # fmt: skip
    assert table["nudge"] == {"kind": "fixed", "eta": 0.5, "lines": []}
    clock = table["clock"]
    assert 0 < clock["learning_step_min_s"] < 1 / clock["clock_hz"]
    assert table["supplies"][0]["fuse_hold_a"] >= 1.25 * table["supplies"][0]["current_bound_a"]


def test_a_design_of_any_name_builds(tmp_path: Path):
    design = design_of([("+", "a.b"), ("a.b", "x_y")], name="A-1_z", electronics="eta = 1.0")
    result = build(design, tmp_path / "out")
    assert result.erc.clean
    text = (tmp_path / "out" / "A-1_z.net").read_text(encoding="utf-8")
    assert {"edge/+-a.b", "edge/a.b-x_y"} <= {part["Cell"] for part in components(text).values()}
