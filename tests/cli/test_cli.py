"""The command line as a user meets it: exit codes, messages, files, and nothing else."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

import netgen
from tests.goldens import golden_netlist
from verification.reading.readers import read_netlist

ROOT = Path(__file__).resolve().parents[2]
# typer itself imports pydantic where it is installed.
HEAVY = ("numpy", "scipy", "numba", "skidl", "networkx", "matplotlib", "kinparse", "distributed")


def twinboard(
    *arguments: str | Path, cwd: Path, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder, without a terminal."""
    return subprocess.run(
        [sys.executable, "-m", "twinboard", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **(env or {})},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_netgen_is_ours() -> None:
    """A mesh generator's package is called netgen too."""
    assert Path(netgen.__file__).parent == ROOT / "netgen"


def test_help_imports_nothing_heavy() -> None:
    """`--help` answers at once because no library is loaded for it."""
    code = (
        "import sys; from typer.testing import CliRunner; import twinboard; "
        "result = CliRunner().invoke(twinboard.app, ['verify', '--help']); "
        "assert result.exit_code == 0, result.output; "
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "[]", done.stderr


def test_build_writes_five_files_and_nothing_else(tmp_path: Path) -> None:
    """Everything goes into -o; the working folder and the home stay as they were."""
    work, home, out = (tmp_path / name for name in ("work", "home", "out"))
    work.mkdir()
    home.mkdir()
    done = twinboard("build", "two_edge", "-o", out, cwd=work, env={"HOME": str(home)})
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    names = ("-bom.csv", "-graph.svg", "-interface.json", ".erc.json", ".net")
    assert sorted(path.name for path in out.iterdir()) == [f"two_edge{name}" for name in names]
    assert list(work.iterdir()) == []
    assert list(home.iterdir()) == []


def test_build_is_the_same_everywhere(tmp_path: Path) -> None:
    """Hash seed, locale and folder leave no trace in the bytes."""
    seen: set[tuple[bytes, ...]] = set()
    for seed, locale in (("0", "C"), ("1", "C.UTF-8"), ("77", "POSIX")):
        folder = tmp_path / seed
        folder.mkdir()
        env = {"PYTHONHASHSEED": seed, "LC_ALL": locale}
        assert twinboard("build", "two_edge", "-o", "x", cwd=folder, env=env).returncode == 0
        seen.add(tuple(path.read_bytes() for path in sorted((folder / "x").iterdir())))
    assert len(seen) == 1


def test_build_as_json(tmp_path: Path) -> None:
    """`--format json` is for programs: counts, verdict and paths."""
    done = twinboard("build", "two_edge", "-o", "x", "--format", "json", cwd=tmp_path)
    said = json.loads(done.stdout)
    assert (said["verdict"], said["nodes"], said["edges"]) == ("pass", 3, 2)
    assert "x/two_edge.net" in said["files"]


def test_build_does_not_overwrite_what_is_not_its_own(tmp_path: Path) -> None:
    """A file of the user's with the name of an output stops the build; nothing is written."""
    (tmp_path / "two_edge.net").write_text("mine", encoding="utf-8")
    done = twinboard("build", "two_edge", "-o", tmp_path, cwd=tmp_path)
    assert done.returncode == 2
    assert [path.name for path in tmp_path.iterdir()] == ["two_edge.net"]
    assert done.stderr == (
        f"twinboard: {tmp_path}/two_edge.net exists and is not the work of an earlier build; "
        "move it away or choose another output folder\n"
    )


def test_board_writes_two_files_and_says_what_kicad_says(tmp_path: Path) -> None:
    """The board and its project, nothing else; the same bytes as JSON says."""
    done = twinboard("board", "two_edge", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (tmp_path / "out" / "two_edge").iterdir()) == [
        "two_edge.kicad_pcb",
        "two_edge.kicad_pro",
    ]
    kicad = shutil.which("kicad-cli")
    said = "rule check: 0 violations, 0 unconnected" if kicad else "none, KiCad is not installed"
    assert said in done.stdout
    assert done.stderr == ""


def test_a_board_that_ran_out_of_time_is_partial(tmp_path: Path) -> None:
    """Exit 5, the file is there, and the missing nets are named: never a false success."""
    done = twinboard("board", "lattice4x4", "--time-limit", "1", "--no-drc", "--format", "json",
                     cwd=tmp_path)  # fmt: skip
    assert done.returncode == 5
    said = json.loads(done.stdout)
    assert said["verdict"] == "inconclusive"
    nets = {net.name for net in read_netlist(golden_netlist("lattice4x4")).nets}
    assert said["missing"]
    assert nets.issuperset(said["missing"])
    assert (tmp_path / "out" / "lattice4x4" / "lattice4x4.kicad_pcb").is_file()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--time-limit", "0"), "time-limit"),
        (("-o", "taken"), "taken/two_edge.kicad_pcb exists and is not the work of an earlier"),
    ],
)
def test_board_refuses(arguments: tuple[str, ...], said: str, tmp_path: Path) -> None:
    """Bad options, and files that are not ours: exit 2, one message, nothing written."""
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "two_edge.kicad_pcb").write_text("mine", encoding="utf-8")
    done = twinboard("board", "two_edge", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert [path.name for path in tmp_path.rglob("*")] == ["taken", "two_edge.kicad_pcb"]


def test_new_design_builds(tmp_path: Path) -> None:
    """The template is a design; a second `new` of the name is refused."""
    assert twinboard("new", "mesh", cwd=tmp_path).returncode == 0
    assert twinboard("build", "mesh", "-q", cwd=tmp_path).returncode == 0
    again = twinboard("new", "mesh", cwd=tmp_path)
    assert again.returncode == 2
    assert again.stderr == "twinboard: mesh: exists already; choose another name or folder\n"


def test_diff(tmp_path: Path) -> None:
    """Equal netlists differ in nothing; a renamed net is told from a rewired pin."""
    path = golden_netlist("two_edge")
    assert twinboard("diff", path, path, cwd=tmp_path).returncode == 0
    other = tmp_path / "other.net"
    text = path.read_text(encoding="utf-8").replace('(name "N2_FREE")', '(name "OTHER")')
    other.write_text(text, encoding="utf-8")
    done = twinboard("diff", path, other, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "renamed  net: N2_FREE -> OTHER\n")


def test_doctor_names_what_is_here(tmp_path: Path) -> None:
    """Every needed package is found in the environment that runs the tests."""
    done = twinboard("doctor", "--format", "json", cwd=tmp_path)
    said = json.loads(done.stdout)
    assert done.returncode == 0
    assert said["healthy"]
    assert {row["name"] for row in said["items"]} >= {"skidl", "kinparse", "ngspice"}


DESIGN = """
schema = 1
name = "d"
[network]
edges = [[1, 2], [2, 3]]
[[task]]
name = "t"
kind = "allostery"
sources = { 1 = 5.0, 3 = 0.0 }
targets = { 2 = 2.5 }
bound = { rms_v = 0.1 }
"""

BAD_DESIGNS = {
    "unknown key": DESIGN.replace("bound", "bounds"),
    "wrong type": DESIGN.replace("schema = 1", 'schema = "one"'),
    "wrong value": DESIGN.replace("allostery", "alostery"),
    "self-loop": DESIGN.replace("[2, 3]]", "[2, 2]]"),
    "multi-edge": DESIGN.replace("[2, 3]]", "[2, 1], [2, 3]]"),
    "disconnected": DESIGN.replace("[2, 3]]", "[2, 3], [4, 5]]"),
    "unknown node": DESIGN.replace("2 = 2.5", "9 = 2.5"),
    "unknown part": DESIGN + '[electronics]\ndigipot = "AD9999"\n',
    "part of another rail": DESIGN + '[electronics]\nxor = "SN74AUP1G86DCKR"\n',
    "common mode": DESIGN + '[electronics]\ncomparator = "LMV393IDR"\n',
    "ports": DESIGN + "[board]\nsource_channels = 1\n",
    "no network file": DESIGN.replace("edges = [[1, 2], [2, 3]]", 'file = "none.graphml"'),
    "toml": "schema = = 1",
    "nesting": "a = " + "[" * 20000 + "]" * 20000,
}


@pytest.mark.parametrize("text", BAD_DESIGNS.values(), ids=BAD_DESIGNS.keys())
def test_bad_designs_are_refused(text: str, tmp_path: Path) -> None:
    """Exit 2, one message on standard error, no traceback, and no output folder."""
    (tmp_path / "design.toml").write_text(text, encoding="utf-8")
    done = twinboard("build", "design.toml", "-o", "x", cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    first, *rest = done.stderr.splitlines()
    assert first.startswith("twinboard: ")
    assert len(rest) < 2
    assert all(re.fullmatch(r"\(and \d more problems? in this file\)", line) for line in rest)
    assert done.stdout == ""
    assert not (tmp_path / "x").exists()


def _bad_netlists() -> dict[str, bytes]:
    good = golden_netlist("two_edge").read_bytes()
    return {
        "empty": b"",
        "junk": random.Random(1).randbytes(100_000),
        "not a netlist": b"hello\n",
        "truncated": good[: len(good) // 2],
        "unbalanced": good.rstrip()[:-1],
        "parentheses": b"(" * 50_000_000,
        "closing parentheses": b"(export " + b")" * 1_000_000,
        "nesting": b"(export (version D) (components " + b"(a " * 100_000 + b")" * 100_002,
        "no components": b'(export (version "D"))',
    }


@pytest.mark.parametrize("case", _bad_netlists())
def test_bad_netlists_are_refused(case: str, tmp_path: Path) -> None:
    """Exit 2 and one message, whatever the file holds."""
    path = tmp_path / "bad.net"
    path.write_bytes(_bad_netlists()[case])
    done = twinboard("verify", path, "--design", "two_edge", "--no-learning", cwd=tmp_path)
    assert done.returncode == 2, done.stdout + done.stderr
    assert done.stderr.startswith("twinboard: ")
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == ""


def test_missing_files_are_named(tmp_path: Path) -> None:
    """The message says which file, and what would do."""
    done = twinboard("verify", "no.net", "--design", "two_edge", cwd=tmp_path)
    assert done.returncode == 2
    assert "no.net" in done.stderr
    done = twinboard("build", "two_edeg", cwd=tmp_path)
    assert done.returncode == 2
    assert "two_edge" in done.stderr


def test_learn_writes_its_files_twice_the_same(tmp_path: Path) -> None:
    """A run is repeatable to the byte: result, recording and pictures."""
    run = ("learn", golden_netlist("two_edge"), "--design", "two_edge", "--seed", "3")
    task = json.loads(
        twinboard(
            "verify", golden_netlist("two_edge"), "--design", "two_edge", "--seeds", "1",
            "--format", "json", cwd=tmp_path,
        ).stdout
    )["tasks"][0]["name"]  # fmt: skip
    seen: list[dict[str, bytes]] = []
    for folder in ("a", "b"):
        done = twinboard(*run, "--task", task, "--steps", "20", "-o", folder, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        seen.append({path.name: path.read_bytes() for path in (tmp_path / folder).iterdir()})
    assert len(seen[0]) == 6
    assert seen[0] == seen[1]


def test_one_board_is_printed_and_repeatable(tmp_path: Path) -> None:
    """`--seed N` says what every part of board N measures, the same each time."""
    path = golden_netlist("two_edge")
    said = [
        twinboard(
            "verify", path, "--design", "two_edge", "--no-learning", "--seed", seed,
            "--format", "json", cwd=tmp_path,
        ).stdout
        for seed in ("7", "7", "8")
    ]  # fmt: skip
    boards = [json.loads(text)["board"] for text in said]
    assert boards[0] == boards[1] != boards[2]
    offsets = [row["value"] for row in boards[0] if row["quantity"] == "offset_v"]
    assert offsets
    assert all(offsets)
