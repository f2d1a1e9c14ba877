"""Mutants: what is in their texts is what is judged, and each is what its operator says."""

import random
from collections import Counter
from functools import cache

import pytest

from parts.catalogue import load_catalogue
from tests.verification.checks.boards import ready
from verification.checks.board import index_board
from verification.faults.dialects import write_netlist
from verification.faults.document import Merge, Remove, Rewire
from verification.faults.equivalence import Canon, proof
from verification.faults.mutants import OPERATORS
from verification.faults.trial import Subject
from verification.faults.twins import twins
from verification.faults.wiring import half_turn
from verification.reading.netlist import PinRef
from verification.reading.netlist_text import parse_netlist


@cache
def subject(dialect: str = "") -> Subject:
    board = ready("two_edge")
    text = board.text
    if dialect:
        text = write_netlist(board.netlist, dialect, load_catalogue())  # type: ignore[arg-type]
    return Subject(text, "two_edge.net", board.design)


def some(operator: str, count: int = 8, dialect: str = "") -> list:
    universe = subject(dialect).universes[operator]
    chosen = random.Random(operator).sample(range(universe.size), min(count, universe.size))
    return [universe.make(position) for position in chosen]


@pytest.mark.parametrize("dialect", ["", "kicad5", "kicad10"])
@pytest.mark.parametrize("operator", OPERATORS)
def test_a_mutant_is_judged_as_its_text_reads(operator: str, dialect: str) -> None:
    """Reading only what changed gives what a reader of the whole file sees."""
    document = subject(dialect).original.document
    for mutant in some(operator, 3, dialect):
        variant = document.changed(mutant.change)
        read = variant.netlist()
        assert read == parse_netlist(variant.text)
        assert read != document.netlist, mutant.name


def test_pieces_are_the_text() -> None:
    """Cutting loses nothing, and no change is no change."""
    document = subject().original.document
    assert "".join(document.pieces) == subject().text
    assert document.changed(Rewire(())).text == subject().text


@pytest.mark.parametrize("operator", OPERATORS)
def test_every_mutant_of_a_universe_has_its_own_name(operator: str) -> None:
    """Two mutants of one name could not be told apart in a report."""
    universe = subject().universes[operator]
    names = Counter(universe.make(k).name for k in range(min(universe.size, 3000)))
    assert universe.size and max(names.values()) == 1


def test_universes_are_complete() -> None:
    """As many opens as pins in company, shorts as pairs of nets, wrong nets as pins by nets."""
    nets = subject().original.document.netlist.nets
    pins = sum(len(net.pins) for net in nets)
    lone = sum(len(net.pins) == 1 for net in nets)
    sizes = {letter: universe.size for letter, universe in subject().universes.items()}
    assert sizes["O"] == pins - lone
    assert sizes["S"] == len(nets) * (len(nets) - 1) // 2
    assert sizes["R"] == pins * (len(nets) - 1)
    shorted = {
        frozenset((mutant.change.kept, mutant.change.lost))
        for mutant in map(subject().universes["S"].make, range(sizes["S"]))
        if isinstance(mutant.change, Merge)
    }
    assert len(shorted) == sizes["S"]


def test_a_wrong_net_is_never_the_right_one() -> None:
    """R leaves no pin where it was."""
    home = subject().original.document.net_of
    for mutant in some("R", 300):
        ((pin, goal),) = mutant.change.moves
        assert goal != home[pin]


def test_twins_are_found_by_what_they_do() -> None:
    """The wipers of an edge's two digipots, the buffers of a node, the jumpers of an edge."""
    found = {(str(PinRef(a.refdes, a.number)), str(PinRef(b.refdes, b.number)))
             for a, b in twins(subject().original)}  # fmt: skip
    pots = [c for t in subject().original.network.twins for c in (t.free, t.clamped) if c]
    wipers = [f"{c.w.refdes}.{c.w.number}" for c in pots]
    assert {(wipers[0], wipers[1]), (wipers[2], wipers[3])} <= found
    kinds = Counter(subject().original.board.placed[a.split(".")[0]].record.kind for a, _ in found)
    assert {"digipot", "amplifier", "jumper", "resistor_array"} <= kinds.keys()


