"""Analog: the volts of held nets, comparators and outputs in terms of pins and nodes.

```
pins -- static block -- follower -- held node            clip(weights . pins + const)
target's node -- follower -- static block -- follower -- clamped target
nodes -- followers -- static blocks -- comparator        margin, a sum over signals
```

Whatever lies deeper - a follower behind a follower of a node, a comparator's level in an analog
path - is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from verification.extraction.elements import DriveKind
from verification.simulation.blocks import HELD
from verification.simulation.lowered.nodes import ABSENT, FREE, Nodes
from verification.simulation.lowered.reasons import CannotLower
from verification.simulation.lowered.statics import ONE, Mix, Source, SourceKind, Statics
from verification.simulation.partition import Partition
from verification.simulation.signals import is_follower

Look: TypeAlias = tuple[int, int, int]
"""(amplifier or -1, node, side): a follower of a node's net, or the node itself."""

_DEEPEST = 16
"""Followers in a row."""


@dataclass(slots=True)
class Sum:
    """A row of sums: over columns, over looks at nodes, and constants.

    Attributes:
        columns: (column, source, factor).
        looks: (look, source, factor).
        constants: (source, factor); volts of rails are factors.
    """

    columns: list[tuple[int, Source, float]] = field(
        default_factory=list[tuple[int, Source, float]]
    )
    looks: list[tuple[Look, Source, float]] = field(
        default_factory=list[tuple[Look, Source, float]]
    )
    constants: list[tuple[Source, float]] = field(default_factory=list[tuple[Source, float]])


@dataclass(frozen=True, slots=True)
class Clip:
    """A sum behind a follower: amplifier -1 is a net that is taken as it is."""

    amplifier: int
    sum: Sum


