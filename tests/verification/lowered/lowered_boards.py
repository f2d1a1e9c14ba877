"""Boards to lower: of ready designs, of small designs, of random graphs, with cut edges."""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from designs import Design
from parts.catalogue import load_catalogue
from tests.large_boards import large_netlist
from tests.netgen.board_designs import design_of
from tests.verification.checks.boards import ready
from tests.verification.lowered.side_by_side import Lesson, difference
from verification.reading.netlist import Netlist
from verification.simulation.lowered.lower import lower
from verification.simulation.lowered.tables import Lowered
from verification.simulation.machine import Machine
from verification.simulation.tables import State
from verification.training.bench import Bench, Workshop

Ints = NDArray[np.int64]


@cache
def ready_shop(name: str, task: str) -> Workshop:
    """A task of a ready design."""
    board = ready(name)
    chosen = next(own for own in board.design.tasks if own.name == task)
    return Workshop(board.netlist, board.design, chosen, load_catalogue())


def shop_of(design: Design, netlist: Netlist | None = None) -> Workshop:
    """The first task of a design, on its own board or another."""
    return Workshop(netlist or large_netlist(design), design, design.tasks[0], load_catalogue())


def random_design(seed: int, electronics: str = "") -> Design:
    """A connected graph of up to nine nodes; the first edge has the source and the target."""
    draw = random.Random(seed)
    count = draw.randint(2, 9)
    edges = {(draw.randrange(k), k) for k in range(1, count)}
    for _ in range(draw.randint(0, count)):
        a, b = sorted(draw.sample(range(count), 2))
        edges.add((a, b))
    return design_of(sorted(edges), electronics=electronics)


def lowered_of(machine: Machine) -> Lowered:
    """The machine's circuit, which must lower."""
    found = lower(machine.cut)
    assert isinstance(found, Lowered), found
    return found


def random_codes(machine: Machine, seed: int) -> Ints:
    """Codes anywhere in the digipots' range."""
    pots = machine.program.pots
    return np.random.default_rng(seed).integers(pots["code_min"], pots["code_max"] + 1)


def random_lesson(
    lowered: Lowered, steps: int, seed: int, chain: int | None = None, nets: Sequence[int] = ()
) -> Lesson:
    """Random volts on every pin that may be set, and a random mask for `chain` edges."""
    draw = np.random.default_rng(seed)
    columns = nets or [net for net in lowered.pins if net not in lowered.quiet]
    inputs = draw.uniform(0.0, 5.0, (steps, len(columns)))
    bits = None if chain is None else (draw.random((steps, chain)) < 0.5).astype(np.uint8)
    return Lesson(columns, inputs, bits)


def compared(
    shop: Workshop, seed: int | None, *, steps: int = 12, masked: bool = False, start: int = 0
) -> str:
    """What differs on a board of a workshop; its digipots wake up, or start at random codes."""
    machine = shop.machine(seed)
    lowered = lowered_of(machine)
    bench = Bench.power_on(shop, machine)
    state: State = bench.host.state
    if start:
        codes = np.where(
            moving(lowered, len(state.codes)), random_codes(machine, start), state.codes
        )
        machine.set_codes(state, codes)
    chain = len(shop.design.graph.edges) if masked else None
    return difference(machine, lowered, state, random_lesson(lowered, steps, start + 1, chain))


def moving(lowered: Lowered, pots: int) -> NDArray[np.bool_]:
    """Which digipots of the circuit the tables move."""
    found = np.zeros(pots, dtype=bool)
    found[lowered.pot[lowered.pot >= 0]] = True
    return found
