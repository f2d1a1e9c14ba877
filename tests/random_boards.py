"""`make boards-random`: boards of random graphs, of lattices and of ready designs, all judged.

Every board is made once, as `twinboard board` makes it, with nothing adjusted; a row of the table
says what it took, what KiCad's rule check found, and what `twinboard verify` says of the file. The
exit code is 1 where any board is not whole and clean.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from goldens import filled, one_board_designs
from random_graphs import FEWEST, MOST, draw_design

from designs import Design, load_design
from netgen.board.drc import DrcResult, design_rule_check
from netgen.board.make import Made, make_board
from netgen.board.write import plan_files
from netgen.elaborate import Elaboration, elaborate
from parts.catalogue import load_catalogue
from parts.footprint import MM
from verification.report import Verdict
from verification.verify import VerifyOptions, verify

PAGE, BLOCK = "board.md", "random boards"
LATTICE = """
schema = 1
name = "lattice100"
[network]
generator = "square_lattice"
arguments = { rows = 5, columns = 10, periodic = true }
[[task]]
name = "t"
kind = "allostery"
sources = { 1 = 5.0, 28 = 0.0 }
targets = { 12 = 3.0, 45 = 2.0 }
bound = { rms_v = 0.05 }
"""


@dataclass(frozen=True)
class Row:
    """One board, in the words of the table."""

    board: str
    edges: int
    nodes: int
    layers: int
    cell: str
    size_mm: str
    cm2_an_edge: float
    cpu_s: float
    wall_s: float
    plans: int
    rounds: int
    track_m: float
    vias: int
    missing: int
    kicad: str
    judge: str

    @property
    def clean(self) -> bool:
        """Whether nothing is missing and both judges have found nothing."""
        return self.missing == 0 and self.kicad == "0 / 0" and self.judge == "pass"


def make_row(design: Design, out: Path, seconds: float | None) -> Row:
    """Make a design's board, write its files to `out` and ask KiCad."""
    rounds = 0

    def tick(what: str, done: int, total: int) -> None:
        nonlocal rounds
        rounds += what == "routing"

    cpu, wall = time.process_time(), time.perf_counter()
    elaboration = elaborate(design, load_catalogue())
    made = make_board(elaboration, seconds, tick)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    out.mkdir(parents=True, exist_ok=True)
    for name, content in plan_files(made).files.items():
        (out / name).write_bytes(content)
    path = out / f"{design.name}.kicad_pcb"
    words = (_kicad(design_rule_check(path)), _judge(path, design))
    return _row(elaboration, made, (cpu, wall), rounds, words)


def _row(
    elaboration: Elaboration, made: Made, took: tuple[float, float], rounds: int,
    words: tuple[str, str],
) -> Row:  # fmt: skip
    board, design = made.board, elaboration.design
    count = len(elaboration.network.edges)
    area = board.outline.width * board.outline.height / (10 * MM) ** 2
    track = sum(
        abs(item.end[0] - item.start[0]) + abs(item.end[1] - item.start[1]) for item in board.tracks
    )
    return Row(
        design.name,
        count,
        len(elaboration.network.nodes),
        len(board.layers),
        design.electronics.edge_cell,
        f"{board.outline.width / MM:g} x {board.outline.height / MM:g}",
        round(area / count, 1),
        round(took[0], 1),
        round(took[1], 1),
        made.attempts,
        rounds,
        round(track / MM / 1000, 1),
        len(board.vias),
        len(made.missing),
        *words,
    )


def _judge(path: Path, design: Design) -> str:
    """What `verify` says, without learning: "pass", or the checks that fail."""
    report = verify(path, design, VerifyOptions(learning=False))
    failed = [check.name for check in report.checks if check.verdict is Verdict.FAIL]
    return " ".join(failed) or str(report.verdict)


def _kicad(verdict: DrcResult | None) -> str:
    """Violations and unconnected items."""
    if verdict is None:
        return "not installed"
    if verdict.failure is not None:
        return verdict.failure
    kinds = " ".join(f"{kind}:{count}" for kind, count in verdict.violations.items())
    return f"{kinds or 0} / {verdict.unconnected}"


def chosen(options: argparse.Namespace, folder: Path) -> Iterator[Design]:
    """The designs that the command line asks for."""
    for number in range(options.graphs):
        edges = FEWEST + (MOST - FEWEST) * number // max(1, options.graphs - 1)
        yield draw_design(options.seed + number, options.edges or edges, folder).design
    for name in options.ready:
        yield from map(load_design, one_board_designs() if name == "all" else (name,))
    if options.lattice:
        path = folder / "lattice100" / "design.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(LATTICE, encoding="utf-8")
        yield load_design(path)


def markdown(rows: Iterable[Row]) -> str:
    """The table of a page."""
    names = [field.name.replace("_", " ") for field in fields(Row)]
    lines = [f"| {' | '.join(names)} |", f"|{'---|' * len(names)}"]
    lines += [f"| {' | '.join(map(str, astuple(row)))} |" for row in rows]
    return "\n".join(lines)


def options_of(words: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--graphs", type=int, default=0, help="so many random graphs")
    parser.add_argument("--seed", type=int, default=0, help="of the first; each has the next one")
    parser.add_argument("--edges", type=int, help="of each; by default from 5 up to 60")
    parser.add_argument("--ready", nargs="*", default=[], help="ready designs by name, or all")
    parser.add_argument("--lattice", action="store_true", help="a periodic lattice of 100 edges")
    parser.add_argument("--seconds", type=float, help="of each board's routing at most")
    parser.add_argument("--page", action="store_true", help="put the table into docs/board.md")
    parser.add_argument("-o", "--out", type=Path, default=Path("out/boards"))
    return parser.parse_args(words)


def main(words: list[str]) -> int:
    """Make every board, print and keep its row, and fill the page."""
    options = options_of(words)
    rows: list[Row] = []
    options.out.mkdir(parents=True, exist_ok=True)
    with (options.out / "boards.csv").open("a", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        for design in chosen(options, options.out):
            row = make_row(design, options.out / design.name, options.seconds)
            rows.append(row)
            table.writerow(astuple(row))
            file.flush()
            print(*astuple(row), sep=", ", flush=True)
    if options.page:
        page, text = filled(PAGE, BLOCK, markdown(rows))
        page.write_text(text, encoding="utf-8")
    return int(not all(row.clean for row in rows))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
