"""X: a pin of the free network exchanged with the pin that does the same in the clamped one.

Twins are found on the original by what its wires do, never by a name: the two digipots of each
edge, and from the nodes' two nets outward, through jumpers and followers, every pair of pins of one
part number that stand in the same place of the same cell.

```
free node net ----- jumper ----- net ...        clamped node net ----- jumper ----- net ...
     |------------- follower --- net ...              |--------------- follower --- net ...
     `-- pins  <- paired by part number, terminal, cell ->  pins --'
```
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from parts.models import AmplifierModel, JumperModel
from verification.checks.board import BoardPin
from verification.faults.mutants import Original, Universe
from verification.faults.wiring import exchange
from verification.reading.netlist import PinRef

Pair = tuple[BoardPin, BoardPin]
_Place = tuple[str, str, str]


def twin_swaps(original: Original) -> Universe:
    """X: every pair of twins on two nets, exchanged."""
    home = original.document.net_of
    found = {
        frozenset((a, b)): exchange("X", original, a, b)
        for a, b in ((_ref(p), _ref(q)) for p, q in twins(original))
        if a in home and b in home and home[a] != home[b]
    }
    return Universe.of("X", list(found.values()))


def twins(original: Original) -> Iterator[Pair]:
    """Pairs of pins, the free one first."""
    for pair in original.network.twins:
        if pair.free is not None and pair.clamped is not None:
            for name_f, name_c in zip(
                pair.free.model.pin_names(), pair.clamped.model.pin_names(), strict=True
            ):
                yield pair.free.placed.by_name[name_f[1]], pair.clamped.placed.by_name[name_c[1]]
    waiting = _node_wires(original)
    seen: set[int] = set()
    while waiting:
        free, clamped = waiting.pop(0)
        if free in seen or free == clamped:
            continue
        seen.add(free)
        for a, b in _alike(original, free, clamped):
            yield a, b
            ends = [_beyond(pin) for pin in (a, b)]
            if ends[0] is not None and ends[1] is not None:
                waiting.append((ends[0].wire, ends[1].wire))


def _node_wires(original: Original) -> list[tuple[int, int]]:
    """The two wires of each node, largest of those that closed jumpers join."""
    groups, wires = original.network.node_of, original.board.wires
    largest: dict[int, int] = {}
    for wire in range(len(wires)):
        root = groups.find(wire)
        if root not in largest or len(wires[wire]) > len(wires[largest[root]]):
            largest[root] = wire
    pairs = sorted(original.network.twin_node.items())
    return [(largest[free], largest[clamped]) for free, clamped in pairs]


def _alike(original: Original, free: int, clamped: int) -> Iterator[Pair]:
    """The pins of two wires that do the same in one cell; several of a kind by their slots."""
    table: dict[_Place, tuple[list[BoardPin], list[BoardPin]]] = defaultdict(lambda: ([], []))
    for side, wire in enumerate((free, clamped)):
        for pin in original.board.wires[wire]:
            table[_place(pin)][side].append(pin)
    for here, there in table.values():
        if len(here) == len(there):
            order = [
                sorted(pins, key=lambda p: (p.placed.slot, p.number)) for pins in (here, there)
            ]
            yield from zip(*order, strict=True)


def _place(pin: BoardPin) -> _Place:
    """(part number, what the pin is of its unit, cell) of a pin."""
    record = pin.placed.record
    keyword = next(
        (word for model in record.models for word, name in model.pin_names()
         if name == pin.record.name),
        "",
    )  # fmt: skip
    return record.mpn, keyword, pin.placed.cell


def _beyond(pin: BoardPin) -> BoardPin | None:
    """The pin at the other end of a jumper, or the output of the amplifier that senses the pin."""
    name, by_name = pin.record.name, pin.placed.by_name
    for model in pin.placed.record.models:
        if isinstance(model, JumperModel) and name in (model.a, model.b):
            return by_name[model.b if name == model.a else model.a]
        if isinstance(model, AmplifierModel) and name == model.in_p:
            return by_name[model.out]
    return None


def _ref(pin: BoardPin) -> PinRef:
    return PinRef(pin.refdes, pin.number)
