"""The cables between boards join what they should, and every board is the one it is taken for.

What a wire carries is judged by all other checks, on the assembled whole. This one names the wire:
the two pins that it joins have one function, so a wire at another pin, a cable at another header
and a board in another's place show at the very pin.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from designs import edge_name
from designs.several import pinned_edges
from verification.built import states_chain
from verification.checks.board import BoardPin, Placed, cell_path, cell_type
from verification.checks.case import Case
from verification.checks.interface import GROUND, LINK
from verification.checks.records import Check, Item, judged
from verification.reading.assembly import SEPARATOR
from verification.reading.netlist import PinRef, Wire
from verification.structure import LearningNetwork

NAME = "cables"
CLAIM = (
    "every wire between two boards joins two pins of one function, no header is left open or "
    "without grounds enough, and the boards are the design's"
)
SIGNALS_PER_GROUND = 2
"""Wires that carry a signal, at most, for each ground wire of a cable."""


def check_cables(case: Case, network: LearningNetwork) -> Check:
    """What the system file joins, wire by wire; the number of boards; edges that are pinned."""
    board = case.board
    wires = board.netlist.wires
    plugged = Counter(end for wire in wires for end in (wire.first, wire.second))
    faults: list[Item] = [*_headers(case), *_grounds(case)]
    for wire in wires:
        faults += _wire(case, wire)
    faults += [*_open(case, plugged), *_boards(case), *_copies(case), *_pinned(case, network)]
    evidence = {
        "boards": len(board.boards),
        "cables": len({wire.cable for wire in wires}),
        "wires": len(wires),
        "ground_wires": sum(_function(case, wire.first) == GROUND for wire in wires),
        "signals": len([pin for pin in board.pins if pin.function.startswith(LINK)]) // 2,
    }
    return judged(NAME, CLAIM, len(wires), evidence, faults)


def _function(case: Case, ref: PinRef) -> str:
    pin = case.board.pin_at(ref)
    return "" if pin is None else pin.function


def _headers(case: Case) -> Iterator[Item]:
    """Headers that a cable ought to be plugged into and that are not on that board."""
    named = {
        end.refdes: wire.cable
        for wire in case.board.netlist.wires
        for end in (wire.first, wire.second)
    }
    for refdes, cable in named.items():
        placed = case.board.placed.get(refdes)
        if placed is not None and placed.record.kind == "connector":
            continue
        board, _, name = refdes.partition(SEPARATOR)
        others = [
            other.board for other in case.board.placed.values()
            if other.refdes.partition(SEPARATOR)[2] == name and other.board != board
        ]  # fmt: skip
        got = f"it is on {', '.join(others)}" if others else "no board has one"
        yield Item(
            refdes,
            expected=f"a header {name} on board {board}, for cable {cable}",
            got=f"none: {got}",
            fix="is this board's netlist in another's place, or the cable at another header?",
            weight=1.0,
        )


def _wire(case: Case, wire: Wire) -> Iterator[Item]:
    """Both pins are there, on two boards, and have one function."""
    ends = (case.board.pin_at(wire.first), case.board.pin_at(wire.second))
    for ref, pin in zip((wire.first, wire.second), ends, strict=True):
        placed = case.board.placed.get(ref.refdes)
        if pin is None and placed is not None:
            yield Item(
                ref.refdes,
                ref.number,
                expected=f"a pin for cable {wire.cable}",
                got=f"{placed.record.mpn} has no such pin",
                fix="correct the wire in the system file",
                weight=1.0,
            )
    first, second = ends
    if first is None or second is None:
        return
    if first.board == second.board:
        yield from _both(case, wire, first, second, "on two boards", "both on one", 0.9)
    elif first.function != second.function:
        text = f"joined to {first.function or 'no function'}"
        other = f"joined to {second.function or 'no function'}"
        yield _item(case, first, wire.cable, "joined to a pin of its own function", other, 0.95)
        yield _item(case, second, wire.cable, "joined to a pin of its own function", text, 0.95)


def _both(
    case: Case, wire: Wire, first: BoardPin, second: BoardPin, wanted: str, got: str, weight: float
) -> Iterator[Item]:
    for pin in (first, second):
        yield _item(case, pin, wire.cable, wanted, got, weight)


def _open(case: Case, plugged: Counter[PinRef]) -> Iterator[Item]:
    """Every pin of a header that carries a signal to another board has one wire, grounds too."""
    for placed in case.board.placed.values():
        if not _is_header(placed):
            continue
        for pin in placed.pins.values():
            count = plugged[PinRef(pin.refdes, pin.number)]
            if count != 1:
                got = "no wire" if not count else f"{count} wires"
                yield _item(case, pin, "", "one wire of a cable", got, 0.9)


def _is_header(placed: Placed) -> bool:
    return any(pin.function.startswith(LINK) for pin in placed.pins.values())


def _grounds(case: Case) -> Iterator[Item]:
    """Each cable has a ground wire for every so many signals."""
    grounds: Counter[str] = Counter()
    signals: Counter[str] = Counter()
    for wire in case.board.netlist.wires:
        both = {_function(case, wire.first), _function(case, wire.second)}
        (grounds if both == {GROUND} else signals)[wire.cable] += 1
    for cable, count in signals.items():
        if count > SIGNALS_PER_GROUND * grounds[cable]:
            yield Item(
                expected=f"a ground wire for every {SIGNALS_PER_GROUND} signals in cable {cable}",
                got=f"{grounds[cable]} for {count}",
                fix="give the header more ground pins",
                weight=0.6,
            )


def _boards(case: Case) -> Iterator[Item]:
    """As many boards as the design asks for, and a chain of all of its edges."""
    design, boards = case.board.design, case.board.boards
    wanted = design.board.boards
    if wanted not in ("auto", len(boards)):
        yield Item(
            expected=f"{wanted} board{'s' * (wanted != 1)}, as the design asks for",
            got=f"{len(boards)}: {', '.join(boards)}",
            fix="build the design again",
        )
    if not states_chain(case.board.netlist, design):
        yield Item(
            expected="every edge of the design once in the system file's enable chain",
            got=f"{len(case.board.netlist.chain)} edges for the design's {len(design.graph.edges)}",
            fix="is this the system file of another design, or of another state of it?",
            weight=0.9,
        )


def _copies(case: Case) -> Iterator[Item]:
    """An edge's cell is on one board; a board that is there twice has all of its edges twice."""
    first: dict[str, str] = {}
    twice: Counter[tuple[str, str]] = Counter()
    for cell, parts in case.board.cells.items():
        path, board = cell_path(cell), parts[0].board
        if cell_type(cell) == "edge" and first.setdefault(path, board) != board:
            twice[first[path], board] += 1
    for (one, other), count in twice.items():
        yield Item(
            expected=f"other edges on board {other} than on board {one}",
            got=f"{count} of the same name",
            fix="is one board's netlist given for the other as well?",
            weight=1.0,
        )


def _pinned(case: Case, network: LearningNetwork) -> Iterator[Item]:
    """Edges that the design pins to a board stand there."""
    boards = dict(enumerate(case.board.boards, start=1))
    pinned = {
        frozenset(edge): (edge, number) for edge, number in pinned_edges(case.board.design).items()
    }
    for twins in network.twins:
        found = pinned.get(frozenset(network.edge_of(twins) or ()))
        if found is None:
            continue
        edge, number = found
        for channel in twins.channels:
            if boards.get(number) != channel.placed.board:
                yield Item(
                    channel.placed.refdes,
                    expected=f"edge {edge_name(edge)} on board {number}, where the design pins it",
                    got=f"on {channel.placed.board}",
                    fix="build the design again",
                    weight=0.9,
                )


def _item(case: Case, pin: BoardPin, cable: str, expected: str, got: str, weight: float) -> Item:
    through = f" by cable {cable}" if cable else ""
    return Item(
        pin.refdes,
        pin.number,
        case.board.net(pin),
        expected=f"{pin.label} {expected}{through}",
        got=got,
        fix="correct the wire, or plug the cable into the header that it is made for",
        weight=weight,
    )