def test_twins_do_not_need_names() -> None:
    """A board whose nets are called by numbers has the same pairs."""
    board = ready("two_edge")
    text = board.text
    for number, name in enumerate(sorted((n.name for n in board.netlist.nets), key=len)[::-1]):
        text = text.replace(f'(name "{name}")', f'(name "net{number}")')
    other = Subject(text, "x", board.design)
    assert other.universes["X"].size == subject().universes["X"].size


def test_half_a_turn() -> None:
    """Rows turn end to end, two rows crosswise, five pads not at all."""
    catalogue = load_catalogue()
    assert half_turn(catalogue.part("LTST-C191KGKT")) == {"1": "2", "2": "1"}
    assert half_turn(catalogue.part("M20-9990446"))["1"] == "4"
    assert half_turn(catalogue.part("MCP6562-E/SN"))["1"] == "5"
    assert half_turn(catalogue.part("SN74LVC1G86DBVR")) == {}


def proved(change: object) -> str:
    document = subject().original.document
    netlist = document.changed(change).netlist()  # type: ignore[arg-type]
    board = index_board(netlist, subject().design, load_catalogue())
    return proof(subject().canon, board)


def swapped(refdes: str, first: str, second: str) -> str:
    home = subject().original.document.net_of
    a, b = PinRef(refdes, first), PinRef(refdes, second)
    return proved(Rewire(((a, home[b]), (b, home[a]))))


def refdes_of(kind: str) -> str:
    placed = subject().original.board.placed.values()
    return next(part.refdes for part in placed if part.record.kind == kind)


@pytest.mark.parametrize("kind", ["resistor", "jumper", "fuse"])
def test_the_ends_of_a_two_ended_part_are_proved_equal(kind: str) -> None:
    """Turned, they are the same circuit."""
    part = subject().original.board.placed[refdes_of(kind)]
    assert "does not tell them apart" in swapped(part.refdes, *part.pins)


def test_the_inputs_of_a_gate_are_proved_equal() -> None:
    """An XOR of a and b is one of b and a; of its output it is not."""
    xor = next(
        part for part in subject().original.board.placed.values()
        if part.record.mpn == "SN74LVC1G86DBVR"
    )  # fmt: skip
    names = {name: pin.number for name, pin in xor.by_name.items()}
    assert swapped(xor.refdes, names["A"], names["B"])
    assert not swapped(xor.refdes, names["A"], names["Y"])


@pytest.mark.parametrize("kind", ["led", "tvs"])
def test_a_diode_turned_is_another_circuit(kind: str) -> None:
    """No proof for what has a direction."""
    assert not swapped(refdes_of(kind), "1", "2")


def test_a_polarised_capacitor_turned_is_another_circuit() -> None:
    """Only ceramic ones have two equal ends."""
    part = next(p for p in subject().original.board.placed.values()
                if p.record.mpn == "EEE-FK1C101P")  # fmt: skip
    assert not swapped(part.refdes, "1", "2")


def test_open_terminals_joined_are_another_circuit() -> None:
    """Two pins that are open, but not no-connect, carry a current when they are joined."""
    document = subject().original.document
    pot = refdes_of("digipot")
    lone = [document.net_of[PinRef(pot, pin.number)]
            for name, pin in subject().original.board.placed[pot].by_name.items()
            if name in ("A1", "A2")]  # fmt: skip
    assert not proved(Merge(*lone))


def test_a_no_connect_pin_may_be_anywhere() -> None:
    """Nothing is inside; a missing part and a wrong value are never equal."""
    document, board = subject().original.document, subject().original.board
    idle = next(pin for pin in board.pins if pin.record.role == "no_connect")
    ground = max(
        range(len(document.netlist.nets)), key=lambda k: len(document.netlist.nets[k].pins)
    )
    assert "no-connect" in proved(Rewire(((PinRef(idle.refdes, idle.number), ground),)))
    assert not proved(Remove(0))


def test_the_board_itself_has_a_form() -> None:
    """Without one every proof would be empty."""
    assert isinstance(subject().canon, Canon)
