"""The files that are kept in the repository and made by commands: `make goldens` rewrites them.

A golden is what a user gets from `build` and `verify` of a ready design; the pages' pictures are
drawn from the same circuits. The tests in `tests/golden` make each again and compare byte by byte.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from designs import load_design
from designs.load import ready_designs
from designs.several import has_several_boards
from netgen.board.make import make_board, no_tick
from netgen.board.write import plan_files
from netgen.build import plan_build
from netgen.elaborate import Elaboration, elaborate
from netgen.schematic import cell_svg
from netgen.system.build import plan_system_build
from netgen.system.choose import elaborate_boards
from netgen.system.elaborate import SystemElaboration
from parts.catalogue import load_catalogue
from verification.report import Report
from verification.reports.forms import render
from verification.reports.words import metric_text
from verification.verify import VerifyOptions, verify

ROOT = Path(__file__).resolve().parents[1]
DESIGNS = ROOT / "designs"
PICTURES = ROOT / "docs" / "pictures"

# A picture in the pages -> the design and the cell that it shows.
CELLS: Mapping[str, tuple[str, str]] = {
    "edge": ("dillavou16", "edge/4-7"),
    "edge-throughhole": ("dillavou16_throughhole", "edge/4-7"),
    "node": ("dillavou16", "node/4"),
    "port": ("dillavou16", "port/N4"),
    "source": ("dillavou16", "source/SRC1"),
    "target": ("dillavou16", "target/TGT1"),
    "control": ("dillavou16", "control"),
    "bank": ("dillavou16", "control/bank1"),
    "supply": ("dillavou16", "supply"),
}


# Whose routed boards are kept as well; `make boards` makes those of all ready designs.
BOARDS = ("two_edge", "iris16")

# Learned with nominal parts as well, for the page of results.
IDEAL = ("two_edge", "dillavou16", "dillavou16_throughhole", "regression16", "lattice4x4")


def elaborated(name: str) -> Elaboration:
    """A ready design's circuit."""
    return elaborate(load_design(name), load_catalogue())


def netlists(name: str) -> Mapping[Path, bytes]:
    """`<name>.net` of `twinboard build <name>`; of several boards each one's, and what joins them.

    By the path where it is kept.
    """
    design = load_design(name)
    made = elaborate_boards(design, load_catalogue())
    several = isinstance(made, SystemElaboration)
    files = (plan_system_build(made) if several else plan_build(made))[0].files
    folder = DESIGNS / name / "golden"
    kept = {folder / file for file in files if file.endswith((".net", "-system.json"))}
    return {path: files[path.name] for path in sorted(kept)}


def golden_board(name: str) -> Path:
    """Where a ready design's routed board is kept."""
    return DESIGNS / name / "golden" / f"{name}.kicad_pcb"


def routed_board(name: str) -> bytes:
    """`<name>.kicad_pcb` of `twinboard board <name>`."""
    made = make_board(elaborated(name), None, no_tick)
    return plan_files(made).files[f"{name}.kicad_pcb"]


def one_board_designs() -> tuple[str, ...]:
    """The ready designs whose network is on one board."""
    return tuple(name for name in ready_designs() if not has_several_boards(load_design(name)))


def judged(name: str, ideal: bool = False) -> Report:
    """What `twinboard verify` finds in the kept netlist, or in the kept boards as one."""
    return verify(golden_netlist(name), load_design(name), VerifyOptions(ideal=ideal))


def report(name: str) -> bytes:
    """What it prints."""
    return (render(judged(name), "text") + "\n").encode()


def golden_netlist(name: str) -> Path:
    """Where a ready design's netlist is kept, or the file that joins those of its boards."""
    several = has_several_boards(load_design(name))
    return DESIGNS / name / "golden" / (f"{name}-system.json" if several else f"{name}.net")


def golden_report(name: str) -> Path:
    """Where a ready design's report is kept."""
    return DESIGNS / name / "golden" / f"{name}-report.txt"


def pictures() -> Iterator[tuple[Path, bytes]]:
    """The pictures of the pages."""
    made = {name: elaborated(name) for name in sorted({design for design, _ in CELLS.values()})}
    for picture, (design, cell) in CELLS.items():
        yield PICTURES / f"cell-{picture}.svg", cell_svg(made[design].circuit, cell).encode()
    plan, _ = plan_build(made["dillavou16"])
    yield PICTURES / "dillavou16-graph.svg", plan.files["dillavou16-graph.svg"]


def claims(name: str) -> str:
    """A table of the checks, as the report of a design states them."""
    options = VerifyOptions(learning=False)
    checks = verify(golden_netlist(name), load_design(name), options).checks
    rows = [f"| `{check.name}` | {check.claim} |" for check in checks]
    return "\n".join(["| check | claim |", "|---|---|", *rows])


def ideal_results() -> str:
    """What the ready designs learn with nominal parts."""
    rows = ["| design | task | metric | median | worst | bound | within |", "|---|" + "---|" * 6]
    for name in IDEAL:
        for task in judged(name, ideal=True).tasks:
            figures = (metric_text(task.metric, v) for v in (task.median, task.worst, task.bound))
            within = f"{task.within} of {len(task.seeds)}"
            cells = (name, task.name, task.metric, *figures, within)
            rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def drawn_results() -> str:
    """The tables of the kept reports."""
    blocks: list[str] = []
    for name in ready_designs():
        lines = golden_report(name).read_text(encoding="utf-8").splitlines()
        table = lines[next(i for i, line in enumerate(lines) if line.startswith("task ")) : -2]
        blocks += [f"{name}", *(f"  {line}" for line in table), ""]
    return "\n".join(["```text", *blocks[:-1], "```"])


def pages() -> Iterator[tuple[Path, str]]:
    """Pages with tables that commands made: (page, what it ought to say)."""
    yield filled("checks.md", "claims", claims("dillavou16"))
    page, text = filled("results.md", "ideal", ideal_results())
    yield page, replaced(text, "drawn", drawn_results())


def filled(page: str, mark: str, table: str) -> tuple[Path, str]:
    """A page of docs with one of its tables replaced."""
    path = ROOT / "docs" / page
    return path, replaced(path.read_text(encoding="utf-8"), mark, table)


def replaced(text: str, mark: str, table: str) -> str:
    """The text with what stands between a mark and its end replaced."""
    begin, end = f"<!-- {mark} -->\n", "\n<!-- end -->"
    head, rest = text.split(begin, 1)
    return f"{head}{begin}{table}{end}{rest.split(end, 1)[1]}"


def main() -> None:
    """Rewrite everything; git shows what changed."""
    names = sys.argv[1:] or ready_designs()
    for name in names:
        golden_netlist(name).parent.mkdir(exist_ok=True)
        for path, content in netlists(name).items():
            path.write_bytes(content)
        golden_report(name).write_bytes(report(name))
        if name in BOARDS:
            golden_board(name).write_bytes(routed_board(name))
        print(golden_report(name).read_text(encoding="utf-8").splitlines()[-1], name)
    PICTURES.mkdir(exist_ok=True)
    for path, content in pictures():
        path.write_bytes(content)
    for page, text in pages():
        page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
