"""`twinboard fab` as a user meets it: exit codes, messages, files, and nothing half-written."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import Result
from typer.testing import CliRunner

import twinboard
from designs import load_design
from netgen.board.kicad.board import board_text
from netgen.board.make import make_board
from netgen.build import BuildPlan
from netgen.elaborate import elaborate
from netgen.errors import BuildError
from netgen.fab.assembly import Assembly
from netgen.fab.checks.record import Check, Finding
from netgen.fab.outcome import Fabricated, Outcome
from netgen.fab.profile import fab_profile
from netgen.fab.whole import WholeOrder
from parts.catalogue import load_catalogue
from twinboard.witness import board_witness

ROOT = Path(__file__).resolve().parents[2]
needs_kicad = pytest.mark.skipif(
    shutil.which("kicad-cli") is None,
    reason="kicad-cli is not installed; apt-get install -t bookworm-backports kicad",
)


def fab(
    *arguments: str | Path, cwd: Path, path: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder."""
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    if path is not None:
        env["PATH"] = path
    return subprocess.run(
        [sys.executable, "-m", "twinboard", "fab", *map(str, arguments)],
        cwd=cwd, env=env, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip


def test_without_kicad_it_says_how_to_get_it(tmp_path: Path) -> None:
    """Exit 3 at once, before anything is routed, and nothing is written."""
    done = fab("two_edge", cwd=tmp_path, path=str(tmp_path))
    assert done.returncode == 3
    assert done.stderr == (
        "twinboard: kicad-cli is missing: KiCad 9 plots the fabrication files. On Debian 12, with "
        "the suite bookworm-backports among apt's sources: apt-get install -t bookworm-backports "
        "--no-install-recommends kicad kicad-symbols kicad-footprints\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_an_old_kicad_is_refused(tmp_path: Path) -> None:
    """Debian 12 itself has version 6."""
    program = tmp_path / "kicad-cli"
    program.write_text("#!/bin/sh\necho 6.0.11\n", encoding="utf-8")
    program.chmod(0o755)
    done = fab("two_edge", cwd=tmp_path, path=str(tmp_path))
    assert done.returncode == 3
    assert "is version 6.0.11; KiCad 9 or later is needed" in done.stderr


@pytest.mark.parametrize("arguments", [("board.kicad_pcb",), ("two_edge", "--design", "two_edge")])
def test_a_board_file_needs_its_design_and_a_design_nothing(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    """Exit 2 with what to do."""
    done = fab(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr == (
        f"twinboard: {arguments[0]}: a board file (.kicad_pcb) needs --design, the design that it "
        "should be; a design stands alone\n"
    )


def test_an_unknown_profile_is_refused(tmp_path: Path) -> None:
    """The three that there are stand in the message."""
    done = fab("two_edge", "--profile", "nofab", cwd=tmp_path)
    assert done.returncode == 2
    assert all(f"'{name}'" in done.stderr for name in ("jlcpcb", "pcbway", "oshpark"))


@needs_kicad
def test_a_missing_board_is_refused(tmp_path: Path) -> None:
    """One sentence, no traceback."""
    done = fab("no.kicad_pcb", "--design", "two_edge", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.endswith(
        "no.kicad_pcb: cannot be read (No such file or directory); name a .kicad_pcb file\n"
    )


@needs_kicad
@pytest.mark.xdist_group("fab")
def test_a_package_from_a_design_and_from_its_board(tmp_path: Path) -> None:
    """All files at once, and the same again over them."""
    out = tmp_path / "out"
    done = fab("two_edge", "--no-pictures", "-o", "out", "--format", "json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    table = json.loads(done.stdout)
    assert table["verdict"] == "pass"
    assert len(table["checks"]) >= 14
    assert sorted(table["files"]) == sorted(f"out/{path.name}" for path in out.iterdir())
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    board = ("out/two_edge.kicad_pcb", "--design", "two_edge")
    done = fab(*board, "--no-pictures", "-o", "out", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    after = {path.name: path.read_bytes() for path in out.iterdir()}
    # The board's own files were not made this time, so that the manifest does not list them.
    assert {name for name in before if before[name] != after[name]} <= {
        "manifest.json", "two_edge-checklist.json", "two_edge-checklist.txt",
    }  # fmt: skip


def answer(passed: bool) -> Fabricated:
    """A package of one file and one check."""
    found = () if passed else (Finding("1 connections are missing", "route them"),)
    check = Check("unconnected", "nothing is missing", 1, {}, found)
    outcome = Outcome("two_edge", fab_profile("jlcpcb"), True, Assembly((), (), ()), (check,), {})
    return Fabricated(
        outcome, BuildPlan({"manifest.json": b'{\n  "schema_version": 1,\n  "board": 1}'})
    )


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Result]:
    """The command with a package that is not made."""

    def run(passed: bool, *arguments: str) -> Result:
        monkeypatch.setattr("netgen.fab.make.require_tools", lambda: None)
        order = SimpleNamespace(made=None, places=None)
        monkeypatch.setattr("netgen.fab.order.order_boards", lambda *_: (order,))
        monkeypatch.setattr("netgen.bench_docs.guide.bench_documents", lambda *_: {})
        monkeypatch.setattr("twinboard.packages.expected_voltages", lambda made: None)
        monkeypatch.setattr("netgen.fab.make.fabricate", lambda *_: answer(passed))
        monkeypatch.chdir(tmp_path)
        return CliRunner().invoke(twinboard.app, ["fab", "two_edge", "-o", "out", *arguments])

    return run


def test_a_failed_check_is_exit_1_and_no_file(
    answered: Callable[..., Result], tmp_path: Path
) -> None:
    """What is not there cannot be ordered."""
    done = answered(False)
    assert done.exit_code == 1
    assert "two_edge for jlcpcb: NOT ORDER-READY, 0 of 1 checks pass" in done.stdout
    assert "! 1 connections are missing; route them" in done.stdout
    assert done.stdout.splitlines()[-1] == (
        "nothing was written: mend what is marked with ! and run fab again, or look at the files "
        "with --anyway"
    )
    assert list(tmp_path.iterdir()) == []


def test_files_of_a_failed_check_on_demand(answered: Callable[..., Result], tmp_path: Path) -> None:
    """To look at, and still exit 1."""
    done = answered(False, "--anyway", "--format", "json")
    assert done.exit_code == 1
    table = json.loads(done.stdout)
    assert (table["verdict"], table["files"]) == ("fail", ["out/manifest.json"])
    assert table["checks"][0]["findings"] == [
        {"what": "1 connections are missing", "fix": "route them"}
    ]
    assert (tmp_path / "out/manifest.json").exists()


def test_a_passed_checklist_is_exit_0(answered: Callable[..., Result], tmp_path: Path) -> None:
    """And says what was written."""
    done = answered(True)
    assert done.exit_code == 0
    assert "two_edge for jlcpcb: ORDER-READY, 1 of 1 checks pass" in done.stdout
    assert done.stdout.splitlines()[-1] == "wrote out/manifest.json"
    assert answered(True, "--quiet").stdout == ""


@pytest.mark.parametrize("passed", [True, False])
def test_a_system_is_written_whole_or_not_at_all(
    passed: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Each package in a folder of its own, where the whole passes."""
    found = () if passed else (Finding("graph: an edge is missing", "mend it"),)
    order = WholeOrder(
        "two_boards",
        (answer(True),),
        (Check("judge", "they are the network", 1, {}, found),),
        BuildPlan({"two_boards-order.csv": b"Quantity,What,Figures,Files\n1,board b1,,\n"}),
    )
    monkeypatch.setattr("netgen.fab.make.require_tools", lambda: None)
    monkeypatch.setattr("netgen.fab.order.order_boards", lambda *_: ())
    monkeypatch.setattr("twinboard.packages.expected_voltages", lambda made: None)
    monkeypatch.setattr("netgen.fab.whole.fabricate_whole", lambda *_: order)
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(twinboard.app, ["fab", "two_boards", "-o", "out"])
    assert done.exit_code == (0 if passed else 1)
    assert "  1 x board b1" in done.stdout.splitlines()
    assert "two_boards on 1 boards: " in done.stdout
    written = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*"))
    names = ["out/two_boards-order.csv", "out/two_edge/manifest.json"]
    assert written == (names if passed else [])


@pytest.mark.parametrize("name", ["two_edge-bom-jlcpcb.csv", "two_edge-gerbers.zip"])
def test_a_file_that_is_not_ours_stays(
    name: str, answered: Callable[..., Result], tmp_path: Path
) -> None:
    """Such as a bill of materials that somebody has filled in since; said before the work."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / name).write_text("mine", encoding="utf-8")
    done = answered(True)
    assert isinstance(done.exception, BuildError)
    assert str(done.exception).startswith(
        f"out/{name} exists and is not the work of an earlier build"
    )
    assert [path.name for path in (tmp_path / "out").iterdir()] == [name]


@needs_kicad
@pytest.mark.xdist_group("fab")
def test_the_judge_is_a_witness(tmp_path: Path) -> None:
    """A board with a cut track is no board of the netlist: it names the net, from copper alone."""
    made = elaborate(load_design("two_edge"), load_catalogue())
    text = board_text(make_board(made, None, lambda *_: None).board)
    net = made.nets.node("2", "FREE")
    number = text.split(f'"{net}")')[0].rsplit("(net ", 1)[1].strip()
    lines = text.splitlines(keepends=True)
    cut = [k for k, line in enumerate(lines) if "(segment" in line and f"(net {number})" in line]
    board, export = tmp_path / "two_edge.kicad_pcb", tmp_path / "two_edge.d356"
    board.write_text(text, encoding="utf-8")
    command = ["kicad-cli", "pcb", "export", "ipcd356", "-o", str(export), str(board)]
    subprocess.run(command, check=True, capture_output=True)
    witness = board_witness(made)
    (good,) = witness(board, export)
    assert (good.name, good.verdict, good.findings) == ("judge", "pass", ())
    assert {"board_copper", "ipcd356", "rule", "graph"} <= set(good.evidence)
    broken = [line for k, line in enumerate(lines) if k not in cut[:3]]
    board.write_text("".join(broken), encoding="utf-8")
    (bad,) = witness(board, export)
    assert bad.verdict == "fail"
    assert any("board_copper" in item.what and net in item.what for item in bad.findings)
