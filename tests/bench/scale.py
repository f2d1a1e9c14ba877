"""Large boards through the commands: `build` with its electrical rules, `verify` not learning."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.processes import Spent, python
from tests.bench.table import count_text, markdown, size_text, time_text

_DESIGN = """
schema = 1
name = "{name}"
[network]
generator = "square_lattice"
arguments = {{ rows = {rows}, columns = {columns}, periodic = true }}
[electronics]
clock_hz = 20.0
[[task]]
name = "far"
kind = "allostery"
sources = {{ 1 = 5.0, {last} = 0.0 }}
targets = {{ {middle} = 3.0 }}
bound = {{ rms_v = 0.1 }}
"""
# (rows, columns): s for `build`, s for `verify --no-learning` at most, where the project asks.
LATTICES: dict[tuple[int, int], tuple[float | None, float | None]] = {
    (10, 25): (20.0, None),
    (25, 40): (90.0, 30.0),
}


def scale_table() -> str:
    """Time and memory of both commands."""
    rows = [["edges", "command", "from start to end", "of CPU", "most memory", "asked"]]
    for (height, width), asked in LATTICES.items():
        edges = 2 * height * width
        with TemporaryDirectory(prefix="twinboard-bench-") as folder:
            runs = _run(Path(folder), f"lattice{edges}", height, width)
        for (command, spent), bar_s in zip(runs, asked, strict=True):
            bar = "" if bar_s is None else f"{bar_s:g} s"
            times = (time_text(spent.wall_s), time_text(spent.cpu_s))
            rows.append([count_text(edges), command, *times, size_text(spent.memory), bar])
    return markdown(rows)


def _run(folder: Path, name: str, rows: int, columns: int) -> list[tuple[str, Spent]]:
    middle = (rows // 2) * columns + columns // 2 + 1
    text = _DESIGN.format(name=name, rows=rows, columns=columns, middle=middle, last=rows * columns)
    (folder / "design.toml").write_text(text, encoding="utf-8")
    tool, out = ("-m", "twinboard"), folder / "out"
    build = python([*tool, "build", str(folder), "-o", str(out), "--quiet"])
    netlist = str(out / f"{name}.net")
    words = [*tool, "verify", netlist, "--design", str(folder), "--no-learning", "--quiet"]
    # A finding (code 1) is a result.
    return [("`build`", build), ("`verify --no-learning`", python(words, accepted=(0, 1)))]
