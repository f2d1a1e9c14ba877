"""The baseline with a reference: KLayout's netlist comparer between a golden netlist and another.

Each component becomes a subcircuit of an empty circuit of its part number, value and footprint,
with its pins by number; the comparer then looks for a correspondence of the nets. Names of nets and
references are no hint to it. It sees what differs from the golden file and never what is wrong in
that file itself, so that it says nothing of a generator. Functions of connector pins are words to
it and are not compared.

KLayout is optional: `pip install twinboard[golden]`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import Any, Literal

from verification.errors import MissingToolError
from verification.reading.netlist import Netlist, NetlistComponent
from verification.reading.netlist_text import parse_netlist

Kind = tuple[str, str, str]
"""What makes two components interchangeable: part number, value, footprint."""
Pins = dict[Kind, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that has no counterpart.

    Attributes:
        what: a net, a component, a kind of part, or the file itself where it is no netlist.
        golden: its name in the golden netlist; "" where it is there only.
        mutant: its name in the other.
    """

    what: Literal["net", "component", "part", "file"]
    golden: str
    mutant: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """The comparer's answer; two nets that merely could not be told apart are no difference."""

    equal: bool
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class GoldenComparer:
    """Whether a netlist file differs from the golden one; picklable, for campaigns.

    Attributes:
        golden_text: the golden netlist file. Each process takes it apart once.
    """

    golden_text: str

    def __call__(self, netlist_text: str) -> bool:
        """Whether the file differs. Raises NetlistError, MissingToolError."""
        return not _compared(_golden(self.golden_text), parse_netlist(netlist_text)).equal


def differs(golden: Netlist, mutant: Netlist) -> bool:
    """Whether a netlist is another circuit than the golden one.

    Raises:
        MissingToolError: KLayout is not installed.
    """
    return not compare_with_golden(golden, mutant).equal


def compare_with_golden(golden: Netlist, mutant: Netlist) -> Comparison:
    """Compare a netlist with the golden one; see `differs`."""
    return _compared(_Golden(golden), mutant)


class _Golden:
    """The golden netlist in KLayout's form."""

    def __init__(self, netlist: Netlist) -> None:
        self.pins = _pins_of_kinds(netlist, {})
        self.database = _database(netlist, self.pins)


@lru_cache(maxsize=4)
def _golden(text: str) -> _Golden:
    return _Golden(parse_netlist(text))


def _compared(golden: _Golden, mutant: Netlist) -> Comparison:
    unwritable = tuple(_unwritable(mutant))
    if unwritable:
        return Comparison(False, unwritable)
    kdb, found = _klayout(), list[Difference]()
    other = _database(mutant, _pins_of_kinds(mutant, golden.pins))
    # The comparer keeps no reference: a logger that is collected meanwhile ends the process.
    logger = _logger(kdb, found)
    comparer = kdb.NetlistComparer(logger)
    comparer.dont_consider_net_names = True
    equal: bool = comparer.compare(golden.database, other)
    return Comparison(equal, tuple(found))


def _klayout() -> Any:
    try:
        return import_module("klayout.db")
    except ImportError as error:
        raise MissingToolError(
            "the comparison with a golden netlist needs KLayout's Python package, which is not "
            f"installed ({error}); install it with: pip install twinboard[golden]"
        ) from error


def _kind(component: NetlistComponent) -> Kind:
    return component.field("MPN"), component.value, component.footprint


def _pins_of_kinds(netlist: Netlist, known: Pins) -> Pins:
    """The pins of each kind that nets name, after those of `known`.

    A pin that only the golden netlist connects then is one mismatch of a net, not of all parts.
    """
    numbers: dict[str, dict[str, None]] = defaultdict(dict)
    for net in netlist.nets:
        for pin in net.pins:
            numbers[pin.refdes][pin.number] = None
    found: dict[Kind, dict[str, None]] = {kind: dict.fromkeys(pins) for kind, pins in known.items()}
    for component in netlist.components:
        found.setdefault(_kind(component), {}).update(numbers[component.refdes])
    return {kind: tuple(pins) for kind, pins in found.items()}


def _database(netlist: Netlist, pins: Pins) -> Any:
    """The netlist in KLayout's form: one top circuit, and an empty circuit for each kind."""
    kdb = _klayout()
    database, top = kdb.Netlist(), kdb.Circuit()
    top.name = "board"
    database.add(top)
    circuits: dict[Kind, tuple[Any, dict[str, Any]]] = {}
    for kind in dict.fromkeys(map(_kind, netlist.components)):
        circuit = kdb.Circuit()
        circuit.name = " | ".join(kind)
        database.add(circuit)
        circuits[kind] = circuit, {number: circuit.create_pin(number) for number in pins[kind]}
    placed: dict[str, tuple[Any, dict[str, Any]]] = {}
    for component in netlist.components:
        circuit, terminals = circuits[_kind(component)]
        placed[component.refdes] = top.create_subcircuit(circuit, component.refdes), terminals
    for net in netlist.nets:
        made = top.create_net(net.name)
        for pin in net.pins:
            part, terminals = placed[pin.refdes]
            part.connect_pin(terminals[pin.number], made)
    return database


def _unwritable(netlist: Netlist) -> Iterable[Difference]:
    """What no netlist database can hold: a reference twice, a pin in two nets, a pin of no part."""
    references = Counter(component.refdes for component in netlist.components)
    places = Counter(pin for net in netlist.nets for pin in set(net.pins))
    wrong = [name for name, count in references.items() if count > 1]
    wrong += [str(pin) for pin, n in places.items() if n > 1 or pin.refdes not in references]
    return (Difference("file", "", name) for name in sorted(wrong))


def _logger(kdb: Any, found: list[Difference]) -> Any:
    """KLayout's receiver of events, which writes differences down."""

    class Logger(kdb.GenericNetlistCompareLogger):  # pyright: ignore[reportUntypedBaseClass]
        def net_mismatch(self, a: Any, b: Any, _message: str = "") -> None:
            found.append(Difference("net", _name(a), _name(b)))

        def subcircuit_mismatch(self, a: Any, b: Any, _message: str = "") -> None:
            found.append(Difference("component", _name(a), _name(b)))

        def circuit_mismatch(self, a: Any, b: Any, _message: str = "") -> None:
            found.append(Difference("part", _name(a), _name(b)))

    return Logger()


def _name(thing: Any) -> str:
    return "" if thing is None else str(thing.name)
