"""Branches: the two-terminal conductances that resistors, digipots and open collectors make.

A digipot of three used terminals is a star (wiper to tap, tap to A, tap to B), taken as the
triangle of its three terminals, so it needs no node of its own. A terminal whose net has no other
pin carries no current and is left out: a rheostat is one branch.

```
A --[(divisor - code) step]--+--[code step]-- B
                             |
                          [wiper]        rheostat:  g_wb = 1 / (r_w + r_b)
                             |           triangle:  g_xy = r_z / (r_a r_b + r_a r_w + r_b r_w)
                             W
```
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from verification.extraction.circuit import MixedCircuit
from verification.extraction.elements import Digipot


class BranchKind(IntEnum):
    """How a branch's conductance follows from its element's values."""

    RESISTOR = 0
    POT_WB = 1
    POT_AW = 2
    POT_AB = 3
    TRIANGLE_WB = 4
    TRIANGLE_AW = 5
    TRIANGLE_AB = 6
    SWITCH = 7


@dataclass(frozen=True, slots=True)
class Branch:
    """A conductance between nets a and b.

    Attributes:
        element: position among the circuit's resistors, digipots or comparators (for a SWITCH, the
            output transistor of an open-collector comparator).
    """

    kind: BranchKind
    element: int
    a: int
    b: int


def find_branches(circuit: MixedCircuit) -> tuple[Branch, ...]:
    """Every branch whose ends are two different nets: resistors, digipots, open collectors."""
    found: list[Branch] = [
        Branch(BranchKind.RESISTOR, position, resistor.a, resistor.b)
        for position, resistor in enumerate(circuit.resistors)
    ]
    for position, pot in enumerate(circuit.digipots):
        found.extend(_pot_branches(circuit, position, pot))
    found.extend(
        Branch(BranchKind.SWITCH, position, comparator.out, comparator.supply.negative[0])
        for position, comparator in enumerate(circuit.comparators)
        if comparator.open_collector and comparator.supply.powered
    )
    return tuple(branch for branch in found if branch.a != branch.b)


def _pot_branches(circuit: MixedCircuit, position: int, pot: Digipot) -> Iterator[Branch]:
    a, w, b = (_alone(circuit, net) for net in (pot.a, pot.w, pot.b))
    if not (a or w or b):
        yield Branch(BranchKind.TRIANGLE_WB, position, pot.w, pot.b)
        yield Branch(BranchKind.TRIANGLE_AW, position, pot.a, pot.w)
        yield Branch(BranchKind.TRIANGLE_AB, position, pot.a, pot.b)
    elif a and not (w or b):
        yield Branch(BranchKind.POT_WB, position, pot.w, pot.b)
    elif b and not (a or w):
        yield Branch(BranchKind.POT_AW, position, pot.a, pot.w)
    elif w and not (a or b):
        yield Branch(BranchKind.POT_AB, position, pot.a, pot.b)


def _alone(circuit: MixedCircuit, net: int) -> bool:
    """Whether a net has one pin, so that no current can leave it."""
    return len(circuit.nets[net].pins) < 2
