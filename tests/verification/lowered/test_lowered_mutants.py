"""A board with a fault in its wiring is either lowered right or not lowered."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from parts.catalogue import load_catalogue
from tests.large_boards import large_netlist
from tests.verification.checks import mutants
from tests.verification.checks.boards import ready
from tests.verification.checks.mutants import Mutant, Nets
from tests.verification.lowered.lowered_boards import random_codes, random_design, random_lesson
from tests.verification.lowered.side_by_side import difference
from verification.errors import UsageError
from verification.extraction.circuit import mixed_circuit
from verification.extraction.values import drawn, ideal
from verification.reading.netlist import Netlist, NetlistNet, PinRef
from verification.reading.netlist_text import parse_netlist
from verification.simulation.lowered.lower import lower
from verification.simulation.lowered.tables import Lowered
from verification.simulation.machine import Machine
from verification.simulation.partition import partition
from verification.training.bench import Workshop, task_cables

STEPS = 12


def _nets(netlist: Netlist) -> Nets:
    return {net.name: tuple((pin.refdes, pin.number) for pin in net.pins) for net in netlist.nets}


def _with_nets(netlist: Netlist, nets: Nets) -> Netlist:
    made = (NetlistNet(name, tuple(PinRef(*pin) for pin in pins)) for name, pins in nets.items())
    return Netlist(netlist.components, tuple(made), netlist.source)


def _mutants(nets: Nets, draw: random.Random, count: int) -> Iterator[Mutant]:
    drops, twins = list(mutants.all_drops(nets)), list(mutants.twin_swaps(nets))
    makers: tuple[Callable[[], Mutant], ...] = (
        lambda: draw.choice(drops),
        lambda: mutants.isolate(nets, draw.choice(mutants.all_pins(nets))),
        lambda: mutants.any_move(nets, draw),
        lambda: mutants.any_swap(nets, draw),
        lambda: mutants.part_swap(nets, draw),
        lambda: mutants.any_short(nets, draw),
        lambda: draw.choice(twins),
    )
    for _ in range(count):
        yield draw.choice(makers)()


def _judged(shop: Workshop, netlist: Netlist, seed: int) -> str | None:
    """What differs on a mutant, or None where it is not lowered."""
    patches = task_cables(shop.design, shop.task)
    try:
        circuit = mixed_circuit(netlist, load_catalogue(), supplies=shop.supplies, patches=patches)
    except UsageError:
        return None
    cut = partition(circuit)
    lowered = lower(cut)
    if not isinstance(lowered, Lowered):
        return None
    machine = Machine(cut, drawn(circuit, seed) if seed % 2 else ideal(circuit))
    state = machine.start(random_codes(machine, seed) if seed % 3 else None)
    chain = len(shop.design.graph.edges) if seed % 4 < 2 else None
    return difference(machine, lowered, state, random_lesson(lowered, STEPS, seed, chain))


def _campaign(shop: Workshop, count: int, seed: int) -> tuple[int, list[str]]:
    """How many mutants are lowered, and every difference."""
    found = [
        (mutant, _judged(shop, _with_nets(shop.netlist, mutant.nets), seed + k))
        for k, mutant in enumerate(_mutants(_nets(shop.netlist), random.Random(seed), count))
    ]
    wrong = [f"{mutant.what}: {said}" for mutant, said in found if said]
    return sum(said is not None for _, said in found), wrong


@pytest.mark.parametrize(
    ("name", "count"),
    [("two_edge", 160), ("dillavou16", 80), ("dillavou16_throughhole", 40), ("lattice4x4", 24)],
)
def test_a_miswired_board_is_never_lowered_wrongly(name: str, count: int) -> None:
    board = ready(name)
    shop = Workshop(board.netlist, board.design, board.design.tasks[-1], load_catalogue())
    lowered, wrong = _campaign(shop, count, seed=100)
    assert wrong == []
    assert lowered > count / 4  # else this test looks at nothing


@pytest.mark.parametrize("seed", range(6))
def test_a_miswired_board_of_a_random_graph_is_never_lowered_wrongly(seed: int) -> None:
    cells = ("", 'nudge = "adjustable"', 'edge_cell = "dillavou2022"')
    design = random_design(seed, cells[seed % 3])
    netlist = large_netlist(design)
    shop = Workshop(netlist, design, design.tasks[0], load_catalogue())
    lowered, wrong = _campaign(shop, 30, seed=1000 * seed)
    assert wrong == []
    assert lowered > 0


@pytest.mark.parametrize("name", ["two_edge", "dillavou16_throughhole"])
def test_a_board_with_a_part_missing_or_twice_is_never_lowered_wrongly(name: str) -> None:
    board, draw = ready(name), random.Random(5)
    shop = Workshop(board.netlist, board.design, board.design.tasks[0], load_catalogue())
    found: list[str | None] = []
    for seed in range(24):
        refdes = draw.choice(mutants.references(board.text))
        changed = mutants.without_part if seed % 2 else mutants.with_part_twice
        netlist = parse_netlist(changed(board.text, refdes), board.name)
        found.append(_judged(shop, netlist, seed))
    assert {said for said in found if said} == set()
    assert found.count("") > 12


def test_the_mutants_move_digipots() -> None:
    board = ready("two_edge")
    shop = Workshop(board.netlist, board.design, board.design.tasks[0], load_catalogue())
    machine = shop.intact
    lowered = lower(machine.cut)
    assert isinstance(lowered, Lowered)
    lesson = random_lesson(lowered, STEPS, 0)
    state = machine.start()
    before = state.codes.copy()
    machine.run(state, lesson.nets, lesson.inputs, clocked=True)
    assert np.any(state.codes != before)
