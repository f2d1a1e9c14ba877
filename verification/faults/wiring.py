"""O, S, R, P, T: pins that leave, nets that merge, pins on other nets, pins and parts turned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from math import isqrt

from parts.record import PartRecord
from verification.checks.board import Placed
from verification.faults.document import Merge, Rewire
from verification.faults.mutants import Culprit, Mutant, Original, Universe
from verification.reading.netlist import PinRef


def opens(original: Original) -> Universe:
    """O: every pin that shares its net leaves it and is on none."""
    nets = original.document.netlist.nets
    found = [
        Mutant("O", f"{pin} off {net.name}", Rewire(((pin, None),)), (_pins(pin),))
        for net in nets
        if len(net.pins) > 1
        for pin in net.pins
    ]
    return Universe.of("O", found)


def shorts(original: Original) -> Universe:
    """S: every two nets are one, under the name of the larger."""
    nets = original.document.netlist.nets

    def make(index: int) -> Mutant:
        # Pairs in the order 1-0, 2-0, 2-1, 3-0, ...: pair (a, b) has the index a (a - 1) / 2 + b.
        a = (1 + isqrt(1 + 8 * index)) // 2
        b = index - a * (a - 1) // 2
        kept, lost = (a, b) if len(nets[a].pins) >= len(nets[b].pins) else (b, a)
        return Mutant(
            "S",
            f"{nets[kept].name} shorted to {nets[lost].name}",
            Merge(kept, lost),
            tuple(Culprit(frozenset(nets[k].pins)) for k in (kept, lost)),
        )

    return Universe("S", len(nets) * (len(nets) - 1) // 2, make)


def moves(original: Original) -> Universe:
    """R: every pin on every other net."""
    nets = original.document.netlist.nets
    home = original.document.net_of
    pins = tuple(home)

    def make(index: int) -> Mutant:
        place, goal = divmod(index, len(nets) - 1)
        pin = pins[place]
        goal += goal >= home[pin]
        return Mutant(
            "R",
            f"{pin} from {nets[home[pin]].name} to {nets[goal].name}",
            Rewire(((pin, goal),)),
            (_pins(pin),),
        )

    return Universe("R", len(pins) * (len(nets) - 1), make)


def swaps(original: Original) -> Universe:
    """P: every two pins of a part that are on two nets are swapped."""
    home = original.document.net_of
    found: list[Mutant] = []
    for refdes, placed in original.board.placed.items():
        pins = [PinRef(refdes, number) for number in placed.pins]
        for a, b in combinations([pin for pin in pins if pin in home], 2):
            if home[a] != home[b]:
                found.append(exchange("P", original, a, b))
    return Universe.of("P", found)


def exchange(operator: str, original: Original, a: PinRef, b: PinRef) -> Mutant:
    """Two pins take each other's nets."""
    home = original.document.net_of
    change = Rewire(((a, home[b]), (b, home[a])))
    return Mutant(operator, f"{a} and {b} swapped", change, (_pins(a, b),))


def turns(original: Original) -> Universe:
    """T: every part that fits its footprint when it is turned by half a turn."""
    home = original.document.net_of
    found: list[Mutant] = []
    for refdes, placed in original.board.placed.items():
        turned = {
            PinRef(refdes, here): home.get(PinRef(refdes, there))
            for here, there in half_turn(placed.record).items()
        }
        moved = {pin: net for pin, net in turned.items() if net != home.get(pin)}
        if moved:
            change = Rewire(tuple(moved.items()))
            culprit = Culprit(frozenset(moved))
            found.append(Mutant("T", f"{refdes} reversed{_kind(placed)}", change, (culprit,)))
    return Universe.of("T", found)


def half_turn(record: PartRecord) -> Mapping[str, str]:
    """Pad -> the pad whose copper its pin meets after half a turn; empty where the part won't fit.

    A row of n pads (headers, terminals, any two pads) turns 1 into n. Two rows, numbered down one
    side and up the other, turn 1 into n/2 + 1. Five pads of a SOT-23 do not meet.
    """
    numbers = [pin.number for pin in record.pins]
    count = len(numbers)
    if numbers != [str(k) for k in range(1, count + 1)] or count < 2:
        return {}
    if record.kind == "connector" or count == 2:
        return {str(k): str(count + 1 - k) for k in range(1, count + 1)}
    if count % 2:
        return {}
    half = count // 2
    return {str(k): str((k - 1 + half) % count + 1) for k in range(1, count + 1)}


def _kind(placed: Placed) -> str:
    return f" ({placed.record.kind.replace('_', ' ')})"


def _pins(*pins: PinRef) -> Culprit:
    return Culprit(frozenset(pins))


def wiring(original: Original) -> Iterator[Universe]:
    """O, S, R, P and T, in this order."""
    yield from (make(original) for make in (opens, shorts, moves, swaps, turns))
