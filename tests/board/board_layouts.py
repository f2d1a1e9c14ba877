"""Cells of many kinds of boards, their tiles, and KiCad where it is installed."""

import json
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from designs import Design, load_design
from netgen.board.inside import route_inside
from netgen.board.make import cells_of_nets
from netgen.board.record import LAYERS
from netgen.board.rules import fab_rules
from netgen.board.tiles.tile import Tile, make_tiles
from netgen.board.wiring import Wiring, board_wiring
from netgen.elaborate import Elaboration, elaborate
from parts.catalogue import load_catalogue
from parts.footprint_file import load_footprints

KICAD = shutil.which("kicad-cli")
needs_kicad = pytest.mark.skipif(
    KICAD is None, reason="kicad-cli is not installed; apt-get install -t bookworm-backports kicad"
)
LIBRARY = Path("/usr/share/kicad/footprints")

ROOT = Path(__file__).resolve().parents[2]
# What makes Python, numpy, BLAS and the compiler do as on another machine.
MACHINES = {
    "another process": {"PYTHONHASHSEED": "77"},
    "an older processor": {
        "PYTHONHASHSEED": "1",
        "NUMBA_CPU_NAME": "x86-64",
        "NUMBA_CPU_FEATURES": "",
        "OPENBLAS_CORETYPE": "Prescott",
        "NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3 AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL "
        "AVX512_ICL AVX512_SPR",
    },
}

# Every way in which parts change what stands in a tile.
VARIANTS = {
    "default": "",
    "adjustable nudge": 'nudge = "adjustable"',
    "single digipots": 'digipot = "AD5220BRZ100"',
    "single open-collector comparators": 'comparator = "LMV331IDBVR"\nsupply_v = 3.3\n'
    "comparator_supply_v = 5.0",
    "single push-pull comparators": 'comparator = "MCP6561T-E/OT"',
    "single amplifiers": 'amplifier = "MCP6021T-E/OT"\ndriver = "OPA350UA"',
    "four resistors for the array": "average_ohm = 22000",
    "no lamp, whole nudge": "led = false\neta = 1.0",
    "through hole": 'edge_cell = "dillavou2022"',
    "through hole, adjustable": 'edge_cell = "dillavou2022"\nnudge = "adjustable"',
    "through hole, shared clock": 'edge_cell = "dillavou2022"\nlatch = "CD74HC175E"',
}


def design_with(folder: Path, electronics: str, board: str = "") -> Design:
    """Three nodes in a row, with every kind of cell."""
    text = f"""
schema = 1
name = "three"
[network]
edges = [[1, 2], [2, 3]]
[electronics]
{electronics}
[[task]]
name = "t"
kind = "allostery"
sources = {{ 1 = 3.0, 3 = 0.0 }}
targets = {{ 2 = 1.0 }}
bound = {{ rms_v = 0.05 }}
[board]
{board}
"""
    path = folder / "design.toml"
    path.write_text(text, encoding="utf-8")
    return load_design(path)


def elaborated(design: Design) -> Elaboration:
    """With the real catalogue."""
    return elaborate(design, load_catalogue())


def wiring_of(made: Elaboration) -> Wiring:
    """As the pipeline has it."""
    return board_wiring(
        LAYERS[made.design.board.layers],
        made.nets.ground,
        made.nets.logic,
        fab_rules(made.design.board.fab),
        cells_of_nets(made),
    )


def placed_tiles(made: Elaboration) -> tuple[Tile, ...]:
    """Not routed."""
    return make_tiles(made.circuit.cells, load_footprints(), fab_rules("jlcpcb"))


def routed_tiles(made: Elaboration) -> tuple[Tile, ...]:
    """With their own copper."""
    outgoing = frozenset(net for net, cells in cells_of_nets(made).items() if len(cells) > 1)
    return tuple(route_inside(tile, outgoing, wiring_of(made)) for tile in placed_tiles(made))


@cache
def ready(name: str) -> Elaboration:
    """A ready design, made once."""
    return elaborated(load_design(name))


def lists(text: str) -> list[Any]:
    """A KiCad file as nested lists of words."""
    stack: list[list[Any]] = [[]]
    for token in re.findall(r'"(?:[^"\\]|\\.)*"|[()]|[^\s()"]+', text):
        if token == "(":
            stack.append([])
        elif token == ")":
            done = stack.pop()
            stack[-1].append(done)
        else:
            stack[-1].append(token.strip('"'))
    assert len(stack) == 1
    return stack[0][0]


def drc(board: Path) -> dict[str, Any]:
    """KiCad's report on a board, findings of every severity."""
    report = board.with_suffix(".drc.json")
    done = subprocess.run(
        [str(KICAD), "pcb", "drc", "--format", "json", "--severity-all", "-o", str(report),
         str(board)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr or done.stdout
    return json.loads(report.read_text(encoding="utf-8"))


def printed_by(code: str, machine: str) -> str:
    """What Python prints on one of MACHINES."""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True,
        env={**os.environ, **MACHINES[machine], "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    return done.stdout.strip()
