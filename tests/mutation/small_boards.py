"""Small boards that together reach every cell of the generator in each of its forms.

Three edges, so that the cells of a kind have siblings to differ from.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from designs import Design
from designs.load import design_from_text

_TEXT = """
schema = 1
name = "{name}"
[network]
edges = [{edges}]
[electronics]
{electronics}
[[task]]
name = "t"
kind = "allostery"
sources = {{ {sources} }}
targets = {{ {targets} }}
bound = {{ rms_v = 0.05 }}
[board]
patching = "{patching}"
"""
_STAR = "[1, 2], [2, 3], [4, 2]"
_STAR_SOURCES = "1 = 5.0, 3 = 0.0, 4 = 0.5"


def _design(
    name: str,
    electronics: str,
    patching: str,
    *,
    edges: str = _STAR,
    sources: str = _STAR_SOURCES,
    targets: str = "2 = 2.0",
) -> Design:
    text = _TEXT.format(
        name=name,
        electronics=electronics,
        patching=patching,
        edges=edges,
        sources=sources,
        targets=targets,
    )
    return design_from_text(text, Path(f"{name}.toml"))


def small_boards() -> Mapping[str, Design]:
    """Name -> design, the quickest to build first.

    copper: fixed patching, one unit a package, lamps, eta = 1, averages of single resistors,
        a name with an underscore.
    paper: cables, the paper's edge with quads, inverting buffers and its own comparator rail.
    adjustable: cables, two units a package, the nudge set by a digipot.
    """
    copper = _design(
        "copper",
        'led = true\neta = 1.0\naverage_ohm = 20000\ndigipot = "AD5220BRZ100"\n'
        'comparator = "MCP6561T-E/OT"\namplifier = "MCP6021T-E/OT"\ndriver = "OPA350UA"',
        "fixed",
        edges='["in_1", 2], [2, 3], [4, 2]',
        sources="in_1 = 5.0, 3 = 0.0, 4 = 0.5",
    )
    paper = _design("paper", 'edge_cell = "dillavou2022"\neta = 0.2', "cables")
    adjustable = _design("adjustable", 'nudge = "adjustable"', "cables")
    return {design.name: design for design in (copper, paper, adjustable)}


def long_board() -> Design:
    """A path of 34 edges: more than one bank of clocks."""
    edges = ", ".join(f"[{n}, {n + 1}]" for n in range(34))
    return _design(
        "banks", "", "cables", edges=edges, sources="0 = 5.0, 34 = 0.0", targets="17 = 2.0"
    )
