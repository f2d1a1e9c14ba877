"""`make robustness`: the tables and pictures of docs/robustness.md, made by the commands they show.

Each command is run as a user would run it, on the kept netlists of the ready designs, and what it
prints goes into the page under the command itself. Journals are kept below `out/robustness`, so a
run that was stopped goes on where it was.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from goldens import PICTURES, ROOT, filled

DESIGNS = ("dillavou16", "dillavou16_throughhole", "iris16")
WORK = Path("out") / "robustness"


def arguments(command: str, design: str) -> list[str]:
    """What follows `twinboard` for one command on one design."""
    netlist = f"designs/{design}/golden/{design}.net"
    options = {
        "faults": [
            *("--sample", "50", "--seed", "1", "--identity", "50"),
            *("--erc", "--golden", netlist),
        ],
        "wiring": [
            *("--operators", "OSRPXM", "--sample", "1000", "--seed", "1", "--identity", "400"),
            "--no-behaviour",
        ],
        "yield": ["--boards", "100", "--seed", "0", "--sensitivity", "40"],
        "damage": ["--seeds", "10", "--most", "5"],
    }
    folder = WORK / design / command
    name = "faults" if command == "wiring" else command
    return [name, netlist, "--design", design, *options[command], "-o", str(folder)]


def printed(words: list[str]) -> str:
    """What a command prints, without the list of its files.

    Raises:
        SystemExit: the command ends with an error; a finding (1) is a result.
    """
    print("twinboard", *words, flush=True)
    line = [sys.executable, "-m", "twinboard", *words]
    done = subprocess.run(line, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(done.returncode)
    lines = done.stdout.splitlines()
    return "\n".join(line for line in lines if not line.startswith("wrote ")).strip()


def main() -> None:
    """Run every campaign and fill the page."""
    for design in DESIGNS:
        for command in ("faults", "yield", "damage"):
            fill(command, design)
        made = ROOT / WORK / design / "damage" / f"{design}-damage.svg"
        shutil.copyfile(made, PICTURES / f"damage-{design}.svg")
    fill("wiring", DESIGNS[0])


def fill(command: str, design: str) -> None:
    """Run one campaign on one design and put what it says into the page."""
    words = arguments(command, design)
    block = f"```text\n$ {' '.join(['twinboard', *words])}\n\n{printed(words)}\n```"
    page, text = filled("robustness.md", f"{command} {design}", block)
    page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
