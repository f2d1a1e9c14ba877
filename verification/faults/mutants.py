"""Mutant: one fault, what a report must name of it, and the universes that mutants are drawn from.

```
O  a pin leaves its net          X  a free pin exchanged with its clamped twin
S  two nets merged               M  a part missing, or there twice
R  a pin moved to another net    V  a wrong value, part number or footprint
P  two pins of a part swapped    T  a part the other way round        D  a value some steps off
```

A universe is a count and a way to make its k-th member, so that a sample of half a million wrong
nets costs no more than the sample.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from verification.checks.board import Board
from verification.checks.case import Case
from verification.checks.records import Item
from verification.faults.document import Change, Document
from verification.reading.netlist import PinRef
from verification.structure import LearningNetwork

OPERATORS = {
    "O": "a pin leaves its net",
    "S": "two nets are one",
    "R": "a pin is on another net",
    "P": "two pins of a part are swapped",
    "X": "a free pin is exchanged with its clamped twin",
    "M": "a part is missing or there twice",
    "V": "a value, part number or footprint is wrong",
    "T": "a part is the other way round",
    "D": "a value is some steps off",
}
"""Every operator, in the order of reports."""


@dataclass(frozen=True)
class Culprit:
    """What a report may name to point at one side of a fault: any one of these.

    Attributes:
        pins: references and numbers of pins.
        parts: references of components.
        words: as an item's `expected` says what should be there ("c_latch of control/bank1").
        nets: where a part is missed, for items that are about no component.
    """

    pins: frozenset[PinRef] = frozenset()
    parts: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    nets: frozenset[str] = frozenset()

    def named_by(self, item: Item) -> bool:
        """Whether an item names it."""
        return (
            PinRef(item.refdes, item.pin) in self.pins
            or item.refdes in self.parts
            or any(word in item.expected for word in self.words)
            or (not item.refdes and item.net in self.nets)
        )


@dataclass(frozen=True)
class Mutant:
    """A fault.

    Attributes:
        operator: one letter of OPERATORS.
        name: what was done, in the file's words; no two mutants of a campaign share it.
        change: how the file is changed.
        culprits: what a report must name, each of them.
        deviation: new value over old value of a parametric fault; None for the others.
    """

    operator: str
    name: str
    change: Change
    culprits: tuple[Culprit, ...]
    deviation: float | None = None


@dataclass(frozen=True)
class Universe:
    """All mutants of one operator: `make(0)` to `make(size - 1)`, always the same."""

    operator: str
    size: int
    make: Callable[[int], Mutant]

    @classmethod
    def of(cls, operator: str, mutants: Sequence[Mutant]) -> Universe:
        """The universe of mutants that are made already."""
        return cls(operator, len(mutants), mutants.__getitem__)


@dataclass(frozen=True)
class Original:
    """The board without a fault: its text in pieces, its parts, and the learning network on it."""

    document: Document
    board: Board
    case: Case
    network: LearningNetwork
