"""Small designs, and the circuits of ready ones, for the tests of the generator."""

import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from designs import Design, load_design
from netgen.elaborate import Elaboration, elaborate
from netgen.emit.netlist import Netlist, emit_netlist
from parts.catalogue import Catalogue, load_catalogue

READY = (
    "two_edge",
    "dillavou16",
    "dillavou16_throughhole",
    "iris16",
    "regression16",
    "lattice4x4",
    "disordered100",
)


def design_of(
    edges: Sequence[tuple[object, object]],
    *,
    electronics: str = "",
    patching: str = "cables",
    name: str = "small",
    extra: str = "",
) -> Design:
    """A design with one task: the first edge's nodes are its source and its target."""
    pairs = ", ".join(f'["{a}", "{b}"]' for a, b in edges)
    source, target = edges[0]
    text = f"""
schema = 1
name = "{name}"
{extra}
[network]
edges = [{pairs}]
[electronics]
{electronics}
[[task]]
name = "t"
kind = "allostery"
sources = {{ "{source}" = 5.0 }}
targets = {{ "{target}" = 2.0 }}
bound = {{ rms_v = 0.05 }}
[board]
patching = "{patching}"
"""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "design.toml"
        path.write_text(text, encoding="utf-8")
        return load_design(path)


def made(design: Design) -> Elaboration:
    """The elaboration of a design with the real catalogue."""
    return elaborate(design, load_catalogue())


def without(kind: str, keep: Sequence[str] = ()) -> Catalogue:
    """The catalogue without the parts of a kind, but for those to keep."""
    full = load_catalogue()
    records = [part for part in full.values() if part.kind != kind or part.mpn in keep]
    return Catalogue(records, full.families)


def changed(mpn: str, **fields: object) -> Catalogue:
    """The catalogue with other values in every model of one part."""
    full = load_catalogue()
    part = full.part(mpn)
    models = tuple(model.model_copy(update=fields) for model in part.models)
    other = part.model_copy(update={"models": models})
    records = [other if record.mpn == other.mpn else record for record in full.values()]
    return Catalogue(records, full.families)


@cache
def ready(name: str) -> Elaboration:
    """The elaboration of a ready design, made once."""
    return made(load_design(name))


@cache
def emitted(name: str) -> Netlist:
    """The netlist of a ready design, made once."""
    return emit_netlist(ready(name).circuit, ready(name).design.erc_waivers)
