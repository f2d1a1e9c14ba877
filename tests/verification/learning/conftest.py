"""Netlists as `build` writes them, each made once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest
from learning_designs import built

from designs import Design, load_design
from verification.reading.netlist import Netlist


@pytest.fixture(scope="session")
def ready() -> Callable[[str], tuple[Design, Netlist]]:
    """A ready design and its netlist, by name."""

    @cache
    def make(name: str) -> tuple[Design, Netlist]:
        design = load_design(name)
        return design, built(design)

    return make
