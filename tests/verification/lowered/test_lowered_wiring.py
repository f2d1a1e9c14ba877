"""Which wirings are lowered and which are refused, and in which words."""

from __future__ import annotations

from functools import reduce

import pytest

from parts.catalogue import load_catalogue
from tests.verification.checks import mutants
from tests.verification.checks.boards import ready
from tests.verification.checks.mutants import Nets, Pin
from tests.verification.lowered.lowered_boards import lowered_of, random_codes, random_lesson
from tests.verification.lowered.side_by_side import difference
from verification.extraction.circuit import mixed_circuit
from verification.extraction.values import drawn
from verification.simulation.lowered.lower import lower
from verification.simulation.lowered.tables import NotLowered
from verification.simulation.machine import Machine
from verification.simulation.partition import Partition, partition

Moves = dict[str, str]
"""Pin ("U3.5") -> the net that it is moved to."""

LOWERED: dict[str, Moves] = {
    "the latch is bypassed": {"UE1_2_1.11": "edge/1-2/UP"},
    "two edges move in each other's direction": {
        "UE1_2_1.11": "edge/2-3/UP_LATCHED",
        "UE2_3_1.11": "edge/1-2/UP_LATCHED",
    },
    "the chain runs the other way": {
        "UE2_3_18.1": "control/ENABLE_DATA",
        "UE1_2_18.1": "edge/2-3/DISABLE",
    },
    "one comparator alone decides": {"UE1_2_16.2": "GND"},
    "a comparator loads a node": {"UE1_2_11.5": "N2_FREE"},
    "an averager of two nets": {"RNE1_2_6.3": "edge/1-2/P"},
    "the digipot turned round in both networks": {
        "UE1_2_1.3": "N2_FREE",
        "UE1_2_1.1": "edge/1-2/W_FREE",
        "UE1_2_1.5": "N2_CLAMPED",
        "UE1_2_1.7": "edge/1-2/W_CLAMPED",
    },
    "an edge that is always selected": {"UE1_2_1.13": "GND"},
    "an edge that is never selected": {"UE1_2_1.13": "+5V"},
    "the clamped target follows a source": {"UTGT_N2_3.5": "source/SRC-N1/OUT"},
    "the edge's comparators look at other nodes": {"UE1_2_11.6": "N3_FREE_BUF"},
}
REFUSED: dict[str, tuple[Moves, str]] = {
    "a digipot clocked by LATCH": (
        {"UE1_2_1.12": "control/bank1/LATCH"},
        "digipot UE1_2_1/1 is clocked by more than STEP",
    ),
    "a direction that the host sets": (
        {"UE1_2_1.11": "control/ENABLE_DATA"},
        "U/D of digipot UE1_2_1/1 depends on a pin that the host sets",
    ),
    "a latch clocked by STEP": (
        {"UE1_2_17.2": "control/bank1/STEP"},
        "flip-flop UE1_2_17 is clocked by something else than LATCH or ENABLE_CLOCK",
    ),
    "a direction that is a bit of the chain": (
        {"UE1_2_1.11": "edge/1-2/DISABLE"},
        "the direction of digipot UE1_2_1/1 is no function of at most two comparators",
    ),
    "a selection that a comparator gives": (
        {"UE1_2_1.13": "edge/1-2/UP"},
        "digipot UE1_2_1/1 is selected by more than a bit of the enable chain",
    ),
    "a ring of the chain": (
        {"UE1_2_18.1": "edge/2-3/DISABLE"},
        "the enable chain is a ring at flip-flop UE1_2_18",
    ),
    "a chain that forks": (
        {"UE2_3_18.1": "control/ENABLE_DATA"},
        "two flip-flops of the enable chain are fed by the same one",
    ),
    "a chain that begins at ground": (
        {"UE1_2_18.1": "GND"},
        "D of flip-flop UE1_2_18 is fed by neither ENABLE_DATA nor one flip-flop",
    ),
    "an analog clock": (
        {"UE1_2_1.12": "N1_FREE_BUF"},
        "CLK of digipot UE1_2_1/1 is on net N1_FREE_BUF, no logic level",
    ),
    "a follower of a follower of a node": (
        {"UN1_1.3": "N2_FREE_BUF"},
        "net N2_FREE is inside the network",
    ),
    "a digipot as a divider": (
        {"UE1_2_1.2": "GND"},
        "digipot UE1_2_1/1 steps and uses all three terminals",
    ),
    "a logic level in an averager": (
        {"RNE1_2_6.1": "edge/2-3/UP"},
        "output UE2_3_16.4 is part of the analog level on net edge/2-3/UP",
    ),
    "a target clamped by another node": (
        {"UTGT_N2_3.3": "N2_CLAMPED"},
        "signal loop through UTGT_N2_3 on nets N2_CLAMPED, target/TGT-N2/MID,",
    ),
    "no direction at all": (
        {"UE1_2_1.11": "GND", "UE2_3_1.11": "GND"},
        "no digipot steps with STEP in a direction that a comparator gives",
    ),
}


def _pin(name: str) -> Pin:
    refdes, _, number = name.rpartition(".")
    return refdes, number


def _rewired(moves: Moves) -> Partition:
    board = ready("two_edge")

    def moved(nets: Nets, pin: str) -> Nets:
        return mutants.move(nets, _pin(pin), moves[pin]).nets

    netlist = board.with_nets(reduce(moved, moves, board.nets))
    return partition(mixed_circuit(netlist, load_catalogue(), supplies={"V_SUPPLY": 5.0}))


@pytest.mark.parametrize("what", LOWERED)
@pytest.mark.parametrize("seed", [1, 2])
def test_other_wirings_that_fit_the_tables_step_as_in_the_interpreter(what: str, seed: int) -> None:
    cut = _rewired(LOWERED[what])
    machine = Machine(cut, drawn(cut.circuit, seed))
    lowered = lowered_of(machine)
    state = machine.start(random_codes(machine, seed))
    lesson = random_lesson(lowered, 40, seed, 2 if seed == 1 else None)
    assert difference(machine, lowered, state, lesson) == ""


@pytest.mark.parametrize("what", REFUSED)
def test_a_wiring_beyond_the_tables_is_refused_in_circuit_words(what: str) -> None:
    moves, message = REFUSED[what]
    found = lower(_rewired(moves))
    assert isinstance(found, NotLowered)
    assert found.reasons[0].startswith(message)


def test_two_control_lines_on_one_net_are_refused() -> None:
    board = ready("two_edge")
    nets = mutants.short(board.nets, "LATCH", "STEP").nets
    circuit = mixed_circuit(board.with_nets(nets), load_catalogue(), supplies={"V_SUPPLY": 5.0})
    found = lower(partition(circuit))
    assert found == NotLowered(("pins LATCH and STEP are on one net",))


@pytest.mark.parametrize(
    "what", ["an edge that is always selected", "one comparator alone decides"]
)
def test_the_chain_has_the_flip_flops_that_select_nothing_too(what: str) -> None:
    cut = _rewired(LOWERED[what])
    lowered = lowered_of(Machine(cut, drawn(cut.circuit, 1)))
    names = [cut.circuit.flipflops[k].unit.refdes for k in lowered.chain.tolist()]
    assert names == ["UE1_2_18", "UE2_3_18"]


def test_an_averager_of_two_nets_is_solved_as_one_block() -> None:
    cut = _rewired(LOWERED["an averager of two nets"])
    lowered = lowered_of(Machine(cut, drawn(cut.circuit, 1)))
    assert [len(block.nets) for block in lowered.recipe.dense] == [2]