class Analog:
    """Follows analog nets back to pins and nodes; made for one circuit.

    Attributes:
        pins: nets that the host and probes hold: the first columns.
        buffers: the followers that are the columns after them.
    """

    def __init__(
        self, cut: Partition, nodes: Nodes, network: set[int], lines: frozenset[int]
    ) -> None:
        self.cut = cut
        self.nodes = nodes
        self.statics = Statics.of(cut, network)
        self.buffers: list[Clip] = []
        held = [drive for drive in cut.circuit.drives if drive.kind is not DriveKind.RAIL]
        self.pins = tuple(drive.net for drive in held)
        self._rails = {
            drive.net: drive.volts for drive in cut.circuit.drives if drive.kind is DriveKind.RAIL
        }
        self._column = {net: k for k, net in enumerate(self.pins)}
        self._lines = lines
        self._follower = _followers(cut)
        self._buffer: dict[int, int] = {}
        self._targets: set[int] = set()

    def held(self, net: int) -> Clip:
        """The volts of a held net, from pins alone. CannotLower: they follow from more."""
        if self.cut.block_of[net] != HELD:
            return Clip(ABSENT, Sum())
        amplifier = self._follower.get(net, ABSENT)
        if amplifier == ABSENT:
            return Clip(ABSENT, self._columns(Mix(((net, ONE),)), 0))
        return Clip(amplifier, self._behind(amplifier, 0))

    def target(self, net: int, targets: set[int]) -> Clip:
        """The volts of a target's clamped net, from pins and the free twins of targets."""
        self._targets = targets
        if self.cut.block_of[net] != HELD:
            return Clip(ABSENT, Sum())
        amplifier = self._follower.get(net, ABSENT)
        if amplifier == ABSENT:
            return Clip(ABSENT, self._nudge(Mix(((net, ONE),))))
        found = self._nudge(self.statics.mix(self.cut.circuit.amplifiers[amplifier].in_p))
        found.constants.append(((SourceKind.AMPLIFIER, amplifier), 1.0))
        return Clip(amplifier, found)

    def margin(self, comparator: int) -> Sum:
        """What a comparator compares: looks at nodes and constants only."""
        element, found = self.cut.circuit.comparators[comparator], Sum()
        for net, sign in ((element.in_p, 1.0), (element.in_n, -1.0)):
            mix = self._mix(net)
            found.constants.extend((bias, sign) for bias in mix.biases)
            for held, share in mix.shares:
                if held in self._rails:
                    found.constants.append((share, sign * self._rails[held]))
                else:
                    found.looks.append((self._look(held), share, sign))
        found.constants.append(((SourceKind.COMPARATOR, comparator), 1.0))
        return found

    def output(self, net: int) -> Sum:
        """The volts of a net that the host reads."""
        mix, found = self._mix(net), Sum()
        found.constants.extend((bias, 1.0) for bias in mix.biases)
        for held, share in mix.shares:
            if self._is_static(held):
                self._add(found, held, share, 0)
            else:
                found.looks.append((self._look(held), share, 1.0))
        return found

    def _mix(self, net: int) -> Mix:
        """The net from held nets; a net of the network is itself."""
        if self.nodes.find(net) is not None:
            return Mix(((net, ONE),))
        return self.statics.mix(net)

    def _look(self, net: int) -> Look:
        """A held net as a look at a node: at itself, or through its follower."""
        place = self.nodes.find(net)
        if place is not None:
            return (ABSENT, *place)
        amplifier = self._follower.get(net, ABSENT)
        if amplifier != ABSENT:
            inside = self.nodes.find(self.cut.circuit.amplifiers[amplifier].in_p)
            if inside is not None:
                return (amplifier, *inside)
        self.held(net)
        return (ABSENT, self.nodes.at(FREE, net), FREE)

    def _nudge(self, mix: Mix) -> Sum:
        found = Sum(constants=[(bias, 1.0) for bias in mix.biases])
        for net, share in mix.shares:
            if self._is_static(net):
                self._add(found, net, share, 0)
                continue
            look = self._look(net)
            if look[1] not in self._targets or look[2] != FREE:
                name = self.cut.circuit.nets[net].name
                raise CannotLower(f"net {name} clamps a target but follows no target's free node")
            found.looks.append((look, share, 1.0))
        return found

    def _behind(self, amplifier: int, depth: int) -> Sum:
        """A follower's input with its offset, from pins alone."""
        element = self.cut.circuit.amplifiers[amplifier]
        found = self._columns(self.statics.mix(element.in_p), depth + 1)
        found.constants.append(((SourceKind.AMPLIFIER, amplifier), 1.0))
        return found

    def _columns(self, mix: Mix, depth: int) -> Sum:
        if depth > _DEEPEST:
            raise CannotLower(f"more than {_DEEPEST} followers are in a row")
        found = Sum(constants=[(bias, 1.0) for bias in mix.biases])
        for net, share in mix.shares:
            self._add(found, net, share, depth)
        return found

    def _add(self, found: Sum, net: int, share: Source, depth: int) -> None:
        """Add a held net that follows from pins alone."""
        name = self.cut.circuit.nets[net].name
        if net in self._lines:
            raise CannotLower(f"the control line on net {name} is part of an analog level")
        if net in self._rails:
            found.constants.append((share, self._rails[net]))
        elif net in self._column:
            found.columns.append((self._column[net], share, 1.0))
        elif net in self._follower:
            found.columns.append((self._buffered(self._follower[net], depth), share, 1.0))
        else:
            holder = self.cut.holder[net].label
            raise CannotLower(f"output {holder} is part of the analog level on net {name}")

    def _buffered(self, amplifier: int, depth: int) -> int:
        """The column of a follower."""
        if amplifier not in self._buffer:
            made = Clip(amplifier, self._behind(amplifier, depth))
            self._buffer[amplifier] = len(self.pins) + len(self.buffers)
            self.buffers.append(made)
        return self._buffer[amplifier]

    def _is_static(self, net: int) -> bool:
        """Whether a held net follows from pins alone."""
        waiting, seen = [net], set[int]()
        while waiting:
            here = waiting.pop()
            if here in seen or here in self._rails or here in self._column:
                continue
            seen.add(here)
            amplifier = self._follower.get(here, ABSENT)
            if amplifier == ABSENT:
                return False
            inside = self.cut.circuit.amplifiers[amplifier].in_p
            block = self.cut.block_of[inside]
            if block in self.statics.network and self.cut.blocks[block].boundary:
                return False
            waiting.extend(_around(self.cut, inside))
        return True


def _followers(cut: Partition) -> dict[int, int]:
    """Net -> the follower that holds it."""
    return {
        element.out: position
        for position, element in enumerate(cut.circuit.amplifiers)
        if is_follower(element)
        and cut.holder[element.out].label
        == f"{element.unit.refdes}.{element.record.pin_number(element.model.out)}"
    }


def _around(cut: Partition, net: int) -> Iterable[int]:
    """The held nets that a net's volts follow from."""
    block = cut.block_of[net]
    return (net,) if block == HELD else cut.blocks[block].boundary
