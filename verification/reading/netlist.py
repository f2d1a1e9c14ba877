"""Netlist: what a KiCad netlist file says, and nothing more.

The file may be wrong as a circuit - one reference twice, a pin in two nets, a net name twice - and
still be a netlist: everything is kept in the file's order, and `NetlistIndex` answers what stands
where. Judging is for the checks. `readers` makes one of a file.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple


class PinRef(NamedTuple):
    """One pin of one component as a net names it. A tuple, since a large board has millions.

    Attributes:
        refdes: the component's reference.
        number: the pin's number, as text ("3", "A1").
    """

    refdes: str
    number: str

    def __str__(self) -> str:
        return f"{self.refdes}.{self.number}"


@dataclass(frozen=True, slots=True)
class NetlistComponent:
    """One component.

    Attributes:
        fields: (name, value) in the file's order: `(fields ...)`, then each `(property ...)` not
            yet named.
        sheetpath: the names of the sheets above it, "/" at the top.
        tstamp: KiCad's ids, joined by spaces.
        line: where the file states it, from 1; 0 where the reader does not know.
        board: of several, the one that it is on; "" where there is one.
    """

    refdes: str
    value: str
    footprint: str
    fields: tuple[tuple[str, str], ...]
    sheetpath: str
    tstamp: str
    line: int = field(default=0, compare=False)
    board: str = ""

    def field(self, name: str, default: str = "") -> str:
        """The value of a field, compared without letter case; `default` where there is none."""
        folded = name.casefold()
        for key, value in self.fields:
            if key == name or key.casefold() == folded:
                return value
        return default


@dataclass(frozen=True, slots=True)
class NetlistNet:
    """One net.

    Attributes:
        pins: in the file's order.
        line: where the file states it, from 1; 0 where the reader does not know.
        functions: KiCad's `pinfunction` of each pin, "" where it has none; () where none has one.
    """

    name: str
    pins: tuple[PinRef, ...]
    line: int = field(default=0, compare=False)
    functions: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Wire:
    """One wire of a cable between two boards, whether or not its pins are there."""

    cable: str
    first: PinRef
    second: PinRef
    length_m: float


@dataclass(frozen=True, slots=True)
class Netlist:
    """A netlist file, or several that cables join (see `assembly`).

    Two are equal when components, nets and what joins boards are; the source does not count.

    Attributes:
        boards: names of the boards where there are several; else ().
        wires: of the cables between them.
        chain: the edges in the order of the enable chain, where a system file states it; else ().
    """

    components: tuple[NetlistComponent, ...]
    nets: tuple[NetlistNet, ...]
    source: str = field(default="", compare=False)
    boards: tuple[str, ...] = ()
    wires: tuple[Wire, ...] = ()
    chain: tuple[tuple[str, str], ...] = ()

    def index(self) -> NetlistIndex:
        """Every way to look something up, built anew; keep it where it is used more than once."""
        return NetlistIndex.of(self)


@dataclass(frozen=True, slots=True)
class NetlistIndex:
    """What stands where; each answer is a tuple because a wrong file may answer twice.

    Attributes:
        components: reference -> the components of that name.
        nets: net name -> the nets of that name.
        pin_nets: pin -> the nets it is in, as positions in `netlist.nets`, each once, ascending.
        pins: reference -> its pins that appear in nets, in the file's order, each once.
    """

    netlist: Netlist
    components: dict[str, tuple[NetlistComponent, ...]]
    nets: dict[str, tuple[NetlistNet, ...]]
    pin_nets: dict[PinRef, tuple[int, ...]]
    pins: dict[str, tuple[PinRef, ...]]

    @classmethod
    def of(cls, netlist: Netlist) -> NetlistIndex:
        """Index a netlist in one pass."""
        components: dict[str, list[NetlistComponent]] = defaultdict(list)
        for component in netlist.components:
            components[component.refdes].append(component)
        nets: dict[str, list[NetlistNet]] = defaultdict(list)
        pin_nets: dict[PinRef, dict[int, None]] = defaultdict(dict)
        pins: dict[str, dict[PinRef, None]] = defaultdict(dict)
        for position, net in enumerate(netlist.nets):
            nets[net.name].append(net)
            for pin in net.pins:
                pin_nets[pin][position] = None
                pins[pin.refdes][pin] = None
        return cls(
            netlist,
            {refdes: tuple(found) for refdes, found in components.items()},
            {name: tuple(found) for name, found in nets.items()},
            {pin: tuple(found) for pin, found in pin_nets.items()},
            {refdes: tuple(found) for refdes, found in pins.items()},
        )

    def component(self, refdes: str) -> NetlistComponent | None:
        """The first component of that reference."""
        return next(iter(self.components.get(refdes, ())), None)

    def net_of(self, refdes: str, number: str) -> NetlistNet | None:
        """The first net that the pin is in."""
        positions = self.pin_nets.get(PinRef(refdes, number), ())
        return self.netlist.nets[positions[0]] if positions else None
