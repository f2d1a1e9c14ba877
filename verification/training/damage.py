"""Damage: which edges to cut, and which solder jumpers to open for it.

A jumper is *in series* with a digipot when all current of one of its terminals passes through it:
the net between them carries nothing else. Cutting an edge opens every jumper in series with either
of its two digipots.

```
N4_FREE ---o o--- W  digipot  B --- N7_FREE
          jumper (normally closed)
```
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from parts.catalogue import Catalogue
from parts.errors import PartError, suggestion
from parts.models import JumperModel
from parts.record import PartRecord
from verification.anatomy import Edge, Pot
from verification.errors import UsageError
from verification.extraction.circuit import MixedCircuit, mixed_circuit
from verification.extraction.elements import Digipot
from verification.reading.netlist import Netlist, PinRef
from verification.training.result import When
from verification.training.tasks.protocol import shuffled
from verification.union import Groups

RANDOM_TRIES = 1000
_SENSING = ("input", "analog_input", "no_connect")


@dataclass(frozen=True)
class Damage:
    """What to cut.

    Attributes:
        cut: edges, each written `4-7`.
        random: how many more to draw from the seed.
        when: before the training, or after it and then train again.
    """

    cut: tuple[str, ...] = ()
    random: int = 0
    when: When = "after"


def choose_cuts(
    damage: Damage,
    edges: Sequence[Edge],
    sources: Collection[str],
    targets: Sequence[str],
    stream: np.random.Generator,
) -> tuple[Edge, ...]:
    """The edges that a damage cuts, in the order of `edges`.

    Args:
        damage: what to cut.
        edges: of the network.
        sources: nodes of the task.
        targets: nodes of the task; each keeps a path to a source.
        stream: draws the random edges.

    Raises:
        UsageError: no such edge, more edges than there are, a target cut off, or no way found to
            cut so many without cutting off a target.
    """
    named = tuple(dict.fromkeys(_edge_named(name, edges) for name in damage.cut))
    rest = [edge for edge in edges if edge not in named]
    if damage.random > len(rest):
        raise UsageError(
            f"{damage.random} edges cannot be cut at random: the network has {len(rest)}"
            + (" others" if named else "")
        )
    cut_off = _cut_off(edges, named, sources, targets)
    if cut_off is not None:
        names = ", ".join(_name(edge) for edge in named)
        raise UsageError(f"cutting {names} leaves target {cut_off} without a path to a source")
    for _ in range(RANDOM_TRIES):
        drawn = [rest[i] for i in shuffled(stream, len(rest))[: damage.random]]
        chosen = {*named, *drawn}
        if _cut_off(edges, chosen, sources, targets) is None:
            return tuple(edge for edge in edges if edge in chosen)
    raise UsageError(
        f"in {RANDOM_TRIES} draws, cutting {damage.random} edges at random always left a target "
        "without a path to a source: cut fewer"
    )


def _edge_named(name: str, edges: Sequence[Edge]) -> Edge:
    a, _, b = (part.strip() for part in name.partition("-"))
    for edge in edges:
        if edge in ((a, b), (b, a)):
            return edge
    names = [_name(edge) for edge in edges]
    raise UsageError(
        f"no edge {name!r} to cut; an edge is written as its two nodes, such as {names[0]}."
        f"{suggestion(name, names)}"
    )


def _name(edge: Edge) -> str:
    return f"{edge[0]}-{edge[1]}"


def _cut_off(
    edges: Iterable[Edge], cut: Collection[Edge], sources: Collection[str], targets: Sequence[str]
) -> str | None:
    """The first target that no path joins to a source."""
    index: dict[str, int] = {}
    for node in (*sources, *targets, *(node for edge in edges for node in edge)):
        index.setdefault(node, len(index))
    groups = Groups(len(index))
    for a, b in (edge for edge in edges if edge not in cut):
        groups.join(index[a], index[b])
    fed = {groups.find(index[node]) for node in sources}
    return next((node for node in targets if groups.find(index[node]) not in fed), None)


def series_jumpers(
    netlist: Netlist, catalogue: Catalogue, supplies: Mapping[str, float]
) -> dict[Pot, tuple[str, ...]]:
    """Digipot channel -> references of the closed jumpers in series with it."""
    records = _records(netlist, catalogue)
    ends = _jumper_ends(records)
    opened = mixed_circuit(netlist, catalogue, supplies=supplies, cuts=frozenset(ends))
    carrying = _CarryingPins(records, opened)
    return {
        Pot(pot.unit.refdes, pot.model.w): tuple(
            dict.fromkeys(
                refdes
                for terminal in (pot.model.a, pot.model.w, pot.model.b)
                for refdes in _chain(_pin(pot, terminal), ends, carrying)
            )
        )
        for pot in opened.digipots
    }


def _pin(pot: Digipot, name: str) -> PinRef:
    return PinRef(pot.unit.refdes, pot.record.pin_number(name))


def _records(netlist: Netlist, catalogue: Catalogue) -> dict[str, PartRecord]:
    """The record of each component whose part is known."""
    found: dict[str, PartRecord] = {}
    for component in netlist.components:
        try:
            found[component.refdes] = catalogue.part(component.field("MPN"))
        except PartError:
            continue
    return found


def _jumper_ends(records: Mapping[str, PartRecord]) -> dict[str, tuple[PinRef, PinRef]]:
    """The two pins of each closed jumper."""
    found: dict[str, tuple[PinRef, PinRef]] = {}
    for refdes, record in records.items():
        for model in record.models:
            if isinstance(model, JumperModel) and model.closed:
                a, b = (PinRef(refdes, record.pin_number(name)) for name in (model.a, model.b))
                found[refdes] = (a, b)
    return found


class _CarryingPins:
    """The pins of each net that current can enter or leave by."""

    def __init__(self, records: Mapping[str, PartRecord], circuit: MixedCircuit) -> None:
        self._circuit = circuit
        self._sensing = {
            PinRef(refdes, pin.number)
            for refdes, record in records.items()
            for pin in record.pins
            if pin.role in _SENSING
        }

    def beside(self, pin: PinRef) -> tuple[PinRef, ...]:
        """The others on its net."""
        net = self._circuit.nets[self._circuit.pin_net[pin]]
        return tuple(other for other in net.pins if other != pin and other not in self._sensing)


def _chain(
    pin: PinRef, ends: Mapping[str, tuple[PinRef, PinRef]], carrying: _CarryingPins
) -> list[str]:
    """The jumpers that all current of a pin passes through, one after the other."""
    found: list[str] = []
    while True:
        beside = carrying.beside(pin)
        if len(beside) != 1 or beside[0].refdes not in ends or beside[0].refdes in found:
            return found
        found.append(beside[0].refdes)
        first, second = ends[beside[0].refdes]
        pin = second if beside[0] == first else first
