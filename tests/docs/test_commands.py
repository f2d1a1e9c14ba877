"""Every command that the documentation shows runs, in the order shown, in an empty folder."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
BLOCK = re.compile(r"^```console(?P<info>[^\n]*)\n(?P<body>.*?)^```", re.MULTILINE | re.DOTALL)
# These make the environment that the tests run in, run the tests, or rewrite the working tree:
# `.ci/run` runs the two make commands from a clean checkout.
OUTSIDE = ("make ", "git clone ", "cd twinboard", "apt-get ", "python3 -m venv", "pip ", ". .venv")


def commands(page: Path) -> list[tuple[str, int]]:
    """The commands of a page with the exit code that each block announces (``console exit=1``)."""
    found: list[tuple[str, int]] = []
    for block in BLOCK.finditer(page.read_text(encoding="utf-8")):
        needs = re.search(r"needs=(\S+)", block["info"])
        if needs and shutil.which(needs[1]) is None:
            continue
        code = re.search(r"exit=(\d)", block["info"])
        # Of a block that ends badly, only the last command does.
        texts = typed(block["body"])
        last = int(code[1]) if code else 0
        found += [(text, last if text is texts[-1] else 0) for text in texts]
    return [(command, code) for command, code in found if not command.startswith(OUTSIDE)]


def typed(body: str) -> list[str]:
    """What a reader types: after `$ `, continued by a backslash or up to the END of a here-text.

    Every other line of a block is output.
    """
    found: list[str] = []
    unfinished = False
    for line in body.splitlines():
        if line.startswith("$ ") and not unfinished:
            found.append(line[2:])
        elif unfinished:
            found[-1] += "\n" + line
        else:
            continue
        here = "<<'END'" in found[-1] and found[-1].splitlines()[-1] != "END"
        unfinished = here or line.endswith("\\")
    return found


WITH_COMMANDS = [page for page in PAGES if commands(page)]


def test_documentation_shows_commands() -> None:
    """An empty selection would pass: the README itself must show commands."""
    assert ROOT / "README.md" in WITH_COMMANDS


@pytest.mark.parametrize("page", WITH_COMMANDS, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_commands_run(page: Path, tmp_path: Path) -> None:
    """A reader who copies the commands of a page gets what the page says."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    for command, expected in commands(page):
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=tmp_path,
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == expected, f"{command}\n{done.stdout}\n{done.stderr}"


def test_links_lead_somewhere() -> None:
    """A relative link in a page names a file that exists."""
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#:]+?)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.relative_to(ROOT)}: {target}"
