"""The files that are kept in the repository and made by commands: `make goldens` rewrites them.

A golden is what a user gets from `build` and `verify` of a ready design; the pages' pictures are
drawn from the same circuits. The tests in `tests/golden` make each again and compare byte by byte.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from designs import load_design
from designs.load import ready_designs
from netgen.build import plan_build
from netgen.elaborate import Elaboration, elaborate
from netgen.schematic import cell_svg
from parts.catalogue import load_catalogue
from verification.reports.forms import render
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


def elaborated(name: str) -> Elaboration:
    """A ready design's circuit."""
    return elaborate(load_design(name), load_catalogue())


def netlist(name: str) -> bytes:
    """`<name>.net` of `twinboard build <name>`."""
    plan, _ = plan_build(elaborated(name))
    return plan.files[f"{name}.net"]


def report(name: str) -> bytes:
    """What `twinboard verify <name>.net --design <name>` prints."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.net"
        path.write_bytes(golden_netlist(name).read_bytes())
        judged = verify(path, load_design(name), VerifyOptions())
    return (render(judged, "text") + "\n").encode()


def golden_netlist(name: str) -> Path:
    """Where a ready design's netlist is kept."""
    return DESIGNS / name / "golden" / f"{name}.net"


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


def main() -> None:
    """Rewrite everything; git shows what changed."""
    names = sys.argv[1:] or ready_designs()
    for name in names:
        golden_netlist(name).parent.mkdir(exist_ok=True)
        golden_netlist(name).write_bytes(netlist(name))
        golden_report(name).write_bytes(report(name))
        print(golden_report(name).read_text(encoding="utf-8").splitlines()[-1], name)
    PICTURES.mkdir(exist_ok=True)
    for path, content in pictures():
        path.write_bytes(content)


if __name__ == "__main__":
    main()
