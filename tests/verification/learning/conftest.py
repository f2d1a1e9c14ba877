"""Netlists as `build` writes them, each made once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from designs import Design, load_design
from netgen.build import plan_build
from netgen.elaborate import elaborate
from parts.catalogue import load_catalogue
from verification.netlist import Netlist, parse_netlist


def built(design: Design) -> Netlist:
    """The netlist of a design."""
    plan, _ = plan_build(elaborate(design, load_catalogue()))
    name = f"{design.name}.net"
    return parse_netlist(plan.files[name].decode(), name)


@pytest.fixture(scope="session")
def ready() -> Callable[[str], tuple[Design, Netlist]]:
    """A ready design and its netlist, by name."""

    @cache
    def make(name: str) -> tuple[Design, Netlist]:
        design = load_design(name)
        return design, built(design)

    return make
